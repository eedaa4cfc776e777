"""All services over Kafka: the play in which everything is said, and the invariant afterwards, on either bus."""

import asyncio
from pathlib import Path

import pytest

from services.cli.check import verify
from services.platform.clock import FixedClock
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
from tests.kafka.bus.conftest import SettingsFor
from tests.services.conftest import load_services
from tests.services.systeem import START, Systeem
from tests.services.toneelstuk import speel

pytestmark = pytest.mark.kafka


async def test_the_play_over_kafka_and_then_without_it(
    postgres: EmbeddedPostgres, database: str, workers: Workers, settings: Settings, tmp_path: Path
) -> None:
    dsn = Dsn(postgres.dsn(database), login=True)
    clock = FixedClock(START)
    over_kafka = Runtime(settings, dsn, load_services(SERVICES), clock=clock, workers=workers)
    await over_kafka.start()
    systeem = Systeem(over_kafka, clock, postgres.dsn(database))
    try:
        await speel(systeem)
        deviations, _ = await verify(over_kafka, 180)
        assert deviations == []
    finally:
        await systeem.client.aclose()
        await over_kafka.stop()
    alone = Runtime(
        Settings(data=tmp_path, kafka_bootstrap=""), dsn, load_services(SERVICES), clock=clock, workers=workers
    )
    await alone.start()
    try:
        deviations, _ = await verify(alone, 180)
        assert deviations == []
    finally:
        await alone.stop()


@pytest.mark.chaos(heel=True)
async def test_the_play_while_one_of_three_brokers_dies(
    three: EmbeddedKafka,
    postgres: EmbeddedPostgres,
    database: str,
    workers: Workers,
    settings_for: SettingsFor,
    tmp_path: Path,
) -> None:
    settings = settings_for(three, kafka_replication_factor=3, kafka_min_insync=2)
    clock = FixedClock(START)
    runtime = Runtime(
        settings, Dsn(postgres.dsn(database), login=True), load_services(SERVICES), clock=clock, workers=workers
    )
    await runtime.start()
    systeem = Systeem(runtime, clock, postgres.dsn(database))
    try:
        assert await runtime.drained(180)
        play = asyncio.create_task(speel(systeem))
        await asyncio.to_thread(three.kill, 1)
        await play
        assert not await asyncio.to_thread(three.running)
        deviations, _ = await verify(runtime, 180)
        assert deviations == []
    finally:
        await systeem.client.aclose()
        await runtime.stop()
