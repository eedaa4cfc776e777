"""``happyflow dlq``: the events that a service set aside, and what a person decides about them."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.markup import escape

from services.cli import dlq_beeld
from services.cli.dlq_verbinding import Letters, met_letters
from services.cli.uitvoer import euro, regel, stop
from services.matching.motivering import bezwaar, mogelijke_bsns
from services.platform.dode_letters import beheer
from services.platform.dode_letters.beheer import Keuze, Stand
from services.platform.dode_letters.gevolg import MISSING, geld_in
from services.platform.dode_letters.terzijde import ONLEESBAAR
from services.platform.herbouw.slot import somebody_at_work
from services.platform.settings import SERVICES

app = typer.Typer(
    help="Gebeurtenissen die een service niet kon verwerken en terzijde legde: bekijken en opnieuw laten verwerken.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_POLL = 0.25

Service = Annotated[str, typer.Argument(help=f"{', '.join(SERVICES[:-1])} of {SERVICES[-1]}")]
Nummers = Annotated[list[str] | None, typer.Argument(help="nummers uit [bold]dlq list[/]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="als JSON, voor een programma")]
Door = Annotated[str | None, typer.Option(help="wie dit besluit; standaard de gebruiker van deze machine")]
Fout = Annotated[str | None, typer.Option("--reden", help="alleen wat op deze fout strandde, zoals dlq list hem noemt")]
Topic = Annotated[str | None, typer.Option(help="alleen gebeurtenissen van dit topic")]


@app.command("list")
def toon_lijst(
    service: Annotated[str | None, typer.Argument(help="alleen deze service", show_default=False)] = None,
    als_json: Json = False,
    stuk_voor_stuk: Annotated[bool, typer.Option("--elk", help="elke gebeurtenis op een regel")] = False,
    opgelost: Annotated[bool, typer.Option("--opgelost", help="ook wat al is opgelost; met --elk of --json")] = False,
) -> None:
    """Toon wat er terzijde ligt, per oorzaak bij elkaar."""
    services = [_service(service)] if service else list(SERVICES)
    if opgelost and not (als_json or stuk_voor_stuk):
        raise stop("--opgelost gaat samen met --elk of --json.", 2)

    async def lees(letters: Letters) -> Any:
        found: list[tuple[str, Any]] = []
        for name in services:
            async with letters[name].connection() as connection:
                if als_json or stuk_voor_stuk:
                    found.append((name, await beheer.lijst(connection, ook_opgelost=opgelost)))
                else:
                    found.append((name, await beheer.oorzaken(connection)))
        return found

    found = _voer_uit(services, lees)
    if als_json:
        typer.echo(dlq_beeld.als_json([dlq_beeld.letter(name, row) for name, rows in found for row in rows]))
    elif stuk_voor_stuk:
        dlq_beeld.toon_elk(found)
    else:
        dlq_beeld.toon_oorzaken(found)


@app.command("show")
def toon_een(
    service: Service,
    welke: Annotated[str, typer.Argument(help="nummer, of het id van de gebeurtenis")],
    als_json: Json = False,
) -> None:
    """Toon een gebeurtenis: waarom zij strandde, waar zij vandaan komt, wat erin staat en wat ermee is gedaan.

    Wat een burgerservicenummer kan zijn, is weggelaten.
    """
    name = _service(service)

    async def lees(letters: Letters) -> Any:
        async with letters[name].connection() as connection:
            row = await beheer.zoek(connection, welke)
            return row, await beheer.acties(connection, row["event_id"]) if row else []

    row, acties = _voer_uit([name], lees)
    if row is None:
        raise stop(f"{name} heeft geen dode letter {escape(welke)}.")
    if als_json:
        typer.echo(dlq_beeld.als_json(dlq_beeld.geheel(name, row, acties)))
    else:
        dlq_beeld.toon_geheel(name, row, acties)


@app.command("replay")
def opnieuw(
    service: Service,
    nummers: Nummers = None,
    alle: Annotated[bool, typer.Option("--all", help="alles wat terzijde ligt")] = False,
    reden: Fout = None,
    topic: Topic = None,
    motivering: Annotated[str, typer.Option(help="waarom het nu wel kan; wordt bewaard")] = "",
    door: Door = None,
    wacht: Annotated[float, typer.Option(min=0, help="seconden om te wachten zolang er niets gebeurt")] = 30.0,
) -> None:
    """Laat gebeurtenissen opnieuw verwerken, elk met precies een gevolg.

    De service doet het zelf, in de volgorde waarin zij verstuurd waren; draait zij niet, dan zodra zij start.
    Exitcode 1 als er iets opnieuw strandde of nog wacht.
    """
    name, keuze = _service(service), _keuze(nummers, alle, reden, topic)
    wie = _wie(door, motivering)

    async def vraag(letters: Letters) -> tuple[Stand, bool] | None:
        async with letters[name].connection() as connection:
            rows = await beheer.gekozen(connection, keuze)
            _alle_gevonden(name, keuze, [row["nummer"] for row in rows])
            wanted = [row["nummer"] for row in rows if row["type"] != ONLEESBAAR]
            if not wanted:
                return None
            await beheer.vraag_opnieuw(connection, Keuze(nummers=wanted), wie, motivering)
            draait = await somebody_at_work(connection, name)
            return await _wacht_op(connection, wanted, wacht if draait else 0), draait

    gedaan = _voer_uit([name], vraag)
    if gedaan is None:
        regel("Er is niets dat opnieuw verwerkt kan worden; wat onleesbaar is, kan alleen vervallen (dlq drop).")
        raise typer.Exit(1 if nummers else 0)
    stand, draait = gedaan
    dlq_beeld.toon_stand(name, stand, draait=draait)
    if stand.mislukt or stand.wachten:
        raise typer.Exit(1)


@app.command("drop")
def laat_vervallen(
    service: Service,
    nummers: Annotated[list[str], typer.Argument(help="nummers uit [bold]dlq list[/]")],
    motivering: Annotated[str, typer.Option(help="waarom dit nooit verwerkt hoeft te worden; wordt bewaard")],
    bedrag: Annotated[
        str | None, typer.Option(help="in eurocenten, hoeveel er dan buiten de boeken blijft; of: onbekend")
    ] = None,
    door: Door = None,
) -> None:
    """Laat gebeurtenissen vervallen die nooit verwerkt hoeven te worden. Dat is niet terug te draaien.

    Gaat er geld in om, dan moet [bold]--bedrag[/] zeggen hoeveel. [bold]happyflow check[/] blijft zeggen wat services
    daarna anders vertellen. Exitcode 1 als er niets verviel.
    """
    name, keuze = _service(service), _keuze(nummers, False, None, None)
    if len(motivering.split()) < 3:
        raise stop("geef met --motivering in een zin waarom dit niet verwerkt hoeft te worden.", 2)
    wie = _wie(door, motivering)

    async def doe(letters: Letters) -> list[int]:
        async with letters[name].transaction() as connection:
            rows = await beheer.met_data(connection, keuze)
            _alle_gevonden(name, keuze, [row["nummer"] for row in rows])
            if gevraagd := [row["nummer"] for row in rows if row["opnieuw_op"] is not None]:
                raise stop(f"{dlq_beeld.reeks(gevraagd)} wordt opnieuw verwerkt; wacht daarop.")
            _eis_bedrag(rows, bedrag)
            return await beheer.laat_vervallen(connection, [row["nummer"] for row in rows], wie, motivering)

    vervallen = _voer_uit([name], doe)
    if not vervallen:
        raise stop("er verviel niets: iemand was eerder.")
    regel(f"[green]✓[/] Vervallen: {dlq_beeld.reeks(vervallen)} van {name}. Niets ervan wordt nog verwerkt.")


def _eis_bedrag(rows: list[Any], genoemd: str | None) -> None:
    """End the command unless whoever drops these says how much money they move."""
    bedragen = [geld_in(row["type"], row["data"]) for row in rows]
    onbekend = any(bedrag is None for bedrag in bedragen)
    som = sum(bedrag for bedrag in bedragen if bedrag is not None)
    echt = [row for row in rows if row["type"] != ONLEESBAAR]
    verwacht = "onbekend" if onbekend else str(som) if echt else None
    if verwacht is None or genoemd == verwacht:
        return
    for topic in sorted({row["topic"] for row in echt}):
        regel(f"[yellow]![/] {topic}: {MISSING.get(topic, 'onbekend wat hiervan afhangt')}", 2)
    hoeveel = "hoeveel geld het is valt niet te lezen" if onbekend else f"het gaat om {euro(som)}"
    raise stop(f"dit zijn gebeurtenissen van Happyflow zelf en {hoeveel}; bevestig met --bedrag {verwacht}.")


async def _wacht_op(connection: Any, nummers: list[int], seconds: float) -> Stand:
    """Until all came to an end, or for so long after the last of them did."""
    loop = asyncio.get_running_loop()
    left, deadline = len(nummers) + 1, loop.time()
    while True:
        stand = await beheer.stand_van(connection, nummers)
        if len(stand.wachten) < left:
            left, deadline = len(stand.wachten), loop.time() + seconds
        if not left or loop.time() >= deadline:
            return stand
        await asyncio.sleep(_POLL)


def _keuze(nummers: list[str] | None, alle: bool, reden: str | None, topic: str | None) -> Keuze:
    if bool(nummers) == alle:
        raise stop("noem nummers, of kies alles met --all.", 2)
    if nummers is None or alle:
        return Keuze(reden=reden, topic=topic)
    if wrong := [nummer for nummer in nummers if not (nummer.isascii() and nummer.isdecimal() and len(nummer) < 18)]:
        raise stop(f"{escape(wrong[0])} is geen nummer uit dlq list.", 2)
    return Keuze(nummers=sorted({int(nummer) for nummer in nummers}), reden=reden, topic=topic)


def _alle_gevonden(name: str, keuze: Keuze, gevonden: list[int]) -> None:
    if missing := sorted(set(keuze.nummers or ()) - set(gevonden)):
        raise stop(f"{name} heeft geen open dode letter {dlq_beeld.reeks(missing)} (meer); er is niets gedaan.")


def _service(name: str) -> str:
    if name not in SERVICES:
        raise stop(f"{escape(name)} is geen service; kies {', '.join(SERVICES[:-1])} of {SERVICES[-1]}.", 2)
    return name


def _wie(door: str | None, motivering: str) -> str:
    """Who decides, for the record; ends the command when the reason may not be kept."""
    if why := bezwaar(motivering):
        raise stop(why[0].lower() + why[1:], 2)
    if door and mogelijke_bsns(door):
        raise stop("--door bevat een nummer dat een burgerservicenummer kan zijn; noem een naam of gebruiker.", 2)
    try:
        return door or getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        raise stop("geef met --door wie dit besluit.", 2) from None


def _voer_uit(services: list[str], work: Callable[[Letters], Awaitable[Any]]) -> Any:
    return asyncio.run(met_letters(services, work))
