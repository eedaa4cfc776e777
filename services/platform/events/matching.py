"""Events of the matching service."""

from datetime import date
from typing import ClassVar, Literal

import msgspec

from services.platform.events.envelope import EventData

Toestand = Literal["inBehandeling", "inUitval", "toegekend", "afgewezen"]


class PrestatieAfgewezen(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A rejected prestatie by volgnummer; ``client_retourcodes`` is 8187 on its Client (then 0233 here)."""

    volgnummer: int
    retourcodes: tuple[str, ...]
    client_retourcodes: tuple[str, ...] = ()


class DeclaratieBeoordeeld(EventData, frozen=True, kw_only=True):
    """Verdicts on prestaties of one declaratie, by volgnummer; the rest follow in later events."""

    type_name: ClassVar[str] = "nl.happyflow.declaratie.beoordeeld.v1"
    topic: ClassVar[str] = "beoordelingen"

    domein: str
    declaratie_id: str
    gemeente: str
    toegekend: tuple[int, ...] = ()
    afgewezen: tuple[PrestatieAfgewezen, ...] = ()
    in_uitval: tuple[int, ...] = ()


class PrestatieMutatie(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One prestatie moving from one state of money to another; ``bedrag`` is signed cents (credit < 0).

    ``vorige_referentie`` names the debet prestatie that a credit reverses. ``verplicht`` tells that
    the toewijzing is known, so that awarding it uses up what that toewijzing committed.
    """

    volgnummer: int
    referentie: str
    toewijzing_nummer: int
    product_categorie: str
    product_code: str
    dienstperiode: int
    bedrag: int
    van: Toestand
    naar: Toestand
    verplicht: bool = False
    vorige_referentie: str | None = None


class PrestatiesVerwerkt(EventData, frozen=True, kw_only=True):
    """What the ledger has to book for prestaties of one declaratie."""

    type_name: ClassVar[str] = "nl.happyflow.prestaties.verwerkt.v1"
    topic: ClassVar[str] = "mutaties"

    domein: str
    gemeente: str
    declaratie_id: str
    declaratienummer: str
    aanbieder: str
    declaratieperiode: int
    mutaties: tuple[PrestatieMutatie, ...]


class JaarVerplichting(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a toewijzing commits in one budget year, in cents.

    ``reeds_toegekend`` is what was awarded of that year, net of credits, before the toewijzing was known: it
    uses up the commitment too, though those awards came without ``verplicht``. It is the whole of it, in every
    statement; a credit that comes after the first statement is a mutatie with ``verplicht`` and not in it.
    """

    jaar: int
    bedrag: int
    reeds_toegekend: int = 0


class VerplichtingBepaald(EventData, frozen=True, kw_only=True):
    """What one toewijzing commits from now on, whole: it replaces what was said before.

    ``volgnummer`` grows per toewijzing with every statement (a new version, or another contract).
    """

    type_name: ClassVar[str] = "nl.happyflow.verplichting.bepaald.v1"
    topic: ClassVar[str] = "verplichtingen"

    domein: str
    gemeente: str
    toewijzing_nummer: int
    volgnummer: int
    aanbieder: str
    grondslag: Literal["omvang", "budget", "onbepaald", "verwijderd"]
    per_jaar: tuple[JaarVerplichting, ...]
    product_categorie: str | None = None
    product_code: str | None = None


class ToewijzingGebruik(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many awarded, uncredited debet prestaties stand on a toewijzing (TR385)."""

    toewijzing_nummer: int
    aantal_toegekend: int


class ToewijzingGebruikt(EventData, frozen=True, kw_only=True):
    """New counts for toewijzingen of one gemeente that share a partition; each replaces the former count."""

    type_name: ClassVar[str] = "nl.happyflow.toewijzing.gebruikt.v1"
    topic: ClassVar[str] = "gebruik"

    domein: str
    gemeente: str
    toewijzingen: tuple[ToewijzingGebruik, ...]


class LijstProduct(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A product code of an own list, and the days on which it is in force."""

    product_categorie: str
    product_code: str
    geldig_van: date
    geldig_tot: date | None = None


class ProductlijstVastgesteld(EventData, frozen=True, kw_only=True):
    """A part of the own list of product codes that counts for a gemeente from now on, in place of the one before.

    A list may be larger than an event. Its ``delen`` parts follow each other, 1 up to ``delen``, and count once
    the last one is there; ``aantal`` is how many products they hold together. None is no own list.
    """

    type_name: ClassVar[str] = "nl.happyflow.productlijst.vastgesteld.v1"
    topic: ClassVar[str] = "productlijsten"

    domein: str
    gemeente: str
    versie: int
    deel: int
    delen: int
    aantal: int
    producten: tuple[LijstProduct, ...]
