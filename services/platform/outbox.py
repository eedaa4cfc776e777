"""Events leave a service through its outbox, in the transaction that made them true."""

from collections.abc import Iterable
from datetime import datetime

import asyncpg
import msgspec

from services.platform.database import Connection
from services.platform.events import MAX_EVENT_BYTES, AnyTopic, Event, EventData, encode, partition_of
from services.platform.tracing.spans import traceparent_for

CHANNEL = "happyflow_outbox"
"""PostgreSQL notification channel; the payload is the topic."""


class Encoded(msgspec.Struct, frozen=True):
    """A payload whose JSON exists already, made in a worker process; ``data`` fits ``kind``."""

    kind: type[EventData]
    data: bytes


class Outgoing(msgspec.Struct, frozen=True):
    """An event to be sent; ``partition`` only where the key names a partition instead of hashing to it."""

    key: str
    payload: EventData | Encoded
    partition: int | None = None
    cause: str | None = None
    """What the event carried as ``traceparent`` that this one follows from; None: the work at hand as a whole."""


_APPEND_SQL = """
WITH new AS (
  INSERT INTO outbox (topic, partitie, sleutel, type, tijd, data, traceparent)
  SELECT e.topic, e.partitie, e.sleutel, e.type, $6, e.data, e.traceparent
  FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::bytea[], $9::text[])
    WITH ORDINALITY AS e(topic, partitie, sleutel, type, data, traceparent, place)
  ORDER BY e.place
)
SELECT pg_notify($7, topic) FROM unnest($8::text[]) AS topic
"""
"""Rows and notification in one round trip: most transactions write a handful of events, where COPY costs three."""


async def append(connection: Connection, events: Iterable[Outgoing], moment: datetime) -> int:
    """Write events to the outbox of the running transaction, in this order; returns how many.

    Raises ``ValueError`` when an event is larger than 64 KB: the producer has to cut its batch.
    """
    topics: list[str] = []
    partitions: list[int] = []
    keys: list[str] = []
    types: list[str] = []
    payloads: list[bytes] = []
    traces: list[str | None] = []
    whole = traceparent_for()
    for event in events:
        kind, data = _encoded(event.payload)
        if len(data) > MAX_EVENT_BYTES:
            raise ValueError(f"{kind.type_name} of {len(data)} bytes; at most {MAX_EVENT_BYTES} fit")
        topics.append(kind.topic)
        partitions.append(partition_of(event.key) if event.partition is None else event.partition)
        keys.append(event.key)
        types.append(kind.type_name)
        payloads.append(data)
        traces.append(whole if event.cause is None else traceparent_for(event.cause))
    if topics:
        await connection.execute(
            _APPEND_SQL, topics, partitions, keys, types, payloads, moment, CHANNEL, sorted(set(topics)), traces
        )
    return len(topics)


def _encoded(payload: EventData | Encoded) -> tuple[type[EventData], bytes]:
    if isinstance(payload, Encoded):
        return payload.kind, payload.data
    return type(payload), encode(payload)


COLUMNS = "xid, volgnummer, partitie, sleutel, event_id, type, tijd, data, traceparent"
"""What ``event_of`` makes an event of."""

READ_SQL = f"""
SELECT {COLUMNS}
FROM {{schema}}.outbox
WHERE topic = $1 AND (xid, volgnummer) > ($2, $3) AND partitie % $5 = $6
  AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY xid, volgnummer
LIMIT $4
"""
"""The next events of a lane's partitions in commit order. ``xmin`` bounds it: a row that commits late is not passed."""

NOTHING_UP_TO_SQL = """
SELECT xid, volgnummer FROM {schema}.outbox
WHERE topic = $1 AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  AND NOT EXISTS (
    SELECT 1 FROM {schema}.outbox
    WHERE topic = $1 AND (xid, volgnummer) > ($2, $3) AND partitie % $4 = $5
      AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
ORDER BY xid DESC, volgnummer DESC LIMIT 1
"""
"""The last event of a topic when a lane has none after its place, all seen at one moment."""


def event_of(row: asyncpg.Record, topic: AnyTopic, source: str) -> Event:
    """A row of the outbox as a consumer sees it."""
    return Event(
        id=row["event_id"],
        type=row["type"],
        source=source,
        time=row["tijd"],
        topic=topic.name,
        partition=row["partitie"],
        key=row["sleutel"],
        data=row["data"],
        producer=topic.producer,
        xid=row["xid"],
        volgnummer=row["volgnummer"],
        traceparent=row["traceparent"],
    )
