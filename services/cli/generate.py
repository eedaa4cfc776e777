"""``happyflow generate``: a reproducible synthetic region as files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.cli.regio_opties import make_regio
from services.cli.uitvoer import bestandsfout, console, meldingen, stop
from services.synthetisch.schrijven import schrijf_regio


def generate(
    uit: Annotated[Path, typer.Argument(help="map om in te schrijven; mag nog geen regio bevatten")],
    zaad: Annotated[int, typer.Option(help="zelfde zaad, opties en peildatum: dezelfde bestanden, op de byte")] = 1,
    gemeente: Annotated[list[str] | None, typer.Option(help="CBS-code, herhaalbaar; standaard IJsselland")] = None,
    clienten: Annotated[int, typer.Option(min=1, help="aantal clienten")] = 1000,
    aanbieders: Annotated[int, typer.Option(min=1, help="aantal aanbieders")] = 20,
    maanden: Annotated[int, typer.Option(min=1, help="aantal maanden met declaraties")] = 3,
    fouten: Annotated[int, typer.Option(min=0, max=100, help="geplante fouten, in procenten")] = 5,
    mix: Annotated[list[str] | None, typer.Option(help="gewicht per soort fout: soort=gewicht, herhaalbaar")] = None,
    peildatum: Annotated[
        str | None, typer.Option(help="jjjj-mm-dd, standaard vandaag: de maanden ervoor worden gedeclareerd")
    ] = None,
) -> None:
    """Maak een verzonnen regio: berichten, contracten, begrotingen en wat er van elk moet komen."""
    regio = make_regio(
        zaad=zaad,
        clienten=clienten,
        aanbieders=aanbieders,
        maanden=maanden,
        fouten=fouten,
        gemeenten=gemeente,
        mix=mix,
        peildatum=peildatum,
    )
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=meldingen, transient=True, disable=not meldingen.is_terminal) as progress:
        task = progress.add_task("schrijven ...")
        try:
            count = schrijf_regio(
                regio, uit, lambda fase, done: progress.update(task, description=f"{fase}: {done} stappen")
            )
        except OSError as error:
            cause = str(error) if error.errno is None else f"in {uit} kan niet worden geschreven: {bestandsfout(error)}"
            raise stop(f"{escape(cause)}.") from error
    console.print(f"{count} stappen geschreven naar {escape(str(uit))}; verwachting.json zegt wat ervan moet komen.")
