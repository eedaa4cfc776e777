"""What each toewijzing committed and had awarded, from the events that were booked."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

import asyncpg
import msgspec

from services.ledger import rules
from services.ledger.rules import Stand
from services.platform.database import copy_rows
from services.platform.events import JaarVerplichting, VerplichtingBepaald
from services.platform.herbouw.model import Herbouw, RebuildRefusedError
from services.platform.herbouw.vensters import events_van, over_outbox

_TABELLEN: Final = """
CREATE TEMPORARY TABLE h_uitspraken (
  domein text, gemeente text, toewijzing_nummer bigint, volgnummer bigint, inhoud jsonb,
  PRIMARY KEY (toewijzing_nummer, gemeente, domein, volgnummer));
CREATE TEMPORARY TABLE h_toegekend (
  declaratie_id uuid, volgnummer int, domein text, gemeente text, toewijzing_nummer bigint, jaar smallint,
  bedrag bigint, verplicht boolean, PRIMARY KEY (declaratie_id, volgnummer));
CREATE TEMPORARY TABLE h_verplichtingen (
  domein text, gemeente text, toewijzing_nummer bigint, volgnummer int, inhoud bytea, grondslag text, aanbieder text);
CREATE TEMPORARY TABLE h_standen (
  domein text, gemeente text, toewijzing_nummer bigint, jaar smallint, verplicht bigint, productcategorie text,
  reeds_toegekend bigint);
"""

_UITSPRAKEN: Final = f"""
INSERT INTO h_uitspraken
SELECT e.inhoud ->> 'domein', e.inhoud ->> 'gemeente', (e.inhoud ->> 'toewijzingNummer')::bigint,
  (e.inhoud ->> 'volgnummer')::bigint, e.inhoud
FROM {events_van("verplichtingen", verwerkt=True)} ORDER BY e.xid, e.plek ON CONFLICT DO NOTHING
"""

_TOEGEKEND: Final = f"""
INSERT INTO h_toegekend
SELECT (e.inhoud ->> 'declaratieId')::uuid, m.volgnummer, e.inhoud ->> 'domein', e.inhoud ->> 'gemeente',
  m."toewijzingNummer", (m.dienstperiode / 100)::smallint, m.bedrag, coalesce(m.verplicht, false)
FROM {events_van("mutaties", verwerkt=True)}
CROSS JOIN LATERAL jsonb_to_recordset(e.inhoud -> 'mutaties') AS m(volgnummer int, "toewijzingNummer" bigint,
  dienstperiode int, bedrag bigint, naar text, verplicht boolean)
WHERE m.naar = 'toegekend' AND m.bedrag <> 0 ORDER BY e.xid, e.plek ON CONFLICT DO NOTHING
"""

_ONBEKEND: Final = """
SELECT
  (SELECT count(*) FROM boekingen b WHERE b.soort = 'toekenning' AND NOT EXISTS (
    SELECT 1 FROM h_toegekend h WHERE h.declaratie_id = b.declaratie_id::uuid AND h.volgnummer = b.volgnummer))
  + (SELECT count(*) FROM boekingen b WHERE b.soort = 'verplichting' AND NOT EXISTS (
    SELECT 1 FROM h_uitspraken h WHERE h.toewijzing_nummer = b.toewijzing_nummer AND h.gemeente = b.gemeente
      AND h.domein = b.domein)) AS zonder_event,
  (SELECT count(*) FROM h_toegekend h WHERE NOT EXISTS (
    SELECT 1 FROM boekingen b WHERE b.domein = h.domein AND b.gemeente = h.gemeente
      AND b.sleutel = 'prestatie:' || h.declaratie_id || ':' || h.volgnummer || ':toegekend')) AS zonder_boeking
"""

_VOLGENDE: Final = """
SELECT u.domein, u.gemeente, u.toewijzing_nummer, u.inhoud FROM h_uitspraken u
WHERE (u.toewijzing_nummer, u.gemeente, u.domein) > ($1, $2, $3)
  AND (u.toewijzing_nummer, u.gemeente, u.domein) <= (
    SELECT toewijzing_nummer, gemeente, domein FROM (
      SELECT DISTINCT toewijzing_nummer, gemeente, domein FROM h_uitspraken
      WHERE (toewijzing_nummer, gemeente, domein) > ($1, $2, $3)
      ORDER BY toewijzing_nummer, gemeente, domein LIMIT $4) AS d
    ORDER BY toewijzing_nummer DESC, gemeente DESC, domein DESC LIMIT 1)
ORDER BY u.toewijzing_nummer, u.gemeente, u.domein, u.volgnummer
"""

_DOEL: Final = """
CREATE TEMPORARY TABLE h_toewijzing_saldi AS
SELECT domein, gemeente, toewijzing_nummer, jaar, coalesce(s.verplicht, 0) AS verplicht,
  coalesce(t.toegekend, 0) AS toegekend, coalesce(s.productcategorie, '') AS productcategorie, b.nummer AS boeking,
  coalesce(s.reeds_toegekend, 0) AS reeds_toegekend
FROM h_standen s
FULL JOIN (
  SELECT domein, gemeente, toewijzing_nummer, jaar, sum(bedrag)::bigint AS toegekend
  FROM h_toegekend WHERE verplicht GROUP BY 1, 2, 3, 4) AS t USING (domein, gemeente, toewijzing_nummer, jaar)
LEFT JOIN (
  SELECT b.domein, b.gemeente, b.toewijzing_nummer, b.boekjaar AS jaar, max(b.nummer) AS nummer FROM boekingen b
  WHERE b.soort = 'verplichting' AND NOT EXISTS (
    SELECT 1 FROM boekingen w WHERE w.domein = b.domein AND w.gemeente = b.gemeente AND w.tegenboeking_van = b.nummer)
  GROUP BY 1, 2, 3, 4) AS b USING (domein, gemeente, toewijzing_nummer, jaar)
"""

_ZET_SALDI: Final = """
INSERT INTO toewijzing_saldi AS s
  (domein, gemeente, toewijzing_nummer, jaar, verplicht, toegekend, productcategorie, boeking, reeds_toegekend)
SELECT domein, gemeente, toewijzing_nummer, jaar, verplicht, toegekend, productcategorie, boeking, reeds_toegekend
FROM h_toewijzing_saldi
ON CONFLICT (toewijzing_nummer, jaar, gemeente, domein) DO UPDATE SET verplicht = excluded.verplicht,
  toegekend = excluded.toegekend, productcategorie = excluded.productcategorie, boeking = excluded.boeking,
  reeds_toegekend = excluded.reeds_toegekend
WHERE s IS DISTINCT FROM excluded
"""

_WEG_SALDI: Final = """
DELETE FROM toewijzing_saldi s WHERE NOT EXISTS (
  SELECT 1 FROM h_toewijzing_saldi h WHERE (h.toewijzing_nummer, h.jaar, h.gemeente, h.domein)
    = (s.toewijzing_nummer, s.jaar, s.gemeente, s.domein))
"""

_ZET_UITSPRAKEN: Final = """
INSERT INTO verplichtingen AS v (domein, gemeente, toewijzing_nummer, volgnummer, inhoud, grondslag, aanbieder)
SELECT domein, gemeente, toewijzing_nummer, volgnummer, inhoud, grondslag, aanbieder FROM h_verplichtingen
ON CONFLICT (toewijzing_nummer, gemeente, domein) DO UPDATE SET volgnummer = excluded.volgnummer,
  inhoud = excluded.inhoud, grondslag = excluded.grondslag, aanbieder = excluded.aanbieder
WHERE v IS DISTINCT FROM excluded
"""

_WEG_UITSPRAKEN: Final = """
DELETE FROM verplichtingen v WHERE NOT EXISTS (
  SELECT 1 FROM h_verplichtingen h
  WHERE (h.toewijzing_nummer, h.gemeente, h.domein) = (v.toewijzing_nummer, v.gemeente, v.domein))
"""

_PER_KEER: Final = 2000
_DECODER: Final = msgspec.json.Decoder(VerplichtingBepaald)


async def lees_gebeurtenissen(herbouw: Herbouw) -> None:
    """Read what was booked, before anything is changed.

    Raises ``RebuildRefusedError`` when the outbox of matching does not hold what was booked: it goes first then.
    """
    connection = herbouw.connection
    await connection.execute(_TABELLEN)
    for naam, topic, statement in (
        ("uitspraken over toewijzingen", "verplichtingen", _UITSPRAKEN),
        ("toekenningen", "mutaties", _TOEGEKEND),
    ):
        grenzen = await over_outbox(connection, topic)
        herbouw.verslag.las(naam, await herbouw.stappen(f"{naam} lezen", statement, grenzen))
    await connection.execute("ANALYZE h_uitspraken")
    await connection.execute("ANALYZE h_toegekend")
    await _vergelijk(herbouw)


async def herbouw_standen(herbouw: Herbouw) -> None:
    """Bring ``toewijzing_saldi`` and ``verplichtingen`` in line with what was booked."""
    connection = herbouw.connection
    await _vouw(herbouw)
    await connection.execute(_DOEL)
    await connection.execute("CREATE INDEX ON h_toewijzing_saldi (toewijzing_nummer, jaar)")
    await connection.execute("CREATE INDEX ON h_verplichtingen (toewijzing_nummer)")
    async with connection.transaction():
        saldi = await herbouw.telt(_ZET_SALDI) + await herbouw.telt(_WEG_SALDI)
        uitspraken = await herbouw.telt(_ZET_UITSPRAKEN) + await herbouw.telt(_WEG_UITSPRAKEN)
    herbouw.verslag.herstelde("standen van toewijzingen", saldi)
    herbouw.verslag.herstelde("uitspraken over toewijzingen", uitspraken)


async def _vergelijk(herbouw: Herbouw) -> None:
    (rij,) = await herbouw.connection.fetch(_ONBEKEND)
    if rij["zonder_event"]:
        raise RebuildRefusedError(
            f"van {rij['zonder_event']} boeking(en) staat de gebeurtenis niet (meer) in de outbox van matching;"
            " herbouw eerst matching en laat de services verwerken wat er wacht"
        )
    if rij["zonder_boeking"]:
        herbouw.verslag.niet_te_herstellen.append(
            f"{rij['zonder_boeking']} toekenning(en) zijn volgens de plaatsen verwerkt en staan niet in het grootboek:"
            " zet een reservekopie terug"
        )


async def _vouw(herbouw: Herbouw) -> None:
    """Fold the statements on each toewijzing, some toewijzingen at a time."""
    plaats: tuple[int, str, str] = (-1, "", "")
    while rijen := await herbouw.connection.fetch(_VOLGENDE, *plaats, _PER_KEER):
        uitspraken: list[tuple[Any, ...]] = []
        standen: list[tuple[Any, ...]] = []
        for sleutel, van_een in groupby(rijen, key=_sleutel):
            laatste, per_jaar = _stand_van(van_een)
            inhoud = rules.verplichting_inhoud(laatste)
            uitspraken.append((*sleutel, laatste.volgnummer, inhoud, laatste.grondslag, laatste.aanbieder))
            standen += [
                (*sleutel, jaar, stand.verplicht, stand.productcategorie, stand.reeds_toegekend)
                for jaar, stand in per_jaar.items()
            ]
        await _bewaar(herbouw, uitspraken, standen)
        laatste_rij = rijen[-1]
        plaats = (laatste_rij["toewijzing_nummer"], laatste_rij["gemeente"], laatste_rij["domein"])
        herbouw.voortgang("toewijzingen", len(uitspraken), 0)


def _sleutel(rij: asyncpg.Record) -> tuple[str, str, int]:
    return (rij["domein"], rij["gemeente"], rij["toewijzing_nummer"])


def _stand_van(rijen: Iterable[asyncpg.Record]) -> tuple[VerplichtingBepaald, dict[int, Stand]]:
    """The last statement, and what they come to by year; awards are counted apart and change nothing of it."""
    per_jaar: dict[int, Stand] = {}
    event: VerplichtingBepaald | None = None
    for rij in rijen:
        event = _DECODER.decode(rij["inhoud"])
        delen = rules.delen_per_jaar(event)
        for jaar in sorted({*per_jaar, *delen}):
            deel = delen.get(jaar) or JaarVerplichting(jaar=jaar, bedrag=0)
            eerder = per_jaar.get(jaar, Stand())
            _, nieuw = rules.verplichting_boekingen(event, deel, eerder, ())
            if nieuw is not eerder:
                per_jaar[jaar] = nieuw
    assert event is not None
    return event, per_jaar


async def _bewaar(herbouw: Herbouw, uitspraken: Sequence[tuple[Any, ...]], standen: Sequence[tuple[Any, ...]]) -> None:
    namen = ("domein", "gemeente", "toewijzing_nummer")
    await copy_rows(
        herbouw.connection, "h_verplichtingen", (*namen, "volgnummer", "inhoud", "grondslag", "aanbieder"), uitspraken
    )
    kolomnamen = (*namen, "jaar", "verplicht", "productcategorie", "reeds_toegekend")
    await copy_rows(herbouw.connection, "h_standen", kolomnamen, standen)
