"""Starting, stopping and what goes wrong in between: nothing stays open, nothing stops for good."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from prometheus_client import REGISTRY

from services.platform import outbox
from services.platform.bus import MAX_ATTEMPTS, Subscription
from services.platform.database import Connection, Database
from services.platform.events import DeclaratieBeoordeeld, Event, decode
from services.platform.lag import lag_of
from services.platform.local_bus import LocalBus
from services.platform.metrics import TASK_INTERVAL, TASK_SUCCESS
from services.platform.outbox import Outgoing
from services.platform.postgres import EmbeddedPostgres
from services.platform.problems import Problem
from services.platform.runtime import Dsn, Runtime
from services.platform.service import Context, PeriodicTask
from services.platform.settings import Settings, StartError
from services.platform.workers import Workers
from tests.services.proefdienst import allow
from tests.services.server import PROEF

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

NOW = datetime(2026, 5, 6, tzinfo=UTC)
TOPIC = "beoordelingen"


@pytest.fixture(autouse=True)
def tasks_of_this_test_only() -> Iterator[None]:
    """A task that is gone is silent; an alert on that is not for who comes after."""
    yield
    for task in ("proef", "nooit"):
        for metric in (TASK_SUCCESS, TASK_INTERVAL):
            with suppress(KeyError):
                metric.remove(PROEF.name, task)


@pytest.fixture
async def dsn(postgres: EmbeddedPostgres, database: str) -> str:
    await allow(postgres.dsn(database))
    return postgres.dsn(database)


def small(keys_folder: Path, **changes: object) -> Settings:
    return Settings(data=keys_folder, workers=1, **changes)  # type: ignore[arg-type]


async def connected(dsn: str) -> int:
    """How many connections of ours the server knows; they take a moment to go."""
    connection = await asyncpg.connect(dsn)
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'happyflow-%'"
    )
    count = 0
    for _ in range(400):
        count = await connection.fetchval(query)
        if not count:
            break
        await asyncio.sleep(0.05)
    await connection.close()
    return count


def tasks_now() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def beoordeel(dsn: str, *declaraties: str) -> None:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "matching"})
    async with connection.transaction():
        for declaratie in declaraties:
            payload = DeclaratieBeoordeeld(domein="jw", declaratie_id=declaratie, gemeente="0193")
            await outbox.append(connection, [Outgoing(declaratie, payload)], NOW)  # type: ignore[arg-type]
    await connection.close()


async def gezien(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(
        "SELECT sleutel FROM matching.dode_letters WHERE reden = 'gezien' ORDER BY volgnummer"
    )
    await connection.close()
    return [row["sleutel"] for row in rows]


async def test_start_and_stop_leave_nothing_behind_and_can_be_done_again(dsn: str, keys_folder: Path) -> None:
    before = tasks_now()
    runtime = Runtime(small(keys_folder), Dsn(dsn, login=True), [PROEF])
    await runtime.stop()
    for number in range(2):
        await runtime.start()
        await beoordeel(dsn, f"d{number}")
        assert await runtime.drained(60)
        await runtime.stop()
        assert await connected(dsn) == 0
        assert tasks_now() <= before
    await runtime.stop()
    assert await gezien(dsn) == ["d0", "d1"]


async def test_a_start_without_a_database_leaves_nothing_behind(keys_folder: Path) -> None:
    before = tasks_now()
    runtime = Runtime(small(keys_folder), Dsn("postgresql://x@/niets?host=/nergens&port=5432", login=True), [PROEF])
    with pytest.raises(FileNotFoundError):
        await runtime.start()
    assert tasks_now() <= before
    await runtime.stop()


async def test_a_start_that_fails_halfway_closes_what_it_opened(dsn: str, keys_folder: Path) -> None:
    """The pool of the bus is open already; then the service has no role, no XSDs, no code lists, no subscriptions."""
    before = tasks_now()

    def broken(_context: Context) -> Sequence[Subscription]:
        raise LookupError("no subscriptions")

    for settings, service, error in (
        (small(keys_folder), replace(PROEF, name="onbekend"), asyncpg.PostgresError),
        (small(keys_folder, ijw_schemas=keys_folder / "weg"), PROEF, StartError),
        (small(keys_folder, codelists=keys_folder / "weg"), PROEF, StartError),
        (small(keys_folder), replace(PROEF, subscriptions=broken), LookupError),
    ):
        runtime = Runtime(settings, Dsn(dsn, login=True), [service])
        with pytest.raises(error):
            await runtime.start()
        assert await connected(dsn) == 0
        assert tasks_now() <= before


async def test_looking_only_starts_no_consumers(dsn: str, keys_folder: Path) -> None:
    await beoordeel(dsn, "d1")
    runtime = Runtime(small(keys_folder), Dsn(dsn, login=True), [PROEF])
    await runtime.start(consume=False)
    assert not await runtime.drained(0.3)
    assert await runtime.lag() == {("matching", TOPIC): 1}
    await runtime.stop()
    assert await gezien(dsn) == []


async def test_one_connection_a_service_is_enough(dsn: str, keys_folder: Path) -> None:
    """The bus listens on a connection all the time; its readers must not starve for it."""
    runtime = Runtime(small(keys_folder, pool_size=1), Dsn(dsn, login=True), [PROEF])
    await runtime.start()
    await beoordeel(dsn, "d1", "d2")
    assert await runtime.drained(60)
    await runtime.stop()


async def test_a_task_that_fails_gets_its_next_turn(dsn: str, keys_folder: Path, workers: Workers) -> None:
    turns: list[int] = []

    async def run(_context: Context) -> None:
        turns.append(len(turns))
        if len(turns) < 3:
            raise ValueError("not yet")

    service = replace(PROEF, tasks=[PeriodicTask("proef", 0.01, run)])
    runtime = Runtime(small(keys_folder), Dsn(dsn, login=True), [service], workers=workers)
    await runtime.start()
    for _ in range(6000):
        if len(turns) > 4:
            break
        await asyncio.sleep(0.01)
    await runtime.stop()
    assert len(turns) > 4
    count = len(turns)
    await asyncio.sleep(0.1)
    assert len(turns) == count


async def test_a_task_that_never_succeeds_is_silent_since_it_began(
    dsn: str, keys_folder: Path, workers: Workers
) -> None:
    """Without a moment to count from, the alert on silent tasks would compare with nothing."""
    moments: list[float | None] = []

    async def run(_context: Context) -> None:
        labels = {"service": PROEF.name, "task": "nooit"}
        moments.append(REGISTRY.get_sample_value("happyflow_task_last_success_timestamp_seconds", labels))
        raise ValueError("never")

    service = replace(PROEF, tasks=[PeriodicTask("nooit", 0.01, run)])
    runtime = Runtime(small(keys_folder), Dsn(dsn, login=True), [service], workers=workers)
    before = time.time()
    await runtime.start()
    while len(moments) < 3:
        await asyncio.sleep(0.01)
    await runtime.stop()
    began = moments[0]
    assert began is not None
    assert before <= began <= time.time()
    assert set(moments) == {began}


# --- the local bus in trouble


class Luisteraar:
    """A consumer of matching's outbox, with a handler that does as it is told."""

    def __init__(self, dsn: str) -> None:
        self.outboxes = Database(dsn, role=None, schema="public", pool_size=3)
        self.database = Database(dsn, role=None, schema="invoice", pool_size=3)
        self.seen: list[str] = []
        self.trouble: dict[str, Exception] = {}
        self.bus = LocalBus(self.outboxes, [("invoice", self.database, Subscription(TOPIC, self._handle))], "0" * 20)

    async def _handle(self, connection: Connection, events: Sequence[Event]) -> None:
        names = [decode(event, DeclaratieBeoordeeld).declaratie_id for event in events]
        for name in names:
            if name in self.trouble:
                raise self.trouble[name]
            if name == "te-groot":
                await connection.execute("SELECT $1::int", 2**40)
        self.seen += names

    async def drained(self, seconds: float = 60) -> bool:
        for _ in range(int(seconds / 0.05)):
            if not any((await lag_of(self.outboxes, [("invoice", self.database, TOPIC)])).values()):
                return True
            await asyncio.sleep(0.05)
        return False

    async def letters(self) -> list[tuple[str, str, int]]:
        async with self.database.connection() as connection:
            rows = await connection.fetch("SELECT sleutel, reden, pogingen FROM dode_letters ORDER BY volgnummer")
        return [tuple(row) for row in rows]


@pytest.fixture
async def luisteraar(dsn: str) -> AsyncIterator[Luisteraar]:
    found = Luisteraar(dsn)
    await found.outboxes.open()
    await found.database.open()
    yield found
    await found.bus.stop()
    await found.database.close()
    await found.outboxes.close()


async def test_a_value_that_fits_no_column_is_set_aside_and_not_tried_for_ever(
    dsn: str, luisteraar: Luisteraar
) -> None:
    """asyncpg calls it an interface error, as it does a closed connection."""
    await luisteraar.bus.start()
    await beoordeel(dsn, "a", "te-groot", "c")
    assert await luisteraar.drained()
    assert luisteraar.seen == ["a", "c"]
    assert await luisteraar.letters() == [("te-groot", "DataError", MAX_ATTEMPTS)]


async def test_a_handler_s_own_refusal_is_no_reason_to_wait(dsn: str, luisteraar: Luisteraar) -> None:
    luisteraar.trouble["b"] = Problem(409, "besloten", "Al besloten")
    await luisteraar.bus.start()
    await beoordeel(dsn, "a", "b", "c")
    assert await luisteraar.drained()
    assert luisteraar.seen == ["a", "c"]
    assert await luisteraar.letters() == [("b", "Problem", MAX_ATTEMPTS)]


async def test_what_passes_is_waited_for(dsn: str, luisteraar: Luisteraar) -> None:
    luisteraar.trouble["b"] = asyncpg.DeadlockDetectedError("deadlock")
    await luisteraar.bus.start()
    await beoordeel(dsn, "a", "b", "c")
    assert not await luisteraar.drained(1.5)
    assert luisteraar.seen == []
    luisteraar.trouble.clear()
    assert await luisteraar.drained()
    assert luisteraar.seen == ["a", "b", "c"]
    assert await luisteraar.letters() == []


async def test_after_trouble_the_next_hiccup_is_short_again(dsn: str, luisteraar: Luisteraar) -> None:
    luisteraar.trouble["a"] = asyncpg.DeadlockDetectedError("deadlock")
    await luisteraar.bus.start()
    await beoordeel(dsn, "a")
    (reader,) = luisteraar.bus._readers
    async with asyncio.timeout(30):
        while reader.pause <= 0.5:
            await asyncio.sleep(0.05)
    luisteraar.trouble.clear()
    assert await luisteraar.drained()
    # That it is handled shows a moment before the reader itself goes on.
    async with asyncio.timeout(30):
        while reader.pause != 0.1:
            await asyncio.sleep(0.01)


async def test_a_lost_listener_comes_back(dsn: str, luisteraar: Luisteraar) -> None:
    """Every connection of ours is cut, the one that listens too."""
    await luisteraar.bus.start()
    await beoordeel(dsn, "a")
    assert await luisteraar.drained()
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'happyflow-%'"
    )
    await beoordeel(dsn, "b")
    for _ in range(1200):
        if luisteraar.seen == ["a", "b"]:
            break
        await asyncio.sleep(0.05)
    assert luisteraar.seen == ["a", "b"]
    for _ in range(1200):
        if await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        ):
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("nobody listens any more")
    await connection.close()


async def test_a_bus_that_was_stopped_goes_on_where_it_was(dsn: str, luisteraar: Luisteraar) -> None:
    for turn in range(3):
        await luisteraar.bus.start()
        await beoordeel(dsn, f"a{turn}", f"b{turn}")
        assert await luisteraar.drained()
        await luisteraar.bus.stop()
        await beoordeel(dsn, f"c{turn}")
    assert luisteraar.seen == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2"]


async def test_a_database_restart_loses_and_repeats_nothing(
    dsn: str, luisteraar: Luisteraar, postgres: EmbeddedPostgres
) -> None:
    await luisteraar.bus.start()
    await beoordeel(dsn, *(f"a{number}" for number in range(20)))
    assert await luisteraar.drained()
    await asyncio.to_thread(postgres.stop, "immediate")
    await asyncio.sleep(0.5)
    await asyncio.to_thread(postgres.start)
    await beoordeel(dsn, *(f"b{number}" for number in range(20)))
    for _ in range(1200):
        if len(luisteraar.seen) == 40:
            break
        await asyncio.sleep(0.05)
    assert luisteraar.seen == [f"{letter}{number}" for letter in "ab" for number in range(20)]
