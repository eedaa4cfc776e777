"""Faults 9, 10, 13 and 14: PostgreSQL stops at once, and the lines to it and to the broker are cut, slow or dead.

All copies come to both over lines that the test holds. What got a 202 is there, who heard nothing finds his message
once, pools and consumers recover by themselves, and who must wait hears so at once.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from services.cli.opstelling import Opstelling
from services.platform.auth import Rol
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import SERVICES
from tests.chaos.lijn import KafkaLijn, PostgresLijn, to_socket
from tests.chaos.opstelling import EmbeddedKafka, Systeem, draaiend, kleine_regio, zaad
from tests.chaos.waarnemen import Kraan, nog_accepteren, spelend, tot, verloren

pytestmark = pytest.mark.chaos

OMGEVING: Final = {
    "HAPPYFLOW_KAFKA_SEND_SECONDS": "5",
    "HAPPYFLOW_KAFKA_SESSION_SECONDS": "6",
    "HAPPYFLOW_DATABASE_COMMAND_SECONDS": "6",
}
BURST: Final = 40
"""Requests at once, of which a pool of four connections behind a slow line cannot serve all in time."""


@asynccontextmanager
async def over_lijnen(folder: Path, broker: EmbeddedKafka) -> AsyncIterator[tuple[Systeem, PostgresLijn, KafkaLijn]]:
    """One copy of each service, with a line to PostgreSQL and one to the broker."""
    socket = EmbeddedPostgres(folder / "postgres").socket_folder / ".s.PGSQL.5432"
    async with KafkaLijn(broker.cluster.port(1)) as kafka, PostgresLijn(to_socket(str(socket))) as postgres:

        def leid_om(nieuw: Opstelling) -> None:
            for service in SERVICES:
                nieuw.voeg_toe(service).omgeving |= {
                    "HAPPYFLOW_DATABASE_URL": f"postgresql://happyflow@127.0.0.1:{postgres.port}/happyflow",
                    "HAPPYFLOW_KAFKA_BOOTSTRAP": f"127.0.0.1:{kafka.port}",
                }

        async with draaiend(folder, 1, kafka=broker, vooraf=leid_om, omgeving=OMGEVING) as systeem:
            try:
                yield systeem, postgres, kafka
            finally:
                postgres.release()
                kafka.release()


async def test_lines_and_postgres_break_while_the_region_is_played(
    tmp_path: Path, broker: EmbeddedKafka, heel: bool
) -> None:
    seed = zaad()
    regio = kleine_regio(seed, clienten=120, gemeenten=2, aantal_aanbieders=8)
    async with over_lijnen(tmp_path, broker) as (systeem, postgres, kafka):
        await tot(lambda: kafka.open > 0 and postgres.open > 0, "the copies come over the lines")
        async with spelend(systeem, regio) as (spel, kraan):
            with kraan.even_open():
                await _verloren_bevestigingen(postgres, "happyflow-allocation", 3)
                await _teruggevonden(systeem, postgres)
            await nog_accepteren(systeem, kraan, 3, "after commits were cut")
            # The consumers come back from this while the database has its own troubles.
            await _kafka_onbereikbaar(systeem, kraan, kafka, 60 if heel else 8)
            await _postgres_stopt(systeem, kraan, 30 if heel else 3)
            await _traag(systeem, kraan, postgres)
            await _postgres_onbereikbaar(systeem, kraan, postgres, 60 if heel else 3)
            kraan.open()
            for service in ("invoice", "matching", "ledger"):
                await _verloren_bevestigingen(postgres, f"happyflow-{service}", 2)
            await systeem.sluit_af(spel)
        assert await verloren(systeem) == set()


async def _verloren_bevestigingen(line: PostgresLijn, program: str, count: int) -> None:
    """Fault 10: PostgreSQL commits and nobody hears of it."""
    cut = line.commits_cut
    line.cut_commits(count, program)
    await tot(lambda: line.commits_cut == cut + count, f"commits of {program} lost their replies")


async def _teruggevonden(systeem: Systeem, line: PostgresLijn) -> None:
    """A sender whose 202 was lost finds what he had sent. What was cut may all have been of publisher and consumer."""
    for _ in range(10):
        for _ in range(50):
            if systeem.uitkomsten.teruggevonden:
                return
            await asyncio.sleep(0.1)
        await _verloren_bevestigingen(line, "happyflow-allocation", 1)
    raise AssertionError("no sender found what he had sent before")


async def _postgres_stopt(systeem: Systeem, kraan: Kraan, seconds: float) -> None:
    """Fault 9: as a crash of its machine; nothing is written that was not committed."""
    failed = systeem.uitkomsten.tel["failed"]
    await systeem.doe(systeem.opstelling.postgres.stop, "immediate")
    with kraan.even_open():
        await tot(lambda: systeem.uitkomsten.tel["failed"] > failed, "senders hear that there is no database")
        await asyncio.sleep(seconds)
    await systeem.doe(systeem.opstelling.postgres.start)
    await nog_accepteren(systeem, kraan, 5, "after PostgreSQL came back")


async def _traag(systeem: Systeem, kraan: Kraan, line: PostgresLijn) -> None:
    """Fault 14: every answer of PostgreSQL two seconds late; who cannot be served hears it, and health answers."""
    kopie = systeem.kopie("invoice")
    koppen = {"Authorization": f"Bearer {systeem.opstelling.token(Rol.BEHEER)}"}
    line.delay_seconds = 2
    async with httpx.AsyncClient(base_url=kopie.url, timeout=120, trust_env=False) as client:
        vragen = [asyncio.create_task(client.get("/invoice/v1/declaraties", headers=koppen)) for _ in range(BURST)]
        live = await client.get("/invoice/health/live")
        antwoorden = await asyncio.gather(*vragen)
    line.delay_seconds = 0
    assert live.status_code == httpx.codes.OK
    codes = [antwoord.status_code for antwoord in antwoorden]
    assert {503} <= set(codes) <= {200, 503}, codes
    assert all(antwoord.headers.get("retry-after") for antwoord in antwoorden if antwoord.status_code == 503)
    print(f"of {BURST} requests at once {codes.count(503)} heard that they must wait")
    await nog_accepteren(systeem, kraan, 3, "with PostgreSQL as fast as ever")


async def _postgres_onbereikbaar(systeem: Systeem, kraan: Kraan, line: PostgresLijn, seconds: float) -> None:
    """Fault 13 towards the database: nothing passes for a while; later connections are half open."""
    line.hold()
    with kraan.even_open():
        await asyncio.sleep(seconds)
    async with httpx.AsyncClient(base_url=systeem.kopie("invoice").url, timeout=120, trust_env=False) as client:
        assert (await client.get("/invoice/health/live")).status_code == httpx.codes.OK
    line.release()
    await nog_accepteren(systeem, kraan, 3, "after the line to PostgreSQL was dead")
    await tot(lambda: line.open > 0, "somebody is connected with PostgreSQL")
    assert line.forget() > 0
    began = time.monotonic()
    await nog_accepteren(systeem, kraan, 3, "after PostgreSQL forgot its clients")
    print(f"{time.monotonic() - began:.0f} s after PostgreSQL forgot its clients messages were taken in")


async def _kafka_onbereikbaar(systeem: Systeem, kraan: Kraan, line: KafkaLijn, seconds: float) -> None:
    """Fault 13 towards the broker: dead for a while, then half open; intake does not notice."""
    line.hold()
    await nog_accepteren(systeem, kraan, 3, "with the line to the broker dead")
    await asyncio.sleep(seconds)
    line.release()
    await nog_accepteren(systeem, kraan, 1, "with the line to the broker back")
    assert line.forget() > 0
