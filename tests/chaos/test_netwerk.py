"""Fault 13 on a real network: the link between two services and all they depend on goes down, for long.

Nothing says so: packets are lost, and both sides must find out for themselves that the other is gone.
"""

import asyncio
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from services.cli.opstelling import Opstelling
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import SERVICES
from tests.chaos.lijn import KafkaLijn
from tests.chaos.netwerkruimte import DATA_HERE, KopieElders, Netwerkruimte, netwerkruimte
from tests.chaos.opstelling import EmbeddedKafka, Systeem, draaiend, kleine_regio, zaad
from tests.chaos.waarnemen import nog_accepteren, spelend, tot, verloren

ELDERS: Final = ("allocation", "ledger")
OMGEVING: Final = {"HAPPYFLOW_KAFKA_SEND_SECONDS": "10", "HAPPYFLOW_KAFKA_SESSION_SECONDS": "6"}
BRIEF: Final = 8
LONG: Final = 75
"""Seconds; both sides have given up the connections by then."""


@pytest.mark.chaos(heel=True)
async def test_the_link_of_two_services_goes_down(tmp_path: Path, broker: EmbeddedKafka) -> None:
    seed = zaad()
    with netwerkruimte() as network:
        async with KafkaLijn(broker.cluster.port(1), DATA_HERE) as line:

            def verhuis(opstelling: Opstelling) -> None:
                _luister(opstelling.postgres)
                for service in SERVICES:
                    if service not in ELDERS:
                        opstelling.voeg_toe(service)
                        continue
                    kopie = opstelling.voeg_toe(service, KopieElders)
                    assert isinstance(kopie, KopieElders)
                    kopie.ga_naar(network)
                    kopie.omgeving |= {
                        "HAPPYFLOW_DATABASE_URL": f"postgresql://happyflow@{DATA_HERE}:5432/happyflow",
                        "HAPPYFLOW_KAFKA_BOOTSTRAP": f"{DATA_HERE}:{line.port}",
                    }

            async with draaiend(tmp_path, 1, kafka=broker, vooraf=verhuis, omgeving=OMGEVING) as systeem:
                assert line.open > 0
                regio = kleine_regio(seed, clienten=200, gemeenten=2)
                async with spelend(systeem, regio) as (spel, kraan):
                    for seconds in (BRIEF, LONG):
                        await nog_accepteren(systeem, kraan, 5, "over the network")
                        await _onderbreek(systeem, network, seconds)
                    kraan.open()
                    await systeem.sluit_af(spel)
                assert await verloren(systeem) == set()


def _luister(postgres: EmbeddedPostgres) -> None:
    """Let the server listen on the link as well."""
    postgres.stop()
    with (postgres.pgdata / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write(f"listen_addresses = '{DATA_HERE}'\n")
    with (postgres.pgdata / "pg_hba.conf").open("a", encoding="utf-8") as file:
        file.write("host all all 10.99.9.0/30 trust\n")
    postgres.start()


async def _onderbreek(systeem: Systeem, network: Netwerkruimte, seconds: float) -> None:
    await systeem.doe(network.down)
    try:
        await asyncio.sleep(seconds)
        if seconds == LONG:
            await tot(lambda: _sessies(systeem, 0), "PostgreSQL ends the sessions of who cannot be reached")
    finally:
        await systeem.doe(network.up)
    await tot(lambda: _sessies(systeem, 1), "the services are back")


async def _sessies(systeem: Systeem, least: int) -> bool:
    """Whether PostgreSQL has that many sessions over the link, or with 0 none."""
    connection = await asyncpg.connect(systeem.opstelling.dsn)
    try:
        count = await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE client_addr << '10.99.9.0/30'")
    finally:
        await connection.close()
    return bool(count >= least if least else count == 0)
