"""How far a consumer is with a topic: the last event it handled of each partition, and of each lane.

A lane is one of several readers of a topic, each with its share of the partitions. What a partition's row says
decides whether an event is new; a lane's row says from where its reader reads on. Both are written in the
transaction that handles the events. Lanes have negative numbers in the column ``partitie``, so that a topic read
with another number of lanes than before still finds where to begin: at the one that was least far.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.platform.database import Connection
from services.platform.events import PARTITIONS, Event

Position = tuple[int, int]
"""xid and volgnummer, in the producer's outbox."""

BEGIN: Position = (0, 0)


@dataclass(frozen=True)
class Lane:
    """Reader ``number`` (from 0) of ``count``: it has the partitions that leave that remainder."""

    number: int = 0
    count: int = 1

    @property
    def row(self) -> int:
        """Its number in ``posities``."""
        return -(100 * self.count + self.number)


async def unseen(connection: Connection, topic: str, events: Sequence[Event]) -> list[Event]:
    """The events that were not handled before; locks the positions of their partitions."""
    partitions = sorted({event.partition for event in events})
    await connection.execute(
        "INSERT INTO posities (topic, partitie, xid, volgnummer)"
        " SELECT $1, p, 0, 0 FROM unnest($2::smallint[]) AS p ON CONFLICT DO NOTHING",
        topic,
        partitions,
    )
    rows = await connection.fetch(
        "SELECT partitie, xid, volgnummer FROM posities WHERE topic = $1 AND partitie = ANY($2::smallint[])"
        " ORDER BY partitie FOR UPDATE",
        topic,
        partitions,
    )
    done = {row["partitie"]: (row["xid"], row["volgnummer"]) for row in rows}
    fresh = []
    for event in events:
        if event.position > done[event.partition]:
            done[event.partition] = event.position
            fresh.append(event)
    return fresh


async def advance(connection: Connection, topic: str, events: Sequence[Event], lane: Lane | None) -> None:
    """These events, in order, are handled. No position ever goes back."""
    last = {event.partition: event.position for event in events}
    if lane is not None:
        last[lane.row] = events[-1].position
    await connection.execute(
        "INSERT INTO posities AS p (topic, partitie, xid, volgnummer)"
        " SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bigint[])"
        " ON CONFLICT (topic, partitie) DO UPDATE SET xid = excluded.xid, volgnummer = excluded.volgnummer"
        " WHERE (excluded.xid, excluded.volgnummer) > (p.xid, p.volgnummer)",
        topic,
        *columns(last.items()),
    )
    offsets = {event.partition: event.offset + 1 for event in events if event.offset is not None}
    if offsets:
        await connection.execute(_OFFSETS_SQL, topic, list(offsets), list(offsets.values()))


_OFFSETS_SQL = """
UPDATE posities AS p SET kafka_offset = n.kafka_offset
FROM unnest($2::smallint[], $3::bigint[]) AS n(partitie, kafka_offset)
WHERE p.topic = $1 AND p.partitie = n.partitie
"""
"""Where to read on in Kafka. It may go back: after a topic was made anew its offsets begin again."""


async def places(connection: Connection, topic: str, partitions: Sequence[int]) -> dict[int, tuple[Position, int]]:
    """The last event handled of each partition, and the offset to read on from in Kafka."""
    rows = await connection.fetch(
        "SELECT partitie, xid, volgnummer, kafka_offset FROM posities"
        " WHERE topic = $1 AND partitie = ANY($2::smallint[])",
        topic,
        partitions,
    )
    known = {row["partitie"]: ((row["xid"], row["volgnummer"]), row["kafka_offset"] or 0) for row in rows}
    return {partition: known.get(partition, (BEGIN, 0)) for partition in partitions}


async def raise_floor(connection: Connection, topic: str, floor: Position) -> None:
    """Everything before ``floor`` is handled: whoever reads the outbox may begin there."""
    await connection.execute(
        "UPDATE posities SET xid = $2, volgnummer = $3"
        " WHERE topic = $1 AND partitie < 0 AND (xid, volgnummer) < ($2, $3)",
        topic,
        *floor,
    )


async def start_of(connection: Connection, topic: str, lane: Lane) -> Position:
    """A place before which every event of this lane's partitions is handled.

    The lanes of one count get their rows together, before any of them reads: a lane without events would
    otherwise be taken for one that is as far as the others. Call it inside a transaction.
    """
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':posities:' || $1, 0))", topic
    )
    rows = await _rows(connection, topic)
    if lane.row not in rows:
        start = _start(rows)
        lanes = [(Lane(number, lane.count).row, start) for number in range(lane.count)]
        # Those of another count say nothing more, and would hold back what is taken for handled.
        await connection.execute("DELETE FROM posities WHERE topic = $1 AND partitie < 0", topic)
        await connection.execute(
            "INSERT INTO posities (topic, partitie, xid, volgnummer)"
            " SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) ON CONFLICT DO NOTHING",
            topic,
            *columns(lanes),
        )
        return start
    return rows[lane.row]


def _start(rows: Mapping[int, Position]) -> Position:
    """The least far lane; without lanes the least far partition, and of one that has no row nothing was handled.

    What a lane that begins so early reads again is recognised by the positions of its partitions.
    """
    lanes = [position for partition, position in rows.items() if partition < 0]
    return min(lanes) if lanes else min(rows.get(partition, BEGIN) for partition in range(PARTITIONS))


async def keep_lane(connection: Connection, topic: str, lane: Lane, place: Position) -> None:
    """A lane found nothing up to ``place``, which is written down so that nobody looks there again."""
    await connection.execute(
        "UPDATE posities SET xid = $3, volgnummer = $4"
        " WHERE topic = $1 AND partitie = $2 AND ($3, $4) > (xid, volgnummer)",
        topic,
        lane.row,
        *place,
    )


async def handled(connection: Connection, topic: str) -> tuple[Position, dict[int, Position]]:
    """A place before which everything is handled, and the last event handled of each partition."""
    rows = await _rows(connection, topic)
    floor = min((position for partition, position in rows.items() if partition < 0), default=BEGIN)
    return floor, {partition: position for partition, position in rows.items() if partition >= 0}


async def _rows(connection: Connection, topic: str) -> dict[int, Position]:
    rows = await connection.fetch("SELECT partitie, xid, volgnummer FROM posities WHERE topic = $1", topic)
    return {row["partitie"]: (row["xid"], row["volgnummer"]) for row in rows}


def columns(positions: Iterable[tuple[int, Position]]) -> tuple[list[int], list[int], list[int]]:
    """Partitions, xids and volgnummers as arrays for a query."""
    pairs = list(positions)
    return (
        [partition for partition, _ in pairs],
        [position[0] for _, position in pairs],
        [position[1] for _, position in pairs],
    )
