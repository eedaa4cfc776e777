"""A rebuild over Kafka does not begin while Kafka holds what nobody will know of afterwards."""

import asyncio

import pytest

from services.cli.ongelezen import Kafka, refuse_unread
from services.platform.database import Database
from services.platform.herbouw.model import RebuildRefusedError
from services.platform.kafka import gepubliceerd
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import Settings
from tests.kafka.bus.conftest import SettingsFor
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, published, seen, write

pytestmark = pytest.mark.kafka
SERVICES = ()

Databases = tuple[Database, Database]


async def _ask(settings: Settings, producer: Database, kafka: Kafka) -> None:
    async with producer.connection() as connection:
        await refuse_unread(settings, connection, "matching", kafka, lambda *_: None)


async def _lose_outbox(producer: Database) -> None:
    async with producer.connection() as connection:
        await connection.execute("DELETE FROM outbox")


async def _publish(settings: Settings, databases: Databases, number: int) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, consume=False):
        await write(producer, *(beoordeeld(f"d{key}", number) for key in range(4)))
        await published(producer, 300)


NOW = Kafka(geduld=0)


async def test_wat_alleen_kafka_nog_heeft_houdt_een_herbouw_tegen_tot_het_verwerkt_is(
    settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    await _ask(settings, producer, NOW)  # Nothing was ever sent: not even the topic is there.
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("d0", 1), beoordeeld("d1", 1))
        await drained(producer, consumer)
        await published(producer, 300)
    await _publish(settings, databases, 2)
    await _ask(settings, producer, NOW)  # It is unread, and the outbox has it too.
    await _lose_outbox(producer)
    with pytest.raises(RebuildRefusedError, match="beoordelingen door invoice"):
        await _ask(settings, producer, NOW)
    waiting = asyncio.create_task(_ask(settings, producer, Kafka(geduld=300)))
    async with bus_of(settings, producer, consumer, publish=False):
        await waiting
        assert await seen(consumer) == {"d0": [1, 2], "d1": [1, 2], "d2": [2], "d3": [2]}


async def test_wat_twee_keer_werd_gepubliceerd_is_niet_ongelezen(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("d0", 1), beoordeeld("d1", 1))
        await drained(producer, consumer)
        await published(producer, 300)
    async with producer.connection() as connection:
        await gepubliceerd.forget(connection, TOPIC)
    async with bus_of(settings, producer, consumer, consume=False):
        await published(producer, 300)
    await _lose_outbox(producer)
    await _ask(settings, producer, NOW)


async def test_zonder_broker_wordt_niet_herbouwd_tenzij_hij_weg_is(
    broker: EmbeddedKafka, settings_for: SettingsFor, databases: Databases
) -> None:
    producer, _ = databases
    nobody = settings_for(broker, kafka_bootstrap="127.0.0.1:1")
    with pytest.raises(RebuildRefusedError, match="--kafka-is-weg"):
        await _ask(nobody, producer, NOW)
    await _ask(nobody, producer, Kafka(weg=True, geduld=0))


async def test_wie_zegt_dat_kafka_weg_is_terwijl_het_er_is_wordt_niet_geloofd(
    settings: Settings, databases: Databases
) -> None:
    producer, _ = databases
    await _publish(settings, databases, 1)
    await _lose_outbox(producer)
    with pytest.raises(RebuildRefusedError, match="beoordelingen door invoice"):
        await _ask(settings, producer, Kafka(weg=True, geduld=0))


@pytest.mark.parametrize(
    "elders", [{"kafka_bootstrap": ""}, {"kafka_topic_prefix": "elders."}], ids=["zonder Kafka", "andere topics"]
)
async def test_wie_kafka_niet_kent_terwijl_eruit_is_gelezen_herbouwt_niet(
    settings: Settings, databases: Databases, elders: dict[str, str]
) -> None:
    producer, consumer = databases
    blind = settings.model_copy(update=elders)
    await _ask(blind, producer, NOW)
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("d0", 1))
        await drained(producer, consumer)
    with pytest.raises(RebuildRefusedError, match="gelezen"):
        await _ask(blind, producer, NOW)
    await _ask(blind, producer, Kafka(weg=True, geduld=0))
