"""JW316: retour on a JW315."""

from typing import ClassVar

from ijw.berichten.basis import Geboortedatum, VerkorteNaam, XsdVersie
from ijw.berichten.jw315 import AangevraagdProduct315, Header315
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_BurgerServicenummer,
    LDT_Commentaar,
    LDT_Datum,
    LDT_Geslacht,
    LDT_IdentificatieBericht,
    LDT_JaNee,
    LDT_Versie,
    RetourCodes,
)


class Header316(Header315, frozen=True, kw_only=True):
    """The Header answered, parties unswapped, and what the retour adds (IV028)."""

    identificatie_retour: LDT_IdentificatieBericht
    dagtekening_retour: LDT_Datum
    xslt_versie: LDT_Versie | None = None
    xsd_versie_retour: XsdVersie
    retour_codes: RetourCodes = ()


class AangevraagdProduct316(AangevraagdProduct315, frozen=True, kw_only=True):
    """An AangevraagdProduct with its verdict."""

    retour_codes: RetourCodes


class Client316(Klasse, frozen=True, kw_only=True):
    """The Client of the JW315 with its verdict."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VerkorteNaam
    gezagsdrager_bekend: LDT_JaNee | None = None
    commentaar: LDT_Commentaar | None = None
    aangevraagde_producten: tuple[AangevraagdProduct316, ...]
    retour_codes: RetourCodes


class JW316(Klasse, frozen=True, kw_only=True):
    """Header only, or the Client back with a verdict on every class."""

    soort: ClassVar[str] = "JW316"
    code: ClassVar[str] = "447"

    header: Header316
    client: Client316 | None = None
