"""``happyflow kafka``: an Apache Kafka of one's own on this machine, started and stopped apart from the services."""

import time
from typing import Annotated

import typer
from rich.markup import escape

from services.cli import kafka_rechten, kafka_republish, kafka_topics
from services.cli.uitvoer import bestandsfout, meldingen, regel, stop
from services.platform.local_kafka import java
from services.platform.local_kafka.broker import BrokerStatus, EmbeddedKafka, KafkaError
from services.platform.settings import Settings

app = typer.Typer(
    help="Een eigen Apache Kafka op deze machine, om mee te ontwikkelen en te proeven; zonder Docker.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
app.command("topics")(kafka_topics.topics)
app.command("rechten")(kafka_rechten.rechten)
app.command("republish")(kafka_republish.republish)


@app.command("up")
def up(
    brokers: Annotated[
        int | None, typer.Option(help="1, of 3 voor proeven met uitval; standaard wat er al is, anders 1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1024, max=65533, help="poort van de eerste broker; standaard zelf gekozen")
    ] = None,
    installeer: Annotated[
        bool, typer.Option("--installeer", help="installeer met apt-get wat ontbreekt (Java, Maven)")
    ] = False,
) -> None:
    """Start Kafka op de achtergrond en wacht tot alle brokers antwoorden. Stop met [bold]happyflow kafka down[/]."""
    kafka = _kafka(brokers, port)
    started = time.monotonic()
    try:
        if installeer and (missing := java.missing()):
            meldingen.print(f"{' en '.join(missing)} installeren ...")
            java.install()
        fresh = kafka.start()
    except KafkaError as error:
        more = " of geef --installeer mee" if java.missing() and not installeer else ""
        raise stop(escape(str(error) + more)) from None
    except OSError as error:
        raise stop(f"Kafka start niet: {bestandsfout(error)}.") from None
    took = f"gestart in {time.monotonic() - started:.0f} s" if fresh else "draaide al"
    regel(f"[bold green]Kafka draait[/] ({took}) op {kafka.bootstrap_servers}")
    for broker in kafka.status():
        regel(f"[dim]broker {broker.number}  {broker.address}  log {escape(str(broker.log))}[/]", 2)


@app.command("down")
def down(
    wis: Annotated[bool, typer.Option("--wis", help="gooi daarna ook alle gegevens van deze Kafka weg")] = False,
) -> None:
    """Stop Kafka; wat erin staat blijft bewaard, behalve met [bold]--wis[/]."""
    kafka = _kafka()
    try:
        ran = any(broker.pid for broker in kafka.status())
        kafka.stop()
        if wis:
            kafka.wipe()
    except KafkaError as error:
        raise stop(escape(str(error))) from None
    regel(f"Kafka {'is gestopt' if ran else 'draaide niet'}{' en is gewist' if wis else ''}.")


@app.command("status")
def status() -> None:
    """Toon elke broker. Exitcode 1 als er een niet antwoordt of als er geen Kafka draait."""
    kafka = _kafka()
    try:
        brokers = kafka.status()
    except KafkaError as error:
        raise stop(escape(str(error))) from None
    if not brokers:
        regel("Er is hier nog geen Kafka; start hem met [bold]happyflow kafka up[/].")
    for broker in brokers:
        regel(f"broker {broker.number}  {broker.address}  {_how(broker)}")
        regel(f"[dim]log {escape(str(broker.log))}[/]", 2)
    if not brokers or not all(broker.answers for broker in brokers):
        raise typer.Exit(1)


def _how(broker: BrokerStatus) -> str:
    if broker.pid is None:
        return "[green]draait[/] (van een andere gebruiker)" if broker.answers else "[red]gestopt[/]"
    how = f"pid {broker.pid}, {broker.memory_mb} MB"
    if broker.suspended:
        return f"[yellow]stilgezet[/] ({how})"
    return f"[green]draait[/] ({how})" if broker.answers else f"[yellow]antwoordt niet[/] ({how})"


def _kafka(brokers: int | None = None, port: int | None = None) -> EmbeddedKafka:
    return EmbeddedKafka(Settings().data / "kafka", brokers, port)
