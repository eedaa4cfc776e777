"""kill -9 at ten random moments while a region is played: nothing lost, nothing twice, everything as generated."""

import asyncio
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import httpx
import psutil
import pytest

from services.cli.check import verify
from services.cli.proces import Proces
from services.cli.samenstelling import all_services
from services.platform.clock import SystemClock
from services.platform.runtime import Dsn, Runtime
from services.synthetisch.opties import RegioOpties
from services.synthetisch.regio import maak_regio
from services.synthetisch.spelen import speel
from services.synthetisch.vergelijk import vergelijk
from tests.chaos.opstelling import WAIT_SECONDS, zaad

KILLS = 10


@pytest.fixture
def proces() -> Iterator[Proces]:
    """A system of this test's own."""
    with tempfile.TemporaryDirectory(prefix="happyflow kill ") as folder:
        process = Proces(Path(folder))
        yield process
        process.stop()


@pytest.mark.traag
async def test_killed_at_ten_random_moments_nothing_is_lost_and_nothing_counts_twice(proces: Proces) -> None:
    seed = zaad()
    regio = maak_regio(
        RegioOpties(
            vandaag=_today(), zaad=seed, aantal_clienten=330, aantal_aanbieders=8, foutenaandeel=Fraction(8, 100)
        )
    )
    await asyncio.to_thread(proces.start)
    runtime = Runtime(proces.settings, Dsn(proces.dsn, login=True), all_services())
    await runtime.start(consume=False)
    try:
        async with httpx.AsyncClient(base_url=proces.settings.base_url, timeout=30) as client:
            killer = asyncio.create_task(_kill_now_and_then(proces, random.Random(seed)))

            async def quiet() -> None:
                assert await runtime.drained(WAIT_SECONDS), await runtime.lag()

            result = await speel(regio, client, proces.token, parallel=4, rustig=quiet, geduld=WAIT_SECONDS)
            killed_while_playing = await killer
            await quiet()
            differences = await vergelijk(regio, result, client, proces.token)
        assert [str(difference) for difference in differences] == []
        deviations, _ = await verify(runtime, WAIT_SECONDS)
        assert deviations == []
        assert killed_while_playing == KILLS
        assert result.herhaald > 0, "no request was ever cut: the kills missed the work"
    finally:
        await runtime.stop()


async def _kill_now_and_then(proces: Proces, chance: random.Random) -> int:
    """Kill the process alone or with its workers, start it again, ten times; returns how often."""
    for number in range(KILLS):
        await asyncio.sleep(chance.uniform(0.05, 1.2))
        pid = proces.pid
        family = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
        if chance.random() < 0.5:
            proces.kill()
        else:
            os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(_gone, family)
        await asyncio.to_thread(proces.start)
        print(f"killed {number + 1} of {KILLS}")
    return KILLS


def _gone(family: list[int]) -> None:
    """Workers whose parent was killed end by themselves; an orphan would hold memory and a place for ever."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        alive = [pid for pid in family[1:] if psutil.pid_exists(pid) and _lives(pid)]
        if not alive:
            return
        time.sleep(0.05)
    raise AssertionError(f"workers outlive their killed parent: {alive}")


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _today() -> date:
    return SystemClock().today()
