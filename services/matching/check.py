"""Matching's part of the invariant: what must hold in its own tables once everything is handled."""

from collections.abc import Sequence
from typing import Final

from services.matching.store.saldi import GETELD, TELT
from services.platform.service import Afwijking, Context

_SALDI: Final = f"""
WITH geteld AS (
    SELECT domein, gemeente, toewijzing_nummer, {GETELD}
    FROM prestaties p LEFT JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer)
    WHERE {TELT}
    GROUP BY domein, gemeente, toewijzing_nummer
)
SELECT gemeente || ':' || toewijzing_nummer AS sleutel
FROM toewijzing_saldi s FULL JOIN geteld g USING (domein, gemeente, toewijzing_nummer)
WHERE (coalesce(s.volume, 0), coalesce(s.bedrag_cent, 0), coalesce(s.aantal_toegekend, 0))
    IS DISTINCT FROM (coalesce(g.volume, 0), coalesce(g.bedrag, 0), coalesce(g.aantal, 0))
"""

_LIJSTEN: Final = """
WITH verzonden AS (
    SELECT e.inhoud ->> 'domein' AS domein, e.inhoud ->> 'gemeente' AS gemeente, (e.inhoud ->> 'versie')::int AS versie,
        sum(jsonb_array_length(e.inhoud -> 'producten')) AS aantal
    FROM (SELECT convert_from(data, 'UTF8')::jsonb AS inhoud FROM outbox WHERE topic = 'productlijsten') e
    GROUP BY 1, 2, 3
)
SELECT l.gemeente || ':' || l.versie
FROM productlijsten l LEFT JOIN verzonden v USING (domein, gemeente, versie)
WHERE v.aantal IS DISTINCT FROM (
    SELECT count(*) FROM productlijst_regels r
    WHERE (r.domein, r.gemeente, r.versie) = (l.domein, l.gemeente, l.versie)
)
"""

_VRAGEN: Final = (
    ("het saldo van een toewijzing is de som van haar prestaties", _SALDI),
    (
        "een toewijzing heeft een saldo",
        "SELECT gemeente || ':' || toewijzing_nummer FROM toewijzingen t"
        " WHERE NOT EXISTS (SELECT FROM toewijzing_saldi s"
        " WHERE (s.domein, s.gemeente, s.toewijzing_nummer) = (t.domein, t.gemeente, t.toewijzing_nummer))",
    ),
    (
        "van een toewijzing is gezegd wat zij verplicht",
        "SELECT gemeente || ':' || toewijzing_nummer FROM toewijzingen"
        " WHERE verplichting IS NULL OR verplichting_volgnummer < 1",
    ),
    (
        "een prestatie in uitval staat in een open uitval, en een andere niet",
        "SELECT p.declaratie_id || '/' || p.volgnummer FROM prestaties p LEFT JOIN uitval u USING (uitval_id)"
        " WHERE (p.toestand = 'inUitval') <> (u.status IS NOT NULL AND u.status = 'open')"
        " AND NOT (p.toestand <> 'inUitval' AND u.status = 'open' AND u.soort = 'client')",
    ),
    (
        "een open uitval houdt iets in",
        "SELECT uitval_id::text FROM uitval u WHERE status = 'open' AND NOT EXISTS"
        " (SELECT FROM prestaties p WHERE p.uitval_id = u.uitval_id AND p.toestand = 'inUitval')",
    ),
    (
        "een uitval van een prestatie houdt er precies een in",
        "SELECT u.uitval_id::text FROM uitval u WHERE soort = 'prestatie'"
        " AND (SELECT count(*) FROM prestaties p WHERE p.uitval_id = u.uitval_id) <> 1",
    ),
    (
        "een afgewezen prestatie heeft een retourcode, en een andere niet",
        "SELECT declaratie_id || '/' || volgnummer FROM prestaties WHERE (toestand = 'afgewezen')"
        " <> (coalesce(cardinality(retourcodes), 0) > 0)",
    ),
    (
        "wat niet vanzelf is toegekend heeft een bevinding",
        "SELECT declaratie_id || '/' || volgnummer FROM prestaties"
        " WHERE toestand <> 'toegekend' AND bevindingen IS NULL",
    ),
    (
        "een prestatie hoort bij een declaratie",
        "SELECT p.declaratie_id || '/' || p.volgnummer FROM prestaties p LEFT JOIN declaraties d USING (declaratie_id)"
        " WHERE d.declaratie_id IS NULL",
    ),
    (
        "een gecrediteerde prestatie is toegekend en heeft een toegekende credit",
        "SELECT p.declaratie_id || '/' || p.volgnummer FROM prestaties p WHERE p.gecrediteerd AND NOT (p.toestand ="
        " 'toegekend' AND EXISTS (SELECT FROM prestaties c WHERE c.aanbieder = p.aanbieder AND c.domein = p.domein"
        " AND c.vorige_referentie = p.referentie AND c.debet_credit = 'C' AND c.toestand = 'toegekend'))",
    ),
    ("een productlijst is in haar geheel verzonden", _LIJSTEN),
)
"""What must hold, and a query for what breaks it."""

_HOOGSTENS: Final = 20
"""Examples per broken invariant."""


async def check(context: Context) -> Sequence[Afwijking]:
    """Everything that is not as it should be."""
    afwijkingen: list[Afwijking] = []
    async with context.database.connection() as connection:
        for invariant, vraag in _VRAGEN:
            rijen = await connection.fetch(f"SELECT * FROM ({vraag}) AS fout LIMIT {_HOOGSTENS}")
            afwijkingen.extend(Afwijking(invariant, str(rij[0])) for rij in rijen)
    return afwijkingen
