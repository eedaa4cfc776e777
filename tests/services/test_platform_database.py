"""A pool whose connections take long to clean or say nothing any more: no trouble of anybody else."""

import asyncio

import asyncpg
import pytest

from services.platform import database as platform_database
from services.platform.database import Database, is_transient
from services.platform.postgres import EmbeddedPostgres

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""


@pytest.fixture
async def dsn(postgres: EmbeddedPostgres, database: str) -> str:
    return postgres.dsn(database)


@pytest.fixture
def slow_to_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server takes 0.6 seconds over what asyncpg asks when a connection comes back."""
    monkeypatch.setattr(asyncpg.Connection, "get_reset_query", lambda _: "SELECT pg_sleep(0.6)")


@pytest.mark.usefixtures("slow_to_clean")
async def test_cleaning_may_take_longer_than_a_request_waits_for_a_connection(dsn: str) -> None:
    """Work that was committed must not be told to have failed."""
    database = Database(dsn, role=None, schema="matching", pool_size=1, wait_seconds=0.2)
    await database.open()
    async with database.transaction() as connection:
        server = await connection.fetchval("SELECT pg_backend_pid()")
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") == server
    await database.close()


async def test_a_connection_that_cannot_be_cleaned_is_replaced(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncpg.Connection, "get_reset_query", lambda _: "SELECT pg_sleep(5)")
    database = Database(dsn, role=None, schema="matching", pool_size=1)
    await database.open()
    async with database.connection() as connection:
        server = await connection.fetchval("SELECT pg_backend_pid()")
        monkeypatch.setattr(platform_database, "_CLEANING_SECONDS", 0.1)
    monkeypatch.undo()
    assert database.in_use == 0
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") != server
    await database.close()


async def test_an_error_of_the_work_is_the_one_that_is_told(dsn: str) -> None:
    database = Database(dsn, role=None, schema="matching", pool_size=1)
    await database.open()
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with database.transaction() as connection:
            await connection.fetchval("SELECT 1 / 0")
    assert database.in_use == 0
    await database.close()


async def test_the_server_is_told_when_to_give_up_a_session_that_went_silent(dsn: str) -> None:
    database = Database(dsn, role=None, schema="matching", pool_size=1)
    await database.open()
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT name FROM pg_settings WHERE source = 'client' AND name ~ '^(tcp_|idle_in_transaction)' ORDER BY 1"
        )
        assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "2min"
    assert [row["name"] for row in rows] == [
        "idle_in_transaction_session_timeout",
        "tcp_keepalives_count",
        "tcp_keepalives_idle",
        "tcp_keepalives_interval",
        "tcp_user_timeout",
    ]
    await database.close()


async def test_who_was_silent_too_long_in_a_transaction_may_try_again_and_holds_nobody_up(dsn: str) -> None:
    silent = Database(dsn, role=None, schema="matching", pool_size=1)
    other = Database(dsn, role=None, schema="matching", pool_size=1)
    await silent.open()
    await other.open()

    async def fall_silent() -> None:
        async with silent.transaction() as connection:
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
            await connection.execute("SELECT pg_advisory_xact_lock(1)")
            async with other.transaction() as waiting:
                await waiting.execute("SELECT pg_advisory_xact_lock(1)")
            await connection.execute("SELECT 1")

    (error,) = await asyncio.gather(fall_silent(), return_exceptions=True)
    assert error is not None
    assert is_transient(error)
    async with silent.connection() as connection:
        assert await connection.fetchval("SELECT 1") == 1
    await silent.close()
    await other.close()
