"""``happyflow demo``: a whole region played before one's eyes, and checked against what was generated."""

import asyncio
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from services.cli import check as check_command
from services.cli import demo_tabel
from services.cli.proces import Proces, ProcesError
from services.cli.regio_opties import make_regio
from services.cli.samenstelling import all_services, port_is_free
from services.cli.uitvoer import console, meldingen, stop
from services.platform import logs
from services.platform.auth import Rol
from services.platform.postgres import EmbeddedPostgres, PostgresError
from services.platform.runtime import Dsn, Runtime
from services.platform.service import Afwijking
from services.platform.settings import Settings
from services.synthetisch.regio import Regio
from services.synthetisch.spelen import GeenAntwoordError, Uitslag, speel
from services.synthetisch.vergelijk import vergelijk
from services.synthetisch.verschil import Verschil

_SHOWN = 20
"""Differences shown; a demo that is not as generated is a defect and one of them is enough to find it."""


def demo(
    once: Annotated[bool, typer.Option("--once", help="stop het systeem na afloop")] = False,
    zaad: Annotated[int, typer.Option(help="ander zaad, andere regio")] = 1,
    clienten: Annotated[int, typer.Option(min=11, help="aantal clienten")] = 1000,
    aanbieders: Annotated[int, typer.Option(min=1, help="aantal aanbieders")] = 20,
    maanden: Annotated[int, typer.Option(min=1, max=12, help="aantal maanden")] = 3,
    fouten: Annotated[int, typer.Option(min=0, max=50, help="geplante fouten, in procenten")] = 5,
) -> None:
    """Speel de elf gemeenten van IJsselland drie maanden lang, met geplante fouten, en controleer de uitkomst."""
    logs.configure("ERROR")
    settings = Settings()
    if not port_is_free(settings.host, settings.port):
        raise stop(f"poort {settings.port} is al in gebruik; zet HAPPYFLOW_PORT op een andere.")
    started = time.monotonic()
    regio = make_regio(zaad=zaad, clienten=clienten, aanbieders=aanbieders, maanden=maanden, fouten=fouten)
    process = Proces(_fresh_folder(settings.data / "demo"), settings.port)
    try:
        meldingen.print("Happyflow starten, met een eigen lege PostgreSQL ...")
        process.start()
        fine = asyncio.run(_play(process, regio))
        meldingen.print(f"Klaar in {time.monotonic() - started:.0f} seconden.", style="dim")
        if once:
            raise typer.Exit(0 if fine else 1)
        _stay(process)
    except (ProcesError, PostgresError, GeenAntwoordError) as error:
        raise stop(str(error)) from error
    except KeyboardInterrupt:
        meldingen.print("Gestopt.")
        raise typer.Exit(130) from None
    finally:
        process.stop()


def _fresh_folder(folder: Path) -> Path:
    """A demo begins empty; what an earlier one left, a running database included, is cleared away."""
    if folder.exists():
        if (folder / "postgres").exists():
            EmbeddedPostgres(folder / "postgres").stop("immediate")
        shutil.rmtree(folder)
    return folder


async def _play(process: Proces, regio: Regio) -> bool:
    """Play, compare, verify and show; whether everything is as generated."""
    async with httpx.AsyncClient(base_url=process.settings.base_url, timeout=60) as client:
        runtime = Runtime(process.settings, Dsn(process.dsn, login=True), all_services())
        await runtime.start(consume=False)
        try:
            with _progress() as progress:
                result = await _play_steps(process, regio, client, runtime, progress)
                differences = await _compare(process, regio, client, result, progress)
            deviations, counted = await check_command.verify(runtime, 60)
        finally:
            await runtime.stop()
        await demo_tabel.print_budgets(client, process.token(Rol.BEHEER), regio)
    demo_tabel.print_faults(regio, differences)
    return _verdict(differences, deviations, counted)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=22),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=meldingen,
    )


async def _play_steps(
    process: Proces, regio: Regio, client: httpx.AsyncClient, runtime: Runtime, progress: Progress
) -> Uitslag:
    tasks: dict[str, TaskID] = {}

    def show(fase: str, gedaan: int, ongeveer: int) -> None:
        if fase not in tasks:
            tasks[fase] = progress.add_task(demo_tabel.phase_in_words(fase), total=ongeveer)
        progress.update(tasks[fase], completed=gedaan, total=ongeveer)

    async def quiet() -> None:
        await runtime.drained(120)

    return await speel(regio, client, process.token, voortgang=show, parallel=6, rustig=quiet)


async def _compare(
    process: Proces, regio: Regio, client: httpx.AsyncClient, result: Uitslag, progress: Progress
) -> list[Verschil]:
    task = progress.add_task("vergelijken met de bedoeling", total=len(result.gespeeld))

    def show(gedaan: int) -> None:
        progress.update(task, completed=gedaan)

    return await vergelijk(regio, result, client, process.token, voortgang=show)


def _verdict(differences: Sequence[Verschil], deviations: Sequence[Afwijking], counted: str) -> bool:
    for difference in differences[:_SHOWN]:
        console.print(f"[red]✗[/] {difference}", markup=True)
    if len(differences) > _SHOWN:
        console.print(f"  en nog {len(differences) - _SHOWN} verschillen")
    for deviation in deviations:
        console.print(f"[red]✗[/] {deviation.invariant}: {deviation.detail}")
    if differences or deviations:
        console.print("[bold red]Niet zoals bedoeld.[/]")
        return False
    console.print(
        "[green]✓[/] Elke geplante fout is gevonden met haar retourcode; al het andere is toegekend zonder dat"
        " iemand eraan kwam; elk budget klopt op de cent met de eigen som van de generator."
    )
    console.print(f"[green]✓[/] happyflow check: {counted}.")
    return True


def _stay(process: Proces) -> None:
    """Leave the system running until Ctrl-C."""
    url = process.settings.base_url
    console.print(f"\nHet systeem draait nog op [bold]{url}[/]:")
    console.print(f"  werkbak   {url}/matching/werkbak")
    console.print(f"  budget    {url}/ledger/budget")
    for name in ("allocation", "invoice", "matching", "ledger"):
        console.print(f"  {name:<9} {url}/{name}/v1/openapi.json", style="dim")
    console.print("Meld u aan met dit token (beheer, 12 uur geldig):")
    console.print(process.token(Rol.BEHEER, sub="demo"), soft_wrap=True)
    console.print("Stop met Ctrl-C.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    while process.running:
        time.sleep(0.5)
