"""What a rebuild of matching goes by, as temporary tables: what was declared and assigned, and what was said of it."""

from typing import Final

from services.platform.herbouw.model import Herbouw
from services.platform.herbouw.vensters import events_van, over_outbox

_TABELLEN: Final = """
CREATE TEMPORARY TABLE h_declaraties (
  declaratie_id uuid PRIMARY KEY, domein text, declaratienummer text, gemeente text, aanbieder text, periode_begin date,
  periode_eind date, dagtekening date, ontvangen_op timestamptz, rang int);
CREATE TEMPORARY TABLE h_feiten (
  declaratie_id uuid, volgnummer int, client text, referentie text, vorige_referentie text, toewijzing_nummer bigint,
  product_categorie text, product_code text, begindatum date, einddatum date, volume bigint, eenheid text,
  tarief bigint, bedrag bigint, debet_credit text, retourcodes text[], PRIMARY KEY (declaratie_id, volgnummer));
CREATE TEMPORARY TABLE h_versies (
  domein text, gemeente text, toewijzing_nummer bigint, volgnummer bigint, aanbieder text, client text,
  toewijzingsdatum date, toewijzingstijd text, ingangsdatum date, einddatum date, verwijderd boolean,
  reden_wijziging text, product_categorie text, product_code text, volume bigint, eenheid text, frequentie text,
  budget bigint, vastgelegd_op timestamptz, verwerkt boolean,
  PRIMARY KEY (toewijzing_nummer, gemeente, domein, volgnummer));
CREATE TEMPORARY TABLE h_gezegd (
  declaratie_id uuid, volgnummer int, naar text, verplicht boolean, tijd timestamptz,
  PRIMARY KEY (declaratie_id, volgnummer, naar));
CREATE TEMPORARY TABLE h_codes (
  declaratie_id uuid, volgnummer int, retourcodes text[], client_retourcodes text[],
  PRIMARY KEY (declaratie_id, volgnummer));
CREATE TEMPORARY TABLE h_uitspraken (
  domein text, gemeente text, toewijzing_nummer bigint, volgnummer bigint, grondslag text, per_jaar jsonb,
  PRIMARY KEY (toewijzing_nummer, gemeente, domein));
CREATE TEMPORARY TABLE h_gebruik (
  domein text, gemeente text, toewijzing_nummer bigint, aantal int, PRIMARY KEY (toewijzing_nummer, gemeente, domein));
"""

_DECLARATIES: Final = f"""
INSERT INTO h_declaraties
SELECT d."declaratieId", d.domein, d.declaratienummer, d.gemeente, d.aanbieder, d."periodeBegin", d."periodeEind",
  d."declaratieDagtekening", d."ontvangenOp"
FROM {events_van("declaraties")}
CROSS JOIN LATERAL jsonb_to_record(e.inhoud - 'prestaties') AS d("declaratieId" uuid, domein text,
  declaratienummer text, gemeente text, aanbieder text, "periodeBegin" date, "periodeEind" date,
  "declaratieDagtekening" date, "ontvangenOp" timestamptz)
ON CONFLICT DO NOTHING
"""

_FEITEN: Final = f"""
INSERT INTO h_feiten
SELECT (e.inhoud ->> 'declaratieId')::uuid, p.volgnummer, p.client, p.referentie, p."vorigeReferentie",
  p."toewijzingNummer", p."productCategorie", p."productCode", p.begindatum, p.einddatum, p.volume, p.eenheid,
  p.tarief, p.bedrag, p."debetCredit", p.retourcodes
FROM {events_van("declaraties")}
CROSS JOIN LATERAL jsonb_to_recordset(e.inhoud -> 'prestaties') AS p(volgnummer int, client text, referentie text,
  "vorigeReferentie" text, "toewijzingNummer" bigint, "productCategorie" text, "productCode" text, begindatum date,
  einddatum date, volume bigint, eenheid text, tarief bigint, bedrag bigint, "debetCredit" text, retourcodes text[])
ORDER BY e.xid, e.plek
ON CONFLICT DO NOTHING
"""

_VERSIES: Final = f"""
INSERT INTO h_versies
SELECT t.domein, t.gemeente, t."toewijzingNummer", t.volgnummer, t.aanbieder, t.client, t.toewijzingsdatum,
  t.toewijzingstijd, t.ingangsdatum, t.einddatum, t.verwijderd, t."redenWijziging", t."productCategorie",
  t."productCode", t.volume, t.eenheid, t.frequentie, t.budget, e.tijd,
  (e.xid, e.plek) <= (coalesce(p.xid, 0), coalesce(p.volgnummer, 0))
    AND NOT EXISTS (
      SELECT 1 FROM dode_letters l WHERE l.event_id = e.event_id AND l.oplossing IS DISTINCT FROM 'afgehandeld')
FROM {events_van("toewijzingen")}
CROSS JOIN LATERAL jsonb_to_record(e.inhoud) AS t(domein text, gemeente text, "toewijzingNummer" bigint,
  volgnummer bigint, aanbieder text, client text, toewijzingsdatum date, toewijzingstijd text, ingangsdatum date,
  einddatum date, verwijderd boolean, "redenWijziging" text, "productCategorie" text, "productCode" text,
  volume bigint, eenheid text, frequentie text, budget bigint)
LEFT JOIN posities p ON p.topic = 'toewijzingen' AND p.partitie = e.partitie
ORDER BY e.xid, e.plek
ON CONFLICT DO NOTHING
"""

_GEZEGD: Final = f"""
INSERT INTO h_gezegd
SELECT (e.inhoud ->> 'declaratieId')::uuid, m.volgnummer, m.naar, coalesce(m.verplicht, false), e.tijd
FROM {events_van("mutaties")}
CROSS JOIN LATERAL jsonb_to_recordset(e.inhoud -> 'mutaties') AS m(volgnummer int, naar text, verplicht boolean)
ORDER BY e.xid, e.plek
ON CONFLICT DO NOTHING
"""

_CODES: Final = f"""
INSERT INTO h_codes
SELECT (e.inhoud ->> 'declaratieId')::uuid, a.volgnummer, a.retourcodes, coalesce(a."clientRetourcodes", '{{}}')
FROM {events_van("beoordelingen")}
CROSS JOIN LATERAL jsonb_to_recordset(e.inhoud -> 'afgewezen') AS a(volgnummer int, retourcodes text[],
  "clientRetourcodes" text[])
ON CONFLICT DO NOTHING
"""

_UITSPRAKEN: Final = f"""
INSERT INTO h_uitspraken AS u
SELECT DISTINCT ON (1, 2, 3) v.domein, v.gemeente, v."toewijzingNummer", v.volgnummer, v.grondslag, v."perJaar"
FROM {events_van("verplichtingen")}
CROSS JOIN LATERAL jsonb_to_record(e.inhoud) AS v(domein text, gemeente text, "toewijzingNummer" bigint,
  volgnummer bigint, grondslag text, "perJaar" jsonb)
ORDER BY 1, 2, 3, v.volgnummer DESC
ON CONFLICT (toewijzing_nummer, gemeente, domein) DO UPDATE
SET volgnummer = excluded.volgnummer, grondslag = excluded.grondslag, per_jaar = excluded.per_jaar
WHERE u.volgnummer < excluded.volgnummer
"""

_GEBRUIK: Final = f"""
INSERT INTO h_gebruik
SELECT DISTINCT ON (1, 2, 3) e.inhoud ->> 'domein', e.inhoud ->> 'gemeente', g."toewijzingNummer", g."aantalToegekend"
FROM {events_van("gebruik")}
CROSS JOIN LATERAL jsonb_to_recordset(e.inhoud -> 'toewijzingen') AS g("toewijzingNummer" bigint,
  "aantalToegekend" int)
ORDER BY 1, 2, 3, e.xid DESC, e.plek DESC
ON CONFLICT (toewijzing_nummer, gemeente, domein) DO UPDATE SET aantal = excluded.aantal
"""

_LEZINGEN: Final = (
    ("declaraties", "declaraties", _DECLARATIES),
    ("prestaties", "declaraties", _FEITEN),
    ("versies van toewijzingen", "toewijzingen", _VERSIES),
    ("eigen mutaties", "mutaties", _GEZEGD),
    ("eigen afwijzingen", "beoordelingen", _CODES),
    ("eigen verplichtingen", "verplichtingen", _UITSPRAKEN),
    ("eigen standen van gebruik", "gebruik", _GEBRUIK),
)

_RANGEN: Final = """
UPDATE h_declaraties d SET rang = r.rang
FROM (SELECT declaratie_id, row_number() OVER (ORDER BY ontvangen_op, declaratie_id) AS rang FROM h_declaraties) AS r
WHERE r.declaratie_id = d.declaratie_id
"""

PER_VENSTER: Final = 500
"""Declaraties that one step takes at once."""


async def lees_bronnen(herbouw: Herbouw) -> None:
    """Fill the temporary tables, window by window."""
    await herbouw.connection.execute(_TABELLEN)
    for naam, topic, statement in _LEZINGEN:
        grenzen = await over_outbox(herbouw.connection, topic)
        herbouw.verslag.las(naam, await herbouw.stappen(f"{naam} lezen", statement, grenzen))
    await herbouw.connection.execute(_RANGEN)
    await herbouw.connection.execute("CREATE UNIQUE INDEX ON h_declaraties (rang)")
    for tabel in ("declaraties", "feiten", "versies", "gezegd", "codes", "uitspraken", "gebruik"):
        await herbouw.connection.execute(f"ANALYZE h_{tabel}")


async def hoogste_rang(herbouw: Herbouw) -> int:
    """How many declaraties there are; they are ranked in the order in which they came in."""
    rang: int = await herbouw.connection.fetchval("SELECT coalesce(max(rang), 0) FROM h_declaraties")
    return rang
