"""Terms in numbers: gauges for a monitor, sentences for ``happyflow check``."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from prometheus_client import Gauge

from ijw.termijnen import TERMIJNEN, Stand
from services.platform.database import Connection
from services.platform.service import Context, PeriodicTask
from services.platform.termijnen.store import Bron, tel, vul_postbus_aan

TERMIJNEN_OPEN: Final = Gauge(
    "happyflow_termijnen",
    "Terms that are open, by kind and how they stand; of the kinds that are only signalled, those that came late",
    ["service", "soort", "status"],
)


async def _niets(_connection: Connection) -> None:
    pass


def termijnen_task(service: str, bron: Bron, vul_aan: Callable[[Connection], Awaitable[None]] = _niets) -> PeriodicTask:
    """Sets the gauges of a service every minute; every label of them, so that none keeps an old value.

    Before that it keeps the terms that have no row yet: ``vul_aan`` those beside the postbus.
    """

    async def meet(context: Context) -> None:
        async with context.database.transaction() as connection:
            await vul_aan(connection)
            await vul_postbus_aan(connection)
            tellingen = await tel(connection, bron, context.clock.today())
        for soort in bron.soorten:
            for hoe in [Stand.TE_LAAT] if TERMIJNEN[soort].achteraf else Stand:
                telling = tellingen.get((soort, hoe))
                TERMIJNEN_OPEN.labels(service, soort, hoe).set(telling.aantal if telling else 0)

    return PeriodicTask("termijnen", 60.0, meet)


def te_laat_melden(bron: Bron) -> Callable[[Context], Awaitable[Sequence[str]]]:
    """What parties are late with, a sentence per kind; nothing of it is a fault of the system."""

    async def aandacht(context: Context) -> Sequence[str]:
        async with context.database.connection() as connection:
            tellingen = await tel(connection, bron, context.clock.today())
        zinnen = []
        for soort in bron.soorten:
            if telling := tellingen.get((soort, Stand.TE_LAAT)):
                termijn = TERMIJNEN[soort]
                hoe = "te laat gekomen in de laatste dertig dagen" if termijn.achteraf else "te laat"
                zinnen.append(
                    f"{termijn.naam}: {telling.aantal} {hoe}, de eerste termijn eindigde op"
                    f" {telling.eerste:%d-%m-%Y} ({termijn.regel})"
                )
        return zinnen

    return aandacht
