"""Plays a region against a running system over HTTP, as its parties would."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

import httpx
import msgspec

from services.platform.problems import TYPE_BASE
from services.synthetisch.netwerk import Antwoord, GeenAntwoordError, Tokens, Verbinding, samen
from services.synthetisch.regio import Fase, Regio
from services.synthetisch.stappen import FASE_BESLUITEN, FASE_SLOT, FASE_WIJZIGINGEN
from services.synthetisch.verschil import Verschil
from services.synthetisch.verwachting import (
    Stap,
    VerwachtAntwoord,
    VerwachtBesluit,
    VerwachtHerhaling,
    VerwachtOpslag,
    VerwachtRetour,
    VerwachtWeigering,
)
from services.synthetisch.wachten import Rustig, wacht_op_oordelen, wacht_op_rust, wacht_op_verplichtingen

_OPGESLAGEN: Final = frozenset({200, 201, 204})
_Werkbak = dict[tuple[str, int], tuple[str, int]]
_AANGENOMEN: Final = frozenset({200, 202})


class Voortgang(Protocol):
    """Told after every step: the phase, how many of its steps are done, about how many there are."""

    def __call__(self, fase: str, gedaan: int, ongeveer: int) -> None: ...


class Gespeeld(msgspec.Struct, frozen=True):
    """What came of a step: the id the system gave the message (berichtId or declaratieId), if any."""

    status: int
    id: str | None
    pogingen: int


class Uitslag(msgspec.Struct):
    """A region that was played: every step by key, what differed at once, seconds per phase (waiting included)."""

    gespeeld: dict[str, Gespeeld]
    verschillen: list[Verschil]
    seconden: dict[str, float]

    @property
    def herhaald(self) -> int:
        """How many steps had to be sent more than once because their outcome was unknown."""
        return sum(1 for stap in self.gespeeld.values() if stap.pogingen > 1)


def _stil(fase: str, gedaan: int, ongeveer: int) -> None:
    """No progress shown."""


async def speel(
    regio: Regio,
    client: httpx.AsyncClient,
    tokens: Tokens,
    *,
    voortgang: Voortgang = _stil,
    parallel: int = 8,
    rustig: Rustig | None = None,
    geduld: float = 120.0,
) -> Uitslag:
    """Play every step of a region, phase after phase, at most `parallel` of one phase at a time.

    A step whose outcome is unknown (connection cut, 503) is sent again with the same bytes for up to `geduld`
    seconds. Between phases we wait until what was sent has been dealt with: `rustig`, when given, returns when
    every event has been handled; without it the system's own figures and metrics are asked. Answers that differ
    from what is expected are listed in the Uitslag and stop nothing. GeenAntwoordError when the system stays away.
    """
    verbinding = Verbinding(client, tokens, geduld)
    uitslag = Uitslag({}, [], {})
    for fase in regio.fasen():
        begin = time.perf_counter()
        if fase.naam >= FASE_SLOT:
            await wacht_op_rust(verbinding, rustig, geduld)
        werkbak = await _werkbak(verbinding) if fase.naam == FASE_BESLUITEN else {}
        await _speel_fase(fase, verbinding, uitslag, werkbak, voortgang, parallel)
        if fase.naam == FASE_WIJZIGINGEN:
            uitslag.verschillen += await wacht_op_verplichtingen(regio, verbinding, rustig, geduld)
        elif fase.naam > FASE_WIJZIGINGEN:
            uitslag.verschillen += await wacht_op_oordelen(verbinding, fase.naam, geduld)
        uitslag.seconden[fase.naam] = time.perf_counter() - begin
    await wacht_op_rust(verbinding, rustig, geduld)
    return uitslag


async def _werkbak(verbinding: Verbinding) -> _Werkbak:
    """Everything that waits: id and version of an item by declaratie and prestatie."""
    gevonden: _Werkbak = {}
    async for item in verbinding.lijst("/matching/v1/uitval", "beheer", status="open"):
        detail = (await verbinding.vraag("GET", f"/matching/v1/uitval/{item['uitvalId']}", "beheer")).json
        for prestatie in detail["prestaties"]:
            gevonden[item["declaratieId"], prestatie["volgnummer"]] = (item["uitvalId"], detail["versie"])
    return gevonden


async def _speel_fase(
    fase: Fase, verbinding: Verbinding, uitslag: Uitslag, werkbak: _Werkbak, voortgang: Voortgang, parallel: int
) -> None:
    """Send the steps of one phase; each worker takes the next one, so only `parallel` of them are in memory."""
    slot = asyncio.Lock()
    gedaan = 0

    async def werk() -> None:
        nonlocal gedaan
        while True:
            async with slot:
                stap = await asyncio.to_thread(next, fase.stappen, None)
            if stap is None:
                return
            await _speel_stap(stap, verbinding, uitslag, werkbak)
            gedaan += 1
            voortgang(fase.naam, gedaan, max(gedaan, fase.ongeveer))

    await samen(werk, parallel)
    voortgang(fase.naam, gedaan, gedaan)


async def _speel_stap(stap: Stap, verbinding: Verbinding, uitslag: Uitslag, werkbak: _Werkbak) -> None:
    pad, koppen = stap.pad, {}
    if stap.uitval is not None:
        gespeeld = uitslag.gespeeld.get(stap.uitval.declaratie)
        item = werkbak.get((gespeeld.id or "", stap.uitval.volgnummer)) if gespeeld is not None else None
        if item is None:
            uitslag.verschillen.append(Verschil(stap.sleutel, "in de werkbak", "ja", "nee", stap.fout))
            return
        pad, koppen = pad.format(uitvalId=item[0]), {"If-Match": f'"{item[1]}"'}
    antwoord = await verbinding.vraag(
        stap.methode, pad, stap.partij, inhoud=stap.inhoud, inhoudstype=stap.inhoudstype, koppen=koppen
    )
    inhoud = antwoord.json if isinstance(antwoord.json, dict) else {}
    kenmerk = inhoud.get("berichtId") or inhoud.get("declaratieId")
    uitslag.gespeeld[stap.sleutel] = Gespeeld(antwoord.status, kenmerk, antwoord.pogingen)
    uitslag.verschillen += [
        Verschil(stap.sleutel, wat, str(verwacht), str(gevonden), stap.fout)
        for wat, verwacht, gevonden in _directe_verschillen(stap, antwoord, inhoud, uitslag.gespeeld)
        if verwacht != gevonden
    ]


def _directe_verschillen(
    stap: Stap, antwoord: Antwoord, inhoud: Mapping[str, Any], gespeeld: Mapping[str, Gespeeld]
) -> Iterator[tuple[str, object, object]]:
    """What the answer to the request itself says: name, what it should be, what it is."""
    verwacht, status = stap.verwacht, antwoord.status
    if isinstance(verwacht, VerwachtWeigering):
        yield "status", verwacht.status, status
        yield "probleem", TYPE_BASE + verwacht.probleem, inhoud.get("type")
    elif isinstance(verwacht, VerwachtOpslag):
        yield "status", "opgeslagen", "opgeslagen" if status in _OPGESLAGEN else _probleem(status, inhoud)
    elif isinstance(verwacht, VerwachtBesluit):
        yield "status", httpx.codes.OK, status if status == httpx.codes.OK else _probleem(status, inhoud)
        yield "besluit", verwacht.besluit, inhoud.get("besluit")
    elif isinstance(verwacht, VerwachtHerhaling):
        yield "status", 200, status
        kenmerk = inhoud.get("berichtId") or inhoud.get("declaratieId")
        yield "antwoord van de eerste keer", gespeeld[verwacht.van].id, kenmerk
    else:
        nieuw = status in _AANGENOMEN if antwoord.pogingen > 1 else status == httpx.codes.ACCEPTED
        yield "status", "aangenomen", "aangenomen" if nieuw else _probleem(status, inhoud)
        if nieuw:
            yield from _ontvangst(verwacht, inhoud)


def _ontvangst(
    verwacht: VerwachtRetour | VerwachtAntwoord, inhoud: Mapping[str, Any]
) -> Iterator[tuple[str, object, object]]:
    """What the receipt of a message says."""
    if isinstance(verwacht, VerwachtAntwoord):
        afgekeurd = inhoud.get("status") == "afgekeurd"
        yield "afgekeurd", verwacht.status == "afgekeurd", afgekeurd
        return
    codes = {*verwacht.header_codes, *(code for codes in verwacht.toewijzing_codes.values() for code in codes)}
    yield "status van het bericht", "afgekeurd" if verwacht.afgekeurd else "geaccepteerd", inhoud.get("status")
    yield "retourcodes", sorted(codes), sorted(inhoud.get("retourcodes", ()))


def _probleem(status: int, inhoud: Mapping[str, Any]) -> str:
    return f"{status} {inhoud.get('type', '')} {inhoud.get('fouten', '')}".strip()


__all__ = ["GeenAntwoordError", "Gespeeld", "Uitslag", "Verschil", "Voortgang", "speel"]
