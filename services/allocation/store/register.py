"""SQL that reads and writes the register for one message or one batch of events; always set-based."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.allocation.meldingen import GELIJK_TIJDSTIP, VERWIJDERD_IN_GEBRUIK
from services.allocation.register import Versie
from services.platform.arrays import samen, uiteen
from services.platform.database import Connection, copy_rows

_ZET_GEBRUIK: Final = f"""
WITH nieuw AS MATERIALIZED (
  SELECT * FROM unnest({uiteen("$1")}, {uiteen("$2")}, $3::bigint[], $4::int[], $6::bigint[])
    AS n(domein, gemeente, toewijzing_nummer, aantal_toegekend, volgnummer)
), gezet AS (
  INSERT INTO gebruik AS g (domein, gemeente, toewijzing_nummer, aantal_toegekend, volgnummer) SELECT * FROM nieuw
  ON CONFLICT (domein, gemeente, toewijzing_nummer) DO UPDATE
  SET aantal_toegekend = excluded.aantal_toegekend, volgnummer = excluded.volgnummer
  WHERE excluded.volgnummer >= g.volgnummer
  RETURNING domein, gemeente, toewijzing_nummer, aantal_toegekend
)
INSERT INTO meldingen (domein, gemeente, toewijzing_nummer, soort, tijdstip, elementen, vastgelegd_op)
SELECT a.domein, a.gemeente, a.toewijzing_nummer, '{VERWIJDERD_IN_GEBRUIK}', a.tijdstip, '{{}}', $5
FROM gezet n JOIN actueel a USING (domein, gemeente, toewijzing_nummer)
WHERE a.verwijderd AND n.aantal_toegekend > 0 AND NOT EXISTS (
  SELECT 1 FROM meldingen m
  WHERE (m.domein, m.gemeente, m.toewijzing_nummer) = (a.domein, a.gemeente, a.toewijzing_nummer)
    AND m.soort = '{VERWIJDERD_IN_GEBRUIK}' AND m.tijdstip = a.tijdstip)
"""

VERSIE_KOLOMMEN = Versie.__struct_fields__


def versie_van(row: asyncpg.Record) -> Versie:
    """A row of ``toewijzingen``."""
    return Versie(**{kolom: row[kolom] for kolom in VERSIE_KOLOMMEN})


async def versies_bij(
    connection: Connection, domein: str, gemeente: str, nummers: Collection[int]
) -> dict[int, list[Versie]]:
    """Every version known under these numbers of a gemeente."""
    rows = await connection.fetch(
        "SELECT * FROM toewijzingen WHERE domein = $1 AND gemeente = $2 AND toewijzing_nummer = ANY($3::bigint[])",
        domein,
        gemeente,
        list(nummers),
    )
    gevonden: dict[int, list[Versie]] = {}
    for row in rows:
        gevonden.setdefault(row["toewijzing_nummer"], []).append(versie_van(row))
    return gevonden


async def actueel_van_client(
    connection: Connection, domein: str, gemeente: str, aanbieder: str, client: str
) -> list[Versie]:
    """The version that counts of every toewijzing this aanbieder ever had for a client, by number."""
    rows = await connection.fetch(
        "SELECT t.* FROM actueel a JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer, tijdstip)"
        " WHERE a.domein = $1 AND a.gemeente = $2 AND a.aanbieder = $3 AND a.client = $4"
        " ORDER BY a.toewijzing_nummer",
        domein,
        gemeente,
        aanbieder,
        client,
    )
    return [versie_van(row) for row in rows]


async def insert_versies(connection: Connection, versies: Iterable[Versie], bericht_id: UUID, moment: datetime) -> None:
    """Add versions to the register."""
    await copy_rows(
        connection,
        "toewijzingen",
        (*VERSIE_KOLOMMEN, "tijdstip", "bericht_id", "vastgelegd_op"),
        [
            (*(getattr(versie, kolom) for kolom in VERSIE_KOLOMMEN), versie.tijdstip, bericht_id, moment)
            for versie in versies
        ],
    )


async def maak_actueel(connection: Connection, versies: Sequence[Versie]) -> dict[tuple[str, int], int]:
    """Let these versions (one per toewijzing, stored already) count; the new volgnummer per toewijzing."""
    rows = await connection.fetch(
        "INSERT INTO actueel AS a (domein, gemeente, toewijzing_nummer, tijdstip, volgnummer, aanbieder, client,"
        " ingangsdatum, einddatum, verwijderd)"
        " SELECT d, g, n, t, 1, aa, c, i, e, v FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[],"
        " $5::text[], $6::text[], $7::date[], $8::date[], $9::bool[]) AS nieuw(d, g, n, t, aa, c, i, e, v)"
        " ON CONFLICT (domein, gemeente, toewijzing_nummer) DO UPDATE SET tijdstip = excluded.tijdstip,"
        " volgnummer = a.volgnummer + 1, einddatum = excluded.einddatum, verwijderd = excluded.verwijderd"
        " RETURNING gemeente, toewijzing_nummer, volgnummer",
        [versie.domein for versie in versies],
        [versie.gemeente for versie in versies],
        [versie.toewijzing_nummer for versie in versies],
        [versie.tijdstip for versie in versies],
        [versie.aanbieder for versie in versies],
        [versie.client for versie in versies],
        [versie.ingangsdatum for versie in versies],
        [versie.einddatum for versie in versies],
        [versie.verwijderd for versie in versies],
    )
    return {(row["gemeente"], row["toewijzing_nummer"]): row["volgnummer"] for row in rows}


async def insert_botsingen(
    connection: Connection,
    botsingen: Iterable[tuple[Versie, Sequence[str]]],
    bericht_id: UUID,
    moment: datetime,
) -> None:
    """Raise versions that were not stored because another one of the same moment was, with what differs."""
    await copy_rows(
        connection,
        "meldingen",
        ("domein", "gemeente", "toewijzing_nummer", "soort", "tijdstip", "elementen", "bericht_id", "vastgelegd_op"),
        [
            (
                versie.domein,
                versie.gemeente,
                versie.toewijzing_nummer,
                GELIJK_TIJDSTIP,
                versie.tijdstip,
                list(elementen),
                bericht_id,
                moment,
            )
            for versie, elementen in botsingen
        ],
    )


async def bewaar_client(
    connection: Connection,
    sleutel: tuple[str, str, str, str],
    document: bytes,
    *,
    bericht_id: UUID,
    dagtekening: date,
    moment: datetime,
) -> None:
    """Keep who the client is, unless a message of a later day said so already.

    ``sleutel``: domein, gemeente, aanbieder, pseudonym. ``document`` is encrypted for that place.
    """
    await connection.execute(
        "INSERT INTO clienten AS c (domein, gemeente, aanbieder, client, document, bericht_id, dagtekening,"
        " vastgelegd_op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (domein, gemeente, aanbieder, client) DO UPDATE SET document = excluded.document,"
        " bericht_id = excluded.bericht_id, dagtekening = excluded.dagtekening, vastgelegd_op = excluded.vastgelegd_op"
        " WHERE excluded.dagtekening >= c.dagtekening",
        *sleutel,
        document,
        bericht_id,
        dagtekening,
        moment,
    )


async def toegekend_op(connection: Connection, domein: str, gemeente: str, nummers: Collection[int]) -> dict[int, int]:
    """Awarded, uncredited prestaties per toewijzing, where there are any."""
    rows = await connection.fetch(
        "SELECT toewijzing_nummer, aantal_toegekend FROM gebruik WHERE domein = $1 AND gemeente = $2"
        " AND toewijzing_nummer = ANY($3::bigint[]) AND aantal_toegekend > 0",
        domein,
        gemeente,
        list(nummers),
    )
    return {row["toewijzing_nummer"]: row["aantal_toegekend"] for row in rows}


async def zet_gebruik(
    connection: Connection, aantallen: Mapping[tuple[str, str, int], tuple[int, int]], moment: datetime
) -> None:
    """Replace the counts per (domein, gemeente, toewijzingnummer): the count, and the volgnummer of its event.

    A count of an older event than the one that is known is not the last word: it changes nothing.

    A toewijzing that is in use although it was removed is raised, once: the award and the removal crossed
    each other on the way, which no rule can prevent between two services.
    """
    await connection.execute(
        _ZET_GEBRUIK,
        samen([domein for domein, _, _ in aantallen]),
        samen([gemeente for _, gemeente, _ in aantallen]),
        [nummer for _, _, nummer in aantallen],
        [aantal for aantal, _ in aantallen.values()],
        moment,
        [volgnummer for _, volgnummer in aantallen.values()],
    )
