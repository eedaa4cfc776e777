"""SQL on terms: what the facts in the other tables say of them, and the rows that keep them.

Every kind of term is one SELECT over the messages, verzoeken and aanleveringen; written for one message and checked
for all of them it is the same SELECT.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import asyncpg

from ijw.termijnen import Soort, uiterlijk_op
from services.platform.database import Connection
from services.platform.termijnen.store import DAG

SLEUTEL: Final = ("bericht_id", "soort", "onderwerp", "volgnummer")
KOLOMMEN: Final = (*SLEUTEL, "domein", "gemeente", "aanbieder", "wie", "aan", "begin", "voldaan_op", "voldaan_door")

_RETOUR: Final = f"""
SELECT b.bericht_id, 'retour' AS soort, '' AS onderwerp, 0 AS volgnummer, b.domein, b.gemeente, b.aanbieder,
  b.aan AS wie, b.van AS aan, {DAG.format("p.klaargezet_op")} AS begin, r.vastgelegd_op AS voldaan_op,
  r.bericht_id AS voldaan_door
FROM berichten b JOIN postbus p ON p.bericht_id = b.bericht_id AND p.partij = b.aan
LEFT JOIN berichten r ON r.heenbericht_id = b.bericht_id AND r.richting = 'in'
WHERE b.richting = 'in' AND b.heenbericht_id IS NULL AND b.status = 'geaccepteerd'
"""

_VERZOEK: Final = """
SELECT v.bericht_id, '{soort}' AS soort, r.referentie_aanbieder AS onderwerp, 0 AS volgnummer, v.domein, v.gemeente,
  v.aanbieder, v.gemeente AS wie, v.aanbieder AS aan, {begin} AS begin, m.vastgelegd_op AS voldaan_op,
  m.bericht_id AS voldaan_door
FROM referenties r JOIN verzoeken v ON v.bericht_id = r.verzoek_id
LEFT JOIN berichten m ON m.bericht_id = {antwoord}
WHERE {waar}
"""

_ONTVANGEN: Final = DAG.format("v.ontvangen_op")
_ANTWOORD: Final = _VERZOEK.format(
    soort="verzoek-antwoord",
    begin=_ONTVANGEN,
    antwoord="coalesce(r.onderzoek_id, r.antwoord_id)",
    waar="true",
)
_ONDERZOEK: Final = _VERZOEK.format(
    soort="onderzoek", begin="v.dagtekening", antwoord="r.antwoord_id", waar="r.onderzoek_id IS NOT NULL"
)
_WOONPLAATS: Final = _VERZOEK.format(
    soort="woonplaatsbeginsel",
    begin=_ONTVANGEN,
    antwoord="r.antwoord_id",
    waar="r.reden_afwijzing = '8' AND v.berichtsoort = 'JW315'",
)

# Of starts: not what corrects an earlier one that was taken back, since the first was sent at its own time. Of stops:
# only the first on a start, since what comes after a temporary stop counts from the day the end is known (OP272).
_EERDERE_START: Final = """
(SELECT e.status_aanlevering FROM aanleveringen e WHERE e.regie_id = a.regie_id AND e.volgnummer < a.volgnummer
 AND e.soort = 'start' ORDER BY e.volgnummer DESC LIMIT 1) IS NOT DISTINCT FROM '3'
"""
_EERDERE_STOP: Final = """
EXISTS (SELECT FROM aanleveringen e WHERE e.regie_id = a.regie_id AND e.volgnummer < a.volgnummer
 AND e.soort = 'stop' AND (e.product_categorie, e.product_code, e.begindatum)
 IS NOT DISTINCT FROM (a.product_categorie, a.product_code, a.begindatum))
"""
_REGIE: Final = """
SELECT a.bericht_id, a.soort, g.onderwerp, a.volgnummer, g.domein, g.gemeente, g.aanbieder, g.aanbieder AS wie,
  g.gemeente AS aan, greatest(a.{datum}, {bekend}) AS begin, b.vastgelegd_op AS voldaan_op,
  b.bericht_id AS voldaan_door
FROM aanleveringen a JOIN regie g USING (regie_id) JOIN berichten b ON b.bericht_id = a.bericht_id
WHERE a.soort = '{soort}' AND a.status_aanlevering <> '3' AND NOT {eerder}
"""
_BEKEND: Final = f"""
(SELECT {DAG.format("min(t.vastgelegd_op)")} FROM toewijzingen t
 WHERE (t.domein, t.gemeente, t.toewijzing_nummer) = (g.domein, g.gemeente, g.toewijzing_nummer))
"""
_START: Final = _REGIE.format(soort="start", datum="begindatum", bekend=_BEKEND, eerder=_EERDERE_START)
_STOP: Final = _REGIE.format(soort="stop", datum="einddatum", bekend=_BEKEND, eerder=_EERDERE_STOP)

FEITEN: Final[Mapping[Soort, str]] = MappingProxyType(
    {
        Soort.RETOUR: _RETOUR,
        Soort.VERZOEK_ANTWOORD: _ANTWOORD,
        Soort.ONDERZOEK: _ONDERZOEK,
        Soort.WOONPLAATSBEGINSEL: _WOONPLAATS,
        Soort.START: _START,
        Soort.STOP: _STOP,
    }
)
"""Every term of a kind as the facts have it, with ``KOLOMMEN``; a condition on the facts may follow."""


async def van_feiten(
    connection: Connection, soorten: Sequence[Soort], voorwaarde: str, *waarden: Any
) -> list[asyncpg.Record]:
    """The terms of these kinds as the facts have them, for the facts that meet the condition."""
    vraag = " UNION ALL ".join(f"{FEITEN[soort]} AND {voorwaarde}" for soort in soorten)
    return await connection.fetch(vraag, *waarden)


async def leg_vast(connection: Connection, feiten: Sequence[asyncpg.Record]) -> None:
    """Keep these terms: new ones with their last day, known ones with what met them; what was met stays met."""
    if not feiten:
        return
    kolommen = [[rij[kolom] for rij in feiten] for kolom in KOLOMMEN]
    dagen = [uiterlijk_op(Soort(rij["soort"]), rij["begin"]) for rij in feiten]
    await connection.execute(
        f"INSERT INTO termijnen AS t ({', '.join(KOLOMMEN)}, uiterlijk_op)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],"
        " $8::text[], $9::text[], $10::date[], $11::timestamptz[], $12::uuid[], $13::date[])"
        " ON CONFLICT (bericht_id, soort, onderwerp, volgnummer) DO UPDATE"
        " SET voldaan_op = excluded.voldaan_op, voldaan_door = excluded.voldaan_door"
        " WHERE t.voldaan_op IS NULL AND excluded.voldaan_op IS NOT NULL",
        *kolommen,
        dagen,
    )
