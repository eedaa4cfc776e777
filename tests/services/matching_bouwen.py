"""Feeding matching with the events of allocation and invoice, and looking at what it says."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec

from services.platform.events import (
    TOPICS,
    DeclaratieIngediend,
    Event,
    EventData,
    PrestatieIngediend,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    ToewijzingVastgesteld,
    partition_of,
    toewijzing_key,
)
from services.platform.outbox import Outgoing
from tests.services.systeem import Systeem

GEMEENTE, AANBIEDER = "0193", "12345678"
CLIENT, ANDERE_CLIENT = "c" * 24, "d" * 24

Payload = TypeVar("Payload", bound=EventData)


def toewijzing(nummer: int = 1001, volgnummer: int = 1, **anders: Any) -> Outgoing:
    """12 uur a month of 45A04 in 2026."""
    velden: dict[str, Any] = {
        "domein": "jw",
        "gemeente": GEMEENTE,
        "toewijzing_nummer": nummer,
        "volgnummer": volgnummer,
        "aanbieder": AANBIEDER,
        "client": CLIENT,
        "toewijzingsdatum": date(2025, 12, 1),
        "toewijzingstijd": "12:00:00",
        "ingangsdatum": date(2026, 1, 1),
        "einddatum": date(2026, 12, 31),
        "verwijderd": False,
        "product_categorie": "45",
        "product_code": "45A04",
        "volume": 12,
        "eenheid": "04",
        "frequentie": "4",
    }
    payload = ToewijzingVastgesteld(**(velden | anders))
    return Outgoing(toewijzing_key(payload.gemeente, nummer), payload)


def prestatie(volgnummer: int = 1, **anders: Any) -> PrestatieIngediend:
    """4 uur of 45A04 in April 2026."""
    velden: dict[str, Any] = {
        "volgnummer": volgnummer,
        "client": CLIENT,
        "referentie": f"R{volgnummer}",
        "toewijzing_nummer": 1001,
        "product_categorie": "45",
        "product_code": "45A04",
        "begindatum": date(2026, 4, 1),
        "einddatum": date(2026, 4, 30),
        "volume": 4,
        "eenheid": "04",
        "bedrag": 36_000,
        "debet_credit": "D",
        "tarief": 9_000,
    }
    return PrestatieIngediend(**(velden | anders))


def credit(van: PrestatieIngediend, volgnummer: int = 1, **anders: Any) -> PrestatieIngediend:
    """The credit of a debet."""
    velden: dict[str, Any] = {
        "volgnummer": volgnummer,
        "debet_credit": "C",
        "vorige_referentie": van.referentie,
        "referentie": f"{van.referentie}c",
    }
    return msgspec.structs.replace(van, **(velden | anders))


def declaratie(
    *prestaties: PrestatieIngediend, declaratie_id: UUID | str | None = None, gemeente: str = GEMEENTE, **anders: Any
) -> list[Outgoing]:
    """The events of one declaratie: one per partition of its toewijzingen."""
    delen: defaultdict[int, list[PrestatieIngediend]] = defaultdict(list)
    for p in prestaties:
        delen[partition_of(toewijzing_key(gemeente, p.toewijzing_nummer))].append(p)
    velden: dict[str, Any] = {
        "domein": "jw",
        "declaratie_id": str(declaratie_id or uuid4()),
        "declaratienummer": "D1",
        "gemeente": gemeente,
        "aanbieder": AANBIEDER,
        "periode_begin": date(2026, 4, 1),
        "periode_eind": date(2026, 4, 30),
        "declaratie_dagtekening": date(2026, 5, 2),
        "ontvangen_op": datetime(2026, 5, 6, 10, 0, tzinfo=UTC),
    }
    return [
        Outgoing(f"p{partitie}", DeclaratieIngediend(**(velden | anders), prestaties=tuple(deel)), partitie)
        for partitie, deel in sorted(delen.items())
    ]


def regel(**anders: Any) -> dict[str, Any]:
    """A contract line: 45A04 by the hour at EUR 90,00."""
    return {"productcategorie": "45", "productcode": "45A04", "eenheid": "04", "tarief": 9_000} | anders


async def zet_contract(
    systeem: Systeem, *regels: dict[str, Any], jaar: int = 2026, gemeente: str = GEMEENTE, aanbieder: str = AANBIEDER
) -> None:
    """As the gemeente."""
    antwoord = await systeem.client.put(
        f"/matching/v1/contracten/{gemeente}/{aanbieder}/{jaar}",
        json={"regels": list(regels) or [regel()]},
        headers=systeem.headers("gemeente", [gemeente]),
    )
    assert antwoord.status_code == 200, antwoord.text


async def zet_beleid(systeem: Systeem, *regels: tuple[str, str], gemeente: str = GEMEENTE) -> None:
    """As the gemeente: a treatment by retourcode."""
    antwoord = await systeem.client.put(
        f"/matching/v1/beleid/{gemeente}",
        json={"regels": [{"retourcode": code, "behandeling": behandeling} for code, behandeling in regels]},
        headers=systeem.headers("gemeente", [gemeente]),
    )
    assert antwoord.status_code == 200, antwoord.text


async def stuur(systeem: Systeem, *events: Outgoing) -> None:
    """Let allocation or invoice say something, and wait until matching has heard it."""
    for event in events:
        producer = "allocation" if isinstance(event.payload, ToewijzingVastgesteld) else "invoice"
        await systeem.publish(producer, event)
    await systeem.drained()


async def gezegd(systeem: Systeem, kind: type[Payload]) -> list[Payload]:
    """Everything matching said of one kind, in order."""
    return [msgspec.json.decode(rij["data"], type=kind) for rij in await systeem.sent("matching", kind.topic)]


async def opnieuw(systeem: Systeem, topic: str) -> list[Event]:
    """Every event of a topic as a consumer sees it, from the first."""
    producer = TOPICS[topic].producer
    return [
        Event(
            id=rij["event_id"],
            type=rij["type"],
            source="urn:nld:oin:00000000000000000000:systeem:test",
            time=rij["tijd"],
            topic=topic,
            partition=rij["partitie"],
            key=rij["sleutel"],
            data=rij["data"],
            producer=producer,
            xid=rij["xid"],
            volgnummer=rij["volgnummer"],
        )
        for rij in await systeem.sent(producer, topic)
    ]


async def uitkomsten(systeem: Systeem) -> dict[str, tuple[str, ...]]:
    """What became of each prestatie by reference: its state, and its retourcodes."""
    rijen = await vraag(systeem, "SELECT referentie, toestand, retourcodes, client_retourcodes FROM prestaties")
    return {
        rij["referentie"]: (rij["toestand"], *(rij["retourcodes"] or ()), *(rij["client_retourcodes"] or ()))
        for rij in rijen
    }


async def vraag(systeem: Systeem, sql: str, *waarden: Any) -> Sequence[Any]:
    """A query behind the scenes."""
    connection = await systeem.connect("matching")
    try:
        return await connection.fetch(sql, *waarden)
    finally:
        await connection.close()


async def open_uitval(systeem: Systeem) -> list[tuple[str, tuple[str, ...], int]]:
    """Kind, codes and number of prestaties of every open item."""
    rijen = await vraag(
        systeem,
        "SELECT soort, retourcodes, (SELECT count(*) FROM prestaties p WHERE p.uitval_id = u.uitval_id"
        " AND p.toestand = 'inUitval') AS aantal FROM uitval u WHERE status = 'open' ORDER BY volgnummer",
    )
    return [(rij["soort"], tuple(rij["retourcodes"]), rij["aantal"]) for rij in rijen]


async def saldo(systeem: Systeem, nummer: int = 1001) -> tuple[int, int, int]:
    """Volume (minutes), bedrag and number of awarded debets of a toewijzing."""
    rijen = await vraag(
        systeem,
        "SELECT volume, bedrag_cent, aantal_toegekend FROM toewijzing_saldi WHERE toewijzing_nummer = $1",
        nummer,
    )
    return tuple(rijen[0])


async def klopt(systeem: Systeem) -> None:
    """The service's own check finds nothing."""
    context = systeem.runtime.contexts["matching"]
    service = next(s for s in systeem.runtime.services if s.name == "matching")
    assert list(await service.check(context)) == []


async def geboekt(systeem: Systeem) -> dict[tuple[str, str], int]:
    """Signed cents that moved between states, summed over all mutaties."""
    som: defaultdict[tuple[str, str], int] = defaultdict(int)
    for event in await gezegd(systeem, PrestatiesVerwerkt):
        for mutatie in event.mutaties:
            som[mutatie.van, mutatie.naar] += mutatie.bedrag
    return dict(som)


async def mutaties(systeem: Systeem) -> list[PrestatieMutatie]:
    """All mutaties in order."""
    return [mutatie for event in await gezegd(systeem, PrestatiesVerwerkt) for mutatie in event.mutaties]
