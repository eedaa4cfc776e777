"""The broker dies, hangs or forgets: the producer goes on writing, and afterwards every event had one effect."""

import asyncio

import pytest

from services.platform.database import Database
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import Settings
from tests.kafka.bus.hulp import beoordeeld, bus_of, drained, seen, write

pytestmark = pytest.mark.kafka
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]


async def write_some(producer: Database, first: int, amount: int) -> None:
    """Events of six keys, one transaction for each number."""
    for number in range(first, first + amount):
        await write(producer, *(beoordeeld(f"d{key}", number) for key in range(6)))
        await asyncio.sleep(0.01)


async def test_a_broker_that_is_killed_and_comes_back(
    broker: EmbeddedKafka, settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write_some(producer, 0, 20)
        await asyncio.to_thread(broker.kill)
        await write_some(producer, 20, 20)
        await asyncio.to_thread(broker.start)
        await write_some(producer, 40, 20)
        await drained(producer, consumer, 300)
    assert await seen(consumer) == {f"d{key}": list(range(60)) for key in range(6)}


async def test_a_broker_that_hangs_longer_than_a_send_may_take(
    broker: EmbeddedKafka, settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    impatient = settings.model_copy(update={"kafka_send_seconds": 2.0})
    async with bus_of(impatient, producer, consumer):
        await write_some(producer, 0, 20)
        await drained(producer, consumer)
        await asyncio.to_thread(broker.suspend)
        await write_some(producer, 20, 20)
        await asyncio.sleep(8)
        await asyncio.to_thread(broker.resume)
        await write_some(producer, 40, 20)
        await drained(producer, consumer, 300)
    assert await seen(consumer) == {f"d{key}": list(range(60)) for key in range(6)}


async def test_a_broker_that_lost_its_disk_is_filled_again(
    broker: EmbeddedKafka, settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write_some(producer, 0, 20)
        await drained(producer, consumer)
        await asyncio.to_thread(broker.wipe)
        await write_some(producer, 20, 20)
        await asyncio.to_thread(broker.start)
        await write_some(producer, 40, 20)
        await drained(producer, consumer, 300)
    assert await seen(consumer) == {f"d{key}": list(range(60)) for key in range(6)}
