"""What goes wrong outside the service while it works on a request, as an answer: 503 for what may pass, never a 500."""

import asyncpg
import httpx
import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response

from services.platform.problems import Answer, Problem, overloaded

_PASSING = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
    httpx.TransportError,
)
"""Lost connections, a full disk, a deadlock, a database that moves: the same request may succeed later."""

_UNSTORABLE = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.NumericValueOutOfRangeError,
)
"""Input of the right type that no column can hold: a NUL in a text, a number beyond 64 bits."""

_log = structlog.get_logger(__name__)


def install(app: FastAPI, answer: Answer) -> None:
    """Answer these errors of ``app``."""

    async def on_passing(request: Request, error: Exception) -> Response:
        if isinstance(error, ValueError):
            return await on_unstorable(request, error)
        _log.warning("unavailable", error=type(error).__name__, exc_info=error)
        # It may have been stored: the connection can be lost between the commit and its reply.
        return answer(
            request,
            overloaded(
                "De database of een andere service is niet bereikbaar. Stuur dezelfde aanvraag gerust nog eens."
            ),
        )

    async def on_unstorable(request: Request, error: Exception) -> Response:
        _log.warning("unstorable", error=type(error).__name__, exc_info=error)
        detail = "Een waarde is te groot of bevat een vreemd teken."
        return answer(request, Problem(400, "ongeldig", "Ongeldige invoer", detail))

    for passing in _PASSING:
        app.add_exception_handler(passing, on_passing)
    for unstorable in _UNSTORABLE:
        app.add_exception_handler(unstorable, on_unstorable)
