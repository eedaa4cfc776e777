"""The options with which `demo` and `generate` make a region, and how both show them going wrong."""

from datetime import date
from fractions import Fraction

from services.cli.uitvoer import stop
from services.platform.clock import SystemClock
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
        return maak_regio(
            RegioOpties(
                vandaag=date.fromisoformat(peildatum) if peildatum else SystemClock().today(),
                zaad=zaad,
                gemeenten=tuple(gemeenten or IJSSELLAND),
                aantal_aanbieders=aanbieders,
                aantal_clienten=clienten,
                maanden=maanden,
                foutenaandeel=Fraction(fouten, 100),
                mix=_mix(mix),
            )
        )
    except OptieError as error:
        raise stop(f"{error}.", 2) from error
    except ValueError as error:
        raise stop(f"een optie is niet goed: {error}.", 2) from error


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
