"""JW325: answer to a JW323, gemeente to aanbieder."""

from typing import ClassVar

from ijw.berichten.basis import BerichtIdentificatie, TotaalBedragMetDC, XsdVersie
from ijw.berichten.jw323 import Prestatie323
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AgbCode,
    LDT_BerichtCode,
    LDT_BerichtSubversie,
    LDT_BerichtVersie,
    LDT_BurgerServicenummer,
    LDT_Gemeente,
    LDT_IdentificatieDeclaratie,
    LDT_Versie,
    RetourCodes,
)


class Header325(Klasse, frozen=True, kw_only=True):
    """Afzender is the gemeente; DeclaratieIdentificatie names the JW323 answered (TR337)."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_Gemeente
    ontvanger: LDT_AgbCode
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie
    declaratie_identificatie: BerichtIdentificatie
    xslt_versie: LDT_Versie | None = None
    xsd_versie_declaratie: XsdVersie
    retour_codes: RetourCodes


class Prestatie325(Prestatie323, frozen=True, kw_only=True):
    """A rejected Prestatie with the reasons."""

    retour_codes: RetourCodes


class Client325(Klasse, frozen=True, kw_only=True):
    """A client with something rejected, and the verdict."""

    bsn: LDT_BurgerServicenummer
    prestaties: tuple[Prestatie325, ...]
    retour_codes: RetourCodes


class DeclaratieAntwoord325(Klasse, frozen=True, kw_only=True):
    """8001 when all is granted; else the totals differ by what comes back (TR342)."""

    declaratie_nummer: LDT_IdentificatieDeclaratie
    totaal_ingediend_bedrag: TotaalBedragMetDC
    totaal_toegekend_bedrag: TotaalBedragMetDC
    clienten: tuple[Client325, ...] = ()
    retour_codes: RetourCodes


class JW325(Klasse, frozen=True, kw_only=True):
    """The verdict on one JW323; DeclaratieAntwoord is absent when the Header says why."""

    soort: ClassVar[str] = "JW325"
    code: ClassVar[str] = "491"

    header: Header325
    declaratie_antwoord: DeclaratieAntwoord325 | None = None
