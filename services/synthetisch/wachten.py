"""Waiting until what was sent has been dealt with, by asking what anybody may ask."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from services.platform.settings import SERVICES
from services.synthetisch.budget import Sleutel
from services.synthetisch.netwerk import Verbinding
from services.synthetisch.regio import Regio
from services.synthetisch.verschil import Verschil

Rustig = Callable[[], Awaitable[Any]]
"""Returns when every event has been handled; only possible beside the system itself."""

_PAUZE: Final = 0.25
_AANTALLEN: Final = ("aantalToegekend", "aantalAfgewezen", "aantalInUitval")
_METING: Final = 6.0
"""Seconds after which the gauges of the bus have been measured anew."""

_ACHTERSTAND: Final = re.compile(rb"^happyflow_bus_lag_events\{[^}]*\} ([0-9.e+]+)$", re.MULTILINE)


async def wacht_op_rust(verbinding: Verbinding, rustig: Rustig | None, geduld: float) -> None:
    """Return when no event waits; without `rustig` when two measurements in a row say so.

    TimeoutError when events keep waiting.
    """
    if rustig is not None:
        await rustig()
        return
    async with asyncio.timeout(max(geduld, 4 * _METING)):
        stil = 0
        while stil < 2:
            await asyncio.sleep(_METING)
            stil = 0 if await _achterstand(verbinding) else stil + 1


async def _achterstand(verbinding: Verbinding) -> float:
    """Events that wait, by the metrics of the services that can be reached here."""
    som = 0.0
    for service in SERVICES:
        antwoord = await verbinding.vraag("GET", f"/{service}/metrics", "beheer")
        som += sum(float(waarde) for waarde in _ACHTERSTAND.findall(antwoord.inhoud))
    return som


async def wacht_op_verplichtingen(
    regio: Regio, verbinding: Verbinding, rustig: Rustig | None, geduld: float
) -> list[Verschil]:
    """Wait until every toewijzing has got through to the ledger: then matching knows it too.

    What still differs when patience runs out comes back; playing on is possible all the same.
    """
    bedoeld = regio.verwachting.verplicht_bij_aanvang
    if rustig is not None:
        await rustig()
        geduld = 0
    klok = asyncio.get_running_loop()
    uiterlijk = klok.time() + min(geduld, 60.0)
    while True:
        gevonden = {sleutel: await _verplicht(verbinding, sleutel) for sleutel in bedoeld}
        anders = {sleutel: cent for sleutel, cent in bedoeld.items() if gevonden[sleutel] != cent}
        if not anders or klok.time() > uiterlijk:
            return _verschillen(anders, gevonden)
        await asyncio.sleep(_PAUZE)


def _verschillen(anders: Mapping[Sleutel, int], gevonden: Mapping[Sleutel, object]) -> list[Verschil]:
    return [
        Verschil(f"{gemeente} {jaar}", "verplicht voor de eerste declaratie", str(cent), str(gevonden[gemeente, jaar]))
        for (gemeente, jaar), cent in anders.items()
    ]


async def _verplicht(verbinding: Verbinding, sleutel: Sleutel) -> object:
    gemeente, jaar = sleutel
    antwoord = await verbinding.vraag("GET", f"/ledger/v1/gemeenten/{gemeente}/budgetten/{jaar}", "beheer")
    return (antwoord.json or {}).get("verplicht")


async def wacht_op_oordelen(verbinding: Verbinding, fase: str, geduld: float) -> list[Verschil]:
    """Wait until every prestatie has a verdict or waits for a person."""
    klok = asyncio.get_running_loop()
    uiterlijk = klok.time() + geduld
    while True:
        lopend = 0
        for status in ("in_behandeling", "in_uitval"):
            async for declaratie in verbinding.lijst("/invoice/v1/declaraties", "beheer", status=status):
                lopend += declaratie["aantalPrestaties"] > sum(declaratie[aantal] for aantal in _AANTALLEN)
        if not lopend:
            return []
        if klok.time() > uiterlijk:
            return [Verschil(fase, "declaraties in behandeling", "0", str(lopend))]
        await asyncio.sleep(_PAUZE)
