"""What the service does by itself: keeping count of the declaraties that wait too long. It decides nothing."""

from collections import Counter
from typing import Final

from prometheus_client import Gauge

from ijw.termijnen import TERMIJNEN, Soort, werkdagen_over
from services.platform.service import Context, PeriodicTask

OPEN: Final = Gauge("happyflow_declaraties_open", "Declaraties without their JW325", ["service", "status"])
TE_LAAT: Final = Gauge(
    "happyflow_declaraties_te_laat", "Declaraties past their tenth werkdag without a JW325", ["service"]
)
RESTEND: Final = Gauge(
    "happyflow_declaraties_onbeantwoord",
    "Declaraties without their JW325, by the werkdagen that are left (0 on the last day), or teLaat",
    ["service", "werkdagen"],
)

_LENGTE: Final = TERMIJNEN[Soort.DECLARATIE_ANTWOORD].lengte
_STATUSSEN: Final = ("in_behandeling", "in_uitval")
_TE_LAAT: Final = "teLaat"

_TEL: Final = """
SELECT status, uiterlijk_op, count(*) AS aantal
FROM declaraties WHERE status IN ('in_behandeling', 'in_uitval') GROUP BY status, uiterlijk_op
"""


async def meet(context: Context) -> None:
    """Set the gauges on which a gemeente is warned (OP090x4); every label, so that none keeps an old value."""
    async with context.database.connection() as connection:
        rows = await connection.fetch(_TEL)
    service, vandaag = context.database.schema, context.clock.today()
    open_, restend = Counter[str](), Counter[str]()
    for row in rows:
        over = werkdagen_over(row["uiterlijk_op"], vandaag)
        open_[row["status"]] += row["aantal"]
        restend[_TE_LAAT if over < 0 else str(min(over, _LENGTE))] += row["aantal"]
    for status in _STATUSSEN:
        OPEN.labels(service, status).set(open_[status])
    for naam in (_TE_LAAT, *map(str, range(_LENGTE + 1))):
        RESTEND.labels(service, naam).set(restend[naam])
    TE_LAAT.labels(service).set(restend[_TE_LAAT])


TASKS: Final = (PeriodicTask("te-laat", 60.0, meet),)
