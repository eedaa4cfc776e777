"""Level 3 and 4 rules on a declaratie as a whole: only this service knows the declaraties sent before.

Pure functions over the message and the facts; the service fetches the facts. The rules on the Header are those
of the library, shared with toewijzingen. Rules on single prestaties against toewijzingen and contracts are
decided by the matching service.
"""

import datetime as dt
from collections.abc import Container, Iterator
from typing import Final, Literal

import msgspec

from ijw.berichten import JW323
from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeentelijst
from ijw.regels import Regel
from ijw.regels.header import tr056, tr135, tr378

_DECLARATIE: Final = "/Bericht/Declaratie"
_REFERENTIE: Final = f"{_DECLARATIE}/Clienten/Client/Prestaties/Prestatie/ProductReferentie/ReferentieNummer"
DUBBELE_REFERENTIE: Final = "8021"
_JW323: Final = frozenset({"JW323"})


class Feiten(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier messages and the day say about a declaratie.

    ``laatste_periode`` is the first day of the last DeclaratiePeriode of this aanbieder at this gemeente that
    was not refused.
    """

    vandaag: dt.date
    identificatie_gebruikt: bool
    declaratienummer_gebruikt: bool
    laatste_periode: dt.date | None


def tr333_declaratienummer_eenmalig(bericht: JW323, *, eerder_gebruikt: bool) -> Iterator[Bevinding]:
    """DeclaratieNummer was not used before by this aanbieder (`TR333`, 9333).

    A declaratie refused as a whole counts as not sent, so its number may be used again (`IV087`).
    """
    if eerder_gebruikt:
        nummer = bericht.declaratie.declaratie_nummer
        yield Bevinding(
            regel="TR333",
            retourcode="9333",
            niveau=3,
            pad=f"{_DECLARATIE}/DeclaratieNummer",
            invoer={"referentie": nummer},
        )


def tr318_periode_niet_voor_laatste(bericht: JW323, laatste_periode: dt.date | None) -> Iterator[Bevinding]:
    """DeclaratiePeriode is not before the last one declared (`TR318`, 8214; `OP284`, `IV090`).

    Repeating the last one is allowed, and so are gaps: whether care was delivered in them cannot be seen.
    """
    begin = bericht.declaratie.declaratie_periode.begindatum
    if laatste_periode is not None and begin < laatste_periode:
        yield Bevinding(
            regel="TR318",
            retourcode="8214",
            niveau=3,
            pad=f"{_DECLARATIE}/DeclaratiePeriode",
            invoer={"gedeclareerd": begin.isoformat(), "eerder": laatste_periode.isoformat()},
        )


def tr314_referentie_eenmalig(referentie: str, eerder_gebruikt: Container[str]) -> Iterator[Bevinding]:
    """ReferentieNummer of a prestatie is unique for the aanbieder, in and across messages (`TR314`, 8021).

    ``eerder_gebruikt`` holds the numbers of prestaties before this one: of equal numbers in one message the
    first has the right to it. Numbers in declaraties refused as a whole do not count. Which prestatie it is
    stands beside the finding, not in its path: paths of a large message are not kept.
    """
    if referentie in eerder_gebruikt:
        yield Bevinding(
            regel="TR314", retourcode=DUBBELE_REFERENTIE, niveau=3, pad=_REFERENTIE, invoer={"referentie": referentie}
        )


REGELS: Final[tuple[Regel, ...]] = (
    Regel(code="TR056", niveau=3, retourcode="9056", berichten=_JW323, functie=tr056),
    Regel(code="TR135", niveau=4, retourcode="8848", berichten=_JW323, functie=tr135),
    Regel(code="TR378", niveau=4, retourcode="S300", berichten=_JW323, functie=tr378),
    Regel(code="TR333", niveau=3, retourcode="9333", berichten=_JW323, functie=tr333_declaratienummer_eenmalig),
    Regel(code="TR318", niveau=3, retourcode="8214", berichten=_JW323, functie=tr318_periode_niet_voor_laatste),
    Regel(code="TR314", niveau=3, retourcode="8021", berichten=_JW323, functie=tr314_referentie_eenmalig),
)
"""In the order in which they count: the Header decides before the Declaratie, that before its prestaties."""


class Oordeel(msgspec.Struct, frozen=True):
    """In which class a message was refused (level 2 counts as Header), and why; ``plaats`` "" when it was not."""

    plaats: Literal["", "header", "declaratie"]
    bevindingen: tuple[Bevinding, ...]

    @property
    def retourcodes(self) -> tuple[str, ...]:
        """Codes for the JW325: each once, in order."""
        return tuple(sorted({bevinding.retourcode for bevinding in self.bevindingen}))


GOED: Final = Oordeel("", ())


def beoordeel(kop: JW323, binnen_bericht: tuple[Bevinding, ...], feiten: Feiten, gemeenten: Gemeentelijst) -> Oordeel:
    """The verdict on a message as a whole; ``kop`` needs no clients.

    Level 2 hides everything else, a Header in error hides the Declaratie (IV087).
    """
    if binnen_bericht:
        return Oordeel("header", binnen_bericht)
    if in_header := tuple(_header(kop, feiten, gemeenten)):
        return Oordeel("header", in_header)
    if in_declaratie := tuple(_declaratie(kop, feiten)):
        return Oordeel("declaratie", in_declaratie)
    return GOED


def _header(kop: JW323, feiten: Feiten, gemeenten: Gemeentelijst) -> Iterator[Bevinding]:
    yield from tr056(kop, eerder_gebruikt=feiten.identificatie_gebruikt)
    yield from tr135(kop, feiten.vandaag)
    # A dissolved gemeente's code stays good for toewijzingen that began under it (TR378). Those are not known
    # here, so a code that ever was on the list passes, and matching judges it by the toewijzing of each prestatie.
    if not gemeenten.bestond(kop.header.ontvanger, feiten.vandaag):
        yield from tr378(kop, gemeenten, feiten.vandaag)


def _declaratie(kop: JW323, feiten: Feiten) -> Iterator[Bevinding]:
    yield from tr333_declaratienummer_eenmalig(kop, eerder_gebruikt=feiten.declaratienummer_gebruikt)
    yield from tr318_periode_niet_voor_laatste(kop, feiten.laatste_periode)
