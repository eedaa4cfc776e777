"""What chaos tests share: the production shape as real processes, load on it, and the invariant afterwards.

    async with draaiend(tmp_path, kafka=broker) as systeem:
        spel = systeem.begin(regio)            # the load, in the background
        ...                                    # break things; systeem.kopie("matching", 1).kill()
        await systeem.sluit_af(spel)           # the end of the play, drained, as generated, happyflow check

Everything about a copy blocks: call it with ``asyncio.to_thread``, or ``systeem.doe``.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import httpx

from services.cli.opstelling import Opstelling
from services.cli.proces import Kopie, Proces
from services.cli.samenstelling import all_services
from services.cli.vingerafdruk import Vingerafdruk, vingerafdrukken
from services.platform.clock import SystemClock
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import ROOT
from services.synthetisch.opties import RegioOpties
from services.synthetisch.regio import Regio, maak_regio
from services.synthetisch.spelen import Uitslag, speel
from services.synthetisch.vergelijk import vergelijk
from tests.chaos.uitkomsten import Uitkomsten

T = TypeVar("T")

WAIT_SECONDS = float(os.environ.get("HAPPYFLOW_CHAOS_WAIT", "600"))
"""How long anything that must happen may take: other things run on the machine."""

LOGS = ROOT / ".data" / "chaos-logs"
"""Where the logs of a test that failed are kept."""


def zaad(standaard: int | None = None) -> int:
    """The seed of this run, printed so that HAPPYFLOW_CHAOS_SEED can repeat it."""
    given = os.environ.get("HAPPYFLOW_CHAOS_SEED")
    seed = int(given) if given else (standaard if standaard is not None else time.time_ns() % 1_000_000)
    print(f"seed {seed} (HAPPYFLOW_CHAOS_SEED={seed} repeats it)")
    return seed


def kleine_regio(seed: int, *, clienten: int = 90, maanden: int = 2, gemeenten: int = 3, **anders: Any) -> Regio:
    """Some gemeenten, some hundreds of messages, faults among them; ``anders`` as in ``RegioOpties``."""
    return maak_regio(
        RegioOpties(
            vandaag=vandaag(), zaad=seed, gemeenten=("0150", "0193", "0177", "0166", "0148")[:gemeenten],
            aantal_clienten=clienten, maanden=maanden,
            **{"aantal_aanbieders": 4, "foutenaandeel": Fraction(8, 100), **anders},
        )
    )  # fmt: skip


def vandaag() -> date:
    """The day on which everything is played."""
    return SystemClock().today()


@dataclass
class Spel:
    """A region that is being played."""

    regio: Regio
    taak: asyncio.Task[Uitslag]
    stappen: int = 0
    """How many were answered so far."""


class Systeem:
    """A running ``Opstelling`` with what a test asks of it."""

    def __init__(self, opstelling: Opstelling, runtime: Runtime) -> None:
        self.opstelling = opstelling
        self.runtime = runtime
        """Beside the copies, on the same database; it consumes nothing."""
        self.uitkomsten = Uitkomsten()
        self.client = httpx.AsyncClient(base_url=opstelling.url, transport=self.uitkomsten, timeout=90)

    @staticmethod
    async def doe(werk: Callable[..., T], *argumenten: Any) -> T:
        """Something that blocks, beside the load."""
        return await asyncio.to_thread(werk, *argumenten)

    def kopie(self, service: str, nummer: int = 1) -> Kopie:
        """Copy ``nummer`` (from 1) of a service."""
        return self.opstelling.kopieen[service][nummer - 1]

    def begin(self, regio: Regio, parallel: int = 4, seconds: float = 0) -> Spel:
        """Start the load: the region, phase after phase; the same bytes again while an outcome is unknown.

        With ``seconds`` its steps are spread over at least so long.
        """
        self.uitkomsten.tempo = seconds / max(1, sum(fase.ongeveer for fase in regio.fasen()))

        async def rustig() -> None:
            await self.leeg()

        def voortgang(_fase: str, _gedaan: int, _ongeveer: int) -> None:
            spel.stappen += 1

        werk = speel(
            regio, self.client, self.opstelling.token, parallel=parallel, rustig=rustig, geduld=WAIT_SECONDS,
            voortgang=voortgang,
        )  # fmt: skip
        spel = Spel(regio, asyncio.create_task(werk, name="spel"))
        return spel

    async def leeg(self, seconds: float = WAIT_SECONDS) -> None:
        """Until every event is handled by all its consumers and in Kafka."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if await self.runtime.drained(30):
                    return
            except Exception as error:  # noqa: BLE001 — a test may have taken the database away just now
                print(f"waiting: {type(error).__name__}")
                await asyncio.sleep(0.5)
        raise AssertionError(f"not drained: lag {await self.lag()}, not in Kafka {await self.ongepubliceerd()}")

    async def lag(self) -> dict[str, int]:
        """Events that a consumer has not handled, where there are any."""
        return {f"{s}/{topic}": count for (s, topic), count in (await self.runtime.lag()).items() if count}

    async def ongepubliceerd(self) -> dict[str, int]:
        """Events that Kafka does not have, where there are any."""
        return {f"{s}/{topic}": count for (s, topic), count in (await self.runtime.unpublished()).items() if count}

    async def sluit_af(self, spel: Spel) -> Uitslag:
        """The end of a play: everything handled, every message as generated, and ``happyflow check``."""
        async with asyncio.timeout(4 * WAIT_SECONDS):
            uitslag = await spel.taak
        await self.leeg()
        verschillen = await vergelijk(spel.regio, uitslag, self.client, self.opstelling.token, parallel=4)
        assert [str(verschil) for verschil in verschillen] == []
        await self.doe(self.check)
        assert self.uitkomsten.zonder_wachttijd == set(), "503 without Retry-After"
        print(f"outcomes {dict(self.uitkomsten.tel)}, repeated steps {uitslag.herhaald}")
        return uitslag

    def check(self) -> str:
        """What the real ``happyflow check`` says; fails with all of it when it is not content."""
        result = happyflow("check", "--wacht", str(int(WAIT_SECONDS)), omgeving=self.opstelling.variabelen())
        assert result.returncode == 0, f"happyflow check: {result.returncode}\n{result.stdout}\n{result.stderr}"
        print(result.stdout.strip())
        return result.stdout

    async def meetwaarden(self, naam: str) -> dict[str, float]:
        """What a metric says, summed over its labels, of each copy that runs."""
        gevonden = {}
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            for kopie in filter(lambda kopie: kopie.running, self.opstelling.alle()):
                tekst = (await _vraag(client, f"{kopie.url}/{kopie.services[0]}/metrics")).text
                waarden = re.findall(rf"^{naam}(?:{{[^}}]*}})? (\S+)$", tekst, re.MULTILINE)
                gevonden[kopie.naam] = sum(map(float, waarden))
        return gevonden

    async def vingerafdrukken(self) -> dict[str, Vingerafdruk]:
        """Of grootboek, register, oordelen and antwoorden; ``leeg`` first."""
        return await vingerafdrukken(self.runtime)


async def _vraag(client: httpx.AsyncClient, url: str) -> httpx.Response:
    """The answer of a copy, which may be busy."""
    for _ in range(5):
        try:
            return await client.get(url)
        except httpx.TransportError:
            await asyncio.sleep(1)
    return await client.get(url)


async def alleen(folder: Path, regio: Regio) -> dict[str, Vingerafdruk]:
    """The same region in one process without Kafka: what the many must end up with."""
    proces = Proces(folder, zonder_kafka=True)
    try:
        await asyncio.to_thread(proces.start)
        runtime = Runtime(proces.settings, Dsn(proces.dsn, login=True), all_services())
        await runtime.start(consume=False)
        try:

            async def rustig() -> None:
                assert await runtime.drained(WAIT_SECONDS), await runtime.lag()

            async with httpx.AsyncClient(base_url=proces.url, timeout=90, trust_env=False) as client:
                await speel(regio, client, proces.token, parallel=4, rustig=rustig, geduld=WAIT_SECONDS)
            return await vingerafdrukken(runtime)
        finally:
            await runtime.stop()
    finally:
        await asyncio.to_thread(proces.stop)


def happyflow(
    *woorden: str, omgeving: Mapping[str, str], seconds: float = 3 * WAIT_SECONDS
) -> subprocess.CompletedProcess[str]:
    """A command that is expected to end by itself, as somebody at a terminal would give it."""
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *woorden],
        cwd=ROOT, env={**os.environ, **omgeving, "COLUMNS": "120"},
        capture_output=True, text=True, check=False, timeout=seconds,
    )  # fmt: skip


@asynccontextmanager
async def draaiend(
    folder: Path, kopieen: int = 2, *, vooraf: Callable[[Opstelling], object] | None = None, **opties: Any
) -> AsyncIterator[Systeem]:
    """An opstelling in which everything runs; its logs are shown and kept when what follows fails.

    ``opties`` as for ``Opstelling``: kafka, brokers, omgeving, ... ``vooraf`` is called when PostgreSQL and Kafka run
    and no copy does: it may add copies of its own (``voeg_toe``), which are started with the others.
    """
    opstelling = Opstelling(folder, kopieen, **opties)
    runtime: Runtime | None = None
    try:
        await asyncio.to_thread(opstelling.start_basis)
        if vooraf is not None:
            vooraf(opstelling)
        await asyncio.to_thread(opstelling.start_kopieen)
        runtime = Runtime(opstelling.settings, Dsn(opstelling.dsn, login=True), all_services())
        await runtime.start(consume=False)
        systeem = Systeem(opstelling, runtime)
        try:
            yield systeem
        finally:
            await systeem.client.aclose()
    except BaseException:
        _bewaar_logs(opstelling)
        raise
    finally:
        if runtime is not None:
            await runtime.stop()
        await asyncio.to_thread(opstelling.stop)


def _bewaar_logs(opstelling: Opstelling) -> None:
    print(opstelling.laatste_woorden(4000))
    bestemming = LOGS / f"{time.strftime('%H%M%S')}-{os.getpid()}"
    if opstelling.logs.exists():
        shutil.copytree(opstelling.logs, bestemming, dirs_exist_ok=True)
    print(f"all logs: {bestemming}")


__all__ = ["EmbeddedKafka", "Spel", "Systeem", "draaiend", "kleine_regio", "zaad"]
