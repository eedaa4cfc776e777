"""A Happyflow that stands still: looked into, broken, rebuilt, and set to work again."""

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import asyncpg

from services.cli.check import verify
from services.cli.herbouwen import Beheerder, Uitkomst, rebuild_service
from services.matching.verplichtingen import verleng
from services.platform.clock import FixedClock
from services.platform.dsn import Dsn
from services.platform.events import TOPICS
from services.platform.runtime import Runtime
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
from tests.services.conftest import load_services
from tests.services.systeem import START, Systeem

_PLATFORM: Final = ("alembic_version", "posities", "gepubliceerd", "outbox", "dode_letters", "dode_letter_acties")
"""Where the service is with others, and what it said; compared apart."""

_MOMENTS: Final = ("vastgelegd_op", "gewijzigd_op")
"""When a row was written says nothing of what it holds."""


class Stilstaand:
    """A database with everything in it, and nobody at work."""

    def __init__(self, dsn: str, settings: Settings, workers: Workers) -> None:
        self.dsn = dsn
        self.settings = settings
        self.clock = FixedClock(START)
        self._workers = workers

    async def sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """As the superuser."""
        connection = await asyncpg.connect(self.dsn)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(statement, *values)
            return rows
        finally:
            await connection.close()

    async def herbouw(self, service: str) -> Uitkomst:
        """``happyflow rebuild``, with a clock that stands still."""
        login = Dsn(self.dsn, login=True)
        return await rebuild_service(
            self.settings, login, Beheerder(self.dsn), service, lambda *_: None, clock=self.clock
        )

    @asynccontextmanager
    async def aan_het_werk(self) -> AsyncIterator[Systeem]:
        """All four services at work."""
        runtime = Runtime(
            self.settings,
            Dsn(self.dsn, login=True),
            load_services(SERVICES),
            clock=self.clock,
            workers=self._workers,
        )
        await runtime.start()
        systeem = Systeem(runtime, self.clock, self.dsn)
        try:
            yield systeem
        finally:
            await systeem.client.aclose()
            await runtime.stop()

    async def kom_bij(self, nu: datetime) -> None:
        """Do what the passing of time asks until then: a command has no other clock than the machine's."""
        self.clock = FixedClock(nu)
        async with self.aan_het_werk() as systeem:
            await verleng(systeem.runtime.contexts["matching"])
            await systeem.drained()

    async def klopt(self) -> None:
        """Everything at work again has nothing to do that changes anything, and the invariant holds."""
        async with self.aan_het_werk() as systeem:
            await systeem.drained()
            deviations, _ = await verify(systeem.runtime, 60)
        assert [f"{deviation.invariant}: {deviation.detail}" for deviation in deviations] == []

    async def staat(self, schema: str, zonder: Collection[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of a service by table, without moments and ``zonder`` (tables or table.column)."""
        tables = await self.sql(
            "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) AS kolommen"
            " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = $1 AND table_type = 'BASE TABLE' GROUP BY 1",
            schema,
        )
        found = {}
        for name, columns in tables:
            wanted = [c for c in columns if c not in _MOMENTS and f"{name}.{c}" not in zonder]
            if name in _PLATFORM or name in zonder or not wanted:
                continue
            chosen = ", ".join(f"{column}::text" for column in wanted)
            rows = await self.sql(f'SELECT {chosen} FROM "{schema}"."{name}"')
            found[name] = sorted((tuple(row) for row in rows), key=str)
        return found

    async def gezegd(self, producer: str) -> list[tuple[Any, ...]]:
        """What stands in an outbox."""
        rows = await self.sql(f"SELECT topic, sleutel, data, event_id FROM {producer}.outbox ORDER BY xid, volgnummer")
        return [tuple(row) for row in rows]

    async def zet_kopie_terug(self, service: str) -> None:
        """What that service has done since then is gone, and only there."""
        tables = [row[0] for row in await self.sql(_TABLES, service)]
        await self.sql("TRUNCATE " + ", ".join(f"{service}.{table}" for table in tables) + " CASCADE")
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute("SET session_replication_role = replica")
            for table in tables:
                await connection.execute(
                    f"INSERT INTO {service}.{table} OVERRIDING SYSTEM VALUE SELECT * FROM kopie_{service}.{table}"
                )
        finally:
            await connection.close()

    async def gevolgen(self) -> dict[str, str]:
        """A hash of what each service holds; the number of the event that last told of a count is no part of it."""
        return {service: hash_van(await self.staat(service, ("gebruik.volgnummer",))) for service in SERVICES}


async def bewaar_kopie(dsn: str) -> None:
    """A backup of each service as it is now, beside it as ``kopie_<service>``."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            for service in SERVICES:
                await connection.execute(f"CREATE SCHEMA kopie_{service}")
                for (table,) in await connection.fetch(_TABLES, service):
                    await connection.execute(f"CREATE TABLE kopie_{service}.{table} AS TABLE {service}.{table}")
    finally:
        await connection.close()


_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'alembic_version'"


def hash_van(staat: Mapping[str, list[tuple[Any, ...]]]) -> str:
    """The same for the same rows."""
    return hashlib.sha256(repr(sorted(staat.items())).encode()).hexdigest()


def verschil(voor: Mapping[str, list[Any]], na: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """What is in one and not in the other, a few by table: for a readable failure."""
    return {
        table: sorted({*voor.get(table, ())} ^ {*na.get(table, ())}, key=str)[:6]
        for table in sorted({*voor, *na})
        if voor.get(table) != na.get(table)
    }


def onderwerpen(producer: str) -> list[str]:
    """The topics of a service."""
    return [topic.name for topic in TOPICS.values() if topic.producer == producer]
