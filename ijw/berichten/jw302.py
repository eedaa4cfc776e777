"""JW302: retour on a JW301."""

from typing import ClassVar

from ijw.berichten.basis import Communicatie, Geboortedatum, VolledigeNaam, XsdVersie
from ijw.berichten.jw301 import Contact301, Header301, ToegewezenProduct301
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_BurgerServicenummer,
    LDT_Commentaar,
    LDT_Datum,
    LDT_Geslacht,
    LDT_IdentificatieBericht,
    LDT_JuridischeStatus,
    LDT_Persoonsid,
    LDT_RelatieVolgorde,
    LDT_SoortRelatie,
    LDT_Versie,
    LDT_WettelijkeVertegenwoordiging,
    RetourCodes,
)


class Header302(Header301, frozen=True, kw_only=True):
    """The Header answered, parties unswapped, and what the retour adds (IV028)."""

    identificatie_retour: LDT_IdentificatieBericht
    dagtekening_retour: LDT_Datum
    xslt_versie: LDT_Versie | None = None
    xsd_versie_retour: XsdVersie
    retour_codes: RetourCodes = ()


class Contact302(Contact301, frozen=True, kw_only=True):
    """A Contact with its verdict."""

    retour_codes: RetourCodes


class Relatie302(Klasse, frozen=True, kw_only=True):
    """A Relatie with its verdict."""

    nummer: LDT_Persoonsid
    volgorde: LDT_RelatieVolgorde | None = None
    soort: LDT_SoortRelatie
    geboortedatum: Geboortedatum | None = None
    geslacht: LDT_Geslacht | None = None
    naam: VolledigeNaam
    contact: Contact302
    retour_codes: RetourCodes


class ToegewezenProduct302(ToegewezenProduct301, frozen=True, kw_only=True):
    """A ToegewezenProduct with its verdict."""

    retour_codes: RetourCodes


class Client302(Klasse, frozen=True, kw_only=True):
    """The Client of the JW301 with its verdict."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VolledigeNaam
    communicatie: Communicatie | None = None
    juridische_status: LDT_JuridischeStatus | None = None
    wettelijke_vertegenwoordiging: LDT_WettelijkeVertegenwoordiging | None = None
    commentaar: LDT_Commentaar | None = None
    relaties: tuple[Relatie302, ...] = ()
    contactgegevens: tuple[Contact302, ...]
    toegewezen_producten: tuple[ToegewezenProduct302, ...]
    retour_codes: RetourCodes


class JW302(Klasse, frozen=True, kw_only=True):
    """Header only, or the Client back with a verdict on every class."""

    soort: ClassVar[str] = "JW302"
    code: ClassVar[str] = "437"

    header: Header302
    client: Client302 | None = None
