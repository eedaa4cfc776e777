"""What stands on each toewijzing, counted from its prestaties."""

from typing import Final

from services.matching.store.saldi import GETELD, TELT
from services.platform.herbouw.model import Herbouw

_SALDI: Final = f"""
WITH geteld AS (
  SELECT p.domein, p.gemeente, p.toewijzing_nummer, {GETELD}
  FROM prestaties p
  LEFT JOIN toewijzingen t ON t.toewijzing_nummer = p.toewijzing_nummer AND t.gemeente = p.gemeente
    AND t.domein = p.domein
  WHERE {TELT}
  GROUP BY p.domein, p.gemeente, p.toewijzing_nummer
)
INSERT INTO toewijzing_saldi AS s (domein, gemeente, toewijzing_nummer, volume, bedrag_cent, aantal_toegekend)
SELECT t.domein, t.gemeente, t.toewijzing_nummer, coalesce(g.volume, 0), coalesce(g.bedrag, 0), coalesce(g.aantal, 0)
FROM toewijzingen t LEFT JOIN geteld g USING (domein, gemeente, toewijzing_nummer)
ON CONFLICT (domein, gemeente, toewijzing_nummer) DO UPDATE
SET volume = excluded.volume, bedrag_cent = excluded.bedrag_cent, aantal_toegekend = excluded.aantal_toegekend
WHERE s IS DISTINCT FROM excluded
"""

_ZONDER_TOEWIJZING: Final = """
DELETE FROM toewijzing_saldi s WHERE NOT EXISTS (
  SELECT 1 FROM toewijzingen t
  WHERE (t.toewijzing_nummer, t.gemeente, t.domein) = (s.toewijzing_nummer, s.gemeente, s.domein))
"""


async def herbouw_saldi(herbouw: Herbouw) -> None:
    """Bring the saldi in line."""
    herbouw.verslag.herstelde("saldi", await herbouw.telt(_SALDI) + await herbouw.telt(_ZONDER_TOEWIJZING))
    await herbouw.connection.execute("ANALYZE toewijzing_saldi")
