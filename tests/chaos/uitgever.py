"""Publishers that do to the events of a service what a broker, or one of ours, never would.

``Uitgever`` takes the place of the service's own publisher, by its lock: it sends events in another order, some of
them much later, or holds one back. ``herhaal`` sends everything that Kafka has of an opstelling twice more.
"""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from services.platform.events import TOPICS, Event
from services.platform.kafka import gepubliceerd, topics
from services.platform.kafka.client import make_consumer, make_producer
from services.platform.kafka.headers import record_headers
from services.platform.outbox import COLUMNS, event_of
from services.platform.posities import BEGIN, Position
from services.platform.settings import Settings
from tests.chaos.opstelling import Systeem
from tests.chaos.waarnemen import tot

_MINE = "SELECT hashtextextended($1 || ':kafka-relay', 0)"
_HOLDERS = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = $1
  AND pid <> $2
"""
_NEXT = f"""
SELECT topic, {COLUMNS} FROM {{schema}}.outbox
WHERE (xid, volgnummer) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY xid, volgnummer
"""
_LATE = 0.2
"""Of all events, those that come a round after the ones that follow them."""

_ROUND_SECONDS = 0.3


@dataclass
class _Record:
    """An event and the one before it in its partition, as the real publisher would name it."""

    event: Event
    previous: Position


class Uitgever:
    """The publisher of one service until ``stop``; then the service's own begins again, at the beginning."""

    def __init__(self, systeem: Systeem, service: str, seed: int) -> None:
        self.published = 0
        self.turned = 0
        """Events that were sent after one that follows them in their partition."""
        self.caught_up = False
        """Whether the last round found nothing left to send."""
        self.held: _Record | None = None
        """What ``hold_back`` kept."""
        self._settings = systeem.opstelling.settings
        self._dsn = systeem.opstelling.dsn
        self._service = service
        self._chance = random.Random(f"{seed} {service}")
        self._hold: str | None = None
        self._place: Position = BEGIN
        self._last: dict[tuple[str, int], Position] = {}
        self._sent: dict[tuple[str, int], Position] = {}
        self._late: list[_Record] = []

    def hold_back(self, topic: str) -> None:
        """Do not send the next event of this topic; those after it are sent at once."""
        self._hold = topic

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["Uitgever"]:
        """Publish, from the beginning of the outbox."""
        producer = make_producer(self._settings, "proef")
        connection = await asyncpg.connect(self._dsn, server_settings={"search_path": self._service})
        await producer.start()
        try:
            await self._take_over(connection)
            publishing = asyncio.create_task(self._publish(connection, producer))
            try:
                yield self
            finally:
                publishing.cancel()
                (ended,) = await asyncio.gather(publishing, return_exceptions=True)
                if isinstance(ended, Exception):
                    print(f"the publisher of {self._service} ended: {ended!r}")
                for topic in self._topics():
                    await gepubliceerd.forget(connection, topic)
        finally:
            await producer.stop()
            await connection.close()

    def _topics(self) -> list[str]:
        return [topic.name for topic in TOPICS.values() if topic.producer == self._service]

    async def _take_over(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Stand in line for the lock, and end the sessions that have it: nobody comes between."""
        key = await connection.fetchval(_MINE, self._service)
        waiting = asyncio.create_task(connection.execute("SELECT pg_advisory_lock($1)", key))
        other = await asyncpg.connect(self._dsn)
        try:
            while not waiting.done():
                await asyncio.sleep(0.1)
                if not waiting.done():
                    await other.execute(_HOLDERS, key, connection.get_server_pid())
            await waiting
        finally:
            await other.close()

    async def _publish(self, connection: "asyncpg.Connection[asyncpg.Record]", producer: AIOKafkaProducer) -> None:
        while True:
            now, self._late = self._late, []
            for record in await self._new(connection):
                if record.event.topic == self._hold:
                    self.held, self._hold = record, None
                elif not self.held and self._chance.random() < _LATE:
                    self._late.append(record)
                else:
                    now.append(record)
            for record in self._turned(now):
                await self._send(producer, record)
            self.caught_up = not now and not self._late
            if not self._late:
                await self._mark(connection)
            await asyncio.sleep(_ROUND_SECONDS)

    async def _new(self, connection: "asyncpg.Connection[asyncpg.Record]") -> list[_Record]:
        found = []
        for row in await connection.fetch(_NEXT.format(schema=self._service), *self._place):
            event = event_of(row, TOPICS[row["topic"]], f"urn:proef:{self._service}")
            where = (event.topic, event.partition)
            found.append(_Record(event, self._last.get(where, BEGIN)))
            self._last[where] = self._place = event.position
        return found

    def _turned(self, records: list[_Record]) -> list[_Record]:
        """In an order of chance, in which only those of one key keep theirs."""
        keys: defaultdict[tuple[str, str], deque[_Record]] = defaultdict(deque)
        for record in sorted(records, key=lambda record: record.event.position):
            keys[record.event.topic, record.event.key].append(record)
        order = []
        while keys:
            key = self._chance.choice(list(keys))
            order.append(keys[key].popleft())
            if not keys[key]:
                del keys[key]
        return order

    async def _send(self, producer: AIOKafkaProducer, record: _Record) -> None:
        event = record.event
        where = (event.topic, event.partition)
        self.turned += event.position < self._sent.get(where, BEGIN)
        self._sent[where] = max(event.position, self._sent.get(where, BEGIN))
        await producer.send_and_wait(
            topics.kafka_name(self._settings, event.topic), event.data, event.key.encode(), event.partition,
            headers=record_headers(event, record.previous),
        )  # fmt: skip
        self.published += 1

    async def _mark(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Everything read so far is published, for whoever waits for that."""
        for topic in self._topics():
            await connection.execute(
                "INSERT INTO gepubliceerd (topic, partitie, xid, volgnummer) VALUES ($1, -1, $2, $3)"
                " ON CONFLICT (topic, partitie) DO UPDATE SET xid = excluded.xid, volgnummer = excluded.volgnummer",
                topic, *self._place,
            )  # fmt: skip


async def herhaal(systeem: Systeem, keer: int = 2) -> int:
    """Send every record of every topic so many times more, and wait until the consumers have had all of it."""
    settings = systeem.opstelling.settings
    consumer, producer = make_consumer(settings, "proef", None), make_producer(settings, "proef")
    await consumer.start()
    await producer.start()
    try:
        partitions = [
            TopicPartition(topics.kafka_name(settings, topic.name), number)
            for topic in TOPICS.values()
            for number in range(topic.partitions)
        ]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        sent = 0
        for tp, end in ends.items():
            for record in await _records(consumer, tp, end):
                for _ in range(keer):
                    await producer.send(tp.topic, record.value, record.key, tp.partition, headers=list(record.headers))
                    sent += 1
        await producer.flush()
        ends = await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()
        await producer.stop()
    for topic in TOPICS.values():
        for service in topic.consumers:
            name = topics.kafka_name(settings, topic.name)
            wanted = {tp: end for tp, end in ends.items() if tp.topic == name and end}
            await _read_up_to(settings, service, wanted)
    return sent


async def _records(consumer: AIOKafkaConsumer, tp: TopicPartition, end: int) -> list[ConsumerRecord]:
    consumer.pause(*consumer.assignment())
    consumer.resume(tp)
    consumer.seek(tp, 0)
    found: list[ConsumerRecord] = []
    while await consumer.position(tp) < end:
        found += (await consumer.getmany(tp, timeout_ms=1000)).get(tp, [])
    return found[:end]


async def _read_up_to(settings: Settings, service: str, wanted: dict[TopicPartition, int]) -> None:
    """Until the group of a service says that it has read everything of a topic."""
    admin = topics.make_admin(settings)
    await admin.start()
    try:

        async def done() -> bool:
            offsets = await admin.list_consumer_group_offsets(topics.group_name(settings, service))
            return all(tp in offsets and offsets[tp].offset >= end for tp, end in wanted.items())

        await tot(done, f"{service} reads what was sent again")
    finally:
        await admin.close()
