"""``happyflow post FILE``: send a message to the right service and show the answer in words."""

import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.markup import escape

from ijw.berichten import JW302, JW325, Bericht
from ijw.codec import parse
from ijw.lezen import LeesFout, berichtsoort
from services.cli.uitvoer import console, euro, meldingen, stop
from services.cli.woorden import code_in_words, header_parties
from services.platform.auth import LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.settings import Settings

_INVOICE = {"JW323"}


def post(
    bestand: Annotated[Path, typer.Argument(help="XML-bestand met een bericht", exists=True, dir_okay=False)],
    url: Annotated[str | None, typer.Option(help="adres van het systeem; standaard deze machine")] = None,
    token: Annotated[str | None, typer.Option(help="token; standaard een eigen token namens de afzender")] = None,
    wacht: Annotated[float, typer.Option(help="seconden om op het antwoord op een declaratie te wachten")] = 5.0,
    proef: Annotated[bool, typer.Option("--proef", help="declaratie alleen toetsen, niets opslaan")] = False,
) -> None:
    """Stuur een bericht naar de juiste service en toon het antwoord in woorden. Exitcode 1 bij afkeur."""
    settings = Settings()
    data = bestand.read_bytes()
    soort = _soort(data)
    path = "/invoice/v1/declaraties" if soort in _INVOICE else "/allocation/v1/berichten"
    headers = {"Authorization": f"Bearer {token or _own_token(settings, data)}"}
    with httpx.Client(base_url=url or settings.base_url, headers=headers, timeout=120) as client:
        answer = _send(client, path + ("?proef=true" if proef else ""), data)
        if answer.status_code >= 400:
            _print_problem(answer)
            raise typer.Exit(1)
        if proef:
            _print_trial(answer.json())
            return
        repeated = " (al eerder ontvangen: dit is het eerste antwoord)" if answer.status_code == 200 else ""
        body = answer.json()
        rejected = (
            _follow_declaratie(client, body, repeated, wacht)
            if soort in _INVOICE
            else _follow_bericht(client, body, repeated)
        )
    if rejected:
        raise typer.Exit(1)


def _soort(data: bytes) -> str | None:
    """The message type, or None when it cannot be told: the service then explains what is wrong."""
    try:
        return berichtsoort(data)
    except LeesFout:
        return None


def _own_token(settings: Settings, data: bytes) -> str:
    """A token of this machine for the party the message names as its sender."""
    afzender, _ = header_parties(data)
    issuer = LocalIssuer(settings.keys, settings, SystemClock())
    if afzender and len(afzender) == 8:
        return issuer.mint(Rol.AANBIEDER, agb=afzender)
    if afzender and len(afzender) == 4:
        return issuer.mint(Rol.GEMEENTE, gemeenten=(afzender,))
    return issuer.mint(Rol.BEHEER)


def _send(client: httpx.Client, path: str, data: bytes) -> httpx.Response:
    try:
        return client.post(path, content=data, headers={"Content-Type": "application/xml"})
    except httpx.ConnectError as error:
        raise stop(f"op {client.base_url} antwoordt niets; start het systeem met: happyflow up") from error
    except httpx.HTTPError as error:
        raise stop(
            f"de verbinding brak af ({type(error).__name__}); stuur hetzelfde bestand gerust nog eens."
        ) from error


def _print_problem(answer: httpx.Response) -> None:
    try:
        problem: dict[str, Any] = answer.json()
    except ValueError:
        console.print(f"[red]✗[/] Onverwacht antwoord: HTTP {answer.status_code}")
        return
    console.print(f"[red]✗[/] [bold]{escape(str(problem.get('title')))}[/] (HTTP {answer.status_code})")
    if problem.get("detail"):
        console.print(f"  {escape(problem['detail'])}")
    for fout in problem.get("fouten", []):
        place = f"regel {fout['regel']}: " if fout.get("regel") else ""
        console.print(f"  {place}{escape(fout['melding'])}")
        if fout.get("pad"):
            console.print(f"    {escape(fout['pad'])}", style="dim")


def _print_trial(body: dict[str, Any]) -> None:
    console.print("[bold]Proef[/]: er is niets opgeslagen.")
    for key, value in body.items():
        if not isinstance(value, list | dict):
            console.print(f"  {key}: {escape(str(value))}")
    for prestatie in body.get("prestaties", []):
        console.print(f"  {escape(str(prestatie.get('referentie', prestatie['volgnummer'])))}: {prestatie['uitkomst']}")
        for bevinding in prestatie.get("bevindingen", []):
            console.print(f"    {escape(bevinding['uitleg'])}", style="dim")


def _follow_bericht(client: httpx.Client, body: dict[str, Any], repeated: str) -> bool:
    accepted = body["status"] == "geaccepteerd"
    console.print(
        f"{'[green]✓[/]' if accepted else '[red]✗[/]'} [bold]{body['berichtsoort']}[/] {escape(body['identificatie'])}"
        f" van {body['afzender']} aan {body['ontvanger']}: [bold]{body['status']}[/]{repeated}"
    )
    retour = client.get(f"/allocation/v1/berichten/{body['berichtId']}/retour")
    if retour.status_code == 200:
        _print_answer(parse(retour.content))
    return not accepted


def _follow_declaratie(client: httpx.Client, body: dict[str, Any], repeated: str, wait_seconds: float) -> bool:
    path = f"/invoice/v1/declaraties/{body['declaratieId']}"
    state = client.get(path).json()
    deadline = time.monotonic() + wait_seconds
    while state["status"] == "in_behandeling" and time.monotonic() < deadline:
        time.sleep(0.1)
        state = client.get(path).json()
    console.print(f"Declaratie [bold]{escape(body['declaratienummer'])}[/]: [bold]{state['status']}[/]{repeated}")
    console.print(
        f"  {state['aantalPrestaties']} prestatie(s): {state['aantalToegekend']} toegekend,"
        f" {state['aantalAfgewezen']} afgewezen, {state['aantalInUitval']} in uitval"
    )
    console.print(
        f"  ingediend {euro(state['totaalIngediend'])}, toegekend {euro(state['totaalToegekend'])}", soft_wrap=True
    )
    answer = client.get(f"{path}/antwoord")
    if answer.status_code == 200:
        _print_answer(parse(answer.content))
    elif state["status"] == "in_uitval":
        console.print("  Een medewerker beoordeelt wat in uitval staat; daarna volgt het antwoord (JW325).")
    elif state["status"] == "in_behandeling":
        meldingen.print("  Nog in behandeling; vraag het later nog eens met hetzelfde bestand.")
    return bool(state["status"] == "afgekeurd")


def _print_answer(bericht: Bericht) -> None:
    """The codes of a retourbericht, class by class, in words."""
    if isinstance(bericht, JW302):
        _codes("Antwoord JW302, Header", bericht.header.retour_codes, "alles in orde")
        if bericht.client is not None:
            _codes("  Client", bericht.client.retour_codes)
            for product in bericht.client.toegewezen_producten:
                _codes(f"  ToegewezenProduct {product.toewijzing_nummer}", product.retour_codes)
    elif isinstance(bericht, JW325):
        _codes("Antwoord JW325, Header", bericht.header.retour_codes)
        antwoord = bericht.declaratie_antwoord
        if antwoord is not None:
            _codes(f"  Declaratie {escape(antwoord.declaratie_nummer)}", antwoord.retour_codes)
            for number, client in enumerate(antwoord.clienten, 1):
                _codes(f"  Client {number}", client.retour_codes)
                for prestatie in client.prestaties:
                    reference = escape(prestatie.product_referentie.referentie_nummer)
                    _codes(f"    Prestatie {reference}", prestatie.retour_codes)


def _codes(where: str, codes: tuple[str, ...], without: str = "") -> None:
    if not codes:
        console.print(f"{where}: {without}")
    for code in codes:
        console.print(f"{where}: [bold]{code}[/] {escape(code_in_words(code))}")
