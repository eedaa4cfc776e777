"""The demo as in production: the same region in one process, and over Apache Kafka with copies of each service."""

import time
from collections.abc import Mapping

from rich.table import Table

from services.cli.demo_spelen import Afloop, play
from services.cli.opstelling import Opstelling
from services.cli.proces import Proces
from services.cli.uitvoer import console, meldingen, regel
from services.cli.vingerafdruk import Vingerafdruk
from services.platform.settings import SERVICES
from services.synthetisch.regio import Regio

_SHOWN = 16
"""Hex digits of a hash: enough to compare with one's eyes."""


def play_both(system: Opstelling, regio: Regio) -> bool:
    """Play without Kafka in one process, then over Kafka; whether both are as generated and end the same."""
    meldingen.print("[bold]1. In één proces, zonder Kafka[/]")
    alone = Proces(system.folder / "alleen", zonder_kafka=True)
    try:
        alone.start()
        one = play(alone, regio, tonen=False)
    finally:
        alone.stop()
    number = len(SERVICES) * system.aantal
    meldingen.print(f"[bold]2. Over Apache Kafka, in {number} processen[/]: {system.aantal} van elke service")
    started = time.monotonic()
    system.start()
    meldingen.print(f"  gestart in {time.monotonic() - started:.0f} s", style="dim")
    many = play(system, regio)
    same = print_fingerprints(one.afdrukken, many.afdrukken, system.aantal)
    return _told(one) and many.zoals_bedoeld and same


def _told(alone: Afloop) -> bool:
    """What one process did was not shown; that it went wrong must be."""
    if not alone.zoals_bedoeld:
        regel("[bold red]In één proces was het niet zoals bedoeld; [/]speel het zonder --kafka om te zien wat.")
    return alone.zoals_bedoeld


def print_fingerprints(one: Mapping[str, Vingerafdruk], many: Mapping[str, Vingerafdruk], copies: int) -> bool:
    """Both beside each other; whether they are the same."""
    table = Table(title="Vingerafdrukken", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("", "regels", "één proces", f"{copies} van elk, over Kafka"):
        table.add_column(heading, justify="right" if heading == "regels" else "left", no_wrap=True)
    for deel, found in many.items():
        mark = "[green]✓[/]" if one[deel] == found else "[red]✗[/]"
        table.add_row(f"{mark} {deel}", str(found.aantal), one[deel].hash[:_SHOWN], found.hash[:_SHOWN])
    console.print()
    console.print(table)
    same = dict(one) == dict(many)
    if same:
        regel("[green]✓[/] Hetzelfde grootboek, register, oordeel en antwoord, tot op de cent.")
    else:
        regel("[bold red]✗ Over Kafka is het iets anders geworden.[/]")
    return same


def print_copies(system: Opstelling) -> None:
    """Where the processes are, for whoever wants to kill one."""
    console.print("Elke kopie mag sterven (kill -9); de andere gaan door:")
    for service, copies in system.kopieen.items():
        console.print(f"  {service:<11} " + ", ".join(str(kopie.pid) for kopie in copies), style="dim")
    regel(f"[dim]logs        {system.logs}[/]", 2)
