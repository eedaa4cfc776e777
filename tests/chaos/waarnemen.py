"""What a chaos test looks at while it breaks things: what was acknowledged, what a copy counts and logs, conditions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from services.synthetisch.regio import Regio
from tests.chaos.opstelling import WAIT_SECONDS, Spel, Systeem


@asynccontextmanager
async def spelend(systeem: Systeem, regio: Regio, seconds: float = 0) -> AsyncIterator[Spel]:
    """The load, spread over at least so many seconds; it ends when what happens beside it fails."""
    spel = systeem.begin(regio, seconds=seconds)
    try:
        yield spel
    finally:
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


async def nog_accepteren(systeem: Systeem, aantal: int, wat: str) -> None:
    """Wait until so many more messages were answered with 202: intake goes on."""
    doel = len(systeem.uitkomsten.geaccepteerd) + aantal
    await tot(lambda: len(systeem.uitkomsten.geaccepteerd) >= doel, f"{aantal} messages taken in {wat}")


def regels(log: Path, vanaf: int = 0) -> list[str]:
    """Lines of a log after so many bytes."""
    return log.read_bytes()[vanaf:].decode(errors="replace").splitlines() if log.exists() else []
