"""What the tests of the ledger share: sending events, looking at what is kept, a story with everything in it."""

from collections.abc import Sequence
from typing import Any

from services.ledger.check import check
from services.platform.events import EventData
from services.platform.outbox import Outgoing
from tests.services.systeem import Systeem
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt

PRODUCENT = {"registraties": "invoice", "mutaties": "matching", "verplichtingen": "matching"}


async def stuur(systeem: Systeem, *events: EventData) -> None:
    """Publish in this order, each topic through its own producer, and wait until all is booked."""
    for event in events:
        await systeem.publish(PRODUCENT[event.topic], Outgoing(event.gemeente, event))  # type: ignore[attr-defined]
    await systeem.drained()


async def rijen(systeem: Systeem, sql: str, *waarden: Any) -> list[dict[str, Any]]:
    connection = await systeem.connect("ledger")
    try:
        return [dict(row) for row in await connection.fetch(sql, *waarden)]
    finally:
        await connection.close()


async def stand(systeem: Systeem) -> list[list[dict[str, Any]]]:
    """Everything the ledger keeps."""
    return [
        await rijen(systeem, f"SELECT * FROM {tabel} ORDER BY {tabel}::text")
        for tabel in ("boekingen", "boekingsregels", "saldi", "dagtotalen", "toewijzing_saldi", "grootboeken")
    ]


async def saldi(systeem: Systeem) -> list[dict[str, Any]]:
    return await rijen(
        systeem,
        "SELECT gemeente, boekjaar, rekening, productcategorie, sum(debet - credit)::bigint AS saldo FROM saldi"
        " GROUP BY 1, 2, 3, 4 HAVING sum(debet - credit) <> 0 ORDER BY 1, 2, 3, 4",
    )


async def klopt(systeem: Systeem) -> None:
    assert await check(systeem.runtime.contexts["ledger"]) == []


VERHAAL: Sequence[EventData] = (
    bepaald(7, 1, {2026: 100_000, 2027: 20_000}),
    bepaald(8, 1, {2026: 5_000}, categorie=None),
    bepaald(7, 1, {2026: 30_000}, gemeente="0150"),
    geregistreerd("d1", (202604, "45", 9_000), (202512, "45", 500)),
    verwerkt(
        "d1",
        mutatie(1, 4_000),
        mutatie(2, 3_000, "inBehandeling>inUitval"),
        mutatie(3, 2_000, "inBehandeling>afgewezen"),
        mutatie(4, 500, dienstperiode=202512),
    ),
    bepaald(7, 2, {2026: 120_000}),
    verwerkt("d1", mutatie(2, 3_000, "inUitval>toegekend", toewijzing=8)),
    geregistreerd("d2", (202604, "45", -4_000)),
    verwerkt("d2", mutatie(1, -4_000, referentie="C1", vorige="R1")),
    geregistreerd("d3", (202604, "45", 700), gemeente="0150"),
    verwerkt("d3", mutatie(1, 700), gemeente="0150"),
    bepaald(7, 2, {}, gemeente="0150"),
)
