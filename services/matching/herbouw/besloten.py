"""Items whose prestaties were decided, as others testify, while the item itself says otherwise or is gone."""

from typing import Final

from services.platform.herbouw.model import Herbouw

HERSTELD: Final = "hersteld"
"""Who decided, when that is lost."""

_MOTIVERING: Final = "Hersteld bij het herbouwen: wie besloot en waarom staat alleen in een reservekopie."

_STAND: Final = """
SELECT p.uitval_id,
  CASE WHEN bool_or(p.retourcodes = '{0233}' AND p.client_retourcodes IS NOT NULL) AND u.soort = 'client'
      OR u.soort = 'prestatie' AND bool_or(p.toestand = 'afgewezen') THEN 'afwijzen'
    WHEN bool_and(p.toestand = 'toegekend') THEN 'toekennen' END AS besluit,
  CASE u.soort WHEN 'client' THEN max(p.client_retourcodes) ELSE max(p.retourcodes) END AS codes, max(h.op) AS op
FROM uitval u JOIN prestaties p USING (uitval_id)
LEFT JOIN h_uitkomsten h ON h.declaratie_id = p.declaratie_id AND h.volgnummer = p.volgnummer
WHERE u.status = 'open'
GROUP BY p.uitval_id, u.soort HAVING bool_and(p.toestand <> 'inUitval')
"""

_SLUIT: Final = f"""
WITH stand AS ({_STAND}), gesloten AS (
  UPDATE uitval u SET versie = u.versie + 1, status = CASE WHEN s.besluit IS NULL THEN 'vervallen' ELSE 'besloten' END,
    besluit = s.besluit,
    besluit_retourcodes = CASE s.besluit WHEN 'afwijzen' THEN s.codes WHEN 'toekennen' THEN '{{}}' END,
    motivering = CASE WHEN s.besluit IS NOT NULL THEN $1 END,
    besloten_door = CASE WHEN s.besluit IS NOT NULL THEN $2 END,
    besloten_op = CASE WHEN s.besluit IS NOT NULL THEN coalesce(s.op, $3) END
  FROM stand s WHERE s.uitval_id = u.uitval_id RETURNING u.*
)
INSERT INTO uitval_historie (uitval_id, versie, gebeurtenis, door, op, besluit, retourcodes, motivering)
SELECT uitval_id, versie, status, $2, coalesce(besloten_op, $3), besluit, coalesce(besluit_retourcodes, '{{}}'),
  motivering
FROM gesloten
"""

_GEMIST: Final = """
CREATE TEMPORARY TABLE h_besloten AS
SELECT p.declaratie_id, p.volgnummer, p.domein, p.gemeente, p.aanbieder, p.client, p.toestand, p.retourcodes,
  p.client_retourcodes, coalesce(u.op, $1) AS op, k.soort,
  md5(CASE k.soort WHEN 'client' THEN p.declaratie_id || '/client/' || p.client
    ELSE p.declaratie_id || '/' || p.volgnummer END)::uuid AS uitval_id
FROM h_uitkomsten u JOIN prestaties p USING (declaratie_id, volgnummer)
CROSS JOIN LATERAL (
  SELECT CASE WHEN p.retourcodes = '{0233}' AND p.client_retourcodes IS NOT NULL OR p.toestand = 'toegekend'
    AND NOT EXISTS (SELECT 1 FROM toewijzingen t WHERE t.gemeente = p.gemeente AND t.aanbieder = p.aanbieder
      AND t.client = p.client AND t.domein = p.domein) THEN 'client' ELSE 'prestatie' END AS soort) AS k
WHERE u.was_in_uitval AND p.toestand <> 'inUitval' AND p.uitval_id IS NULL
"""

_ITEMS: Final = """
WITH nieuw AS (
  INSERT INTO uitval (uitval_id, domein, gemeente, aanbieder, soort, declaratie_id, client, status, versie,
    retourcodes, ontstaan_op, besluit, besluit_retourcodes, motivering, besloten_door, besloten_op)
  SELECT DISTINCT ON (uitval_id) uitval_id, domein, gemeente, aanbieder, soort, declaratie_id, client, 'besloten', 2,
    coalesce(CASE soort WHEN 'client' THEN coalesce(client_retourcodes, '{8187}') ELSE retourcodes END, '{}'), op,
    CASE toestand WHEN 'toegekend' THEN 'toekennen' ELSE 'afwijzen' END,
    coalesce(CASE soort WHEN 'client' THEN client_retourcodes ELSE retourcodes END, '{}'), $1, $2, op
  FROM h_besloten ORDER BY uitval_id, volgnummer
  ON CONFLICT DO NOTHING RETURNING *
)
INSERT INTO uitval_historie (uitval_id, versie, gebeurtenis, door, op, besluit, retourcodes, motivering)
SELECT uitval_id, versie, status, besloten_door, besloten_op, besluit, besluit_retourcodes, motivering FROM nieuw
"""

_AAN_PRESTATIES: Final = """
UPDATE prestaties p SET uitval_id = i.uitval_id
FROM h_besloten b JOIN uitval i ON i.declaratie_id = b.declaratie_id AND i.soort = b.soort
  AND (i.uitval_id = b.uitval_id OR b.soort = 'client' AND i.client = b.client)
WHERE p.declaratie_id = b.declaratie_id AND p.volgnummer = b.volgnummer
"""


async def sluit_besloten_items(herbouw: Herbouw) -> None:
    """Close open items of which nothing waits any more."""
    herbouw.verslag.herstelde("besluiten", await herbouw.telt(_SLUIT, _MOTIVERING, HERSTELD, herbouw.moment))


async def maak_besloten_items(herbouw: Herbouw) -> None:
    """Make items again for prestaties that were in uitval and are decided."""
    await herbouw.connection.execute(_GEMIST.replace("$1", f"'{herbouw.moment.isoformat()}'::timestamptz"))
    async with herbouw.connection.transaction():
        herbouw.verslag.herstelde("besluiten", await herbouw.telt(_ITEMS, _MOTIVERING, HERSTELD))
        await herbouw.connection.execute(_AAN_PRESTATIES)
