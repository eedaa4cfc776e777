"""How far a service's outbox is published: per topic a place in the outbox, per partition its last event.

The place of a topic counts for all its partitions, since they are published in one order. The last event of
each partition is what the next one names as its predecessor, and its offset tells whether Kafka still has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.platform.database import Connection
from services.platform.posities import BEGIN, Position

_WHOLE = -1
"""The row of a topic's place."""


class SomebodyElseError(RuntimeError):
    """Another publisher moved the place meanwhile: this one no longer holds the lock."""


@dataclass
class Published:
    """One topic's state, as stored."""

    place: Position = BEGIN
    last: dict[int, Position] = field(default_factory=dict)
    offsets: dict[int, int] = field(default_factory=dict)


async def load(connection: Connection, topics: Sequence[str]) -> dict[str, Published]:
    """What is stored of these topics; new ones begin at the beginning of the outbox."""
    await connection.execute(
        "INSERT INTO gepubliceerd (topic, partitie, xid, volgnummer)"
        " SELECT t, $2, 0, 0 FROM unnest($1::text[]) AS t ON CONFLICT DO NOTHING",
        topics,
        _WHOLE,
    )
    found = {topic: Published() for topic in topics}
    for row in await connection.fetch("SELECT * FROM gepubliceerd WHERE topic = ANY($1::text[])", topics):
        state, position = found[row["topic"]], (row["xid"], row["volgnummer"])
        if row["partitie"] == _WHOLE:
            state.place = position
            continue
        state.last[row["partitie"]] = position
        if row["kafka_offset"] is not None:
            state.offsets[row["partitie"]] = row["kafka_offset"]
    return found


async def mark(connection: Connection, topic: str, before: Position, after: Published) -> None:
    """Store that a topic is published up to ``after.place``; the state names the partitions that changed.

    Raises ``SomebodyElseError`` when it was not at ``before`` any more. Call it inside a transaction.
    """
    moved = await connection.execute(
        "UPDATE gepubliceerd SET xid = $5, volgnummer = $6"
        " WHERE topic = $1 AND partitie = $2 AND (xid, volgnummer) = ($3, $4)",
        topic, _WHOLE, *before, *after.place,
    )  # fmt: skip
    if moved != "UPDATE 1":
        raise SomebodyElseError(topic)
    partitions = list(after.last)
    await connection.execute(
        "INSERT INTO gepubliceerd (topic, partitie, xid, volgnummer, kafka_offset)"
        " SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[])"
        " ON CONFLICT (topic, partitie) DO UPDATE"
        " SET xid = excluded.xid, volgnummer = excluded.volgnummer, kafka_offset = excluded.kafka_offset",
        topic,
        partitions,
        [position[0] for position in after.last.values()],
        [position[1] for position in after.last.values()],
        [after.offsets.get(partition) for partition in partitions],
    )


async def forget(connection: Connection, topic: str) -> None:
    """Begin a topic anew: Kafka lost what it had of it, the outbox has everything."""
    async with connection.transaction():
        await connection.execute("DELETE FROM gepubliceerd WHERE topic = $1 AND partitie <> $2", topic, _WHOLE)
        await connection.execute(
            "UPDATE gepubliceerd SET xid = 0, volgnummer = 0 WHERE topic = $1 AND partitie = $2", topic, _WHOLE
        )


async def still_there(connection: Connection, known: Mapping[str, Published]) -> bool:
    """Whether every topic is at the place we know: nobody asked to begin anew meanwhile."""
    rows = await connection.fetch(
        "SELECT topic, xid, volgnummer FROM gepubliceerd WHERE partitie = $1 AND topic = ANY($2::text[])",
        _WHOLE,
        list(known),
    )
    return {row["topic"]: (row["xid"], row["volgnummer"]) for row in rows} == {
        topic: state.place for topic, state in known.items()
    }


async def oldest_unpublished(connection: Connection, topics: Sequence[str]) -> dict[str, float]:
    """Seconds since the first event of each topic that Kafka does not have yet; 0 when it has all."""
    rows = await connection.fetch(
        "SELECT t.topic, coalesce(extract(epoch FROM now() - (SELECT o.tijd FROM outbox o WHERE o.topic = t.topic"
        "   AND (o.xid, o.volgnummer) > (coalesce(g.xid, 0), coalesce(g.volgnummer, 0))"
        "   ORDER BY o.xid, o.volgnummer LIMIT 1)), 0)::float8 AS leeftijd"
        " FROM unnest($2::text[]) AS t(topic) LEFT JOIN gepubliceerd g ON g.topic = t.topic AND g.partitie = $1",
        _WHOLE,
        topics,
    )
    return {row["topic"]: row["leeftijd"] for row in rows}


async def unpublished(connection: Connection, topics: Sequence[str] | None = None) -> dict[str, int]:
    """Committed events that Kafka does not have yet: of ``topics``, also when none was ever published, or of each
    topic that was published before."""
    rows = await connection.fetch(
        "SELECT t.topic, (SELECT count(*) FROM outbox o WHERE o.topic = t.topic"
        "   AND (o.xid, o.volgnummer) > (coalesce(g.xid, 0), coalesce(g.volgnummer, 0))) AS aantal"
        " FROM (SELECT unnest($2::text[]) UNION SELECT topic FROM gepubliceerd WHERE $2 IS NULL) AS t(topic)"
        " LEFT JOIN gepubliceerd g ON g.topic = t.topic AND g.partitie = $1",
        _WHOLE,
        topics if topics is None else list(topics),
    )
    return {row["topic"]: row["aantal"] for row in rows}
