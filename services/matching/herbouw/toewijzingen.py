"""The copy of allocation's toewijzingen, as far as matching handled what allocation said of them."""

from typing import Final

from services.platform.herbouw.model import Herbouw

_KOLOMMEN: Final = (
    "aanbieder, client, toewijzingsdatum, toewijzingstijd, ingangsdatum, einddatum, verwijderd, reden_wijziging,"
    " product_categorie, product_code, volume, eenheid, frequentie, budget"
)
_ZET: Final = ", ".join(f"{kolom.strip()} = excluded.{kolom.strip()}" for kolom in _KOLOMMEN.split(","))
_OUD: Final = ", ".join(f"t.{kolom.strip()}" for kolom in _KOLOMMEN.split(","))
_NIEUW: Final = ", ".join(f"excluded.{kolom.strip()}" for kolom in _KOLOMMEN.split(","))

_DOEL: Final = """
CREATE TEMPORARY TABLE h_toewijzingen AS
SELECT v.* FROM h_versies v
JOIN (
  SELECT domein, gemeente, toewijzing_nummer, max(volgnummer) FILTER (WHERE verwerkt) AS verwerkt,
    max(volgnummer) AS nieuwste
  FROM h_versies GROUP BY domein, gemeente, toewijzing_nummer) AS n USING (domein, gemeente, toewijzing_nummer)
LEFT JOIN h_uitspraken u USING (domein, gemeente, toewijzing_nummer)
LEFT JOIN getuigd_verplichtingen g USING (domein, gemeente, toewijzing_nummer)
WHERE v.volgnummer = CASE
  WHEN n.verwerkt IS NOT NULL AND coalesce(g.volgnummer, 0) <= coalesce(u.volgnummer, 0) THEN n.verwerkt
  WHEN g.volgnummer IS NOT NULL OR u.volgnummer IS NOT NULL THEN n.nieuwste END
"""
"""The version that matching handled, by its own places.

When the ledger heard more of a toewijzing than the outbox holds, matching handled a later version, which a backup does
not have: then the newest counts as handled. Handling it once more, without the contracts that came after the backup,
would take back what is committed.
"""

_SCHRIJF: Final = f"""
INSERT INTO toewijzingen AS t (domein, gemeente, toewijzing_nummer, volgnummer, {_KOLOMMEN}, vastgelegd_op)
SELECT domein, gemeente, toewijzing_nummer, volgnummer, {_KOLOMMEN}, vastgelegd_op FROM h_toewijzingen
ON CONFLICT (domein, gemeente, toewijzing_nummer) DO UPDATE
SET volgnummer = excluded.volgnummer, {_ZET}, vastgelegd_op = excluded.vastgelegd_op
WHERE (t.volgnummer, {_OUD}) IS DISTINCT FROM (excluded.volgnummer, {_NIEUW})
"""

_ONBEKEND: Final = """
DELETE FROM toewijzingen t WHERE NOT EXISTS (
  SELECT 1 FROM h_toewijzingen h
  WHERE (h.toewijzing_nummer, h.gemeente, h.domein) = (t.toewijzing_nummer, t.gemeente, t.domein))
"""

_LOPEND_JAAR: Final = """
CASE WHEN {uitspraak}.grondslag IN ('omvang', 'budget') AND t.budget IS NULL AND t.frequentie IS DISTINCT FROM '6'
    AND (t.einddatum IS NULL OR extract(year FROM t.einddatum) > extract(year FROM t.ingangsdatum) + 20)
  THEN (SELECT max((j ->> 'jaar')::smallint) FROM jsonb_array_elements({uitspraak}.per_jaar) AS j) END
"""

_UITSPRAKEN: Final = f"""
UPDATE toewijzingen t SET verplichting_volgnummer = u.volgnummer,
  verplichting = jsonb_build_object('grondslag', u.grondslag, 'perJaar', u.per_jaar, 'geteldTot',
    {_LOPEND_JAAR.format(uitspraak="u")}),
  geteld_tot = {_LOPEND_JAAR.format(uitspraak="u")}
FROM h_uitspraken u
WHERE (u.toewijzing_nummer, u.gemeente, u.domein) = (t.toewijzing_nummer, t.gemeente, t.domein)
  AND (t.verplichting_volgnummer, t.verplichting ->> 'grondslag', t.verplichting -> 'perJaar')
    IS DISTINCT FROM (u.volgnummer, u.grondslag, u.per_jaar)
"""


async def herbouw_toewijzingen(herbouw: Herbouw) -> None:
    """Bring the copy in line, and what each was last said to commit."""
    await herbouw.connection.execute(_DOEL)
    await herbouw.connection.execute("CREATE UNIQUE INDEX ON h_toewijzingen (toewijzing_nummer, gemeente, domein)")
    await herbouw.connection.execute("ANALYZE h_toewijzingen")
    herbouw.verslag.herstelde("toewijzingen", await herbouw.telt(_SCHRIJF))
    herbouw.verslag.herstelde("toewijzingen die allocation niet kent", await herbouw.telt(_ONBEKEND))
    await herbouw.connection.execute("ANALYZE toewijzingen")


async def zet_uitspraken(herbouw: Herbouw) -> None:
    """Bring in line what each toewijzing was last said to commit (``h_uitspraken``)."""
    herbouw.verslag.herstelde("verplichtingen", await herbouw.telt(_UITSPRAKEN))
