"""SQL for verdicts, over a whole batch of events at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from services.platform.database import Connection

_TOEGEKEND: Final = """
WITH gegeven AS MATERIALIZED (
  SELECT g.declaratie_id, g.volgnummers::int4multirange - coalesce((
    SELECT range_agg(t.volgnummers) FROM toekenningen t WHERE t.declaratie_id = g.declaratie_id), '{}') AS nieuw
  FROM unnest($1::uuid[], $2::text[]) AS g(declaratie_id, volgnummers)
), bewaard AS (
  INSERT INTO toekenningen (declaratie_id, eerste, volgnummers, besluit_op)
  SELECT declaratie_id, lower(nieuw), nieuw, $3 FROM gegeven WHERE NOT isempty(nieuw)
)
SELECT g.declaratie_id, p.aantal, p.bedrag,
  (SELECT coalesce(sum(upper(r) - lower(r)), 0) FROM unnest(g.nieuw) AS r) AS verdicten,
  EXISTS (SELECT 1 FROM afwijzingen a WHERE a.declaratie_id = g.declaratie_id AND g.nieuw @> a.volgnummer) AS anders
FROM gegeven g CROSS JOIN LATERAL (
  SELECT count(*) AS aantal, coalesce(sum(p.bedrag), 0)::bigint AS bedrag
  FROM prestaties p WHERE p.declaratie_id = g.declaratie_id AND g.nieuw @> p.volgnummer
) AS p
"""
"""One row for all that a batch awards of a declaratie, as ranges; what was awarded before is left out."""

# Rejections name their declaratie by its place in $1: an integer instead of a UUID for each.
_AFGEWEZEN: Final = """
WITH nieuw AS (
  INSERT INTO afwijzingen (declaratie_id, volgnummer, retourcodes, client_retourcodes, besluit_op)
  SELECT ($1::uuid[])[v.plaats], v.volgnummer, string_to_array(v.codes, ','), string_to_array(v.client_codes, ','), $6
  FROM unnest($2::int[], $3::int[], $4::text[], $5::text[]) AS v(plaats, volgnummer, codes, client_codes)
  ON CONFLICT DO NOTHING RETURNING declaratie_id, volgnummer
)
SELECT n.declaratie_id, count(p.volgnummer) AS aantal, count(*) AS verdicten,
  bool_or(EXISTS (
    SELECT 1 FROM toekenningen t WHERE t.declaratie_id = n.declaratie_id AND t.volgnummers @> n.volgnummer)) AS anders
FROM nieuw n LEFT JOIN prestaties p USING (declaratie_id, volgnummer)
GROUP BY n.declaratie_id
"""

_ANDERS: Final = """
SELECT count(*) FROM unnest($2::int[], $3::int[], $4::text[], $5::text[]) AS v(plaats, volgnummer, codes, client_codes)
JOIN afwijzingen a ON a.declaratie_id = ($1::uuid[])[v.plaats] AND a.volgnummer = v.volgnummer
WHERE a.retourcodes <> string_to_array(v.codes, ',') OR a.client_retourcodes <> string_to_array(v.client_codes, ',')
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
    SELECT 1 FROM toekenningen t WHERE t.declaratie_id = x.declaratie_id AND t.volgnummers @> x.volgnummer)
  AND NOT EXISTS (
    SELECT 1 FROM afwijzingen a WHERE a.declaratie_id = x.declaratie_id AND a.volgnummer = x.volgnummer)
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
SELECT p.*, a.retourcodes, a.client_retourcodes
FROM afwijzingen a JOIN prestaties p USING (declaratie_id, volgnummer)
WHERE a.declaratie_id = ANY($1::uuid[])
ORDER BY a.declaratie_id, a.volgnummer
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
    """What a batch of events says; places are 1-based, in ``declaraties``. ``toegekend`` has volgnummers by place."""

    declaraties: list[UUID]
    toegekend: dict[int, list[int]]
    afgewezen: list[Afwijzing]
    uitval: tuple[list[int], list[int]]


_ANDER_VERDICT: Final = "another verdict on a prestatie that has one"


class OngeldigVerdictError(ValueError):
    """A verdict on something that was never declared, or other than the verdict given before."""


class _Aantallen:
    """New verdicts of one declaratie in this batch."""

    def __init__(self) -> None:
        self.toegekend = self.afgewezen = self.bedrag = 0


async def leg_vast(connection: Connection, verdicten: Verdicten, moment: datetime) -> list[UUID]:
    """Keep the verdicts and bring the counts up to date; returns the declaraties that are now complete.

    The caller holds the locks of these declaraties. The same verdict again changes nothing.
    ``OngeldigVerdictError`` for anything that cannot be: the transaction must then not go on.
    """
    tellingen = {declaratie_id: _Aantallen() for declaratie_id in verdicten.declaraties}
    if verdicten.toegekend:
        ids = [verdicten.declaraties[plaats - 1] for plaats in verdicten.toegekend]
        for row in await connection.fetch(_TOEGEKEND, ids, list(map(bereiken, verdicten.toegekend.values())), moment):
            tellingen[row["declaratie_id"]].toegekend = _nieuw(row)
            tellingen[row["declaratie_id"]].bedrag = row["bedrag"]
    if verdicten.afgewezen:
        nieuw = 0
        for row in await connection.fetch(_AFGEWEZEN, verdicten.declaraties, *_kolommen(verdicten), moment):
            tellingen[row["declaratie_id"]].afgewezen = _nieuw(row)
            nieuw += row["aantal"]
        # Rejections that were there already must be the same ones.
        eerder = nieuw < len(verdicten.afgewezen)
        if eerder and await connection.fetchval(_ANDERS, verdicten.declaraties, *_kolommen(verdicten)):
            raise OngeldigVerdictError(_ANDER_VERDICT)
    if verdicten.uitval[0] and await connection.fetchval(_UITVAL, verdicten.declaraties, *verdicten.uitval, moment):
        raise OngeldigVerdictError("uitval of a prestatie that does not exist")
    return await _werk_bij(connection, tellingen)


def bereiken(volgnummers: Iterable[int]) -> str:
    """These volgnummers as the text of an int4multirange: 3, 1, 2 and 5 are ``{[1,3],[5,5]}``."""
    delen: list[str] = []
    begin = eind = None
    for nummer in sorted(set(volgnummers)):
        if begin is None or eind is None:
            begin = nummer
        elif nummer != eind + 1:
            delen.append(f"[{begin},{eind}]")
            begin = nummer
        eind = nummer
    if begin is not None:
        delen.append(f"[{begin},{eind}]")
    return f"{{{','.join(delen)}}}"


def _nieuw(row: asyncpg.Record) -> int:
    """How many of the verdicts on one declaratie are new."""
    if row["aantal"] != row["verdicten"]:
        raise OngeldigVerdictError("a verdict on a prestatie that does not exist")
    if row["anders"]:
        raise OngeldigVerdictError(_ANDER_VERDICT)
    return int(row["aantal"])


def _kolommen(verdicten: Verdicten) -> tuple[list[int], list[int], list[str], list[str]]:
    afgewezen = verdicten.afgewezen
    return (
        [rij.plaats for rij in afgewezen],
        [rij.volgnummer for rij in afgewezen],
        [rij.codes for rij in afgewezen],
        [rij.client_codes for rij in afgewezen],
    )


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
