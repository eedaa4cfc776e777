"""Declaraties and prestaties as they were declared, each with its verdict."""

from typing import Final

from services.matching.herbouw.bronnen import PER_VENSTER, hoogste_rang
from services.platform.herbouw.model import Herbouw
from services.platform.herbouw.vensters import over_rangen

_DECLARATIES: Final = """
INSERT INTO declaraties AS d (declaratie_id, domein, declaratienummer, gemeente, aanbieder, periode_begin, periode_eind,
  dagtekening, ontvangen_op)
SELECT declaratie_id, domein, declaratienummer, gemeente, aanbieder, periode_begin, periode_eind, dagtekening,
  ontvangen_op
FROM h_declaraties h WHERE rang > $1 AND rang <= $2
  AND EXISTS (SELECT 1 FROM h_uitkomsten u WHERE u.declaratie_id = h.declaratie_id)
ON CONFLICT (declaratie_id) DO UPDATE SET domein = excluded.domein, declaratienummer = excluded.declaratienummer,
  gemeente = excluded.gemeente, aanbieder = excluded.aanbieder, periode_begin = excluded.periode_begin,
  periode_eind = excluded.periode_eind, dagtekening = excluded.dagtekening, ontvangen_op = excluded.ontvangen_op
WHERE d IS DISTINCT FROM excluded
"""

_FEITEN: Final = (
    "domein, gemeente, aanbieder, client, referentie, vorige_referentie, toewijzing_nummer, product_categorie,"
    " product_code, begindatum, einddatum, volume, eenheid, tarief, bedrag, debet_credit, toestand, gekoppeld,"
    " verplicht, achteraf, gecrediteerd, retourcodes, client_retourcodes"
)
_NAMEN: Final = tuple(kolom.strip() for kolom in _FEITEN.split(","))

_DOEL: Final = """
WITH doel AS MATERIALIZED (
  SELECT f.declaratie_id, f.volgnummer, d.domein, d.gemeente, d.aanbieder, f.client, f.referentie, f.vorige_referentie,
    f.toewijzing_nummer, f.product_categorie, f.product_code, f.begindatum, f.einddatum, f.volume, f.eenheid, f.tarief,
    f.bedrag, f.debet_credit, u.toestand, k.gekoppeld, k.gekoppeld AS verplicht,
    u.toestand = 'toegekend' AND k.past AND NOT coalesce(u.verplicht, p.gekoppeld AND NOT p.achteraf, k.past)
      AS achteraf,
    EXISTS (SELECT 1 FROM h_gecrediteerd g
      WHERE g.declaratie_id = f.declaratie_id AND g.volgnummer = f.volgnummer) AS gecrediteerd,
    u.retourcodes, u.client_retourcodes
  FROM h_declaraties d JOIN h_feiten f USING (declaratie_id) JOIN h_uitkomsten u USING (declaratie_id, volgnummer)
  LEFT JOIN prestaties p ON p.declaratie_id = f.declaratie_id AND p.volgnummer = f.volgnummer
  LEFT JOIN toewijzingen t ON t.toewijzing_nummer = f.toewijzing_nummer AND t.gemeente = d.gemeente
    AND t.domein = d.domein AND t.aanbieder = d.aanbieder AND t.client = f.client
  CROSS JOIN LATERAL (
    SELECT t.toewijzing_nummer IS NOT NULL AS past, CASE
      WHEN u.toestand = 'toegekend' THEN t.toewijzing_nummer IS NOT NULL OR coalesce(u.verplicht, false)
      WHEN f.debet_credit = 'C' THEN coalesce(p.gekoppeld, u.verplicht, false)
      WHEN u.toestand = 'inUitval' THEN t.toewijzing_nummer IS NOT NULL
      ELSE coalesce(u.verplicht, p.gekoppeld, t.toewijzing_nummer IS NOT NULL) END AS gekoppeld) AS k
  WHERE d.rang > $1 AND d.rang <= $2
)
"""
"""As matching would have it: a prestatie counts on its toewijzing when that is of this aanbieder and client. What was
awarded before its toewijzing was known (``verplicht`` was not said) counts ``achteraf``; a credit as its debet does.
"""

_WERK_BIJ: Final = f"""{_DOEL}
UPDATE prestaties p SET {", ".join(f"{naam} = doel.{naam}" for naam in _NAMEN)}
FROM doel WHERE p.declaratie_id = doel.declaratie_id AND p.volgnummer = doel.volgnummer
  AND ({", ".join(f"p.{naam}" for naam in _NAMEN)}) IS DISTINCT FROM ({", ".join(f"doel.{naam}" for naam in _NAMEN)})
"""

_VOEG_TOE: Final = f"""{_DOEL}
INSERT INTO prestaties (declaratie_id, volgnummer, {_FEITEN})
SELECT declaratie_id, volgnummer, {_FEITEN} FROM doel
ON CONFLICT DO NOTHING
"""

_GECREDITEERD: Final = """
CREATE TEMPORARY TABLE h_gecrediteerd AS
WITH toegekend AS (
  SELECT f.*, d.domein, d.gemeente, d.aanbieder
  FROM h_uitkomsten u JOIN h_feiten f USING (declaratie_id, volgnummer) JOIN h_declaraties d USING (declaratie_id)
  WHERE u.toestand = 'toegekend'
), credits AS (
  SELECT domein, gemeente, aanbieder, client, vorige_referentie, toewijzing_nummer, product_categorie, product_code,
    begindatum, einddatum, volume, eenheid, tarief, bedrag, count(*) AS aantal
  FROM toegekend WHERE debet_credit = 'C'
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
), debetten AS (
  SELECT t.declaratie_id, t.volgnummer, c.aantal, row_number() OVER (
    PARTITION BY c ORDER BY coalesce(p.gecrediteerd, false) DESC, t.declaratie_id, t.volgnummer) AS plaats
  FROM credits c JOIN toegekend t ON t.debet_credit = 'D' AND t.referentie = c.vorige_referentie
    AND (t.domein, t.gemeente, t.aanbieder, t.client, t.toewijzing_nummer, t.product_categorie, t.product_code,
      t.begindatum, t.einddatum, t.volume, t.eenheid, t.bedrag)
    = (c.domein, c.gemeente, c.aanbieder, c.client, c.toewijzing_nummer, c.product_categorie, c.product_code,
      c.begindatum, c.einddatum, c.volume, c.eenheid, c.bedrag)
    AND t.tarief IS NOT DISTINCT FROM c.tarief
  LEFT JOIN prestaties p ON p.declaratie_id = t.declaratie_id AND p.volgnummer = t.volgnummer
)
SELECT declaratie_id, volgnummer FROM debetten WHERE plaats <= aantal
"""
"""A credit takes back one awarded debet that it repeats in everything (IV091)."""

_ONBEKEND: Final = """
DELETE FROM prestaties p WHERE NOT EXISTS (
  SELECT 1 FROM h_feiten f WHERE f.declaratie_id = p.declaratie_id AND f.volgnummer = p.volgnummer)
"""

_ZONDER_SPOOR: Final = """
SELECT count(*) FROM prestaties p WHERE NOT EXISTS (
  SELECT 1 FROM h_uitkomsten u WHERE u.declaratie_id = p.declaratie_id AND u.volgnummer = p.volgnummer)
"""


async def herbouw_prestaties(herbouw: Herbouw) -> None:
    """Bring declaraties and prestaties in line; findings and uitval items stay with those that have them."""
    connection, verslag = herbouw.connection, herbouw.verslag
    await connection.execute(_GECREDITEERD)
    await connection.execute("CREATE UNIQUE INDEX ON h_gecrediteerd (declaratie_id, volgnummer)")
    await connection.execute("ANALYZE h_gecrediteerd")
    grenzen = over_rangen(await hoogste_rang(herbouw), PER_VENSTER)
    verslag.herstelde("declaraties", await herbouw.stappen("declaraties", _DECLARATIES, grenzen))
    bijgewerkt = await herbouw.stappen("prestaties nalopen", _WERK_BIJ, grenzen)
    toegevoegd = await herbouw.stappen("prestaties aanvullen", _VOEG_TOE, grenzen)
    verslag.herstelde("prestaties", bijgewerkt + toegevoegd)
    verslag.herstelde("prestaties die niet gedeclareerd zijn", await herbouw.telt(_ONBEKEND))
    if zonder := await connection.fetchval(_ZONDER_SPOOR):
        verslag.niet_te_herstellen.append(
            f"van {zonder} prestatie(s) is nergens een uitkomst te vinden; zij bleven zoals zij waren"
        )
    await connection.execute("ANALYZE prestaties")
