"""One running system for all cases: real PostgreSQL, every service."""

import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.platform.clock import FixedClock
from services.platform.migrations import create_database, migrate
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
from tests.conformance.keten import Keten
from tests.services.conftest import load_services, postgres, workers
from tests.services.systeem import START, Systeem

__all__ = ["keten", "postgres", "sleutels", "workers"]


@pytest.fixture(scope="session")
def sleutels() -> Iterator[Path]:
    """Keys of this system."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="package")
async def keten(postgres: EmbeddedPostgres, workers: Workers, sleutels: Path) -> AsyncIterator[Keten]:
    """Every case of every module here plays on this one; elsewhere nothing of it may be at work beside a test."""
    name = f"conformiteit_{secrets.token_hex(5)}"
    dsn = postgres.dsn(name)
    await create_database(postgres.dsn("postgres"), name)
    services = load_services(SERVICES)
    await migrate(dsn, services)
    clock = FixedClock(START)
    runtime = Runtime(
        Settings(data=sleutels, pool_size=6, pool_wait_seconds=60),
        Dsn(dsn, login=True),
        services,
        clock=clock,
        workers=workers,
    )
    await runtime.start()
    systeem = Systeem(runtime, clock, dsn)
    yield Keten(systeem)
    await systeem.client.aclose()
    await runtime.stop()
