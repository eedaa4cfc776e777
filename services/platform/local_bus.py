"""The bus of a single machine: subscriptions read the producers' outbox tables themselves.

It needs no broker and works across processes too, since the outbox and the positions are in the
database. A role of its own may read every outbox and nothing else.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from services.platform.bus import Attempts, Subscription, deliver, deliver_carefully, failed_anew
from services.platform.database import Database, is_transient
from services.platform.ending import end, for_ever, only_when_asked
from services.platform.events import TOPICS, Event, source_of
from services.platform.metrics import BUS_BATCH_SECONDS, EVENTS_HANDLED
from services.platform.outbox import CHANNEL, NOTHING_UP_TO_SQL, READ_SQL, event_of
from services.platform.posities import Lane, Position, keep_lane, start_of
from services.platform.tracing.delivery import Delivery

_IDLE_SECONDS = 1.0
"""How long a reader sleeps when no notification comes: they can be lost, the rows cannot."""

_SETTLE_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Pauses after a notification: the row becomes readable once every older transaction has ended."""

_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
"""Between attempts: doubled after every failure in a row."""

_log = structlog.get_logger(__name__)


@dataclass
class _Reader:
    """One lane of one subscription of one service, and where it is."""

    service: str
    database: Database
    subscription: Subscription
    lane: Lane
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    place: Position | None = None
    attempts: dict[str, Attempts] = field(default_factory=dict)
    pause: float = _SHORTEST_PAUSE


class LocalBus:
    """Runs every subscription in this process until it is stopped."""

    def __init__(
        self, outboxes: Database, subscriptions: Sequence[tuple[str, Database, Subscription]], oin: str
    ) -> None:
        self._outboxes = outboxes
        self._oin = oin
        self._readers = [
            _Reader(service, database, subscription, Lane(number, subscription.lanes))
            for service, database, subscription in subscriptions
            for number in range(subscription.lanes)
        ]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin reading; returns at once."""
        works = [(self._listen, "bus-listen")]
        works += [
            (partial(self._run, reader), f"bus-{reader.service}-{reader.subscription.topic}-{reader.lane.number}")
            for reader in self._readers
        ]
        self._tasks = [asyncio.create_task(for_ever(work, name), name=name) for work, name in works]

    async def stop(self) -> None:
        """Stop between batches where possible; a batch cut off is rolled back and comes again."""
        await end(self._tasks)
        self._tasks = []

    async def _listen(self) -> None:
        """Wake the readers of a topic when its outbox grows; any trouble only means polling."""
        while True:
            try:
                with only_when_asked():
                    await self._listen_once()
            except Exception as error:  # noqa: BLE001 — a listener may never die either
                _log.warning("bus_deaf", error=type(error).__name__)
            await asyncio.sleep(_IDLE_SECONDS)

    async def _listen_once(self) -> None:
        """Until the connection ends."""
        async with self._outboxes.connection() as connection:
            gone = asyncio.Event()
            connection.add_termination_listener(lambda *_: gone.set())
            await connection.add_listener(CHANNEL, self._notified)
            self._wake_all()
            try:
                await gone.wait()
            finally:
                await connection.remove_listener(CHANNEL, self._notified)

    def _notified(self, _connection: object, _pid: int, _channel: str, topic: object) -> None:
        for reader in self._readers:
            if reader.subscription.topic == topic:
                reader.wake.set()

    def _wake_all(self) -> None:
        for reader in self._readers:
            reader.wake.set()

    async def _run(self, reader: _Reader) -> None:
        while True:
            try:
                with only_when_asked():
                    await self._drain(reader)
            except Exception as error:  # noqa: BLE001 — a reader may never die; it says why and tries again
                _log.warning(
                    "bus_retry",
                    service=reader.service,
                    topic=reader.subscription.topic,
                    error=type(error).__name__,
                    detail=str(error)[:200] if is_transient(error) else None,
                )
                reader.place = None
                if failed_anew(error, reader.attempts):
                    reader.pause = _SHORTEST_PAUSE
                await asyncio.sleep(reader.pause)
                reader.pause = min(reader.pause * 2, _LONGEST_PAUSE)

    async def _drain(self, reader: _Reader) -> None:
        """Handle everything there is, then wait for a sign of more."""
        settle = iter(_SETTLE_SECONDS)
        while True:
            reader.wake.clear()
            events = await self._read(reader)
            if events:
                await self._handle(reader, events)
                reader.pause = _SHORTEST_PAUSE
                settle = iter(_SETTLE_SECONDS)
                continue
            if reader.lane.count > 1:
                await self._skip_others(reader)
            timeout = next(settle, _IDLE_SECONDS)
            # Not wait_for: it loses a cancellation that comes with the wake-up (bpo-37658), and stop() would wait on.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await reader.wake.wait()
                settle = iter(_SETTLE_SECONDS)

    async def _handle(self, reader: _Reader, events: list[Event]) -> None:
        subscription = reader.subscription
        with (
            Delivery(reader.service, subscription.topic, events),
            BUS_BATCH_SECONDS.labels(reader.service, subscription.topic).time(),
        ):
            try:
                with only_when_asked():
                    await deliver(reader.database, subscription, events, reader.lane)
            except Exception as error:
                if is_transient(error):
                    raise
                # One of these events spoils the batch: find out which.
                _log.warning(
                    "batch_failed",
                    service=reader.service,
                    topic=subscription.topic,
                    events=len(events),
                    error=type(error).__name__,
                    exc_info=error,
                )
                await deliver_carefully(reader.database, subscription, events, reader.attempts, reader.lane)
        reader.place = events[-1].position
        EVENTS_HANDLED.labels(reader.service, subscription.topic).inc(len(events))

    async def _read(self, reader: _Reader) -> list[Event]:
        topic = TOPICS[reader.subscription.topic]
        if reader.place is None:
            reader.place = await self._stored_place(reader)
        async with self._outboxes.connection() as connection:
            rows = await connection.fetch(
                READ_SQL.format(schema=topic.producer),
                topic.name,
                *reader.place,
                reader.subscription.max_events,
                reader.lane.count,
                reader.lane.number,
            )
        events: list[Event] = []
        size = 0
        source = source_of(self._oin, topic.producer)
        for row in rows:
            size += len(row["data"])
            if events and size > reader.subscription.max_bytes:
                break
            events.append(event_of(row, topic, source))
        return events

    async def _skip_others(self, reader: _Reader) -> None:
        """Move a lane that has nothing to do past the events of the others, which it would look through every time."""
        topic = TOPICS[reader.subscription.topic]
        if reader.place is None:
            return
        async with self._outboxes.connection() as connection:
            row = await connection.fetchrow(
                NOTHING_UP_TO_SQL.format(schema=topic.producer),
                topic.name,
                *reader.place,
                reader.lane.count,
                reader.lane.number,
            )
        if row is None or (row["xid"], row["volgnummer"]) <= reader.place:
            return
        reader.place = (row["xid"], row["volgnummer"])
        async with reader.database.connection() as connection:
            await keep_lane(connection, topic.name, reader.lane, reader.place)

    async def _stored_place(self, reader: _Reader) -> Position:
        async with reader.database.transaction() as connection:
            return await start_of(connection, reader.subscription.topic, reader.lane)
