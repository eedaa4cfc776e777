"""Puts services to work: opens what they share, runs their consumers and tasks, and stops in order.

The single process runs all four; a process of its own runs one. Tests use the same class.
"""

import asyncio
import contextlib
from collections.abc import Sequence

import httpx
import structlog
from starlette.types import Receive, Scope, Send

from ijw.codelijsten import Gemeentelijst, Productcodelijst
from ijw.schemas import Schemas
from services.platform.app import Gateway, create_app
from services.platform.auth import Authenticator, LocalIssuer
from services.platform.clock import Clock, SystemClock
from services.platform.crypto import load_crypto
from services.platform.database import Database
from services.platform.lag import lag_of, watch
from services.platform.local_bus import LocalBus
from services.platform.migrations import BUS_ROLE, role_of
from services.platform.service import Context, PeriodicTask, Service
from services.platform.settings import Settings
from services.platform.workers import Workers

_log = structlog.get_logger(__name__)


class Dsn:
    """How to reach the database as a given role: by logging in as it, or by taking it on after login."""

    def __init__(self, url: str, *, login: bool) -> None:
        self._url = url
        self._login = login

    def database(self, role: str, schema: str, settings: Settings) -> Database:
        """A closed ``Database`` for the role."""
        url = self._url
        if self._login:
            scheme, rest = url.split("://", 1)
            url = f"{scheme}://{role}@{rest.split('@', 1)[1]}"
        return Database(
            url,
            role=None if self._login else role,
            schema=schema,
            pool_size=settings.pool_size,
            wait_seconds=settings.pool_wait_seconds,
        )


class Runtime:
    """Services at work in this process."""

    def __init__(
        self,
        settings: Settings,
        dsn: Dsn,
        services: Sequence[Service],
        clock: Clock | None = None,
        workers: Workers | None = None,
    ) -> None:
        self.settings = settings
        self.services = tuple(services)
        self.clock = clock or SystemClock()
        self.issuer = LocalIssuer(settings.keys, settings, self.clock)
        self._authenticator = Authenticator(settings, self.clock, self.issuer)
        self._outboxes = dsn.database(BUS_ROLE, "public", settings)
        self._databases = {s.name: dsn.database(role_of(s.name), s.name, settings) for s in services}
        self.contexts: dict[str, Context] = {}
        self._workers = workers
        self._owns_workers = workers is None
        self._http: httpx.AsyncClient | None = None
        self._app: Gateway | None = None
        self._bus: LocalBus | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, *, consume: bool = True) -> None:
        """Open everything; with ``consume`` also handle events and run periodic tasks."""
        for database in (self._outboxes, *self._databases.values()):
            await database.open()
        if self._workers is None:
            self._workers = Workers(
                count=self.settings.workers,
                memory_mb=self.settings.worker_memory_mb,
                timeout_seconds=self.settings.worker_timeout_seconds,
            )
        self.contexts = self._make_contexts(self._workers)
        if not consume:
            return
        self._bus = LocalBus(
            self._outboxes,
            [
                (service.name, context.database, subscription)
                for service, context in self._pairs()
                for subscription in service.subscriptions(context)
            ],
            self.settings.oin,
        )
        await self._bus.start()
        self._tasks = [
            asyncio.create_task(_repeat(task, context), name=f"task-{service.name}-{task.name}")
            for service, context in self._pairs()
            for task in service.tasks
        ]
        self._tasks.append(asyncio.create_task(watch(self._outboxes, self._consumers()), name="lag"))

    def _make_contexts(self, workers: Workers) -> dict[str, Context]:
        crypto = load_crypto(self.settings.keys)
        self._http = self._make_client()
        schemas = Schemas(self.settings.ijw_schemas)
        lists = self.settings.codelists
        gemeenten = Gemeentelijst.lees_csv((lists / "gemeenten.csv").read_text(encoding="utf-8"))
        productcodes = Productcodelijst.lees_csv((lists / "productcodes_jz21.csv").read_text(encoding="utf-8"))
        return {
            service.name: Context(
                settings=self.settings,
                database=self._databases[service.name],
                clock=self.clock,
                crypto=crypto,
                workers=workers,
                schemas=schemas,
                gemeenten=gemeenten,
                productcodes=productcodes,
                http=self._http,
            )
            for service in self.services
        }

    def _make_client(self) -> httpx.AsyncClient:
        """Reaches the other services over the network, or in this process without one."""
        if self.settings.gateway_url:
            return httpx.AsyncClient(base_url=self.settings.gateway_url, timeout=60)

        async def here(scope: Scope, receive: Receive, send: Send) -> None:
            await self.app()(scope, receive, send)

        return httpx.AsyncClient(transport=httpx.ASGITransport(here), base_url="http://happyflow", timeout=60)

    def _pairs(self) -> list[tuple[Service, Context]]:
        return [(service, self.contexts[service.name]) for service in self.services]

    def _consumers(self) -> list[tuple[str, Database, str]]:
        """Who reads which topic: service, its database, topic."""
        return [
            (service.name, context.database, subscription.topic)
            for service, context in self._pairs()
            for subscription in service.subscriptions(context)
        ]

    def app(self) -> Gateway:
        """The ASGI application of these services; the same one every time."""
        if self._app is not None:
            return self._app
        apps = {service.name: create_app(service, context, self._authenticator) for service, context in self._pairs()}
        self._app = Gateway(apps, home="/matching/werkbak" if "matching" in apps else None)
        return self._app

    async def lag(self) -> dict[tuple[str, str], int]:
        """Events not handled yet, by consumer and topic."""
        return await lag_of(self._outboxes, self._consumers())

    async def drained(self, timeout_seconds: float = 60.0) -> bool:
        """Wait until every event has been handled; False when that takes too long.

        Asked twice in a row, because handling an event may produce another one.
        """
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        quiet = 0
        while quiet < 2:
            quiet = quiet + 1 if not any((await self.lag()).values()) else 0
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True

    async def stop(self) -> None:
        """Stop consuming first, then close what it used."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._bus:
            await self._bus.stop()
        if self._http:
            await self._http.aclose()
        if self._workers and self._owns_workers:
            await asyncio.to_thread(self._workers.close)
        for database in (*self._databases.values(), self._outboxes):
            await database.close()


async def _repeat(task: PeriodicTask, context: Context) -> None:
    while True:
        try:
            await task.run(context)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 — the next turn may succeed
            _log.warning("task_failed", task=task.name, error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.sleep(task.seconds)
