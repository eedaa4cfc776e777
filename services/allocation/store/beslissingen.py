"""SQL of decisions made here: what was decided before, who the client is, and numbers that are free."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID

import asyncpg

from services.platform.database import Connection

_HOOGSTE: Final = 999_999_999
"""LDT_Nummer."""


async def eerdere(connection: Connection, verzoek_id: UUID, versie: int) -> asyncpg.Record | None:
    """The decision about the verzoek as it was in this versie."""
    return await connection.fetchrow(
        "SELECT * FROM beslissingen WHERE verzoek_id = $1 AND versie = $2", verzoek_id, versie
    )


async def van_verzoek(connection: Connection, verzoek_id: UUID) -> list[asyncpg.Record]:
    """Every decision made here about a verzoek, oldest first."""
    return await connection.fetch("SELECT * FROM beslissingen WHERE verzoek_id = $1 ORDER BY versie", verzoek_id)


async def berichten(connection: Connection, bericht_ids: Collection[UUID]) -> list[asyncpg.Record]:
    """Kind and Identificatie of these messages, in this order."""
    return await connection.fetch(
        "SELECT b.bericht_id, b.berichtsoort, b.identificatie"
        " FROM unnest($1::uuid[]) WITH ORDINALITY AS n(bericht_id, nr) JOIN berichten b USING (bericht_id) ORDER BY nr",
        list(bericht_ids),
    )


async def bewaar(
    connection: Connection,
    beslissing_id: UUID,
    verzoek_id: UUID,
    *,
    versie: int,
    invoer_sha256: bytes,
    besluit: str,
    door: str,
    bericht_ids: Sequence[UUID],
    toewijzing_nummers: Sequence[int],
    moment: datetime,
) -> None:
    """Keep who decided what, and tie the messages it sent to it."""
    await connection.execute(
        "INSERT INTO beslissingen (beslissing_id, verzoek_id, versie, invoer_sha256, besluit, door, bericht_ids,"
        " toewijzing_nummers, vastgelegd_op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        beslissing_id,
        verzoek_id,
        versie,
        invoer_sha256,
        besluit,
        door,
        list(bericht_ids),
        list(toewijzing_nummers),
        moment,
    )
    await connection.execute(
        "INSERT INTO verzonden (bericht_id, beslissing_id)"
        " SELECT bericht_id, $2 FROM unnest($1::uuid[]) AS n(bericht_id)",
        list(bericht_ids),
        beslissing_id,
    )


async def bron_van_client(
    connection: Connection, domein: str, gemeente: str, aanbieder: str, client: str
) -> asyncpg.Record | None:
    """The newest JW301 of the gemeente about a client, to this aanbieder if there is one; to whom it went."""
    return await connection.fetchrow(
        "SELECT b.*, c.aanbieder = $3 AS zelfde_aanbieder FROM clienten c JOIN berichten b USING (bericht_id)"
        " WHERE c.domein = $1 AND c.gemeente = $2 AND c.client = $4"
        " ORDER BY c.aanbieder = $3 DESC, c.dagtekening DESC, c.vastgelegd_op DESC, b.bericht_id LIMIT 1",
        domein,
        gemeente,
        aanbieder,
        client,
    )


async def bronnen_van_versies(
    connection: Connection,
    domein: str,
    gemeente: str,
    aanbieder: str,
    client: str,
    *,
    vandaag: date,
    genoemd: Collection[int],
) -> list[asyncpg.Record]:
    """Which message told first what counts of each toewijzing that runs on ``vandaag`` or later, or is ``genoemd``."""
    return await connection.fetch(
        "SELECT toewijzing_nummer, a.tijdstip, t.bericht_id FROM actueel a"
        " JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer, tijdstip)"
        " WHERE a.domein = $1 AND a.gemeente = $2 AND a.aanbieder = $3 AND a.client = $4"
        " AND (a.einddatum IS NULL OR a.einddatum >= $5 OR toewijzing_nummer = ANY($6::bigint[]))",
        domein,
        gemeente,
        aanbieder,
        client,
        vandaag,
        list(genoemd),
    )


async def hele_berichten(connection: Connection, bericht_ids: Collection[UUID]) -> list[asyncpg.Record]:
    """These messages with all they hold, in no order."""
    return await connection.fetch("SELECT * FROM berichten WHERE bericht_id = ANY($1::uuid[])", list(bericht_ids))


async def vrije_nummers(connection: Connection, domein: str, gemeente: str, aantal: int) -> list[int]:
    """Numbers that no toewijzing of the gemeente ever had: above its highest, or else the lowest that are free.

    Fewer than ``aantal`` when so many are not there.
    """
    hoogste = await connection.fetchval(
        "SELECT coalesce(max(toewijzing_nummer), 0) FROM actueel WHERE domein = $1 AND gemeente = $2", domein, gemeente
    )
    if hoogste + aantal <= _HOOGSTE:
        return list(range(hoogste + 1, hoogste + aantal + 1))
    rows = await connection.fetch(
        "SELECT vorige + 1 AS van, nummer - 1 AS tot FROM (SELECT toewijzing_nummer AS nummer,"
        " lag(toewijzing_nummer, 1, 0::bigint) OVER (ORDER BY toewijzing_nummer) AS vorige FROM actueel"
        " WHERE domein = $1 AND gemeente = $2) g WHERE nummer - vorige > 1 ORDER BY vorige LIMIT $3",
        domein,
        gemeente,
        aantal,
    )
    vrij = (nummer for row in rows for nummer in range(row["van"], row["tot"] + 1))
    return list(islice(vrij, aantal))


async def bezette_nummers(connection: Connection, domein: str, gemeente: str, nummers: Collection[int]) -> set[int]:
    """Which of these numbers are a toewijzing's."""
    rows = await connection.fetch(
        "SELECT toewijzing_nummer FROM actueel WHERE domein = $1 AND gemeente = $2"
        " AND toewijzing_nummer = ANY($3::bigint[])",
        domein,
        gemeente,
        list(nummers),
    )
    return {row["toewijzing_nummer"] for row in rows}
