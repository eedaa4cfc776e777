"""At the dead letters of services, in their databases, whether or not anything of Happyflow runs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import asyncpg
from rich.markup import escape

from services.cli.samenstelling import migrated_database, named_services, own_roles
from services.cli.uitvoer import stop
from services.platform import logs
from services.platform.database import Database
from services.platform.dsn import Dsn
from services.platform.migrations import role_of
from services.platform.problems import Problem
from services.platform.settings import Settings, StartError
from services.platform.waiting import reason_to_wait

Letters = Mapping[str, Database]
"""The database of each service, as its own role."""

T = TypeVar("T")


async def met_letters(services: Sequence[str], work: Callable[[Letters], Awaitable[T]]) -> T:
    """Do ``work`` with the databases of these services; ends the command when they cannot be reached."""
    logs.configure("ERROR")
    settings = Settings()
    try:
        async with _reached(settings, services) as dsn, AsyncExitStack() as opened:
            databases = {name: dsn.database(role_of(name), name, settings) for name in services}
            for database in databases.values():
                await database.open()
                opened.push_async_callback(database.close)
            return await work(databases)
    except StartError as error:
        raise stop(escape(str(error))) from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise stop(f"de database antwoordt niet goed ({type(error).__name__}).") from None
    except Problem as problem:
        raise stop(escape(problem.detail or problem.titel)) from None


@asynccontextmanager
async def _reached(settings: Settings, services: Sequence[str]) -> AsyncIterator[Dsn]:
    """Where services log in as themselves, only these are asked for: a process has no password but its own."""
    if settings.database_password_folder:
        dsn = own_roles(settings)
        if (reason := await reason_to_wait(dsn, named_services(services))) is not None:
            raise StartError(reason)
        yield dsn
        return
    async with migrated_database(settings, only_look=True) as (dsn, _):
        yield dsn
