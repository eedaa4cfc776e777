"""Kafka forgets everything, or is asked to tell it all again: whoever listens from the beginning gets it all."""

import asyncio
import json
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.platform.database import Database
from services.platform.events import PARTITIONS
from services.platform.kafka import gepubliceerd, topics
from services.platform.kafka.client import close_within
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import Settings
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, patient, published, seen, write

pytestmark = pytest.mark.kafka
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]
_KEYS = 6


async def write_some(producer: Database, first: int, amount: int) -> None:
    """Events of six keys, one transaction for each number."""
    for number in range(first, first + amount):
        await write(producer, *(beoordeeld(f"d{key}", number) for key in range(_KEYS)))


def everything(amount: int) -> dict[str, list[int]]:
    """What was written of each key, in order."""
    return {f"d{key}": list(range(amount)) for key in range(_KEYS)}


class Outsider:
    """A consumer that knows nothing of us: it reads JSON and the CloudEvents headers, from the beginning."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.ids: list[str] = []
        self.numbers: dict[str, list[int]] = {}

    async def read(self) -> None:
        """Everything there is in the topic now."""
        name = topics.kafka_name(self._settings, TOPIC)
        consumer = AIOKafkaConsumer(bootstrap_servers=self._settings.kafka_bootstrap, enable_auto_commit=False)
        await consumer.start()
        try:
            everywhere = [TopicPartition(name, partition) for partition in range(PARTITIONS)]
            consumer.assign(everywhere)
            await consumer.seek_to_beginning()
            ends = await consumer.end_offsets(everywhere)
            async with asyncio.timeout(180):
                while any([ends[tp] > await consumer.position(tp) for tp in everywhere]):
                    for items in (await consumer.getmany(timeout_ms=500)).values():
                        self._hear(items)
        finally:
            await close_within(consumer.stop)

    def _hear(self, records: Sequence[ConsumerRecord]) -> None:
        for record in records:
            headers = dict(record.headers)
            assert headers["ce_type"] == b"nl.happyflow.declaratie.beoordeeld.v1"
            self.ids.append(headers["ce_id"].decode())
            self.numbers.setdefault(record.key.decode(), []).extend(json.loads(record.value)["toegekend"])


async def heard(settings: Settings) -> Outsider:
    """What somebody outside hears who begins now."""
    outsider = Outsider(settings)
    await outsider.read()
    return outsider


@pytest.mark.parametrize("while_up", [True, False], ids=["terwijl alles draait", "terwijl alles stilstaat"])
async def test_wat_de_broker_verloor_komt_terug_en_wie_van_buiten_meeleest_krijgt_alles_op_volgorde(
    broker: EmbeddedKafka, settings: Settings, databases: Databases, while_up: bool
) -> None:
    producer, consumer = databases
    # Who counts what is sent; but a publisher has to give up on a broker that lost what it had begun to send.
    settings = settings.model_copy(update={"kafka_send_seconds": 20.0})

    async def lose_everything() -> None:
        await asyncio.to_thread(broker.wipe)
        await write_some(producer, 30, 10)
        await asyncio.to_thread(broker.start)

    async with bus_of(settings, producer, consumer):
        await write_some(producer, 0, 30)
        await drained(producer, consumer)
        await published(producer, 300)
        if while_up:
            await lose_everything()
            await drained(producer, consumer, 300)
            await published(producer, 300)
    if not while_up:
        await lose_everything()
    async with bus_of(settings, producer, consumer):
        await write_some(producer, 40, 10)
        await drained(producer, consumer, 300)
        await published(producer, 300)
    assert await seen(consumer) == everything(50)
    outsider = await heard(settings)
    assert outsider.numbers == everything(50)
    assert len(outsider.ids) == len(set(outsider.ids)) == 50 * _KEYS


async def test_een_verlies_wordt_ook_gezien_van_wat_kafka_bevestigde_zonder_plaats(
    broker: EmbeddedKafka, settings: Settings, databases: Databases
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write_some(producer, 0, 5)
        await drained(producer, consumer)
        await published(producer, 300)
    async with producer.connection() as connection:
        await connection.execute("UPDATE gepubliceerd SET kafka_offset = NULL")
    await asyncio.to_thread(broker.wipe)
    await asyncio.to_thread(broker.start)
    async with bus_of(settings, producer, consumer, consume=False):
        await write_some(producer, 5, 1)
        await published(producer, 300)
    assert (await heard(settings)).numbers == everything(6)


async def test_opnieuw_gepubliceerd_krijgt_wie_van_buiten_meeleest_alles_en_verandert_hier_niets(
    settings: Settings, databases: Databases
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write_some(producer, 0, 10)
        await drained(producer, consumer)
        await published(producer, 300)
        first = await heard(settings)
        async with producer.connection() as connection:
            await gepubliceerd.forget(connection, TOPIC)
        await write_some(producer, 10, 5)
        await drained(producer, consumer, 300)
        await published(producer, 300)
    assert await seen(consumer) == everything(15)
    outsider = await heard(settings)
    assert set(first.ids) < set(outsider.ids)
    assert len(set(outsider.ids)) == 15 * _KEYS
    # Whoever drops what it had already has it in order; and it was all told from the beginning once more.
    first_time = {key: list(dict.fromkeys(numbers)) for key, numbers in outsider.numbers.items()}
    assert first_time == everything(15)
    assert {key: numbers[-15:] for key, numbers in outsider.numbers.items()} == everything(15)


async def test_een_publiceerder_die_niets_te_doen_heeft_merkt_dat_hij_opnieuw_moet_beginnen(
    settings: Settings, databases: Databases
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, consume=False):
        await write_some(producer, 0, 3)
        await published(producer, 300)
        async with producer.connection() as connection:
            await gepubliceerd.forget(connection, TOPIC)
        await published(producer, 300)
        assert (await heard(settings)).numbers == {key: [*range(3), *range(3)] for key in everything(0)}
