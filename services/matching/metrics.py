"""What matching counts about itself."""

from collections import Counter as Telling
from collections.abc import Iterable

from prometheus_client import Counter

OORDELEN = Counter("happyflow_matching_prestaties", "Prestaties judged on arrival, by outcome", ["uitkomst"])
BESLUITEN = Counter("happyflow_matching_besluiten", "Uitval items decided by a person", ["besluit"])


def tel_oordelen(uitkomsten: Iterable[str]) -> None:
    """Count verdicts of a batch."""
    for uitkomst, aantal in Telling(uitkomsten).items():
        OORDELEN.labels(uitkomst).inc(aantal)
