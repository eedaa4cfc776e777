"""``happyflow productlijst``: a gemeente's own product codes, from a CSV to the system and back."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
from rich.markup import escape

from ijw.codelijsten import Productcode
from ijw.eigenlijst import Gelezen, lees_csv, schrijf_csv
from ijw.lijstverschil import verschil
from services.cli.antwoord import print_problem
from services.cli.token import own_token
from services.cli.uitvoer import bestandsfout, regel, stop
from services.cli.valideer import geladen_releases
from services.cli.verbinding import verzoek
from services.platform.auth import Rol
from services.platform.settings import Settings

app = typer.Typer(
    help="Eigen productcodes van een gemeente: importeren uit een CSV, en tonen.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_GEMEENTE: Final = re.compile(r"[0-9]{4}")
_GETOOND: Final = 20
"""Rows shown of what changes; --csv and the file itself have all."""

Gemeente = Annotated[str, typer.Option(help="CBS-code van de gemeente")]
Adres = Annotated[str | None, typer.Option("--url", help="adres van het systeem; standaard deze machine")]
Token = Annotated[str | None, typer.Option(help="token; standaard een eigen token namens de gemeente")]


@app.command("importeer")
def importeer(
    bestand: Annotated[Path, typer.Argument(help="CSV: code,categorie,omschrijving,variant,geldig_van,geldig_tot")],
    gemeente: Gemeente,
    url: Adres = None,
    token: Token = None,
    proef: Annotated[bool, typer.Option("--proef", help="alleen nakijken en tonen wat er verandert")] = False,
    terugwerkend: Annotated[
        bool, typer.Option("--terugwerkend", help="codes mogen vervallen over dagen die voorbij zijn")
    ] = False,
) -> None:
    """Vervang de eigen productcodes van een gemeente door die in een CSV, en toon wat er verandert.

    Wat er nu staat en in het bestand ontbreekt, vervalt. Exitcode 1 als het bestand niet goed is.
    """
    settings = Settings()
    gelezen = _lees(settings, bestand)
    with _verbinding(settings, gemeente, url, token) as client:
        nu = _geldend(client, gemeente)
        if _toon_verschil(nu["producten"], gelezen.producten):
            regel(f"Er verandert niets: de lijst van {gemeente} is al zo (versie {nu['versie']}).")
            return
        if proef:
            regel("Proef: er is niets gewijzigd.")
            return
        antwoord = verzoek(
            client,
            "PUT",
            f"{_pad(gemeente)}?terugwerkend={str(terugwerkend).lower()}",
            schrijf_csv(gelezen.producten).encode(),
            # What was just shown is what changes: somebody else's list in between is not overwritten.
            {"Content-Type": "text/csv", "If-Match": f'"{nu["versie"]}"'},
        )
    if antwoord.status_code != httpx.codes.OK:
        print_problem(antwoord)
        raise typer.Exit(1)
    regel(f"[green]✓[/] Vastgelegd als versie {antwoord.json()['versie']} van de productlijst van {gemeente}.")


@app.command("toon")
def toon(
    gemeente: Gemeente,
    url: Adres = None,
    token: Token = None,
    versie: Annotated[int | None, typer.Option(help="een eerdere versie; standaard de geldende")] = None,
    als_csv: Annotated[bool, typer.Option("--csv", help="als CSV, om te bewerken en weer te importeren")] = False,
) -> None:
    """Toon de eigen productcodes van een gemeente."""
    with _verbinding(Settings(), gemeente, url, token) as client:
        lijst = _geldend(client, gemeente, versie)
    if als_csv:
        typer.echo(schrijf_csv(lijst["producten"]), nl=False)
        return
    if not lijst["producten"]:
        regel(f"{gemeente} heeft geen eigen productcodes en volgt de landelijke lijst.")
        return
    door = f" door {lijst['vastgelegdDoor']}" if lijst.get("vastgelegdDoor") else ""
    regel(f"Versie {lijst['versie']}, vastgelegd op {lijst['vastgelegdOp'][:10]}{escape(door)}:")
    for product in lijst["producten"]:
        regel(_in_woorden(product), 2)


def _lees(settings: Settings, bestand: Path) -> Gelezen:
    """The list in a file; ends the command with every fault of every row when it is not sound."""
    try:
        tekst = bestand.read_bytes().decode("utf-8")
    except OSError as error:
        raise stop(f"{escape(str(bestand))} kan niet worden gelezen: {bestandsfout(error)}.", 2) from error
    except UnicodeDecodeError as error:
        raise stop("het bestand is geen UTF-8; kies bij opslaan CSV UTF-8.") from error
    gelezen = lees_csv(tekst, geladen_releases(settings).waarden("LDT_ProductCategorie"))
    if gelezen.fouten:
        regel(f"[red]✗[/] [bold]{escape(str(bestand))}[/] is geen goede productlijst")
        for fout in gelezen.fouten:
            regel(f"{f'regel {fout.regel}: ' if fout.regel else ''}{escape(fout.melding)}", 2)
        raise typer.Exit(1)
    return gelezen


def _verbinding(settings: Settings, gemeente: str, url: str | None, token: str | None) -> httpx.Client:
    if not _GEMEENTE.fullmatch(gemeente):
        raise stop("een gemeentecode heeft vier cijfers, bijvoorbeeld 0193.", 2)
    if token is None:
        token = own_token(settings, Rol.GEMEENTE, gemeenten=(gemeente,))
    return httpx.Client(base_url=url or settings.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=120)


def _pad(gemeente: str) -> str:
    return f"/matching/v1/productlijsten/{gemeente}"


def _geldend(client: httpx.Client, gemeente: str, versie: int | None = None) -> dict[str, Any]:
    """A list as the system has it, its ``producten`` as values."""
    antwoord = verzoek(client, "GET", _pad(gemeente) + (f"?versie={versie}" if versie is not None else ""))
    if antwoord.status_code != httpx.codes.OK:
        print_problem(antwoord)
        raise typer.Exit(1)
    lijst: dict[str, Any] = antwoord.json()
    lijst["producten"] = [
        Productcode(
            product["productcode"],
            product["productcategorie"],
            product["omschrijving"],
            product["variant"] or "",
            date.fromisoformat(product["geldigVan"]),
            date.fromisoformat(product["geldigTot"]) if product["geldigTot"] else None,
        )
        for product in lijst["producten"]
    ]
    return lijst


def _toon_verschil(nu: Iterable[Productcode], nieuw: Iterable[Productcode]) -> bool:
    """Show what comes and what goes; whether nothing does."""
    anders = verschil(nu, nieuw)
    for teken, kleur, producten in (("+", "green", anders.erbij), ("-", "red", anders.eraf)):
        for product in producten[:_GETOOND]:
            regel(f"[{kleur}]{teken}[/] {_in_woorden(product)}", 2)
        if len(producten) > _GETOOND:
            regel(f"[{kleur}]{teken}[/] en nog {len(producten) - _GETOOND} regel(s)", 2)
    if not anders.leeg:
        regel(f"{len(anders.erbij)} regel(s) erbij, {len(anders.eraf)} regel(s) eraf.")
    return anders.leeg


def _in_woorden(product: Productcode) -> str:
    tot = f" tot en met {product.geldig_tot}" if product.geldig_tot else ""
    return escape(f"{product.code} ({product.categorie}) {product.omschrijving}, vanaf {product.geldig_van}{tot}")
