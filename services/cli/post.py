"""``happyflow post FILE``: send a message to the right service and show the answer in words."""

import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.markup import escape

from ijw.codec import parse
from ijw.lezen import LeesFout, berichtsoort
from ijw.retourtoets import HEEN_VAN
from services.cli.antwoord import (
    print_answer,
    print_findings,
    print_problem,
    print_receiver,
    print_totals,
    print_trial,
)
from services.cli.token import own_token
from services.cli.uitvoer import meldingen, regel, stop
from services.cli.valideer import geladen_releases
from services.cli.verbinding import verzoek
from services.cli.woorden import header_parties
from services.platform.auth import Rol
from services.platform.settings import Settings

_INVOICE = {"JW323"}
_XML = {"Content-Type": "application/xml"}


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
    soort = _soort(settings, data)
    if proef and soort not in {*_INVOICE, None}:
        # The address of other messages knows no trial: it would keep them.
        raise stop(f"alleen een declaratie (JW323) kan op proef worden getoetst, dit is een {soort}.", 2)
    path = "/invoice/v1/declaraties" if proef or soort in _INVOICE else "/allocation/v1/berichten"
    headers = {"Authorization": f"Bearer {token or _own_token(settings, data)}"}
    with httpx.Client(base_url=url or settings.base_url, headers=headers, timeout=120) as client:
        answer = _send(client, "POST", path + ("?proef=true" if proef else ""), data)
        if answer.status_code >= 400:
            print_problem(answer)
            raise typer.Exit(1)
        if proef:
            if print_trial(answer.json()):
                raise typer.Exit(1)
            return
        repeated = " (al eerder ontvangen: dit is het eerste antwoord)" if answer.status_code == 200 else ""
        body = answer.json()
        if soort in _INVOICE:
            rejected = _follow_declaratie(client, body, repeated, wacht)
        elif soort in HEEN_VAN:
            rejected = _follow_retour(client, data, body, repeated)
        else:
            rejected = _follow_bericht(client, body, repeated)
    if rejected:
        raise typer.Exit(1)


def _soort(settings: Settings, data: bytes) -> str | None:
    """The message type, or None when it cannot be told: the service then explains what is wrong."""
    try:
        return berichtsoort(data, geladen_releases(settings).ruimten)
    except LeesFout:
        return None


def _own_token(settings: Settings, data: bytes) -> str:
    """A token of this machine for the party that really sends: of a retour that is the Ontvanger it repeats."""
    afzender, ontvanger = header_parties(data)
    if _soort(settings, data) in HEEN_VAN:
        afzender = ontvanger
    if afzender and len(afzender) == 8:
        return own_token(settings, Rol.AANBIEDER, agb=afzender)
    if afzender and len(afzender) == 4:
        return own_token(settings, Rol.GEMEENTE, gemeenten=(afzender,))
    return own_token(settings, Rol.BEHEER)


def _send(client: httpx.Client, method: str, path: str, data: bytes | None = None) -> httpx.Response:
    return verzoek(client, method, path, data, None if data is None else _XML)


def _state(client: httpx.Client, path: str) -> dict[str, Any]:
    """What the system knows of a message that it took in."""
    answer = _send(client, "GET", path)
    if answer.status_code != httpx.codes.OK:
        print_problem(answer)
        raise stop("het bericht is ontvangen, maar wat ermee gebeurde is nu niet te zien.")
    state: dict[str, Any] = answer.json()
    return state


def _follow_bericht(client: httpx.Client, body: dict[str, Any], repeated: str) -> bool:
    path = f"/allocation/v1/berichten/{body['berichtId']}"
    accepted = body["status"] == "geaccepteerd"
    state = _state(client, path)
    regel(
        f"{'[green]✓[/]' if accepted else '[red]✗[/]'} [bold]{body['berichtsoort']}[/] {escape(body['identificatie'])}"
        f" van {body['afzender']} aan {body['ontvanger']}: [bold]{body['status']}[/]{repeated}"
    )
    if not accepted:
        print_findings(state["bevindingen"])
    retour = _send(client, "GET", f"{path}/retour")
    if retour.status_code == 200:
        print_answer(parse(retour.content))
    print_receiver(state)
    return not accepted


def _follow_retour(client: httpx.Client, data: bytes, body: dict[str, Any], repeated: str) -> bool:
    """A retour is delivered as it is and answered by nobody: what it says itself is shown."""
    regel(
        f"[green]✓[/] [bold]{body['berichtsoort']}[/] {escape(body['identificatie'])} van {body['afzender']}"
        f" bezorgd bij {body['ontvanger']}{repeated}"
    )
    print_answer(parse(data))
    for melding in _state(client, f"/allocation/v1/berichten/{body['berichtId']}")["meldingen"]:
        regel(escape(melding["uitleg"]), 2)
    return False


def _follow_declaratie(client: httpx.Client, body: dict[str, Any], repeated: str, wait_seconds: float) -> bool:
    path = f"/invoice/v1/declaraties/{body['declaratieId']}"
    state = _state(client, path)
    deadline = time.monotonic() + wait_seconds
    while state["status"] == "in_behandeling" and time.monotonic() < deadline:
        time.sleep(0.1)
        state = _state(client, path)
    refused = bool(state["status"] == "afgekeurd")
    regel(
        f"{'[red]✗[/]' if refused else '[green]✓[/]'} Declaratie [bold]{escape(body['declaratienummer'])}[/]:"
        f" [bold]{state['status'].replace('_', ' ')}[/]{repeated}"
    )
    print_findings(body["bevindingen"])
    print_totals(state)
    answer = _send(client, "GET", f"{path}/antwoord")
    if answer.status_code == 200:
        print_answer(parse(answer.content))
    elif state["status"] == "in_uitval":
        regel("Een medewerker beoordeelt wat in uitval staat; daarna volgt het antwoord (JW325).", 2)
    elif state["status"] == "in_behandeling":
        meldingen.print("  Nog in behandeling; vraag het later nog eens met hetzelfde bestand.")
    return refused
