"""Migrations of every service: equal to its models, harmless to repeat, safe to run at once."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.cli.samenstelling import migrated_database
from services.platform.migrations import (
    BUS_ROLE,
    create_database,
    differences,
    migrate,
    outdated,
    role_of,
    sqlalchemy_url,
)
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn
from services.platform.service import Service
from services.platform.settings import SERVICES as ALLE
from services.platform.settings import Settings, StartError
from tests.services.conftest import load_services

GEBOUWD = [name for name in ALLE if find_spec(f"services.{name}.service")]


async def drop(postgres: EmbeddedPostgres, name: str) -> None:
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


@pytest.fixture
async def leeg(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """The superuser's connection string of an empty database."""
    name = f"leeg_{secrets.token_hex(4)}"
    await create_database(postgres.dsn("postgres"), name)
    yield postgres.dsn(name)
    await drop(postgres, name)


async def what_differs(dsn: str, service: Service) -> list[object]:
    engine = create_async_engine(sqlalchemy_url(dsn), poolclass=NullPool)

    def compare(connection: Connection) -> list[object]:
        return differences(connection, service)

    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found


async def picture(dsn: str) -> list[tuple[object, ...]]:
    """Tables, columns, indexes, privileges and versions: everything that a second run could change."""
    connection = await asyncpg.connect(dsn)
    rows: list[tuple[object, ...]] = []
    for query in (
        "SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = ANY($1) ORDER BY 1, 2, ordinal_position",
        "SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE schemaname = ANY($1) ORDER BY 1, 2",
        "SELECT table_schema, table_name, grantee, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = ANY($1) ORDER BY 1, 2, 3, 4",
        "SELECT n.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ANY($1) AND NOT t.tgisinternal ORDER BY 1, 2, 3",
    ):
        rows += [tuple(row) for row in await connection.fetch(query, list(ALLE))]
    for name in GEBOUWD:
        rows += [tuple(row) for row in await connection.fetch(f"SELECT version_num FROM {name}.alembic_version")]
    await connection.close()
    return rows


@pytest.mark.parametrize("name", GEBOUWD)
async def test_the_migrated_database_is_that_of_the_models(leeg: str, name: str) -> None:
    (service,) = load_services([name])
    await migrate(leeg, [service])
    assert await what_differs(leeg, service) == []


async def test_a_difference_would_be_seen(leeg: str) -> None:
    (service,) = load_services(GEBOUWD[:1])
    await migrate(leeg, [service])
    connection = await asyncpg.connect(leeg)
    await connection.execute(f"ALTER TABLE {service.name}.outbox ADD COLUMN te_veel int")
    await connection.close()
    assert await what_differs(leeg, service) != []


async def test_migrating_twice_changes_nothing(leeg: str) -> None:
    services = load_services(GEBOUWD)
    await migrate(leeg, services)
    once = await picture(leeg)
    await migrate(leeg, services)
    assert await picture(leeg) == once


def migrate_here(dsn: str) -> None:
    """In a process of its own."""
    asyncio.run(migrate(dsn, load_services(GEBOUWD)))


async def in_processes(dsns: list[str]) -> None:
    with ProcessPoolExecutor(len(dsns), mp_context=get_context("forkserver")) as pool:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(pool, migrate_here, dsn) for dsn in dsns))


async def test_three_at_once_make_what_one_makes(leeg: str, postgres: EmbeddedPostgres) -> None:
    services = load_services(GEBOUWD)
    await in_processes([leeg] * 3)
    together = await picture(leeg)
    name = f"leeg_{secrets.token_hex(4)}"
    await create_database(postgres.dsn("postgres"), name)
    await migrate(postgres.dsn(name), services)
    assert await picture(postgres.dsn(name)) == together
    await drop(postgres, name)


async def test_two_databases_of_one_cluster_at_once() -> None:
    """Roles belong to the cluster: both runs find none and make them."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "pg")
        await asyncio.to_thread(server.start)
        try:
            for name in ("een", "twee", "drie"):
                await create_database(server.dsn("postgres"), name)
            await in_processes([server.dsn(name) for name in ("een", "twee", "drie")])
            assert await picture(server.dsn("een")) == await picture(server.dsn("drie"))
        finally:
            await asyncio.to_thread(server.stop, "immediate")


async def test_an_administrator_who_is_no_superuser_can_migrate_and_take_the_roles_on(
    leeg: str, postgres: EmbeddedPostgres
) -> None:
    services = load_services(GEBOUWD)
    name = leeg.split("@/")[1].split("?", maxsplit=1)[0]
    beheerder = f"beheerder_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(leeg)
    await connection.execute(f"CREATE ROLE {beheerder} LOGIN CREATEROLE")
    await connection.execute(f"ALTER DATABASE {name} OWNER TO {beheerder}")
    for role in [BUS_ROLE, *map(role_of, GEBOUWD)]:
        if await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
            await connection.execute(f"GRANT {role} TO {beheerder} WITH ADMIN TRUE, SET FALSE")
    await connection.close()
    dsn = postgres.dsn(name, beheerder)
    await migrate(dsn, services)
    await migrate(dsn, services)
    database = Dsn(dsn, login=False).database(role_of(GEBOUWD[0]), GEBOUWD[0], Settings(pool_size=1))
    await database.open()
    async with database.transaction() as inside:
        assert await inside.fetchval("SELECT current_user") == role_of(GEBOUWD[0])
        assert await inside.fetchval("SELECT count(*) FROM outbox") == 0
    await database.close()
    connection = await asyncpg.connect(leeg)
    await connection.execute(f"REASSIGN OWNED BY {beheerder} TO CURRENT_USER")
    await connection.execute(f"DROP OWNED BY {beheerder}")
    await connection.close()


@pytest.mark.parametrize("name", GEBOUWD)
async def test_a_service_may_do_its_work_and_nothing_else(leeg: str, name: str) -> None:
    services = load_services(GEBOUWD)
    await migrate(leeg, services)
    connection = await asyncpg.connect(leeg)
    allowed = {
        (row["tafel"], row["recht"])
        for row in await connection.fetch(
            "SELECT n.nspname || '.' || c.relname AS tafel, recht FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS recht"
            " WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY($1)"
            " AND has_schema_privilege($2, n.oid, 'USAGE') AND has_table_privilege($2, c.oid, recht)",
            list(ALLE),
            role_of(name),
        )
    }
    await connection.close()
    assert {tafel.split(".")[0] for tafel, _ in allowed} == {name}
    assert not {recht for _, recht in allowed} & {"TRUNCATE", "TRIGGER"}
    assert {recht for tafel, recht in allowed if tafel == f"{name}.outbox"} == {"SELECT", "INSERT"}
    assert {recht for tafel, recht in allowed if tafel == f"{name}.alembic_version"} == {"SELECT"}
    (service,) = load_services([name])
    for table in service.metadata.tables.values():
        if table.info.get("append_only"):
            assert {recht for tafel, recht in allowed if tafel == f"{name}.{table.name}"} == {"SELECT", "INSERT"}


async def test_a_command_that_only_looks_changes_no_tables(leeg: str) -> None:
    settings = Settings(database_url=leeg)
    with pytest.raises(StartError, match="andere versie"):
        async with migrated_database(settings, only_look=True):
            pass
    assert await outdated(leeg, load_services(GEBOUWD)) == GEBOUWD
    await migrate(leeg, load_services(GEBOUWD))
    async with migrated_database(settings, only_look=True) as (_, dsn):
        assert dsn == leeg
    connection = await asyncpg.connect(leeg)
    await connection.execute("UPDATE ledger.alembic_version SET version_num = '9999'")
    await connection.close()
    assert await outdated(leeg, load_services(GEBOUWD)) == ["ledger"]
