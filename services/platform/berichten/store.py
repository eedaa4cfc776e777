"""SQL for messages and the postbus; the same tables stand in every service that exchanges messages."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from services.platform.crypto import KeyRing
from services.platform.database import Connection

DOMEIN = "jw"


class NieuwBericht(msgspec.Struct, frozen=True, kw_only=True):
    """A message to keep; ``van`` and ``aan`` are the real direction, whatever the Header repeats."""

    berichtsoort: str
    richting: str
    identificatie: str
    dagtekening: date
    van: str
    aan: str
    gemeente: str
    aanbieder: str
    xml: bytes
    vastgelegd_op: datetime
    status: str = "geaccepteerd"
    retourcodes: tuple[str, ...] = ()
    identificatie_gebruikt: bool = False
    heenbericht_id: UUID | None = None
    domein: str = DOMEIN


def digest(xml: bytes) -> bytes:
    """What makes two messages "the same bytes"."""
    return hashlib.sha256(xml).digest()


async def find_repeat(connection: Connection, van: str, sha256: bytes) -> asyncpg.Record | None:
    """The incoming message of this sender with exactly these bytes: a retry gets its answer."""
    return await connection.fetchrow(
        "SELECT * FROM berichten WHERE richting = 'in' AND van = $1 AND sha256 = $2", van, sha256
    )


async def identificatie_used(
    connection: Connection, berichtsoort: str, van: str, identificatie: str, domein: str = DOMEIN
) -> bool:
    """TR056: whether this sender used the Identificatie before in a message of the same type."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT 1 FROM berichten WHERE richting = 'in' AND NOT identificatie_gebruikt"
            " AND domein = $1 AND berichtsoort = $2 AND van = $3 AND identificatie = $4)",
            domein,
            berichtsoort,
            van,
            identificatie,
        )
    )


async def next_identificatie(connection: Connection) -> str:
    """An Identificatie of our own for an answer: HF and ten digits, never used twice."""
    number = await connection.fetchval("SELECT nextval('berichtnummers')")
    return f"HF{number:010d}"


async def insert_bericht(
    connection: Connection, ring: KeyRing, bericht: NieuwBericht, bericht_id: UUID | None = None
) -> UUID:
    """Keep a message to the byte, encrypted; returns its id."""
    new_id = bericht_id or uuid4()
    await connection.execute(
        "INSERT INTO berichten (bericht_id, domein, berichtsoort, richting, identificatie, dagtekening, van, aan,"
        " gemeente, aanbieder, sha256, xml, vastgelegd_op, status, retourcodes, identificatie_gebruikt,"
        " heenbericht_id)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)",
        new_id,
        bericht.domein,
        bericht.berichtsoort,
        bericht.richting,
        bericht.identificatie,
        bericht.dagtekening,
        bericht.van,
        bericht.aan,
        bericht.gemeente,
        bericht.aanbieder,
        digest(bericht.xml),
        ring.seal_document(bericht.xml, place(new_id)),
        bericht.vastgelegd_op,
        bericht.status,
        list(bericht.retourcodes),
        bericht.identificatie_gebruikt,
        bericht.heenbericht_id,
    )
    return new_id


async def bericht_by_id(connection: Connection, bericht_id: UUID) -> asyncpg.Record | None:
    """A message's row."""
    return await connection.fetchrow("SELECT * FROM berichten WHERE bericht_id = $1", bericht_id)


async def answer_to(connection: Connection, bericht_id: UUID) -> asyncpg.Record | None:
    """The retourbericht or JW325 that answers a message."""
    return await connection.fetchrow(
        "SELECT * FROM berichten WHERE heenbericht_id = $1 AND richting = 'uit' ORDER BY vastgelegd_op LIMIT 1",
        bericht_id,
    )


def place(bericht_id: UUID) -> str:
    """Associated data of the encrypted message: it cannot be moved to another row."""
    return f"berichten.xml:{bericht_id}"


def document(row: asyncpg.Record, ring: KeyRing) -> bytes:
    """The message of a ``berichten`` row, to the byte."""
    return ring.open_document(row["xml"], place(row["bericht_id"]))


async def put_in_postbus(connection: Connection, bericht_id: UUID, partij: str, moment: datetime) -> None:
    """Let a message wait for a party; doing it twice changes nothing."""
    await connection.execute(
        "INSERT INTO postbus (partij, bericht_id, klaargezet_op) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        partij,
        bericht_id,
        moment,
    )


async def waiting(connection: Connection, partijen: Sequence[str], after: int, limit: int) -> list[asyncpg.Record]:
    """Messages waiting for these parties, oldest first, ``limit`` + 1 of them."""
    return await connection.fetch(
        "SELECT p.volgnummer, p.partij, p.klaargezet_op, b.bericht_id, b.berichtsoort, b.identificatie, b.van,"
        " b.aan, b.heenbericht_id FROM postbus p JOIN berichten b USING (bericht_id)"
        " WHERE p.partij = ANY($1::text[]) AND p.ontvangen_op IS NULL AND p.volgnummer > $2"
        " ORDER BY p.volgnummer LIMIT $3",
        list(partijen),
        after,
        limit + 1,
    )


async def acknowledge(
    connection: Connection, bericht_id: UUID, partijen: Sequence[str], moment: datetime
) -> datetime | None:
    """Mark a waiting message received; the first moment stays. None when it is not in these parties' postbus."""
    moment_stored: datetime | None = await connection.fetchval(
        "UPDATE postbus SET ontvangen_op = coalesce(ontvangen_op, $3)"
        " WHERE bericht_id = $1 AND partij = ANY($2::text[]) RETURNING ontvangen_op",
        bericht_id,
        list(partijen),
        moment,
    )
    return moment_stored
