"""The composite types of the basisschema, which all messages share (``CDT_`` in the standard)."""

from typing import Self

from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AanduidingWoonadres,
    LDT_AgbCode,
    LDT_Bedrag,
    LDT_Communicatievorm,
    LDT_Datum,
    LDT_DatumGebruik,
    LDT_DebetCredit,
    LDT_Eenheid,
    LDT_Frequentie,
    LDT_Huisletter,
    LDT_Huisnummer,
    LDT_HuisnummerToevoeging,
    LDT_IdentificatieBericht,
    LDT_LandCode,
    LDT_Landnummer,
    LDT_Naam,
    LDT_NaamGebruik,
    LDT_NaamVerwijzer,
    LDT_Plaatsnaam,
    LDT_Postcode,
    LDT_ProductCategorie,
    LDT_ProductCode,
    LDT_ReferentieNummer,
    LDT_Straatnaam,
    LDT_Taal,
    LDT_Telefoonnummer,
    LDT_TotaalBedrag,
    LDT_TypeVerwijzer,
    LDT_Versie,
    LDT_Volume,
    LDT_Voorletters,
    LDT_Voorvoegsel,
)


class Achternaam(Klasse, frozen=True, kw_only=True):
    """A surname and its prefix."""

    achternaam: LDT_Naam
    voorvoegsel: LDT_Voorvoegsel | None = None


class Huis(Klasse, frozen=True, kw_only=True):
    """House number and what follows it."""

    huisnummer: LDT_Huisnummer
    huisletter: LDT_Huisletter | None = None
    huisnummer_toevoeging: LDT_HuisnummerToevoeging | None = None
    aanduiding_woonadres: LDT_AanduidingWoonadres | None = None


class Adres(Klasse, frozen=True, kw_only=True):
    """An address; every part is optional."""

    huis: Huis | None = None
    postcode: LDT_Postcode | None = None
    straatnaam: LDT_Straatnaam | None = None
    plaatsnaam: LDT_Plaatsnaam | None = None
    land_code: LDT_LandCode | None = None


class BedragMetDC(Klasse, frozen=True, kw_only=True):
    """An amount without sign in eurocents beside D (debet) or C (credit)."""

    bedrag: LDT_Bedrag
    debet_credit: LDT_DebetCredit

    @property
    def met_teken(self) -> int:
        """Signed eurocents: debet positive, credit negative (TR358, TR342)."""
        return -self.bedrag if self.debet_credit == "C" else self.bedrag

    @classmethod
    def van_cent(cls, cent: int) -> Self:
        """Write a signed amount; zero takes D (CS325)."""
        return cls(bedrag=abs(cent), debet_credit="C" if cent < 0 else "D")


class BerichtIdentificatie(Klasse, frozen=True, kw_only=True):
    """Identificatie, unique per sender and message type (TR056), and the day of the message."""

    identificatie: LDT_IdentificatieBericht
    dagtekening: LDT_Datum


class Communicatie(Klasse, frozen=True, kw_only=True):
    """How, and in which language, the client communicates."""

    vorm: LDT_Communicatievorm
    taal: LDT_Taal | None = None


class Geboortedatum(Klasse, frozen=True, kw_only=True):
    """A birth date and how much of it is known."""

    datum: LDT_Datum
    datum_gebruik: LDT_DatumGebruik | None = None


class GeslotenPeriode(Klasse, frozen=True, kw_only=True):
    """A period; both days belong to it."""

    begindatum: LDT_Datum
    einddatum: LDT_Datum


class Omvang(Klasse, frozen=True, kw_only=True):
    """How much care: Volume of Eenheid per Frequentie. For Eenheid 83 the Volume is in eurocents (IV042)."""

    volume: LDT_Volume
    eenheid: LDT_Eenheid
    frequentie: LDT_Frequentie


class OpenPeriode(Klasse, frozen=True, kw_only=True):
    """A period of which either end may be open."""

    begindatum: LDT_Datum | None = None
    einddatum: LDT_Datum | None = None


class Product(Klasse, frozen=True, kw_only=True):
    """A category, or one product in it."""

    categorie: LDT_ProductCategorie
    code: LDT_ProductCode | None = None


class Referentie(Klasse, frozen=True, kw_only=True):
    """ReferentieNummer of a Prestatie; a credit names the debet it takes back (CD060)."""

    referentie_nummer: LDT_ReferentieNummer
    vorig_referentie_nummer: LDT_ReferentieNummer | None = None


class Telefoon(Klasse, frozen=True, kw_only=True):
    """One telephone number."""

    telefoonnummer: LDT_Telefoonnummer
    landnummer: LDT_Landnummer


class Telefoonnummers(Klasse, frozen=True, kw_only=True):
    """One or two telephone numbers."""

    telefoon01: Telefoon
    telefoon02: Telefoon | None = None


class TotaalBedragMetDC(Klasse, frozen=True, kw_only=True):
    """A total without sign in eurocents beside D (debet) or C (credit)."""

    totaal_bedrag: LDT_TotaalBedrag
    debet_credit: LDT_DebetCredit

    @property
    def met_teken(self) -> int:
        """Signed eurocents: debet positive, credit negative (TR358, TR342)."""
        return -self.totaal_bedrag if self.debet_credit == "C" else self.totaal_bedrag

    @classmethod
    def van_cent(cls, cent: int) -> Self:
        """Write a signed amount; zero takes D (CS325)."""
        return cls(totaal_bedrag=abs(cent), debet_credit="C" if cent < 0 else "D")


class VerkorteNaam(Klasse, frozen=True, kw_only=True):
    """A name as in messages from the aanbieder."""

    geslachtsnaam: Achternaam
    voornamen: LDT_Naam | None = None
    voorletters: LDT_Voorletters | None = None


class Verwijzer(Klasse, frozen=True, kw_only=True):
    """Who referred the client."""

    type: LDT_TypeVerwijzer
    naam: LDT_NaamVerwijzer | None = None
    zorgverlener_code: LDT_AgbCode | None = None


class VolledigeNaam(Klasse, frozen=True, kw_only=True):
    """A name as in the toewijzing, with partner's name and use."""

    geslachtsnaam: Achternaam
    partnernaam: Achternaam | None = None
    voornamen: LDT_Naam | None = None
    voorletters: LDT_Voorletters | None = None
    naam_gebruik: LDT_NaamGebruik


class XsdVersie(Klasse, frozen=True, kw_only=True):
    """The versions of the schemas a message was made with, as their appinfo states them."""

    basisschema_xsd_versie: LDT_Versie
    bericht_xsd_versie: LDT_Versie
