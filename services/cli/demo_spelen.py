"""Playing a region on a running system and seeing whether all came out as it was made up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from services.cli import check as check_command
from services.cli import demo_tabel
from services.cli.samenstelling import all_services
from services.cli.uitvoer import console, meldingen
from services.cli.vingerafdruk import Vingerafdruk, vingerafdrukken
from services.platform.auth import Rol
from services.platform.runtime import Dsn, Runtime
from services.platform.service import Afwijking
from services.platform.settings import Settings
from services.synthetisch.regio import Regio
from services.synthetisch.spelen import Uitslag, speel
from services.synthetisch.vergelijk import vergelijk
from services.synthetisch.verschil import Verschil

_SHOWN = 20
"""Differences shown; a demo that is not as generated is a defect and one of them is enough to find it."""

_DRAIN_SECONDS = 300.0
"""For what waits between two phases; many processes on a small machine take their time."""


class Podium(Protocol):
    """A running system: one process, or many behind one address."""

    @property
    def settings(self) -> Settings: ...

    @property
    def dsn(self) -> str: ...

    def token(self, rol: Rol, **claims: Any) -> str: ...


@dataclass(frozen=True)
class Afloop:
    """What a region that was played came to."""

    afdrukken: dict[str, Vingerafdruk]
    verschillen: Sequence[Verschil]
    afwijkingen: Sequence[Afwijking]
    geteld: str

    @property
    def zoals_bedoeld(self) -> bool:
        """Whether everything is as generated, and the invariant holds."""
        return not (self.verschillen or self.afwijkingen)


def play(podium: Podium, regio: Regio, *, tonen: bool = True) -> Afloop:
    """Play, compare and verify; with ``tonen`` also show how it ended."""
    return asyncio.run(_play(podium, regio, tonen))


async def _play(podium: Podium, regio: Regio, tonen: bool) -> Afloop:
    async with httpx.AsyncClient(base_url=podium.settings.base_url, timeout=60) as client:
        runtime = Runtime(podium.settings, Dsn(podium.dsn, login=True), all_services())
        await runtime.start(consume=False)
        try:
            with _progress() as progress:
                result = await _play_steps(podium, regio, client, runtime, progress)
                differences = await _compare(podium, regio, client, result, progress)
            deviations, counted = await check_command.verify(runtime, 60)
            afloop = Afloop(await vingerafdrukken(runtime), differences, deviations, counted)
        finally:
            await runtime.stop()
        if tonen:
            await demo_tabel.print_budgets(client, podium.token(Rol.BEHEER), regio)
    if tonen:
        demo_tabel.print_faults(regio, differences)
        _verdict(afloop)
    return afloop


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=22),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=meldingen,
    )


async def _play_steps(
    podium: Podium, regio: Regio, client: httpx.AsyncClient, runtime: Runtime, progress: Progress
) -> Uitslag:
    tasks: dict[str, TaskID] = {}

    def show(fase: str, gedaan: int, ongeveer: int) -> None:
        if fase not in tasks:
            tasks[fase] = progress.add_task(demo_tabel.phase_in_words(fase), total=ongeveer)
        progress.update(tasks[fase], completed=gedaan, total=ongeveer)

    async def quiet() -> None:
        await runtime.drained(_DRAIN_SECONDS)

    return await speel(regio, client, podium.token, voortgang=show, parallel=6, rustig=quiet)


async def _compare(
    podium: Podium, regio: Regio, client: httpx.AsyncClient, result: Uitslag, progress: Progress
) -> list[Verschil]:
    task = progress.add_task("vergelijken met de bedoeling", total=len(result.gespeeld))

    def show(gedaan: int) -> None:
        progress.update(task, completed=gedaan)

    return await vergelijk(regio, result, client, podium.token, voortgang=show)


def _verdict(afloop: Afloop) -> None:
    for difference in afloop.verschillen[:_SHOWN]:
        console.print(f"[red]✗[/] {difference}", markup=True)
    if len(afloop.verschillen) > _SHOWN:
        console.print(f"  en nog {len(afloop.verschillen) - _SHOWN} verschillen")
    for deviation in afloop.afwijkingen:
        console.print(f"[red]✗[/] {deviation.invariant}: {deviation.detail}")
    if not afloop.zoals_bedoeld:
        console.print("[bold red]Niet zoals bedoeld.[/]")
        return
    console.print(
        "[green]✓[/] Elke geplante fout is gevonden met haar retourcode; al het andere is toegekend zonder dat"
        " iemand eraan kwam; elk budget klopt op de cent met de eigen som van de generator."
    )
    console.print(f"[green]✓[/] happyflow check: {afloop.geteld}.")
