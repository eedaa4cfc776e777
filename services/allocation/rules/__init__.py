"""Level 3 and 4 rules on the messages that this service takes in: pure functions of a message and facts.

A module per subject, each with its facts and its ``REGELS`` in order. First the Header: what fails there is
answered before anything else is looked at (IV028).
"""

from typing import Final

from ijw.berichten import Heenbericht
from ijw.bevinding import Bevinding
from ijw.regels import Regel
from services.allocation.rules import antwoord, kop, pakket, regie, toewijzing, verzoek
from services.allocation.rules.kop import Kopfeiten
from services.allocation.rules.toepassing import pas_toe

__all__ = [
    "REGELS",
    "Kopfeiten",
    "antwoord",
    "beoordeel",
    "kop",
    "pakket",
    "pas_toe",
    "regie",
    "toewijzing",
    "verzoek",
]

REGELS: Final[tuple[Regel, ...]] = (
    kop.REGELS + toewijzing.REGELS + regie.REGELS + verzoek.OP_BERICHT + pakket.REGELS + antwoord.REGELS
)
"""Every rule of this service; those on a JW317 hold those it shares with a JW315."""


def beoordeel(
    bericht: Heenbericht,
    kopfeiten: Kopfeiten,
    regels: tuple[Regel, ...],
    feiten: object,
    op_bericht: tuple[Regel, ...] = (),
) -> tuple[Bevinding, ...]:
    """All findings on the Header and on the message as a whole, or else those on what follows.

    ``regels`` are those of the message's own subject, ``op_bericht`` those of them on the message as a whole. A rule
    on the Header can also name a place below it (the gemeente of a Woonplaatsbeginsel, TR378), which does not count
    as the Header's.
    """
    kopregels = pas_toe(kop.REGELS, bericht, kopfeiten) + pas_toe(op_bericht, bericht, feiten)
    in_kop = tuple(bevinding for bevinding in kopregels if _in_kop(bevinding))
    return in_kop or kopregels + pas_toe(regels, bericht, feiten)


def _in_kop(bevinding: Bevinding) -> bool:
    return bevinding.pad == "/Bericht" or bevinding.pad.startswith("/Bericht/Header")
