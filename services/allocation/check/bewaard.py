"""Everything that is kept sealed, opened again: every message and every client, in parcels of bounded size.

A parcel is looked up, opened in a thread, and held beside the tables on a connection that was not held meanwhile:
rows of ``berichten`` never change, and what a message leaves in the tables is there from its commit on.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from services.allocation.check.inhoud import naast_de_tabellen
from services.allocation.check.openen import open_rijen
from services.allocation.clienten import open_verzegeld
from services.platform.crypto import Crypto
from services.platform.service import Afwijking, Context

_BLAD: Final = 500
"""Rows of one look-up."""

_PAKKET_BYTES: Final = 1_000_000
"""Of messages as stored, compressed to a tenth or less; a larger message is a parcel by itself."""

_BERICHTEN: Final = """
SELECT bericht_id, octet_length(xml) AS bytes FROM berichten WHERE bericht_id > $1 ORDER BY bericht_id LIMIT $2
"""

_CLIENTEN: Final = """
SELECT domein, gemeente, aanbieder, client, document FROM clienten
WHERE (domein, gemeente, aanbieder, client) > ($1, $2, $3, $4)
ORDER BY domein, gemeente, aanbieder, client LIMIT $5
"""


class Begrensd:
    """The first of each invariant: when all is broken, twenty of a kind tell as much as a million."""

    def __init__(self, meest: int) -> None:
        self._meest = meest
        self._aantal: Counter[str] = Counter()
        self.afwijkingen: list[Afwijking] = []

    def meld(self, afwijkingen: Iterable[Afwijking]) -> None:
        """Keep those for which there is room."""
        for afwijking in afwijkingen:
            self._aantal[afwijking.invariant] += 1
            if self._aantal[afwijking.invariant] <= self._meest:
                self.afwijkingen.append(afwijking)


async def bewaard_klopt(context: Context, meest: int) -> Sequence[Afwijking]:
    """What cannot be opened, or says something else than the tables do; at most ``meest`` of a kind."""
    gevonden = Begrensd(meest)
    async for rows in _pakketten(context):
        geopend = await asyncio.to_thread(open_rijen, context.crypto, rows)
        for item in geopend:
            gevonden.meld(item.afwijkingen)
        inhoud = [item.inhoud for item in geopend if item.inhoud is not None]
        async with context.database.connection() as connection:
            gevonden.meld(await naast_de_tabellen(connection, inhoud))
    async for rows in _clienten(context):
        gevonden.meld(await asyncio.to_thread(_open_clienten, context.crypto, rows))
    return gevonden.afwijkingen


async def _pakketten(context: Context) -> AsyncIterator[list[asyncpg.Record]]:
    """Every row of ``berichten``, a parcel at a time."""
    na = UUID(int=0)
    while True:
        async with context.database.connection() as connection:
            blad = await connection.fetch(_BERICHTEN, na, _BLAD)
        if not blad:
            return
        for ids in verdeel([(row["bericht_id"], row["bytes"]) for row in blad]):
            async with context.database.connection() as connection:
                rows = await connection.fetch("SELECT * FROM berichten WHERE bericht_id = ANY($1::uuid[])", ids)
            yield rows
        na = blad[-1]["bericht_id"]


def verdeel(berichten: Iterable[tuple[UUID, int]]) -> Iterator[list[UUID]]:
    """Parcels of messages, given the bytes of each, in this order."""
    pakket: list[UUID] = []
    samen = 0
    for bericht_id, aantal in berichten:
        if pakket and samen + aantal > _PAKKET_BYTES:
            yield pakket
            pakket, samen = [], 0
        pakket.append(bericht_id)
        samen += aantal
    if pakket:
        yield pakket


async def _clienten(context: Context) -> AsyncIterator[list[asyncpg.Record]]:
    na: tuple[str, ...] = ("", "", "", "")
    while True:
        async with context.database.connection() as connection:
            rows = await connection.fetch(_CLIENTEN, *na, _BLAD)
        if not rows:
            return
        yield rows
        na = tuple(rows[-1].values())[:4]


def _open_clienten(crypto: Crypto, rows: Sequence[asyncpg.Record]) -> list[Afwijking]:
    """By pseudonym, in which nobody recognises a client."""
    return [
        Afwijking("client-is-te-lezen", f"{row['gemeente']}:{row['aanbieder']}:{row['client']} {wat}")
        for row in rows
        if (wat := _bezwaar(crypto, row)) is not None
    ]


def _bezwaar(crypto: Crypto, row: asyncpg.Record) -> str | None:
    sleutel = (row["domein"], row["gemeente"], row["aanbieder"], row["client"])
    try:
        persoon = open_verzegeld(crypto.ring, sleutel, row["document"])
    except (InvalidTag, LookupError, ValueError):
        return "is niet te ontsleutelen"
    except msgspec.MsgspecError:
        return "is niet te lezen"
    return None if crypto.pseudonym(persoon.bsn) == row["client"] else "is een andere client"
