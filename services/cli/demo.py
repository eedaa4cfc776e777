"""``happyflow demo``: a whole region played before one's eyes, and checked against what was generated."""

import signal
import time
from typing import Annotated

import typer
from rich.markup import escape

from services.cli import demo_kafka
from services.cli.demo_spelen import play
from services.cli.opstelling import Opstelling, ruim_op
from services.cli.proces import Proces, ProcesError
from services.cli.regio_opties import make_regio
from services.cli.uitvoer import console, meldingen, stop
from services.platform import logs
from services.platform.auth import Rol
from services.platform.local_kafka.broker import KafkaError
from services.platform.poorten import in_use
from services.platform.postgres import PostgresError
from services.platform.settings import SERVICES, Settings
from services.synthetisch.regio import Regio
from services.synthetisch.spelen import GeenAntwoordError


def demo(
    once: Annotated[bool, typer.Option("--once", help="stop het systeem na afloop")] = False,
    zaad: Annotated[int, typer.Option(help="ander zaad, andere regio")] = 1,
    clienten: Annotated[int, typer.Option(min=11, help="aantal clienten")] = 1000,
    aanbieders: Annotated[int, typer.Option(min=1, help="aantal aanbieders")] = 20,
    maanden: Annotated[int, typer.Option(min=1, max=12, help="aantal maanden")] = 3,
    fouten: Annotated[int, typer.Option(min=0, max=50, help="geplante fouten, in procenten")] = 5,
    kafka: Annotated[
        bool, typer.Option("--kafka", help="speel ook over Apache Kafka, elke service in processen van haar eigen")
    ] = False,
    kopieen: Annotated[int, typer.Option(min=1, max=5, help="met --kafka: zoveel kopieën van elke service")] = 2,
) -> None:
    """Speel de elf gemeenten van IJsselland drie maanden lang, met geplante fouten, en controleer de uitkomst.

    Met [bold]--kafka[/] nog eens, zoals in productie: kopieën van elke service over Apache Kafka (Java 17 is nodig).
    Aan het eind staan de vingerafdrukken van beide naast elkaar: het grootboek moet op de cent hetzelfde zijn.
    """
    logs.configure("ERROR")
    settings = Settings()
    if in_use(settings.port, settings.host):
        raise stop(f"poort {settings.port} is al in gebruik; zet HAPPYFLOW_PORT op een andere.")
    started = time.monotonic()
    regio = make_regio(zaad=zaad, clienten=clienten, aanbieders=aanbieders, maanden=maanden, fouten=fouten)
    folder = settings.data / "demo"
    ruim_op(folder)
    system = Opstelling(folder, kopieen, port=settings.port) if kafka else Proces(folder, settings.port)
    try:
        fine = demo_kafka.play_both(system, regio) if isinstance(system, Opstelling) else _play_one(system, regio)
        meldingen.print(f"Klaar in {time.monotonic() - started:.0f} seconden.", style="dim")
        if once:
            raise typer.Exit(0 if fine else 1)
        _stay(system)
    except (ProcesError, PostgresError, KafkaError, GeenAntwoordError) as error:
        raise stop(escape(str(error))) from error
    except KeyboardInterrupt:
        meldingen.print("Gestopt.")
        raise typer.Exit(130) from None
    finally:
        system.stop()


def _play_one(process: Proces, regio: Regio) -> bool:
    meldingen.print("Happyflow starten, met een eigen lege PostgreSQL ...")
    process.start()
    return play(process, regio).zoals_bedoeld


def _stay(system: Proces | Opstelling) -> None:
    """Leave the system running until Ctrl-C."""
    url = system.settings.base_url
    console.print(f"\nHet systeem draait nog op [bold]{url}[/]:")
    console.print(f"  werkbak   {url}/matching/werkbak")
    console.print(f"  budget    {url}/ledger/budget")
    for name in SERVICES:
        console.print(f"  {name:<9} {url}/{name}/v1/openapi.json", style="dim")
    if isinstance(system, Opstelling):
        demo_kafka.print_copies(system)
    console.print("Meld u aan met dit token (beheer, 12 uur geldig):")
    console.print(system.token(Rol.BEHEER, sub="demo"), soft_wrap=True)
    console.print("Stop met Ctrl-C.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    while system.running:
        time.sleep(0.5)
