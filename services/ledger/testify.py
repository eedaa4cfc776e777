"""What the ledger knows of matching's work: what it booked for prestaties and toewijzingen."""

from services.platform.database import Connection

_PRESTATIES = """
CREATE TEMPORARY TABLE getuigd_boekingen AS
SELECT declaratie_id::uuid AS declaratie_id, volgnummer,
  CASE soort WHEN 'uitval' THEN 'inUitval' WHEN 'toekenning' THEN 'toegekend' ELSE 'afgewezen' END AS naar,
  nummer, inhoud, vastgelegd_op
FROM ledger.boekingen WHERE soort IN ('uitval', 'toekenning', 'afwijzing')
"""

_VERPLICHTINGEN = """
CREATE TEMPORARY TABLE getuigd_verplichtingen AS
SELECT v.domein, v.gemeente, v.toewijzing_nummer, v.volgnummer, v.inhoud, v.grondslag, v.aanbieder,
  coalesce(jsonb_agg(jsonb_build_object('jaar', s.jaar, 'bedrag', s.verplicht, 'reedsToegekend', s.reeds_toegekend)
    ORDER BY s.jaar) FILTER (WHERE s.jaar IS NOT NULL), '[]') AS jaren
FROM ledger.verplichtingen v LEFT JOIN ledger.toewijzing_saldi s USING (domein, gemeente, toewijzing_nummer)
GROUP BY v.domein, v.gemeente, v.toewijzing_nummer
"""


async def testify(connection: Connection) -> None:
    """``getuigd_boekingen``: what was booked for each prestatie; ``getuigd_verplichtingen``: for each toewijzing."""
    await connection.execute(_PRESTATIES)
    await connection.execute("CREATE UNIQUE INDEX ON getuigd_boekingen (declaratie_id, volgnummer, naar)")
    await connection.execute("ANALYZE getuigd_boekingen")
    await connection.execute(_VERPLICHTINGEN)
    await connection.execute("CREATE UNIQUE INDEX ON getuigd_verplichtingen (toewijzing_nummer, gemeente, domein)")
