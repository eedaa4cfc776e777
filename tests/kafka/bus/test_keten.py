"""All services over Kafka: the play in which everything is said, and the invariant afterwards, on either bus."""

from pathlib import Path

import pytest

from services.cli.check import verify
from services.platform.clock import FixedClock
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
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
        deviations, _ = await verify(over_kafka, 60)
        assert deviations == []
    finally:
        await systeem.client.aclose()
        await over_kafka.stop()
    alone = Runtime(
        Settings(data=tmp_path, kafka_bootstrap=""), dsn, load_services(SERVICES), clock=clock, workers=workers
    )
    await alone.start()
    try:
        deviations, _ = await verify(alone, 60)
        assert deviations == []
    finally:
        await alone.stop()
