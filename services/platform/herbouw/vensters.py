"""Going through much in parts: windows over an outbox, so that no statement lasts long or holds everything."""

from typing import Final

from services.platform.database import Connection

_PER_VENSTER: Final = 1000
"""Events, of at most 64 KB each."""

_GRENZEN: Final = """
SELECT max(xid) AS tot FROM (
  SELECT xid, (row_number() OVER (ORDER BY xid, volgnummer) - 1) / $2 AS deel FROM {producer}.outbox
  WHERE topic = $1 AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
) AS o GROUP BY deel ORDER BY tot
"""


async def over_outbox(connection: Connection, producer: str, topic: str, per_venster: int = _PER_VENSTER) -> list[int]:
    """Bounds of windows over the final events of a topic, as xids: 0, ..., the last.

    The events of one transaction stay together, so a window may hold more.
    """
    rows = await connection.fetch(_GRENZEN.format(producer=producer), topic, per_venster)
    return [0, *sorted({row["tot"] for row in rows})]


def over_rangen(hoogste: int, per_venster: int) -> list[int]:
    """Bounds of windows over the ranks 1..``hoogste``: 0, per_venster, ..., hoogste."""
    return [*range(0, hoogste, per_venster), hoogste] if hoogste else [0]
