"""The place in an outbox before which a consumer has handled everything, found from its partitions.

Kafka's partitions go forward each at its own pace. Counting the lag, and a reader of the outbox itself, want
one place for all of them; without it both would look through the whole outbox.
"""

from services.platform.database import Database
from services.platform.events import Topic
from services.platform.posities import Position, columns, handled

_SQL = """
WITH final AS (
  SELECT o.xid, o.volgnummer, (o.xid, o.volgnummer) > (coalesce(d.xid, 0), coalesce(d.volgnummer, 0)) AS behind
  FROM {schema}.outbox o
  LEFT JOIN unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS d(partitie, xid, volgnummer) USING (partitie)
  WHERE o.topic = $1 AND (o.xid, o.volgnummer) > ($2, $3)
    AND o.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
), first_behind AS (
  SELECT xid, volgnummer FROM final WHERE behind ORDER BY xid, volgnummer LIMIT 1
)
SELECT f.xid, f.volgnummer FROM final f
WHERE NOT EXISTS (SELECT FROM first_behind b WHERE (b.xid, b.volgnummer) <= (f.xid, f.volgnummer))
ORDER BY f.xid DESC, f.volgnummer DESC
LIMIT 1
"""
"""The last final row before the first that is not handled; no row when the floor is already there."""


async def floor_of(outboxes: Database, consumer: Database, topic: Topic) -> Position | None:
    """The new place, or None when it has not moved."""
    async with consumer.connection() as connection:
        floor, done = await handled(connection, topic.name)
    async with outboxes.connection() as connection:
        row = await connection.fetchrow(_SQL.format(schema=topic.producer), topic.name, *floor, *columns(done.items()))
    return (row["xid"], row["volgnummer"]) if row else None
