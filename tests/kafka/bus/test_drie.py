"""Three brokers that must store every event twice: one may go, two may not, and nothing is lost either way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.platform.database import Database
from services.platform.kafka import gepubliceerd
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.metrics import BUS_RESTARTS
from services.platform.settings import Settings
from tests.kafka.bus.conftest import SettingsFor
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, published, seen, until, write

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]
KEYS = 6


@pytest.fixture
def copied(three: EmbeddedKafka, settings_for: SettingsFor) -> Settings:
    """Three copies of everything, two of which must be there."""
    return settings_for(three, kafka_replication_factor=3, kafka_min_insync=2)


class Load:
    """Writes events of six keys until the end, one transaction for each number."""

    def __init__(self, producer: Database) -> None:
        self.written = 0
        self.enough = False
        self._producer = producer

    async def run(self) -> None:
        # Not cancelled: a transaction that is cut off may have been committed.
        while not self.enough:
            await write(self._producer, *(beoordeeld(f"d{key}", self.written) for key in range(KEYS)))
            self.written += 1
            await asyncio.sleep(0.02)

    async def more(self, amount: int = 20) -> None:
        """Until so many more were written: nothing that happens to Kafka may stop that."""
        wanted = self.written + amount

        async def enough() -> bool:
            return self.written >= wanted

        await until(enough)

    @property
    def expected(self) -> dict[str, list[int]]:
        return {f"d{key}": list(range(self.written)) for key in range(KEYS)}


@asynccontextmanager
async def load(producer: Database) -> AsyncIterator[Load]:
    work = Load(producer)
    task = asyncio.create_task(work.run())
    try:
        yield work
    finally:
        work.enough = True
        await task


async def unpublished(producer: Database) -> int:
    async with producer.connection() as connection:
        return (await gepubliceerd.unpublished(connection)).get(TOPIC, 0)


async def number_of_seen(consumer: Database) -> int:
    return sum(map(len, (await seen(consumer)).values()))


async def reaches(consumer: Database, number: int) -> None:
    """Until the consumer has handled so many."""

    async def enough() -> bool:
        return await number_of_seen(consumer) >= number

    await until(enough, 180)


@pytest.mark.chaos(heel=True)
async def test_each_of_three_may_be_killed_under_load_while_consumers_come_and_go(
    three: EmbeddedKafka, copied: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    async with bus_of(copied, producer, consumer):
        async with load(producer) as work:
            await reaches(consumer, 1)
            for number in (1, 2, 3):
                await asyncio.to_thread(three.kill, number)
                async with bus_of(copied, producer, consumer, publish=False):
                    await work.more()
                    # Without the one that was killed: all that was written until now arrives.
                    await reaches(consumer, work.written * KEYS)
                    assert not await asyncio.to_thread(three.running)
                await asyncio.to_thread(three.start, number)
        await drained(producer, consumer, 180)
    assert await seen(consumer) == work.expected


async def test_with_two_of_three_gone_nothing_is_published_and_nothing_lost(
    three: EmbeddedKafka, copied: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    async with bus_of(copied, producer, consumer):
        async with load(producer) as work:
            await reaches(consumer, 1)
            restarts = BUS_RESTARTS.labels("matching")._value.get()
            await asyncio.to_thread(three.kill, 3)
            await asyncio.to_thread(three.kill, 2)

            async def gave_up() -> bool:
                return bool(BUS_RESTARTS.labels("matching")._value.get() > restarts)

            await until(gave_up, 300)
            # One copy of an event would be stored, and that does not count as sent.
            waiting = await unpublished(producer)
            # One of them may be committed, and among those that wait, without having been counted yet.
            await work.more(21)
            assert await unpublished(producer) >= waiting + KEYS * 20
            await asyncio.to_thread(three.start)
            await work.more()
        await drained(producer, consumer, 180)
        # What was handled may have to be sent again when its answer was lost.
        await published(producer)
    assert await seen(consumer) == work.expected
