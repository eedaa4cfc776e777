"""SQL for a person's decision on uitval."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.matching.feiten import CREDIT, Declaratie, Saldo, Toewijzingsleutel, Uitkomst, Vorige
from services.matching.rules.verwijzing import herhaalt
from services.matching.saldi import Besluit, Inzet
from services.matching.store.feiten import kolommen
from services.matching.store.herbeoordeling import lees_declaraties
from services.matching.store.rijen import PRESTATIE, vorige_van, zaak_van
from services.platform.database import Connection

_INZET: Final = f"""
SELECT {", ".join(f"p.{kolom.strip()}" for kolom in PRESTATIE.split(","))},
    p.bevindingen, p.uitval_id::text, '' AS soort, t.eenheid AS toegewezen
FROM prestaties p
LEFT JOIN toewijzingen t ON t.domein = p.domein AND t.gemeente = p.gemeente
    AND t.toewijzing_nummer = p.toewijzing_nummer
WHERE p.uitval_id = $1 AND p.toestand = 'inUitval' ORDER BY p.volgnummer
"""

_DEBETTEN: Final = f"""
SELECT {PRESTATIE} FROM prestaties
WHERE domein = $1 AND aanbieder = $2 AND referentie = ANY($3::text[])
    AND debet_credit = 'D' AND toestand = 'toegekend' AND NOT gecrediteerd
ORDER BY declaratie_id, volgnummer
"""

_SALDI: Final = """
SELECT s.gemeente, s.toewijzing_nummer, s.volume, s.bedrag_cent, s.aantal_toegekend
FROM unnest($2::text[], $3::bigint[]) AS k(gemeente, nummer)
JOIN toewijzing_saldi s ON s.gemeente = k.gemeente AND s.toewijzing_nummer = k.nummer
WHERE s.domein = $1
"""

_UITKOMST: Final = """
UPDATE prestaties p
SET toestand = $4, retourcodes = $5, client_retourcodes = $6, gekoppeld = k.gekoppeld, verplicht = k.verplicht
FROM unnest($1::uuid[], $2::int[], $3::bool[], $7::bool[]) AS k(declaratie_id, volgnummer, gekoppeld, verplicht)
WHERE p.declaratie_id = k.declaratie_id AND p.volgnummer = k.volgnummer
"""

_BESLUIT: Final = """
UPDATE uitval SET status = 'besloten', versie = versie + 1, besluit = $2, besluit_retourcodes = $3, motivering = $4,
    besloten_door = $5, besloten_op = $6
WHERE uitval_id = $1 RETURNING versie
"""


async def kop(connection: Connection, uitval_id: UUID) -> asyncpg.Record | None:
    """What never changes about an item: enough to know who may see it and what to lock."""
    return await connection.fetchrow(
        "SELECT uitval_id, soort, gemeente, aanbieder FROM uitval WHERE uitval_id = $1", uitval_id
    )


async def toewijzing_nummer(connection: Connection, uitval_id: UUID) -> int:
    """The number that the prestatie of an item of one prestatie names."""
    nummer: int = await connection.fetchval(
        "SELECT toewijzing_nummer FROM prestaties WHERE uitval_id = $1 LIMIT 1", uitval_id
    )
    return nummer


async def item(connection: Connection, uitval_id: UUID) -> asyncpg.Record:
    """The whole item, as it is now that its locks are held."""
    rij = await connection.fetchrow("SELECT * FROM uitval WHERE uitval_id = $1", uitval_id)
    assert rij is not None
    return rij


async def inzet(connection: Connection, van: asyncpg.Record) -> list[Inzet]:
    """The prestaties that an item still holds in uitval."""
    rijen = await connection.fetch(_INZET, van["uitval_id"])
    declaraties = await lees_declaraties(connection, {rij["declaratie_id"] for rij in rijen})
    vorige = [rij["vorige_referentie"] for rij in rijen if rij["debet_credit"] == CREDIT]
    debetten: list[Vorige] = []
    if vorige:
        debetten = [
            vorige_van(debet) for debet in await connection.fetch(_DEBETTEN, van["domein"], van["aanbieder"], vorige)
        ]
    return [_inzet(rij, declaraties[rij["declaratie_id"]], debetten) for rij in rijen]


def _inzet(rij: asyncpg.Record, declaratie: Declaratie, debetten: list[Vorige]) -> Inzet:
    """A credit counts as the debet it repeats does, which it takes out of ``debetten``: a debet is credited once."""
    zaak = zaak_van(rij, declaratie)
    if rij["debet_credit"] != CREDIT:
        return Inzet(zaak, rij["gekoppeld"], rij["verplicht"], None, rij["toegewezen"])
    for plaats, debet in enumerate(debetten):
        genoemd = debet.prestatie.referentie == zaak.prestatie.vorige_referentie
        if genoemd and herhaalt(zaak.prestatie, declaratie.gemeente, debet):
            del debetten[plaats]
            credit_op = (debet.declaratie_id, debet.prestatie.volgnummer)
            return Inzet(zaak, debet.gekoppeld, debet.verplicht, credit_op, rij["toegewezen"])
    return Inzet(zaak, gekoppeld=False, verplicht=False)


async def saldi(
    connection: Connection, domein: str, sleutels: Collection[Toewijzingsleutel]
) -> dict[Toewijzingsleutel, Saldo]:
    """The saldi of these toewijzingen now."""
    rijen = await connection.fetch(_SALDI, domein, *kolommen(sleutels, 2))
    return {(rij[0], rij[1]): Saldo(rij[2], rij[3], rij[4]) for rij in rijen}


async def schrijf_uitkomst(
    connection: Connection,
    inzet: Sequence[Inzet],
    naar: Uitkomst,
    retourcodes: Sequence[str],
    client_retourcodes: Sequence[str],
) -> None:
    """Give the prestaties of an item their final state."""
    rijen = [(*deel.zaak.sleutel, deel.gekoppeld, deel.verplicht) for deel in inzet]
    ids, nummers, gekoppeld, verplicht = kolommen(rijen, 4)
    codes, clientcodes = list(retourcodes) or None, list(client_retourcodes) or None
    await connection.execute(_UITKOMST, ids, nummers, gekoppeld, naar, codes, clientcodes, verplicht)


async def schrijf_besluit(connection: Connection, uitval_id: UUID, besluit: Besluit, door: str, op: datetime) -> int:
    """Close an item with a decision; returns its new version."""
    versie: int = await connection.fetchval(
        _BESLUIT, uitval_id, besluit.besluit, list(besluit.retourcodes), besluit.motivering, door, op
    )
    return versie
