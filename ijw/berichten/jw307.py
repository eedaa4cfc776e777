"""JW307: end of care, aanbieder to gemeente."""

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
    LDT_RedenBeeindiging,
    LDT_StatusAanlevering,
)


class Header307(Klasse, frozen=True, kw_only=True):
    """Afzender is the aanbieder, Ontvanger the gemeente."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_AgbCode
    ontvanger: LDT_Gemeente
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie


class StopProduct307(Klasse, frozen=True, kw_only=True):
    """A stop; key is ToewijzingNummer, Product, Begindatum, RedenBeeindiging and Einddatum."""

    toewijzing_nummer: LDT_Nummer | None = None
    product: Product | None = None
    toewijzing_ingangsdatum: LDT_Datum | None = None
    begindatum: LDT_Datum
    reden_beeindiging: LDT_RedenBeeindiging
    einddatum: LDT_Datum
    status_aanlevering: LDT_StatusAanlevering


class Client307(Klasse, frozen=True, kw_only=True):
    """The client; key is Bsn."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VerkorteNaam
    stop_producten: tuple[StopProduct307, ...]


class JW307(Klasse, frozen=True, kw_only=True):
    """One client and the products whose delivery ended."""

    soort: ClassVar[str] = "JW307"
    code: ClassVar[str] = "440"

    header: Header307
    client: Client307
