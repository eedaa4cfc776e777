"""Events of the allocation service."""

from datetime import date
from typing import ClassVar

from services.platform.events.envelope import EventData


class ToewijzingVastgesteld(EventData, frozen=True, kw_only=True):
    """The version of a toewijzing that counts from now on (IV013: latest Toewijzingsdatum and -tijd).

    ``volgnummer`` grows with every version that became current under this number, so a consumer
    keeps the highest it has seen. ``verwijderd`` is RedenWijziging 13: counts as never sent.
    """

    type_name: ClassVar[str] = "nl.happyflow.toewijzing.vastgesteld.v1"
    topic: ClassVar[str] = "toewijzingen"

    domein: str
    gemeente: str
    toewijzing_nummer: int
    volgnummer: int
    aanbieder: str
    client: str
    toewijzingsdatum: date
    toewijzingstijd: str
    ingangsdatum: date
    verwijderd: bool
    product_categorie: str | None = None
    product_code: str | None = None
    einddatum: date | None = None
    reden_wijziging: str | None = None
    volume: int | None = None
    eenheid: str | None = None
    frequentie: str | None = None
    budget: int | None = None
