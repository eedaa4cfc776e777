"""Puts services to work: opens what they share, runs their consumers and tasks, and stops in order.

The single process runs all four; a process of its own runs one. Tests use the same class.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import httpx
import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from ijw.codelijsten import Gemeentelijst, Productcodelijst
from ijw.releases import Releases
from ijw.schemas import SchemaOntbreektError
from services.platform.app import Gateway, create_app
from services.platform.auth import Authenticator, LocalIssuer
from services.platform.bus import Bus
from services.platform.clock import Clock, SystemClock
from services.platform.crypto import Crypto, Keyless, load_crypto
from services.platform.database import Database
from services.platform.dode_letters import opnieuw
from services.platform.dsn import Dsn
from services.platform.edge import Edge
from services.platform.ending import end, for_ever, only_when_asked
from services.platform.events import KAFKA_TOPICS
from services.platform.herbouw.slot import at_work
from services.platform.kafka import gepubliceerd
from services.platform.lag import lag_of, sizes_of, watch
from services.platform.local_bus import LocalBus
from services.platform.metrics import TASK_SUCCESS, task_begins
from services.platform.migrations import BUS_ROLE, role_of
from services.platform.releases import releases_uit
from services.platform.service import Context, PeriodicTask, Service
from services.platform.settings import Settings, StartError
from services.platform.tracing.request import traced
from services.platform.tracing.spans import begin, during
from services.platform.workers import Workers

__all__ = ["Dsn", "Runtime"]

_log = structlog.get_logger(__name__)


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
        # One connection listens all the time and one says that we are at work; the readers share the others.
        self._outboxes = dsn.database(BUS_ROLE, "public", settings, least=5)
        # With Kafka, the publisher of a service's outbox keeps a connection of its own.
        least = 3 if settings.kafka_bootstrap else 1
        self._databases = {s.name: dsn.database(role_of(s.name), s.name, settings, least) for s in services}
        self.contexts: dict[str, Context] = {}
        self._workers = workers
        self._app: ASGIApp | None = None
        self._closing = AsyncExitStack()
        self._lost = asyncio.Event()
        self._lost_because: StartError | None = None

    async def start(self, *, consume: bool = True) -> None:
        """Open everything; with ``consume`` also handle events and run periodic tasks.

        What fails halfway closes what it opened.
        """
        if not self.settings.jwks_url:
            _ = self.issuer.public_key  # Every token depends on it: what is wrong with it shows now.
        async with AsyncExitStack() as opened:
            for database in (self._outboxes, *self._databases.values()):
                await database.open()
                opened.push_async_callback(database.close)
            http = await opened.enter_async_context(self._make_client())
            workers = self._workers or self._make_workers(opened)
            self.contexts = self._make_contexts(workers, http)
            if consume:
                names = [service.name for service in self.services]
                await opened.enter_async_context(at_work(self._outboxes, names, self._lose))
                warming = asyncio.create_task(workers.warm_up(), name="workers-warm-up")
                opened.push_async_callback(end, [warming])
                await self._start_consuming(opened)
            self._closing = opened.pop_all()

    async def until_lost(self) -> StartError:
        """Wait for the tables to be somebody else's, as a rebuild's that took them while our hold on them was gone.

        Returns why; then this has to be stopped.
        """
        await self._lost.wait()
        assert self._lost_because is not None
        return self._lost_because

    def _lose(self, error: StartError) -> None:
        self._lost_because = error
        self._lost.set()

    def _make_workers(self, opened: AsyncExitStack) -> Workers:
        workers = Workers(
            count=self.settings.workers,
            memory_mb=self.settings.worker_memory_mb,
            timeout_seconds=self.settings.worker_timeout_seconds,
        )
        opened.push_async_callback(asyncio.to_thread, workers.close)
        return workers

    async def _start_consuming(self, opened: AsyncExitStack) -> None:
        bus = self._make_bus()
        await bus.start()
        opened.push_async_callback(bus.stop)
        for service, context in self._pairs():
            for task in service.tasks:
                _run_until_closed(opened, partial(_repeat, task, context), f"task-{service.name}-{task.name}")
            replay = partial(
                opnieuw.watch, service.name, context.database, service.subscriptions(context), self.settings.oin
            )
            _run_until_closed(opened, replay, f"replay-{service.name}")
        _run_until_closed(opened, partial(watch, self._outboxes, self._consumers()), "lag")

    def _make_bus(self) -> Bus:
        """Kafka when the settings name it, otherwise the outboxes themselves."""
        subscriptions = [
            (service.name, context.database, subscription)
            for service, context in self._pairs()
            for subscription in service.subscriptions(context)
        ]
        if not self.settings.kafka_bootstrap:
            return LocalBus(self._outboxes, subscriptions, self.settings.oin)
        # Only now: its client takes time to load that others need not spend.
        from services.platform.kafka.bus import KafkaBus

        databases = [(service.name, context.database) for service, context in self._pairs()]
        return KafkaBus(self._outboxes, databases, subscriptions, self.settings)

    def _make_contexts(self, workers: Workers, http: httpx.AsyncClient) -> dict[str, Context]:
        crypto, releases, gemeenten, productcodes = _load(self.settings, self.services)
        return {
            service.name: Context(
                settings=self.settings,
                database=self._databases[service.name],
                clock=self.clock,
                crypto=crypto,
                workers=workers,
                releases=releases,
                gemeenten=gemeenten,
                productcodes=productcodes,
                http=http,
            )
            for service in self.services
        }

    def _make_client(self) -> httpx.AsyncClient:
        """Reaches the other services over the network, or in this process without one."""
        hooks = {"request": [traced]}
        if self.settings.gateway_url:
            return httpx.AsyncClient(base_url=self.settings.gateway_url, timeout=60, event_hooks=hooks)

        async def here(scope: Scope, receive: Receive, send: Send) -> None:
            await self.app()(scope, receive, send)

        transport = httpx.ASGITransport(here)
        return httpx.AsyncClient(transport=transport, base_url="http://happyflow", timeout=60, event_hooks=hooks)

    def _pairs(self) -> list[tuple[Service, Context]]:
        return [(service, self.contexts[service.name]) for service in self.services]

    def _consumers(self) -> list[tuple[str, Database, str]]:
        """Who reads which topic: service, its database, topic."""
        return [
            (service.name, context.database, subscription.topic)
            for service, context in self._pairs()
            for subscription in service.subscriptions(context)
        ]

    def app(self) -> ASGIApp:
        """The ASGI application of these services; the same one every time until ``stop``."""
        if self._app is None:
            apps = {
                service.name: create_app(service, context, self._authenticator) for service, context in self._pairs()
            }
            self._app = Edge(Gateway(apps), self.settings, self._authenticator)
        return self._app

    async def lag(self) -> dict[tuple[str, str], int]:
        """Events not handled yet, by consumer and topic."""
        return await lag_of(self._outboxes, self._consumers())

    async def unpublished(self) -> dict[tuple[str, str], int]:
        """Events that Kafka does not have yet, by service and topic; none without Kafka."""
        if not self.settings.kafka_bootstrap:
            return {}
        found: dict[tuple[str, str], int] = {}
        for service, context in self._pairs():
            own = [topic.name for topic in KAFKA_TOPICS.values() if topic.producer == service.name]
            async with context.database.connection() as connection:
                counts = await gepubliceerd.unpublished(connection, own)
            found |= {(service.name, topic): count for topic, count in counts.items()}
        return found

    async def drained(self, timeout_seconds: float = 60.0) -> bool:
        """Wait until every event has been handled, and is in Kafka where there is one; False when that takes too long.

        Handling an event may produce another one behind our back, so nothing may have been produced
        between one look at which everything was handled and the next.
        """
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        before: dict[str, int] | None = None
        while True:
            sizes = await sizes_of(self._outboxes, self._consumers())
            handled = not any((await self.lag()).values()) and not any((await self.unpublished()).values())
            if handled and sizes == before:
                return True
            before = sizes if handled else None
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Stop consuming first, then close what it used; nothing happens when it did not start."""
        closing, self._closing, self._app = self._closing, AsyncExitStack(), None
        await closing.aclose()


def _load(settings: Settings, services: Sequence[Service]) -> tuple[Crypto, Releases, Gemeentelijst, Productcodelijst]:
    """What is read from files, once and whole: what is wrong with it shows now and not at the first message."""
    try:
        releases = releases_uit(settings.releases)
        releases.controleer()
        lists = settings.codelists
        return (
            load_crypto(settings.keys, make=settings.makes_keys)
            if any(service.opens_messages for service in services)
            else Keyless(),
            releases,
            Gemeentelijst.lees_csv((lists / "gemeenten.csv").read_text(encoding="utf-8")),
            Productcodelijst.lees_csv((lists / "productcodes_jz21.csv").read_text(encoding="utf-8")),
        )
    except (OSError, ValueError, SchemaOntbreektError) as error:
        raise StartError(f"een bestand ontbreekt of is onbruikbaar: {error}") from error


def _run_until_closed(opened: AsyncExitStack, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
    """Let ``work``, which never ends, go on beside everything else; closing cancels it and waits for its end."""
    task = asyncio.create_task(for_ever(work, name), name=name)
    opened.push_async_callback(end, [task])


async def _repeat(task: PeriodicTask, context: Context) -> None:
    service = context.database.schema
    task_begins(service, task.name, task.seconds)
    while True:
        try:
            with only_when_asked(), during(begin(service, f"task {task.name}")):
                await task.run(context)
            TASK_SUCCESS.labels(service, task.name).set_to_current_time()
        except Exception as error:  # noqa: BLE001 — the next turn may succeed
            _log.warning("task_failed", task=task.name, error=type(error).__name__, exc_info=error)
        await asyncio.sleep(task.seconds)
