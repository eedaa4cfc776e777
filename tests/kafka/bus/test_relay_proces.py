"""A publisher that is a process of its own, killed again and again: Kafka has everything, each with one effect."""

import asyncio
import os
import random
import signal
import sys

import pytest

from services.platform.database import Database
from services.platform.kafka import gepubliceerd
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import ROOT, Settings
from tests.chaos.opstelling import zaad
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, seen, until, write

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]
KILLS = 5

_RELAY = """
import asyncio, sys
from services.platform.database import Database
from services.platform.kafka.relay import Relay
from services.platform.settings import Settings

async def main():
    database = Database(sys.argv[1], role=None, schema="matching")
    await database.open()
    await Relay("matching", database, Settings()).run()

asyncio.run(main())
"""


async def relay(dsn: str, settings: Settings) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "HAPPYFLOW_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "HAPPYFLOW_KAFKA_TOPIC_PREFIX": settings.kafka_topic_prefix,
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-c", _RELAY, dsn, cwd=ROOT, env=environment)


async def place(producer: Database) -> tuple[int, int]:
    """How far the outbox is published."""
    async with producer.connection() as connection:
        return (await gepubliceerd.load(connection, [TOPIC]))[TOPIC].place


@pytest.mark.chaos(heel=True)
async def test_a_publisher_killed_between_sends_loses_nothing(
    settings: Settings, databases: Databases, postgres: EmbeddedPostgres, database: str
) -> None:
    producer, consumer = databases
    chance = random.Random(zaad())
    written, enough = 0, False

    async def fill() -> None:
        nonlocal written
        # Not cancelled: a transaction that is cut off may have been committed.
        while not enough:
            await write(producer, *(beoordeeld(f"d{key}", written) for key in range(12)))
            written += 1
            await asyncio.sleep(0)

    filling = asyncio.create_task(fill())
    try:
        for _ in range(KILLS):
            before = await place(producer)
            process = await relay(postgres.dsn(database), settings)

            async def moved(before: tuple[int, int] = before) -> bool:
                return await place(producer) > before

            try:
                # The one before was killed while it held the lock: the server ends its session by itself.
                await until(moved, 300)
                await asyncio.sleep(chance.uniform(0, 0.1))
            finally:
                process.send_signal(signal.SIGKILL)
                assert await process.wait() == -signal.SIGKILL
    finally:
        enough = True
        await filling
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer, 300)
    assert await seen(consumer) == {f"d{key}": list(range(written)) for key in range(12)}
