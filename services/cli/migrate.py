"""``happyflow migrate``: the tables of every service, brought up to date by somebody who may."""

import asyncio
from typing import Annotated

import asyncpg
import typer
from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from services.cli.samenstelling import all_services
from services.cli.uitvoer import regel, stop
from services.platform import logs
from services.platform.dsn import administrator, read_password
from services.platform.migrations import BUS_ROLE, migrate, outdated, role_of
from services.platform.postgres import await_server
from services.platform.settings import Settings, StartError


def migrate_command(
    alleen_kijken: Annotated[bool, typer.Option("--alleen-kijken", help="verander niets; exitcode 1 als het moet")] = (
        False
    ),
) -> None:
    """Breng schema's, rollen en tabellen in de eigen PostgreSQL op de stand van deze versie."""
    logs.configure("WARNING")
    settings = Settings()
    if settings.database_url is None:
        raise stop("zet HAPPYFLOW_DATABASE_URL; de ingebouwde database houdt happyflow up zelf bij.", 2)
    try:
        behind = asyncio.run(_look(settings) if alleen_kijken else _migrate(settings))
    except StartError as error:
        raise stop(escape(str(error))) from None
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        cause = error.__cause__ or error if isinstance(error, SQLAlchemyError) else error
        raise stop(f"de database weigert: {escape(str(cause))}.") from None
    for service in all_services():
        mark = "[red]✗[/]" if service.name in behind else "[green]✓[/]"
        regel(f"{mark} {service.name}: {'andere versie' if service.name in behind else 'bij deze versie'}")
    if behind:
        raise typer.Exit(1)


async def _look(settings: Settings) -> list[str]:
    login = administrator(settings)
    await await_server(seconds=settings.database_wait_seconds, **login)
    return await outdated(login["dsn"], all_services(), password=login.get("password"))


async def _migrate(settings: Settings) -> list[str]:
    login = administrator(settings)
    passwords = _role_passwords(settings)
    await await_server(seconds=settings.database_wait_seconds, **login)
    await migrate(login["dsn"], all_services(), password=login.get("password"), role_passwords=passwords)
    return []


def _role_passwords(settings: Settings) -> dict[str, str]:
    """Of the roles that have one in the folder; the others keep the password that somebody else gave them."""
    folder = settings.database_password_folder
    roles = [BUS_ROLE, *(role_of(service.name) for service in all_services())]
    return {role: read_password(folder, role) for role in roles if folder and (folder / role).exists()}
