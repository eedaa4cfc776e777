"""SQL for messages and the postbus; the same tables stand in every service that exchanges messages."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from ijw.termijnen import Soort, uiterlijk_op
from services.platform.clock import dag_van
from services.platform.crypto import KeyRing, compress
from services.platform.database import Connection, after_commit, copy_rows
from services.platform.metrics import tel_berichten

DOMEIN = "jw"


class NieuwBericht(msgspec.Struct, frozen=True, kw_only=True):
    """A message to keep; ``van`` and ``aan`` are the real direction, whatever the Header repeats.

    ``sha256`` and ``compressed`` (``crypto.compress``) are made from ``xml`` unless they were made before, as
    for a large message; with both of them ``xml`` may be empty.
    """

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
    sha256: bytes | None = None
    compressed: bytes | None = None
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
    return (await next_identificaties(connection, 1))[0]


async def next_identificaties(connection: Connection, count: int) -> list[str]:
    """As ``next_identificatie``, ``count`` of them."""
    rows = await connection.fetch("SELECT nextval('berichtnummers') AS nummer FROM generate_series(1, $1)", count)
    return [f"HF{row['nummer']:010d}" for row in rows]


_COLUMNS = (
    "bericht_id", "domein", "berichtsoort", "richting", "identificatie", "dagtekening", "van", "aan", "gemeente",
    "aanbieder", "sha256", "xml", "vastgelegd_op", "status", "retourcodes", "identificatie_gebruikt",
    "heenbericht_id",
)  # fmt: skip


async def insert_bericht(
    connection: Connection, ring: KeyRing, bericht: NieuwBericht, bericht_id: UUID | None = None
) -> UUID:
    """Keep a message to the byte, encrypted; returns its id."""
    new_id = bericht_id or uuid4()
    places = ",".join(f"${number}" for number in range(1, len(_COLUMNS) + 1))
    await connection.execute(
        f"INSERT INTO berichten ({','.join(_COLUMNS)}) VALUES ({places})", *_row(ring, bericht, new_id)
    )
    _tel([bericht])
    return new_id


async def insert_berichten(connection: Connection, ring: KeyRing, berichten: Mapping[UUID, NieuwBericht]) -> None:
    """Keep many messages at once under the ids given."""
    await copy_rows(
        connection, "berichten", _COLUMNS, [_row(ring, bericht, new_id) for new_id, bericht in berichten.items()]
    )
    _tel(berichten.values())


def _tel(berichten: Iterable[NieuwBericht]) -> None:
    """Count them once they are really kept."""
    gehouden = [(b.berichtsoort, b.richting, b.status, b.retourcodes) for b in berichten]
    after_commit(lambda service: tel_berichten(service, gehouden))


def _row(ring: KeyRing, bericht: NieuwBericht, bericht_id: UUID) -> tuple[Any, ...]:
    compressed = compress(bericht.xml) if bericht.compressed is None else bericht.compressed
    return (
        bericht_id,
        bericht.domein,
        bericht.berichtsoort,
        bericht.richting,
        bericht.identificatie,
        bericht.dagtekening,
        bericht.van,
        bericht.aan,
        bericht.gemeente,
        bericht.aanbieder,
        digest(bericht.xml) if bericht.sha256 is None else bericht.sha256,
        ring.encrypt(compressed, place(bericht_id)),
        bericht.vastgelegd_op,
        bericht.status,
        list(bericht.retourcodes),
        bericht.identificatie_gebruikt,
        bericht.heenbericht_id,
    )


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
        "INSERT INTO postbus (partij, bericht_id, klaargezet_op, uiterlijk_op) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        partij,
        bericht_id,
        moment,
        uiterlijk_op(Soort.OPHALEN, dag_van(moment)),
    )


async def put_all_in_postbus(connection: Connection, berichten: Sequence[tuple[UUID, str]], moment: datetime) -> None:
    """As ``put_in_postbus`` for many pairs of message and party, in this order."""
    await connection.execute(
        "INSERT INTO postbus (partij, bericht_id, klaargezet_op, uiterlijk_op)"
        " SELECT partij, bericht_id, $3, $4"
        " FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS n(bericht_id, partij, nr)"
        " ORDER BY nr ON CONFLICT DO NOTHING",
        [bericht_id for bericht_id, _ in berichten],
        [partij for _, partij in berichten],
        moment,
        uiterlijk_op(Soort.OPHALEN, dag_van(moment)),
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
