"""A running Happyflow for tests: real PostgreSQL, real events, a clock that stands still."""

from collections.abc import Iterable
from datetime import UTC, datetime

import asyncpg
import httpx

from services.platform import outbox
from services.platform.auth import Rol
from services.platform.clock import FixedClock
from services.platform.outbox import Outgoing
from services.platform.runtime import Runtime

START = datetime(2026, 5, 6, 10, 0, tzinfo=UTC)


class Systeem:
    """Services at work on a database of their own."""

    def __init__(self, runtime: Runtime, clock: FixedClock, dsn: str) -> None:
        self.runtime = runtime
        self.clock = clock
        self.dsn = dsn
        """Superuser's connection string: for looking behind the scenes and for breaking things."""
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(runtime.app(), raise_app_exceptions=False), base_url="http://happyflow"
        )

    def token(
        self, rol: Rol | str, gemeenten: Iterable[str] = (), agb: str | None = None, sub: str | None = None
    ) -> str:
        """A token as ``happyflow token`` mints it."""
        return self.runtime.issuer.mint(Rol(rol), gemeenten=tuple(gemeenten), agb=agb, sub=sub)

    def headers(
        self, rol: Rol | str, gemeenten: Iterable[str] = (), agb: str | None = None, sub: str | None = None
    ) -> dict[str, str]:
        """The Authorization header of such a token."""
        return {"Authorization": f"Bearer {self.token(rol, gemeenten, agb, sub)}"}

    async def post_xml(self, path: str, xml: bytes, headers: dict[str, str]) -> httpx.Response:
        """POST a message."""
        return await self.client.post(path, content=xml, headers={"Content-Type": "application/xml", **headers})

    async def connect(self, schema: str) -> asyncpg.Connection:
        """A superuser's connection on one service's schema; close it yourself."""
        return await asyncpg.connect(self.dsn, server_settings={"search_path": schema})

    async def publish(self, producer: str, *events: Outgoing) -> None:
        """Write events to a producer's outbox, as that service would."""
        connection = await self.connect(producer)
        try:
            async with connection.transaction():
                await outbox.append(connection, events, self.clock.now())
        finally:
            await connection.close()

    async def sent(self, producer: str, topic: str) -> list[asyncpg.Record]:
        """What stands in a producer's outbox for a topic, in order."""
        connection = await self.connect(producer)
        try:
            return await connection.fetch("SELECT * FROM outbox WHERE topic = $1 ORDER BY xid, volgnummer", topic)
        finally:
            await connection.close()

    async def drained(self) -> None:
        """Until every event has been handled."""
        assert await self.runtime.drained(180), f"not drained: {await self.runtime.lag()}"
