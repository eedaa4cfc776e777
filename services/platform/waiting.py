"""What a process answers before its services can start: that it lives, that it is not ready, and why."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import asyncpg
import structlog
from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.platform.dsn import Dsn
from services.platform.edge import HEADERS
from services.platform.migrations import BUS_ROLE, role_of, tables_of
from services.platform.problems import overloaded, response
from services.platform.service import Service
from services.platform.settings import StartError

_SECONDS: Final = 1.0
"""Between two looks at the database."""

_log = structlog.get_logger(__name__)


class Front:
    """The application of a process from its first moment on; ``open`` puts the services behind it."""

    def __init__(self) -> None:
        self.reason = "het proces start"
        self._app: ASGIApp | None = None

    def open(self, app: ASGIApp) -> None:
        """From now on ``app`` answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            answer = self._answer(scope["path"])
            for name, value in HEADERS.items():
                answer.headers.setdefault(name, value)
            await answer(scope, receive, send)

    def _answer(self, path: str) -> Response:
        if path.endswith("/health/live"):
            return JSONResponse({"status": "pass"})
        if path.endswith("/health/ready"):
            return JSONResponse({"status": "fail", "output": self.reason}, status_code=503)
        return response(overloaded(f"De dienst is nog niet gereed: {self.reason}."))


async def await_tables(dsn: Dsn, services: Sequence[Service], tell: Callable[[str], None]) -> None:
    """Until each service and the bus can log in, and the tables are of this program's version.

    ``tell`` gets every new reason to wait. Never gives up: whoever restarts this process would only start it again.
    ``StartError`` when a password cannot be read.
    """
    told: str | None = None
    while (reason := await reason_to_wait(dsn, services)) is not None:
        if reason != told:
            _log.warning("waiting", reason=reason)
            tell(reason)
        told = reason
        await asyncio.sleep(_SECONDS)


async def reason_to_wait(dsn: Dsn, services: Sequence[Service]) -> str | None:
    """Why the services cannot start now, in Dutch; None when they can. ``StartError`` for an unreadable password."""
    role = BUS_ROLE
    try:
        for service in services:
            role = role_of(service.name)
            connection = await dsn.connect(role)
            try:
                tables = await tables_of(connection, service)
            finally:
                await connection.close()
            if not tables.fit:
                return _unfit(service.name, tables.found, tables.wanted, known=tables.known)
        role = BUS_ROLE
        await (await dsn.connect(role)).close()
    except StartError:
        raise
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        return f"de database laat {role} niet toe ({type(error).__name__}); eerst moet happyflow migrate draaien"
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return f"de database is niet bereikbaar ({type(error).__name__})"
    return None


def _unfit(name: str, found: str | None, wanted: str | None, *, known: bool) -> str:
    if found is None:
        return f"de tabellen van {name} zijn er nog niet; eerst moet happyflow migrate draaien"
    if known:
        return f"de tabellen van {name} zijn van versie {found}; eerst moet happyflow migrate ze naar {wanted} brengen"
    return f"de tabellen van {name} zijn van versie {found}, die dit programma (versie {wanted}) niet kent"
