"""Faults 6 and 7: the broker dies, and hangs, while the region is played.

Messages are taken in as ever, the events wait and are dealt with afterwards; a copy that stops or starts meanwhile
does so as it always does, and no log is filled with it.
"""

import asyncio
import time
from pathlib import Path
from typing import Final

import pytest

from tests.chaos.opstelling import EmbeddedKafka, Systeem, draaiend, kleine_regio, zaad
from tests.chaos.waarnemen import Kraan, nog_accepteren, regels, spelend, tot, verloren

pytestmark = pytest.mark.chaos

LINES: Final = 60
"""What a copy may log while it misses its broker, and one line a second more: its clients try far more often."""

STOP_SECONDS: Final = 60.0
"""What a deployment gives it at least: without a broker every client of its own takes its time to end."""


async def test_a_broker_that_dies_and_one_that_hangs(tmp_path: Path, broker: EmbeddedKafka, heel: bool) -> None:
    seed = zaad()
    regio = kleine_regio(seed, clienten=90, gemeenten=2, aantal_aanbieders=8)
    omgeving = {"HAPPYFLOW_KAFKA_SEND_SECONDS": "30" if heel else "3", "HAPPYFLOW_KAFKA_SESSION_SECONDS": "6"}
    try:
        async with draaiend(tmp_path, 1, kafka=broker, omgeving=omgeving) as systeem:
            async with spelend(systeem, regio) as (spel, kraan):
                await nog_accepteren(systeem, kraan, 5, "to begin with")
                await _dood(systeem, kraan, broker, 60 if heel else 8)
                await _bevroren(systeem, kraan, broker, 45 if heel else 8)
                kraan.open()
                await systeem.sluit_af(spel)
            assert await verloren(systeem) == set()
    finally:
        await asyncio.to_thread(broker.resume)
        await asyncio.to_thread(broker.start)


async def _dood(systeem: Systeem, kraan: Kraan, broker: EmbeddedKafka, seconds: float) -> None:
    """Kill it for so long; meanwhile a copy of allocation stops and starts."""
    logs = {kopie.naam: kopie.log.stat().st_size for kopie in systeem.opstelling.alle()}
    began = time.monotonic()
    await systeem.doe(broker.kill)
    await nog_accepteren(systeem, kraan, 5, "without a broker")
    assert await systeem.ongepubliceerd(), "nothing waits for the broker"
    kopie = systeem.kopie("allocation")
    asked = time.monotonic()
    kopie.signal_stop()
    assert await systeem.doe(kopie.wait_until_stopped, STOP_SECONDS), "it had to be killed"
    print(f"stopped in {time.monotonic() - asked:.1f} s without a broker")
    await systeem.doe(kopie.start)
    await nog_accepteren(systeem, kraan, 5, "by a copy that started without a broker")
    await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
    _bescheiden(systeem, logs, time.monotonic() - began)
    await systeem.doe(broker.start)


async def _bevroren(systeem: Systeem, kraan: Kraan, broker: EmbeddedKafka, seconds: float) -> None:
    """Hold it still for so long: sends do not wait for it for ever."""
    await nog_accepteren(systeem, kraan, 5, "with the broker back")
    before = await systeem.meetwaarden("happyflow_bus_restarts_total")
    await systeem.doe(broker.suspend)
    await nog_accepteren(systeem, kraan, 5, "with a broker that hangs")

    async def given_up() -> bool:
        after = await systeem.meetwaarden("happyflow_bus_restarts_total")
        return any(after[naam] > before[naam] for naam in before)

    held = time.monotonic()
    await tot(given_up, "a send gave up on a broker that hangs")
    await asyncio.sleep(max(0.0, seconds - (time.monotonic() - held)))
    await systeem.doe(broker.resume)


def _bescheiden(systeem: Systeem, logs: dict[str, int], seconds: float) -> None:
    """No copy filled its log."""
    for kopie in systeem.opstelling.alle():
        lines = regels(kopie.log, logs[kopie.naam])
        print(f"{kopie.naam}: {len(lines)} lines in {seconds:.0f} s")
        assert len(lines) < LINES + seconds, lines[:20]
