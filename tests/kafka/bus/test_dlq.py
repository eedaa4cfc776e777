"""Dead letters in Kafka: published from the outbox of who set them aside, with what a person needs, again when lost."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition

from services.platform.bus import MAX_ATTEMPTS, Subscription
from services.platform.database import Connection, Database
from services.platform.dode_letters import beheer
from services.platform.dode_letters.beheer import Keuze
from services.platform.dode_letters.opnieuw import handle_wanted
from services.platform.events import TOPICS, DeclaratieBeoordeeld, Event, asyncapi, decode, partition_of
from services.platform.kafka import gepubliceerd, topics
from services.platform.kafka.client import close_within, make_consumer, make_producer
from services.platform.settings import Settings
from tests.jsonschema import errors
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, patient, record, seen, until, write

pytestmark = pytest.mark.kafka
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

DLQ = "happyflow.invoice.dlq"
Databases = tuple[Database, Database]


async def picky(connection: Connection, events: Sequence[Event]) -> None:
    """A handler with a mistake in it."""
    await record(connection, events)
    if any(decode(event, DeclaratieBeoordeeld).declaratie_id.startswith("gif") for event in events):
        raise ValueError("cannot stomach 'this one'")


async def records(settings: Settings, topic: str) -> list[Any]:
    """Everything in a topic, in the order of its partitions."""
    name = topics.kafka_name(settings, topic)
    consumer = make_consumer(settings, "test", group=None)
    await consumer.start()
    try:
        partitions = sorted(consumer.partitions_for_topic(name) or await partitions_of(consumer, name))
        everywhere = [TopicPartition(name, partition) for partition in partitions]
        consumer.assign(everywhere)
        ends = await consumer.end_offsets(everywhere)
        for tp in everywhere:
            consumer.seek(tp, 0)
        found = []
        async with asyncio.timeout(180):
            while any([ends[tp] > await consumer.position(tp) for tp in everywhere]):
                for items in (await consumer.getmany(timeout_ms=500)).values():
                    found += items
        return found
    finally:
        await close_within(consumer.stop)


async def partitions_of(consumer: Any, name: str) -> set[int]:
    """Of a topic that the client has not heard of yet."""
    async with asyncio.timeout(180):
        while not (found := consumer._client.cluster.partitions_for_topic(name)):
            await consumer._client.force_metadata_update()
            await asyncio.sleep(0.1)
    return set(found)


async def published(consumer: Database) -> None:
    """Until Kafka has every letter of the consumer."""

    async def all_there() -> bool:
        async with consumer.connection() as connection:
            return await gepubliceerd.unpublished(connection, [DLQ]) == {DLQ: 0}

    await until(all_there, 300)


async def rows(database: Database, sql: str) -> list[Any]:
    async with database.connection() as connection:
        return await connection.fetch(sql)


async def test_a_letter_is_published_with_its_bytes_headers_reason_stack_and_place(
    settings: Settings, databases: Databases
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    await write(producer, beoordeeld("a", 1), beoordeeld("gif", 2), beoordeeld("c", 3))
    async with bus_of(settings, producer, consumer, picky):
        await drained(producer, consumer, 300)
        await published(consumer)
    assert await seen(consumer) == {"a": [1], "c": [3]}
    (poison,) = [item for item in await records(settings, TOPIC) if item.key == b"gif"]
    (letter,) = await records(settings, DLQ)
    assert (letter.key, letter.value) == (poison.key, poison.value)
    headers, original = dict(letter.headers), dict(poison.headers)
    assert {name: headers[name] for name in original if name in headers} == {
        name: value for name, value in original.items() if name not in {"ce_positie", "ce_vorigepositie"}
    }
    said = {name: value.decode() for name, value in headers.items() if name.startswith("dlq_")}
    contract = asyncapi.document()["components"]["messages"]["DodeLetter"]["headers"]
    assert errors(said, contract) == []
    assert said["dlq_position"].encode() == original["ce_positie"]
    assert (said["dlq_partition"], said["dlq_offset"]) == (str(poison.partition), str(poison.offset))
    assert (said["dlq_topic"], said["dlq_service"], said["dlq_key"]) == (TOPIC, "invoice", "gif")
    assert (said["dlq_reason"], said["dlq_message"]) == ("ValueError", "cannot stomach …")
    assert "tests/kafka/bus/test_dlq.py" in said["dlq_stack"]
    assert (said["dlq_tries"], said["dlq_number"]) == (str(MAX_ATTEMPTS), "1")
    assert said["dlq_first"] < said["dlq_last"]


async def test_a_letter_is_told_again_when_it_fails_again_and_has_one_effect_when_it_does_not(
    settings: Settings, databases: Databases
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    await write(producer, beoordeeld("gif", 1), beoordeeld("gif2", 2))
    async with bus_of(settings, producer, consumer, picky):
        await drained(producer, consumer, 300)
        await ask(consumer)
        assert await handle_wanted("invoice", consumer, [Subscription(TOPIC, picky)], settings.oin) == 2
        await published(consumer)
    letters = [dict(item.headers) for item in await records(settings, DLQ)]
    assert [letter["dlq_tries"].decode() for letter in letters] == ["5", "5", "6", "6"]
    assert len({letter["dlq_id"] for letter in letters}) == 4
    assert [letter["ce_id"] for letter in letters[:2]] == [letter["ce_id"] for letter in letters[2:]]
    await ask(consumer)
    assert await handle_wanted("invoice", consumer, [Subscription(TOPIC, record)], settings.oin) == 2
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer, 300)
    assert await seen(consumer) == {"gif": [1], "gif2": [2]}


async def ask(consumer: Database) -> None:
    async with consumer.connection() as connection:
        await beheer.vraag_opnieuw(connection, Keuze(), "beheerder", "")


async def test_a_relay_killed_before_it_marked_tells_a_letter_twice_under_one_id(
    settings: Settings, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    await write(producer, beoordeeld("gif", 1))
    async with bus_of(settings, producer, consumer, picky):
        await drained(producer, consumer, 300)
        await published(consumer)
    async with consumer.connection() as connection:
        # As it was before the round that published it was marked.
        await connection.execute("UPDATE gepubliceerd SET xid = 0, volgnummer = 0 WHERE topic = $1", DLQ)
        await connection.execute("DELETE FROM gepubliceerd WHERE topic = $1 AND partitie >= 0", DLQ)
    async with bus_of(settings, producer, consumer):
        await published(consumer)
    letters = [dict(item.headers) for item in await records(settings, DLQ)]
    assert len(letters) == 2
    assert len({letter["dlq_id"] for letter in letters}) == 1


async def test_a_record_of_somebody_else_is_told_with_the_bytes_of_its_key_headers_and_value(
    settings: Settings, databases: Databases
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    await topics.ensure(settings, [TOPICS[TOPIC]])
    stranger = make_producer(settings, "test")
    await stranger.start()
    odd = [("van", b"\xff\x00"), ("ce_id", b"999900006")]
    name = topics.kafka_name(settings, TOPIC)
    await stranger.send_and_wait(name, b"\x00hallo", b"\xfe\x00", partition=3, headers=odd)
    await close_within(stranger.stop)
    await write(producer, beoordeeld("a", 1))
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer, 300)

        async def set_aside() -> bool:
            return bool(await rows(consumer, "SELECT 1 FROM dode_letters"))

        await until(set_aside, 300)
        await published(consumer)
    assert await seen(consumer) == {"a": [1]}
    (letter,) = await records(settings, DLQ)
    assert (letter.key, letter.value) == (b"\xfe\x00", b"\x00hallo")
    headers = dict(letter.headers)
    assert [(name, value) for name, value in letter.headers if not name.startswith("dlq_")] == odd
    assert headers["dlq_reason"] == b"the header ce_specversion is missing"
    assert (headers["dlq_partition"], headers["dlq_offset"]) == (b"3", b"0")
    assert "dlq_position" not in headers


async def test_a_key_that_no_database_takes_does_not_stop_its_partition(
    settings: Settings, databases: Databases
) -> None:
    """It looks like an event of ours in every way, but for a zero byte in its key."""
    settings = patient(settings)
    producer, consumer = databases
    key = next(f"d{n}" for n in range(99) if partition_of(f"d{n}") == 5)
    await write(producer, beoordeeld(key, 1))
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer, 300)
    (good,) = await records(settings, TOPIC)
    forged = [(name, b"9999999-1" if name == "ce_positie" else value) for name, value in good.headers]
    stranger = make_producer(settings, "test")
    await stranger.start()
    name = topics.kafka_name(settings, TOPIC)
    await stranger.send_and_wait(name, good.value, b"d\x00", partition=5, headers=forged)
    await close_within(stranger.stop)
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld(key, 2))
        await drained(producer, consumer, 300)
    assert await seen(consumer) == {key: [1, 2]}
    (letter,) = await rows(consumer, "SELECT type, sleutel, ruwe_sleutel FROM dode_letters")
    assert tuple(letter) == ("onleesbaar", "d\ufffd", b"d\x00")
