"""``happyflow check``: the invariant, verified on a running system."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from services.cli.samenstelling import all_services, migrated_database
from services.cli.uitvoer import console, meldingen, regel, stop
from services.cli.vergelijken import across_services
from services.platform import logs
from services.platform.runtime import Runtime
from services.platform.service import Afwijking
from services.platform.settings import Settings, StartError


def check(
    wacht: Annotated[float, typer.Option(help="seconden om op onverwerkte gebeurtenissen te wachten")] = 60.0,
) -> None:
    """Controleer dat niets verloren is, niets dubbel telt en het grootboek klopt. Exitcode 1 bij een afwijking."""
    logs.configure("ERROR")
    try:
        deviations, counted, attention = asyncio.run(_run(Settings(), wacht))
    except StartError as error:
        raise stop(str(error)) from error
    for deviation in deviations:
        console.print(f"[red]✗[/] {deviation.invariant}: {deviation.detail}")
    if not deviations:
        console.print(f"[green]✓[/] Alles klopt: {counted}.")
    print_attention(attention)
    if deviations:
        meldingen.print(f"[bold red]{len(deviations)} afwijking(en) gevonden.[/]")
        raise typer.Exit(1)


def print_attention(attention: Sequence[str]) -> None:
    """What parties should act on, apart from what was verified: it is no fault of the system and no exit code."""
    if attention:
        console.print()
        regel("[yellow]Let op[/], geen fout van het systeem: termijnen van partijen die verlopen zijn")
        for sentence in attention:
            regel(f"[yellow]![/] {sentence}")


async def _run(settings: Settings, wait_seconds: float) -> tuple[Sequence[Afwijking], str, Sequence[str]]:
    async with migrated_database(settings, only_look=True) as (dsn, _):
        runtime = Runtime(settings, dsn, all_services())
        await runtime.start(consume=False)
        try:
            return *await verify(runtime, wait_seconds), await attention_of(runtime)
        finally:
            await runtime.stop()


async def verify(runtime: Runtime, wait_seconds: float) -> tuple[list[Afwijking], str]:
    """Every deviation from the invariant, and in words what was looked at."""
    deviations: list[Afwijking] = []
    if not await runtime.drained(wait_seconds):
        deviations += [
            Afwijking("lag is 0", f"{service} heeft {count} gebeurtenissen van {topic} nog niet verwerkt")
            for (service, topic), count in (await runtime.lag()).items()
            if count
        ]
        deviations += [
            Afwijking("outboxen zijn leeg", f"{count} gebeurtenissen van {service} staan nog niet in Kafka ({topic})")
            for (service, topic), count in (await runtime.unpublished()).items()
            if count
        ]
    for service in runtime.services:
        context = runtime.contexts[service.name]
        deviations += await _dead_letters(runtime, service.name)
        deviations += await service.check(context)
    differences, counted = await across_services(runtime)
    return deviations + differences, counted


async def attention_of(runtime: Runtime) -> list[str]:
    """What the services want people to act on."""
    return [
        sentence for service in runtime.services for sentence in await service.attention(runtime.contexts[service.name])
    ]


async def _dead_letters(runtime: Runtime, name: str) -> list[Afwijking]:
    async with runtime.contexts[name].database.connection() as connection:
        rows = await connection.fetch(
            "SELECT topic, count(*) AS aantal, min(reden) AS reden FROM dode_letters"
            " WHERE opgelost_op IS NULL GROUP BY topic ORDER BY topic"
        )
    return [
        Afwijking(
            "elke gebeurtenis heeft één gevolg",
            f"{name} legde {row['aantal']} gebeurtenis(sen) van {row['topic']} terzijde ({row['reden']});"
            f" zie happyflow dlq list {name}",
        )
        for row in rows
    ]
