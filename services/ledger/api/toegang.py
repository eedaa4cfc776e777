"""Whose grootboek a request is about, and as of when."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Path, Query

from services.ledger.grootboek import Plaats
from services.ledger.store.lezen import Peil
from services.platform.auth import Identiteit
from services.platform.berichten.store import DOMEIN
from services.platform.problems import Problem, not_found
from services.platform.service import Context

Code = Annotated[str, Path(description="CBS-code van de gemeente", examples=["0193"])]
Jaar = Annotated[int, Path(ge=2015, le=2100, description="begrotingsjaar; kosten horen bij het jaar van de zorg")]
Per = Annotated[date | None, Query(description="stand aan het eind van deze boekdatum; zonder: nu")]
VastgelegdTot = Annotated[
    datetime | None,
    Query(alias="vastgelegdTot", description="stand zoals die op dit moment was vastgelegd (met tijdzone)"),
]


def toegang(context: Context) -> Callable[[Identiteit, str], Plaats]:
    """Gives the grootboek of a gemeente whose figures are the caller's to see; 404 for any other."""

    def plaats(wie: Identiteit, code: str) -> Plaats:
        # The books of a dissolved gemeente stay.
        if code not in context.gemeenten or not wie.ziet_gemeente(code):
            raise not_found("Gemeente")
        return Plaats(DOMEIN, code)

    return plaats


def peil(per: date | None, vastgelegd_tot: datetime | None) -> Peil:
    """As of when; 400 for a moment without a time zone, or one that has no year in UTC."""
    if vastgelegd_tot is None:
        return Peil(per)
    if vastgelegd_tot.tzinfo is None:
        raise Problem(400, "ongeldig", "Ongeldige invoer", "Geef bij vastgelegdTot een tijdzone op, bijvoorbeeld Z.")
    try:
        return Peil(per, vastgelegd_tot.astimezone(UTC))
    except OverflowError:
        detail = "Het moment bij vastgelegdTot ligt in UTC voor het jaar 1 of na het jaar 9999."
        raise Problem(400, "ongeldig", "Ongeldige invoer", detail) from None
