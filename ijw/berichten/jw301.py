"""JW301: toewijzing, gemeente to aanbieder."""

from typing import ClassVar

from ijw.berichten.basis import (
    Adres,
    BerichtIdentificatie,
    Communicatie,
    Geboortedatum,
    Omvang,
    OpenPeriode,
    Product,
    Telefoonnummers,
    VolledigeNaam,
    XsdVersie,
)
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AdresSoort,
    LDT_AgbCode,
    LDT_BerichtCode,
    LDT_BerichtSubversie,
    LDT_BerichtVersie,
    LDT_Budget,
    LDT_BurgerServicenummer,
    LDT_Commentaar,
    LDT_Datum,
    LDT_Emailadres,
    LDT_Gemeente,
    LDT_Geslacht,
    LDT_JuridischeStatus,
    LDT_Nummer,
    LDT_Organisatienaam,
    LDT_Persoonsid,
    LDT_RedenWijziging,
    LDT_Referentie,
    LDT_RelatieVolgorde,
    LDT_SoortRelatie,
    LDT_Tijd,
    LDT_WettelijkeVertegenwoordiging,
)


class Header301(Klasse, frozen=True, kw_only=True):
    """Afzender is the gemeente, Ontvanger the aanbieder."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_Gemeente
    ontvanger: LDT_AgbCode
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie


class Contact301(Klasse, frozen=True, kw_only=True):
    """An address and ways to reach someone; key is Soort."""

    soort: LDT_AdresSoort
    adres: Adres | None = None
    organisatie: LDT_Organisatienaam | None = None
    telefoon: Telefoonnummers | None = None
    emailadres: LDT_Emailadres | None = None
    periode: OpenPeriode | None = None


class Relatie301(Klasse, frozen=True, kw_only=True):
    """Someone around the client; key is Nummer."""

    nummer: LDT_Persoonsid
    volgorde: LDT_RelatieVolgorde | None = None
    soort: LDT_SoortRelatie
    geboortedatum: Geboortedatum | None = None
    geslacht: LDT_Geslacht | None = None
    naam: VolledigeNaam
    contact: Contact301


class ToegewezenProduct301(Klasse, frozen=True, kw_only=True):
    """One toewijzing; ToewijzingNummer is unique per gemeente and domain (TR332)."""

    toewijzing_nummer: LDT_Nummer
    referentie_aanbieder: LDT_Referentie | None = None
    product: Product | None = None
    toewijzingsdatum: LDT_Datum
    toewijzingstijd: LDT_Tijd
    ingangsdatum: LDT_Datum
    einddatum: LDT_Datum | None = None
    reden_wijziging: LDT_RedenWijziging | None = None
    omvang: Omvang | None = None
    budget: LDT_Budget | None = None
    commentaar: LDT_Commentaar | None = None


class Client301(Klasse, frozen=True, kw_only=True):
    """The client; key is Bsn."""

    bsn: LDT_BurgerServicenummer
    geboortedatum: Geboortedatum
    geslacht: LDT_Geslacht
    naam: VolledigeNaam
    communicatie: Communicatie | None = None
    juridische_status: LDT_JuridischeStatus | None = None
    wettelijke_vertegenwoordiging: LDT_WettelijkeVertegenwoordiging | None = None
    commentaar: LDT_Commentaar | None = None
    relaties: tuple[Relatie301, ...] = ()
    contactgegevens: tuple[Contact301, ...]
    toegewezen_producten: tuple[ToegewezenProduct301, ...]


class JW301(Klasse, frozen=True, kw_only=True):
    """One client with all toewijzingen for one aanbieder (OP087)."""

    soort: ClassVar[str] = "JW301"
    code: ClassVar[str] = "436"

    header: Header301
    client: Client301
