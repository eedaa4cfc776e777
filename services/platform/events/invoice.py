"""Events of the invoice service."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from services.platform.events.envelope import EventData


class PrestatieIngediend(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One prestatie as declared; ``bedrag`` is absolute, ``debet_credit`` is D or C.

    ``retourcodes`` are findings the invoice service already made because only it can see them
    without a race (8021: ReferentieNummer used before by this aanbieder).
    """

    volgnummer: int
    client: str
    referentie: str
    toewijzing_nummer: int
    product_categorie: str
    product_code: str
    begindatum: date
    einddatum: date
    volume: int
    eenheid: str
    bedrag: int
    debet_credit: str
    tarief: int | None = None
    vorige_referentie: str | None = None
    retourcodes: tuple[str, ...] = ()


class DeclaratieIngediend(EventData, frozen=True, kw_only=True):
    """The prestaties of one declaratie whose toewijzingen share a partition, at most 64 KB an event."""

    type_name: ClassVar[str] = "nl.happyflow.declaratie.ingediend.v1"
    topic: ClassVar[str] = "declaraties"

    domein: str
    declaratie_id: str
    declaratienummer: str
    gemeente: str
    aanbieder: str
    periode_begin: date
    periode_eind: date
    declaratie_dagtekening: date
    ontvangen_op: datetime
    prestaties: tuple[PrestatieIngediend, ...]


class PeriodeTotaal(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Signed sum in cents of the prestaties of one productcategorie and ProductPeriode month (yyyymm)."""

    dienstperiode: int
    product_categorie: str
    bedrag: int


class DeclaratieGeregistreerd(EventData, frozen=True, kw_only=True):
    """A declaratie passed the checks on its Header and Declaratie; its money counts as submitted."""

    type_name: ClassVar[str] = "nl.happyflow.declaratie.geregistreerd.v1"
    topic: ClassVar[str] = "registraties"

    domein: str
    declaratie_id: str
    declaratienummer: str
    gemeente: str
    aanbieder: str
    declaratieperiode: int
    totalen: tuple[PeriodeTotaal, ...]


class DeclaratieBeantwoord(EventData, frozen=True, kw_only=True):
    """The JW325 has been made; amounts are signed cents."""

    type_name: ClassVar[str] = "nl.happyflow.declaratie.beantwoord.v1"
    topic: ClassVar[str] = "antwoorden"

    domein: str
    declaratie_id: str
    declaratienummer: str
    gemeente: str
    aanbieder: str
    totaal_ingediend: int
    totaal_toegekend: int
    aantal_toegekend: int
    aantal_afgewezen: int
    retourcodes: tuple[str, ...]
