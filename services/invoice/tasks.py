"""What the service does by itself: keeping count of the declaraties that wait too long. It decides nothing."""

from typing import Final

from prometheus_client import Gauge

from services.platform.service import Context, PeriodicTask

OPEN = Gauge("happyflow_declaraties_open", "Declaraties without their JW325", ["status"])
TE_LAAT = Gauge("happyflow_declaraties_te_laat", "Declaraties past their tenth werkdag without a JW325")

_TEL = """
SELECT count(*) FILTER (WHERE status = 'in_behandeling') AS in_behandeling,
  count(*) FILTER (WHERE status = 'in_uitval') AS in_uitval,
  count(*) FILTER (WHERE uiterlijk_op < $1) AS te_laat
FROM declaraties WHERE status IN ('in_behandeling', 'in_uitval')
"""


async def meet(context: Context) -> None:
    """Set the gauges on which a gemeente is warned (OP090x4)."""
    async with context.database.connection() as connection:
        row = await connection.fetchrow(_TEL, context.clock.today())
    assert row is not None
    OPEN.labels("in_behandeling").set(row["in_behandeling"])
    OPEN.labels("in_uitval").set(row["in_uitval"])
    TE_LAAT.set(row["te_laat"])


TASKS: Final = (PeriodicTask("te-laat", 60.0, meet),)
