"""JW306: retour on a JW305."""

from typing import ClassVar

from ijw.berichten.basis import Geboortedatum, VerkorteNaam, XsdVersie
from ijw.berichten.jw305 import Header305, StartProduct305
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_BurgerServicenummer,
    LDT_Datum,
    LDT_Geslacht,
    LDT_IdentificatieBericht,
    LDT_Versie,
    RetourCodes,
)


class Header306(Header305, frozen=True, kw_only=True):
    """The Header answered, parties unswapped, and what the retour adds (IV028)."""

    identificatie_retour: LDT_IdentificatieBericht
    dagtekening_retour: LDT_Datum
    xslt_versie: LDT_Versie | None = None
    xsd_versie_retour: XsdVersie
    retour_codes: RetourCodes = ()


class StartProduct306(StartProduct305, frozen=True, kw_only=True):
    """A StartProduct with its verdict."""

    retour_codes: RetourCodes


class Client306(Klasse, frozen=True, kw_only=True):
    """The Client of the JW305 with its verdict."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VerkorteNaam
    start_producten: tuple[StartProduct306, ...]
    retour_codes: RetourCodes


class JW306(Klasse, frozen=True, kw_only=True):
    """Header only, or the Client back with a verdict on every class."""

    soort: ClassVar[str] = "JW306"
    code: ClassVar[str] = "439"

    header: Header306
    client: Client306 | None = None
