"""Dead letters on a terminal and as JSON: causes, letters, one letter whole, and what became of a request."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.markup import escape

from services.cli.uitvoer import regel
from services.matching.motivering import zonder_bsn
from services.platform.clock import AMSTERDAM
from services.platform.dode_letters.beheer import Oorzaak, Stand, plaats_van
from services.platform.dode_letters.gevolg import MISSING
from services.platform.dode_letters.terzijde import ONLEESBAAR

_MEESTE_REEKSEN: Final = 12
_MEESTE_REGELS: Final = 200
_ONTOONBAAR: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DRAAIT_NIET: Final = "draait nu niet en doet het zodra zij start"
_SOORTEN: Final = {
    "terzijde": "terzijde gelegd",
    "opnieuw": "opnieuw gevraagd",
    "mislukt": "opnieuw gestrand",
    "afgehandeld": "verwerkt",
    "vervallen": "vervallen",
}


def toonbaar(text: str) -> str:
    """Text of somebody else on a terminal: nothing that steers it, and no number that can be a BSN."""
    return zonder_bsn(_ONTOONBAAR.sub("·", text))


def tijd(moment: datetime | None) -> str:
    """As people here read it."""
    return moment.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S") if moment else "onbekend"


def reeks(nummers: Sequence[int]) -> str:
    """Numbers as short as they can be said: 1-3, 7, 9-12."""
    delen: list[list[int]] = []
    for nummer in sorted(nummers):
        if delen and nummer == delen[-1][1] + 1:
            delen[-1][1] = nummer
        else:
            delen.append([nummer, nummer])
    tekst = [str(begin) if begin == eind else f"{begin}-{eind}" for begin, eind in delen]
    rest = len(tekst) - _MEESTE_REEKSEN
    return ", ".join(tekst[:_MEESTE_REEKSEN]) + (f" en nog {rest} reeks(en)" if rest > 0 else "")


def toon_oorzaken(found: Sequence[tuple[str, Sequence[Oorzaak]]]) -> None:
    """Per service what stranded, the largest first, and what to do next."""
    totaal = sum(oorzaak.aantal for _, oorzaken in found for oorzaak in oorzaken)
    if not totaal:
        regel("[green]✓[/] Er ligt niets terzijde.")
        return
    for service, oorzaken in found:
        for oorzaak in oorzaken:
            _toon_oorzaak(service, oorzaak)
    regel(f"[bold]{totaal}[/] gebeurtenis(sen) terzijde. Bekijk er een met [bold]happyflow dlq show SERVICE NUMMER[/];")
    regel("is de oorzaak weg, dan [bold]happyflow dlq replay SERVICE --all[/] of met nummers.")


def _toon_oorzaak(service: str, oorzaak: Oorzaak) -> None:
    regel(f"[bold]{service}[/]  {oorzaak.aantal} x [red]{escape(toonbaar(oorzaak.reden))}[/] in {oorzaak.topic}")
    if oorzaak.melding:
        regel(escape(toonbaar(oorzaak.melding)), 2)
    if oorzaak.plaats:
        regel(f"[dim]{escape(oorzaak.plaats)}[/]", 2)
    nummers = f"nummer {oorzaak.eerste}" + (f" tot en met {oorzaak.laatste}" if oorzaak.aantal > 1 else "")
    wanneer = f"{tijd(oorzaak.sinds)}" + (f" tot {tijd(oorzaak.tot)}" if oorzaak.tot != oorzaak.sinds else "")
    regel(f"{nummers}, {wanneer}", 2)
    if oorzaak.gevraagd:
        regel(f"[yellow]{oorzaak.gevraagd} ervan worden opnieuw verwerkt zodra de service eraan toekomt[/]", 2)
    regel("")


def toon_elk(found: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> None:
    """A line for each letter."""
    for service, rows in found:
        for row in rows:
            regel(
                f"{service} {row['nummer']}  {tijd(row['laatst_op'])}  {row['topic']}"
                f" [red]{escape(toonbaar(row['reden']))}[/] {escape(toonbaar(row['sleutel']))}  {hoe(row)}"
            )
    if not any(rows for _, rows in found):
        regel("[green]✓[/] Er ligt niets terzijde.")


def hoe(row: Mapping[str, Any]) -> str:
    """How a letter stands."""
    if row["oplossing"]:
        return str(row["oplossing"])
    return "opnieuw gevraagd" if row["opnieuw_op"] else "open"


def toon_stand(service: str, stand: Stand, *, draait: bool) -> None:
    """What became of a request to handle letters again."""
    if stand.afgehandeld:
        regel(f"[green]✓[/] Verwerkt: {len(stand.afgehandeld)} ({reeks(stand.afgehandeld)}).")
    for reden, nummers in stand.mislukt.items():
        wat = f"{len(nummers)} ({reeks(nummers)})"
        regel(f"[red]✗[/] Opnieuw gestrand op {escape(toonbaar(reden))}: {wat}.")
    if stand.mislukt:
        regel(f"Waarom, staat in [bold]happyflow dlq show {service} NUMMER[/].", 2)
    if stand.wachten:
        regel(
            f"[yellow]![/] Nog niet opgepakt: {len(stand.wachten)} ({reeks(stand.wachten)}). De vraag staat klaar en"
            f" gaat niet verloren; {service} {'doet het zodra zij eraan toekomt' if draait else _DRAAIT_NIET}."
        )


def toon_geheel(service: str, row: Mapping[str, Any], acties: Iterable[Mapping[str, Any]]) -> None:
    """Everything about one letter."""
    regel(f"[bold]{service} {row['nummer']}[/]  {hoe(row)}")
    regel(f"[red]{escape(toonbaar(row['reden']))}[/] {escape(toonbaar(row['melding']))}")
    if row["type"] == ONLEESBAAR:
        regel("Dit is geen gebeurtenis van Happyflow en er hangt niets van af.")
    elif not row["oplossing"]:
        regel(f"Zolang dit open staat: {MISSING.get(row['topic'], 'onbekend wat hiervan afhangt')}.")
    regel("")
    for naam, waarde in _kenmerken(row):
        regel(f"{naam:<13}{escape(toonbaar(waarde))}", 2)
    _kop("Wat ermee is gedaan")
    for actie in acties:
        wie = f" door {escape(toonbaar(actie['door']))}" if actie["door"] else ""
        waarom = toonbaar(actie["motivering"] or actie["reden"])
        waarom = f": {escape(waarom)}" if waarom else ""
        regel(f"{tijd(actie['tijdstip'])}  {_SOORTEN.get(actie['soort'], actie['soort'])}{wie}{waarom}", 2)
    if row["stapel"]:
        _kop("Waar het strandde, het binnenste onderaan")
        for line in row["stapel"].splitlines():
            regel(escape(toonbaar(line)), 2)
    if row["kopnamen"]:
        _kop("Kopregels")
        for naam, waarde in _koppen(row):
            regel(f"{escape(naam)}: {escape(waarde)}", 2)
    _kop(f"Inhoud ({row['omvang'] or len(row['data'])} bytes)")
    lines = inhoud(row["data"]).splitlines()
    for line in lines[:_MEESTE_REGELS]:
        regel(escape(line), 2)
    if len(lines) > _MEESTE_REGELS:
        regel(f"[dim]en nog {len(lines) - _MEESTE_REGELS} regels; met --json alles[/]", 2)


def _kop(text: str) -> None:
    regel("")
    regel(f"[bold]{text}[/]")


def _kenmerken(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    plaats = f"partitie {row['partitie']}"
    if row["xid"]:
        plaats += f", in de outbox {row['xid']}-{row['volgnummer']}"
    if row["kafka_offset"] is not None:
        plaats += f", in Kafka {row['kafka_offset']}"
    return [
        ("topic", row["topic"]),
        ("soort", row["type"]),
        ("sleutel", row["sleutel"]),
        ("plaats", plaats),
        ("id", str(row["event_id"])),
        ("pogingen", str(row["pogingen"])),
        ("eerst", tijd(row["eerst_op"])),
        ("laatst", tijd(row["laatst_op"])),
    ]


def _koppen(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (toonbaar(naam), toonbaar(waarde.decode(errors="backslashreplace")))
        for naam, waarde in zip(row["kopnamen"], row["kopwaarden"], strict=True)
    ]


def inhoud(data: bytes) -> str:
    """The content for reading: JSON over several lines, anything else as the text it may be."""
    try:
        text = json.dumps(json.loads(data), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        text = data.decode(errors="backslashreplace")
    return toonbaar(text)


def als_json(value: Any) -> str:
    """For a program."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def letter(service: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a list tells of one letter."""

    def moment(name: str) -> str | None:
        return row[name].isoformat() if row[name] else None

    return {
        "service": service,
        "nummer": row["nummer"],
        "eventId": str(row["event_id"]),
        "topic": row["topic"],
        "type": row["type"],
        "sleutel": toonbaar(row["sleutel"]),
        "partitie": row["partitie"],
        "positie": f"{row['xid']}-{row['volgnummer']}" if row["xid"] else None,
        "kafkaOffset": row["kafka_offset"],
        "pogingen": row["pogingen"],
        "reden": toonbaar(row["reden"]),
        "melding": toonbaar(row["melding"]),
        "plaats": plaats_van(row["stapel"]) or None,
        "eerstOp": moment("eerst_op"),
        "laatstOp": moment("laatst_op"),
        "terzijdeOp": moment("vastgelegd_op"),
        "opnieuwGevraagdOp": moment("opnieuw_op"),
        "opnieuwGevraagdDoor": row["opnieuw_door"],
        "opgelostOp": moment("opgelost_op"),
        "opgelostDoor": row["opgelost_door"],
        "oplossing": row["oplossing"],
    }


def geheel(service: str, row: Mapping[str, Any], acties: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything about one letter."""
    return letter(service, row) | {
        "stapel": row["stapel"].splitlines(),
        "kopregels": [{"naam": naam, "waarde": waarde} for naam, waarde in _koppen(row)],
        "acties": [
            {
                "soort": actie["soort"],
                "tijdstip": actie["tijdstip"].isoformat(),
                "door": actie["door"] or None,
                "motivering": actie["motivering"] or None,
                "reden": actie["reden"] or None,
                "poging": actie["poging"],
            }
            for actie in acties
        ],
        "omvang": row["omvang"] or len(row["data"]),
        "inhoud": inhoud(row["data"]),
    }
