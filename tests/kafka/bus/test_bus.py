"""The bus over a real Apache Kafka: nothing lost, nothing twice, the order of a key kept."""

import asyncio
import time
from collections.abc import Sequence

import asyncpg
import pytest
from aiokafka import TopicPartition

from services.platform.bus import MAX_ATTEMPTS
from services.platform.database import Connection, Database
from services.platform.ending import end
from services.platform.events import PARTITIONS, DeclaratieBeoordeeld, Event, decode, partition_of
from services.platform.kafka import gepubliceerd, topics
from services.platform.kafka.client import close_within, make_consumer, make_producer
from services.platform.kafka.relay import Relay
from services.platform.settings import Settings
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, lag, patient, published, record, seen, write

pytestmark = pytest.mark.kafka
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]


async def records(settings: Settings) -> dict[int, list[tuple[str, bytes]]]:
    """Everything in the topic, by partition: position and key."""
    name = topics.kafka_name(settings, TOPIC)
    consumer = make_consumer(settings, "test", group=None)
    await consumer.start()
    try:
        everywhere = [TopicPartition(name, partition) for partition in range(PARTITIONS)]
        consumer.assign(everywhere)
        ends = await consumer.end_offsets(everywhere)
        for tp in everywhere:
            consumer.seek(tp, 0)
        found: dict[int, list[tuple[str, bytes]]] = {}
        async with asyncio.timeout(180):
            while any([ends[tp] > await consumer.position(tp) for tp in everywhere]):
                for tp, items in (await consumer.getmany(timeout_ms=500)).items():
                    found.setdefault(tp.partition, []).extend(
                        (dict(item.headers)["ce_positie"].decode(), item.key) for item in items
                    )
        return found
    finally:
        await close_within(consumer.stop)


async def test_every_event_arrives_once_and_each_key_in_order(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, max_events=7):
        for number in range(60):
            await write(producer, *(beoordeeld(f"d{key}", number) for key in range(5)))
        await drained(producer, consumer)
    assert await seen(consumer) == {f"d{key}": list(range(60)) for key in range(5)}


async def test_an_event_is_in_the_partition_that_we_say(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write(producer, *(beoordeeld(f"d{key}", key) for key in range(30)))
        await drained(producer, consumer)
    for partition, items in (await records(settings)).items():
        assert {partition_of(key.decode()) for _, key in items} == {partition}


async def test_a_row_that_commits_late_is_not_skipped(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("eerst", 1))
        await drained(producer, consumer)
        async with producer.connection() as slow:
            transaction = slow.transaction()
            await transaction.start()
            from services.platform import outbox
            from tests.kafka.bus.hulp import NOW

            await outbox.append(slow, [beoordeeld("langzaam", 1)], NOW)
            await write(producer, beoordeeld("snel", 1))
            await asyncio.sleep(0.5)
            assert await seen(consumer) == {"eerst": [1]}
            await transaction.commit()
        await drained(producer, consumer)
    assert await seen(consumer) == {"eerst": [1], "langzaam": [1], "snel": [1]}


async def test_lanes_share_the_partitions(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, lanes=3, max_events=5):
        for number in range(20):
            await write(producer, *(beoordeeld(f"d{key}", number) for key in range(12)))
        await drained(producer, consumer)
    assert await seen(consumer) == {f"d{key}": list(range(20)) for key in range(12)}


async def test_a_relay_killed_between_storing_and_marking_repeats_and_nothing_changes(
    settings: Settings, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    await write(producer, *(beoordeeld(f"d{key}", 1) for key in range(10)))
    stored = asyncio.Event()

    async def killed(*_: object) -> None:
        stored.set()
        await asyncio.sleep(3600)

    with monkeypatch.context() as patched:
        patched.setattr(gepubliceerd, "mark", killed)
        async with bus_of(settings, producer, consumer, consume=False):
            await asyncio.wait_for(stored.wait(), 180)
    await write(producer, *(beoordeeld(f"d{key}", 2) for key in range(10)))
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer)
    assert await seen(consumer) == {f"d{key}": [1, 2] for key in range(10)}
    positions = [position for items in (await records(settings)).values() for position, _ in items]
    assert len(positions) == 30
    assert len(set(positions)) == 20


async def test_only_one_of_two_relays_publishes(settings: Settings, databases: Databases) -> None:
    settings = patient(settings)
    producer, consumer = databases
    async with bus_of(settings, producer, consumer), bus_of(settings, producer, consumer, consume=False):
        for number in range(40):
            await write(producer, beoordeeld(f"d{number % 7}", number))
        await drained(producer, consumer)
    assert sum(len(items) for items in (await records(settings)).values()) == 40


async def test_another_copy_takes_over_when_the_publisher_is_gone(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    first = asyncio.create_task(Relay("matching", producer, settings).run())
    await asyncio.sleep(1)
    second = asyncio.create_task(Relay("matching", producer, settings).run())
    await end([first])
    async with bus_of(settings, producer, consumer, publish=False):
        await write(producer, beoordeeld("a", 1))
        await drained(producer, consumer)
    await end([second])
    assert await seen(consumer) == {"a": [1]}


async def test_two_consumers_share_the_work_also_when_one_comes_and_goes(
    settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    by_whom: dict[str, int] = {"een": 0, "twee": 0}

    def counting(name: str) -> object:
        async def handler(connection: Connection, events: Sequence[Event]) -> None:
            by_whom[name] += len(events)
            await record(connection, events)

        return handler

    written = 0

    async def write_more(amount: int) -> None:
        nonlocal written
        for _ in range(amount):
            await write(producer, *(beoordeeld(f"d{key}", written) for key in range(12)))
            written += 1
            await asyncio.sleep(0.01)

    async with bus_of(settings, producer, consumer, counting("een"), max_events=5):  # type: ignore[arg-type]
        await write_more(20)
        for _ in range(2):
            async with bus_of(settings, producer, consumer, counting("twee"), publish=False, max_events=5):  # type: ignore[arg-type]
                before = by_whom["twee"]
                async with asyncio.timeout(300):
                    while by_whom["twee"] == before:
                        await write_more(20)
            await write_more(20)
        await drained(producer, consumer)
    assert await seen(consumer) == {f"d{key}": list(range(written)) for key in range(12)}
    assert by_whom["een"] > 0
    assert by_whom["twee"] > 0


async def test_a_poison_event_is_set_aside_and_the_rest_goes_on(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases

    async def picky(connection: Connection, events: Sequence[Event]) -> None:
        await record(connection, events)
        if any(decode(event, DeclaratieBeoordeeld).declaratie_id == "gif" for event in events):
            raise ValueError("cannot stomach this one")

    await write(producer, beoordeeld("a", 1), beoordeeld("gif", 2), beoordeeld("c", 3))
    async with bus_of(settings, producer, consumer, picky):
        await drained(producer, consumer)
        await write(producer, beoordeeld("a", 4))
        await drained(producer, consumer)
    assert await seen(consumer) == {"a": [1, 4], "c": [3]}
    async with consumer.connection() as connection:
        letters = await connection.fetch("SELECT pogingen, reden, sleutel FROM dode_letters")
    assert [tuple(letter) for letter in letters] == [(MAX_ATTEMPTS, "ValueError", "gif")]


async def test_a_record_of_somebody_else_is_set_aside_once_and_the_rest_goes_on(
    settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("a", 1))
        await drained(producer, consumer)
    stranger = make_producer(settings, "test")
    await stranger.start()
    name = topics.kafka_name(settings, TOPIC)
    await stranger.send_and_wait(name, b"hallo", b"a", partition=partition_of("a"))
    await close_within(stranger.stop)
    for number in (2, 3):
        async with bus_of(settings, producer, consumer):
            await write(producer, beoordeeld("a", number))
            await drained(producer, consumer)
        async with consumer.connection() as connection:
            await connection.execute("UPDATE posities SET kafka_offset = NULL")
    assert await seen(consumer) == {"a": [1, 2, 3]}
    async with consumer.connection() as connection:
        letters = await connection.fetch("SELECT type, data, reden FROM dode_letters")
    assert [tuple(letter) for letter in letters] == [("onleesbaar", b"hallo", "the header ce_specversion is missing")]


async def test_a_lost_database_is_retried_from_the_stored_place(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    failures = iter(range(MAX_ATTEMPTS + 1))

    async def shaky(connection: Connection, events: Sequence[Event]) -> None:
        if next(failures, None) is not None:
            raise asyncpg.ConnectionDoesNotExistError("gone")
        await record(connection, events)

    await write(producer, *(beoordeeld("a", number) for number in range(20)))
    async with bus_of(settings, producer, consumer, shaky, max_events=3):
        await drained(producer, consumer)
    assert await seen(consumer) == {"a": list(range(20))}
    async with consumer.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM dode_letters") == 0


async def test_the_database_decides_where_to_read_on_and_not_kafka(settings: Settings, databases: Databases) -> None:
    """A backup is put back: Kafka says all was handled, the database knows better."""
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write(producer, *(beoordeeld("a", number) for number in range(5)))
        await drained(producer, consumer)
        await asyncio.sleep(1.5)  # Kafka is told
    async with consumer.connection() as connection:
        await connection.execute("DELETE FROM gezien")
        await connection.execute("UPDATE posities SET xid = 0, volgnummer = 0, kafka_offset = NULL")
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer)
    assert await seen(consumer) == {"a": list(range(5))}


async def test_a_topic_that_was_thrown_away_is_filled_again_from_the_outbox(
    settings: Settings, databases: Databases
) -> None:
    settings = patient(settings)
    producer, consumer = databases
    async with bus_of(settings, producer, consumer):
        await write(producer, *(beoordeeld("a", number) for number in range(5)))
        await drained(producer, consumer)
    await throw_away(settings)
    await write(producer, beoordeeld("a", 5))
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer)
        await write(producer, beoordeeld("a", 6))
        await drained(producer, consumer)
    assert await seen(consumer) == {"a": list(range(7))}
    assert sum(len(items) for items in (await records(settings)).values()) == 7


async def test_what_kafka_threw_away_before_it_was_read_comes_from_the_outbox(
    settings: Settings, databases: Databases
) -> None:
    """Published, forgotten by Kafka, and the relay believes that all is well: the consumer sees the gap."""
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, consume=False):
        await write(producer, *(beoordeeld("a", number) for number in range(500)))
        await published(producer)
    await throw_away(settings)
    async with producer.connection() as connection:
        await connection.execute("UPDATE gepubliceerd SET kafka_offset = NULL")
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("a", 500))
        await drained(producer, consumer)
    assert await seen(consumer) == {"a": list(range(501))}


async def test_what_is_not_published_yet_counts_as_not_handled(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, publish=False):
        await write(producer, beoordeeld("a", 1))
        await asyncio.sleep(0.5)
        assert await lag(producer, consumer) == 1
    async with producer.connection() as connection:
        assert await gepubliceerd.unpublished(connection, [TOPIC]) == {TOPIC: 1}
        assert await gepubliceerd.unpublished(connection) == {}
        await gepubliceerd.load(connection, [TOPIC])
        assert await gepubliceerd.unpublished(connection) == {TOPIC: 1}


async def test_a_large_event_and_many_small_ones_fit_in_their_batches(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    large = tuple(range(100_000, 109_000))
    for number in range(12):
        await write(producer, beoordeeld("a", number), beoordeeld("a", *large))
    await write(producer, *(beoordeeld("a", number) for number in range(2000)))
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer)
    expected = [n for number in range(12) for n in (number, *large)] + list(range(2000))
    assert await seen(consumer) == {"a": expected}


async def test_the_place_before_which_all_is_handled_follows(settings: Settings, databases: Databases) -> None:
    """Otherwise counting the lag would read the whole outbox, for ever."""
    producer, consumer = databases
    async with bus_of(settings, producer, consumer) as bus:
        await write(producer, *(beoordeeld(f"d{key}", 1) for key in range(20)))
        await drained(producer, consumer)
        await bus._raise_floor(consumer, TOPIC)
    async with consumer.connection() as connection:
        floor = await connection.fetchval("SELECT max(volgnummer) FROM posities WHERE partitie < 0")
    async with producer.connection() as connection:
        assert floor == await connection.fetchval("SELECT max(volgnummer) FROM outbox")


async def throw_away(settings: Settings) -> None:
    """Delete the topic with all that is in it."""
    from services.platform.kafka.client import make_admin

    admin = make_admin(settings)
    await admin.start()
    try:
        name = topics.kafka_name(settings, TOPIC)
        await admin.delete_topics([name])
        deadline = time.monotonic() + 180
        while name in await admin.list_topics():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
    finally:
        await close_within(admin.close)
