"""SQL for verdicts, over a whole batch of events at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from services.platform.database import Connection

# Events are many, declaraties few: rows name a declaratie by its place in $1, which costs the main process
# an integer instead of a UUID for each prestatie.
_TOEGEKEND: Final = """
INSERT INTO verdicten (declaratie_id, volgnummer, uitkomst, besluit_op)
SELECT ($1::uuid[])[v.plaats], v.volgnummer, 'toegekend', $4
FROM unnest($2::int[], $3::int[]) AS v(plaats, volgnummer)
ON CONFLICT DO NOTHING RETURNING declaratie_id, volgnummer
"""
_AFGEWEZEN: Final = """
INSERT INTO verdicten (declaratie_id, volgnummer, uitkomst, retourcodes, client_retourcodes, besluit_op)
SELECT ($1::uuid[])[v.plaats], v.volgnummer, 'afgewezen',
  string_to_array(v.codes, ','), string_to_array(v.client_codes, ','), $6
FROM unnest($2::int[], $3::int[], $4::text[], $5::text[]) AS v(plaats, volgnummer, codes, client_codes)
ON CONFLICT DO NOTHING RETURNING declaratie_id, volgnummer
"""
_TEL: Final = """
WITH nieuw AS ({insert})
SELECT n.declaratie_id, count(*) AS verdicten, count(p.volgnummer) AS aantal,
  coalesce(sum(p.bedrag), 0)::bigint AS bedrag
FROM nieuw n LEFT JOIN prestaties p USING (declaratie_id, volgnummer)
GROUP BY n.declaratie_id
"""
_TEL_TOEGEKEND: Final = _TEL.format(insert=_TOEGEKEND)
_TEL_AFGEWEZEN: Final = _TEL.format(insert=_AFGEWEZEN)

_ANDERS: Final = """
SELECT count(*) FROM unnest($2::int[], $3::int[], $4::text[], $5::text[]) AS v(plaats, volgnummer, codes, client_codes)
JOIN verdicten o ON o.declaratie_id = ($1::uuid[])[v.plaats] AND o.volgnummer = v.volgnummer
WHERE o.uitkomst <> CASE WHEN v.codes = '' AND v.client_codes = '' THEN 'toegekend' ELSE 'afgewezen' END
  OR o.retourcodes <> string_to_array(v.codes, ',') OR o.client_retourcodes <> string_to_array(v.client_codes, ',')
"""

_UITVAL: Final = """
WITH nieuw AS (
  INSERT INTO uitval (declaratie_id, volgnummer, sinds)
  SELECT ($1::uuid[])[v.plaats], v.volgnummer, $4 FROM unnest($2::int[], $3::int[]) AS v(plaats, volgnummer)
  ON CONFLICT DO NOTHING RETURNING declaratie_id, volgnummer
)
SELECT count(*) FROM nieuw n WHERE NOT EXISTS (
  SELECT 1 FROM prestaties p WHERE p.declaratie_id = n.declaratie_id AND p.volgnummer = n.volgnummer)
"""

_BIJWERKEN: Final = """
UPDATE declaraties d SET
  aantal_toegekend = d.aantal_toegekend + n.toegekend,
  aantal_afgewezen = d.aantal_afgewezen + n.afgewezen,
  totaal_toegekend = d.totaal_toegekend + n.bedrag,
  aantal_in_uitval = u.aantal,
  status = CASE WHEN u.aantal > 0 THEN 'in_uitval' ELSE 'in_behandeling' END
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::bigint[]) AS n(declaratie_id, toegekend, afgewezen, bedrag)
CROSS JOIN LATERAL (
  SELECT count(*)::int AS aantal FROM uitval x
  WHERE x.declaratie_id = n.declaratie_id AND NOT EXISTS (
    SELECT 1 FROM verdicten v WHERE v.declaratie_id = x.declaratie_id AND v.volgnummer = x.volgnummer)
) AS u
WHERE d.declaratie_id = n.declaratie_id AND d.status IN ('in_behandeling', 'in_uitval')
RETURNING d.declaratie_id, d.aantal_toegekend + d.aantal_afgewezen = d.aantal_prestaties AS compleet
"""

_TE_BEANTWOORDEN: Final = """
SELECT d.*, b.identificatie, b.dagtekening AS bericht_dagtekening
FROM declaraties d JOIN berichten b USING (bericht_id)
WHERE d.declaratie_id = ANY($1::uuid[]) ORDER BY d.volgnummer
"""

_AFGEWEZEN_PRESTATIES: Final = """
SELECT p.*, v.retourcodes, v.client_retourcodes
FROM verdicten v JOIN prestaties p USING (declaratie_id, volgnummer)
WHERE v.declaratie_id = ANY($1::uuid[]) AND v.uitkomst = 'afgewezen'
ORDER BY v.declaratie_id, v.volgnummer
"""

_ZET_BEANTWOORD: Final = """
UPDATE declaraties d SET status = 'beantwoord', antwoord_bericht_id = n.bericht_id, beantwoord_op = $3
FROM unnest($1::uuid[], $2::uuid[]) AS n(declaratie_id, bericht_id)
WHERE d.declaratie_id = n.declaratie_id
"""


class Afwijzing(msgspec.Struct, frozen=True):
    """A rejected prestatie: place of its declaratie (1-based), volgnummer, codes sorted and joined by commas."""

    plaats: int
    volgnummer: int
    codes: str
    client_codes: str


class Verdicten(msgspec.Struct, frozen=True):
    """What a batch of events says; ``plaatsen`` are 1-based places in ``declaraties``."""

    declaraties: list[UUID]
    toegekend: tuple[list[int], list[int]]
    afgewezen: list[Afwijzing]
    uitval: tuple[list[int], list[int]]


class OngeldigVerdictError(ValueError):
    """A verdict on something that was never declared, or other than the verdict given before."""


class _Aantallen:
    """New verdicts of one declaratie in this batch."""

    def __init__(self) -> None:
        self.toegekend = self.afgewezen = self.bedrag = 0


async def leg_vast(connection: Connection, verdicten: Verdicten, moment: datetime) -> list[UUID]:
    """Keep the verdicts and bring the counts up to date; returns the declaraties that are now complete.

    The same verdict again changes nothing. ``OngeldigVerdictError`` for anything that cannot be: the
    transaction must then not go on.
    """
    tellingen = {declaratie_id: _Aantallen() for declaratie_id in verdicten.declaraties}
    plaatsen, volgnummers = verdicten.toegekend
    nieuw = 0
    if plaatsen:
        for row in await connection.fetch(_TEL_TOEGEKEND, verdicten.declaraties, plaatsen, volgnummers, moment):
            tellingen[row["declaratie_id"]].toegekend = _bestaand(row)
            tellingen[row["declaratie_id"]].bedrag = row["bedrag"]
            nieuw += row["aantal"]
    if verdicten.afgewezen:
        for row in await connection.fetch(_TEL_AFGEWEZEN, verdicten.declaraties, *_kolommen(verdicten), moment):
            tellingen[row["declaratie_id"]].afgewezen = _bestaand(row)
            nieuw += row["aantal"]
    if nieuw < len(plaatsen) + len(verdicten.afgewezen):
        await _weiger_anders(connection, verdicten)
    if verdicten.uitval[0] and await connection.fetchval(_UITVAL, verdicten.declaraties, *verdicten.uitval, moment):
        raise OngeldigVerdictError("uitval of a prestatie that does not exist")
    return await _werk_bij(connection, tellingen)


def _bestaand(row: asyncpg.Record) -> int:
    if row["aantal"] != row["verdicten"]:
        raise OngeldigVerdictError("a verdict on a prestatie that does not exist")
    return int(row["aantal"])


def _kolommen(verdicten: Verdicten) -> tuple[list[int], list[int], list[str], list[str]]:
    afgewezen = verdicten.afgewezen
    return (
        [rij.plaats for rij in afgewezen],
        [rij.volgnummer for rij in afgewezen],
        [rij.codes for rij in afgewezen],
        [rij.client_codes for rij in afgewezen],
    )


async def _weiger_anders(connection: Connection, verdicten: Verdicten) -> None:
    """Verdicts that were there already must be the same ones."""
    plaatsen, volgnummers = verdicten.toegekend
    leeg = [""] * len(plaatsen)
    afgewezen = _kolommen(verdicten)
    anders = await connection.fetchval(
        _ANDERS,
        verdicten.declaraties,
        plaatsen + afgewezen[0],
        volgnummers + afgewezen[1],
        leeg + afgewezen[2],
        leeg + afgewezen[3],
    )
    if anders:
        raise OngeldigVerdictError("another verdict on a prestatie that has one")


async def _werk_bij(connection: Connection, tellingen: dict[UUID, _Aantallen]) -> list[UUID]:
    rows = await connection.fetch(
        _BIJWERKEN,
        list(tellingen),
        [telling.toegekend for telling in tellingen.values()],
        [telling.afgewezen for telling in tellingen.values()],
        [telling.bedrag for telling in tellingen.values()],
    )
    return [row["declaratie_id"] for row in rows if row["compleet"]]


async def te_beantwoorden(connection: Connection, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """These declaraties with Identificatie and Dagtekening of their JW323, oldest first."""
    return await connection.fetch(_TE_BEANTWOORDEN, ids)


async def afgewezen_prestaties(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[asyncpg.Record]]:
    """Rejected prestaties with their codes, per declaratie in the order of the JW323."""
    rows = await connection.fetch(_AFGEWEZEN_PRESTATIES, ids) if ids else []
    return {declaratie_id: list(groep) for declaratie_id, groep in groupby(rows, key=lambda r: r["declaratie_id"])}


async def zet_beantwoord(connection: Connection, antwoorden: Iterable[tuple[UUID, UUID]], moment: datetime) -> None:
    """Close declaraties with the id of their JW325."""
    paren = list(antwoorden)
    await connection.execute(
        _ZET_BEANTWOORD, [declaratie_id for declaratie_id, _ in paren], [bericht_id for _, bericht_id in paren], moment
    )
