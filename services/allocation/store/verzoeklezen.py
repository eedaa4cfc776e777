"""SQL that finds verzoeken: a list, one of them whole, and what a decision about one needs to know."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from services.allocation.beslissing.besluit import Verzoekstand
from services.allocation.beslissing.gevraagd import Gevraagd, Soort
from services.allocation.levensloop.verzoek import Toestand
from services.allocation.store.verzoeken import GEVRAAGD_KOLOMMEN
from services.platform.database import Connection


class Vraag(msgspec.Struct, frozen=True, kw_only=True):
    """Which verzoeken are wanted; None asks for all, ``na`` is the volgnummer of the last one shown."""

    domein: str
    gemeenten: Sequence[str] | None = None
    aanbieder: str | None = None
    status: str | None = None
    na: int | None = None


async def lijst(connection: Connection, vraag: Vraag, limit: int) -> list[asyncpg.Record]:
    """Verzoeken in order of arrival, ``limit`` + 1 of them."""
    waarden: list[Any] = [vraag.domein]
    waar = ["domein = $1"]
    for voorwaarde, waarde in (
        ("gemeente = ANY({}::text[])", None if vraag.gemeenten is None else sorted(vraag.gemeenten)),
        ("aanbieder = {}", vraag.aanbieder),
        ("status = {}", vraag.status),
        ("volgnummer > {}", vraag.na),
    ):
        if waarde is not None:
            waarden.append(waarde)
            waar.append(voorwaarde.format(f"${len(waarden)}"))
    return await connection.fetch(
        f"SELECT * FROM verzoeken WHERE {' AND '.join(waar)} ORDER BY volgnummer LIMIT {limit + 1}", *waarden
    )


async def verzoek(connection: Connection, verzoek_id: UUID) -> asyncpg.Record | None:
    """One verzoek."""
    return await connection.fetchrow("SELECT * FROM verzoeken WHERE bericht_id = $1", verzoek_id)


async def referenties_van(connection: Connection, verzoek_ids: Collection[UUID]) -> dict[UUID, list[asyncpg.Record]]:
    """The references of each verzoek, in the order of its message.

    Put in order here: one verzoek can have ten thousand, which a planner that expects a few would join all with all.
    """
    eerste = await connection.fetch(
        "SELECT verzoek_id, referentie_aanbieder, min(volgnummer) AS plaats FROM verzoekproducten"
        " WHERE verzoek_id = ANY($1::uuid[]) GROUP BY 1, 2",
        list(verzoek_ids),
    )
    plaats = {(row["verzoek_id"], row["referentie_aanbieder"]): row["plaats"] for row in eerste}
    rows = await connection.fetch("SELECT * FROM referenties WHERE verzoek_id = ANY($1::uuid[])", list(verzoek_ids))
    rows.sort(key=lambda row: plaats.get((row["verzoek_id"], row["referentie_aanbieder"]), 0))
    return _per_verzoek(verzoek_ids, rows)


async def producten_van(connection: Connection, verzoek_ids: Collection[UUID]) -> dict[UUID, list[asyncpg.Record]]:
    """The products of each verzoek, in the order of its message."""
    rows = await connection.fetch(
        "SELECT * FROM verzoekproducten WHERE verzoek_id = ANY($1::uuid[]) ORDER BY volgnummer", list(verzoek_ids)
    )
    return _per_verzoek(verzoek_ids, rows)


async def stand(connection: Connection, row: asyncpg.Record) -> Verzoekstand:
    """A verzoek as it stands."""
    verzoek_id = row["bericht_id"]
    referenties = (await referenties_van(connection, [verzoek_id]))[verzoek_id]
    producten = (await producten_van(connection, [verzoek_id]))[verzoek_id]
    return Verzoekstand(
        berichtsoort=row["berichtsoort"],
        gemeente=row["gemeente"],
        referenties={rij["referentie_aanbieder"]: Toestand(rij["toestand"]) for rij in referenties},
        producten={rij["volgnummer"]: gevraagd_van(rij) for rij in producten},
    )


def gevraagd_van(row: asyncpg.Record) -> Gevraagd:
    """A row of ``verzoekproducten``."""
    velden = {kolom: row[kolom] for kolom in GEVRAAGD_KOLOMMEN}
    return Gevraagd(**velden | {"soort": Soort(row["soort"])})


def _per_verzoek(verzoek_ids: Collection[UUID], rows: Sequence[asyncpg.Record]) -> dict[UUID, list[asyncpg.Record]]:
    gevonden: dict[UUID, list[asyncpg.Record]] = {verzoek_id: [] for verzoek_id in verzoek_ids}
    for row in rows:
        gevonden[row["verzoek_id"]].append(row)
    return gevonden
