"""Everything the rules need for a batch of prestaties, in one query per kind of fact."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import asyncpg
import msgspec

from services.matching.beleid import Beleid
from services.matching.beoordeling import Feitenboek
from services.matching.contract import Contract
from services.matching.feiten import (
    CREDIT,
    Clientitem,
    Clientsleutel,
    Contractregel,
    Leveringsleutel,
    Prestatiesleutel,
    Referentiesleutel,
    Saldo,
    Toewijzing,
    Toewijzingsleutel,
    Vorige,
    Zaak,
    gevraagde_debetten,
)
from services.matching.lijsten import Lijsten
from services.matching.store.lijsten import met_eigen
from services.matching.store.rijen import PRESTATIE, TOEWIJZING, toewijzing_van, vorige_van
from services.platform.arrays import samen, uiteen
from services.platform.database import Connection

_BEKENDE_PRESTATIES: Final = """
SELECT k.declaratie_id::text, k.volgnummer
FROM unnest($1::uuid[], $2::int[]) AS k(declaratie_id, volgnummer)
CROSS JOIN LATERAL (
    SELECT 1 FROM prestaties p WHERE p.declaratie_id = k.declaratie_id AND p.volgnummer = k.volgnummer OFFSET 0
) p
"""

_TOEWIJZINGEN: Final = f"""
SELECT {", ".join(f"t.{kolom.strip()}" for kolom in TOEWIJZING.split(","))},
    s.volume, s.bedrag_cent, s.aantal_toegekend
FROM unnest({uiteen("$2")}, $3::bigint[]) AS k(gemeente, nummer)
CROSS JOIN LATERAL (
    SELECT * FROM toewijzingen t
    WHERE t.domein = $1 AND t.gemeente = k.gemeente AND t.toewijzing_nummer = k.nummer OFFSET 0
) t
CROSS JOIN LATERAL (
    SELECT * FROM toewijzing_saldi s
    WHERE s.domein = $1 AND s.gemeente = k.gemeente AND s.toewijzing_nummer = k.nummer OFFSET 0
) s
"""

_LEVERINGEN: Final = f"""
SELECT k.gemeente, p.aanbieder, p.client, k.nummer, p.product_categorie, p.product_code, k.begindatum, p.einddatum,
    p.referentie
FROM unnest({uiteen("$2")}, $3::bigint[], $4::date[]) AS k(gemeente, nummer, begindatum)
CROSS JOIN LATERAL (
    SELECT p.aanbieder, p.client, p.product_categorie, p.product_code, p.einddatum, p.referentie FROM prestaties p
    WHERE p.gemeente = k.gemeente AND p.toewijzing_nummer = k.nummer AND p.begindatum = k.begindatum
        AND p.domein = $1 AND p.debet_credit = 'D' AND p.toestand <> 'afgewezen' AND NOT p.gecrediteerd
    OFFSET 0
) p
"""

_DEBETTEN: Final = f"""
SELECT k.aanbieder, p.*
FROM unnest($2::text[], $3::text[]) AS k(aanbieder, referentie)
CROSS JOIN LATERAL (
    SELECT {PRESTATIE} FROM prestaties p
    WHERE p.aanbieder = k.aanbieder AND p.referentie = k.referentie
        AND p.domein = $1 AND p.debet_credit = 'D' AND p.toestand = 'toegekend'
    OFFSET 0
) p
"""

_CREDITS: Final = """
SELECT k.aanbieder, k.referentie, p.referentie AS credit
FROM unnest($2::text[], $3::text[]) AS k(aanbieder, referentie)
CROSS JOIN LATERAL (
    SELECT p.referentie FROM prestaties p
    WHERE p.aanbieder = k.aanbieder AND p.vorige_referentie = k.referentie
        AND p.domein = $1 AND p.debet_credit = 'C' AND p.toestand <> 'afgewezen'
    OFFSET 0
) p
"""

_CLIENTEN: Final = """
SELECT k.gemeente, k.aanbieder, k.client
FROM unnest($2::text[], $3::text[], $4::text[]) AS k(gemeente, aanbieder, client)
CROSS JOIN LATERAL (
    SELECT 1 FROM toewijzingen t
    WHERE t.gemeente = k.gemeente AND t.aanbieder = k.aanbieder AND t.client = k.client AND t.domein = $1 LIMIT 1
) t
"""

_CLIENTITEMS: Final = """
SELECT k.declaratie_id::text, k.client, u.uitval_id::text, u.besluit
FROM unnest($1::uuid[], $2::text[]) AS k(declaratie_id, client)
JOIN uitval u ON u.declaratie_id = k.declaratie_id AND u.client = k.client AND u.soort = 'client'
"""

_CONTRACTREGELS: Final = """
SELECT r.gemeente, r.aanbieder, r.jaar, r.product_categorie, r.product_code, r.eenheid, r.tarief_cent,
    r.geldig_van, r.geldig_tot
FROM unnest($2::text[], $3::text[], $4::int[]) AS k(gemeente, aanbieder, jaar)
CROSS JOIN LATERAL (
    SELECT * FROM contractregels r
    WHERE r.domein = $1 AND r.gemeente = k.gemeente AND r.aanbieder = k.aanbieder AND r.jaar = k.jaar OFFSET 0
) r
ORDER BY r.gemeente, r.aanbieder, r.jaar, r.regelnummer
"""

_ALLE_JAREN: Final = """
SELECT r.gemeente, r.aanbieder, r.jaar, r.product_categorie, r.product_code, r.eenheid, r.tarief_cent,
    r.geldig_van, r.geldig_tot
FROM unnest($2::text[], $3::text[]) AS k(gemeente, aanbieder)
CROSS JOIN LATERAL (
    SELECT * FROM contractregels r
    WHERE r.domein = $1 AND r.gemeente = k.gemeente AND r.aanbieder = k.aanbieder OFFSET 0
) r
ORDER BY r.gemeente, r.aanbieder, r.jaar, r.regelnummer
"""


def kolommen(sleutels: Iterable[Sequence[Any]], aantal: int) -> list[list[Any]]:
    """Keys as the arrays that ``unnest`` takes: one list per part of the key."""
    delen = [list(deel) for deel in zip(*sleutels, strict=True)]
    return delen or [[] for _ in range(aantal)]


async def bekende_prestaties(
    connection: Connection, sleutels: Collection[Prestatiesleutel]
) -> frozenset[Prestatiesleutel]:
    """Which of these have been judged before."""
    rijen = await connection.fetch(_BEKENDE_PRESTATIES, *kolommen(sleutels, 2))
    return frozenset((rij[0], rij[1]) for rij in rijen)


async def lees_feitenboek(connection: Connection, domein: str, zaken: Sequence[Zaak], lijsten: Lijsten) -> Feitenboek:
    """All facts for judging ``zaken``, which are of one domein."""
    toewijzingen, saldi = await _toewijzingen(
        connection, domein, {(zaak.declaratie.gemeente, zaak.prestatie.toewijzing_nummer) for zaak in zaken}
    )
    los = [zaak for zaak in zaken if not _van_client(zaak, toewijzingen)]
    clienten = await bekende_clienten(
        connection, domein, {(z.declaratie.gemeente, z.declaratie.aanbieder, z.prestatie.client) for z in los}
    )
    gevraagd = gevraagde_debetten(zaken)
    return Feitenboek(
        lijsten=await met_eigen(connection, lijsten, domein, zaken),
        toewijzingen=toewijzingen,
        saldi=saldi,
        contracten=await _contracten(
            connection,
            domein,
            {(z.declaratie.gemeente, z.declaratie.aanbieder, z.prestatie.begindatum.year) for z in zaken},
        ),
        beleid=await lees_beleid(connection, domein, {zaak.declaratie.gemeente for zaak in zaken}),
        clienten=clienten,
        debetten=await _debetten(connection, domein, gevraagd) if gevraagd else {},
        credits=await _credits(connection, domein, gevraagd) if gevraagd else {},
        leveringen=await _leveringen(connection, domein, zaken),
        clientitems=await _clientitems(connection, los, clienten),
    )


def _van_client(zaak: Zaak, toewijzingen: dict[Toewijzingsleutel, Toewijzing]) -> bool:
    toewijzing = toewijzingen.get((zaak.declaratie.gemeente, zaak.prestatie.toewijzing_nummer))
    return (
        toewijzing is not None
        and toewijzing.client == zaak.prestatie.client
        and toewijzing.aanbieder == zaak.declaratie.aanbieder
    )


async def _toewijzingen(
    connection: Connection, domein: str, sleutels: Collection[Toewijzingsleutel]
) -> tuple[dict[Toewijzingsleutel, Toewijzing], dict[Toewijzingsleutel, Saldo]]:
    toewijzingen, saldi = {}, {}
    gemeenten, nummers = kolommen(sleutels, 2)
    for rij in await connection.fetch(_TOEWIJZINGEN, domein, samen(gemeenten), nummers):
        sleutel = (rij[0], rij[1])
        toewijzingen[sleutel] = toewijzing_van(rij)
        saldi[sleutel] = Saldo(rij[13], rij[14], rij[15])
    return toewijzingen, saldi


async def bekende_clienten(
    connection: Connection, domein: str, sleutels: Collection[Clientsleutel]
) -> frozenset[Clientsleutel]:
    """Which of these clients have a toewijzing of that gemeente at that aanbieder (TR304)."""
    if not sleutels:
        return frozenset()
    rijen = await connection.fetch(_CLIENTEN, domein, *kolommen(sleutels, 3))
    return frozenset((rij[0], rij[1], rij[2]) for rij in rijen)


async def _clientitems(
    connection: Connection, los: Iterable[Zaak], clienten: frozenset[Clientsleutel]
) -> dict[tuple[str, str], Clientitem]:
    sleutels = {
        (zaak.declaratie.declaratie_id, zaak.prestatie.client)
        for zaak in los
        if (zaak.declaratie.gemeente, zaak.declaratie.aanbieder, zaak.prestatie.client) not in clienten
    }
    if not sleutels:
        return {}
    rijen = await connection.fetch(_CLIENTITEMS, *kolommen(sleutels, 2))
    return {(rij[0], rij[1]): Clientitem(rij[2], rij[3]) for rij in rijen}


async def _debetten(
    connection: Connection, domein: str, gevraagd: Collection[Referentiesleutel]
) -> dict[Referentiesleutel, tuple[Vorige, ...]]:
    gevonden: dict[Referentiesleutel, tuple[Vorige, ...]] = {}
    for rij in await connection.fetch(_DEBETTEN, domein, *kolommen(gevraagd, 2)):
        sleutel = (rij["aanbieder"], rij["referentie"])
        gevonden[sleutel] = (*gevonden.get(sleutel, ()), vorige_van(rij))
    return gevonden


async def _credits(
    connection: Connection, domein: str, gevraagd: Collection[Referentiesleutel]
) -> dict[Referentiesleutel, tuple[str, ...]]:
    gevonden: dict[Referentiesleutel, tuple[str, ...]] = {}
    for rij in await connection.fetch(_CREDITS, domein, *kolommen(gevraagd, 2)):
        gevonden[rij[0], rij[1]] = (*gevonden.get((rij[0], rij[1]), ()), rij[2])
    return gevonden


async def _leveringen(
    connection: Connection, domein: str, zaken: Iterable[Zaak]
) -> dict[Leveringsleutel, tuple[str, ...]]:
    sleutels = {
        (zaak.declaratie.gemeente, zaak.prestatie.toewijzing_nummer, zaak.prestatie.begindatum)
        for zaak in zaken
        if zaak.prestatie.debet_credit != CREDIT
    }
    gevonden: dict[Leveringsleutel, tuple[str, ...]] = {}
    gemeenten, nummers, begindata = kolommen(sleutels, 3)
    for rij in await connection.fetch(_LEVERINGEN, domein, samen(gemeenten), nummers, begindata):
        *delen, referentie = rij
        sleutel: Leveringsleutel = tuple(delen)
        gevonden[sleutel] = (*gevonden.get(sleutel, ()), referentie)
    return gevonden


def _contract_per_sleutel(rijen: Iterable[asyncpg.Record]) -> dict[tuple[str, str, int], Contract]:
    regels: dict[tuple[str, str, int], list[Contractregel]] = {}
    for rij in rijen:
        regel = Contractregel(
            product_categorie=rij[3],
            product_code=rij[4],
            eenheid=rij[5],
            tarief_cent=rij[6],
            geldig_van=rij[7],
            geldig_tot=rij[8],
        )
        regels.setdefault((rij[0], rij[1], rij[2]), []).append(regel)
    return {sleutel: Contract(van_contract) for sleutel, van_contract in regels.items()}


async def _contracten(
    connection: Connection, domein: str, sleutels: Collection[tuple[str, str, int]]
) -> dict[tuple[str, str, int], Contract]:
    return _contract_per_sleutel(await connection.fetch(_CONTRACTREGELS, domein, *kolommen(sleutels, 3)))


async def contracten_alle_jaren(
    connection: Connection, domein: str, partijen: Collection[tuple[str, str]]
) -> dict[tuple[str, str], dict[int, Contract]]:
    """Every contract of these (gemeente, aanbieder) pairs, by year."""
    gevonden: dict[tuple[str, str], dict[int, Contract]] = {}
    rijen = await connection.fetch(_ALLE_JAREN, domein, *kolommen(partijen, 2))
    for (gemeente, aanbieder, jaar), contract in _contract_per_sleutel(rijen).items():
        gevonden.setdefault((gemeente, aanbieder), {})[jaar] = contract
    return gevonden


async def lees_beleid(connection: Connection, domein: str, gemeenten: Collection[str]) -> dict[str, Beleid]:
    """What these gemeenten decided for themselves; one without own policy is not in it."""
    rijen = await connection.fetch(
        "SELECT gemeente, regels FROM beleid WHERE domein = $1 AND gemeente = ANY($2::text[])", domein, list(gemeenten)
    )
    return {rij[0]: msgspec.json.decode(rij[1], type=dict) for rij in rijen}
