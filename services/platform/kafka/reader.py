"""One reader of a subscription: its share of the assigned partitions, handled batch by batch with one effect."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError

from services.platform.bus import Attempts, Subscription, deliver, deliver_carefully, failed_anew
from services.platform.database import Database, is_transient
from services.platform.ending import StrayCancellationError, only_when_asked
from services.platform.events import TOPICS, Event, source_of
from services.platform.kafka import topics
from services.platform.kafka.headers import Received, UnreadableRecordError, received
from services.platform.kafka.onleesbaar import set_aside
from services.platform.metrics import BUS_BATCH_SECONDS, BUS_GAPS, EVENTS_HANDLED, GAPS_OPEN
from services.platform.outbox import COLUMNS, event_of
from services.platform.posities import BEGIN, Position, places
from services.platform.settings import Settings
from services.platform.tracing.delivery import Delivery

_POLL_MS = 500
_UNASSIGNED_SECONDS = 0.1
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0

_log = structlog.get_logger(__name__)

_BETWEEN_SQL = f"""
SELECT {COLUMNS}
FROM {{schema}}.outbox
WHERE topic = $1 AND partitie = $2 AND (xid, volgnummer) > ($3, $4) AND (xid, volgnummer) <= ($5, $6)
ORDER BY xid, volgnummer
LIMIT $7
"""


class GapError(RuntimeError):
    """Kafka names an event before this one that neither we nor the outbox know: the topic is another system's."""


class Reader:
    """Reads the partitions of one topic that leave remainder ``lane`` when divided by the number of lanes."""

    def __init__(
        self,
        service: str,
        database: Database,
        subscription: Subscription,
        lane: int,
        outboxes: Database,
        settings: Settings,
    ) -> None:
        self.busy = False
        """At work for the database, or pausing after a failure: not waiting for Kafka."""
        self.alive = time.monotonic()
        """When it last came round."""
        self.next_offsets: dict[TopicPartition, int] = {}
        """Where to read on, by partition: everything before it is handled."""
        self._service = service
        self._database = database
        self._subscription = subscription
        self._lane = lane
        self._outboxes = outboxes
        self._topic = TOPICS[subscription.topic]
        self._kafka_topic = topics.kafka_name(settings, subscription.topic)
        self._source = source_of(settings.oin, self._topic.producer)
        self._places: dict[int, Position] = {}
        self._attempts: dict[str, Attempts] = {}
        self._gaps: set[int] = set()
        self._waiting: dict[TopicPartition, float] = {}
        """Partitions that miss an event which nobody has, until when we look no further; the others go on."""
        self._gaps_open = GAPS_OPEN.labels(service, subscription.topic)
        self._pause = _SHORTEST_PAUSE

    async def run(self, consumer: AIOKafkaConsumer, unplaced: set[TopicPartition]) -> None:
        """Read until cancelled. Raises what the client raises: it is to be replaced then."""
        self.next_offsets = {}
        self._waiting = {}
        self.busy = False
        try:
            await self._run(consumer, unplaced)
        finally:
            self._close_gaps(set(self._gaps))

    async def _run(self, consumer: AIOKafkaConsumer, unplaced: set[TopicPartition]) -> None:
        while True:
            self.alive = time.monotonic()
            mine = self._mine(consumer)
            try:
                with only_when_asked():
                    await self._once(consumer, unplaced, mine)
            except (KafkaError, ConsumerStoppedError, StrayCancellationError):
                raise
            except Exception as error:  # noqa: BLE001 — a reader may never die; it says why and tries again
                _log.warning(
                    "bus_retry",
                    service=self._service,
                    topic=self._topic.name,
                    error=type(error).__name__,
                    detail=str(error)[:200] if is_transient(error) or isinstance(error, GapError) else None,
                )
                # What was fetched is not given again: back to the stored places.
                unplaced.update(mine)
                self.busy = True
                if failed_anew(error, self._attempts):
                    self._pause = _SHORTEST_PAUSE
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            self.busy = False

    def _mine(self, consumer: AIOKafkaConsumer) -> list[TopicPartition]:
        return [
            tp
            for tp in consumer.assignment()
            if tp.topic == self._kafka_topic and tp.partition % self._subscription.lanes == self._lane
        ]

    async def _once(
        self, consumer: AIOKafkaConsumer, unplaced: set[TopicPartition], mine: Sequence[TopicPartition]
    ) -> None:
        for tp in (self.next_offsets.keys() | self._waiting.keys()).difference(mine):
            self.next_offsets.pop(tp, None)
            self._waiting.pop(tp, None)
            self._close_gaps({tp.partition})
        ready = self._ready(mine, unplaced)
        if not ready:
            await asyncio.sleep(_UNASSIGNED_SECONDS)
            return
        if wanted := unplaced.intersection(ready):
            self.busy = True
            await self._seek(consumer, unplaced, wanted)
            self.busy = False
        # The client keeps one fetch per partition at most until it is taken: a slow reader fills no memory.
        fetched = await consumer.getmany(*ready, timeout_ms=_POLL_MS, max_records=self._subscription.max_events)
        # A rebalance meanwhile: these come again from the stored place.
        records = {tp: found for tp, found in fetched.items() if tp not in unplaced}
        if records:
            self.busy = True
            await self._handle(records)
            self._pause = _SHORTEST_PAUSE

    def _ready(self, mine: Sequence[TopicPartition], unplaced: set[TopicPartition]) -> list[TopicPartition]:
        """Those that do not wait for an event that is missing; who waited long enough begins at its stored place."""
        over = {tp for tp, until in self._waiting.items() if time.monotonic() >= until}
        unplaced |= over
        for tp in over:
            del self._waiting[tp]
        return [tp for tp in mine if tp not in self._waiting]

    async def _seek(
        self, consumer: AIOKafkaConsumer, unplaced: set[TopicPartition], wanted: set[TopicPartition]
    ) -> None:
        async with self._database.connection() as connection:
            stored = await places(connection, self._topic.name, [tp.partition for tp in wanted])
        assigned = consumer.assignment()
        for tp in wanted & assigned:
            self._places[tp.partition], offset = stored[tp.partition]
            # An offset that Kafka does not have (any more) becomes the first it has.
            consumer.seek(tp, offset)
            self.next_offsets[tp] = offset
        unplaced.difference_update(wanted)

    async def _handle(self, records: dict[TopicPartition, list[ConsumerRecord]]) -> None:
        batch: list[Event] = []
        places_then = dict(self._places)
        held: set[int] = set()
        for item in await self._new(records):
            partition = item.event.partition
            if partition in held:
                continue
            if item.previous > places_then.get(partition, BEGIN):
                await self._deliver(batch)
                batch = []
                try:
                    await self._fill(partition, item.previous)
                except GapError as error:
                    _log.warning("gap_waits", service=self._service, topic=self._topic.name, detail=str(error))
                    held.add(partition)
                    continue
            batch.append(item.event)
            places_then[partition] = item.event.position
        await self._deliver(batch)
        self._move_on(records, held)

    def _move_on(self, records: dict[TopicPartition, list[ConsumerRecord]], held: set[int]) -> None:
        """All of it is handled, except where an event is missing: there nothing is read for a while."""
        for tp, found in records.items():
            if tp.partition in held:
                self._waiting[tp] = time.monotonic() + _LONGEST_PAUSE
                self.next_offsets.pop(tp, None)
            else:
                self.next_offsets[tp] = found[-1].offset + 1
        self._close_gaps({tp.partition for tp in records} - held)

    async def _new(self, records: dict[TopicPartition, list[ConsumerRecord]]) -> list[Received]:
        """What was not handled before, in the order of the outbox; sets aside what is no event."""
        found: list[Received] = []
        for tp, items in records.items():
            place = self._places.get(tp.partition, BEGIN)
            for record in items:
                try:
                    item = received(self._topic, tp.partition, record.offset, record.key, record.value, record.headers)
                except UnreadableRecordError as error:
                    await set_aside(self._database, self._topic.name, record, str(error))
                    continue
                # The relay sends again what it is not sure of.
                if item.event.position > place:
                    place = item.event.position
                    found.append(item)
        found.sort(key=lambda item: item.event.position)
        return found

    async def _fill(self, partition: int, upto: Position) -> None:
        """Handle what Kafka no longer has of a partition from the outbox, which keeps everything.

        Raises ``GapError`` when the outbox does not know ``upto``.
        """
        BUS_GAPS.labels(self._service, self._topic.name).inc()
        if partition not in self._gaps:
            self._gaps.add(partition)
            self._gaps_open.inc()
        _log.warning("bus_gap", service=self._service, topic=self._topic.name, partition=partition)
        sql = _BETWEEN_SQL.format(schema=self._topic.producer)
        while (place := self._places.get(partition, BEGIN)) < upto:
            async with self._outboxes.connection() as connection:
                rows = await connection.fetch(
                    sql, self._topic.name, partition, *place, *upto, self._subscription.max_events
                )
            events = [event_of(row, self._topic, self._source) for row in rows]
            if not events or (len(events) < self._subscription.max_events and events[-1].position != upto):
                raise GapError(f"partition {partition} of {self._topic.name} has a predecessor that is unknown")
            await self._deliver(events)

    def _close_gaps(self, partitions: set[int]) -> None:
        """These do not wait any more, or not here."""
        self._gaps_open.dec(len(self._gaps & partitions))
        self._gaps -= partitions

    async def _deliver(self, events: list[Event]) -> None:
        for part in _slices(events, self._subscription.max_bytes):
            with (
                Delivery(self._service, self._topic.name, part),
                BUS_BATCH_SECONDS.labels(self._service, self._topic.name).time(),
            ):
                try:
                    with only_when_asked():
                        await deliver(self._database, self._subscription, part)
                except Exception as error:
                    if is_transient(error):
                        raise
                    _log.warning(
                        "batch_failed",
                        service=self._service,
                        topic=self._topic.name,
                        events=len(part),
                        error=type(error).__name__,
                        exc_info=error,
                    )
                    await deliver_carefully(self._database, self._subscription, part, self._attempts)
            self._places |= {event.partition: event.position for event in part}
            EVENTS_HANDLED.labels(self._service, self._topic.name).inc(len(part))


def _slices(events: Sequence[Event], max_bytes: int) -> Iterator[list[Event]]:
    """Parts of at most ``max_bytes`` of data each, or of one event."""
    part: list[Event] = []
    size = 0
    for event in events:
        if part and size + len(event.data) > max_bytes:
            yield part
            part, size = [], 0
        part.append(event)
        size += len(event.data)
    if part:
        yield part
