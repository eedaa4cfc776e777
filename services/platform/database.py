"""One service's database: a pool of connections of its own role, on its own schema.

SQL runs straight on asyncpg: the work is set-based (arrays in, COPY in), which its binary protocol
carries without a layer in between. The tables are declared with SQLAlchemy in each ``models.py``.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

import asyncpg
import structlog

from services.platform.metrics import POOL_EXHAUSTED, POOL_SIZE
from services.platform.problems import Problem, overloaded

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

TRANSIENT_ERRORS = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.CannotConnectNowError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""Errors that may say nothing about the work itself; ``is_transient`` tells for sure."""


def is_transient(error: BaseException) -> bool:
    """Whether to try again later and change nothing.

    asyncpg calls an argument that does not fit its column an interface error as well (and a ValueError):
    that one comes back however often it is tried.
    """
    if isinstance(error, Problem):
        return error.status == 503
    return isinstance(error, TRANSIENT_ERRORS) and not isinstance(error, ValueError)


_NOTICED_BY_US = (
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 15),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 5),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", 30_000),
)
"""After a failover nobody tells us that the old server is gone, and its connections would be used until each statement
took too long. Options that this system has."""


async def _notice_when_gone(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Let a new connection end by itself within half a minute when its server does not answer the network."""
    end = getattr(connection, "_transport").get_extra_info("socket")  # noqa: B009 — it has no public name
    if end.family in {socket.AF_INET, socket.AF_INET6}:
        for level, name, value in _NOTICED_BY_US:
            if hasattr(socket, name):
                end.setsockopt(level, getattr(socket, name), value)


AfterCommit: TypeAlias = Callable[[str], None]
"""Something small to do once a transaction is there, given the name of the schema."""

_after: ContextVar[list[AfterCommit] | None] = ContextVar("after_commit", default=None)

_log = structlog.get_logger(__name__)

_CLEANING_SECONDS = 30.0

_LET_GO = {
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30s",
    "idle_in_transaction_session_timeout": "120s",
}
"""When the server ends a session of ours of which nothing is heard, and with it what the session holds.

A machine that is gone says no goodbye. The server would keep its locks for two hours: those on the positions of
partitions, and the one of the publisher, for which the other copies wait.
"""


def after_commit(work: AfterCommit) -> None:
    """Do ``work`` when the transaction that this is called in has committed, and not at all when it has not.

    For counting: what was rolled back comes again. Outside a ``Database.transaction`` nothing is done.
    """
    waiting = _after.get()
    if waiting is not None:
        waiting.append(work)


class Database:
    """A pool whose connections see one schema, as one role."""

    def __init__(
        self,
        dsn: str,
        *,
        role: str | None,
        schema: str,
        pool_size: int = 10,
        wait_seconds: float = 5.0,
        password: Callable[[], str] | None = None,
        command_seconds: float = 120.0,
    ) -> None:
        self._dsn = dsn
        self._role = role
        self._schema = schema
        self._pool_size = pool_size
        self._wait_seconds = wait_seconds
        self._password = password
        self._command_seconds = command_seconds
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._version: str | None = None

    @property
    def schema(self) -> str:
        """The schema that unqualified names mean."""
        return self._schema

    async def open(self) -> None:
        """Connect; raises when the database is not there."""
        settings = {"search_path": self._schema, "application_name": f"happyflow-{self._schema}", **_LET_GO}
        if self._role:
            settings["role"] = self._role
        self._pool = await asyncpg.create_pool(
            self._dsn,
            password=self._password,
            min_size=1,
            max_size=self._pool_size,
            server_settings=settings,
            command_timeout=self._command_seconds,
            timeout=10,
            init=_notice_when_gone,
        )
        POOL_SIZE.labels(self._schema).set(self._pool_size)
        # A counter that first shows with its first count has not risen, to who compares.
        POOL_EXHAUSTED.labels(self._schema)

        self._version = await self._read_version()

    async def was_migrated(self) -> bool:
        """Whether the tables are of another version now than when this program opened the database."""
        return await self._read_version() != self._version

    async def _read_version(self) -> str | None:
        async with self.connection() as connection:
            if not await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
                return None
            version: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
            return version

    async def close(self) -> None:
        """Close every connection, waiting for work in progress for a few seconds at most."""
        if self._pool is None:
            return
        try:
            await asyncio.wait_for(self._pool.close(), 10)
        except TimeoutError:
            self._pool.terminate()
        self._pool = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection outside a transaction: every statement stands alone."""
        if self._pool is None:
            raise RuntimeError(f"the database of {self._schema} is not open")
        try:
            connection = await self._pool.acquire(timeout=self._wait_seconds)
        except TimeoutError as error:
            POOL_EXHAUSTED.labels(self._schema).inc()
            raise overloaded("Alle databaseverbindingen zijn in gebruik.") from error
        except TRANSIENT_ERRORS as error:
            raise overloaded("De database is niet bereikbaar.") from error
        try:
            yield connection
        finally:
            await self._give_back(self._pool, connection)

    async def _give_back(self, pool: "asyncpg.Pool[asyncpg.Record]", connection: Connection) -> None:
        """Back to the pool. What was done with it is done: a connection that cannot be cleaned is no error of that.

        asyncpg would give the cleaning no longer than the wait for a connection was allowed to take.
        """
        try:
            await pool.release(connection, timeout=_CLEANING_SECONDS)
        except TRANSIENT_ERRORS as error:  # the pool has closed it and opens another one when asked
            _log.info("connection_dropped", schema=self._schema, error=type(error).__name__)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection inside a transaction (read committed): all of it happens, or nothing."""
        outer, waiting = _after.get(), list[AfterCommit]()
        try:
            async with self.connection() as connection, connection.transaction():
                _after.set(waiting)
                yield connection
        finally:
            _after.set(outer)
        for work in waiting:
            work(self._schema)

    @property
    def in_use(self) -> int:
        """Connections handed out now."""
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool else 0


async def copy_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    schema: str | None = None,
) -> None:
    """Bulk insert with COPY in the running transaction; nothing when ``rows`` is empty."""
    records = rows if isinstance(rows, list) else list(rows)
    if records:
        await connection.copy_records_to_table(table, records=records, columns=list(columns), schema_name=schema)


async def lock_keys(connection: Connection, space: str, keys: Iterable[str]) -> None:
    """Take a transaction lock per key, in one order so that two callers cannot deadlock.

    Call it before the transaction writes anything: the transaction's number is handed out at its
    first write, so whoever holds a key's lock later also stands later in the outbox.
    """
    ordered = sorted(set(keys))
    if ordered:
        await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM unnest($1::text[]) AS k",
            [f"{space}:{key}" for key in ordered],
        )
