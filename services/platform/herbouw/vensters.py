"""Going through much in parts: windows over an outbox, so that no statement lasts long or holds everything."""

from typing import Final

from services.platform.database import Connection
from services.platform.events import TOPICS

_PER_VENSTER: Final = 1000
"""Events, of at most 64 KB each."""

_GRENZEN: Final = """
SELECT max(xid) AS tot FROM (
  SELECT xid, (row_number() OVER (ORDER BY xid, volgnummer) - 1) / $2 AS deel FROM {producer}.outbox
  WHERE topic = $1 AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
) AS o GROUP BY deel ORDER BY tot
"""


async def over_outbox(connection: Connection, topic: str, per_venster: int = _PER_VENSTER) -> list[int]:
    """Bounds of windows over the final events of a topic, as xids: 0, ..., the last.

    The events of one transaction stay together, so a window may hold more.
    """
    rows = await connection.fetch(_GRENZEN.format(producer=TOPICS[topic].producer), topic, per_venster)
    return [0, *sorted({row["tot"] for row in rows})]


_EVENTS: Final = """
(SELECT o.event_id, o.partitie, o.xid, o.volgnummer AS plek, o.tijd, convert_from(o.data, 'UTF8')::jsonb AS inhoud
 FROM {producer}.outbox o{verwerkt}
 WHERE o.topic = '{topic}' AND o.xid > $1 AND o.xid <= $2
   AND o.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint) AS e
"""

_VERWERKT: Final = """
 JOIN posities p ON p.topic = o.topic AND p.partitie = o.partitie AND (o.xid, o.volgnummer) <= (p.xid, p.volgnummer)
   AND NOT EXISTS (SELECT 1 FROM dode_letters l
     WHERE l.event_id = o.event_id AND l.oplossing IS DISTINCT FROM 'afgehandeld')"""


def events_van(topic: str, *, verwerkt: bool = False) -> str:
    """SQL for the final events ``e`` of a topic in a window: event_id, partitie, xid, plek, tijd, inhoud (jsonb).

    With ``verwerkt`` only those that the service on the search path has handled: by its own places, and not set
    aside as a dead letter, which had no effect and still may get one.
    """
    return _EVENTS.format(producer=TOPICS[topic].producer, topic=topic, verwerkt=_VERWERKT if verwerkt else "")


def over_rangen(hoogste: int, per_venster: int) -> list[int]:
    """Bounds of windows over the ranks 1..``hoogste``: 0, per_venster, ..., hoogste."""
    return [*range(0, hoogste, per_venster), hoogste] if hoogste else [0]
