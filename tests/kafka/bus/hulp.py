"""What the tests on Kafka share: events in, events seen, both ends of the bus."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.platform import outbox
from services.platform.bus import Handler, Subscription
from services.platform.database import Connection, Database
from services.platform.events import DeclaratieBeoordeeld, Event, decode
from services.platform.kafka import gepubliceerd
from services.platform.kafka.bus import KafkaBus
from services.platform.lag import lag_of
from services.platform.outbox import Outgoing
from services.platform.settings import Settings

NOW = datetime(2026, 5, 6, tzinfo=UTC)
TOPIC = "beoordelingen"


def beoordeeld(declaratie: str, *volgnummers: int) -> Outgoing:
    return Outgoing(
        declaratie, DeclaratieBeoordeeld(domein="jw", declaratie_id=declaratie, gemeente="0193", toegekend=volgnummers)
    )


def patient(settings: Settings) -> Settings:
    """For who counts what is sent: a publisher to whom an answer comes too late sends again, which is right."""
    return settings.model_copy(update={"kafka_send_seconds": 120.0})


async def write(producer: Database, *events: Outgoing) -> None:
    """One transaction of the producer."""
    async with producer.transaction() as connection:
        await outbox.append(connection, events, NOW)


async def record(connection: Connection, events: Sequence[Event]) -> None:
    """The handler of most tests."""
    for event in events:
        payload = decode(event, DeclaratieBeoordeeld)
        await connection.execute(
            "INSERT INTO gezien (declaratie, nummers) VALUES ($1, $2)", payload.declaratie_id, list(payload.toegekend)
        )


async def seen(consumer: Database) -> dict[str, list[int]]:
    """The numbers that were seen of each key, in the order of handling."""
    async with consumer.connection() as connection:
        rows = await connection.fetch("SELECT declaratie, nummers FROM gezien ORDER BY volgnummer")
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["declaratie"], []).extend(row["nummers"])
    return found


async def lag(producer: Database, consumer: Database) -> int:
    """Events the consumer has not handled."""
    return (await lag_of(producer, [("invoice", consumer, TOPIC)]))["invoice", TOPIC]


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 180) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def drained(producer: Database, consumer: Database, seconds: float = 180) -> None:
    """Until every event is handled."""

    async def nothing_left() -> bool:
        return await lag(producer, consumer) == 0

    await until(nothing_left, seconds)


async def published(producer: Database, seconds: float = 180) -> None:
    """Until Kafka has every event of the outbox, and the publisher knows it."""

    async def all_of_it() -> bool:
        async with producer.connection() as connection:
            return (await gepubliceerd.unpublished(connection)).get(TOPIC) == 0

    await until(all_of_it, seconds)


@asynccontextmanager
async def bus_of(
    settings: Settings,
    producer: Database,
    consumer: Database,
    handler: Handler = record,
    *,
    publish: bool = True,
    consume: bool = True,
    lanes: int = 1,
    max_events: int = 200,
) -> AsyncIterator[KafkaBus]:
    """A bus at work: the relay of matching, the consumer of invoice, or one of them."""
    subscription = Subscription(TOPIC, handler, lanes=lanes, max_events=max_events)
    bus = KafkaBus(
        producer,
        [*([("matching", producer)] if publish else []), *([("invoice", consumer)] if consume else [])],
        [("invoice", consumer, subscription)] if consume else [],
        settings,
    )
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()
