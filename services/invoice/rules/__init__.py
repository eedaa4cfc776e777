"""Level 3 and 4 rules that the invoice service decides: on a JW323 as a whole, and on the JW325 that answers it.

Pure functions over messages and facts; the service fetches the facts. Rules on single prestaties against
toewijzingen and contracts are decided by the matching service.
"""

from typing import Final

from ijw.regels import Regel
from services.invoice.rules import antwoord, declaratie
from services.invoice.rules.antwoord import Antwoordfeiten, beoordeel_antwoord
from services.invoice.rules.declaratie import (
    DUBBELE_REFERENTIE,
    GOED,
    Feiten,
    Oordeel,
    beoordeel,
    tr314_referentie_eenmalig,
    tr318_periode_niet_voor_laatste,
    tr333_declaratienummer_eenmalig,
)

__all__ = [
    "DUBBELE_REFERENTIE",
    "GOED",
    "REGELS",
    "Antwoordfeiten",
    "Feiten",
    "Oordeel",
    "beoordeel",
    "beoordeel_antwoord",
    "tr314_referentie_eenmalig",
    "tr318_periode_niet_voor_laatste",
    "tr333_declaratienummer_eenmalig",
]

REGELS: Final[tuple[Regel, ...]] = declaratie.REGELS + antwoord.REGELS
