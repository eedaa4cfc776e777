"""Level 3 and 4 rules on the messages that this service takes in: pure functions of a message and facts.

A module per subject, each with its facts and its ``REGELS`` in order. First the Header: what fails there is
answered before anything else is looked at (IV028).
"""

from typing import Final

from ijw.berichten import Heenbericht
from ijw.bevinding import Bevinding
from ijw.regels import Regel
from services.allocation.rules import kop, regie, toewijzing
from services.allocation.rules.kop import Kopfeiten
from services.allocation.rules.toepassing import pas_toe

__all__ = ["REGELS", "Kopfeiten", "beoordeel", "kop", "pas_toe", "regie", "toewijzing"]

REGELS: Final[tuple[Regel, ...]] = kop.REGELS + toewijzing.REGELS + regie.REGELS


def beoordeel(
    bericht: Heenbericht, kopfeiten: Kopfeiten, regels: tuple[Regel, ...], feiten: object
) -> tuple[Bevinding, ...]:
    """All findings on the Header, or else all of ``regels`` (of the message's own subject) on what follows it."""
    return pas_toe(kop.REGELS, bericht, kopfeiten) or pas_toe(regels, bericht, feiten)
