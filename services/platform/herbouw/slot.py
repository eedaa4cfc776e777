"""Who is at work on a service's tables: its processes share them, a rebuild has them alone.

A process holds a shared lock of each of its services for as long as it lives; a rebuild takes the same lock for
itself. A rebuild that was cut off leaves a mark on the schema, so that nobody starts on half of its work.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog

from services.platform.database import Connection, Database
from services.platform.ending import end, only_when_asked
from services.platform.herbouw.model import RebuildRefusedError, Toestand
from services.platform.settings import StartError

_KEY: Final = "hashtextextended('happyflow:aan-het-werk:' || $1, 0)"
_MARK: Final = "happyflow: herbouw niet afgemaakt"
_AGAIN_SECONDS: Final = 1.0
_ASK_SECONDS: Final = 20.0

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def at_work(
    database: Database, services: Sequence[str], lost: Callable[[StartError], None]
) -> AsyncIterator[None]:
    """Hold the shared lock of these services, also when the connection that holds it is lost and made anew.

    Raises ``StartError`` when one of them is being rebuilt or was left half rebuilt. Where that is found only later,
    when the connection had to be made anew, ``lost`` is told it: whoever is at work then has to stop.
    """
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_hold(database, services, ready, lost), name="at-work")
    try:
        await ready
        yield
    finally:
        await end([task])


async def _hold(
    database: Database,
    services: Sequence[str],
    ready: "asyncio.Future[None]",
    lost: Callable[[StartError], None],
) -> None:
    while True:
        held = False
        try:
            with only_when_asked():
                async with database.connection() as connection, _told_of_its_end(connection) as gone:
                    await _take(connection, services)
                    held = True
                    if not ready.done():
                        ready.set_result(None)
                    await _until(gone, connection)
        except Exception as error:  # noqa: BLE001 — whoever is at work says so for as long as he is
            if not ready.done():
                ready.set_exception(error)
                return
            if isinstance(error, StartError):
                _log.error("rebuilt_meanwhile", detail=str(error))
                lost(error)
                return
            _log.warning("at_work_lost", error=type(error).__name__)
        # At once the first time: the shorter nobody holds it, the less a rebuild can come between.
        if not held:
            await asyncio.sleep(_AGAIN_SECONDS)


@asynccontextmanager
async def _told_of_its_end(connection: Connection) -> AsyncIterator[asyncio.Event]:
    gone = asyncio.Event()

    def ended(*_: object) -> None:
        gone.set()

    connection.add_termination_listener(ended)
    try:
        yield gone
    finally:
        with contextlib.suppress(asyncpg.InterfaceError):
            connection.remove_termination_listener(ended)


async def _until(gone: asyncio.Event, connection: Connection) -> None:
    """Wait for the end of a connection; asking now and then shows one whose other side is gone without a word."""
    while not gone.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ASK_SECONDS):
                await gone.wait()
        if not gone.is_set():
            await connection.execute("SELECT 1", timeout=_ASK_SECONDS)


async def _take(connection: Connection, services: Sequence[str]) -> None:
    for service in services:
        if not await connection.fetchval(f"SELECT pg_try_advisory_lock_shared({_KEY})", service):
            raise StartError(f"{service} wordt nu herbouwd; start opnieuw als dat klaar is")
        if (await connection.fetchval(_MARK_SQL, service) or "").startswith(_MARK):
            raise StartError(
                f"het herbouwen van {service} is onderbroken; maak het eerst af met: happyflow rebuild {service}"
            )


_MARK_SQL: Final = "SELECT obj_description(to_regnamespace(quote_ident($1)), 'pg_namespace')"


@asynccontextmanager
async def alone(connection: Connection, service: str) -> AsyncIterator[None]:
    """Have the service's tables alone; raises ``RebuildRefusedError`` while somebody is at work on them."""
    if not await connection.fetchval(f"SELECT pg_try_advisory_lock({_KEY})", service):
        raise RebuildRefusedError(f"{service} draait nog; stop eerst elk proces van {service}")
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute(f"SELECT pg_advisory_unlock({_KEY})", service)


async def mark(connection: Connection, service: str, toestand: Toestand | None) -> None:
    """Write on the schema that a rebuild is under way, or with None that it is finished.

    On a line before what an administrator wrote there, which stays.
    """
    text: str = await connection.fetchval(_MARK_SQL, service) or ""
    theirs = text.partition("\n")[2] if text.startswith(_MARK) else text
    ours = "" if toestand is None else f"{_MARK} ({toestand})"
    lines = [line for line in (ours, theirs) if line]
    statement: str = await connection.fetchval(
        "SELECT format('COMMENT ON SCHEMA %I IS %L', $1::text, $2::text)", service, "\n".join(lines) or None
    )
    await connection.execute(statement)


async def marked(connection: Connection, service: str) -> Toestand | None:
    """What there was of the tables when a rebuild began that was not finished; None when there is no such."""
    text: str = await connection.fetchval(_MARK_SQL, service) or ""
    if not text.startswith(_MARK):
        return None
    return Toestand.VERLOREN if Toestand.VERLOREN in text.partition("\n")[0] else Toestand.AANWEZIG


_AT_WORK: Final = f"""
SELECT EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND mode = 'ShareLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((classid::bigint << 32) | objid::bigint) = {_KEY})
"""


async def somebody_at_work(connection: Connection, service: str) -> bool:
    """Whether any process of this service lives now, as far as this database knows; takes no lock itself."""
    return bool(await connection.fetchval(_AT_WORK, service))
