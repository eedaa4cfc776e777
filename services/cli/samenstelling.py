"""The one place that knows all four services, and how a command gets at their database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module

from services.platform.dsn import Dsn, administrator
from services.platform.migrations import create_database, migrate, outdated
from services.platform.postgres import EmbeddedPostgres, await_server
from services.platform.service import Service
from services.platform.settings import SERVICES, Settings, StartError
from services.platform.waiting import reason_to_wait

DATABASE = "happyflow"


def all_services() -> list[Service]:
    """Allocation, invoice, matching, ledger."""
    return named_services(SERVICES)


def named_services(names: Sequence[str]) -> list[Service]:
    """The services of these names, in the order of the data flow."""
    return [import_module(f"services.{name}.service").SERVICE for name in SERVICES if name in names]


@asynccontextmanager
async def migrated_database(settings: Settings, *, only_look: bool = False) -> AsyncIterator[tuple[Dsn, str]]:
    """The database, up to date: one's own when configured, else the embedded one, started when needed.

    Gives what runtimes use and the administrator's connection string. The embedded server is stopped
    afterwards unless another process of ours works on it. With ``only_look`` tables of another version stay as they
    are, since a program of that version may be at work on them: ``StartError`` then. So it is when services log in
    as roles of their own, which cannot change tables.
    """
    if settings.database_password_folder:
        yield await _own_roles(settings)
        return
    async with database_as_it_is(settings) as (dsn, admin, _):
        await (_refuse_other_versions if only_look else _migrate)(admin)
        yield dsn, admin


@asynccontextmanager
async def database_as_it_is(settings: Settings) -> AsyncIterator[tuple[Dsn, str, str | None]]:
    """The same without a look at the tables: there may be none, or only of some services.

    Gives the administrator's password besides, where that stands in a folder with those of the roles.
    """
    if settings.database_url:
        login = administrator(settings)
        await await_server(seconds=settings.database_wait_seconds, **login)
        own = settings.database_password_folder is not None
        dsn = own_roles(settings) if own else Dsn(settings.database_url, login=False)
        yield dsn, settings.database_url, login.get("password")
        return
    server = EmbeddedPostgres(settings.data / "postgres")
    await asyncio.to_thread(server.join)
    try:
        await create_database(server.dsn("postgres"), DATABASE)
        yield Dsn(server.dsn(DATABASE), login=True), server.dsn(DATABASE), None
    finally:
        await asyncio.to_thread(server.leave)


def own_roles(settings: Settings) -> Dsn:
    """The configured database, for services that log in as their own role.

    ``StartError`` without the address of a database.
    """
    if settings.database_url is None:
        raise StartError("HAPPYFLOW_DATABASE_PASSWORD_FOLDER vraagt om HAPPYFLOW_DATABASE_URL")
    return Dsn(settings.database_url, login=True, passwords=settings.database_password_folder)


async def _own_roles(settings: Settings) -> tuple[Dsn, str]:
    """For a command that works on all services: their roles cannot bring tables up to date, so those must be."""
    dsn = own_roles(settings)
    if (reason := await reason_to_wait(dsn, all_services())) is not None:
        raise StartError(reason)
    return dsn, settings.database_url or ""


async def _migrate(dsn: str) -> None:
    await migrate(dsn, all_services())


async def _refuse_other_versions(dsn: str) -> None:
    if await outdated(dsn, all_services()):
        raise StartError(
            "de tabellen zijn er nog niet of zijn van een andere versie van Happyflow;"
            " stop wat er draait en start deze versie met: happyflow up"
        )
