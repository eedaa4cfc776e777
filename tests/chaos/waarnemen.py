"""What a chaos test looks at while it breaks things: what was acknowledged, what a copy counts and logs, conditions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx

from services.synthetisch.regio import Regio
from tests.chaos.opstelling import WAIT_SECONDS, Spel, Systeem


class Kraan(httpx.AsyncBaseTransport):
    """A tap on what the load sends. A fault then finds messages left to send, however slow the machine is."""

    def __init__(self, onder: httpx.AsyncBaseTransport) -> None:
        self._onder = onder
        self._open = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            await self._open.wait()
        return await self._onder.handle_async_request(request)

    async def aclose(self) -> None:
        await self._onder.aclose()

    def open(self) -> None:
        """Let everything through."""
        self._open.set()

    @contextmanager
    def even_open(self) -> Iterator[None]:
        """Let things through meanwhile; afterwards as before."""
        was_open = self._open.is_set()
        self._open.set()
        try:
            yield
        finally:
            if not was_open:
                self._open.clear()


@asynccontextmanager
async def spelend(systeem: Systeem, regio: Regio, seconds: float = 0) -> AsyncIterator[tuple[Spel, Kraan]]:
    """The load behind a closed tap; it ends when what happens beside it fails. ``seconds`` as for ``begin``."""
    kraan = systeem.uitkomsten.onder = Kraan(systeem.uitkomsten.onder)
    spel = systeem.begin(regio, seconds=seconds)
    try:
        yield spel, kraan
    finally:
        kraan.open()
        spel.taak.cancel()
        await asyncio.gather(spel.taak, return_exceptions=True)


async def tot(voorwaarde: Callable[[], bool | Awaitable[bool]], wat: str, seconds: float = WAIT_SECONDS) -> None:
    """Wait until something is so; an assertion that names it when it does not become so."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                uitkomst = voorwaarde()
                if uitkomst if isinstance(uitkomst, bool) else await uitkomst:
                    return
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"did not happen: {wat}") from None


async def verloren(systeem: Systeem) -> set[str]:
    """What was answered with 202 and is not there."""
    kwijt = set(systeem.uitkomsten.geaccepteerd)
    for service, vraag in (
        ("allocation", "SELECT bericht_id FROM berichten"),
        ("invoice", "SELECT declaratie_id FROM declaraties"),
    ):
        async with systeem.runtime.contexts[service].database.connection() as connection:
            kwijt -= {str(row[0]) for row in await connection.fetch(vraag)}
    return kwijt


async def nog_accepteren(systeem: Systeem, kraan: Kraan, aantal: int, wat: str) -> None:
    """Let messages through until so many more were answered with 202: intake goes on."""
    doel = len(systeem.uitkomsten.geaccepteerd) + aantal
    with kraan.even_open():
        await tot(lambda: len(systeem.uitkomsten.geaccepteerd) >= doel, f"{aantal} messages taken in {wat}")


def regels(log: Path, vanaf: int = 0) -> list[str]:
    """Lines of a log after so many bytes."""
    return log.read_bytes()[vanaf:].decode(errors="replace").splitlines() if log.exists() else []
