"""Publishes a service's outbox to Kafka: in commit order, at least once, by one publisher at a time.

A round reads what may be read of every topic, sends one batch per partition, waits until all of them are
stored, and then marks them as published. The next round begins only after that, so that within a partition
nothing overtakes what failed before it. A kill between storing and marking makes the round come again, and
consumers know from its place what they have handled.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from math import ceil
from uuid import UUID

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer

from services.platform import breekpunten
from services.platform.database import Connection, Database
from services.platform.ending import only_when_asked
from services.platform.events import KAFKA_TOPICS, DeadLetterTopic, source_of
from services.platform.kafka import gepubliceerd, topics
from services.platform.kafka.client import close_producer, end_offsets, make_producer
from services.platform.kafka.dlq import Letter, letters
from services.platform.kafka.gepubliceerd import Published, SomebodyElseError
from services.platform.kafka.reden import reason_of
from services.platform.kafka.ronde import Ronde
from services.platform.metrics import BUS_RESTARTS, EVENTS_PUBLISHED, KAFKA_CLIENTS, KAFKA_FAILURES, SEND_TIMEOUTS
from services.platform.outbox import CHANNEL, COLUMNS
from services.platform.settings import Settings

_MAX_EVENTS = 400
_MAX_BYTES = 500_000
"""Per topic and round. With one event more and the headers this still fits in one batch."""

_IDLE_SECONDS = 1.0
_SETTLE_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
_STANDBY_SECONDS = 2.0
"""How often a copy that does not publish looks whether it should."""

_START_SECONDS = 60.0
"""For the topics, and for what Kafka has of them."""

_SHORTEST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0

_log = structlog.get_logger(__name__)

_LOCK_SQL = "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || ':kafka-relay', 0))"

_LET_GO_SQL = "SET idle_session_timeout = '{seconds}s'"
"""A publisher that freezes keeps its connection, and with it the lock; PostgreSQL ends it when it says nothing."""

_SILENT_SECONDS = 60
"""Beside what starting and sending may take; at rest it looks for events every second."""

_READ_SQL = f"""
SELECT g.topic, o.* FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS g(topic, xid, volgnummer)
CROSS JOIN LATERAL (
  SELECT * FROM (
    SELECT *, sum(octet_length(data)) OVER (ORDER BY xid, volgnummer) - octet_length(data) AS before
    FROM (
      SELECT {COLUMNS}
      FROM outbox
      WHERE topic = g.topic AND (xid, volgnummer) > (g.xid, g.volgnummer)
        AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      ORDER BY xid, volgnummer
      LIMIT $4
    ) AS next
  ) AS sized
  WHERE before < $5
) AS o
ORDER BY g.topic, o.xid, o.volgnummer
"""
"""The next events of every topic in commit order, up to a number and a size."""


class KafkaLostEventsError(RuntimeError):
    """Kafka stored an event before one that it should have already: its topic was emptied or made anew."""


class Relay:
    """The publisher of one service. Many copies may run; the advisory lock lets one of them work."""

    def __init__(self, service: str, database: Database, settings: Settings) -> None:
        self._service = service
        self._database = database
        self._settings = settings
        self._send_seconds = ceil(settings.kafka_send_seconds)
        self._topics = [topic for topic in KAFKA_TOPICS.values() if topic.producer == service]
        self._source = source_of(settings.oin, service)
        self._wake = asyncio.Event()
        self._pause = _SHORTEST_PAUSE

    @property
    def publishes(self) -> bool:
        """Whether there is anything that it may publish."""
        return bool(self._topics)

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            try:
                with only_when_asked():
                    await self._lead_when_free()
                await asyncio.sleep(_STANDBY_SECONDS)
            except Exception as error:  # noqa: BLE001 — the relay may never die; it says why and begins again
                BUS_RESTARTS.labels(self._service).inc()
                reason = await reason_of(error, self._settings)
                KAFKA_FAILURES.labels(self._service, reason).inc()
                _log.warning(
                    "relay_retry",
                    service=self._service,
                    reason=reason.value,
                    error=type(error).__name__,
                    detail=str(error)[:200],
                )
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _lead_when_free(self) -> None:
        """Publish for as long as all goes well; returns at once when another copy does."""
        async with self._database.connection() as connection:
            # Given back, the connection drops its locks and listeners.
            if await connection.fetchval(_LOCK_SQL):
                await connection.execute(_LET_GO_SQL.format(seconds=_SILENT_SECONDS + 2 * self._send_seconds))
                await self._lead(connection)

    async def _lead(self, connection: Connection) -> None:
        async with self._listening(connection), self._producer() as producer:
            async with asyncio.timeout(_START_SECONDS):
                await topics.ensure(self._settings, self._topics)
                published = await self._load(connection)
            settle = iter(_SETTLE_SECONDS)
            while True:
                self._wake.clear()
                if await self._round(connection, producer, published):
                    self._pause = _SHORTEST_PAUSE
                    settle = iter(_SETTLE_SECONDS)
                    continue
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(next(settle, _IDLE_SECONDS)):
                        await self._wake.wait()
                    settle = iter(_SETTLE_SECONDS)
                if not self._wake.is_set() and not await gepubliceerd.still_there(connection, published):
                    raise SomebodyElseError(self._service)

    @asynccontextmanager
    async def _listening(self, connection: Connection) -> AsyncIterator[None]:
        names = {topic.name for topic in self._topics}

        def notified(_connection: object, _pid: int, _channel: str, topic: object) -> None:
            if topic in names:
                self._wake.set()

        await connection.add_listener(CHANNEL, notified)
        try:
            yield
        finally:
            with contextlib.suppress(Exception):
                await connection.remove_listener(CHANNEL, notified)

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[AIOKafkaProducer]:
        """A producer for as long as nothing fails: after any failure what it holds is unknown, and it is replaced."""
        producer = make_producer(self._settings, self._service)
        KAFKA_CLIENTS.labels(self._service, "producer").inc()
        try:
            async with asyncio.timeout(self._settings.kafka_send_seconds):
                await producer.start()
            yield producer
        finally:
            await close_producer(producer)

    async def _load(self, connection: Connection) -> dict[str, Published]:
        """What is published, after a look at whether Kafka still has it."""
        names = [topic.name for topic in self._topics]
        published = await gepubliceerd.load(connection, names)
        stored = {
            # Of some only is known that they were stored, not where.
            (topics.kafka_name(self._settings, name), partition): state.offsets.get(partition, 0)
            for name, state in published.items()
            for partition in state.last
        }
        ends = await end_offsets(self._settings, self._service, list(stored)) if stored else {}
        lost = {name for (name, partition), offset in stored.items() if ends.get((name, partition), 0) <= offset}
        for name in names:
            if topics.kafka_name(self._settings, name) in lost:
                _log.warning("kafka_lost_events", service=self._service, topic=name)
                await gepubliceerd.forget(connection, name)
                published[name] = Published()
        return published

    async def _round(self, connection: Connection, producer: AIOKafkaProducer, published: dict[str, Published]) -> int:
        """Publish the next events of every topic and mark them; returns how many."""
        rows = await connection.fetch(
            _READ_SQL,
            list(published),
            [state.place[0] for state in published.values()],
            [state.place[1] for state in published.values()],
            _MAX_EVENTS,
            _MAX_BYTES,
        )
        if not rows:
            return 0
        rounds: dict[str, Ronde] = {}
        set_aside = await self._letters(connection, rows)
        for row in rows:
            name = row["topic"]
            if name not in rounds:
                rounds[name] = Ronde(KAFKA_TOPICS[name], published[name], self._source, set_aside)
            rounds[name].add(producer, row)
        breekpunten.raak("relay.voor-verzenden")
        try:
            async with asyncio.timeout(self._settings.kafka_send_seconds):
                await asyncio.gather(*(work.send(producer, self._settings) for work in rounds.values()))
        except TimeoutError:
            SEND_TIMEOUTS.labels(self._service).inc()
            raise
        breekpunten.raak("relay.na-bevestiging")
        async with connection.transaction():
            for name, work in rounds.items():
                await self._store(connection, work, published[name])
        # Not before the commit: when that fails the places in memory must be the old ones.
        for name, work in rounds.items():
            work.apply(published[name])
            EVENTS_PUBLISHED.labels(self._service, name).inc(work.events)
        return sum(work.events for work in rounds.values())

    async def _letters(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> Mapping[UUID, Letter]:
        """What goes with the dead letters among these rows of the outbox."""
        ids = [row["event_id"] for row in rows if isinstance(KAFKA_TOPICS[row["topic"]], DeadLetterTopic)]
        return await letters(connection, self._service, ids) if ids else {}

    async def _store(self, connection: Connection, work: Ronde, known: Published) -> None:
        for partition, offset in work.after.offsets.items():
            if offset <= known.offsets.get(partition, -1):
                raise KafkaLostEventsError(work.topic.name)
        await gepubliceerd.mark(connection, work.topic.name, known.place, work.after)
