"""Outbox, delivery and the local bus on a real PostgreSQL: nothing lost, nothing twice, order kept."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import asyncpg
import pytest

from services.platform import outbox
from services.platform.bus import MAX_ATTEMPTS, Attempts, Subscription, deliver, deliver_carefully
from services.platform.database import Connection, Database, lock_keys
from services.platform.events import DeclaratieBeoordeeld, Event, ToewijzingGebruikt, decode, partition_of
from services.platform.lag import lag_of
from services.platform.local_bus import LocalBus
from services.platform.outbox import Outgoing
from services.platform.posities import Lane, start_of

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

NOW = datetime(2026, 5, 6, tzinfo=UTC)
TOPIC = "beoordelingen"


def beoordeeld(declaratie: str, *volgnummers: int) -> Outgoing:
    return Outgoing(
        declaratie, DeclaratieBeoordeeld(domein="jw", declaratie_id=declaratie, gemeente="0193", toegekend=volgnummers)
    )


@pytest.fixture
async def databases(postgres: object, database: str) -> AsyncIterator[tuple[Database, Database]]:
    """Producer (matching) and consumer (invoice), as superuser."""
    dsn = postgres.dsn(database)  # type: ignore[attr-defined]
    pair = (Database(dsn, role=None, schema="matching"), Database(dsn, role=None, schema="invoice"))
    for item in pair:
        await item.open()
    async with pair[1].connection() as connection:
        await connection.execute("CREATE TABLE gezien (volgnummer bigserial, declaratie text, nummers int[])")
    yield pair
    for item in pair:
        await item.close()


async def record(connection: Connection, events: Sequence[Event]) -> None:
    for event in events:
        payload = decode(event, DeclaratieBeoordeeld)
        await connection.execute(
            "INSERT INTO gezien (declaratie, nummers) VALUES ($1, $2)", payload.declaratie_id, list(payload.toegekend)
        )


async def seen(consumer: Database) -> list[tuple[str, list[int]]]:
    async with consumer.connection() as connection:
        rows = await connection.fetch("SELECT declaratie, nummers FROM gezien ORDER BY volgnummer")
    return [(row["declaratie"], row["nummers"]) for row in rows]


async def wait_until_drained(producer: Database, consumer: Database) -> None:
    for _ in range(3000):
        if not any((await lag_of(producer, [("invoice", consumer, TOPIC)])).values()):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not drained")


def make_bus(producer: Database, consumer: Database, subscription: Subscription) -> LocalBus:
    return LocalBus(producer, [("invoice", consumer, subscription)], oin="0" * 20)


async def test_events_arrive_in_commit_order_with_their_place_stored(databases: tuple[Database, Database]) -> None:
    producer, consumer = databases
    bus = make_bus(producer, consumer, Subscription(TOPIC, record, max_events=7))
    await bus.start()
    for number in range(50):
        async with producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld("a", number), beoordeeld("b", number)], NOW)
    await wait_until_drained(producer, consumer)
    await bus.stop()
    assert await seen(consumer) == [(key, [n]) for n in range(50) for key in ("a", "b")]


async def test_a_row_that_commits_late_is_not_skipped(databases: tuple[Database, Database]) -> None:
    """The slow transaction writes first and commits last: a reader bounded by max(id) would pass it."""
    producer, consumer = databases
    bus = make_bus(producer, consumer, Subscription(TOPIC, record))
    await bus.start()
    async with producer.connection() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await outbox.append(slow, [beoordeeld("langzaam", 1)], NOW)
        async with producer.transaction() as quick:
            await outbox.append(quick, [beoordeeld("snel", 1)], NOW)
        await asyncio.sleep(0.3)
        assert await seen(consumer) == []
        await transaction.commit()
    await wait_until_drained(producer, consumer)
    await bus.stop()
    assert await seen(consumer) == [("langzaam", [1]), ("snel", [1])]


async def test_a_rolled_back_event_never_arrives(databases: tuple[Database, Database]) -> None:
    producer, consumer = databases

    async def write_and_fail() -> None:
        async with producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld("weg", 1)], NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    async with producer.transaction() as connection:
        await outbox.append(connection, [beoordeeld("blijft", 1)], NOW)
    bus = make_bus(producer, consumer, Subscription(TOPIC, record))
    await bus.start()
    await wait_until_drained(producer, consumer)
    await bus.stop()
    assert await seen(consumer) == [("blijft", [1])]


async def test_the_same_batch_again_changes_nothing(databases: tuple[Database, Database]) -> None:
    producer, consumer = databases
    async with producer.transaction() as connection:
        await outbox.append(connection, [beoordeeld("a", n) for n in range(5)], NOW)
    events = await read_all(producer)
    subscription = Subscription(TOPIC, record)
    assert await deliver(consumer, subscription, events) == 5
    assert await deliver(consumer, subscription, events) == 0
    assert await deliver(consumer, subscription, events[2:]) == 0
    assert len(await seen(consumer)) == 5


async def test_two_consumers_at_once_handle_every_event_once(databases: tuple[Database, Database]) -> None:
    producer, consumer = databases
    buses = [make_bus(producer, consumer, Subscription(TOPIC, record, max_events=3)) for _ in range(2)]
    for bus in buses:
        await bus.start()
    for number in range(60):
        async with producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld(f"d{number % 5}", number)], NOW)
    await wait_until_drained(producer, consumer)
    for bus in buses:
        await bus.stop()
    assert sorted(numbers[0] for _, numbers in await seen(consumer)) == list(range(60))


async def test_a_poison_event_is_set_aside_and_the_rest_goes_on(databases: tuple[Database, Database]) -> None:
    producer, consumer = databases

    async def picky(connection: Connection, events: Sequence[Event]) -> None:
        await record(connection, events)
        if any(decode(event, DeclaratieBeoordeeld).declaratie_id == "gif" for event in events):
            raise ValueError("cannot stomach this one")

    async with producer.transaction() as connection:
        await outbox.append(connection, [beoordeeld("a", 1), beoordeeld("gif", 2), beoordeeld("c", 3)], NOW)
    bus = make_bus(producer, consumer, Subscription(TOPIC, picky))
    await bus.start()
    await wait_until_drained(producer, consumer)
    await bus.stop()
    assert await seen(consumer) == [("a", [1]), ("c", [3])]
    async with consumer.connection() as connection:
        letters = await connection.fetch("SELECT pogingen, reden, sleutel FROM dode_letters")
    assert [tuple(letter) for letter in letters] == [(MAX_ATTEMPTS, "ValueError", "gif")]


async def test_a_lost_connection_is_retried_and_never_counts_against_an_event(
    databases: tuple[Database, Database],
) -> None:
    producer, consumer = databases
    failures = iter(range(MAX_ATTEMPTS * 2))

    async def shaky(connection: Connection, events: Sequence[Event]) -> None:
        if next(failures, None) is not None:
            raise asyncpg.ConnectionDoesNotExistError("gone")
        await record(connection, events)

    async with producer.transaction() as connection:
        await outbox.append(connection, [beoordeeld("a", 1)], NOW)
    subscription = Subscription(TOPIC, shaky)
    for _ in range(MAX_ATTEMPTS * 2):
        with pytest.raises(asyncpg.ConnectionDoesNotExistError):
            await deliver(consumer, subscription, await read_all(producer))
    assert await deliver(consumer, subscription, await read_all(producer)) == 1
    async with consumer.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM dode_letters") == 0


async def test_an_event_over_64_kb_is_refused(databases: tuple[Database, Database]) -> None:
    producer, _ = databases
    with pytest.raises(ValueError, match="at most"):
        async with producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld("groot", *range(100_000, 120_000))], NOW)


async def test_who_gets_the_lock_later_stands_later_in_the_outbox(databases: tuple[Database, Database]) -> None:
    """Two transactions on one key: the lock is taken before the transaction has a number."""
    producer, _ = databases
    order: list[int] = []

    async def work(number: int) -> None:
        async with producer.transaction() as connection:
            await lock_keys(connection, "matching", ["p3"])
            order.append(number)
            await asyncio.sleep(0.01)
            await outbox.append(
                connection,
                [Outgoing("p3", ToewijzingGebruikt(domein="jw", gemeente=f"{number:04d}", toewijzingen=()))],
                NOW,
            )

    await asyncio.gather(*(work(number) for number in range(8)))
    async with producer.connection() as connection:
        rows = await connection.fetch("SELECT data FROM outbox WHERE topic = 'gebruik' ORDER BY xid, volgnummer")
    assert [int(row["data"].split(b'"gemeente":"')[1][:4]) for row in rows] == order


async def read_all(producer: Database) -> list[Event]:
    """Everything in the outbox as the local bus reads it."""
    events: list[Event] = []

    async def keep(_connection: Connection, batch: Sequence[Event]) -> None:
        events.extend(batch)

    bus = LocalBus(producer, [("invoice", producer, Subscription(TOPIC, keep))], oin="0" * 20)
    reader = bus._readers[0]
    async with producer.connection() as connection, asyncio.timeout(60):
        there = await connection.fetchval("SELECT count(*) FROM outbox WHERE topic = $1", TOPIC)
        while True:
            reader.place = (0, 0)
            read = await bus._read(reader)
            # What was committed while something older was under way, in whatever database of the server, comes later.
            if len(read) >= there:
                return read
            await asyncio.sleep(0.05)


async def test_lanes_work_at_once_and_each_partition_keeps_its_order(databases: tuple[Database, Database]) -> None:
    """A lane that is held up holds up nobody else; afterwards everything has been seen once."""
    producer, consumer = databases
    sleutels = sorted((f"d{n}" for n in range(40)), key=partition_of)
    opgehouden = {sleutel for sleutel in sleutels if partition_of(sleutel) % 2 == 0}
    vrij = asyncio.Event()

    async def hold_even(connection: Connection, events: Sequence[Event]) -> None:
        if events[0].partition % 2 == 0:
            await vrij.wait()
        await record(connection, events)

    for nummer in range(3):
        async with producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld(sleutel, nummer) for sleutel in sleutels], NOW)
    bus = make_bus(producer, consumer, Subscription(TOPIC, hold_even, lanes=2, max_events=7))
    await bus.start()
    for _ in range(3000):
        if len(await seen(consumer)) == 3 * len(set(sleutels) - opgehouden):
            break
        await asyncio.sleep(0.02)
    assert {sleutel for sleutel, _ in await seen(consumer)} == set(sleutels) - opgehouden
    achter = await lag_of(producer, [("invoice", consumer, TOPIC)])
    assert achter == {("invoice", TOPIC): 3 * len(opgehouden)}
    vrij.set()
    await wait_until_drained(producer, consumer)
    await bus.stop()
    gezien = await seen(consumer)
    assert len(gezien) == 3 * len(sleutels)
    for sleutel in sleutels:
        assert [nummers for wie, nummers in gezien if wie == sleutel] == [[0], [1], [2]]


@pytest.mark.parametrize("aantallen", [(1, 2, 3), (3, 2, 1), (2, 12, 2)])
async def test_another_number_of_lanes_begins_where_the_least_far_was(
    databases: tuple[Database, Database], aantallen: tuple[int, ...]
) -> None:
    """One lane of the first bus gets nowhere; whoever reads on with other lanes must not pass its events by."""
    producer, consumer = databases
    sleutels = [f"d{n}" for n in range(24)]

    async def fail_for_some(connection: Connection, events: Sequence[Event]) -> None:
        if any(event.partition == 0 for event in events):
            raise OSError  # transient: tried again for ever
        await record(connection, events)

    for ronde, aantal in enumerate(aantallen):
        async with producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld(sleutel, ronde) for sleutel in sleutels], NOW)
        handler = record if ronde == len(aantallen) - 1 else fail_for_some
        bus = make_bus(producer, consumer, Subscription(TOPIC, handler, lanes=aantal, max_events=5))
        await bus.start()
        if handler is record:
            await wait_until_drained(producer, consumer)
        else:
            await asyncio.sleep(0.5)
        await bus.stop()
    gezien = await seen(consumer)
    assert len(gezien) == len(aantallen) * len(sleutels)
    for sleutel in sleutels:
        assert [nummers for wie, nummers in gezien if wie == sleutel] == [[n] for n in range(len(aantallen))]


async def test_without_lanes_the_least_far_partition_counts(databases: tuple[Database, Database]) -> None:
    """Partitions that were read apart say nothing about each other."""
    producer, consumer = databases
    sleutels = {partition_of(f"d{n}"): f"d{n}" for n in range(200)}
    async with producer.transaction() as connection:
        await outbox.append(connection, [beoordeeld(sleutels[n], n) for n in sorted(sleutels)], NOW)
    events = await read_all(producer)
    await deliver(consumer, Subscription(TOPIC, record), events[1:])
    async with consumer.transaction() as connection:
        assert await start_of(connection, TOPIC, Lane(1, 3)) == (0, 0)
        assert await connection.fetchval("SELECT count(*) FROM posities WHERE partitie < 0") == 3
        await connection.execute("DELETE FROM posities WHERE partitie < 0")
        await deliver(consumer, Subscription(TOPIC, record), events[:1])
        assert await start_of(connection, TOPIC, Lane(0, 2)) == events[0].position
        assert await start_of(connection, TOPIC, Lane(0, 3)) == events[0].position
        lanes = await connection.fetch("SELECT partitie FROM posities WHERE partitie < 0 ORDER BY partitie DESC")
    assert [lane["partitie"] for lane in lanes] == [-300, -301, -302]


async def test_a_lane_without_events_does_not_look_through_those_of_others(
    databases: tuple[Database, Database],
) -> None:
    producer, consumer = databases
    sleutel = next(f"d{n}" for n in range(99) if partition_of(f"d{n}") % 2 == 0)
    bus = make_bus(producer, consumer, Subscription(TOPIC, record, lanes=2))
    await bus.start()
    for nummer in range(30):
        async with producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld(sleutel, nummer)], NOW)
    await wait_until_drained(producer, consumer)
    laatste = (await read_all(producer))[-1].position
    for _ in range(3000):
        async with consumer.transaction() as connection:
            if await start_of(connection, TOPIC, Lane(1, 2)) == laatste:
                break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError("the lane stayed behind")
    async with producer.transaction() as connection:
        ander = next(f"d{n}" for n in range(99) if partition_of(f"d{n}") % 2 == 1)
        await outbox.append(connection, [beoordeeld(ander, 1), beoordeeld(sleutel, 30)], NOW)
    await wait_until_drained(producer, consumer)
    await bus.stop()
    assert len(await seen(consumer)) == 32


async def test_an_event_is_not_buried_once_the_tables_are_of_another_version(
    databases: tuple[Database, Database],
) -> None:
    """A newer program migrated them under this one: what fails now says nothing about the event."""
    producer, consumer = databases
    async with consumer.connection() as connection:
        await connection.execute("CREATE TABLE alembic_version (version_num text)")
        await connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    await consumer.close()
    await consumer.open()

    async def fail(_connection: Connection, _events: Sequence[Event]) -> None:
        async with consumer.connection() as apart:
            await apart.execute("UPDATE alembic_version SET version_num = '0002'")
        raise ValueError("a column that was not there")

    async with producer.transaction() as connection:
        await outbox.append(connection, [beoordeeld("a", 1)], NOW)
    attempts: dict[str, Attempts] = {}
    for _ in range(2 * MAX_ATTEMPTS):
        with pytest.raises(ValueError, match="a column"):
            await deliver_carefully(consumer, Subscription(TOPIC, fail), await read_all(producer), attempts)
    assert attempts == {}
    async with consumer.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM dode_letters") == 0
