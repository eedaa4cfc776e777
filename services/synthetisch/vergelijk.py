"""Compares a running system with what a region says must have come of it; an empty list means: as generated.

Everything is asked as the parties themselves would: messages from the postbus, declaraties and their answers,
the work queue, the budgets. Nothing may be missing and nothing may be there twice.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from ijw.berichten import JW301
from ijw.codec import parse
from services.synthetisch.netwerk import Tokens, Verbinding, samen
from services.synthetisch.regio import Regio
from services.synthetisch.spelen import Uitslag
from services.synthetisch.vergelijken.budgetten import vergelijk_budgetten
from services.synthetisch.vergelijken.declaraties import vergelijk_aantallen, vergelijk_declaratie
from services.synthetisch.vergelijken.toewijzingen import Retouren, vergelijk_bezorging, vergelijk_register
from services.synthetisch.vergelijken.uitval import Plek, vergelijk_uitval
from services.synthetisch.verschil import Verschil
from services.synthetisch.verwachting import Stap, VerwachtAntwoord, VerwachtPrestatie, VerwachtRetour

__all__ = ["Verschil", "vergelijk"]


class _Vergelijking:
    """Collects what must be there while the messages are gone through one by one."""

    def __init__(self, regio: Regio, uitslag: Uitslag, verbinding: Verbinding) -> None:
        self._regio = regio
        self._gespeeld = uitslag.gespeeld
        self._verbinding = verbinding
        self._retouren = Retouren(verbinding)
        self._bezorgd: Counter[Any] = Counter()
        self._uitval: dict[Plek, VerwachtPrestatie] = {}
        self._sleutels: dict[str, str] = {}
        self._declaraties: Counter[str] = Counter()
        self._antwoorden: Counter[str] = Counter()

    async def stap(self, stap: Stap) -> list[Verschil]:
        """One message that was taken in; other steps have no more to compare than their answer."""
        gespeeld = self._gespeeld.get(stap.sleutel)
        verwacht = stap.verwacht
        if not isinstance(verwacht, VerwachtRetour | VerwachtAntwoord):
            return []
        if gespeeld is None or gespeeld.id is None:
            return [Verschil(stap.sleutel, "aangenomen", "ja", "nee", stap.fout)]
        if isinstance(verwacht, VerwachtRetour):
            if not verwacht.afgekeurd:
                self._bezorgd[_kop(stap)] += 1
            return await self._retouren.vergelijk(stap, gespeeld.id)
        self._sleutels[gespeeld.id] = stap.sleutel
        self._declaraties[stap.partij] += 1
        self._antwoorden[stap.partij] += verwacht.status != "in_uitval"
        self._uitval.update(
            ((gespeeld.id, prestatie.volgnummer), prestatie)
            for prestatie in verwacht.prestaties
            if prestatie.uitkomst == "inUitval"
        )
        return await vergelijk_declaratie(stap, gespeeld.id, self._verbinding)

    async def rest(self) -> list[Verschil]:
        """What can only be compared as a whole, after the messages."""
        regio, verbinding = self._regio, self._verbinding
        return [
            *await vergelijk_bezorging(regio, verbinding, self._bezorgd),
            *await vergelijk_register(regio, verbinding),
            *await vergelijk_aantallen(regio, verbinding, self._declaraties, self._antwoorden),
            *await vergelijk_uitval(verbinding, self._uitval, self._sleutels),
            *await vergelijk_budgetten(regio, verbinding),
        ]


def _kop(stap: Stap) -> tuple[str, str, str]:
    """Aanbieder, gemeente and Identificatie of a JW301."""
    bericht = parse(stap.inhoud)
    assert isinstance(bericht, JW301)
    kop = bericht.header
    return kop.ontvanger, kop.afzender, kop.bericht_identificatie.identificatie


async def vergelijk(
    regio: Regio,
    uitslag: Uitslag,
    client: httpx.AsyncClient,
    tokens: Tokens,
    *,
    parallel: int = 8,
    voortgang: Callable[[int], None] | None = None,
    geduld: float = 60.0,
) -> list[Verschil]:
    """Every difference between the system and the region that was played on it, `Uitslag.verschillen` included.

    `voortgang` is told how many messages have been compared. GeenAntwoordError when the system stays away.
    """
    verbinding = Verbinding(client, tokens, geduld)
    vergelijking = _Vergelijking(regio, uitslag, verbinding)
    verschillen = list(uitslag.verschillen)
    verschillen += await _alle(regio, vergelijking.stap, parallel, voortgang)
    return verschillen + await vergelijking.rest()


async def _alle(
    regio: Regio,
    doe: Callable[[Stap], Awaitable[list[Verschil]]],
    parallel: int,
    voortgang: Callable[[int], None] | None,
) -> list[Verschil]:
    """Do something with every step, at most `parallel` at a time, in the order of the steps in the outcome."""
    stappen = enumerate(regio.stappen())
    slot = asyncio.Lock()
    gevonden: dict[int, list[Verschil]] = {}
    gedaan = 0

    async def werk() -> None:
        nonlocal gedaan
        while True:
            async with slot:
                volgende = await asyncio.to_thread(next, stappen, None)
            if volgende is None:
                return
            nummer, stap = volgende
            verschillen = await doe(stap)
            if verschillen:
                gevonden[nummer] = verschillen
            gedaan += 1
            if voortgang is not None:
                voortgang(gedaan)

    await samen(werk, parallel)
    return [verschil for nummer in sorted(gevonden) for verschil in gevonden[nummer]]
