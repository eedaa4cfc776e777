"""``happyflow kafka topics``: what Kafka has beside what the table of topics declares."""

import asyncio
from typing import Annotated

import typer
from rich.markup import escape

from services.cli.uitvoer import regel, stop
from services.platform import logs
from services.platform.settings import Settings, StartError


def topics(
    maak: Annotated[bool, typer.Option("--maak", help="maak topics en partities die ontbreken")] = False,
) -> None:
    """Vergelijk de topics in Kafka met wat Happyflow verwacht. Exitcode 1 bij een verschil."""
    # Its client takes time to load that the other commands need not spend.
    from aiokafka.errors import KafkaError

    from services.platform.kafka.reden import IN_WORDS, reason_of
    from services.platform.kafka.topics import TopicsError

    logs.configure("ERROR")
    settings = Settings()
    if not settings.kafka_bootstrap:
        raise stop("HAPPYFLOW_KAFKA_BOOTSTRAP is leeg: er is geen Kafka ingesteld.", 2)
    try:
        lines = asyncio.run(_compare(settings, maak))
    except StartError as error:
        raise stop(escape(str(error))) from None
    except TopicsError as error:
        raise stop(f"Kafka weigert: {escape(str(error))}") from None
    except (KafkaError, OSError, TimeoutError) as error:
        reason = asyncio.run(reason_of(error, settings))
        raise stop(f"Kafka op {settings.kafka_bootstrap}: {IN_WORDS[reason]} ({type(error).__name__}).") from None
    for line in lines:
        regel(f"[red]✗[/] {escape(line)}")
    if lines:
        raise typer.Exit(1)
    regel("[green]✓[/] Alle topics zijn zoals Happyflow ze verwacht.")


async def _compare(settings: Settings, make: bool) -> list[str]:
    from services.platform.events import KAFKA_TOPICS
    from services.platform.kafka.topics import compare, ensure

    if make:
        await ensure(settings.model_copy(update={"kafka_create_topics": True}), KAFKA_TOPICS.values())
    return [
        f"{difference.topic} bestaat niet"
        if difference.subject is None
        else f"{difference.topic}: {difference.subject} is {difference.found or 'onbekend'},"
        f" verwacht {difference.declared}"
        for difference in await compare(settings, made=make)
    ]
