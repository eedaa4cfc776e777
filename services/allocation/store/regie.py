"""SQL on starts and stops: what a message is held against, and what it adds; a fixed number of statements each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from services.allocation.regie import Aanlevering, Soort, Verloop
from services.platform.database import Connection, copy_rows

Plaats = tuple[str, str, str, str]
"""Domein, gemeente, aanbieder and the client's pseudonym: an onderwerp stands within these."""

_EIGEN_KOLOMMEN = tuple(veld for veld in Aanlevering.__struct_fields__ if veld != "toewijzing_nummer")


class Stand(msgspec.Struct, frozen=True):
    """One onderwerp after a message: what is in force, and what the message adds to ``eerder`` rows of history."""

    verloop: Verloop
    eerder: int
    nieuw: tuple[Aanlevering, ...]

    @property
    def volgnummer(self) -> int:
        """Of the last row of history."""
        return self.eerder + len(self.nieuw)


def aanlevering_van(row: asyncpg.Record) -> Aanlevering:
    """A row of ``aanleveringen`` beside the toewijzing_nummer of its ``regie``."""
    velden = {veld: row[veld] for veld in Aanlevering.__struct_fields__}
    return Aanlevering(**velden | {"soort": Soort(row["soort"])})


async def toewijzingen_bij(
    connection: Connection, domein: str, gemeente: str, nummers: Collection[int]
) -> dict[int, asyncpg.Record]:
    """The toewijzingen of a gemeente under these numbers, as they count now, whoever they are for."""
    rows = await connection.fetch(
        "SELECT toewijzing_nummer, a.aanbieder, a.client, a.ingangsdatum, a.verwijderd, t.product_code FROM actueel a"
        " JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer, tijdstip)"
        " WHERE domein = $1 AND gemeente = $2 AND toewijzing_nummer = ANY($3::bigint[])",
        domein,
        gemeente,
        list(nummers),
    )
    return {row["toewijzing_nummer"]: row for row in rows}


async def historie_bij(
    connection: Connection, plaats: Plaats, onderwerpen: Collection[str]
) -> dict[str, list[Aanlevering]]:
    """Every aanlevering ever accepted on these onderwerpen, oldest first."""
    rows = await connection.fetch(
        "SELECT r.onderwerp, r.toewijzing_nummer, a.* FROM regie r JOIN aanleveringen a USING (regie_id)"
        " WHERE r.domein = $1 AND r.gemeente = $2 AND r.aanbieder = $3 AND r.client = $4"
        " AND r.onderwerp = ANY($5::text[]) ORDER BY a.regie_id, a.volgnummer",
        *plaats,
        list(onderwerpen),
    )
    gevonden: dict[str, list[Aanlevering]] = {}
    for row in rows:
        gevonden.setdefault(row["onderwerp"], []).append(aanlevering_van(row))
    return gevonden


async def bewaar(
    connection: Connection, plaats: Plaats, standen: Mapping[str, Stand], bericht_id: UUID, moment: datetime
) -> None:
    """Let these states count from now on, and add what brought them about to the history."""
    ids = await _zet_standen(connection, plaats, standen, moment)
    await copy_rows(
        connection,
        "aanleveringen",
        ("regie_id", "volgnummer", *_EIGEN_KOLOMMEN, "bericht_id", "vastgelegd_op"),
        [
            (
                ids[onderwerp],
                volgnummer,
                *(getattr(aanlevering, kolom) for kolom in _EIGEN_KOLOMMEN),
                bericht_id,
                moment,
            )
            for onderwerp, stand in standen.items()
            for volgnummer, aanlevering in enumerate(stand.nieuw, stand.eerder + 1)
        ],
    )


async def _zet_standen(
    connection: Connection, plaats: Plaats, standen: Mapping[str, Stand], moment: datetime
) -> dict[str, int]:
    """The regie_id per onderwerp."""
    starts = [stand.verloop.laatste_start for stand in standen.values()]
    stops = [stand.verloop.laatste_stop for stand in standen.values()]
    kolommen: Sequence[Sequence[object]] = (
        list(standen),
        [stand.nieuw[0].toewijzing_nummer for stand in standen.values()],
        [stand.verloop.toestand for stand in standen.values()],
        [stand.volgnummer for stand in standen.values()],
        [start and start.product_categorie for start in starts],
        [start and start.product_code for start in starts],
        [start and start.begindatum for start in starts],
        [stop and stop.reden_beeindiging for stop in stops],
        [stop and stop.einddatum for stop in stops],
    )
    rows = await connection.fetch(
        "INSERT INTO regie (domein, gemeente, aanbieder, client, gewijzigd_op, onderwerp, toewijzing_nummer, toestand,"
        " volgnummer, product_categorie, product_code, begindatum, reden_beeindiging, einddatum)"
        " SELECT $1, $2, $3, $4, $5, nieuw.* FROM unnest($6::text[], $7::bigint[], $8::text[], $9::int[], $10::text[],"
        " $11::text[], $12::date[], $13::text[], $14::date[]) AS nieuw"
        " ON CONFLICT (domein, gemeente, aanbieder, client, onderwerp) DO UPDATE SET toestand = excluded.toestand,"
        " volgnummer = excluded.volgnummer, product_categorie = excluded.product_categorie,"
        " product_code = excluded.product_code, begindatum = excluded.begindatum,"
        " reden_beeindiging = excluded.reden_beeindiging, einddatum = excluded.einddatum,"
        " gewijzigd_op = excluded.gewijzigd_op RETURNING onderwerp, regie_id",
        *plaats,
        moment,
        *kolommen,
    )
    return {row["onderwerp"]: row["regie_id"] for row in rows}
