"""The life cycle of a verzoek om toewijzing (JW315) or om wijziging (JW317), as pure logic.

It runs per ReferentieAanbieder: each AangevraagdProduct of a JW315 has one of its own and is decided by itself,
a JW317 has one and is decided as a whole (OP344). What the retourbericht refused never began, so its reference
is free again.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ijw.berichten import JW319
from services.allocation.levensloop import Levensloop, Stap, Weigering


class Toestand(StrEnum):
    """The states of one ReferentieAanbieder; ``GEEN`` is that of a reference nobody used."""

    GEEN = "geen"
    OPEN = "open"
    IN_ONDERZOEK = "in_onderzoek"
    TOEGEKEND = "toegekend"
    TOEGEKEND_NA_ONDERZOEK = "toegekend_na_onderzoek"
    AFGEWEZEN = "afgewezen"


class Gebeurtenis(StrEnum):
    """What can happen to a reference, in the words of the page."""

    VERZOEK = "JW315 or JW317 under this reference"
    ANDER_VERZOEK = "JW315 or JW317 for the same client under another reference"
    ONDERZOEK = "JW319 with VerzoekAntwoord 2"
    TOEKENNING = "JW301 with this reference"
    AFWIJZING = "JW319 with VerzoekAntwoord 1"


class Verzoekstatus(StrEnum):
    """A verzoek as a whole, as the API names it; the first two are pending."""

    OPEN = "open"
    IN_ONDERZOEK = "in_onderzoek"
    TOEGEKEND = "toegekend"
    DEELS_TOEGEKEND = "deels_toegekend"
    AFGEWEZEN = "afgewezen"


AFGEWEZEN: Final = "1"
IN_ONDERZOEK: Final = "2"
"""VerzoekAntwoord of a JW319."""

WOONPLAATSBEGINSEL: Final = "8"
"""RedenAfwijzingVerzoek: another gemeente is responsible."""

OPENSTAAND: Final = frozenset({Toestand.OPEN, Toestand.IN_ONDERZOEK})
"""Still without a final answer: onderzoek keeps a verzoek pending (TR374)."""

TOEGEKEND: Final = frozenset({Toestand.TOEGEKEND, Toestand.TOEGEKEND_NA_ONDERZOEK})

_TR347 = Weigering("TR347", "9347")
_TR355 = Weigering("TR355", "9355")
_TR359 = Weigering("TR359", "9359")
_TR360 = Weigering("TR360", "9360")
_TR365 = Weigering("TR365", "9365")
_TR374 = Weigering("TR374", "9374")
_TR379 = Weigering("TR379", "9379")

OVERGANGEN: Final[Mapping[tuple[Toestand, Gebeurtenis], Toestand | tuple[Weigering, ...]]] = MappingProxyType(
    {
        (Toestand.GEEN, Gebeurtenis.VERZOEK): Toestand.OPEN,
        (Toestand.GEEN, Gebeurtenis.ANDER_VERZOEK): Toestand.GEEN,
        (Toestand.GEEN, Gebeurtenis.ONDERZOEK): (_TR355,),
        (Toestand.GEEN, Gebeurtenis.TOEKENNING): (_TR379,),
        (Toestand.GEEN, Gebeurtenis.AFWIJZING): (_TR355,),
        (Toestand.OPEN, Gebeurtenis.VERZOEK): (_TR347,),
        (Toestand.OPEN, Gebeurtenis.ANDER_VERZOEK): (_TR374,),
        (Toestand.OPEN, Gebeurtenis.ONDERZOEK): Toestand.IN_ONDERZOEK,
        (Toestand.OPEN, Gebeurtenis.TOEKENNING): Toestand.TOEGEKEND,
        (Toestand.OPEN, Gebeurtenis.AFWIJZING): Toestand.AFGEWEZEN,
        (Toestand.IN_ONDERZOEK, Gebeurtenis.VERZOEK): (_TR347,),
        (Toestand.IN_ONDERZOEK, Gebeurtenis.ANDER_VERZOEK): (_TR374,),
        (Toestand.IN_ONDERZOEK, Gebeurtenis.ONDERZOEK): (_TR360,),
        (Toestand.IN_ONDERZOEK, Gebeurtenis.TOEKENNING): Toestand.TOEGEKEND_NA_ONDERZOEK,
        (Toestand.IN_ONDERZOEK, Gebeurtenis.AFWIJZING): Toestand.AFGEWEZEN,
        (Toestand.TOEGEKEND, Gebeurtenis.VERZOEK): (_TR347,),
        (Toestand.TOEGEKEND, Gebeurtenis.ANDER_VERZOEK): Toestand.TOEGEKEND,
        (Toestand.TOEGEKEND, Gebeurtenis.ONDERZOEK): (_TR359,),
        (Toestand.TOEGEKEND, Gebeurtenis.TOEKENNING): (_TR379,),
        (Toestand.TOEGEKEND, Gebeurtenis.AFWIJZING): (_TR359,),
        (Toestand.TOEGEKEND_NA_ONDERZOEK, Gebeurtenis.VERZOEK): (_TR347,),
        (Toestand.TOEGEKEND_NA_ONDERZOEK, Gebeurtenis.ANDER_VERZOEK): Toestand.TOEGEKEND_NA_ONDERZOEK,
        (Toestand.TOEGEKEND_NA_ONDERZOEK, Gebeurtenis.ONDERZOEK): (_TR359, _TR360),
        (Toestand.TOEGEKEND_NA_ONDERZOEK, Gebeurtenis.TOEKENNING): (_TR379,),
        (Toestand.TOEGEKEND_NA_ONDERZOEK, Gebeurtenis.AFWIJZING): (_TR359,),
        (Toestand.AFGEWEZEN, Gebeurtenis.VERZOEK): (_TR347,),
        (Toestand.AFGEWEZEN, Gebeurtenis.ANDER_VERZOEK): Toestand.AFGEWEZEN,
        (Toestand.AFGEWEZEN, Gebeurtenis.ONDERZOEK): (_TR360, _TR365),
        (Toestand.AFGEWEZEN, Gebeurtenis.TOEKENNING): (_TR379,),
        (Toestand.AFGEWEZEN, Gebeurtenis.AFWIJZING): (_TR365,),
    }
)
"""What every event does in every state: the next state, or the rules that refuse it."""

LEVENSLOOP: Final = Levensloop(
    titel="Verzoek (JW315, JW317), per ReferentieAanbieder",
    uitleg="`open` and `in_onderzoek` are pending. A JW315 or JW317 that its retourbericht refuses never began: its"
    " references stay `geen` and may be used again. A JW315 as a whole is pending until its last reference is decided.",
    stappen=tuple(
        Stap(van=van, gebeurtenis=gebeurtenis, naar=naar)
        if isinstance(naar, Toestand)
        else Stap(van=van, gebeurtenis=gebeurtenis, weigeringen=naar)
        for (van, gebeurtenis), naar in OVERGANGEN.items()
    ),
)


def weigeringen(toestand: Toestand, gebeurtenis: Gebeurtenis) -> tuple[Weigering, ...]:
    """The rules that refuse the event in this state; empty when it may happen."""
    gevolg = OVERGANGEN[toestand, gebeurtenis]
    return () if isinstance(gevolg, Toestand) else gevolg


def volgende(toestand: Toestand, gebeurtenis: Gebeurtenis) -> Toestand:
    """The state after an event that was accepted; ValueError for one that a rule refuses."""
    gevolg = OVERGANGEN[toestand, gebeurtenis]
    if isinstance(gevolg, Toestand):
        return gevolg
    raise ValueError(f"{gebeurtenis} kan niet bij een verzoek dat {toestand} is")


def gebeurtenis_van(bericht: JW319) -> Gebeurtenis:
    """What a JW319 does to the reference it names."""
    onderzoek = bericht.antwoord.verzoek_antwoord == IN_ONDERZOEK
    return Gebeurtenis.ONDERZOEK if onderzoek else Gebeurtenis.AFWIJZING


def status_van(toestanden: Iterable[Toestand]) -> Verzoekstatus:
    """The verzoek as a whole, given the states of its references (at least one)."""
    alle = frozenset(toestanden)
    if Toestand.OPEN in alle:
        return Verzoekstatus.OPEN
    if Toestand.IN_ONDERZOEK in alle:
        return Verzoekstatus.IN_ONDERZOEK
    if alle <= TOEGEKEND:
        return Verzoekstatus.TOEGEKEND
    return Verzoekstatus.DEELS_TOEGEKEND if alle & TOEGEKEND else Verzoekstatus.AFGEWEZEN
