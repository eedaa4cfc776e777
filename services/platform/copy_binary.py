"""Rows in PostgreSQL's binary COPY format, for tables with so many columns that asyncpg's encoding would weigh.

A field is its length in four bytes and its value; what many rows share need be made only once. The functions are
named after PostgreSQL's types, and None is NULL.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from struct import Struct
from typing import Final

from services.platform.database import Connection

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OIDS: Final = {"int2": 21, "int8": 20, "text": 25}

_length = Struct(">i").pack
_count = Struct(">h").pack
_int2 = Struct(">ih").pack
_int4 = Struct(">ii").pack
_int8 = Struct(">iq").pack


async def copy_binary(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[bytes]) -> None:
    """Bulk insert in the running transaction; a row is its fields in the order of ``columns``."""
    count = _count(len(columns))
    body = b"".join([part for row in rows for part in (count, row)])
    if body:
        source = BytesIO(b"".join((_SIGNATURE, body, _END)))
        await connection.copy_to_table(table, source=source, columns=list(columns), format="binary")


def text(value: str | None) -> bytes:
    """A text."""
    return _NULL if value is None else bytea(value.encode())


def bytea(value: bytes) -> bytes:
    """Bytes."""
    return _length(len(value)) + value


def int2(value: int) -> bytes:
    """A smallint."""
    return _int2(2, value)


def int4(value: int | None) -> bytes:
    """An integer."""
    return _NULL if value is None else _int4(4, value)


def int8(value: int | None) -> bytes:
    """A bigint."""
    return _NULL if value is None else _int8(8, value)


def day(value: date) -> bytes:
    """A date: days since 2000."""
    return _int4(4, (value - _EPOCH.date()).days)


def timestamptz(value: datetime) -> bytes:
    """A moment: microseconds since 2000."""
    since = value - _EPOCH
    return _int8(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def int8s(values: Sequence[int]) -> bytes:
    """A ``bigint[]``; of at least one."""
    pairs = [8] * (2 * len(values))
    pairs[1::2] = values
    return _array_head("int8", len(values), 12 * len(values)) + _int8s(len(values)).pack(*pairs)


def int2s(values: Sequence[int]) -> bytes:
    """A ``smallint[]``; of at least one."""
    body = b"".join(map(int2, values))
    return _array_head("int2", len(values), len(body)) + body


def texts(values: Sequence[str]) -> bytes:
    """A ``text[]``; of at least one."""
    body = b"".join(map(text, values))
    return _array_head("text", len(values), len(body)) + body


@lru_cache
def _int8s(count: int) -> Struct:
    return Struct(f">{'iq' * count}")


@lru_cache
def _array_head(kind: str, count: int, size: int) -> bytes:
    """Size, one dimension, no NULL among its elements, their type, how many, and that the first is number 1."""
    return Struct(">6i").pack(20 + size, 1, 0, _OIDS[kind], count, 1)
