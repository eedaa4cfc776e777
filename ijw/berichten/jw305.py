"""JW305: start of care, aanbieder to gemeente."""

from typing import ClassVar

from ijw.berichten.basis import BerichtIdentificatie, Geboortedatum, Product, VerkorteNaam, XsdVersie
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AgbCode,
    LDT_BerichtCode,
    LDT_BerichtSubversie,
    LDT_BerichtVersie,
    LDT_BurgerServicenummer,
    LDT_Datum,
    LDT_Gemeente,
    LDT_Geslacht,
    LDT_Nummer,
    LDT_StatusAanlevering,
)


class Header305(Klasse, frozen=True, kw_only=True):
    """Afzender is the aanbieder, Ontvanger the gemeente."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_AgbCode
    ontvanger: LDT_Gemeente
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie


class StartProduct305(Klasse, frozen=True, kw_only=True):
    """A start; key is ToewijzingNummer, Product and Begindatum."""

    toewijzing_nummer: LDT_Nummer | None = None
    product: Product | None = None
    toewijzing_ingangsdatum: LDT_Datum | None = None
    begindatum: LDT_Datum
    status_aanlevering: LDT_StatusAanlevering


class Client305(Klasse, frozen=True, kw_only=True):
    """The client; key is Bsn."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VerkorteNaam
    start_producten: tuple[StartProduct305, ...]


class JW305(Klasse, frozen=True, kw_only=True):
    """One client and the products whose delivery began."""

    soort: ClassVar[str] = "JW305"
    code: ClassVar[str] = "438"

    header: Header305
    client: Client305
