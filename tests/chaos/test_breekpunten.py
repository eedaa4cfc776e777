"""Faults 1 to 5: every service killed at every place that matters, started again, while the region is played.

Nothing that got a 202 is lost, a batch that was cut is not half there, what was sent to Kafka twice counts once.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from services.cli.opstelling import Opstelling
from services.cli.proces import Kopie
from services.platform.breekpunten import PUNTEN
from services.platform.settings import SERVICES
from services.synthetisch.regio import Regio
from tests.chaos.opstelling import EmbeddedKafka, Systeem, draaiend, kleine_regio, zaad
from tests.chaos.waarnemen import spelend, tot, verloren

GREEP: Final[Mapping[str, Sequence[str]]] = {
    "allocation": ("intake.voor-commit", "relay.na-bevestiging", "allocation.in-gebruik"),
    "invoice": ("intake.na-commit", "relay.voor-verzenden", "invoice.in-beoordelingen"),
    "matching": ("matching.in-toewijzingen", "relay.na-bevestiging", "bus.na-commit", "matching.in-declaraties"),
    "ledger": ("bus.voor-commit", "ledger.in-boeking", "bus.na-commit"),
}
"""Every place once at least, and of each service what it alone does."""

_BUS: Final = ("bus.voor-commit", "bus.na-commit")
_RELAY: Final = ("relay.voor-verzenden", "relay.na-bevestiging")
_INTAKE: Final = ("intake.voor-commit", "intake.na-commit")
ALLES: Final[Mapping[str, Sequence[str]]] = {
    "allocation": (*_INTAKE, *_RELAY, *_BUS, "allocation.in-gebruik"),
    "invoice": (*_INTAKE, *_RELAY, *_BUS, "invoice.in-beoordelingen"),
    "matching": ("matching.in-toewijzingen", *_RELAY, *_BUS, "matching.in-declaraties"),
    "ledger": (*_BUS, "ledger.in-boeking"),
}
"""Every place of every service."""


def test_the_selection_has_every_place() -> None:
    assert {punt for punten in GREEP.values() for punt in punten} == PUNTEN
    assert all(set(GREEP[service]) <= set(ALLES[service]) for service in ALLES)


SNEL: Final = {"HAPPYFLOW_KAFKA_SESSION_SECONDS": "6"}
"""So that a copy that died is missed sooner."""


@pytest.mark.chaos
async def test_killed_at_every_place_that_matters(tmp_path: Path, broker: EmbeddedKafka) -> None:
    seed = zaad()
    await _speel(tmp_path, broker, GREEP, seed, kleine_regio(seed, gemeenten=2, clienten=50))


@pytest.mark.chaos(heel=True)
@pytest.mark.parametrize("beurt", range(3))
async def test_killed_at_every_place_of_every_service(tmp_path: Path, broker: EmbeddedKafka, beurt: int) -> None:
    seed = zaad() + beurt
    await _speel(tmp_path, broker, ALLES, seed, kleine_regio(seed, clienten=300, maanden=4))


async def _speel(
    folder: Path, broker: EmbeddedKafka, punten: Mapping[str, Sequence[str]], seed: int, regio: Regio
) -> None:
    toeval, merken = random.Random(seed), folder / "merken"
    merken.mkdir()
    dood = {service: _Dood(merken, service, rij, toeval) for service, rij in punten.items()}

    def wapen(opstelling: Opstelling) -> None:
        for service in SERVICES:
            dood[service].volgende(opstelling.voeg_toe(service))

    async with draaiend(folder, 1, kafka=broker, vooraf=wapen, omgeving=SNEL) as systeem:
        wachters = [
            asyncio.create_task(dood[service].sterf_en_herrijs(systeem, systeem.kopie(service))) for service in SERVICES
        ]
        try:
            async with spelend(systeem, regio) as (spel, kraan):
                kraan.open()
                await asyncio.wait({spel.taak, *wachters}, return_when=asyncio.FIRST_EXCEPTION)
                await asyncio.gather(*(wachter for wachter in wachters if wachter.done()))
                uitslag = await systeem.sluit_af(spel)
        finally:
            for wachter in wachters:
                wachter.cancel()
            await asyncio.gather(*wachters, return_exceptions=True)
        assert await verloren(systeem) == set()
    gestorven = sorted(merk.name for merk in merken.iterdir())
    assert gestorven == sorted(f"{service} {punt}" for service, rij in punten.items() for punt in rij)
    assert uitslag.herhaald > 0, "nobody noticed anything of the deaths"


class _Dood:
    """Lets the copy of one service die at one place after another."""

    def __init__(self, merken: Path, service: str, punten: Sequence[str], toeval: random.Random) -> None:
        self._merken = [merken / f"{service} {punt}" for punt in punten]
        self._waar = [f"{punt}:{toeval.randint(1, 2)}" for punt in punten]
        self._gestorven = 0

    def volgende(self, kopie: Kopie) -> None:
        """Prepare its next start, the last time for a long life."""
        if self._gestorven < len(self._waar):
            kopie.omgeving |= {
                "HAPPYFLOW_FAIL_AT": self._waar[self._gestorven],
                "HAPPYFLOW_FAIL_POINTS": "toegestaan",
                "HAPPYFLOW_FAIL_MARKER": str(self._merken[self._gestorven]),
            }
        else:
            kopie.omgeving |= dict.fromkeys(("HAPPYFLOW_FAIL_AT", "HAPPYFLOW_FAIL_POINTS", "HAPPYFLOW_FAIL_MARKER"))

    async def sterf_en_herrijs(self, systeem: Systeem, kopie: Kopie) -> None:
        """Start it again whenever it died where it should, until it has died everywhere."""
        for waar, merk in zip(self._waar, self._merken, strict=True):
            await tot(lambda: not kopie.running, f"{kopie.naam} dies at {waar}")
            assert merk.exists(), f"{kopie.naam} died of something else:\n{kopie.tail()}"
            print(f"{kopie.naam} died at {waar}")
            self._gestorven += 1
            self.volgende(kopie)
            await systeem.doe(kopie.launch)
        await systeem.doe(kopie.wait_until_ready)
