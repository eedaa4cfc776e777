"""Which verdict each prestatie has, from everybody who was told: matching's outbox, invoice, the ledger."""

from typing import Final

from services.matching.herbouw.bronnen import PER_VENSTER, hoogste_rang
from services.platform.herbouw.model import Herbouw, RebuildRefusedError
from services.platform.herbouw.vensters import over_rangen

_TABEL: Final = """
CREATE TEMPORARY TABLE h_uitkomsten (
  declaratie_id uuid, volgnummer int, toestand text, was_in_uitval boolean, verplicht boolean, retourcodes text[],
  client_retourcodes text[], op timestamptz, zonder_codes boolean, tegenspraak boolean,
  PRIMARY KEY (declaratie_id, volgnummer))
"""

_BEPAAL: Final = """
INSERT INTO h_uitkomsten
SELECT u.declaratie_id, u.volgnummer, u.toestand, u.was_in_uitval, u.verplicht,
  CASE u.toestand WHEN 'afgewezen' THEN coalesce(u.retourcodes, ARRAY['0233']) END,
  CASE u.toestand WHEN 'afgewezen' THEN nullif(coalesce(u.client_retourcodes, '{}'), '{}') END,
  u.op, u.toestand = 'afgewezen' AND u.retourcodes IS NULL, u.tegenspraak
FROM (
  SELECT f.declaratie_id, f.volgnummer,
    coalesce(g.naar, v.uitkomst, b.naar, CASE WHEN
      g.in_uitval OR v.sinds IS NOT NULL OR b.in_uitval THEN 'inUitval' END) AS toestand,
    coalesce(g.in_uitval, false) OR v.sinds IS NOT NULL OR coalesce(b.in_uitval, false) AS was_in_uitval,
    g.verplicht, coalesce(c.retourcodes, v.retourcodes) AS retourcodes,
    coalesce(c.client_retourcodes, v.client_retourcodes) AS client_retourcodes,
    coalesce(g.tijd, v.besluit_op, b.op, v.sinds) AS op,
    g.naar <> v.uitkomst OR g.naar <> b.naar OR v.uitkomst <> b.naar OR v.uitkomst = 'afgewezen' AND (
      ARRAY(SELECT DISTINCT unnest(c.retourcodes) ORDER BY 1) <> ARRAY(SELECT DISTINCT unnest(v.retourcodes) ORDER BY 1)
      AND c.retourcodes IS NOT NULL) AS tegenspraak
  FROM h_declaraties d JOIN h_feiten f USING (declaratie_id)
  LEFT JOIN LATERAL (
    SELECT max(naar) FILTER (WHERE naar <> 'inUitval') AS naar, bool_or(naar = 'inUitval') AS in_uitval,
      (array_agg(verplicht ORDER BY naar = 'inUitval'))[1] AS verplicht,
      (array_agg(tijd ORDER BY naar = 'inUitval'))[1] AS tijd
    FROM h_gezegd g WHERE g.declaratie_id = f.declaratie_id AND g.volgnummer = f.volgnummer) AS g ON true
  LEFT JOIN h_codes c ON c.declaratie_id = f.declaratie_id AND c.volgnummer = f.volgnummer
  LEFT JOIN getuigd_verdicten v ON v.declaratie_id = f.declaratie_id AND v.volgnummer = f.volgnummer
  LEFT JOIN LATERAL (
    SELECT max(naar) FILTER (WHERE naar <> 'inUitval') AS naar, bool_or(naar = 'inUitval') AS in_uitval,
      max(vastgelegd_op) AS op
    FROM getuigd_boekingen b WHERE b.declaratie_id = f.declaratie_id AND b.volgnummer = f.volgnummer) AS b ON true
  WHERE d.rang > $1 AND d.rang <= $2
) AS u
WHERE u.toestand IS NOT NULL
"""
"""``verplicht`` is that of the last thing said; where nothing was said any more, null."""

_TEGENSPRAAK: Final = """
SELECT declaratie_id || '/' || volgnummer FROM h_uitkomsten WHERE tegenspraak ORDER BY 1 LIMIT 20
"""


async def bepaal_uitkomsten(herbouw: Herbouw) -> None:
    """Fill ``h_uitkomsten``: every prestatie that was judged. Raises ``RebuildRefusedError`` on a contradiction."""
    await herbouw.connection.execute(_TABEL)
    grenzen = over_rangen(await hoogste_rang(herbouw), PER_VENSTER)
    await herbouw.stappen("uitkomsten bepalen", _BEPAAL, grenzen)
    await herbouw.connection.execute("ANALYZE h_uitkomsten")
    tegenspraak = [rij[0] for rij in await herbouw.connection.fetch(_TEGENSPRAAK)]
    if tegenspraak:
        raise RebuildRefusedError(
            "matching, invoice en ledger kennen een verschillende uitkomst van deze prestaties, en wat een aanbieder is"
            f" geantwoord mag niet veranderen: {', '.join(tegenspraak)}"
        )
    zonder = await herbouw.connection.fetchval("SELECT count(*) FROM h_uitkomsten WHERE zonder_codes")
    if zonder:
        herbouw.verslag.niet_te_herstellen.append(
            f"van {zonder} afgewezen prestatie(s) kent alleen het grootboek de uitkomst: zij krijgen retourcode 0233"
        )
