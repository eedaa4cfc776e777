"""What the gemeenten have budgeted: posts with productcategorieen, in round amounts."""

from collections.abc import Sequence
from typing import Final

import msgspec

from services.synthetisch.toeval import Toeval
from services.synthetisch.veld import Veld

_POSTEN: Final = (
    ("Ambulante jeugdhulp en crisiszorg", ("45", "46", "54"), 65),
    ("Dagbehandeling en vervoer", ("41", "42"), 19),
    ("Verblijf en pleegzorg", ("43", "44"), 13),
    ("Jeugdbescherming en jeugdreclassering", ("47", "48"), 3),
)
"""Post, its productcategorieen and its share of the budget in percent.

Maatwerk (50) is in none of them: it shows as not budgeted.
"""

_PER_TOEWIJZING_EURO: Final = 12_500
_GEMIDDELD_TOEWIJZINGEN: Final = 2
_DUIZEND_EURO_CENT: Final = 100_000


class Post(msgspec.Struct, frozen=True):
    """A line of a begroting as the PUT takes it; bedrag in cents."""

    post: str
    productcategorieen: tuple[str, ...]
    bedrag: int


def begroting(veld: Veld, gemeente: str, jaar: int) -> Sequence[Post]:
    """The posts of a gemeente: in proportion to its clients, some more, some less, in whole thousands of euros."""
    toeval = Toeval(veld.zaad, "begroting", gemeente, jaar)
    aantal = veld.opties.toewijzingen_per_client or _GEMIDDELD_TOEWIJZINGEN
    totaal_euro = len(veld.blok(gemeente)) * aantal * _PER_TOEWIJZING_EURO
    posten = []
    for naam, categorieen, aandeel in _POSTEN:
        duizenden = totaal_euro * aandeel * toeval.geheel(80, 125) // (100 * 100 * 1000)
        posten.append(Post(naam, categorieen, max(1, duizenden) * _DUIZEND_EURO_CENT))
    return posten
