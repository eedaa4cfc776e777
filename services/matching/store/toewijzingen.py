"""SQL of toewijzingen and what they commit."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from services.matching.feiten import Saldo, Toewijzing, Toewijzingsleutel
from services.matching.store.feiten import kolommen
from services.matching.store.rijen import TOEWIJZING, toewijzing_van
from services.matching.store.saldi import GETELD, TELT
from services.matching.verplichting import Verplichting
from services.platform.database import Connection
from services.platform.events import ToewijzingVastgesteld

_SCHRIJF: Final = """
INSERT INTO toewijzingen AS t (domein, gemeente, toewijzing_nummer, volgnummer, aanbieder, client, toewijzingsdatum,
    toewijzingstijd, ingangsdatum, einddatum, verwijderd, reden_wijziging, product_categorie, product_code, volume,
    eenheid, frequentie, budget, vastgelegd_op)
SELECT *, $19 FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::date[],
    $8::text[], $9::date[], $10::date[], $11::bool[], $12::text[], $13::text[], $14::text[], $15::bigint[],
    $16::text[], $17::text[], $18::bigint[])
ON CONFLICT (domein, gemeente, toewijzing_nummer) DO UPDATE
SET volgnummer = excluded.volgnummer, aanbieder = excluded.aanbieder, client = excluded.client,
    toewijzingsdatum = excluded.toewijzingsdatum, toewijzingstijd = excluded.toewijzingstijd,
    ingangsdatum = excluded.ingangsdatum, einddatum = excluded.einddatum, verwijderd = excluded.verwijderd,
    reden_wijziging = excluded.reden_wijziging, product_categorie = excluded.product_categorie,
    product_code = excluded.product_code, volume = excluded.volume, eenheid = excluded.eenheid,
    frequentie = excluded.frequentie, budget = excluded.budget, vastgelegd_op = excluded.vastgelegd_op
WHERE t.volgnummer < excluded.volgnummer
RETURNING t.gemeente, t.toewijzing_nummer
"""

_NIEUW_SALDO: Final = """
INSERT INTO toewijzing_saldi (domein, gemeente, toewijzing_nummer, volume, bedrag_cent, aantal_toegekend)
SELECT $1, gemeente, nummer, 0, 0, 0 FROM unnest($2::text[], $3::bigint[]) AS k(gemeente, nummer)
ON CONFLICT DO NOTHING
"""

_KOPPEL: Final = """
UPDATE prestaties p SET gekoppeld = true, verplicht = true, achteraf = true
FROM unnest($2::text[], $3::bigint[]) AS k(gemeente, nummer)
JOIN toewijzingen t ON t.domein = $1 AND t.gemeente = k.gemeente AND t.toewijzing_nummer = k.nummer
WHERE p.gemeente = k.gemeente AND p.toewijzing_nummer = k.nummer AND p.domein = $1
    AND p.toestand = 'toegekend' AND NOT p.gekoppeld AND p.aanbieder = t.aanbieder AND p.client = t.client
"""

_HERTEL: Final = f"""
SELECT k.gemeente, k.nummer, g.volume, g.bedrag, g.aantal,
    s.volume AS oud_volume, s.bedrag_cent AS oud_bedrag, s.aantal_toegekend AS oud_aantal
FROM unnest($2::text[], $3::bigint[]) AS k(gemeente, nummer)
JOIN toewijzing_saldi s ON s.domein = $1 AND s.gemeente = k.gemeente AND s.toewijzing_nummer = k.nummer
JOIN toewijzingen t ON t.domein = $1 AND t.gemeente = k.gemeente AND t.toewijzing_nummer = k.nummer
CROSS JOIN LATERAL (
    SELECT {GETELD} FROM prestaties p
    WHERE p.gemeente = k.gemeente AND p.toewijzing_nummer = k.nummer AND p.domein = $1 AND {TELT}
) g
WHERE (g.volume, g.bedrag, g.aantal) IS DISTINCT FROM (s.volume, s.bedrag_cent, s.aantal_toegekend)
"""

_MET_VERPLICHTING: Final = f"""
SELECT {TOEWIJZING}, verplichting_volgnummer, verplichting, (
    SELECT jsonb_object_agg(jaar, bedrag) FROM (
        SELECT extract(year FROM p.begindatum)::int AS jaar,
            sum(CASE WHEN p.debet_credit = 'C' THEN -p.bedrag ELSE p.bedrag END)::bigint AS bedrag
        FROM prestaties p
        WHERE p.achteraf AND p.domein = toewijzingen.domein AND p.gemeente = toewijzingen.gemeente
            AND p.toewijzing_nummer = toewijzingen.toewijzing_nummer
        GROUP BY 1) AS j) AS reeds_toegekend
FROM toewijzingen"""

_SCHRIJF_VERPLICHTING: Final = """
UPDATE toewijzingen t
SET verplichting_volgnummer = k.volgnummer, verplichting = k.verplichting, geteld_tot = k.geteld_tot
FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::jsonb[], $6::smallint[])
    AS k(gemeente, nummer, volgnummer, verplichting, geteld_tot)
WHERE t.domein = $1 AND t.gemeente = k.gemeente AND t.toewijzing_nummer = k.nummer
"""


class Vastgesteld(msgspec.Struct, frozen=True):
    """A toewijzing with what it was last said to commit; ``verplichting`` None when that was never said.

    ``reeds_toegekend`` is by year of the ProductPeriode what was awarded before the toewijzing was known, in cents.
    """

    toewijzing: Toewijzing
    volgnummer: int
    verplichting: Verplichting | None
    reeds_toegekend: Mapping[int, int]


async def schrijf_toewijzingen(
    connection: Connection, versies: Collection[ToewijzingVastgesteld], moment: datetime
) -> set[Toewijzingsleutel]:
    """Keep these versions, at most one per number, where they are newer; returns which were."""
    rijen = [
        (
            v.domein,
            v.gemeente,
            v.toewijzing_nummer,
            v.volgnummer,
            v.aanbieder,
            v.client,
            v.toewijzingsdatum,
            v.toewijzingstijd,
            v.ingangsdatum,
            v.einddatum,
            v.verwijderd,
            v.reden_wijziging,
            v.product_categorie,
            v.product_code,
            v.volume,
            v.eenheid,
            v.frequentie,
            v.budget,
        )
        for v in versies
    ]
    geschreven = await connection.fetch(_SCHRIJF, *kolommen(rijen, 18), moment)
    return {(rij[0], rij[1]) for rij in geschreven}


async def maak_saldi(connection: Connection, domein: str, sleutels: Collection[Toewijzingsleutel]) -> None:
    """Give new toewijzingen an empty saldo."""
    await connection.execute(_NIEUW_SALDO, domein, *kolommen(sleutels, 2))


async def herstel_saldi(
    connection: Connection, domein: str, sleutels: Collection[Toewijzingsleutel]
) -> tuple[dict[Toewijzingsleutel, Saldo], dict[Toewijzingsleutel, Saldo]]:
    """Bring what stands on toewijzingen in line with their new versions; old and new saldi where they differ.

    Prestaties that a person awarded before their toewijzing was known count on it from now on, and use up what
    it commits, as do their credits. Another Eenheid changes which volumes can be added.
    """
    await connection.execute(_KOPPEL, domein, *kolommen(sleutels, 2))
    oud: dict[Toewijzingsleutel, Saldo] = {}
    nieuw: dict[Toewijzingsleutel, Saldo] = {}
    for rij in await connection.fetch(_HERTEL, domein, *kolommen(sleutels, 2)):
        nieuw[rij[0], rij[1]] = Saldo(rij["volume"], rij["bedrag"], rij["aantal"])
        oud[rij[0], rij[1]] = Saldo(rij["oud_volume"], rij["oud_bedrag"], rij["oud_aantal"])
    return oud, nieuw


def _vastgesteld(rijen: Sequence[asyncpg.Record]) -> list[Vastgesteld]:
    return [
        Vastgesteld(
            toewijzing_van(rij),
            rij["verplichting_volgnummer"],
            msgspec.json.decode(rij["verplichting"], type=Verplichting) if rij["verplichting"] else None,
            msgspec.json.decode(rij["reeds_toegekend"] or b"{}", type=dict[int, int]),
        )
        for rij in rijen
    ]


async def lees_vastgesteld(
    connection: Connection, domein: str, sleutels: Collection[Toewijzingsleutel]
) -> list[Vastgesteld]:
    """These toewijzingen, by number."""
    rijen = await connection.fetch(
        f"{_MET_VERPLICHTING} JOIN unnest($2::text[], $3::bigint[]) AS k(g, n) ON gemeente = k.g"
        " AND toewijzing_nummer = k.n WHERE domein = $1 ORDER BY gemeente, toewijzing_nummer",
        domein,
        *kolommen(sleutels, 2),
    )
    return _vastgesteld(rijen)


async def van_partijen(connection: Connection, domein: str, gemeente: str, aanbieder: str) -> list[Vastgesteld]:
    """All toewijzingen of a gemeente to an aanbieder."""
    rijen = await connection.fetch(
        f"{_MET_VERPLICHTING} WHERE domein = $1 AND gemeente = $2 AND aanbieder = $3 ORDER BY toewijzing_nummer",
        domein,
        gemeente,
        aanbieder,
    )
    return _vastgesteld(rijen)


async def geteld_tot_voor(connection: Connection, domein: str, jaar: int, hoogstens: int) -> list[Vastgesteld]:
    """Open-ended toewijzingen that were counted to a year before ``jaar``."""
    rijen = await connection.fetch(
        f"{_MET_VERPLICHTING} WHERE domein = $1 AND geteld_tot < $2 ORDER BY gemeente, toewijzing_nummer LIMIT $3",
        domein,
        jaar,
        hoogstens,
    )
    return _vastgesteld(rijen)


async def domeinen_geteld_tot_voor(connection: Connection, jaar: int) -> list[str]:
    """The domeinen that have such toewijzingen."""
    rijen = await connection.fetch("SELECT DISTINCT domein FROM toewijzingen WHERE geteld_tot < $1", jaar)
    return sorted(rij["domein"] for rij in rijen)


async def schrijf_verplichtingen(
    connection: Connection, domein: str, nieuw: Mapping[Toewijzingsleutel, tuple[int, Verplichting]]
) -> None:
    """What these toewijzingen commit from now on, each with its new volgnummer."""
    rijen: list[tuple[Any, ...]] = [
        (gemeente, nummer, volgnummer, msgspec.json.encode(verplichting).decode(), verplichting.geteld_tot)
        for (gemeente, nummer), (volgnummer, verplichting) in nieuw.items()
    ]
    if rijen:
        await connection.execute(_SCHRIJF_VERPLICHTING, domein, *kolommen(rijen, 5))
