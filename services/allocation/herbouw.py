"""Rebuilding allocation: what it keeps of matching's counts and lists. All else came in as a message, and is kept."""

from typing import Final

from services.platform.herbouw.model import Herbouw
from services.platform.herbouw.vensters import events_van, over_outbox

_TABELLEN: Final = """
CREATE TEMPORARY TABLE h_gebruik (
  domein text, gemeente text, toewijzing_nummer bigint, aantal int, plek bigint,
  PRIMARY KEY (toewijzing_nummer, gemeente, domein));
CREATE TEMPORARY TABLE h_lijsten (
  domein text, gemeente text, versie int, deel int, delen int, aantal int, producten jsonb, tijd timestamptz);
"""

_GEBRUIK: Final = f"""
INSERT INTO h_gebruik AS h
SELECT DISTINCT ON (1, 2, 3) e.inhoud ->> 'domein', e.inhoud ->> 'gemeente', g."toewijzingNummer", g."aantalToegekend",
  e.plek
FROM {events_van("gebruik", verwerkt=True)}
CROSS JOIN LATERAL jsonb_to_recordset(e.inhoud -> 'toewijzingen') AS g("toewijzingNummer" bigint,
  "aantalToegekend" int)
ORDER BY 1, 2, 3, e.plek DESC
ON CONFLICT (toewijzing_nummer, gemeente, domein) DO UPDATE SET aantal = excluded.aantal, plek = excluded.plek
WHERE h.plek < excluded.plek
"""

_LIJSTEN: Final = f"""
INSERT INTO h_lijsten
SELECT l.domein, l.gemeente, l.versie, l.deel, l.delen, l.aantal, l.producten, e.tijd
FROM {events_van("productlijsten", verwerkt=True)}
CROSS JOIN LATERAL jsonb_to_record(e.inhoud) AS l(domein text, gemeente text, versie int, deel int, delen int,
  aantal int, producten jsonb)
"""

_ZET_GEBRUIK: Final = """
INSERT INTO gebruik AS g (domein, gemeente, toewijzing_nummer, aantal_toegekend, volgnummer)
SELECT domein, gemeente, toewijzing_nummer, aantal, plek FROM h_gebruik
ON CONFLICT (toewijzing_nummer, gemeente, domein) DO UPDATE
SET aantal_toegekend = excluded.aantal_toegekend, volgnummer = excluded.volgnummer
WHERE (g.aantal_toegekend, g.volgnummer) <> (excluded.aantal_toegekend, excluded.volgnummer)
"""

_WEG_GEBRUIK: Final = """
DELETE FROM gebruik g WHERE NOT EXISTS (
  SELECT 1 FROM h_gebruik h
  WHERE (h.toewijzing_nummer, h.gemeente, h.domein) = (g.toewijzing_nummer, g.gemeente, g.domein))
"""

_GELDEND: Final = """
CREATE TEMPORARY TABLE h_geldend AS
SELECT DISTINCT ON (domein, gemeente) domein, gemeente, versie, tijd
FROM (
  SELECT domein, gemeente, versie, max(delen) AS delen, count(DISTINCT deel) AS gekomen, max(tijd) AS tijd
  FROM h_lijsten GROUP BY 1, 2, 3) AS v
WHERE gekomen = delen ORDER BY domein, gemeente, versie DESC
"""

_REGELS: Final = """
CREATE TEMPORARY TABLE h_regels AS
SELECT DISTINCT l.domein, l.gemeente, l.versie, p."productCategorie" AS categorie, p."productCode" AS code,
  p."geldigVan" AS geldig_van, p."geldigTot" AS geldig_tot
FROM h_geldend g JOIN h_lijsten l USING (domein, gemeente, versie)
CROSS JOIN LATERAL jsonb_to_recordset(l.producten) AS p("productCategorie" text, "productCode" text, "geldigVan" date,
  "geldigTot" date)
"""

_ZET_LIJSTEN: Final = """
INSERT INTO productlijsten AS l (domein, gemeente, versie, vastgelegd_op)
SELECT domein, gemeente, versie, tijd FROM h_geldend
ON CONFLICT (domein, gemeente) DO UPDATE SET versie = excluded.versie, vastgelegd_op = excluded.vastgelegd_op
WHERE l.versie <> excluded.versie
"""

_WEG_REGELS: Final = """
DELETE FROM productlijst_regels r
WHERE EXISTS (SELECT 1 FROM h_geldend g WHERE g.domein = r.domein AND g.gemeente = r.gemeente AND g.versie >= r.versie)
  AND NOT EXISTS (SELECT 1 FROM h_regels h WHERE (h.domein, h.gemeente, h.versie, h.categorie, h.code, h.geldig_van)
    = (r.domein, r.gemeente, r.versie, r.categorie, r.code, r.geldig_van)
    AND h.geldig_tot IS NOT DISTINCT FROM r.geldig_tot)
"""

_ZET_REGELS: Final = """
INSERT INTO productlijst_regels (domein, gemeente, versie, categorie, code, geldig_van, geldig_tot)
SELECT domein, gemeente, versie, categorie, code, geldig_van, geldig_tot FROM h_regels ON CONFLICT DO NOTHING
"""


async def rebuild(herbouw: Herbouw) -> None:
    """Make the counts and the copies of lists anew from what matching said and was handled here."""
    connection, verslag = herbouw.connection, herbouw.verslag
    await connection.execute(_TABELLEN)
    for naam, topic, statement in (
        ("standen van gebruik", "gebruik", _GEBRUIK),
        ("delen van productlijsten", "productlijsten", _LIJSTEN),
    ):
        grenzen = await over_outbox(connection, topic)
        verslag.las(naam, await herbouw.stappen(f"{naam} lezen", statement, grenzen))
    async with connection.transaction():
        gezet = await herbouw.telt(_ZET_GEBRUIK) + await herbouw.telt(_WEG_GEBRUIK)
    verslag.herstelde("standen van gebruik", gezet)
    await connection.execute(_GELDEND)
    await connection.execute(_REGELS)
    # In one transaction: whoever asks sees the list before or the list after, never half of one.
    async with connection.transaction():
        verslag.herstelde("productlijsten", await herbouw.telt(_ZET_LIJSTEN))
        regels = await herbouw.telt(_WEG_REGELS) + await herbouw.telt(_ZET_REGELS)
    verslag.herstelde("codes van productlijsten", regels)
