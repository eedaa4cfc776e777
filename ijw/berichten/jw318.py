"""JW318: retour on a JW317."""

from typing import ClassVar

from ijw.berichten.basis import XsdVersie
from ijw.berichten.jw317 import Header317, NieuwProduct317, OngewijzigdProduct317, TeWijzigenProduct317
from ijw.berichten.klasse import Klasse
from ijw.berichten.typen import (
    LDT_BurgerServicenummer,
    LDT_Datum,
    LDT_IdentificatieBericht,
    LDT_RedenVerzoek,
    LDT_Referentie,
    LDT_Versie,
    RetourCodes,
)


class Header318(Header317, frozen=True, kw_only=True):
    """The Header answered, parties unswapped, and what the retour adds (IV028)."""

    identificatie_retour: LDT_IdentificatieBericht
    dagtekening_retour: LDT_Datum
    xslt_versie: LDT_Versie | None = None
    xsd_versie_retour: XsdVersie
    retour_codes: RetourCodes = ()


class OngewijzigdProduct318(OngewijzigdProduct317, frozen=True, kw_only=True):
    """An OngewijzigdProduct with its verdict."""

    retour_codes: RetourCodes


class TeWijzigenProduct318(TeWijzigenProduct317, frozen=True, kw_only=True):
    """A TeWijzigenProduct with its verdict."""

    retour_codes: RetourCodes


class NieuwProduct318(NieuwProduct317, frozen=True, kw_only=True):
    """A NieuwProduct with its verdict."""

    retour_codes: RetourCodes


class Verzoek318(Klasse, frozen=True, kw_only=True):
    """The Verzoek with its verdict."""

    referentie_aanbieder: LDT_Referentie
    reden_verzoek: LDT_RedenVerzoek
    ongewijzigde_producten: tuple[OngewijzigdProduct318, ...] = ()
    te_wijzigen_producten: tuple[TeWijzigenProduct318, ...] = ()
    nieuwe_producten: tuple[NieuwProduct318, ...] = ()
    retour_codes: RetourCodes


class Client318(Klasse, frozen=True, kw_only=True):
    """The Client of the JW317 with its verdict."""

    bsn: LDT_BurgerServicenummer
    verzoek: Verzoek318
    retour_codes: RetourCodes


class JW318(Klasse, frozen=True, kw_only=True):
    """Header only, or the Client back with a verdict on every class."""

    soort: ClassVar[str] = "JW318"
    code: ClassVar[str] = "487"

    header: Header318
    client: Client318 | None = None
