"""What must hold of starts and stops at any moment the service is at rest, asked of the tables."""

from typing import Final

_GELDIG: Final = """
    geldig AS (
        SELECT a.* FROM aanleveringen a WHERE a.status_aanlevering <> '3' AND NOT EXISTS (
            SELECT 1 FROM aanleveringen w WHERE w.regie_id = a.regie_id AND w.volgnummer > a.volgnummer
              AND w.status_aanlevering = '3'
              AND (w.soort, w.begindatum) = (a.soort, a.begindatum)
              AND (w.product_categorie, w.product_code, w.reden_beeindiging, w.einddatum)
                  IS NOT DISTINCT FROM (a.product_categorie, a.product_code, a.reden_beeindiging, a.einddatum))),
    starts AS (SELECT * FROM geldig WHERE soort = 'start'),
    stops AS (SELECT * FROM geldig WHERE soort = 'stop')
"""
"""What is in force: everything reported that nothing took back after it. Not by the service's own table of steps."""

VRAGEN: Final = {
    "regie-volgt-uit-haar-geschiedenis": f"""
        WITH {_GELDIG},
        laatste_start AS (SELECT DISTINCT ON (regie_id) * FROM starts ORDER BY regie_id, volgnummer DESC),
        laatste_stop AS (
            SELECT DISTINCT ON (s.regie_id) s.* FROM stops s JOIN laatste_start b USING (regie_id)
            WHERE s.volgnummer > b.volgnummer ORDER BY s.regie_id, s.volgnummer DESC),
        rijen AS (
            SELECT regie_id, max(volgnummer) AS laatste, count(*) AS aantal FROM aanleveringen GROUP BY regie_id)
        SELECT r.gemeente || ':' || r.onderwerp AS wat FROM regie r LEFT JOIN rijen USING (regie_id)
        LEFT JOIN laatste_start b USING (regie_id) LEFT JOIN laatste_stop s USING (regie_id)
        WHERE (r.volgnummer, r.volgnummer::bigint) IS DISTINCT FROM (rijen.laatste, rijen.aantal)
           OR (r.product_categorie, r.product_code, r.begindatum, r.reden_beeindiging, r.einddatum)
              IS DISTINCT FROM (b.product_categorie, b.product_code, b.begindatum, s.reden_beeindiging, s.einddatum)
           OR r.toestand <> CASE WHEN b.regie_id IS NULL THEN 'geen-start' WHEN s.regie_id IS NULL THEN 'gestart'
                                 WHEN s.reden_beeindiging = '20' THEN 'tijdelijk-gestopt' ELSE 'gestopt' END
    """,
    "hoogstens-een-lopende-start": f"""
        WITH {_GELDIG}
        SELECT r.gemeente || ':' || r.onderwerp AS wat FROM starts b JOIN regie r USING (regie_id)
        WHERE NOT EXISTS (SELECT 1 FROM stops s WHERE s.regie_id = b.regie_id AND s.begindatum = b.begindatum
              AND (s.product_categorie, s.product_code) IS NOT DISTINCT FROM (b.product_categorie, b.product_code))
        GROUP BY r.regie_id HAVING count(*) > 1
    """,
    "stop-volgt-op-zijn-start": f"""
        WITH {_GELDIG}
        SELECT r.gemeente || ':' || r.onderwerp AS wat FROM stops s JOIN regie r USING (regie_id)
        WHERE NOT EXISTS (SELECT 1 FROM starts b WHERE b.regie_id = s.regie_id AND b.begindatum = s.begindatum
              AND b.volgnummer < s.volgnummer
              AND (s.product_categorie, s.product_code) IS NOT DISTINCT FROM (b.product_categorie, b.product_code))
    """,
    "aanlevering-komt-uit-een-geaccepteerd-bericht": """
        SELECT r.gemeente || ':' || r.onderwerp AS wat
        FROM aanleveringen a JOIN regie r USING (regie_id) JOIN berichten b USING (bericht_id)
        WHERE (b.richting, b.status, b.berichtsoort, b.domein, b.gemeente, b.aanbieder) IS DISTINCT FROM
              ('in', 'geaccepteerd', CASE a.soort WHEN 'start' THEN 'JW305' WHEN 'stop' THEN 'JW307' END,
               r.domein, r.gemeente, r.aanbieder)
    """,
    "geaccepteerd-regiebericht-staat-in-de-geschiedenis": """
        SELECT b.bericht_id::text AS wat FROM berichten b
        WHERE b.richting = 'in' AND b.status = 'geaccepteerd' AND b.berichtsoort IN ('JW305', 'JW307')
          AND NOT EXISTS (SELECT 1 FROM aanleveringen a WHERE a.bericht_id = b.bericht_id)
    """,
    "regie-hoort-bij-haar-toewijzing": """
        SELECT r.gemeente || ':' || r.onderwerp AS wat FROM regie r LEFT JOIN actueel a USING (
            domein, gemeente, toewijzing_nummer)
        WHERE r.toewijzing_nummer IS NOT NULL AND ((a.aanbieder, a.client) IS DISTINCT FROM (r.aanbieder, r.client)
              OR r.onderwerp <> r.toewijzing_nummer::text)
    """,
}
