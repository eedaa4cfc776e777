"""What a service answers to a message, in words."""

from collections.abc import Sequence
from typing import Any

import httpx
from rich.markup import escape

from ijw.berichten import JW325, Bericht, boom
from ijw.retourcodes import GOED
from ijw.retourtoets import HEEN_VAN
from services.cli.uitvoer import euro, regel
from services.cli.woorden import code_in_words

_UITKOMSTEN = {"toegekend": "toegekend", "inUitval": "in uitval", "afgewezen": "afgewezen"}
_SHOWN = 20
"""Findings and prestaties shown; a declaratie can have tens of thousands."""
_STIL = {"Contact", "Relatie"}
"""Classes that are shown only when something is wrong with them."""


def print_problem(answer: httpx.Response) -> None:
    """Why a request was refused, with every fault and its place."""
    try:
        problem: dict[str, Any] = answer.json()
    except ValueError:
        regel(f"[red]✗[/] Onverwacht antwoord: HTTP {answer.status_code}")
        return
    regel(f"[red]✗[/] [bold]{escape(str(problem.get('title')))}[/] (HTTP {answer.status_code})")
    if problem.get("detail"):
        regel(escape(problem["detail"]), 2)
    for fout in problem.get("fouten", []):
        place = f"regel {fout['regel']}: " if fout.get("regel") else ""
        regel(f"{place}{escape(fout['melding'])}", 2)
        if fout.get("pad"):
            regel(escape(fout["pad"]), 4, "dim")


def print_findings(findings: Sequence[dict[str, Any]]) -> None:
    """Findings in words with their place; the rules a message broke as a whole."""
    for finding in findings[:_SHOWN]:
        regel(escape(str(finding["uitleg"])), 2)
        if finding.get("pad"):
            regel(escape(finding["pad"]), 4, "dim")
    _more(len(findings), "bevinding(en)")


def print_trial(body: dict[str, Any]) -> bool:
    """What would become of a declaratie; whether it would be refused as a whole."""
    refused = bool(body["uitkomst"] == "afgekeurd")
    verdict = "zou worden afgekeurd" if refused else "zou in behandeling worden genomen"
    regel(
        f"{'[red]✗[/]' if refused else '[green]✓[/]'} Proef, er is niets opgeslagen. Declaratie"
        f" [bold]{escape(body['declaratienummer'])}[/] {verdict}."
    )
    print_findings(body["bevindingen"])
    print_totals(body)
    for prestatie in body["prestaties"][:_SHOWN]:
        regel(f"Prestatie {escape(prestatie['referentie'])}: {_UITKOMSTEN[prestatie['uitkomst']]}", 2)
        for finding in prestatie["bevindingen"]:
            regel(escape(finding["uitleg"]), 4, "dim")
    _more(len(body["prestaties"]), "prestatie(s)")
    return refused


def print_totals(body: dict[str, Any]) -> None:
    """The counts and amounts of a declaratie."""
    regel(
        f"{body['aantalPrestaties']} prestatie(s): {body['aantalToegekend']} toegekend,"
        f" {body['aantalAfgewezen']} afgewezen, {body['aantalInUitval']} in uitval",
        2,
    )
    regel(f"ingediend {euro(body['totaalIngediend'])}, toegekend {euro(body['totaalToegekend'])}", 2)


def _more(count: int, what: str) -> None:
    if count > _SHOWN:
        regel(f"en nog {count - _SHOWN} {what}", 2, "dim")


def print_answer(bericht: Bericht) -> None:
    """The codes of a retourbericht or a JW325, class by class, in words."""
    if isinstance(bericht, JW325):
        _print_declaratie_antwoord(bericht)
    elif bericht.soort in HEEN_VAN:
        _print_retour(bericht)


def _print_retour(bericht: Bericht) -> None:
    """The Header and every class that came back; of contacts and relaties only those with a fault."""
    for pad, waarde in boom.klassen(bericht):
        codes = getattr(waarde, "retour_codes", ())
        element = pad.rpartition("/")[2].partition("[")[0]
        if pad == boom.HEADER:
            _codes(f"Antwoord {bericht.soort}, Header", codes, "alles in orde")
        elif codes and not (element in _STIL and codes == (GOED,)):
            _codes(f"{element} {escape(_kenmerken(waarde))}".rstrip(), codes, inspringen=2)


def _kenmerken(waarde: Any) -> str:
    """What a class of a message is known by: of starts and stops one toewijzing can have several, or none at all."""
    delen = (
        ("", getattr(waarde, "toewijzing_nummer", None)),
        ("", getattr(waarde, "referentie_aanbieder", None)),
        ("van ", getattr(waarde, "begindatum", None)),
        ("vanaf ", getattr(waarde, "gewenste_ingangsdatum", None)),
        ("reden ", getattr(waarde, "reden_beeindiging", None)),
    )
    return " ".join(f"{voor}{deel}" for voor, deel in delen if deel is not None)


def _print_declaratie_antwoord(bericht: JW325) -> None:
    _codes("Antwoord JW325, Header", bericht.header.retour_codes)
    antwoord = bericht.declaratie_antwoord
    if antwoord is None:
        return
    _codes(f"Declaratie {escape(antwoord.declaratie_nummer)}", antwoord.retour_codes, inspringen=2)
    for number, client in enumerate(antwoord.clienten, 1):
        _codes(f"Client {number}", client.retour_codes, inspringen=2)
        for prestatie in client.prestaties:
            reference = escape(prestatie.product_referentie.referentie_nummer)
            _codes(f"Prestatie {reference}", prestatie.retour_codes, inspringen=4)


def print_receiver(state: dict[str, Any]) -> None:
    """What the receiver of a message returned on it himself, and what was raised about it."""
    if retour := state["retourOntvanger"]:
        oordeel = f"[red]afgekeurd[/], {', '.join(retour['retourcodes'])}" if retour["afgekeurd"] else "in orde"
        regel(f"De ontvanger antwoordde zelf: {oordeel}", 2)
    for melding in state["meldingen"]:
        regel(escape(melding["uitleg"]), 2)


def _codes(where: str, codes: tuple[str, ...], without: str = "", inspringen: int = 0) -> None:
    if not codes:
        regel(f"{where}: {without or 'geen opmerking'}", inspringen)
    for code in codes:
        regel(f"{where}: [bold]{code}[/] {escape(code_in_words(code))}", inspringen)
