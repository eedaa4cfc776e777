"""SQL behind the questions of the API: lists, one toewijzing with its history, who a client is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
import msgspec

from services.platform.database import Connection

Sleutel = tuple[str, int]
"""Gemeente and ToewijzingNummer, within a domein."""


class Vraag(msgspec.Struct, frozen=True, kw_only=True):
    """Which toewijzingen are wanted; None asks for all."""

    domein: str
    gemeenten: Sequence[str] | None = None
    aanbieder: str | None = None
    client: str | None = None
    actueel_op: date | None = None


async def zoek(connection: Connection, vraag: Vraag, na: Sleutel | None, limit: int) -> list[asyncpg.Record]:
    """Current toewijzingen by gemeente and number, ``limit`` + 1 of them after ``na``.

    ``actueel_op``: in force on that day, so not removed.
    """
    values: list[Any] = []
    where: list[str] = []

    def add(condition: str, value: Any) -> None:
        values.append(value)
        where.append(condition.format(f"${len(values)}"))

    add("domein = {}", vraag.domein)
    if vraag.gemeenten is not None:
        add("gemeente = ANY({}::text[])", sorted(vraag.gemeenten))
    if vraag.aanbieder is not None:
        add("aanbieder = {}", vraag.aanbieder)
    if vraag.client is not None:
        add("client = {}", vraag.client)
    if vraag.actueel_op is not None:
        add("NOT verwijderd AND ingangsdatum <= {0} AND (einddatum IS NULL OR einddatum >= {0})", vraag.actueel_op)
    if na is not None:
        values.extend(na)
        where.append(f"(gemeente, toewijzing_nummer) > (${len(values) - 1}, ${len(values)})")
    values.append(limit + 1)
    return await connection.fetch(
        "SELECT gemeente, toewijzing_nummer, aanbieder, volgnummer FROM actueel"
        f" WHERE {' AND '.join(where)} ORDER BY gemeente, toewijzing_nummer LIMIT ${len(values)}",
        *values,
    )


async def actueel(connection: Connection, domein: str, sleutel: Sleutel) -> asyncpg.Record | None:
    """One toewijzing as ``zoek`` gives it, with the client's pseudonym."""
    return await connection.fetchrow(
        "SELECT gemeente, toewijzing_nummer, aanbieder, client, volgnummer FROM actueel"
        " WHERE domein = $1 AND gemeente = $2 AND toewijzing_nummer = $3",
        domein,
        *sleutel,
    )


async def geschiedenis(
    connection: Connection, domein: str, sleutels: Sequence[Sleutel]
) -> dict[Sleutel, list[asyncpg.Record]]:
    """Every version of these toewijzingen, oldest first."""
    rows = await connection.fetch(
        "SELECT t.* FROM toewijzingen t JOIN unnest($2::text[], $3::bigint[]) AS s(gemeente, toewijzing_nummer)"
        " USING (gemeente, toewijzing_nummer) WHERE t.domein = $1 ORDER BY t.tijdstip",
        domein,
        [sleutel[0] for sleutel in sleutels],
        [sleutel[1] for sleutel in sleutels],
    )
    gevonden: dict[Sleutel, list[asyncpg.Record]] = {sleutel: [] for sleutel in sleutels}
    for row in rows:
        gevonden[row["gemeente"], row["toewijzing_nummer"]].append(row)
    return gevonden


async def client_document(
    connection: Connection, domein: str, gemeente: str, aanbieder: str, client: str
) -> bytes | None:
    """The encrypted document of a client."""
    document: bytes | None = await connection.fetchval(
        "SELECT document FROM clienten WHERE domein = $1 AND gemeente = $2 AND aanbieder = $3 AND client = $4",
        domein,
        gemeente,
        aanbieder,
        client,
    )
    return document
