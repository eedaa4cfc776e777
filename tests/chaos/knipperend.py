"""``happyflow up`` whose consumers and publisher stop and start every so many seconds, as if deployed without end.

    python -m tests.chaos.knipperend up ledger

Requests are served all the time: only the bus comes and goes, each time a new one, as a new process would have.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from services.cli.main import app
from services.cli.proces import Kopie
from services.platform.bus import Bus
from services.platform.runtime import Runtime

SECONDS: Final = "KNIPPER_SECONDS"
OFFSET: Final = "KNIPPER_OFFSET"
COUNT: Final = "KNIPPER_COUNT"
"""A file to which a letter is added with every start."""


class KnipperendeKopie(Kopie):
    """A copy that runs this program."""

    program = ("-m", "tests.chaos.knipperend")

    def __init__(self, naam: str, services: tuple[str, ...], port: int, log: Path, omgeving: Mapping[str, str]) -> None:
        super().__init__(naam, services, port, log, omgeving)
        self.telling = log.with_suffix(".starts")
        self.omgeving |= {COUNT: str(self.telling)}

    def knipper(self, seconds: float, offset: float) -> None:
        """How often, and how much later than the others; before the start."""
        self.omgeving |= {SECONDS: str(seconds), OFFSET: str(offset)}

    @property
    def starts(self) -> int:
        """How often its bus was started."""
        return self.telling.stat().st_size if self.telling.exists() else 0


class _Knipperend:
    """A bus that is now there and now not, until it is stopped."""

    def __init__(self, maak: Callable[[], Bus]) -> None:
        self._maak = maak
        self._seconds = float(os.environ[SECONDS])
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._knipper())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _knipper(self) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.time() + float(os.environ.get(OFFSET, "0"))
        while True:
            await asyncio.sleep(turn - loop.time())
            bus = self._maak()
            try:
                if await _begonnen(bus):
                    turn = max(turn + self._seconds, loop.time())
                    await asyncio.sleep(turn - loop.time())
            finally:
                await bus.stop()
            turn = max(turn + self._seconds, loop.time())


async def _begonnen(bus: Bus) -> bool:
    """Counted when it began; a process that could not begin is deployed again."""
    try:
        await bus.start()
    except Exception as error:  # noqa: BLE001 — whatever it was, it shows in how often it did begin
        print(f"a bus did not begin: {type(error).__name__}: {error}", flush=True)
        return False
    _tel()
    return True


def _tel() -> None:
    with Path(os.environ[COUNT]).open("a", encoding="utf-8") as counts:
        counts.write("x")


def main() -> None:
    """As ``happyflow``, with another bus."""
    make = Runtime._make_bus

    def knipperend(runtime: Runtime) -> Bus:
        return _Knipperend(lambda: make(runtime))

    Runtime._make_bus = knipperend  # type: ignore[method-assign]
    app(sys.argv[1:])


if __name__ == "__main__":
    main()
