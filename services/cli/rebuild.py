"""``happyflow rebuild``: make anew what a service derived from the events of others."""

import asyncio
import json
import sys
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from services.cli.herbouwen import Beheerder, Uitkomst, rebuild_service, state_of
from services.cli.ongelezen import Kafka
from services.cli.samenstelling import database_as_it_is
from services.cli.uitvoer import console, meldingen, regel, stop
from services.platform import logs
from services.platform.herbouw import Toestand
from services.platform.herbouw.model import RebuildRefusedError
from services.platform.settings import SERVICES, Settings, StartError

NIET_ALLES = 3
"""Exit code when it was rebuilt and something is gone that only a backup or a person has."""


def rebuild(
    service: Annotated[str, typer.Argument(help="allocation, invoice, matching of ledger")],
    ja: Annotated[bool, typer.Option("--ja", help="vraag niets")] = False,
    als_json: Annotated[bool, typer.Option("--json", help="het verslag als JSON op standaarduitvoer")] = False,
    kafka_is_weg: Annotated[
        bool, typer.Option("--kafka-is-weg", help="Kafka of zijn topics zijn weg: daar wacht niets meer")
    ] = False,
) -> None:
    """Herbouw wat een service afleidde uit de gebeurtenissen van andere.

    De service mag niet draaien, de andere wel. Wat mensen en berichten vastlegden blijft, en geen antwoord of
    boeking verandert. Onderbroken? Doe het opnieuw. Exitcode 1: niet gelukt of er is een afwijking; 3: herbouwd,
    maar er is iets weg dat alleen een reservekopie heeft.
    """
    logs.configure("ERROR")
    if service not in SERVICES:
        raise stop(f"onbekende service {service}; er zijn: {', '.join(SERVICES)}.", 2)
    try:
        outcome = asyncio.run(_run(Settings(), service, ask=not ja, kafka=Kafka(weg=kafka_is_weg)))
    except (StartError, RebuildRefusedError) as error:
        raise stop(f"{error}.") from error
    if als_json:
        console.print(json.dumps(_as_json(outcome), ensure_ascii=False, indent=2), soft_wrap=True)
    else:
        _show(outcome)
    if outcome.afwijkingen:
        raise typer.Exit(1)
    if outcome.verslag.niet_te_herstellen:
        raise typer.Exit(NIET_ALLES)


async def _run(settings: Settings, service: str, *, ask: bool, kafka: Kafka) -> Uitkomst:
    async with database_as_it_is(settings) as (dsn, address, password):
        admin = Beheerder(address, password)
        state = await state_of(admin, service)
        if ask and not _confirmed(service, state):
            raise typer.Exit(1)
        with _progress() as progress:
            tasks: dict[str, TaskID] = {}

            def show(name: str, done: int, total: int) -> None:
                if name not in tasks:
                    tasks[name] = progress.add_task(name, total=total or None)
                progress.update(tasks[name], completed=done, total=total or None)

            return await rebuild_service(settings, dsn, admin, service, show, kafka=kafka)


def _confirmed(service: str, state: Toestand) -> bool:
    if not sys.stdin.isatty():
        raise stop("bevestig met --ja, of voer dit uit in een terminal.", 2)
    if state is Toestand.VERLOREN:
        meldingen.print(
            f"De tabellen van {service} zijn weg. Is er een reservekopie, zet die dan eerst terug: daarin staat wat"
            " niemand anders heeft."
        )
    return typer.confirm(f"{service} herbouwen?", err=True)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<34}"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=meldingen,
    )


def _show(outcome: Uitkomst) -> None:
    report = outcome.verslag
    gelezen = ", ".join(f"{count} {name}" for name, count in report.gelezen.items() if count)
    regel(f"[dim]Gelezen: {gelezen or 'niets'}.[/]")
    for name, count in report.hersteld.items():
        regel(f"[yellow]![/] hersteld: {count} {name}")
    if report.opnieuw_gezegd:
        regel(f"[yellow]![/] {report.opnieuw_gezegd} gebeurtenis(sen) ontbraken in de outbox en staan er weer in")
    for sentence in report.niet_te_herstellen:
        regel(f"[red]✗[/] niet te herstellen: {sentence}")
    for deviation in outcome.afwijkingen:
        regel(f"[red]✗[/] {deviation.invariant}: {deviation.detail}")
    if not (report.hersteld or report.opnieuw_gezegd or outcome.afwijkingen):
        regel(f"[green]✓[/] {outcome.service} was al zoals zij hoort te zijn.")
    regel(
        f"{outcome.service} is herbouwd in {outcome.seconden:.0f} seconden. Start haar, en controleer alles met"
        " [bold]happyflow check[/]."
    )


def _as_json(outcome: Uitkomst) -> dict[str, object]:
    report = outcome.verslag
    return {
        "service": outcome.service,
        "toestand": str(outcome.toestand),
        "seconden": round(outcome.seconden, 1),
        "gelezen": report.gelezen,
        "hersteld": report.hersteld,
        "opnieuwGezegd": report.opnieuw_gezegd,
        "nietTeHerstellen": report.niet_te_herstellen,
        "afwijkingen": [f"{deviation.invariant}: {deviation.detail}" for deviation in outcome.afwijkingen],
    }
