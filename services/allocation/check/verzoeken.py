"""What must hold of verzoeken: each is open, or answered by exactly the message that its state says."""

from collections.abc import Mapping
from typing import Final

VRAGEN: Final[Mapping[str, str]] = {
    "verzoek-komt-uit-een-geaccepteerd-bericht": """
        SELECT b.bericht_id::text AS wat FROM berichten b FULL JOIN verzoeken v USING (bericht_id)
        WHERE (b.richting = 'in' AND b.status = 'geaccepteerd' AND b.berichtsoort IN ('JW315', 'JW317')
               OR v.bericht_id IS NOT NULL)
          AND ((b.berichtsoort, b.gemeente, b.aanbieder, b.dagtekening, b.vastgelegd_op, b.richting, b.status)
               IS DISTINCT FROM
               (v.berichtsoort, v.gemeente, v.aanbieder, v.dagtekening, v.ontvangen_op, 'in', 'geaccepteerd')
               OR NOT EXISTS (SELECT 1 FROM referenties r WHERE r.verzoek_id = v.bericht_id
                              AND (r.domein, r.aanbieder) = (v.domein, v.aanbieder)))
    """,
    "verzoek-is-beantwoord-of-open": """
        SELECT r.aanbieder || ':' || r.verzoek_id AS wat FROM referenties r
        JOIN verzoeken v ON v.bericht_id = r.verzoek_id
        LEFT JOIN berichten o ON o.bericht_id = r.onderzoek_id LEFT JOIN berichten a ON a.bericht_id = r.antwoord_id
        WHERE CASE r.toestand
              WHEN 'open' THEN o.bericht_id IS NULL AND a.bericht_id IS NULL
              WHEN 'in_onderzoek' THEN o.bericht_id IS NOT NULL AND a.bericht_id IS NULL
              WHEN 'toegekend' THEN o.bericht_id IS NULL AND a.berichtsoort = 'JW301'
              WHEN 'toegekend_na_onderzoek' THEN o.bericht_id IS NOT NULL AND a.berichtsoort = 'JW301'
              WHEN 'afgewezen' THEN a.berichtsoort = 'JW319'
              END IS NOT TRUE
           OR (r.toestand = 'afgewezen') <> (r.reden_afwijzing IS NOT NULL)
           OR (r.reden_afwijzing IS NOT DISTINCT FROM '8') <> (r.woonplaats_gemeente IS NOT NULL)
           OR o.berichtsoort <> 'JW319'
           OR EXISTS (SELECT 1 FROM (VALUES (o.richting, o.status, o.van, o.aan), (a.richting, a.status, a.van, a.aan))
                      AS m(richting, status, van, aan)
                      WHERE (m.richting, m.status, m.van, m.aan) <> ('in', 'geaccepteerd', v.gemeente, v.aanbieder))
    """,
    "antwoord-is-van-een-referentie": """
        SELECT b.bericht_id::text AS wat FROM berichten b
        WHERE b.richting = 'in' AND b.status = 'geaccepteerd' AND b.berichtsoort = 'JW319'
          AND (SELECT count(*) FROM referenties r WHERE b.bericht_id IN (r.onderzoek_id, r.antwoord_id)) <> 1
    """,
    "status-volgt-uit-de-referenties": """
        SELECT v.bericht_id::text AS wat FROM verzoeken v JOIN referenties r ON r.verzoek_id = v.bericht_id
        GROUP BY v.bericht_id
        HAVING v.versie < 1 OR v.status IS DISTINCT FROM CASE
               WHEN bool_or(r.toestand = 'open') THEN 'open'
               WHEN bool_or(r.toestand = 'in_onderzoek') THEN 'in_onderzoek'
               WHEN bool_and(r.toestand LIKE 'toegekend%') THEN 'toegekend'
               WHEN bool_or(r.toestand LIKE 'toegekend%') THEN 'deels_toegekend'
               ELSE 'afgewezen' END
    """,
    "een-openstaand-verzoek-per-client": """
        SELECT min(v.bericht_id::text) AS wat FROM verzoeken v WHERE v.status IN ('open', 'in_onderzoek')
        GROUP BY v.domein, v.gemeente, v.aanbieder, v.client HAVING count(*) > 1
    """,
    "beslissing-is-verzonden": """
        SELECT s.beslissing_id::text AS wat FROM beslissingen s JOIN verzoeken v ON v.bericht_id = s.verzoek_id
        WHERE s.versie >= v.versie OR cardinality(s.bericht_ids) = 0
           OR cardinality(s.bericht_ids) <> (
              SELECT count(*) FROM berichten b JOIN postbus p USING (bericht_id)
              WHERE b.bericht_id = ANY(s.bericht_ids) AND p.partij = v.aanbieder AND b.status = 'geaccepteerd'
                AND EXISTS (SELECT 1 FROM referenties r WHERE r.verzoek_id = v.bericht_id
                            AND b.bericht_id IN (r.onderzoek_id, r.antwoord_id)))
    """,
    "verzonden-bericht-heeft-een-beslissing": """
        SELECT z.bericht_id::text AS wat FROM verzonden z LEFT JOIN beslissingen s USING (beslissing_id)
        WHERE z.bericht_id = ANY(s.bericht_ids) IS NOT TRUE
    """,
}
"""Name of an invariant -> a query for what breaks it."""
