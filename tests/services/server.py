"""A real HTTP server on a loopback port, around a runtime of one small service."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, NoReturn

import httpx
import psutil
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.platform import outbox
from services.platform.auth import Identiteit, Rol, require
from services.platform.body import read_xml
from services.platform.bus import Subscription
from services.platform.database import Connection
from services.platform.events import DeclaratieBeoordeeld, Event
from services.platform.models import service_metadata
from services.platform.outbox import Outgoing
from services.platform.runtime import Runtime
from services.platform.server import BoundedProtocol, make_server
from services.platform.service import Context, Service

Beheer = Annotated[Identiteit, Depends(require(Rol.BEHEER))]


class Getallen(BaseModel):
    """A body of JSON."""

    getallen: list[int]


def tel(data: bytes) -> int:
    """A task for a worker: how many bytes, or trouble when asked for."""
    if data == b"<eindeloos/>":
        _loop()
    if data == b"<gulzig/>":
        _hog()
    return len(data)


def _loop() -> NoReturn:
    while True:
        pass


def _hog() -> NoReturn:
    kept = []
    while True:
        kept.append(bytearray(4_000_000))


def router(context: Context) -> APIRouter:
    """What a service does: read a message, hand it to a worker, store something, send an event."""
    routes = APIRouter(prefix="/v1")

    @routes.post("/berichten", status_code=202)
    async def neem_in(request: Request, wie: Beheer) -> dict[str, int]:
        data = await read_xml(request, context.settings.max_body_bytes)
        size = await context.workers.run(tel, data)
        async with context.database.transaction() as connection:
            payload = DeclaratieBeoordeeld(domein="jw", declaratie_id=str(size), gemeente="0193")
            await outbox.append(connection, [Outgoing("0193", payload)], context.clock.now())
        return {"omvang": size}

    @routes.post("/getallen")
    async def tel_op(getallen: Getallen, wie: Beheer) -> dict[str, int]:
        return {"som": sum(getallen.getallen)}

    @routes.get("/opgeslagen")
    async def opgeslagen(wie: Beheer) -> dict[str, int]:
        async with context.database.connection() as connection:
            return {"aantal": await connection.fetchval("SELECT count(*) FROM outbox")}

    @routes.get("/defect")
    async def defect() -> None:
        raise RuntimeError("999900006")

    return routes


def subscriptions(_context: Context) -> Sequence[Subscription]:
    """It hears its own events, and keeps them as dead letters of a kind: the only table it has for that."""

    async def keep(connection: Connection, events: Sequence[Event]) -> None:
        for event in events:
            await connection.execute(
                "INSERT INTO dode_letters (event_id, topic, partitie, xid, volgnummer, sleutel, type, data, pogingen,"
                " reden) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 'gezien')",
                event.id, event.topic, event.partition, event.xid, event.volgnummer, event.key, event.type, event.data,
            )  # fmt: skip

    return [Subscription("beoordelingen", keep)]


PROEF = Service("matching", "Een proef", service_metadata(), router, subscriptions)
"""In the place of matching: the topic it writes to is matching's."""


class Server:
    """A runtime behind a real server."""

    def __init__(self, runtime: Runtime, port: int) -> None:
        self.runtime = runtime
        self.port = port
        token = runtime.issuer.mint(Rol.BEHEER)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/matching", headers=self.headers, timeout=120)

    async def post_xml(self, data: Any, **headers: str) -> httpx.Response:
        """Send a message."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/v1/berichten", content=data, headers={"Content-Type": "text/xml", **named})

    async def stored(self) -> int:
        """How many events the service wrote."""
        answer = await self.client.get("/v1/opgeslagen")
        return int(answer.json()["aantal"])

    async def raw(self, data: bytes, *, wait_seconds: float = 60) -> bytes:
        """Send these bytes over a connection of its own and read until it is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        try:
            return await asyncio.wait_for(reader.read(), wait_seconds)
        finally:
            writer.close()

    def head(self, method: str, path: str, **headers: str) -> bytes:
        """The first lines of a request."""
        named = {"Host": "x", **self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        lines = [f"{method} /matching{path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@asynccontextmanager
async def serving(runtime: Runtime, **limits: float) -> AsyncIterator[Server]:
    """The runtime's application on a free port; ``limits`` shorten those of a connection."""
    server = make_server(runtime.app(), runtime.settings.model_copy(update={"port": 0}))
    server.config.http = type("Short", (BoundedProtocol,), limits)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    running = Server(runtime, port)
    try:
        yield running
    finally:
        await running.client.aclose()
        server.should_exit = True
        await task


class Memory:
    """The most that this process held while it was watched, in MB above the start."""

    def __init__(self) -> None:
        self._process = psutil.Process(os.getpid())
        self._start = self._rss()
        self.grown_mb = 0

    def _rss(self) -> int:
        return int(self._process.memory_info().rss)

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            self.grown_mb = max(self.grown_mb, (self._rss() - self._start) // (1024 * 1024))
            await asyncio.sleep(0.005)


def now() -> float:
    """Seconds on a clock that only goes on."""
    return time.monotonic()
