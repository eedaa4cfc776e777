"""SQL that finds verzoeken: a list, one of them whole, and what a decision about one needs to know."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
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


class Aantallen(NamedTuple):
    """How much there is to a verzoek, and in which states its references are."""

    referenties: int
    producten: int
    toestanden: frozenset[Toestand]


async def aantallen_van(connection: Connection, verzoek_ids: Collection[UUID]) -> dict[UUID, Aantallen]:
    """Of each verzoek, without reading its references and products."""
    rows = await connection.fetch(
        "SELECT v.id, r.aantal AS referenties, r.toestanden, p.aantal AS producten FROM unnest($1::uuid[]) AS v(id),"
        " LATERAL (SELECT count(*) AS aantal, array_agg(DISTINCT toestand) AS toestanden"
        " FROM referenties WHERE verzoek_id = v.id) r,"
        " LATERAL (SELECT count(*) AS aantal FROM verzoekproducten WHERE verzoek_id = v.id) p",
        list(verzoek_ids),
    )
    return {
        row["id"]: Aantallen(
            row["referenties"], row["producten"], frozenset(Toestand(naam) for naam in row["toestanden"])
        )
        for row in rows
    }


async def eerste_producten(
    connection: Connection, verzoek_ids: Collection[UUID], aantal: int
) -> dict[UUID, list[asyncpg.Record]]:
    """The first products of each verzoek, in the order of its message."""
    rows = await connection.fetch(
        "SELECT p.* FROM unnest($1::uuid[]) AS v(id), LATERAL (SELECT * FROM verzoekproducten"
        " WHERE verzoek_id = v.id ORDER BY volgnummer LIMIT $2) p ORDER BY p.verzoek_id, p.volgnummer",
        list(verzoek_ids),
        aantal,
    )
    return _per_verzoek(verzoek_ids, rows)


async def referenties_bij(
    connection: Connection, verzoeken: Sequence[asyncpg.Record], producten: Mapping[UUID, Sequence[asyncpg.Record]]
) -> dict[UUID, list[asyncpg.Record]]:
    """The references of these products, by verzoek and in their order; each is looked up by its key."""
    sleutels = dict.fromkeys(
        (row["domein"], row["aanbieder"], product["referentie_aanbieder"])
        for row in verzoeken
        for product in producten[row["bericht_id"]]
    )
    rows = await connection.fetch(
        "SELECT r.* FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY"
        " AS s(domein, aanbieder, referentie_aanbieder, nr)"
        " JOIN referenties r USING (domein, aanbieder, referentie_aanbieder) ORDER BY nr",
        *([sleutel[deel] for sleutel in sleutels] for deel in range(3)),
    )
    return _per_verzoek([row["bericht_id"] for row in verzoeken], rows)


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
