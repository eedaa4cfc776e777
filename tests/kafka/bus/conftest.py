"""Fixtures on a real Apache Kafka and a real PostgreSQL; topics of each test have a prefix of their own."""

import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.platform.database import Database
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import Settings
from tests.services.conftest import database, postgres, workers

__all__ = ["database", "postgres", "workers"]


@pytest.fixture
def broker(kafka: EmbeddedKafka) -> EmbeddedKafka:
    """The broker of all tests, running."""
    return kafka


SettingsFor = Callable[..., Settings]
"""Settings for a broker, with changes by name."""


@pytest.fixture
def settings_for(tmp_path: Path) -> SettingsFor:
    """Makes settings with topics of this test's own."""
    prefix = f"test.{secrets.token_hex(4)}."

    def make(broker: EmbeddedKafka, **changes: object) -> Settings:
        values = {
            "data": tmp_path,
            "kafka_bootstrap": broker.bootstrap_servers,
            "kafka_topic_prefix": prefix,
            "kafka_send_seconds": 10,
        }
        return Settings(**(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def settings(broker: EmbeddedKafka, settings_for: SettingsFor) -> Settings:
    """Settings with the broker of all tests."""
    return settings_for(broker)


@pytest.fixture
async def databases(postgres: object, database: str) -> AsyncIterator[tuple[Database, Database]]:
    """Producer (matching) and consumer (invoice), as superuser; the consumer writes down what it sees."""
    dsn = postgres.dsn(database)  # type: ignore[attr-defined]
    pair = (Database(dsn, role=None, schema="matching"), Database(dsn, role=None, schema="invoice"))
    for item in pair:
        await item.open()
    async with pair[1].connection() as connection:
        await connection.execute("CREATE TABLE gezien (volgnummer bigserial, declaratie text, nummers int[])")
    yield pair
    for item in pair:
        await item.close()
