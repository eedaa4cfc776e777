"""The invoice service's part of the invariant: states, counts, totals and answers agree with the rows."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from ijw.berichten import JW323, JW325
from ijw.codec import parse
from services.invoice.rules import Antwoordfeiten, beoordeel_antwoord
from services.invoice.termijnen import laatste_dagen_kloppen
from services.platform.berichten.store import bericht_by_id, document
from services.platform.service import Afwijking, Context

_TELLINGEN: Final = """
WITH geteld AS (
  SELECT p.declaratie_id, count(*) AS prestaties, sum(p.bedrag) AS ingediend,
    count(*) FILTER (WHERE v.uitkomst = 'toegekend') AS toegekend,
    count(*) FILTER (WHERE v.uitkomst = 'afgewezen') AS afgewezen,
    count(*) FILTER (WHERE v.uitkomst IS NULL) AS onbeslist,
    count(*) FILTER (WHERE v.uitkomst IS NULL AND u.sinds IS NOT NULL) AS in_uitval,
    coalesce(sum(p.bedrag) FILTER (WHERE v.uitkomst = 'toegekend'), 0) AS bedrag
  FROM prestaties p
  LEFT JOIN verdicten v USING (declaratie_id, volgnummer)
  LEFT JOIN uitval u USING (declaratie_id, volgnummer)
  GROUP BY p.declaratie_id
)
SELECT d.declaratie_id, d.status, d.aantal_prestaties = coalesce(g.prestaties, 0) AS prestaties_juist,
  d.totaal_ingediend = coalesce(g.ingediend, 0) AS ingediend_juist,
  d.aantal_toegekend = coalesce(g.toegekend, 0) AND d.aantal_afgewezen = coalesce(g.afgewezen, 0)
    AND d.aantal_in_uitval = coalesce(g.in_uitval, 0) AS aantallen_juist,
  d.totaal_toegekend = coalesce(g.bedrag, 0) AS toegekend_juist,
  coalesce(g.prestaties, 0) AS prestaties, coalesce(g.onbeslist, 0) AS onbeslist, coalesce(g.in_uitval, 0) AS in_uitval
FROM declaraties d LEFT JOIN geteld g USING (declaratie_id)
WHERE d.status = 'afgekeurd' AND (g.prestaties IS NOT NULL OR d.totaal_toegekend <> 0)
  OR d.status <> 'afgekeurd' AND (
    g.declaratie_id IS NULL OR d.aantal_prestaties <> g.prestaties OR d.totaal_ingediend <> g.ingediend
    OR d.aantal_toegekend <> g.toegekend OR d.aantal_afgewezen <> g.afgewezen OR d.aantal_in_uitval <> g.in_uitval
    OR d.totaal_toegekend <> g.bedrag
    OR d.status <> CASE WHEN g.onbeslist = 0 THEN 'beantwoord' WHEN g.in_uitval > 0 THEN 'in_uitval'
                        ELSE 'in_behandeling' END)
ORDER BY d.volgnummer LIMIT 1000
"""

_ZONDER_DECLARATIE: Final = """
SELECT b.bericht_id FROM berichten b LEFT JOIN declaraties d USING (bericht_id)
WHERE b.richting = 'in' AND d.declaratie_id IS NULL LIMIT 1000
"""

_WEES: Final = """
SELECT DISTINCT r.declaratie_id FROM (
  SELECT declaratie_id FROM verdicten v WHERE NOT EXISTS (
    SELECT 1 FROM prestaties p WHERE p.declaratie_id = v.declaratie_id AND p.volgnummer = v.volgnummer)
  UNION ALL
  SELECT declaratie_id FROM prestaties p WHERE NOT EXISTS (
    SELECT 1 FROM declaraties d
    WHERE d.declaratie_id = p.declaratie_id AND p.clientnummer BETWEEN 1 AND cardinality(d.clienten))
) AS r LIMIT 1000
"""

_TWEE_OORDELEN: Final = """
SELECT DISTINCT declaratie_id FROM (
  SELECT declaratie_id FROM verdicten GROUP BY declaratie_id, volgnummer HAVING count(*) > 1
) AS d LIMIT 1000
"""

_ANTWOORDEN: Final = """
SELECT d.declaratie_id, d.status, d.totaal_ingediend, d.totaal_toegekend, d.aantal_afgewezen, d.volgnummer,
  d.declaratienummer,
  (SELECT count(*) FROM berichten a WHERE a.heenbericht_id = d.bericht_id AND a.richting = 'uit') AS antwoorden,
  EXISTS (SELECT 1 FROM postbus p WHERE p.bericht_id = d.antwoord_bericht_id AND p.partij = d.aanbieder) AS in_postbus,
  b.bericht_id, b.xml, d.bericht_id AS heen_id, b.heenbericht_id = d.bericht_id AS eigen_antwoord
FROM declaraties d LEFT JOIN berichten b ON b.bericht_id = d.antwoord_bericht_id
WHERE d.volgnummer > $1 ORDER BY d.volgnummer LIMIT 500
"""


_DUBBELE_IDENTIFICATIES: Final = """
SELECT b.bericht_id FROM berichten b
JOIN (SELECT domein, van, identificatie FROM berichten WHERE richting = 'uit'
      GROUP BY domein, van, identificatie HAVING count(*) > 1) AS d USING (domein, van, identificatie)
WHERE b.richting = 'uit' LIMIT 1000
"""


async def check(context: Context) -> Sequence[Afwijking]:
    """Everything that is off; empty when all is well and the events have been handled."""
    afwijkingen: list[Afwijking] = []
    async with context.database.connection() as connection:
        for row in await connection.fetch(_TELLINGEN):
            afwijkingen.extend(_telling(row))
        for row in await connection.fetch(_ZONDER_DECLARATIE):
            afwijkingen.append(_afwijking("elk bericht heeft een declaratie", row["bericht_id"], "heeft er geen"))
        for row in await connection.fetch(_WEES):
            afwijkingen.append(
                _afwijking(
                    "oordelen, prestaties en clienten horen bij elkaar", row["declaratie_id"], "heeft losse rijen"
                )
            )
        for row in await connection.fetch(_TWEE_OORDELEN):
            afwijkingen.append(
                _afwijking("een prestatie heeft hoogstens een oordeel", row["declaratie_id"], "heeft er meer")
            )
        dubbel = {row["bericht_id"] for row in await connection.fetch(_DUBBELE_IDENTIFICATIES)}
        afwijkingen.extend(await laatste_dagen_kloppen(connection))
    async for row in _antwoorden(context):
        afwijkingen.extend(_antwoord(context, row))
        if row["eigen_antwoord"]:
            afwijkingen.extend(await _naast_de_declaratie(context, row, gebruikt=row["bericht_id"] in dubbel))
    return afwijkingen


def _afwijking(invariant: str, wat: UUID, detail: str) -> Afwijking:
    return Afwijking(invariant, f"{wat} {detail}")


def _telling(row: asyncpg.Record) -> Iterator[Afwijking]:
    wat = row["declaratie_id"]
    if row["status"] == "afgekeurd":
        yield _afwijking("een afgekeurde declaratie telt nergens mee", wat, "heeft prestaties of een bedrag")
        return
    for kolom, invariant in (
        ("prestaties_juist", "aantal prestaties klopt"),
        ("ingediend_juist", "totaal ingediend is de som van de prestaties"),
        ("aantallen_juist", "aantallen toegekend, afgewezen en in uitval kloppen"),
        ("toegekend_juist", "totaal toegekend is de som van de toegekende prestaties"),
    ):
        if not row[kolom]:
            yield _afwijking(invariant, wat, "wijkt af")
    if row["status"] == "beantwoord" and row["onbeslist"]:
        yield _afwijking("een beantwoorde declaratie is helemaal beslist", wat, f"mist {row['onbeslist']} oordelen")
    elif row["status"] != "beantwoord" and not row["onbeslist"]:
        yield _afwijking("een besliste declaratie is beantwoord", wat, f"is {row['status']}")
    elif row["onbeslist"] and row["status"] != ("in_uitval" if row["in_uitval"] else "in_behandeling"):
        yield _afwijking("de status volgt uit de prestaties", wat, f"is {row['status']}")


async def _antwoorden(context: Context) -> AsyncIterator[asyncpg.Record]:
    """Every declaratie with its JW325, a few hundred in memory at a time."""
    na = 0
    while True:
        async with context.database.connection() as connection:
            rows = await connection.fetch(_ANTWOORDEN, na)
        for row in rows:
            yield row
        if not rows:
            return
        na = rows[-1]["volgnummer"]


def _antwoord(context: Context, row: asyncpg.Record) -> Iterator[Afwijking]:
    wat, klaar = row["declaratie_id"], row["status"] in {"afgekeurd", "beantwoord"}
    if row["antwoorden"] != (1 if klaar else 0):
        yield _afwijking(
            "een declaratie heeft hoogstens een JW325", wat, f"is {row['status']}, {row['antwoorden']} JW325"
        )
    if not klaar:
        return
    if not (row["in_postbus"] and row["eigen_antwoord"]):
        yield _afwijking("een JW325 wacht op de aanbieder of is opgehaald", wat, "staat niet in de postbus")
        return
    jw325 = parse(document(row, context.crypto.ring))
    if not (isinstance(jw325, JW325) and _totalen_juist(jw325, row)):
        yield _afwijking("de totalen van de JW325 kloppen (TR342)", wat, "wijkt af")


async def _naast_de_declaratie(context: Context, row: asyncpg.Record, *, gebruikt: bool) -> list[Afwijking]:
    """What the aanbieder would find in the JW325 as it was sent, beside the JW323 as it was received.

    One pair of messages in memory at a time: either can be of 25 MB.
    """
    wat: UUID = row["declaratie_id"]
    async with context.database.connection() as connection:
        heenbericht = await bericht_by_id(connection, row["heen_id"])
    if heenbericht is None:
        return [_afwijking("een JW325 hoort bij haar JW323", wat, "mist de JW323")]
    heen, antwoord = parse(document(heenbericht, context.crypto.ring)), parse(document(row, context.crypto.ring))
    if not (isinstance(heen, JW323) and isinstance(antwoord, JW325)):
        return [_afwijking("een JW325 hoort bij haar JW323", wat, "is een ander bericht")]
    feiten = Antwoordfeiten(
        heen=heen,
        vandaag=context.clock.today(),
        gemeenten=context.gemeenten,
        identificatie_gebruikt=gebruikt,
        eerder_beantwoord=row["antwoorden"] > 1,
    )
    regels = dict.fromkeys(bevinding.regel for bevinding in beoordeel_antwoord(antwoord, feiten))
    return [_afwijking(f"een JW325 hoort bij haar JW323 ({regel})", wat, "wijkt af") for regel in regels]


def _totalen_juist(jw325: JW325, row: asyncpg.Record) -> bool:
    """TR342, and the totals are those of the declaratie."""
    antwoord = jw325.declaratie_antwoord
    if antwoord is None:
        return str(row["status"]) == "afgekeurd"
    terug = [p for client in antwoord.clienten for p in client.prestaties]
    ingediend = antwoord.totaal_ingediend_bedrag.met_teken
    toegekend = antwoord.totaal_toegekend_bedrag.met_teken
    if (antwoord.declaratie_nummer, ingediend, toegekend) != (
        row["declaratienummer"],
        row["totaal_ingediend"],
        row["totaal_toegekend"],
    ):
        return False
    if row["status"] == "afgekeurd":
        return toegekend == 0 and not terug
    aantal: int = row["aantal_afgewezen"]
    return len(terug) == aantal and ingediend - toegekend == sum(p.ingediend_bedrag.met_teken for p in terug)
