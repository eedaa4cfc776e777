"""Rebuilding invoice: verdicts, counts and states from what matching said, held against the answers that were sent.

Messages, declaraties and their prestaties came in here and are kept, and so is every JW325: a declaratie whose answer
says something else than its verdicts would is left as it is and named.
"""

from typing import Final

from services.invoice.antwoord import beantwoord
from services.platform.herbouw.model import Herbouw
from services.platform.herbouw.vensters import events_van, over_outbox, over_rangen

_TABELLEN: Final = """
CREATE TEMPORARY TABLE h_oordelen (
  declaratie_id uuid, volgnummer int, retourcodes text[], client_retourcodes text[], tijd timestamptz,
  PRIMARY KEY (declaratie_id, volgnummer));
CREATE TEMPORARY TABLE h_uitval (
  declaratie_id uuid, volgnummer int, tijd timestamptz, PRIMARY KEY (declaratie_id, volgnummer));
CREATE TEMPORARY TABLE h_rangen AS
SELECT declaratie_id, row_number() OVER (ORDER BY volgnummer)::int AS rang FROM declaraties WHERE status <> 'afgekeurd';
CREATE UNIQUE INDEX ON h_rangen (rang);
CREATE TEMPORARY TABLE h_anders (declaratie_id uuid PRIMARY KEY);
"""

_EVENTS: Final = events_van("beoordelingen", verwerkt=True)

_TOEGEKEND: Final = f"""
INSERT INTO h_oordelen
SELECT (e.inhoud ->> 'declaratieId')::uuid, v::int, NULL, NULL, e.tijd
FROM {_EVENTS} CROSS JOIN LATERAL jsonb_array_elements_text(e.inhoud -> 'toegekend') AS v
ORDER BY e.xid, e.plek ON CONFLICT DO NOTHING
"""

_AFGEWEZEN: Final = f"""
INSERT INTO h_oordelen
SELECT (e.inhoud ->> 'declaratieId')::uuid, a.volgnummer,
  ARRAY(SELECT DISTINCT unnest(a.retourcodes) ORDER BY 1),
  ARRAY(SELECT DISTINCT unnest(a."clientRetourcodes") ORDER BY 1), e.tijd
FROM {_EVENTS}
CROSS JOIN LATERAL jsonb_to_recordset(e.inhoud -> 'afgewezen') AS a(volgnummer int, retourcodes text[],
  "clientRetourcodes" text[])
ORDER BY e.xid, e.plek ON CONFLICT DO NOTHING
"""

_IN_UITVAL: Final = f"""
INSERT INTO h_uitval
SELECT (e.inhoud ->> 'declaratieId')::uuid, v::int, e.tijd
FROM {_EVENTS} CROSS JOIN LATERAL jsonb_array_elements_text(e.inhoud -> 'inUitval') AS v
ORDER BY e.xid, e.plek ON CONFLICT DO NOTHING
"""

_WAT_ANDERS_IS: Final = """
INSERT INTO h_anders
SELECT DISTINCT declaratie_id FROM (
  SELECT coalesce(h.declaratie_id, v.declaratie_id) AS declaratie_id
  FROM (SELECT h.* FROM h_oordelen h JOIN h_rangen r USING (declaratie_id) WHERE r.rang > $1 AND r.rang <= $2) AS h
  FULL JOIN (
    SELECT v.* FROM verdicten v JOIN h_rangen r USING (declaratie_id) WHERE r.rang > $1 AND r.rang <= $2) AS v
  ON h.declaratie_id = v.declaratie_id AND h.volgnummer = v.volgnummer
  WHERE h.declaratie_id IS NULL OR v.declaratie_id IS NULL
    OR (h.retourcodes IS NULL) <> (v.uitkomst = 'toegekend')
    OR h.retourcodes IS NOT NULL
      AND (h.retourcodes, h.client_retourcodes) IS DISTINCT FROM (v.retourcodes, v.client_retourcodes)
) AS a ON CONFLICT DO NOTHING
"""

_MEER_DAN_GEZEGD: Final = """
DELETE FROM h_anders a USING declaraties d
WHERE d.declaratie_id = a.declaratie_id AND EXISTS (
  SELECT 1 FROM h_oordelen h WHERE h.declaratie_id = a.declaratie_id AND NOT EXISTS (
    SELECT 1 FROM prestaties p WHERE p.declaratie_id = h.declaratie_id AND p.volgnummer = h.volgnummer))
RETURNING d.declaratienummer
"""

_TEGEN_HET_ANTWOORD: Final = """
WITH gezegd AS (
  SELECT (i.inhoud ->> 'declaratieId')::uuid AS declaratie_id, (i.inhoud ->> 'totaalToegekend')::bigint AS toegekend,
    (i.inhoud ->> 'aantalToegekend')::int AS aantal, (i.inhoud ->> 'aantalAfgewezen')::int AS afgewezen
  FROM outbox o CROSS JOIN LATERAL (SELECT convert_from(o.data, 'UTF8')::jsonb AS inhoud) AS i
  WHERE o.topic = 'antwoorden'
), wordt AS (
  SELECT a.declaratie_id, coalesce(sum(p.bedrag) FILTER (WHERE h.retourcodes IS NULL), 0) AS toegekend,
    count(*) FILTER (WHERE h.retourcodes IS NULL) AS aantal, count(h.retourcodes) AS afgewezen
  FROM h_anders a JOIN h_oordelen h USING (declaratie_id) JOIN prestaties p USING (declaratie_id, volgnummer)
  GROUP BY a.declaratie_id
)
DELETE FROM h_anders a USING gezegd g, declaraties d
WHERE g.declaratie_id = a.declaratie_id AND d.declaratie_id = a.declaratie_id AND NOT EXISTS (
  SELECT 1 FROM wordt w WHERE w.declaratie_id = a.declaratie_id
    AND (w.toegekend, w.aantal, w.afgewezen) = (g.toegekend, g.aantal, g.afgewezen))
RETURNING d.declaratienummer
"""
"""A declaratie was answered with a total: other verdicts than that would contradict the JW325."""

_ZET_OORDELEN: Final = (
    "DELETE FROM toekenningen t USING h_anders a WHERE t.declaratie_id = a.declaratie_id",
    "DELETE FROM afwijzingen t USING h_anders a WHERE t.declaratie_id = a.declaratie_id",
    "INSERT INTO toekenningen (declaratie_id, eerste, volgnummers, besluit_op)"
    " SELECT declaratie_id, min(volgnummer), range_agg(int4range(volgnummer, volgnummer, '[]')), tijd"
    " FROM h_oordelen JOIN h_anders USING (declaratie_id) WHERE retourcodes IS NULL GROUP BY declaratie_id, tijd",
    "INSERT INTO afwijzingen (declaratie_id, volgnummer, retourcodes, client_retourcodes, besluit_op)"
    " SELECT declaratie_id, volgnummer, retourcodes, client_retourcodes, tijd"
    " FROM h_oordelen JOIN h_anders USING (declaratie_id) WHERE retourcodes IS NOT NULL",
)

_ZET_UITVAL: Final = """
INSERT INTO uitval (declaratie_id, volgnummer, sinds)
SELECT h.declaratie_id, h.volgnummer, h.tijd FROM h_uitval h JOIN prestaties USING (declaratie_id, volgnummer)
ON CONFLICT DO NOTHING
"""

_ANTWOORDEN: Final = """
UPDATE declaraties d SET antwoord_bericht_id = b.bericht_id, beantwoord_op = b.vastgelegd_op, status = 'beantwoord',
  aantal_toegekend = n.toegekend, aantal_afgewezen = n.afgewezen, totaal_toegekend = n.bedrag, aantal_in_uitval = 0
FROM declaraties x JOIN berichten b ON b.heenbericht_id = x.bericht_id CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE v.uitkomst = 'toegekend') AS toegekend,
    count(*) FILTER (WHERE v.uitkomst = 'afgewezen') AS afgewezen,
    coalesce(sum(p.bedrag) FILTER (WHERE v.uitkomst = 'toegekend'), 0) AS bedrag
  FROM prestaties p LEFT JOIN verdicten v USING (declaratie_id, volgnummer)
  WHERE p.declaratie_id = x.declaratie_id) AS n
WHERE x.declaratie_id = d.declaratie_id AND n.toegekend + n.afgewezen = d.aantal_prestaties
  AND b.richting = 'uit' AND b.berichtsoort = 'JW325'
  AND d.status IN ('in_behandeling', 'in_uitval')
"""

_TELLINGEN: Final = """
WITH geteld AS (
  SELECT r.declaratie_id, count(*) FILTER (WHERE v.uitkomst = 'toegekend') AS toegekend,
    count(*) FILTER (WHERE v.uitkomst = 'afgewezen') AS afgewezen,
    count(*) FILTER (WHERE v.uitkomst IS NULL AND u.sinds IS NOT NULL) AS in_uitval,
    coalesce(sum(p.bedrag) FILTER (WHERE v.uitkomst = 'toegekend'), 0) AS bedrag
  FROM h_rangen r JOIN prestaties p USING (declaratie_id)
  LEFT JOIN verdicten v USING (declaratie_id, volgnummer) LEFT JOIN uitval u USING (declaratie_id, volgnummer)
  WHERE r.rang > $1 AND r.rang <= $2 GROUP BY r.declaratie_id
)
UPDATE declaraties d SET aantal_toegekend = g.toegekend, aantal_afgewezen = g.afgewezen, aantal_in_uitval = g.in_uitval,
  totaal_toegekend = g.bedrag, status = CASE WHEN d.status = 'beantwoord' THEN d.status
    WHEN g.in_uitval > 0 THEN 'in_uitval' ELSE 'in_behandeling' END
FROM geteld g WHERE g.declaratie_id = d.declaratie_id
  AND (d.status <> 'beantwoord' OR g.toegekend + g.afgewezen = d.aantal_prestaties)
  AND (d.aantal_toegekend, d.aantal_afgewezen, d.aantal_in_uitval, d.totaal_toegekend,
    d.status IN ('beantwoord', CASE WHEN g.in_uitval > 0 THEN 'in_uitval' ELSE 'in_behandeling' END))
    IS DISTINCT FROM (g.toegekend, g.afgewezen, g.in_uitval, g.bedrag, true)
"""

_TE_BEANTWOORDEN: Final = """
SELECT declaratie_id FROM declaraties
WHERE status IN ('in_behandeling', 'in_uitval') AND aantal_toegekend + aantal_afgewezen = aantal_prestaties
ORDER BY volgnummer LIMIT 100
"""

_PER_VENSTER: Final = 500
_GENOEMD: Final = 20


async def rebuild(herbouw: Herbouw) -> None:
    """Make verdicts, counts and states anew; answers stay, and one that was never made is made."""
    await _lees(herbouw)
    hoogste = await herbouw.connection.fetchval("SELECT coalesce(max(rang), 0) FROM h_rangen")
    grenzen = over_rangen(hoogste, _PER_VENSTER)
    await herbouw.stappen("oordelen vergelijken", _WAT_ANDERS_IS, grenzen)
    await _noem(herbouw, _MEER_DAN_GEZEGD, "matching zegt iets over prestaties die niet gedeclareerd zijn")
    await _noem(
        herbouw, _TEGEN_HET_ANTWOORD, "wat matching zegt is anders dan is geantwoord; die bleven zoals zij waren"
    )
    async with herbouw.connection.transaction():
        for statement in _ZET_OORDELEN:
            await herbouw.connection.execute(statement)
        anders = await herbouw.connection.fetchval("SELECT count(*) FROM h_anders")
    herbouw.verslag.herstelde("declaraties met andere oordelen", anders)
    herbouw.verslag.herstelde("prestaties in uitval", await herbouw.telt(_ZET_UITVAL))
    herbouw.verslag.herstelde("antwoorden bij hun declaratie", await herbouw.telt(_ANTWOORDEN))
    herbouw.verslag.herstelde("declaraties", await herbouw.stappen("declaraties tellen", _TELLINGEN, grenzen))
    await _beantwoord(herbouw)


async def _lees(herbouw: Herbouw) -> None:
    await herbouw.connection.execute(_TABELLEN)
    grenzen = await over_outbox(herbouw.connection, "beoordelingen")
    for naam, statement in (
        ("toegekende prestaties", _TOEGEKEND),
        ("afgewezen prestaties", _AFGEWEZEN),
        ("prestaties in uitval", _IN_UITVAL),
    ):
        herbouw.verslag.las(naam, await herbouw.stappen(f"{naam} lezen", statement, grenzen))
    for tabel in ("oordelen", "uitval", "rangen"):
        await herbouw.connection.execute(f"ANALYZE h_{tabel}")


async def _noem(herbouw: Herbouw, statement: str, wat: str) -> None:
    nummers = [rij["declaratienummer"] for rij in await herbouw.connection.fetch(statement)]
    if nummers:
        genoemd = ", ".join(nummers[:_GENOEMD]) + (" ..." if len(nummers) > _GENOEMD else "")
        herbouw.verslag.niet_te_herstellen.append(f"{wat}: {len(nummers)} declaratie(s) ({genoemd})")


async def _beantwoord(herbouw: Herbouw) -> None:
    """A declaratie of which everything is decided and that has no answer anywhere gets it now."""
    while rijen := await herbouw.connection.fetch(_TE_BEANTWOORDEN):
        async with herbouw.connection.transaction():
            ids = [rij["declaratie_id"] for rij in rijen]
            await beantwoord(herbouw.context, herbouw.connection, ids, oorzaken={})
        herbouw.verslag.herstelde("antwoorden die nooit gemaakt waren", len(rijen))
