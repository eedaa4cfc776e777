"""Fixtures on a real PostgreSQL: one server a session, one database a test, cloned from a migrated template."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.platform.clock import FixedClock
from services.platform.migrations import BUS_ROLE, create_database, migrate, sqlalchemy_url
from services.platform.models import service_metadata
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.service import Service
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
from tests.services.systeem import START, Systeem


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A server of the test session's own."""
    with tempfile.TemporaryDirectory(prefix="happyflow test ") as folder:
        server = EmbeddedPostgres(Path(folder) / "pg")
        server.start()
        yield server
        server.stop("immediate")


@pytest.fixture(scope="session")
async def workers() -> AsyncIterator[Workers]:
    """Worker processes shared by all tests: starting them costs more than most tests."""
    pool = Workers(count=2, memory_mb=2048, timeout_seconds=60)
    yield pool
    await asyncio.to_thread(pool.close)


@pytest.fixture(scope="session")
def keys_folder() -> Iterator[Path]:
    """Keys shared by all tests."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


_templates: dict[tuple[str, ...], str] = {}
"""By server and services."""


def load_services(names: Sequence[str]) -> list[Service]:
    """The ``SERVICE`` of each named service."""
    return [import_module(f"services.{name}.service").SERVICE for name in names]


async def _template(server: EmbeddedPostgres, names: tuple[str, ...]) -> str:
    """A migrated database to clone; producers that do not run get an outbox all the same."""
    key = (server.dsn("postgres"), *names)
    if key not in _templates:
        database = f"sjabloon_{len(_templates)}"
        await create_database(server.dsn("postgres"), database)
        await migrate(server.dsn(database), load_services(names))
        engine = create_async_engine(sqlalchemy_url(server.dsn(database)), poolclass=NullPool)
        async with engine.begin() as connection:
            for name in set(SERVICES) - set(names):
                await connection.execute(text(f"CREATE SCHEMA {name}"))
                await connection.execute(text(f"SET search_path TO {name}"))
                await connection.run_sync(service_metadata().create_all)
                await connection.execute(text(f"GRANT USAGE ON SCHEMA {name} TO {BUS_ROLE}"))
                await connection.execute(text(f"GRANT SELECT ON {name}.outbox TO {BUS_ROLE}"))
        await engine.dispose()
        _templates[key] = database
    return _templates[key]


@pytest.fixture
async def database(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The name of a fresh database with the services of the test module (``SERVICES``, default all four)."""
    names = tuple(getattr(request.module, "SERVICES", SERVICES))
    template = await _template(postgres, names)
    name = f"test_{secrets.token_hex(6)}"
    await create_database(postgres.dsn("postgres"), name, template)
    yield name
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


@pytest.fixture
async def systeem(
    postgres: EmbeddedPostgres,
    database: str,
    workers: Workers,
    keys_folder: Path,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Systeem]:
    """The services of the test module, at work. ``SETTINGS = {...}`` in the module changes settings."""
    names = tuple(getattr(request.module, "SERVICES", SERVICES))
    chosen = {"pool_size": 6, "pool_wait_seconds": 60.0, **getattr(request.module, "SETTINGS", {})}
    settings = Settings(data=keys_folder, **chosen)
    clock = FixedClock(START)
    runtime = Runtime(
        settings, Dsn(postgres.dsn(database), login=True), load_services(names), clock=clock, workers=workers
    )
    await runtime.start()
    running = Systeem(runtime, clock, postgres.dsn(database))
    yield running
    await running.client.aclose()
    await runtime.stop()
