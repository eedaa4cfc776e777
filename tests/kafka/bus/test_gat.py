"""A partition that misses an event which nobody has waits for it; it is the only one that does."""

import asyncpg
import pytest

from services.platform.database import Database
from services.platform.events import TOPICS, partition_of
from services.platform.kafka import topics
from services.platform.kafka.client import make_producer
from services.platform.kafka.headers import record_headers
from services.platform.outbox import event_of
from services.platform.posities import BEGIN, Position
from services.platform.settings import Settings
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, seen, until, write

pytestmark = pytest.mark.kafka
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]


async def publish_without(settings: Settings, producer: Database, number: int) -> asyncpg.Record:
    """Send the outbox as the relay would, but neither Kafka nor the outbox has event ``number`` any more."""
    async with producer.connection() as connection:
        rows = await connection.fetch("SELECT * FROM outbox ORDER BY xid, volgnummer")
        lost = await connection.fetchrow("DELETE FROM outbox WHERE volgnummer = $1 RETURNING *", number)
    assert lost is not None
    client = make_producer(settings, "proef")
    await client.start()
    last: dict[int, Position] = {}
    for row in rows:
        event = event_of(row, TOPICS[TOPIC], "urn:proef")
        headers = record_headers(event, last.get(event.partition, BEGIN))
        last[event.partition] = event.position
        if row != lost:
            name = topics.kafka_name(settings, TOPIC)
            await client.send_and_wait(name, event.data, event.key.encode(), event.partition, headers=headers)
    await client.stop()
    return lost


async def put_back(producer: Database, row: asyncpg.Record) -> None:
    columns, marks = ", ".join(row.keys()), ", ".join(f"${n + 1}" for n in range(len(row)))
    async with producer.connection() as connection:
        await connection.execute(
            f"INSERT INTO outbox ({columns}) OVERRIDING SYSTEM VALUE VALUES ({marks})", *row.values()
        )


async def test_a_gap_that_nobody_can_fill_holds_up_its_own_partition_alone(
    settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    assert partition_of("a") != partition_of("b")
    for number in (1, 2, 3):
        await write(producer, beoordeeld("a", number), beoordeeld("b", number))
    await topics.ensure(settings, [TOPICS[TOPIC]])
    lost = await publish_without(settings, producer, 3)
    async with bus_of(settings, producer, consumer, publish=False):

        async def others_went_on() -> bool:
            return await seen(consumer) == {"a": [1], "b": [1, 2, 3]}

        await until(others_went_on)
        await put_back(producer, lost)
        await drained(producer, consumer)
    assert await seen(consumer) == {"a": [1, 2, 3], "b": [1, 2, 3]}
