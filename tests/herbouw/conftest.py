"""A region that was played once, in a database that each test gets a copy of, while nothing runs."""

import secrets
from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import asyncpg
import pytest

from services.platform.clock import AMSTERDAM, FixedClock
from services.platform.dsn import Dsn
from services.platform.migrations import create_database, migrate
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Runtime
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
from services.synthetisch import RegioOpties, maak_regio
from services.synthetisch.spelen import speel
from tests.herbouw.hulp import Stilstaand, bewaar_kopie
from tests.services.conftest import keys_folder, load_services, postgres, workers
from tests.services.systeem import START, Systeem
from tests.services.toneelstuk import speel as speel_toneelstuk

__all__ = ["keys_folder", "postgres", "workers"]


@pytest.fixture(scope="session")
async def gespeeld(postgres: EmbeddedPostgres, workers: Workers, keys_folder: Path) -> str:
    """The name of the database in which a region with many faults and decisions was played, and all is handled."""
    name = "gespeeld"
    await create_database(postgres.dsn("postgres"), name)
    await migrate(postgres.dsn(name), load_services(SERVICES))
    clock = FixedClock(START)
    settings = Settings(data=keys_folder, pool_size=6, pool_wait_seconds=60)
    runtime = Runtime(
        settings, Dsn(postgres.dsn(name), login=True), load_services(SERVICES), clock=clock, workers=workers
    )
    await runtime.start()
    systeem = Systeem(runtime, clock, postgres.dsn(name))
    try:
        await speel_toneelstuk(systeem)
        await bewaar_kopie(postgres.dsn(name))
        regio = maak_regio(
            RegioOpties(
                vandaag=START.astimezone(AMSTERDAM).date(),
                zaad=3,
                maanden=3,
                aantal_clienten=70,
                aantal_aanbieders=4,
                foutenaandeel=Fraction(60, 100),
            )
        )
        await speel(regio, systeem.client, runtime.issuer.mint, parallel=4, rustig=systeem.drained, geduld=180)
        await systeem.drained()
    finally:
        await systeem.client.aclose()
        await runtime.stop()
    return name


@pytest.fixture
async def stil(
    postgres: EmbeddedPostgres, gespeeld: str, workers: Workers, keys_folder: Path
) -> AsyncIterator[Stilstaand]:
    """A copy of it for one test."""
    name = f"stil_{secrets.token_hex(5)}"
    await create_database(postgres.dsn("postgres"), name, gespeeld)
    yield Stilstaand(postgres.dsn(name), Settings(data=keys_folder, pool_size=6, pool_wait_seconds=60), workers)
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()
