"""JW315: verzoek om toewijzing, aanbieder to gemeente."""

from typing import ClassVar

from ijw.berichten.basis import (
    BerichtIdentificatie,
    Geboortedatum,
    Omvang,
    Product,
    VerkorteNaam,
    Verwijzer,
    XsdVersie,
)
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AgbCode,
    LDT_BerichtCode,
    LDT_BerichtSubversie,
    LDT_BerichtVersie,
    LDT_Budget,
    LDT_BurgerServicenummer,
    LDT_Commentaar,
    LDT_Datum,
    LDT_Gemeente,
    LDT_Geslacht,
    LDT_JaNee,
    LDT_Nummer,
    LDT_Referentie,
)


class Header315(Klasse, frozen=True, kw_only=True):
    """Afzender is the aanbieder, Ontvanger the gemeente."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_AgbCode
    ontvanger: LDT_Gemeente
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie


class AangevraagdProduct315(Klasse, frozen=True, kw_only=True):
    """A product asked for; ReferentieAanbieder is unique per aanbieder and domain (TR347)."""

    referentie_aanbieder: LDT_Referentie
    beschikking_nummer: LDT_Nummer | None = None
    product: Product | None = None
    beschikking_ingangsdatum: LDT_Datum | None = None
    toewijzing_ingangsdatum: LDT_Datum
    toewijzing_einddatum: LDT_Datum | None = None
    omvang: Omvang | None = None
    budget: LDT_Budget | None = None
    verwijzer: Verwijzer
    raamcontract: LDT_JaNee | None = None
    commentaar: LDT_Commentaar | None = None


class Client315(Klasse, frozen=True, kw_only=True):
    """The client; key is Bsn."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VerkorteNaam
    gezagsdrager_bekend: LDT_JaNee | None = None
    commentaar: LDT_Commentaar | None = None
    aangevraagde_producten: tuple[AangevraagdProduct315, ...]


class JW315(Klasse, frozen=True, kw_only=True):
    """One client and the products asked for."""

    soort: ClassVar[str] = "JW315"
    code: ClassVar[str] = "446"

    header: Header315
    client: Client315
