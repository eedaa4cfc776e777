"""``happyflow kafka republish``: everything the outboxes keep of a topic goes to Kafka once more."""

import asyncio
from typing import Annotated

import typer

from services.cli.samenstelling import migrated_database
from services.cli.uitvoer import regel, stop
from services.platform import logs
from services.platform.events import KAFKA_TOPICS, AnyTopic
from services.platform.kafka import gepubliceerd
from services.platform.migrations import role_of
from services.platform.settings import Settings, StartError


def republish(
    topic: Annotated[list[str] | None, typer.Argument(help="alleen deze topics; standaard allemaal")] = None,
    ja: Annotated[bool, typer.Option("--ja", help="vraag niets")] = False,
) -> None:
    """Zet alles wat de outboxes van een topic bewaren opnieuw in Kafka.

    Dat Kafka iets verloor, merkt Happyflow zelf: dan is dit niet nodig. Het dient voor wie van buiten meeleest en alles
    opnieuw wil, ook wat Kafka na zijn bewaartermijn heeft weggegooid. De eigen services slaan over wat zij al
    verwerkten; wie van buiten meeleest krijgt gebeurtenissen die nog in Kafka staan een tweede keer, met hetzelfde id.
    """
    logs.configure("ERROR")
    names = topic or list(KAFKA_TOPICS)
    if unknown := sorted(set(names) - set(KAFKA_TOPICS)):
        raise stop(f"onbekend topic {', '.join(unknown)}; er zijn: {', '.join(KAFKA_TOPICS)}.", 2)
    if not ja and not typer.confirm(f"{len(set(names))} topic(s) opnieuw in Kafka zetten?", err=True):
        raise typer.Exit(1)
    try:
        counted = asyncio.run(_forget(Settings(), [KAFKA_TOPICS[name] for name in KAFKA_TOPICS if name in names]))
    except StartError as error:
        raise stop(str(error)) from error
    for name, count in counted.items():
        regel(f"{name}: {count} gebeurtenissen")
    regel("[green]✓[/] Wie de outbox publiceert begint opnieuw, nu of zodra hij start.")


async def _forget(settings: Settings, topics: list[AnyTopic]) -> dict[str, int]:
    """Let their publishers begin anew; returns how many events they will publish. A running one notices."""
    counted: dict[str, int] = {}
    async with migrated_database(settings, only_look=True) as (dsn, _):
        for topic in topics:
            database = dsn.database(role_of(topic.producer), topic.producer, settings)
            await database.open()
            try:
                async with database.connection() as connection:
                    await gepubliceerd.forget(connection, topic.name)
                    counted[topic.name] = await connection.fetchval(
                        "SELECT count(*) FROM outbox WHERE topic = $1", topic.name
                    )
            finally:
                await database.close()
    return counted
