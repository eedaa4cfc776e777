"""The allocation service's part of the invariant: what must hold of its tables at any moment it is at rest."""

from collections.abc import Sequence

from services.allocation.check.bewaard import bewaard_klopt
from services.allocation.check.regie import VRAGEN as REGIEVRAGEN
from services.allocation.check.termijnen import VRAGEN as TERMIJNVRAGEN
from services.allocation.check.termijnen import verkeerde_laatste_dagen
from services.allocation.check.verzoeken import VRAGEN as VERZOEKVRAGEN
from services.allocation.store.berichten import MAX_BEVINDINGEN
from services.platform.service import Afwijking, Context

_MEEST = 20
"""How many breaches of one invariant are named."""


def _dag(veld: str) -> str:
    """A day in an event; the driver stores the first and the last day of the calendar as infinite."""
    waarde = f"v.inhoud->>'{veld}'"
    return (
        f"(CASE {waarde} WHEN '0001-01-01' THEN '-infinity' WHEN '9999-12-31' THEN 'infinity' ELSE {waarde} END)::date"
    )


_VRAGEN = {
    "heenbericht-heeft-een-retour": """
        SELECT b.bericht_id::text AS wat FROM berichten b
        WHERE b.richting = 'in' AND b.berichtsoort = ANY('{JW301,JW305,JW307,JW315,JW317,JW319}')
          AND (SELECT count(*) FROM berichten r WHERE r.heenbericht_id = b.bericht_id AND r.richting = 'uit'
               AND r.status = b.status AND r.van = b.aan AND r.aan = b.van AND r.retourcodes = b.retourcodes) <> 1
    """,
    "bericht-in-de-juiste-postbus": """
        SELECT b.bericht_id::text AS wat FROM berichten b LEFT JOIN postbus p USING (bericht_id)
        GROUP BY b.bericht_id
        HAVING array_agg(p.partij) FILTER (WHERE p.partij IS NOT NULL) IS DISTINCT FROM
               CASE WHEN b.richting = 'uit' OR b.status = 'geaccepteerd' THEN ARRAY[b.aan] END
    """,
    "afkeuring-heeft-een-reden": """
        SELECT b.bericht_id::text AS wat FROM berichten b WHERE b.richting = 'in' AND b.heenbericht_id IS NULL
          AND ((b.status = 'afgekeurd') <> (cardinality(b.retourcodes) > 0)
               OR (b.status = 'afgekeurd') <> EXISTS (SELECT 1 FROM bevindingen v WHERE v.bericht_id = b.bericht_id))
    """,
    "retourcodes-volgen-uit-de-bevindingen": f"""
        SELECT b.bericht_id::text AS wat FROM berichten b JOIN (
            SELECT bericht_id, array_agg(retourcode ORDER BY eerste) AS codes, sum(aantal) AS aantal,
                   max(laatste) AS laatste
            FROM (SELECT bericht_id, retourcode, count(*) AS aantal, min(nummer) AS eerste, max(nummer) AS laatste
                  FROM bevindingen GROUP BY bericht_id, retourcode) c GROUP BY bericht_id) v USING (bericht_id)
        WHERE v.laatste <> v.aantal OR v.codes <> b.retourcodes[1:cardinality(v.codes)]
           OR (v.aantal < {MAX_BEVINDINGEN} AND cardinality(v.codes) <> cardinality(b.retourcodes))
    """,
    "retour-van-ontvanger-hoort-bij-een-heenbericht": """
        SELECT r.bericht_id::text AS wat FROM berichten r LEFT JOIN berichten b ON b.bericht_id = r.heenbericht_id
        WHERE r.richting = 'in'
          AND (r.heenbericht_id IS NOT NULL OR r.berichtsoort = ANY('{JW302,JW306,JW308,JW316,JW318,JW320}'))
          AND (b.richting, b.status, b.berichtsoort, b.van, b.aan, b.gemeente, b.aanbieder, r.status)
              IS DISTINCT FROM ('in', 'geaccepteerd', 'JW' || right(r.berichtsoort, 3)::int - 1, r.aan, r.van,
                                r.gemeente, r.aanbieder, 'geaccepteerd')
    """,
    "afkeurende-retour-is-gemeld": """
        SELECT r.bericht_id::text AS wat FROM berichten r WHERE r.richting = 'in' AND r.heenbericht_id IS NOT NULL
          AND (cardinality(r.retourcodes) > 0) <> EXISTS (
              SELECT 1 FROM meldingen m WHERE m.bericht_id = r.bericht_id AND m.soort = 'afgekeurd-door-ontvanger')
    """,
    "versie-komt-uit-een-geaccepteerd-bericht": """
        SELECT t.gemeente || ':' || t.toewijzing_nummer AS wat FROM toewijzingen t JOIN berichten b USING (bericht_id)
        WHERE b.richting <> 'in' OR b.status <> 'geaccepteerd' OR (b.gemeente, b.aanbieder) <> (t.gemeente, t.aanbieder)
    """,
    "nummer-is-van-een-toewijzing": """
        SELECT gemeente || ':' || toewijzing_nummer AS wat FROM toewijzingen
        GROUP BY domein, gemeente, toewijzing_nummer
        HAVING count(DISTINCT (aanbieder, client, product_categorie, product_code, ingangsdatum)) > 1
    """,
    "nieuwste-versie-is-actueel": """
        SELECT gemeente || ':' || toewijzing_nummer AS wat
        FROM (SELECT DISTINCT ON (domein, gemeente, toewijzing_nummer) domein, gemeente, toewijzing_nummer, tijdstip,
                     aanbieder, client, ingangsdatum, einddatum,
                     reden_wijziging IS NOT DISTINCT FROM '13' AS verwijderd,
                     count(*) OVER (PARTITION BY domein, gemeente, toewijzing_nummer) AS versies
              FROM toewijzingen ORDER BY domein, gemeente, toewijzing_nummer, tijdstip DESC) t
        FULL JOIN actueel a USING (domein, gemeente, toewijzing_nummer)
        WHERE (t.tijdstip, t.aanbieder, t.client, t.ingangsdatum, t.einddatum, t.verwijderd)
              IS DISTINCT FROM (a.tijdstip, a.aanbieder, a.client, a.ingangsdatum, a.einddatum, a.verwijderd)
           OR a.volgnummer NOT BETWEEN 1 AND t.versies
    """,
    "actuele-versie-is-verzonden": f"""
        WITH verzonden AS (
            SELECT DISTINCT ON (sleutel) sleutel, convert_from(data, 'UTF8')::jsonb AS inhoud FROM outbox
            WHERE topic = 'toewijzingen' ORDER BY sleutel, xid DESC, volgnummer DESC)
        SELECT coalesce(v.sleutel, a.sleutel) AS wat
        FROM (SELECT a.gemeente || ':' || a.toewijzing_nummer AS sleutel, a.volgnummer, t.*
              FROM actueel a JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer, tijdstip)) a
        FULL JOIN verzonden v ON v.sleutel = a.sleutel
        WHERE (v.inhoud->>'volgnummer')::int IS DISTINCT FROM a.volgnummer
           OR ({_dag("toewijzingsdatum")}, {_dag("ingangsdatum")}, {_dag("einddatum")})
              IS DISTINCT FROM (a.toewijzingsdatum, a.ingangsdatum, a.einddatum)
           OR (v.inhoud->>'volume', v.inhoud->>'budget') IS DISTINCT FROM (a.volume::text, a.budget::text)
           OR (v.inhoud->>'toewijzingstijd', v.inhoud->>'productCategorie', v.inhoud->>'productCode',
               v.inhoud->>'eenheid', v.inhoud->>'frequentie', v.inhoud->>'redenWijziging', v.inhoud->>'client')
              IS DISTINCT FROM (a.toewijzingstijd, a.product_categorie, a.product_code,
                                a.eenheid, a.frequentie, a.reden_wijziging, a.client)
    """,
    "productlijst-geldt-als-zij-er-is": """
        SELECT DISTINCT r.gemeente || ':' || r.versie AS wat FROM productlijst_regels r
        LEFT JOIN productlijsten l USING (domein, gemeente, versie) WHERE l.gemeente IS NULL
    """,
    "client-is-bekend": """
        SELECT a.gemeente || ':' || a.toewijzing_nummer AS wat FROM actueel a
        LEFT JOIN clienten c USING (domein, gemeente, aanbieder, client) WHERE c.client IS NULL
    """,
    "client-komt-uit-zijn-bericht": """
        SELECT c.gemeente || ':' || c.aanbieder || ':' || c.client AS wat
        FROM clienten c JOIN berichten b USING (bericht_id)
        WHERE (b.richting, b.status, b.berichtsoort, b.domein, b.van, b.aan, b.dagtekening)
              <> ('in', 'geaccepteerd', 'JW301', c.domein, c.gemeente, c.aanbieder, c.dagtekening)
    """,
}


async def check(context: Context) -> Sequence[Afwijking]:
    """Everything that does not hold: in one consistent view of the tables, and in what they keep sealed."""
    afwijkingen: list[Afwijking] = []
    async with (
        context.database.connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        vragen = {**_VRAGEN, **VERZOEKVRAGEN, **TERMIJNVRAGEN, **REGIEVRAGEN}
        for invariant, vraag in vragen.items():
            rows = await connection.fetch(f"{vraag} LIMIT {_MEEST}")
            afwijkingen += [Afwijking(invariant, row["wat"]) for row in rows]
        afwijkingen += await verkeerde_laatste_dagen(connection)
    return [*afwijkingen, *await bewaard_klopt(context, _MEEST)]
