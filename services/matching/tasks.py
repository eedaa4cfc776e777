"""What matching does by itself: stating commitments of a new year, and keeping count of what waits for a person."""

from collections import Counter as Telling
from typing import Final

from prometheus_client import Gauge

from ijw.kalender import werkdagen_tussen
from services.matching.verplichtingen import verleng
from services.platform.clock import dag_van
from services.platform.service import Context, PeriodicTask
from services.platform.termijnen.store import DAG

OPEN: Final = Gauge(
    "happyflow_uitval_open",
    "Uitval items that wait for a person, by how many werkdagen they do",
    ["service", "werkdagen"],
)
OUDSTE: Final = Gauge("happyflow_uitval_oldest_seconds", "Age of the uitval item that waits longest", ["service"])

_LEEFTIJDEN: Final = ((10, "10+"), (6, "6-9"), (3, "3-5"), (0, "0-2"))
"""Werkdagen from which, the oldest first; an answer is due in ten (OP090x4)."""

_TEL: Final = f"""
SELECT {DAG.format("ontstaan_op")} AS dag, count(*) AS aantal, min(ontstaan_op) AS oudste
FROM uitval WHERE status = 'open' GROUP BY 1
"""


async def meet(context: Context) -> None:
    """Set the gauges of the uitval queue; every label of them, so that none keeps an old value."""
    async with context.database.connection() as connection:
        rijen = await connection.fetch(_TEL)
    nu, service = context.clock.now(), context.database.schema
    aantallen: Telling[str] = Telling()
    for rij in rijen:
        werkdagen = werkdagen_tussen(rij["dag"], max(rij["dag"], dag_van(nu)))
        aantallen[next(naam for vanaf, naam in _LEEFTIJDEN if werkdagen >= vanaf)] += rij["aantal"]
    for _, naam in _LEEFTIJDEN:
        OPEN.labels(service, naam).set(aantallen[naam])
    OUDSTE.labels(service).set(max(((nu - rij["oudste"]).total_seconds() for rij in rijen), default=0))


TASKS: Final = (PeriodicTask("verplichtingen", 3600, verleng), PeriodicTask("uitval", 60.0, meet))
