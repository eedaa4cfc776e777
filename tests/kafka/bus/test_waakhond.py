"""A consumer that stops working on a real broker is replaced, and everything arrives all the same."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.platform.database import Database
from services.platform.events import PARTITIONS
from services.platform.kafka import topics
from services.platform.kafka.client import close_within, make_admin
from services.platform.kafka.consumer import STALL_SECONDS, ServiceConsumer
from services.platform.kafka.waakhond import Watchdog
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import Settings
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, seen, until, write

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]
Break = Callable[[AIOKafkaConsumer], None]


async def _never(*_: Any, **__: Any) -> Any:
    await asyncio.sleep(3600)


async def _nothing(*_: Any, **__: Any) -> dict[Any, Any]:
    await asyncio.sleep(0.1)
    return {}


def hang(consumer: AIOKafkaConsumer) -> None:
    consumer.getmany = _never


def silence(consumer: AIOKafkaConsumer) -> None:
    """Also of what it would fetch: readers see that there is nothing, and all looks well."""
    consumer.getmany = _nothing
    consumer.end_offsets = _never


def starve(consumer: AIOKafkaConsumer) -> None:
    consumer.getmany = _nothing


def exclude(consumer: AIOKafkaConsumer) -> None:
    consumer._coordinator.ensure_active_group = _never
    consumer.assignment = frozenset


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[ServiceConsumer]:
    """Those made from now on, which wait for two seconds instead of 45."""
    made = ServiceConsumer.__init__
    found: list[ServiceConsumer] = []

    def init(self: ServiceConsumer, *arguments: Any) -> None:
        made(self, *arguments, stall_seconds=2.0)
        found.append(self)

    monkeypatch.setattr(ServiceConsumer, "__init__", init)
    return found


@pytest.mark.parametrize(
    ("damage", "watch", "said"),
    [
        (hang, "readers", "a reader hangs in the client"),
        (silence, "brokers", "the brokers do not answer"),
        (starve, "records", "there are records and none of them comes"),
        (exclude, "group", "the group does not take this consumer in"),
    ],
    ids=["hangs", "no answers", "no records", "no member"],
)
async def test_a_consumer_that_stopped_working_is_replaced(
    settings: Settings,
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    impatient: list[ServiceConsumer],
    damage: Break,
    watch: str,
    said: str,
) -> None:
    producer, consumer = databases
    await write(producer, *(beoordeeld(f"d{key}", 1) for key in range(30)))
    blind = pytest.MonkeyPatch()
    for other in {"readers", "brokers", "records", "group"} - {watch}:
        # In two seconds a slow machine may not have taken the consumer in or answered it, which they would tell first.
        blind.setattr(Watchdog, other, lambda *_: None)
    broken: list[AIOKafkaConsumer] = []
    subscribe = AIOKafkaConsumer.subscribe

    def first_is_broken(self: AIOKafkaConsumer, *arguments: Any, **named: Any) -> None:
        subscribe(self, *arguments, **named)
        # What counts the lag and the ends has a consumer too, without a group.
        if broken:
            # The one in its place gets the time that it takes on a slow machine.
            impatient[0]._stall_seconds = STALL_SECONDS
            blind.undo()
        elif self._group_id:
            damage(self)
            broken.append(self)

    monkeypatch.setattr(AIOKafkaConsumer, "subscribe", first_is_broken)
    try:
        with structlog.testing.capture_logs() as lines:
            async with bus_of(settings, producer, consumer):
                await drained(producer, consumer, 300)
    finally:
        blind.undo()
    assert len(broken) == 1
    assert await seen(consumer) == {f"d{key}": [1] for key in range(30)}
    retries = [str(line["detail"]) for line in lines if line["event"] == "consumer_retry"]
    assert any(f"StalledError: {said}" in detail for detail in retries), retries


async def test_a_partition_whose_records_were_all_thrown_away_is_no_stall(
    settings: Settings,
    databases: Databases,
    impatient: list[ServiceConsumer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After its time a record goes; who never said how far it was stands before an end that nothing leads to."""
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write(producer, *(beoordeeld(f"d{key}", 1) for key in range(30)))
        await drained(producer, consumer)
    await delete_records(settings)
    async with consumer.connection() as connection:
        await connection.execute("UPDATE posities SET kafka_offset = NULL")
    looked = 0

    async def counting(self: ServiceConsumer, what: Any, of: Any) -> Any:
        nonlocal looked
        looked += bool(of) and what.__name__ == "beginning_offsets"
        return await original(self, what, of)

    original = ServiceConsumer._ask
    with pytest.MonkeyPatch.context() as patched, structlog.testing.capture_logs() as lines:
        patched.setattr(ServiceConsumer, "_ask", counting)
        async with bus_of(settings, producer, consumer):

            async def often() -> bool:
                return looked > 12

            await until(often, 300)
    assert len(impatient) > 1
    assert "none of them comes" not in str(lines)
    # From here on with the time that something takes on a slow machine.
    monkeypatch.undo()
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("d1", 2))
        await drained(producer, consumer)
    assert (await seen(consumer))["d1"] == [1, 2]


async def test_brokers_that_stay_away_for_longer_than_it_waits(
    settings: Settings, databases: Databases, impatient: list[ServiceConsumer], broker: EmbeddedKafka
) -> None:
    """Client after client is closed while it waits for them, and still there is one when they are back."""
    producer, consumer = databases
    with structlog.testing.capture_logs() as lines:
        async with bus_of(settings, producer, consumer):
            await write(producer, *(beoordeeld(f"d{key}", 1) for key in range(30)))
            await drained(producer, consumer, 300)
            await asyncio.to_thread(broker.kill)
            lines.clear()

            async def given_up() -> bool:
                return sum(line["event"] == "consumer_retry" for line in lines) > 2

            try:
                await until(given_up, 300)
                await write(producer, *(beoordeeld(f"d{key}", 2) for key in range(30)))
                impatient[0]._stall_seconds = STALL_SECONDS
            finally:
                await asyncio.to_thread(broker.start)
            await drained(producer, consumer, 300)
    assert await seen(consumer) == {f"d{key}": [1, 2] for key in range(30)}


async def delete_records(settings: Settings) -> None:
    """Everything there is in the topic, as retention does."""
    from aiokafka.admin import RecordsToDelete

    name = topics.kafka_name(settings, TOPIC)
    admin = make_admin(settings)
    await admin.start()
    try:
        await admin.delete_records(
            {TopicPartition(name, partition): RecordsToDelete(before_offset=-1) for partition in range(PARTITIONS)}
        )
    finally:
        await close_within(admin.close)
