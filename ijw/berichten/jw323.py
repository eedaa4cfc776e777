"""JW323: declaratie, aanbieder to gemeente."""

from typing import ClassVar

from ijw.berichten.basis import (
    BedragMetDC,
    BerichtIdentificatie,
    GeslotenPeriode,
    Referentie,
    TotaalBedragMetDC,
    XsdVersie,
)
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AgbCode,
    LDT_Bedrag,
    LDT_BerichtCode,
    LDT_BerichtSubversie,
    LDT_BerichtVersie,
    LDT_BurgerServicenummer,
    LDT_Datum,
    LDT_Eenheid,
    LDT_Gemeente,
    LDT_IdentificatieDeclaratie,
    LDT_Nummer,
    LDT_ProductCategorie,
    LDT_ProductCode,
    LDT_Volume,
)


class Header323(Klasse, frozen=True, kw_only=True):
    """Afzender is the aanbieder, Ontvanger the gemeente."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_AgbCode
    ontvanger: LDT_Gemeente
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie


class Prestatie323(Klasse, frozen=True, kw_only=True):
    """One product of one toewijzing in one ProductPeriode; no ProductTarief for Eenheid 83 (CD087)."""

    product_referentie: Referentie
    toewijzing_nummer: LDT_Nummer
    product_categorie: LDT_ProductCategorie
    product_code: LDT_ProductCode
    product_periode: GeslotenPeriode
    geleverd_volume: LDT_Volume
    eenheid: LDT_Eenheid
    product_tarief: LDT_Bedrag | None = None
    ingediend_bedrag: BedragMetDC


class Client323(Klasse, frozen=True, kw_only=True):
    """A client and what was delivered."""

    bsn: LDT_BurgerServicenummer
    prestaties: tuple[Prestatie323, ...]


class Declaratie323(Klasse, frozen=True, kw_only=True):
    """DeclaratieNummer is unique per aanbieder and domain (TR333); the total is a signed sum (TR358)."""

    declaratie_nummer: LDT_IdentificatieDeclaratie
    declaratie_periode: GeslotenPeriode
    declaratie_dagtekening: LDT_Datum
    totaal_ingediend_bedrag: TotaalBedragMetDC
    clienten: tuple[Client323, ...]


class JW323(Klasse, frozen=True, kw_only=True):
    """One declaratie over one month, for many clients."""

    soort: ClassVar[str] = "JW323"
    code: ClassVar[str] = "490"

    header: Header323
    declaratie: Declaratie323
