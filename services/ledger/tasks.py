"""What the ledger does by itself: saying whether the books balance, and how far budgets are used.

Whoever scrapes sees this without a token. So a gemeente's use is a share in whole percents and an amount is of all
of them together in thousands of euros: neither tells what was paid for one client.
"""

from collections import defaultdict
from typing import Final

from prometheus_client import Gauge

from services.ledger.budget import Bedragen, budget
from services.ledger.rekeningschema import REKENINGEN
from services.platform.metrics import set_percents
from services.platform.service import Context, PeriodicTask

ONBALANS: Final = Gauge(
    "happyflow_grootboek_imbalance_cents",
    "What debet and credit differ in every circle of accounts, year and grootboek, added up; always 0",
    ["service"],
)
GEBRUIK: Final = Gauge(
    "happyflow_budget_used_ratio",
    "Share of this year's begroting of a gemeente that is verplicht, toegekend or inUitval, down to whole percents",
    ["service", "gemeente", "deel"],
)
TOTAAL: Final = Gauge(
    "happyflow_budget_euros",
    "This year's begroot, verplicht, toegekend and inUitval of all gemeenten, down to thousands",
    ["service", "deel"],
)
ZONDER: Final = Gauge(
    "happyflow_gemeenten_zonder_begroting",
    "Gemeenten with commitments or declaraties in this year and no begroting for it",
    ["service"],
)

_ONBALANS: Final = """
SELECT coalesce(sum(abs(verschil)), 0)::bigint FROM (
  SELECT sum(s.debet - s.credit) AS verschil
  FROM saldi s LEFT JOIN unnest($1::smallint[], $2::text[]) AS r(rekening, kring) USING (rekening)
  GROUP BY s.domein, s.gemeente, s.boekjaar, r.kring) AS k
"""
_SALDI: Final = """
SELECT gemeente, rekening, sum(debet - credit)::bigint AS saldo
FROM saldi WHERE boekjaar = $1 GROUP BY gemeente, rekening
"""
_DUIZEND_EURO: Final = 100_000


async def meet(context: Context) -> None:
    """Set the gauges."""
    async with context.database.connection() as connection:
        onbalans = await connection.fetchval(_ONBALANS, [r.nummer for r in REKENINGEN], [r.kring for r in REKENINGEN])
        rijen = await connection.fetch(_SALDI, context.clock.today().year)
    saldi: defaultdict[str, dict[tuple[int, str], int]] = defaultdict(dict)
    for rij in rijen:
        saldi[rij["gemeente"]][rij["rekening"], ""] = rij["saldo"]
    ONBALANS.labels(context.database.schema).set(onbalans)
    _zet(context.database.schema, {gemeente: budget(van, ()).totaal for gemeente, van in saldi.items()})


def _delen(bedragen: Bedragen) -> dict[str, int]:
    return {"verplicht": bedragen.verplicht, "toegekend": bedragen.toegekend, "inUitval": bedragen.in_uitval}


def _zet(service: str, budgetten: dict[str, Bedragen]) -> None:
    """All at once: a gemeente that has no begroting any more has no share either."""
    totaal = dict.fromkeys(("begroot", *_delen(Bedragen(*[0] * len(Bedragen._fields)))), 0)
    zonder = 0
    GEBRUIK.clear()
    for gemeente, bedragen in budgetten.items():
        totaal["begroot"] += bedragen.begroot
        zonder += not bedragen.begroot and any(bedragen)
        for deel, bedrag in _delen(bedragen).items():
            totaal[deel] += bedrag
            if bedragen.begroot:
                set_percents(GEBRUIK.labels(service, gemeente, deel), bedrag * 100 // bedragen.begroot)
    for deel, bedrag in totaal.items():
        TOTAAL.labels(service, deel).set(bedrag // _DUIZEND_EURO * 1000)
    ZONDER.labels(service).set(zonder)


TASKS: Final = (PeriodicTask("boeken", 60.0, meet),)
