"""One's own PostgreSQL: an administrator who is no superuser makes schemas and roles; services take on their role."""

from pathlib import Path

import asyncpg
import pytest

from services.cli.check import verify
from services.cli.samenstelling import all_services
from services.platform.clock import FixedClock
from services.platform.database import Database
from services.platform.migrations import migrate, role_of
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import Settings
from services.platform.workers import Workers
from tests.services.systeem import START


@pytest.fixture
async def url(postgres: EmbeddedPostgres) -> str:
    """A database and its owner, as an administrator would hand them out."""
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    await connection.execute("DROP DATABASE IF EXISTS eigen WITH (FORCE)")
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = 'beheerder'"):
        await connection.execute("CREATE ROLE beheerder LOGIN CREATEROLE")
        # Roles belong to the whole server, and the other tests of this session made them already.
        for role in [role_of(service.name) for service in all_services()] + ["happyflow_bus"]:
            if await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(f'GRANT "{role}" TO beheerder WITH ADMIN OPTION')
    await connection.execute("CREATE DATABASE eigen OWNER beheerder")
    await connection.close()
    return postgres.dsn("eigen", user="beheerder")


async def test_services_work_on_a_database_handed_to_them(url: str, workers: Workers, keys_folder: Path) -> None:
    await migrate(url, all_services())
    await migrate(url, all_services())
    runtime = Runtime(
        Settings(data=keys_folder, pool_size=3), Dsn(url, login=False), all_services(), FixedClock(START), workers
    )
    await runtime.start()
    try:
        assert await runtime.drained(30)
        deviations, counted = await verify(runtime, 30)
        assert deviations == []
        assert counted.startswith("0 toewijzingen")
        async with runtime.contexts["ledger"].database.connection() as connection:
            assert await connection.fetchval("SELECT current_user") == "happyflow_ledger"
    finally:
        await runtime.stop()


async def test_a_service_cannot_read_or_change_what_is_not_its_own(url: str) -> None:
    await migrate(url, all_services())
    for service in all_services():
        others = [other for other in all_services() if other.name != service.name]
        database = Database(url, role=role_of(service.name), schema=service.name, pool_size=1)
        await database.open()
        try:
            for other in others:
                async with database.connection() as connection:
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await connection.fetchval(f"SELECT count(*) FROM {other.name}.posities")
            async with database.connection() as connection:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute("DELETE FROM outbox")
        finally:
            await database.close()
