"""The small service of the tests at work behind a real server, with limits that a test may change."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.platform.migrations import BUS_ROLE, role_of, sqlalchemy_url
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import Settings
from services.platform.workers import Workers
from tests.services.server import PROEF, Server, serving


@pytest.fixture
def worker_seconds() -> float:
    """How long a message may keep a worker: long, but for the tests about just that."""
    return 30.0


@pytest.fixture
def pool_wait_seconds() -> float:
    """How long a request waits for a connection, which includes that one is opened."""
    return 5.0


@pytest.fixture
async def runtime(
    postgres: EmbeddedPostgres, database: str, keys_folder: Path, worker_seconds: float, pool_wait_seconds: float
) -> AsyncIterator[Runtime]:
    """The small service at work, with two connections and two workers of its own."""
    await allow(postgres.dsn(database))
    settings = Settings(data=keys_folder, pool_size=2, pool_wait_seconds=pool_wait_seconds)
    workers = Workers(count=2, memory_mb=400, timeout_seconds=worker_seconds)
    await workers.warm_up()
    found = Runtime(settings, Dsn(postgres.dsn(database), login=True), [PROEF], workers=workers)
    await found.start()
    yield found
    await found.stop()
    await asyncio.to_thread(workers.close)


async def allow(dsn: str) -> None:
    """The rights that a migration would give."""
    engine = create_async_engine(sqlalchemy_url(dsn), poolclass=NullPool)
    async with engine.begin() as connection:
        role = role_of("matching")
        for statement in (
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            f"GRANT USAGE ON SCHEMA matching TO {role}, {BUS_ROLE}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA matching TO {role}",
            f"GRANT ALL ON ALL SEQUENCES IN SCHEMA matching TO {role}",
        ):
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture
async def server(runtime: Runtime) -> AsyncIterator[Server]:
    async with serving(runtime) as found:
        yield found
