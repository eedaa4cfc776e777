"""Replaying dead letters on a real PostgreSQL: exactly one effect, whatever happens meanwhile."""

import asyncio
import signal
import sys
from collections.abc import Sequence

import asyncpg
import pytest

from services.platform.bus import MAX_ATTEMPTS, Subscription
from services.platform.database import Connection, Database
from services.platform.dode_letters import opnieuw
from services.platform.dode_letters.opnieuw import handle_wanted
from services.platform.events import Event
from services.platform.settings import ROOT
from tests.services.dode_letters_hulp import OIN, Consument, StukError, consument
from tests.services.test_platform_bus import TOPIC, databases, read_all, record, seen

__all__ = ["consument", "databases"]
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""


async def test_a_replay_has_one_effect_however_often_it_is_asked_for(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2), ("gif", 3))
    consument.stuk = set()
    assert await consument.vraag() == [1, 2]
    assert await consument.vraag() == []
    assert await consument.opnieuw() == 2
    assert await consument.opnieuw() == 0
    assert await consument.vraag() == []
    assert await consument.opnieuw() == 0
    assert await seen(consument.database) == [("gif", [2]), ("gif", [3])]
    for letter in await consument.rijen():
        assert (letter["oplossing"], letter["opgelost_door"], letter["opnieuw_op"]) == (
            "afgehandeld",
            "beheerder",
            None,
        )
        assert letter["pogingen"] == MAX_ATTEMPTS + 1
    assert [soort for soort, *_ in await consument.acties()] == [
        "terzijde", "terzijde", "opnieuw", "opnieuw", "afgehandeld", "afgehandeld",
    ]  # fmt: skip


async def test_many_copies_that_replay_at_once_have_one_effect_in_order(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(*(("gif", number) for number in range(12)))
    consument.stuk = set()
    await consument.vraag()
    counts = await asyncio.gather(*(consument.opnieuw() for _ in range(4)))
    assert sum(counts) >= 12
    assert await seen(consument.database) == [("gif", [number]) for number in range(12)]


async def test_a_replay_that_fails_again_stays_with_its_new_reason_and_goes_out_again(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    await consument.vraag()

    async def another(connection: Connection, events: Sequence[Event]) -> None:
        await record(connection, events)
        raise LookupError("a new mistake")

    assert await handle_wanted("invoice", consument.database, [Subscription(TOPIC, another)], OIN) == 1
    (letter,) = await consument.rijen()
    assert (letter["reden"], letter["melding"], letter["pogingen"]) == (
        "LookupError",
        "a new mistake",
        MAX_ATTEMPTS + 1,
    )
    assert (letter["opgelost_op"], letter["opnieuw_op"]) == (None, None)
    assert letter["laatst_op"] > letter["vastgelegd_op"]
    assert await seen(consument.database) == []
    assert (await consument.acties())[-1] == ("mislukt", "beheerder", MAX_ATTEMPTS + 1, "LookupError")
    assert [row["topic"] for row in await consument.rijen("outbox", "volgnummer")] == ["happyflow.invoice.dlq"] * 2
    consument.stuk = set()
    await consument.vraag()
    assert await consument.opnieuw() == 1
    assert await seen(consument.database) == [("gif", [2])]


async def test_a_connection_lost_between_effect_and_commit_leaves_the_request_and_no_effect(
    consument: Consument,
) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    consument.stuk = set()
    await consument.vraag()

    async def cut(connection: Connection, events: Sequence[Event]) -> None:
        await record(connection, events)
        pid = await connection.fetchval("SELECT pg_backend_pid()")
        async with consument.producer.connection() as other:
            await other.execute("SELECT pg_terminate_backend($1)", pid)
        await connection.execute("SELECT 1")

    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await handle_wanted("invoice", consument.database, [Subscription(TOPIC, cut)], OIN)
    (letter,) = await consument.rijen()
    assert letter["opnieuw_op"] is not None
    assert letter["pogingen"] == MAX_ATTEMPTS
    assert await seen(consument.database) == []
    assert await consument.opnieuw() == 1
    assert await seen(consument.database) == [("gif", [2])]


async def test_a_process_killed_between_effect_and_commit_leaves_the_request_and_no_effect(
    consument: Consument,
) -> None:
    """``kill -9`` of a process of its own; this one does it then, once."""
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    consument.stuk = set()
    await consument.vraag()
    dsn = consument.database._dsn
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.services.sterven", dsn, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    assert await seen(consument.database) == []
    assert await consument.opnieuw() == 1
    assert await seen(consument.database) == [("gif", [2])]


async def test_a_replay_and_later_events_of_its_key_wait_for_each_other(consument: Consument) -> None:
    """The keys are locked as they are for a delivery, so nothing of the same key happens in between."""
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 1))
    consument.stuk = set()
    await consument.vraag()
    await consument.stuur(("gif", 2))
    sent = await read_all(consument.producer)
    busy, go = asyncio.Event(), asyncio.Event()

    async def slow(connection: Connection, events: Sequence[Event]) -> None:
        busy.set()
        await go.wait()
        await record(connection, events)

    locks = consument.subscription.locks
    replay = asyncio.create_task(
        handle_wanted("invoice", consument.database, [Subscription(TOPIC, slow, locks=locks)], OIN)
    )
    await busy.wait()
    delivery = asyncio.create_task(consument.lever(sent))
    while not await waiting_for_locks(consument.producer):
        await asyncio.sleep(0.02)
    assert await seen(consument.database) == []
    go.set()
    await asyncio.gather(replay, delivery)
    assert await seen(consument.database) == [("gif", [1]), ("gif", [2])]


async def waiting_for_locks(database: Database) -> bool:
    async with database.connection() as connection:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))


async def test_what_will_come_past_by_itself_is_not_replayed_before_it_does(consument: Consument) -> None:
    """Positions were put back: the bus hands the event over again, and the request waits for that."""
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    consument.stuk = set()
    await consument.vraag()
    async with consument.database.connection() as connection:
        await connection.execute("UPDATE posities SET xid = 0, volgnummer = 0")
    assert await consument.opnieuw() == 0
    assert await seen(consument.database) == []
    (letter,) = await consument.rijen()
    assert letter["opnieuw_op"] is not None


async def test_the_tables_of_another_version_leave_a_request_as_it_is(consument: Consument) -> None:
    async with consument.database.connection() as connection:
        await connection.execute("CREATE TABLE alembic_version (version_num text)")
        await connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    await consument.database.close()
    await consument.database.open()
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    await consument.vraag()
    async with consument.database.connection() as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(StukError):
        await consument.opnieuw()
    (letter,) = await consument.rijen()
    assert letter["opnieuw_op"] is not None
    assert letter["pogingen"] == MAX_ATTEMPTS


async def test_one_event_that_meets_trouble_every_time_holds_up_no_other(consument: Consument) -> None:
    consument.stuk = {"gif", "later"}
    await consument.verwerk(("gif", 1), ("later", 2))
    await consument.vraag()

    async def half(connection: Connection, events: Sequence[Event]) -> None:
        if events[0].key == "gif":
            raise asyncpg.QueryCanceledError("too slow")
        await record(connection, events)

    with pytest.raises(asyncpg.QueryCanceledError):
        await handle_wanted("invoice", consument.database, [Subscription(TOPIC, half)], OIN)
    assert await seen(consument.database) == [("later", [2])]
    assert [row["opnieuw_op"] is None for row in await consument.rijen()] == [False, True]


async def test_what_nobody_listens_to_any_more_fails_with_that_reason(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    await consument.vraag()
    assert await handle_wanted("invoice", consument.database, [], OIN) == 1
    (letter,) = await consument.rijen()
    assert letter["reden"] == "NietAfTeHandelen"


async def test_the_watch_of_a_service_picks_up_what_is_asked_for(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    consument.stuk = set()
    watch = asyncio.create_task(opnieuw.watch("invoice", consument.database, [consument.subscription], OIN))
    await consument.vraag()
    async with asyncio.timeout(60):
        while not await seen(consument.database):
            await asyncio.sleep(0.05)
    watch.cancel()
    await asyncio.wait([watch])
    assert await seen(consument.database) == [("gif", [2])]
