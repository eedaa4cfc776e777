"""Rows in the binary COPY format come out of PostgreSQL as they went in."""

import struct
from datetime import UTC, date, datetime, timedelta, timezone

import asyncpg
import pytest

from services.platform.copy_binary import (
    bytea,
    copy_binary,
    day,
    int2,
    int2s,
    int4,
    int8,
    int8s,
    text,
    texts,
    timestamptz,
)
from services.platform.postgres import EmbeddedPostgres

COLUMNS = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
MOMENT = datetime(2026, 5, 6, 10, 11, 12, 345678, UTC)
LATER = datetime(1999, 12, 31, 23, 59, 59, 999999, timezone(timedelta(hours=2)))
ROWS = (
    ("plain", b"\0\xff", -32768, 2**31 - 1, -(2**63), date(2026, 5, 6), MOMENT, [1, -2], [2**63 - 1, -1, 0], ["45"]),
    ("\t\n\r\\N é 😀", b"", 7, None, None, date(1970, 1, 1), LATER, [0], [5], ["", 'a"b\\c,{}', "NULL"]),
    (None, b"x" * 300, 0, 0, 0, date(2000, 1, 1), MOMENT, [1] * 40, [2] * 40, ["x"] * 40),
)


async def test_every_type_arrives_as_it_was(postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        await connection.execute(
            "CREATE TEMP TABLE soorten (a text, b bytea, c smallint, d integer, e bigint, f date, g timestamptz,"
            " h smallint[], i bigint[], j text[])"
        )
        write = (text, bytea, int2, int4, int8, day, timestamptz, int2s, int8s, texts)
        rows = [b"".join(field(value) for field, value in zip(write, row, strict=True)) for row in ROWS]  # type: ignore[operator]
        await copy_binary(connection, "soorten", COLUMNS, rows)
        assert [tuple(row) for row in await connection.fetch("SELECT * FROM soorten")] == list(ROWS)
        await copy_binary(connection, "soorten", COLUMNS, [])
        assert await connection.fetchval("SELECT count(*) FROM soorten") == len(ROWS)
    finally:
        await connection.close()


@pytest.mark.parametrize(("write", "value"), [(int2, 2**15), (int4, 2**31), (int8, 2**63), (int8s, [1, 2**63])])
def test_what_does_not_fit_is_refused_and_not_cut_off(write: object, value: object) -> None:
    with pytest.raises(struct.error):
        write(value)  # type: ignore[operator]
