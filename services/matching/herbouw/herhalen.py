"""Saying again what is missing in matching's own outbox, exactly as it was said.

Whoever was told before recognises it by what it says: invoice a verdict it has, the ledger the fingerprint of what it
booked. So nothing happens there, and the outbox holds everything once more for who reads it from the beginning.
"""

from itertools import pairwise
from typing import Final, Literal, cast

import asyncpg

from services.matching import events
from services.matching.events import Overgang
from services.matching.feiten import Saldo, Toewijzingsleutel
from services.matching.herbouw.bronnen import PER_VENSTER, hoogste_rang
from services.matching.store.feiten import kolommen
from services.matching.store.rijen import declaratie_van, prestatie_van
from services.platform import outbox
from services.platform.events import PrestatieMutatie, PrestatiesVerwerkt
from services.platform.herbouw.model import Herbouw
from services.platform.herbouw.vensters import over_rangen

_TABEL: Final = """
CREATE TEMPORARY TABLE h_herhaling (
  declaratie_id uuid, volgnummer int, van text, naar text, verplicht boolean, eind boolean, op timestamptz, rang int,
  nummer bigint, inhoud bytea, bekend boolean, past boolean, plaats bigint,
  PRIMARY KEY (declaratie_id, volgnummer, naar))
"""

_ONTBREEKT: Final = """
INSERT INTO h_herhaling
SELECT u.declaratie_id, u.volgnummer, o.van, o.naar, u.verplicht, o.eind, u.op, d.rang, b.nummer, b.inhoud,
  b.declaratie_id IS NOT NULL, true, NULL
FROM h_declaraties d JOIN h_uitkomsten u USING (declaratie_id)
CROSS JOIN LATERAL (
  SELECT 'inBehandeling' AS van, 'inUitval' AS naar, false AS eind WHERE u.was_in_uitval
  UNION ALL
  SELECT CASE WHEN u.was_in_uitval THEN 'inUitval' ELSE 'inBehandeling' END, u.toestand, true
  WHERE u.toestand <> 'inUitval') AS o
LEFT JOIN getuigd_boekingen b
  ON b.declaratie_id = u.declaratie_id AND b.volgnummer = u.volgnummer AND b.naar = o.naar
WHERE d.rang > $1 AND d.rang <= $2 AND NOT EXISTS (
  SELECT 1 FROM h_gezegd g
  WHERE g.declaratie_id = u.declaratie_id AND g.volgnummer = u.volgnummer AND g.naar = o.naar)
"""

_PRESTATIES: Final = """
SELECT h.declaratie_id::text AS declaratie_id, d.domein, d.declaratienummer, d.gemeente, d.aanbieder, d.periode_begin,
  d.periode_eind, d.dagtekening, d.ontvangen_op, f.volgnummer, f.client, f.referentie, f.vorige_referentie,
  f.toewijzing_nummer, f.product_categorie, f.product_code, f.begindatum, f.einddatum, f.volume, f.eenheid, f.tarief,
  f.bedrag, f.debet_credit, h.van, h.naar, h.verplicht, h.inhoud, u.retourcodes, u.client_retourcodes
FROM h_herhaling h
JOIN h_feiten f ON f.declaratie_id = h.declaratie_id AND f.volgnummer = h.volgnummer
JOIN h_uitkomsten u ON u.declaratie_id = h.declaratie_id AND u.volgnummer = h.volgnummer
JOIN h_declaraties d ON d.declaratie_id = h.declaratie_id
"""

_GEVONDEN: Final = """
UPDATE h_herhaling h SET verplicht = k.verplicht, past = k.verplicht IS NOT NULL
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bool[]) AS k(declaratie_id, volgnummer, naar, verplicht)
WHERE h.declaratie_id = k.declaratie_id AND h.volgnummer = k.volgnummer AND h.naar = k.naar
"""

_AAN_UITKOMST: Final = """
UPDATE h_uitkomsten u SET verplicht = h.verplicht
FROM h_herhaling h
WHERE h.declaratie_id = u.declaratie_id AND h.volgnummer = u.volgnummer AND h.naar = u.toestand
  AND u.verplicht IS NULL AND h.verplicht IS NOT NULL
"""

_PLAATSEN: Final = """
UPDATE h_herhaling h SET plaats = r.plaats
FROM (
  SELECT h.declaratie_id, h.volgnummer, h.naar, row_number() OVER (
    ORDER BY h.nummer, h.eind, h.op, f.debet_credit = 'C', h.rang, h.volgnummer) AS plaats
  FROM h_herhaling h JOIN h_feiten f USING (declaratie_id, volgnummer) WHERE h.past) AS r
WHERE h.declaratie_id = r.declaratie_id AND h.volgnummer = r.volgnummer AND h.naar = r.naar
"""
"""As the ledger booked it, and after that what it did not: a credit comes after the debet that it takes back."""

_VERPLICHT: Final = """
UPDATE h_herhaling h SET verplicht = p.gekoppeld
FROM prestaties p
WHERE p.declaratie_id = h.declaratie_id AND p.volgnummer = h.volgnummer AND h.verplicht IS NULL
"""

_GEBRUIK: Final = """
SELECT s.domein, s.gemeente, s.toewijzing_nummer, s.volume, s.bedrag_cent, s.aantal_toegekend, coalesce(g.aantal, 0)
FROM toewijzing_saldi s LEFT JOIN h_gebruik g USING (domein, gemeente, toewijzing_nummer)
WHERE s.aantal_toegekend <> coalesce(g.aantal, 0)
ORDER BY s.domein, s.gemeente, s.toewijzing_nummer
"""

_UITSPRAAK_ONTBREEKT: Final = """
SELECT EXISTS (
  SELECT 1 FROM getuigd_verplichtingen g LEFT JOIN h_uitspraken u USING (domein, gemeente, toewijzing_nummer)
  WHERE g.volgnummer > coalesce(u.volgnummer, 0))
"""

_PER_KEER: Final = 2000


async def vind_wat_ontbreekt(herbouw: Herbouw) -> bool:
    """Fill ``h_herhaling`` with what own events are missing, and say of each whether it used up a commitment.

    Whether others heard of anything that the outbox does not hold. The ledger knows of commitments: only one of the
    two answers gives the fingerprint of what it booked.
    """
    await herbouw.connection.execute(_TABEL)
    grenzen = over_rangen(await hoogste_rang(herbouw), PER_VENSTER)
    if not await herbouw.stappen("eigen events nalopen", _ONTBREEKT, grenzen):
        return bool(await herbouw.connection.fetchval(_UITSPRAAK_ONTBREEKT))
    anders = 0
    for van, tot in pairwise(grenzen):
        rijen = await herbouw.connection.fetch(
            f"{_PRESTATIES} WHERE h.bekend AND h.rang > $1 AND h.rang <= $2", van, tot
        )
        gevonden = [
            (rij["declaratie_id"], rij["volgnummer"], rij["naar"], _uit_vingerafdruk(herbouw, rij)) for rij in rijen
        ]
        anders += sum(verplicht is None for *_, verplicht in gevonden)
        await herbouw.connection.execute(_GEVONDEN, *kolommen(gevonden, 4))
    await herbouw.connection.execute(_AAN_UITKOMST)
    if anders:
        herbouw.verslag.niet_te_herstellen.append(
            f"{anders} boeking(en) van prestaties zijn anders dan wat gedeclareerd is; zij worden niet opnieuw gezegd"
        )
    return True


def _uit_vingerafdruk(herbouw: Herbouw, rij: asyncpg.Record) -> bool | None:
    """Whether it was said with ``verplicht``; None when neither gives what was booked."""
    for verplicht in (True, False):
        event, mutatie = _als_event(rij, verplicht)
        if herbouw.vingerafdrukken.mutatie(event, mutatie) == rij["inhoud"]:
            return verplicht
    return None


def _als_event(rij: asyncpg.Record, verplicht: bool) -> tuple[PrestatiesVerwerkt, PrestatieMutatie]:
    (uit,) = [
        deel.payload for deel in events.van_overgangen([_overgang(rij, verplicht)])
        if isinstance(deel.payload, PrestatiesVerwerkt)
    ]  # fmt: skip
    return uit, uit.mutaties[0]


def _overgang(rij: asyncpg.Record, verplicht: bool) -> Overgang:
    afgewezen = rij["naar"] == "afgewezen"
    return Overgang(
        declaratie_van(rij),
        prestatie_van(rij),
        cast(Literal["inBehandeling", "inUitval"], rij["van"]),
        cast(Literal["toegekend", "afgewezen", "inUitval"], rij["naar"]),
        verplicht,
        tuple(rij["retourcodes"] or ()) if afgewezen else (),
        tuple(rij["client_retourcodes"] or ()) if afgewezen else (),
    )


async def herhaal(herbouw: Herbouw) -> None:
    """Put in the outbox what is missing there, part by part; a part that is there is not missing any more."""
    connection = herbouw.connection
    await connection.execute(_VERPLICHT)
    await connection.execute(_PLAATSEN)
    await connection.execute("CREATE INDEX ON h_herhaling (plaats)")
    hoogste = await connection.fetchval("SELECT coalesce(max(plaats), 0) FROM h_herhaling")
    grenzen = over_rangen(hoogste, _PER_KEER)
    for nummer, (van, tot) in enumerate(pairwise(grenzen), 1):
        rijen = await connection.fetch(
            f"{_PRESTATIES} WHERE h.plaats > $1 AND h.plaats <= $2 ORDER BY h.plaats", van, tot
        )
        uit = events.van_overgangen([_overgang(rij, bool(rij["verplicht"])) for rij in rijen])
        async with connection.transaction():
            herbouw.verslag.opnieuw_gezegd += await outbox.append(connection, uit, herbouw.moment)
        herbouw.voortgang("opnieuw in de outbox zetten", nummer, len(grenzen) - 1)
    await _herhaal_gebruik(herbouw)


async def _herhaal_gebruik(herbouw: Herbouw) -> None:
    """Counts (TR385) that the outbox does not tell as they are; allocation keeps the last one."""
    oud: dict[str, dict[Toewijzingsleutel, Saldo]] = {}
    nieuw: dict[str, dict[Toewijzingsleutel, Saldo]] = {}
    for domein, gemeente, nummer, volume, bedrag, aantal, gezegd in await herbouw.connection.fetch(_GEBRUIK):
        nieuw.setdefault(domein, {})[gemeente, nummer] = Saldo(volume, bedrag, aantal)
        oud.setdefault(domein, {})[gemeente, nummer] = Saldo(volume, bedrag, gezegd)
    for domein, saldi in nieuw.items():
        uit = events.van_gebruik(domein, oud[domein], saldi)
        async with herbouw.connection.transaction():
            herbouw.verslag.opnieuw_gezegd += await outbox.append(herbouw.connection, uit, herbouw.moment)
