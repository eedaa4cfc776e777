"""JW320: retour on a JW319."""

from typing import ClassVar

from ijw.berichten.basis import XsdVersie
from ijw.berichten.jw319 import Header319, Woonplaatsbeginsel319
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_Datum,
    LDT_IdentificatieBericht,
    LDT_RedenAfwijzingVerzoek,
    LDT_Referentie,
    LDT_Versie,
    LDT_VerzoekAntwoord,
    RetourCodes,
)


class Header320(Header319, frozen=True, kw_only=True):
    """The Header answered, parties unswapped, and what the retour adds (IV028)."""

    identificatie_retour: LDT_IdentificatieBericht
    dagtekening_retour: LDT_Datum
    xslt_versie: LDT_Versie | None = None
    xsd_versie_retour: XsdVersie
    retour_codes: RetourCodes = ()


class Woonplaatsbeginsel320(Woonplaatsbeginsel319, frozen=True, kw_only=True):
    """Woonplaatsbeginsel with its verdict."""

    retour_codes: RetourCodes


class Antwoord320(Klasse, frozen=True, kw_only=True):
    """The Antwoord of the JW319 with its verdict."""

    referentie_aanbieder: LDT_Referentie
    verzoek_antwoord: LDT_VerzoekAntwoord
    reden_afwijzing_verzoek: LDT_RedenAfwijzingVerzoek | None = None
    woonplaatsbeginsel: Woonplaatsbeginsel320 | None = None
    retour_codes: RetourCodes


class JW320(Klasse, frozen=True, kw_only=True):
    """Header only, or the Antwoord back with a verdict on every class."""

    soort: ClassVar[str] = "JW320"
    code: ClassVar[str] = "489"

    header: Header320
    antwoord: Antwoord320 | None = None
