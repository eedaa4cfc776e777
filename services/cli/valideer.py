"""``happyflow valideer``: level 1 and 2 of messages without any server, for a sender's own pipeline."""

import errno
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.markup import escape

from ijw.bevinding import Bevinding
from ijw.lezen import MAXIMUM_BYTES, LeesFout, berichtsoort
from ijw.regels import niveau2
from ijw.releases import Releases
from ijw.schemas import SchemaOntbreektError
from ijw.teksten import uitleg
from services.cli.uitvoer import bestandsfout, regel, stop
from services.platform.clock import SystemClock
from services.platform.releases import releases_uit
from services.platform.settings import Settings

IN_ORDE: Final = 0
GEVONDEN: Final = 1
ONGELEZEN: Final = 2
"""Exit codes, of which the highest counts: a run in which a file went unread has not checked everything."""


class RegelOordeel(msgspec.Struct, frozen=True):
    """One broken rule with every place where it is broken in the same way."""

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


def valideer(
    bestanden: Annotated[list[Path], typer.Argument(help="XML-bestanden, en mappen waarin ze staan (*.xml)")],
    als_json: Annotated[bool, typer.Option("--json", help="één JSON-object per bestand, op een eigen regel")] = False,
) -> None:
    """Toets berichten aan het schema (niveau 1) en de regels binnen het bericht (niveau 2), zonder server.

    Exitcode 1 als er iets gevonden is, 2 als een bestand niet te lezen is.
    """
    releases = geladen_releases(Settings())
    vandaag = SystemClock().today()
    uitkomsten: Counter[int] = Counter()
    for bestand in xml_bestanden(bestanden):
        uitkomst, oordeel = beoordeel(bestand, releases, vandaag)
        uitkomsten[uitkomst] += 1
        if als_json:
            typer.echo(msgspec.json.encode(oordeel).decode())
        else:
            _print(oordeel, uitkomst)
    if uitkomsten.total() > 1 and not als_json:
        _print_telling(uitkomsten)
    if slechtste := max(uitkomsten):
        raise typer.Exit(slechtste)


def xml_bestanden(paden: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and of a folder every ``*.xml`` in and below it, in order of name.

    A folder in which there are none, or that cannot be looked into, is given itself: it reads as a mistake.
    """
    for pad in paden:
        if pad.is_dir():
            yield from _in_map(pad) or [pad]
        else:
            yield pad


def _in_map(pad: Path) -> list[Path]:
    gevonden: list[Path] = []
    dicht: list[Path] = []
    for map_, _, namen in os.walk(pad, onerror=lambda fout: dicht.append(Path(str(fout.filename)))):
        gevonden += [Path(map_, naam) for naam in namen if naam.lower().endswith(".xml")]
    return sorted([*gevonden, *dicht])


def geladen_releases(settings: Settings) -> Releases:
    """The releases of the settings with usable XSDs; ends the command when there are none."""
    eigen = settings.ijw_schemas
    if eigen is not None and not (eigen / "basisschema.xsd").is_file():
        raise stop(f"in {eigen} staan geen schema's.", ONGELEZEN)
    try:
        releases = releases_uit(settings.releases)
        releases.controleer()
    except (OSError, ValueError, SchemaOntbreektError) as error:
        raise stop(f"de releases van de standaard zijn niet te lezen: {escape(str(error))}.", ONGELEZEN) from error
    return releases


def beoordeel(bestand: Path, releases: Releases, op: date) -> tuple[int, Oordeel]:
    """Read and check one file as received on ``op``: the exit code it deserves and the verdict.

    Never raises for what is in it.
    """
    naam = os.fsencode(bestand).decode("utf-8", "replace")  # JSON holds no names in another encoding
    try:
        data = _inhoud(bestand)
    except OSError as error:
        melding = f"Het bestand kan niet worden gelezen: {_reden(bestand, error)}."
        return ONGELEZEN, Oordeel(naam, None, False, (FoutOordeel(None, "", melding),))
    soort = None
    try:
        soort = berichtsoort(data, releases.ruimten)
        bericht = releases.lees_bericht(data, None, op)
    except LeesFout as error:
        fouten = tuple(FoutOordeel(fout.regel, fout.pad, fout.melding) for fout in error.fouten)
        return GEVONDEN, Oordeel(naam, soort, False, fouten)
    bevindingen = group(niveau2(bericht))
    return GEVONDEN if bevindingen else IN_ORDE, Oordeel(naam, soort, True, (), bevindingen)


def _inhoud(bestand: Path) -> bytes:
    """No more than what shows that the file is too large, whatever its size."""
    with bestand.open("rb") as stroom:
        return stroom.read(MAXIMUM_BYTES + 1)


def _reden(pad: Path, fout: OSError) -> str:
    if not pad.is_dir():
        return bestandsfout(fout)
    open_ = os.access(pad, os.R_OK | os.X_OK)
    return "het is een map zonder XML-bestanden" if open_ else bestandsfout(PermissionError(errno.EACCES, ""))


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


def _print(oordeel: Oordeel, uitkomst: int) -> None:
    mark = "[green]✓[/]" if uitkomst == IN_ORDE else "[red]✗[/]"
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


def _print_telling(uitkomsten: Counter[int]) -> None:
    delen = [
        f"{uitkomsten[uitkomst]} {woorden}"
        for uitkomst, woorden in ((IN_ORDE, "in orde"), (GEVONDEN, "met fouten"), (ONGELEZEN, "niet te lezen"))
        if uitkomsten[uitkomst]
    ]
    regel(f"{uitkomsten.total()} bestanden: {', '.join(delen)}")
