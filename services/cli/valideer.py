"""``happyflow valideer``: level 1 and 2 of a message without any server, for a provider's own pipeline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from ijw.bevinding import Bevinding
from ijw.lezen import LeesFout, berichtsoort, lees
from ijw.regels import niveau2
from ijw.schemas import Schemas
from ijw.teksten import uitleg
from services.cli.uitvoer import bestandsfout, regel, stop
from services.platform.settings import Settings


class RegelOordeel(msgspec.Struct, frozen=True):
    """One broken rule with every place where it is broken."""

    regel: str
    retourcode: str
    niveau: int
    paden: tuple[str, ...]
    uitleg: str


class FoutOordeel(msgspec.Struct, frozen=True):
    """One fault of level 1, or why the file could not be read."""

    regel: int | None
    pad: str
    melding: str


class Oordeel(msgspec.Struct, frozen=True, rename="camel"):
    """The verdict on one file: a line of ``--json``."""

    bestand: str
    berichtsoort: str | None
    geldig_tegen_xsd: bool
    fouten: tuple[FoutOordeel, ...] = ()
    bevindingen: tuple[RegelOordeel, ...] = ()

    @property
    def in_orde(self) -> bool:
        """Nothing found."""
        return not self.fouten and not self.bevindingen


def valideer(
    bestanden: Annotated[list[Path], typer.Argument(help="XML-bestanden")],
    als_json: Annotated[bool, typer.Option("--json", help="één JSON-object per bestand, op een eigen regel")] = False,
) -> None:
    """Toets berichten aan het schema (niveau 1) en de regels binnen het bericht (niveau 2), zonder server.

    Exitcode 1 als er iets gevonden is.
    """
    settings = Settings()
    if not (settings.ijw_schemas / "basisschema.xsd").is_file():
        raise stop(f"in {settings.ijw_schemas} staan geen schema's.", 2)
    schemas = Schemas(settings.ijw_schemas)
    all_fine = True
    for bestand in bestanden:
        oordeel = beoordeel(bestand, schemas)
        all_fine = all_fine and oordeel.in_orde
        if als_json:
            typer.echo(msgspec.json.encode(oordeel).decode())
        else:
            _print(oordeel)
    if not all_fine:
        raise typer.Exit(1)


def beoordeel(bestand: Path, schemas: Schemas) -> Oordeel:
    """Read and check one file; never raises for what is in it."""
    try:
        data = bestand.read_bytes()
    except OSError as error:
        melding = f"Het bestand kan niet worden gelezen: {bestandsfout(error)}."
        return Oordeel(str(bestand), None, False, (FoutOordeel(None, "", melding),))
    soort = None
    try:
        soort = berichtsoort(data)
        bericht = lees(data, schemas, None)
    except LeesFout as error:
        fouten = tuple(FoutOordeel(fout.regel, fout.pad, fout.melding) for fout in error.fouten)
        return Oordeel(str(bestand), soort, False, fouten)
    return Oordeel(str(bestand), soort, True, (), group(niveau2(bericht)))


def group(bevindingen: Sequence[Bevinding]) -> tuple[RegelOordeel, ...]:
    """Per rule (and explanation) all places where it is broken, in the order found."""
    places: dict[tuple[str, str, int, str], list[str]] = {}
    for bevinding in bevindingen:
        key = (bevinding.regel, bevinding.retourcode, bevinding.niveau, uitleg(bevinding))
        places.setdefault(key, []).append(bevinding.pad)
    return tuple(
        RegelOordeel(regel, retourcode, niveau, tuple(paden), tekst)
        for (regel, retourcode, niveau, tekst), paden in places.items()
    )


_SHOWN = 5
"""Places shown per rule in words; --json gives all."""


def _print(oordeel: Oordeel) -> None:
    mark = "[green]✓[/]" if oordeel.in_orde else "[red]✗[/]"
    regel(f"{mark} [bold]{escape(oordeel.bestand)}[/] {oordeel.berichtsoort or 'onbekend bericht'}")
    for fout in oordeel.fouten:
        regel(f"{f'regel {fout.regel}: ' if fout.regel else ''}{escape(fout.melding)}", 4)
        if fout.pad:
            regel(escape(fout.pad), 6, "dim")
    for bevinding in oordeel.bevindingen:
        regel(f"[bold]{bevinding.regel}[/] ({bevinding.retourcode}): {escape(bevinding.uitleg)}", 4)
        for pad in bevinding.paden[:_SHOWN]:
            regel(escape(pad), 6, "dim")
        if len(bevinding.paden) > _SHOWN:
            regel(f"en nog {len(bevinding.paden) - _SHOWN} plaats(en); --json geeft ze alle", 6, "dim")
