"""JW317: verzoek om wijziging, aanbieder to gemeente."""

from typing import ClassVar

from ijw.berichten.basis import BerichtIdentificatie, Omvang, Product, XsdVersie
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AgbCode,
    LDT_BerichtCode,
    LDT_BerichtSubversie,
    LDT_BerichtVersie,
    LDT_Budget,
    LDT_BurgerServicenummer,
    LDT_Datum,
    LDT_Gemeente,
    LDT_Nummer,
    LDT_RedenVerzoek,
    LDT_Referentie,
)


class Header317(Klasse, frozen=True, kw_only=True):
    """Afzender is the aanbieder, Ontvanger the gemeente."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_AgbCode
    ontvanger: LDT_Gemeente
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie


class OngewijzigdProduct317(Klasse, frozen=True, kw_only=True):
    """A toewijzing that stays as it is."""

    toewijzing_nummer: LDT_Nummer


class TeWijzigenProduct317(Klasse, frozen=True, kw_only=True):
    """A toewijzing to be changed."""

    toewijzing_nummer: LDT_Nummer
    gewenste_ingangsdatum: LDT_Datum
    einddatum: LDT_Datum | None = None
    omvang: Omvang | None = None
    budget: LDT_Budget | None = None


class NieuwProduct317(Klasse, frozen=True, kw_only=True):
    """A product to be added; key is Product and GewensteIngangsdatum."""

    product: Product | None = None
    gewenste_ingangsdatum: LDT_Datum
    einddatum: LDT_Datum | None = None
    omvang: Omvang | None = None
    budget: LDT_Budget | None = None


class Verzoek317(Klasse, frozen=True, kw_only=True):
    """What stays, changes and comes; ReferentieAanbieder is unique per aanbieder and domain (TR347)."""

    referentie_aanbieder: LDT_Referentie
    reden_verzoek: LDT_RedenVerzoek
    ongewijzigde_producten: tuple[OngewijzigdProduct317, ...] = ()
    te_wijzigen_producten: tuple[TeWijzigenProduct317, ...] = ()
    nieuwe_producten: tuple[NieuwProduct317, ...] = ()


class Client317(Klasse, frozen=True, kw_only=True):
    """The client, by Bsn alone."""

    bsn: LDT_BurgerServicenummer
    verzoek: Verzoek317


class JW317(Klasse, frozen=True, kw_only=True):
    """One client and one verzoek to change running toewijzingen."""

    soort: ClassVar[str] = "JW317"
    code: ClassVar[str] = "486"

    header: Header317
    client: Client317
