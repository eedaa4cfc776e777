"""JW319: answer to a JW315 or JW317 that is not granted (yet), gemeente to aanbieder."""

from typing import ClassVar

from ijw.berichten.basis import BerichtIdentificatie, XsdVersie
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_AgbCode,
    LDT_BerichtCode,
    LDT_BerichtSubversie,
    LDT_BerichtVersie,
    LDT_Gemeente,
    LDT_RedenAfwijzingVerzoek,
    LDT_Referentie,
    LDT_VerzoekAntwoord,
)


class Header319(Klasse, frozen=True, kw_only=True):
    """Afzender is the gemeente, Ontvanger the aanbieder."""

    bericht_code: LDT_BerichtCode
    bericht_versie: LDT_BerichtVersie
    bericht_subversie: LDT_BerichtSubversie
    afzender: LDT_Gemeente
    ontvanger: LDT_AgbCode
    bericht_identificatie: BerichtIdentificatie
    xsd_versie: XsdVersie


class Woonplaatsbeginsel319(Klasse, frozen=True, kw_only=True):
    """The gemeente that is responsible instead (TR377)."""

    gemeente: LDT_Gemeente


class Antwoord319(Klasse, frozen=True, kw_only=True):
    """Rejected or under investigation; key is ReferentieAanbieder and VerzoekAntwoord."""

    referentie_aanbieder: LDT_Referentie
    verzoek_antwoord: LDT_VerzoekAntwoord
    reden_afwijzing_verzoek: LDT_RedenAfwijzingVerzoek | None = None
    woonplaatsbeginsel: Woonplaatsbeginsel319 | None = None


class JW319(Klasse, frozen=True, kw_only=True):
    """One Antwoord; no Client."""

    soort: ClassVar[str] = "JW319"
    code: ClassVar[str] = "488"

    header: Header319
    antwoord: Antwoord319
