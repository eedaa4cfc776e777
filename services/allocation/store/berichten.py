"""SQL on messages beyond what the platform offers: repeats, and why a message was refused."""

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from ijw.bevinding import Bevinding
from ijw.teksten import uitleg
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection, copy_rows

MAX_BEVINDINGEN = 100
"""How many findings of one message are kept: a hostile message can hold a hundred thousand faults."""


async def find_repeat(connection: Connection, partijen: Collection[str], sha256: bytes) -> asyncpg.Record | None:
    """The message with exactly these bytes that one of these parties sent before."""
    return await connection.fetchrow(
        "SELECT bericht_id, berichtsoort, identificatie, van, aan, status, retourcodes FROM berichten"
        " WHERE richting = 'in' AND van = ANY($1::text[]) AND sha256 = $2 LIMIT 1",
        sorted(partijen),
        sha256,
    )


async def find_heenbericht(
    connection: Connection, berichtsoort: str, *, van: str, aan: str, identificatie: str
) -> asyncpg.Record | None:
    """The message that ``van`` sent under this Identificatie, when it was delivered to ``aan``."""
    return await connection.fetchrow(
        "SELECT * FROM berichten WHERE richting = 'in' AND NOT identificatie_gebruikt AND domein = $1"
        " AND berichtsoort = $2 AND van = $3 AND identificatie = $4 AND aan = $5 AND status = 'geaccepteerd'",
        DOMEIN,
        berichtsoort,
        van,
        identificatie,
        aan,
    )


async def retour_van_ontvanger(connection: Connection, bericht_id: UUID) -> asyncpg.Record | None:
    """The retour that the receiver of a message returned on it."""
    return await connection.fetchrow(
        "SELECT bericht_id, retourcodes, vastgelegd_op FROM berichten WHERE heenbericht_id = $1 AND richting = 'in'",
        bericht_id,
    )


async def insert_bevindingen(connection: Connection, bericht_id: UUID, bevindingen: Sequence[Bevinding]) -> None:
    """Keep the first findings in words."""
    await copy_rows(
        connection,
        "bevindingen",
        ("bericht_id", "nummer", "regel", "retourcode", "niveau", "pad", "uitleg"),
        [
            (bericht_id, nummer, item.regel, item.retourcode, item.niveau, item.pad, uitleg(item))
            for nummer, item in enumerate(bevindingen[:MAX_BEVINDINGEN], 1)
        ],
    )


async def bevindingen_of(connection: Connection, bericht_id: UUID) -> list[asyncpg.Record]:
    """The findings of a message, in the order in which they were made."""
    return await connection.fetch(
        "SELECT regel, retourcode, niveau, pad, uitleg FROM bevindingen WHERE bericht_id = $1 ORDER BY nummer",
        bericht_id,
    )
