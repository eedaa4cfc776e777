"""Terms of the allocation service as a test asks for them."""

from datetime import UTC, datetime
from typing import Any

from tests.services.systeem import Systeem

PAD = "/allocation/v1/termijnen"


async def termijnen(systeem: Systeem, query: str = "", wie: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = await systeem.client.get(f"{PAD}?{query}", headers=wie or systeem.headers("beheer"))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def kort(systeem: Systeem, query: str = "", wie: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Who must act until when, and how that stands."""
    return [(item["wie"], item["uiterlijkOp"], item["status"]) for item in await termijnen(systeem, query, wie)]


def dag(systeem: Systeem, maand: int, nummer: int, uur: int = 10) -> None:
    """Move the clock to a day in 2026, an hour in UTC."""
    systeem.clock.instant = datetime(2026, maand, nummer, uur, tzinfo=UTC)
