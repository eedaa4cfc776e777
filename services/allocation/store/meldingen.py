"""SQL on meldingen: raising one about a message, and finding them by toewijzing, by message and as a list."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from services.platform.database import Connection

_KOLOMMEN: Final = """
SELECT m.melding_id, m.soort, m.gemeente, coalesce(b.aanbieder, a.aanbieder) AS aanbieder, m.toewijzing_nummer,
  m.tijdstip, m.elementen, m.bericht_id, b.heenbericht_id, coalesce(b.retourcodes, '{}') AS retourcodes,
  m.vastgelegd_op
FROM meldingen m LEFT JOIN berichten b USING (bericht_id)
LEFT JOIN actueel a ON (a.domein, a.gemeente, a.toewijzing_nummer) = (m.domein, m.gemeente, m.toewijzing_nummer)
"""


class Vraag(msgspec.Struct, frozen=True, kw_only=True):
    """Which meldingen are wanted; None asks for all, ``voor`` is the melding_id of the last one shown."""

    domein: str
    gemeenten: Sequence[str] | None = None
    aanbieder: str | None = None
    soort: str | None = None
    voor: int | None = None


async def meld_bericht(
    connection: Connection,
    soort: str,
    domein: str,
    gemeente: str,
    bericht_id: UUID,
    moment: datetime,
    elementen: Sequence[str] = (),
) -> None:
    """Raise something about a message as a whole; ``elementen`` says where in it."""
    await connection.execute(
        "INSERT INTO meldingen (domein, gemeente, soort, elementen, bericht_id, vastgelegd_op)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        domein,
        gemeente,
        soort,
        list(elementen),
        bericht_id,
        moment,
    )


async def van_toewijzing(connection: Connection, domein: str, sleutel: tuple[str, int]) -> list[asyncpg.Record]:
    """What was raised about a toewijzing or about a message that brought a version of it, oldest first."""
    return await connection.fetch(
        f"{_KOLOMMEN} WHERE (m.domein = $1 AND m.gemeente = $2 AND m.toewijzing_nummer = $3)"
        " OR m.bericht_id IN (SELECT r.bericht_id FROM toewijzingen t JOIN berichten r"
        " ON r.heenbericht_id = t.bericht_id AND r.richting = 'in'"
        " WHERE t.domein = $1 AND t.gemeente = $2 AND t.toewijzing_nummer = $3)"
        " ORDER BY m.melding_id",
        domein,
        *sleutel,
    )


async def van_bericht(connection: Connection, bericht_id: UUID) -> list[asyncpg.Record]:
    """What was raised about a message, by itself or by the retour on it, oldest first."""
    return await van_berichten(connection, [bericht_id])


async def van_berichten(connection: Connection, bericht_ids: Collection[UUID]) -> list[asyncpg.Record]:
    """As ``van_bericht`` for many messages."""
    return await connection.fetch(
        f"{_KOLOMMEN} WHERE m.bericht_id = ANY($1::uuid[]) OR m.bericht_id IN"
        " (SELECT bericht_id FROM berichten WHERE heenbericht_id = ANY($1::uuid[]) AND richting = 'in')"
        " ORDER BY m.melding_id",
        list(bericht_ids),
    )


async def lijst(connection: Connection, vraag: Vraag, limit: int) -> list[asyncpg.Record]:
    """Meldingen, newest first, ``limit`` + 1 of them."""
    waarden: list[Any] = [vraag.domein]
    waar = ["m.domein = $1"]
    for voorwaarde, waarde in (
        ("m.gemeente = ANY({}::text[])", None if vraag.gemeenten is None else sorted(vraag.gemeenten)),
        ("coalesce(b.aanbieder, a.aanbieder) = {}", vraag.aanbieder),
        ("m.soort = {}", vraag.soort),
        ("m.melding_id < {}", vraag.voor),
    ):
        if waarde is not None:
            waarden.append(waarde)
            waar.append(voorwaarde.format(f"${len(waarden)}"))
    return await connection.fetch(
        f"{_KOLOMMEN} WHERE {' AND '.join(waar)} ORDER BY m.melding_id DESC LIMIT {limit + 1}", *waarden
    )
