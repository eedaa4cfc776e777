"""What Kafka alone still holds of a service: events that a consumer has not handled and the outbox does not know.

A consumer hears those all the same, once it reads on; whoever makes the service's outbox anew has to know of them.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.platform.database import Connection
from services.platform.events import TOPICS, Event, Topic
from services.platform.kafka import topics
from services.platform.kafka.client import close_consumer, make_consumer
from services.platform.kafka.headers import UnreadableRecordError, received
from services.platform.posities import BEGIN, Position
from services.platform.settings import Settings

_ASK_SECONDS: Final = 30.0
_SILENT_SECONDS: Final = 60.0
_POLL_MS: Final = 500
_PART: Final = 2000


class Unread(NamedTuple):
    """Who has not handled something, and of which topic."""

    consumer: str
    topic: str


class NotShownError(RuntimeError):
    """Kafka does not show topics from which consumers did read: they are gone, or we may not see them."""


async def heard_from_kafka(connection: Connection, producer: str) -> set[str]:
    """The topics of this producer of which any consumer ever handled an event that came from Kafka."""
    return {
        topic.name
        for topic in TOPICS.values()
        if topic.producer == producer
        for consumer in topic.consumers
        if await connection.fetchval(
            f'SELECT EXISTS (SELECT FROM "{consumer}".posities WHERE topic = $1 AND kafka_offset IS NOT NULL)',
            topic.name,
        )
    }


async def only_in_kafka(settings: Settings, connection: Connection, producer: str, *, gone: bool) -> list[Unread]:
    """Every consumer and topic of this producer with an event left that stands in no outbox.

    What decides is each record's place against what the consumer's database stores. Offsets say too little: a record
    that was sent twice lies after the last that was handled. ``connection`` reads every schema. With ``gone``, topics
    that Kafka does not show hold nothing; otherwise ``NotShownError`` where something was read. Raises ``TopicsError``
    when a partition has nobody who leads it, ``TimeoutError``, and what the client raises when brokers do not answer.
    """
    own = [topic for topic in TOPICS.values() if topic.producer == producer]
    async with asyncio.timeout(_ASK_SECONDS):
        counts = await topics.present(settings, own)
    hidden = await heard_from_kafka(connection, producer) - counts.keys()
    if hidden and not gone:
        raise NotShownError(", ".join(sorted(hidden)))
    if not counts:
        return []
    client = make_consumer(settings, producer, group=None)
    try:
        async with asyncio.timeout(_ASK_SECONDS):
            await client.start()
        return [
            Unread(consumer, topic.name)
            for topic in own
            for consumer in topic.consumers
            if await _holds_more(client, connection, topic, consumer, _of(settings, topic, counts))
        ]
    finally:
        await close_consumer(client)


def _of(settings: Settings, topic: Topic, counts: Mapping[str, int]) -> list[TopicPartition]:
    name = topics.kafka_name(settings, topic.name)
    return [TopicPartition(name, partition) for partition in range(counts.get(topic.name, 0))]


async def _holds_more(
    client: AIOKafkaConsumer, connection: Connection, topic: Topic, consumer: str, partitions: Sequence[TopicPartition]
) -> bool:
    places = await _places(connection, consumer, topic.name)
    left = await _left(client, partitions, {partition: offset for partition, (_, offset) in places.items()})
    if not left:
        return False
    client.assign(list(left))
    for tp, (start, _) in left.items():
        client.seek(tp, start)
    heard = time.monotonic()
    while left:
        records = await client.getmany(*left, timeout_ms=_POLL_MS, max_records=_PART)
        if records:
            heard = time.monotonic()
        elif time.monotonic() - heard > _SILENT_SECONDS:
            raise TimeoutError("the brokers do not give what they hold")
        events = [event for tp, found in records.items() for event in _events(topic, tp.partition, found)]
        new = [event for event in events if event.position > places.get(event.partition, (BEGIN, 0))[0]]
        if new and await _not_in_outbox(connection, topic, new):
            return True
        for tp, (_, end) in list(left.items()):
            if await client.position(tp) >= end:
                del left[tp]
    return False


async def _left(
    client: AIOKafkaConsumer, partitions: Sequence[TopicPartition], offsets: Mapping[int, int]
) -> dict[TopicPartition, tuple[int, int]]:
    """From where to where each partition is to be read: what this consumer would read, up to where it ends now."""
    if not partitions:
        return {}
    async with asyncio.timeout(_ASK_SECONDS):
        begins = await client.beginning_offsets(list(partitions))
        ends = await client.end_offsets(list(partitions))
    left = {}
    for tp in partitions:
        stored = offsets.get(tp.partition, 0)
        # A topic that was made anew, or of which the beginning was thrown away, is read from its beginning.
        start = stored if begins[tp] <= stored <= ends[tp] else begins[tp]
        if start < ends[tp]:
            left[tp] = (start, ends[tp])
    return left


def _events(topic: Topic, partition: int, records: Sequence[Any]) -> list[Event]:
    """What is no event of ours a consumer sets aside."""
    found = []
    for record in records:
        try:
            item = received(topic, partition, record.offset, record.key, record.value, record.headers)
        except UnreadableRecordError:
            continue
        found.append(item.event)
    return found


async def _places(connection: Connection, consumer: str, topic: str) -> dict[int, tuple[Position, int]]:
    rows = await connection.fetch(
        f'SELECT partitie, xid, volgnummer, kafka_offset FROM "{consumer}".posities WHERE topic = $1 AND partitie >= 0',
        topic,
    )
    return {row["partitie"]: ((row["xid"], row["volgnummer"]), row["kafka_offset"] or 0) for row in rows}


async def _not_in_outbox(connection: Connection, topic: Topic, events: Sequence[Event]) -> bool:
    if not await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f'"{topic.producer}".outbox'):
        return True
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS e(event_id, xid, volgnummer)"
            f' WHERE NOT EXISTS (SELECT FROM "{topic.producer}".outbox o WHERE o.topic = $1 AND o.xid = e.xid'
            " AND o.volgnummer = e.volgnummer AND o.event_id = e.event_id))",
            topic.name,
            [event.id for event in events],
            [event.xid for event in events],
            [event.volgnummer for event in events],
        )
    )
