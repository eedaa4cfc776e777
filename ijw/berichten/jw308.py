"""JW308: retour on a JW307."""

from typing import ClassVar

from ijw.berichten.basis import Geboortedatum, VerkorteNaam, XsdVersie
from ijw.berichten.jw307 import Header307, StopProduct307
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_BurgerServicenummer,
    LDT_Datum,
    LDT_Geslacht,
    LDT_IdentificatieBericht,
    LDT_Versie,
    RetourCodes,
)


class Header308(Header307, frozen=True, kw_only=True):
    """The Header answered, parties unswapped, and what the retour adds (IV028)."""

    identificatie_retour: LDT_IdentificatieBericht
    dagtekening_retour: LDT_Datum
    xslt_versie: LDT_Versie | None = None
    xsd_versie_retour: XsdVersie
    retour_codes: RetourCodes = ()


class StopProduct308(StopProduct307, frozen=True, kw_only=True):
    """A StopProduct with its verdict."""

    retour_codes: RetourCodes


class Client308(Klasse, frozen=True, kw_only=True):
    """The Client of the JW307 with its verdict."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VerkorteNaam
    stop_producten: tuple[StopProduct308, ...]
    retour_codes: RetourCodes


class JW308(Klasse, frozen=True, kw_only=True):
    """Header only, or the Client back with a verdict on every class."""

    soort: ClassVar[str] = "JW308"
    code: ClassVar[str] = "441"

    header: Header308
    client: Client308 | None = None
