"""What matching counts about itself, once the transaction is there in which it happened."""

from collections import Counter as Telling
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal

from prometheus_client import Counter, Histogram

from services.matching.beoordeling import Oordeel
from services.platform.database import after_commit
from services.platform.metrics import WAIT_BUCKETS, WORK_BUCKETS

Aanleiding = Literal["binnenkomst", "herbeoordeling", "besluit"]

OORDELEN: Final = Counter(
    "happyflow_matching_prestaties",
    "Verdicts on prestaties, by what led to them (binnenkomst, herbeoordeling, besluit) and outcome",
    ["service", "aanleiding", "uitkomst"],
)
BEVINDINGEN: Final = Counter(
    "happyflow_matching_retourcodes",
    "Prestaties by retourcode of what was found, or of the decision; geen-contractregel is our own",
    ["service", "aanleiding", "uitkomst", "retourcode"],
)
BESLUITEN: Final = Counter("happyflow_matching_besluiten", "Uitval items decided by a person", ["service", "besluit"])
BEOORDELEN: Final = Histogram(
    "happyflow_matching_seconds",
    "Duration of judging one batch of prestaties, from reading the facts to writing the verdicts",
    ["service"],
    buckets=WORK_BUCKETS,
)
DOORLOOPTIJD: Final = Histogram(
    "happyflow_matching_after_receipt_seconds",
    "Time from the receipt of a declaratie to the verdicts on a part of it",
    ["service"],
    buckets=WAIT_BUCKETS,
)


def tel_oordelen(aanleiding: Aanleiding, oordelen: Sequence[Oordeel]) -> None:
    """Count verdicts and the codes of their findings."""
    codes: Telling[tuple[str, str]] = Telling(
        (oordeel.uitkomst, code)
        for oordeel in oordelen
        if oordeel.bevindingen
        for code in {bevinding.retourcode for bevinding in oordeel.bevindingen}
    )
    _tel(aanleiding, Telling(oordeel.uitkomst for oordeel in oordelen), codes)


def tel_besluit(uitkomst: str, aantal: int, retourcodes: Iterable[str]) -> None:
    """Count the prestaties of an item that a person decided."""
    _tel("besluit", Telling({uitkomst: aantal}), Telling({(uitkomst, code): aantal for code in set(retourcodes)}))


def _tel(aanleiding: Aanleiding, uitkomsten: Telling[str], codes: Telling[tuple[str, str]]) -> None:
    def tel(service: str) -> None:
        for uitkomst, aantal in uitkomsten.items():
            OORDELEN.labels(service, aanleiding, uitkomst).inc(aantal)
        for (uitkomst, code), aantal in codes.items():
            BEVINDINGEN.labels(service, aanleiding, uitkomst, code).inc(aantal)

    after_commit(tel)


def tel_doorlooptijd(ontvangen: Sequence[datetime], moment: datetime) -> None:
    """Measure how long ago these parts of declaraties came in."""

    def tel(service: str) -> None:
        for ontvangen_op in ontvangen:
            DOORLOOPTIJD.labels(service).observe((moment - ontvangen_op).total_seconds())

    after_commit(tel)
