"""SQL for judging uitval again: finding the prestaties, and writing what changed for them and their items."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.matching.beoordeling import Oordeel
from services.matching.feiten import Clientsleutel, Declaratie, Toewijzingsleutel, Zaak
from services.matching.store.feiten import kolommen
from services.matching.store.rijen import (
    DECLARATIE,
    PRESTATIE,
    bevindingen_als_tekst,
    declaratie_van,
    zaak_van,
)
from services.matching.store.schrijven import SYSTEEM, maak_uitvalitems, markeer_gecrediteerd, schrijf_historie
from services.platform.database import Connection

_OPEN: Final = f"""
SELECT {", ".join(f"p.{kolom.strip()}" for kolom in PRESTATIE.split(","))},
    p.bevindingen, p.uitval_id::text, u.soort
FROM prestaties p JOIN uitval u ON u.uitval_id = p.uitval_id
WHERE p.domein = $1 AND p.toestand = 'inUitval' AND
"""

_VAN_TOEWIJZINGEN: Final = """
p.uitval_id = ANY(ARRAY(
    SELECT q.uitval_id FROM unnest($2::text[], $3::bigint[]) AS k(gemeente, nummer)
    JOIN prestaties q ON q.gemeente = k.gemeente AND q.toewijzing_nummer = k.nummer
    WHERE q.domein = $1 AND q.toestand = 'inUitval'
    UNION
    SELECT c.uitval_id FROM unnest($4::text[], $5::text[], $6::text[]) AS k(gemeente, aanbieder, client)
    JOIN uitval c ON c.gemeente = k.gemeente AND c.aanbieder = k.aanbieder AND c.client = k.client
    WHERE c.domein = $1 AND c.status = 'open' AND c.soort = 'client'
))
"""

_VAN_CONTRACT: Final = """
p.gemeente = $2 AND p.aanbieder = $3 AND p.begindatum BETWEEN $4 AND $5
"""

_VAN_CATEGORIEEN: Final = """
p.gemeente = $2 AND p.product_categorie = ANY($3::text[])
"""

_WERK_BIJ: Final = """
UPDATE prestaties p
SET toestand = k.toestand, gekoppeld = k.gekoppeld, verplicht = k.verplicht, uitval_id = k.uitval_id,
    bevindingen = k.bevindingen, retourcodes = string_to_array(k.retourcodes, ','),
    client_retourcodes = string_to_array(k.client_retourcodes, ',')
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bool[], $5::bool[], $6::uuid[], $7::jsonb[], $8::text[], $9::text[])
    AS k(declaratie_id, volgnummer, toestand, gekoppeld, verplicht, uitval_id, bevindingen, retourcodes,
        client_retourcodes)
WHERE p.declaratie_id = k.declaratie_id AND p.volgnummer = k.volgnummer
"""

_BESLIS: Final = """
UPDATE uitval u
SET status = 'besloten', versie = u.versie + 1, besluit = k.besluit,
    besluit_retourcodes = string_to_array(k.retourcodes, ','), motivering = k.motivering,
    besloten_door = $5, besloten_op = $6
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS k(uitval_id, besluit, retourcodes, motivering)
WHERE u.uitval_id = k.uitval_id
RETURNING u.uitval_id, u.versie, u.besluit, u.besluit_retourcodes, u.motivering
"""

_VERVAL: Final = """
UPDATE uitval u SET status = 'vervallen', versie = u.versie + 1
WHERE u.uitval_id = ANY($1::uuid[]) AND u.status = 'open'
    AND NOT EXISTS (SELECT FROM prestaties p WHERE p.uitval_id = u.uitval_id AND p.toestand = 'inUitval')
RETURNING u.uitval_id, u.versie
"""

_NIEUWE_CODES: Final = """
UPDATE uitval u SET versie = u.versie + 1, retourcodes = ARRAY(
    SELECT DISTINCT coalesce(nullif(b ->> 'retourcode', ''), b ->> 'regel') AS code
    FROM prestaties p, jsonb_array_elements(p.bevindingen) AS b
    WHERE p.uitval_id = u.uitval_id AND p.toestand = 'inUitval' ORDER BY code
)
WHERE u.uitval_id = ANY($1::uuid[]) AND u.status = 'open'
RETURNING u.uitval_id, u.versie, u.retourcodes
"""

GEEN_BEVINDING: Final = "Opnieuw beoordeeld: er is geen bevinding meer."
VOLGT_UIT_BELEID: Final = "Opnieuw beoordeeld: de bevindingen leiden zonder besluit tot afwijzing."


async def open_zaken_van_toewijzingen(
    connection: Connection,
    domein: str,
    toewijzingen: Collection[Toewijzingsleutel],
    clienten: Collection[Clientsleutel],
) -> list[Zaak]:
    """Prestaties in uitval that name one of these toewijzingen, or that wait for one of these clients.

    Whole items: of a client's item also the prestaties that name something else.
    """
    return await _zaken(
        connection, _OPEN + _VAN_TOEWIJZINGEN, domein, *kolommen(toewijzingen, 2), *kolommen(clienten, 3)
    )


async def open_zaken_van_contract(
    connection: Connection, domein: str, gemeente: str, aanbieder: str, jaar: int
) -> list[Zaak]:
    """Prestaties in uitval between two parties whose ProductPeriode begins in ``jaar``."""
    begin, eind = date(jaar, 1, 1), date(jaar, 12, 31)
    return await _zaken(connection, _OPEN + _VAN_CONTRACT, domein, gemeente, aanbieder, begin, eind)


async def open_zaken_van_categorieen(
    connection: Connection, domein: str, gemeente: str, categorieen: Collection[str]
) -> list[Zaak]:
    """Prestaties in uitval at a gemeente with one of these productcategorieen."""
    return await _zaken(connection, _OPEN + _VAN_CATEGORIEEN, domein, gemeente, list(categorieen))


async def _zaken(connection: Connection, vraag: str, *waarden: Any) -> list[Zaak]:
    rijen = await connection.fetch(vraag, *waarden)
    declaraties = await lees_declaraties(connection, {rij["declaratie_id"] for rij in rijen})
    zaken = [zaak_van(rij, declaraties[rij["declaratie_id"]]) for rij in rijen]
    return sorted(zaken, key=lambda z: (z.declaratie.ontvangen_op, z.declaratie.declaratie_id, z.prestatie.volgnummer))


async def lees_declaraties(connection: Connection, declaratie_ids: Collection[str]) -> dict[str, Declaratie]:
    """What is known of these declaraties."""
    rijen: list[asyncpg.Record] = await connection.fetch(
        f"SELECT {DECLARATIE} FROM declaraties WHERE declaratie_id = ANY($1::uuid[])", list(declaratie_ids)
    )
    return {rij["declaratie_id"]: declaratie_van(rij) for rij in rijen}


async def schrijf_herbeoordeling(connection: Connection, oordelen: Sequence[Oordeel], moment: datetime) -> None:
    """Keep new verdicts on prestaties that were in uitval, and bring their items in line."""
    uit_client = [o for o in oordelen if o.soort == "prestatie" and _soort_nu(o) == "client"]
    nieuwe_items = await maak_uitvalitems(connection, uit_client, moment)
    await _werk_prestaties_bij(connection, oordelen, nieuwe_items)
    await markeer_gecrediteerd(connection, [o.credit_op for o in oordelen if o.credit_op is not None])
    await _beslis(connection, [o for o in oordelen if o.uitkomst != "inUitval" and _soort_nu(o) == "prestatie"], moment)
    await _verval(connection, {_item(o) for o in oordelen if _soort_nu(o) == "client"}, moment)
    veranderd = {_item(o) for o in oordelen if _veranderd(o)}
    geschreven = await connection.fetch(_NIEUWE_CODES, list(veranderd))
    historie = [(r[0], r[1], "herbeoordeeld", SYSTEEM, moment, None, r[2], None) for r in geschreven]
    await schrijf_historie(connection, historie)


def _soort_nu(oordeel: Oordeel) -> str:
    return oordeel.zaak.lopend.soort if oordeel.zaak.lopend is not None else ""


def _item(oordeel: Oordeel) -> str:
    return oordeel.zaak.lopend.uitval_id if oordeel.zaak.lopend is not None else ""


def _veranderd(oordeel: Oordeel) -> bool:
    """Whether an item that may stay open looks different now."""
    lopend = oordeel.zaak.lopend
    if lopend is None:
        return False
    return oordeel.bevindingen != lopend.bevindingen or oordeel.soort != lopend.soort


async def _werk_prestaties_bij(
    connection: Connection, oordelen: Iterable[Oordeel], nieuwe_items: dict[tuple[str, int], UUID]
) -> None:
    rijen = [
        (
            *oordeel.zaak.sleutel,
            oordeel.uitkomst,
            oordeel.gekoppeld,
            oordeel.verplicht,
            nieuwe_items.get(oordeel.zaak.sleutel, _item(oordeel)),
            bevindingen_als_tekst(oordeel.bevindingen),
            ",".join(oordeel.retourcodes) or None,
            ",".join(oordeel.client_retourcodes) or None,
        )
        for oordeel in oordelen
    ]
    await connection.execute(_WERK_BIJ, *kolommen(rijen, 9))


async def _beslis(connection: Connection, oordelen: Sequence[Oordeel], moment: datetime) -> None:
    rijen = [
        (_item(o), "toekennen", None, GEEN_BEVINDING)
        if o.uitkomst == "toegekend"
        else (_item(o), "afwijzen", ",".join(o.retourcodes) or None, VOLGT_UIT_BELEID)
        for o in oordelen
    ]
    if rijen:
        besloten = await connection.fetch(_BESLIS, *kolommen(rijen, 4), SYSTEEM, moment)
        historie = [(r[0], r[1], "besloten", SYSTEEM, moment, r[2], r[3] or [], r[4]) for r in besloten]
        await schrijf_historie(connection, historie)


async def _verval(connection: Connection, client_items: Collection[str], moment: datetime) -> None:
    """Close client items that hold nothing to decide any more."""
    if client_items:
        vervallen = await connection.fetch(_VERVAL, list(client_items))
        await schrijf_historie(
            connection, [(r[0], r[1], "vervallen", SYSTEEM, moment, None, [], None) for r in vervallen]
        )
