"""The demo region over Kafka with two copies of each service ends in the books that one process would have."""

import tempfile
import time
from functools import partial
from pathlib import Path

import httpx
import pytest

from services.cli.opstelling import Opstelling
from services.cli.vingerafdruk import Vingerafdruk
from services.platform.auth import Rol
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import SERVICES
from services.synthetisch.regio import Regio
from tests.chaos.knipperend import KnipperendeKopie
from tests.chaos.opstelling import Systeem, alleen, draaiend, kleine_regio, zaad
from tests.chaos.waarnemen import nog_accepteren, spelend, tot

pytestmark = pytest.mark.chaos

Afdrukken = dict[str, Vingerafdruk]
SECONDS = 3.0
"""How long consumers are there, and how long they are not."""


@pytest.fixture(scope="module")
def regio() -> Regio:
    return kleine_regio(zaad())


@pytest.fixture(scope="module")
async def van_een_proces(regio: Regio) -> Afdrukken:
    with tempfile.TemporaryDirectory(prefix="happyflow alleen ") as folder:
        return await alleen(Path(folder), regio)


async def test_two_copies_of_each_service_over_kafka(
    tmp_path: Path, broker: EmbeddedKafka, regio: Regio, van_een_proces: Afdrukken
) -> None:
    async with draaiend(tmp_path, kafka=broker) as systeem:
        await proef(systeem, regio)
        await systeem.sluit_af(systeem.begin(regio))
        assert await systeem.vingerafdrukken() == van_een_proces


async def proef(systeem: Systeem, regio: Regio) -> None:
    """Invoice asks matching, which is another process: they find each other behind the address of all copies."""
    stap = next(stap for stap in regio.stappen() if stap.soort == "JW323" and stap.fout is None)
    koppen = {
        "Authorization": f"Bearer {systeem.opstelling.token(Rol.AANBIEDER, agb=stap.partij)}",
        "Content-Type": stap.inhoudstype,
    }

    async def getoetst() -> bool:
        antwoord = await systeem.client.post(f"{stap.pad}?proef=true", content=stap.inhoud, headers=koppen)
        if antwoord.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return False
        assert (antwoord.status_code, antwoord.json()["uitkomst"]) == (httpx.codes.OK, "getoetst"), antwoord.text
        return True

    await tot(getoetst, "matching answers invoice")


def _kwamen(kopieen: list[KnipperendeKopie], keer: int) -> bool:
    """Whether the consumers of each copy began so often."""
    return min(kopie.starts for kopie in kopieen) >= keer


async def test_with_consumers_that_stop_and_start_every_three_seconds(
    tmp_path: Path, broker: EmbeddedKafka, regio: Regio, van_een_proces: Afdrukken, heel: bool
) -> None:
    """Fault 21. The two copies of a service do so half a turn apart: now both consume, now one, now nobody."""
    duration = 300.0 if heel else 20.0

    def knipperend(opstelling: Opstelling) -> None:
        for number in range(2):
            for place, service in enumerate(SERVICES):
                kopie = opstelling.voeg_toe(service, KnipperendeKopie)
                kopie.knipper(SECONDS, SECONDS * (number / 2 + place / 8))

    async with draaiend(tmp_path, kafka=broker, vooraf=knipperend) as systeem:
        begin = time.monotonic()
        kopieen = [kopie for kopie in systeem.opstelling.alle() if isinstance(kopie, KnipperendeKopie)]
        often = max(3, round(duration / (2 * SECONDS) / 2))
        async with spelend(systeem, regio, seconds=duration) as (spel, kraan):
            part = sum(fase.ongeveer for fase in regio.fasen()) // 4
            await nog_accepteren(systeem, kraan, part, "while consumers come and go")
            # However long a stop takes on a slow machine: there is load left for when they come back.
            often_enough = partial(_kwamen, kopieen, often)
            await tot(often_enough, f"each came and went {often} times", 60 + 3 * duration)
            kraan.open()
            await systeem.sluit_af(spel)
        took = time.monotonic() - begin
        starts = {kopie.naam: kopie.starts for kopie in kopieen}
        print(f"{took:.0f} s, starts {starts}, MB {[kopie.memory_mb() for kopie in kopieen]}")
        for naam in ("happyflow_events_handled_total", "happyflow_bus_gaps_total", "happyflow_bus_restarts_total"):
            print(naam, await systeem.meetwaarden(naam))
        assert len(kopieen) == 2 * len(SERVICES)
        assert await systeem.vingerafdrukken() == van_een_proces
