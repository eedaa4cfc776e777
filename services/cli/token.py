"""``happyflow token``: a token signed with this machine's own key."""

import re
from datetime import timedelta
from typing import Annotated, Any

import typer

from services.cli.uitvoer import stop
from services.platform.auth import LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.settings import Settings, StartError


def token(
    rol: Annotated[Rol, typer.Option(help="wat de houder is")],
    gemeente: Annotated[list[str] | None, typer.Option(help="CBS-code, herhaalbaar")] = None,
    agb: Annotated[str | None, typer.Option(help="AGB-code van de aanbieder")] = None,
    uren: Annotated[int, typer.Option(min=1, max=24 * 31, help="hoe lang het token geldt")] = 12,
    naam: Annotated[str | None, typer.Option(help="wie de houder is (sub)")] = None,
) -> None:
    """Maak een token voor deze machine; alleen het token komt op standaarduitvoer."""
    gemeenten = tuple(gemeente or ())
    if not all(re.fullmatch(r"[0-9]{4}", code) for code in gemeenten):
        raise stop("een gemeentecode heeft vier cijfers, bijvoorbeeld 0193.", 2)
    if rol is Rol.AANBIEDER:
        if agb is None or not re.fullmatch(r"[0-9]{8}", agb) or gemeenten:
            raise stop("een aanbieder heeft --agb met acht cijfers en geen --gemeente.", 2)
    elif agb is not None:
        raise stop("alleen een aanbieder heeft --agb.", 2)
    elif rol is not Rol.BEHEER and not gemeenten:
        raise stop(f"een token voor {rol} heeft --gemeente met een CBS-code nodig, bijvoorbeeld 0193.", 2)
    typer.echo(own_token(Settings(), rol, gemeenten=gemeenten, agb=agb, sub=naam, lifetime=timedelta(hours=uren)))


def own_token(settings: Settings, rol: Rol, **claims: Any) -> str:
    """A token signed with the local key; ends the command when there is none and none may be made."""
    try:
        return LocalIssuer(settings.keys, settings, SystemClock()).mint(rol, **claims)
    except StartError as error:
        raise stop(str(error)) from error
