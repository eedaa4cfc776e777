"""The options with which `demo` and `generate` make a region, and how both show them going wrong."""

from datetime import date
from fractions import Fraction

from rich.markup import escape

from ijw.codelijsten import Gemeentelijst
from services.cli.uitvoer import bestandsfout, stop
from services.platform.clock import SystemClock
from services.platform.settings import Settings
from services.synthetisch.opties import IJSSELLAND, OptieError, RegioOpties
from services.synthetisch.regio import Regio, maak_regio


def make_regio(
    *,
    zaad: int,
    clienten: int,
    aanbieders: int,
    maanden: int,
    fouten: int,
    gemeenten: list[str] | None = None,
    mix: list[str] | None = None,
    peildatum: str | None = None,
) -> Regio:
    """A region from what was typed; exits with a clear sentence when the options contradict each other."""
    try:
        vandaag = _dag(peildatum) if peildatum else SystemClock().today()
        return maak_regio(
            RegioOpties(
                vandaag=vandaag,
                zaad=zaad,
                gemeenten=_bestaande(gemeenten or list(IJSSELLAND), vandaag),
                aantal_aanbieders=aanbieders,
                aantal_clienten=clienten,
                maanden=maanden,
                foutenaandeel=Fraction(fouten, 100),
                mix=_mix(mix),
            )
        )
    except OptieError as error:
        raise stop(escape(f"{error}."), 2) from error
    except ValueError as error:
        raise stop(escape(f"een optie is niet goed: {error}."), 2) from error


def _dag(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("een peildatum heeft de vorm jjjj-mm-dd en bestaat") from error


def _bestaande(codes: list[str], vandaag: date) -> tuple[str, ...]:
    """The codes, all on the list of gemeenten: messages of another gemeente would be refused (TR378)."""
    try:
        tekst = (Settings().codelists / "gemeenten.csv").read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"de lijst van gemeenten kan niet worden gelezen: {bestandsfout(error)}") from error
    lijst = Gemeentelijst.lees_csv(tekst)
    onbekend = [code for code in codes if not lijst.bestaat(code, vandaag)]
    if onbekend:
        raise ValueError(f"op {vandaag:%d-%m-%Y} bestaat geen gemeente {', '.join(onbekend)}")
    return tuple(codes)


def _mix(parts: list[str] | None) -> dict[str, int] | None:
    """``["tarief=3", "onbekende-client=1"]`` as weights."""
    if not parts:
        return None
    mix = {}
    for part in parts:
        name, separator, weight = part.partition("=")
        if not separator or not weight.isdigit():
            raise ValueError(f"{part} heeft niet de vorm soort=gewicht")
        mix[name] = int(weight)
    return mix
