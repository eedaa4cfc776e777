"""SQL behind the questions of the API on starts and stops: the list, and the history of one toewijzing."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from services.platform.database import Connection

Plek = tuple[str, int, int]
"""Where a row stands in the list: gemeente; 0 for a toewijzing, 1 for taakgericht; number or regie_id."""


class Vraag(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted; None asks for all."""

    domein: str
    gemeenten: Sequence[str] | None = None
    aanbieder: str | None = None
    toestand: str | None = None


# A removed toewijzing counts as never sent; what was reported on it and not taken back is still to be seen.
_TOEWIJZINGEN = """
SELECT a.domein, a.gemeente, 0 AS volgorde, a.toewijzing_nummer AS nummer, a.aanbieder, a.client, a.toewijzing_nummer,
       t.product_categorie, t.product_code, coalesce(r.toestand, 'geen-start') AS toestand,
       r.begindatum, r.reden_beeindiging, r.einddatum, r.gewijzigd_op
FROM actueel a JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer, tijdstip)
LEFT JOIN regie r USING (domein, gemeente, toewijzing_nummer)
WHERE (NOT a.verwijderd OR r.begindatum IS NOT NULL) AND a.domein = $1
"""
_TAAKGERICHT = """
SELECT a.domein, a.gemeente, 1 AS volgorde, a.regie_id AS nummer, a.aanbieder, a.client, a.toewijzing_nummer,
       a.product_categorie, a.product_code, a.toestand, a.begindatum, a.reden_beeindiging, a.einddatum, a.gewijzigd_op
FROM regie a WHERE a.toewijzing_nummer IS NULL AND a.begindatum IS NOT NULL AND a.domein = $1
"""


async def zoek(connection: Connection, vraag: Vraag, na: Plek | None, limit: int) -> list[asyncpg.Record]:
    """Toewijzingen and taakgericht deliveries by gemeente, ``limit`` + 1 of them after ``na``."""
    waarden: list[Any] = [vraag.domein]
    delen = [
        _deel(_TOEWIJZINGEN, vraag, na, 0, "a.toewijzing_nummer", "coalesce(r.toestand, 'geen-start')", waarden),
        _deel(_TAAKGERICHT, vraag, na, 1, "a.regie_id", "a.toestand", waarden),
    ]
    waarden.append(limit + 1)
    begrensd = (f"({deel} ORDER BY gemeente, nummer LIMIT ${len(waarden)})" for deel in delen)
    return await connection.fetch(
        f"{' UNION ALL '.join(begrensd)} ORDER BY gemeente, volgorde, nummer LIMIT ${len(waarden)}", *waarden
    )


def _deel(
    basis: str, vraag: Vraag, na: Plek | None, volgorde: int, nummer: str, toestand: str, waarden: list[Any]
) -> str:
    """One half of the list with its conditions; their values are added to ``waarden``."""

    def plaats(waarde: Any) -> str:
        waarden.append(waarde)
        return f"${len(waarden)}"

    waar = []
    if vraag.gemeenten is not None:
        waar.append(f"a.gemeente = ANY({plaats(sorted(vraag.gemeenten))}::text[])")
    if vraag.aanbieder is not None:
        waar.append(f"a.aanbieder = {plaats(vraag.aanbieder)}")
    if vraag.toestand is not None:
        waar.append(f"{toestand} = {plaats(vraag.toestand)}")
    if na is not None:
        gemeente, half, laatste = na
        if half == volgorde:
            waar.append(f"(a.gemeente, {nummer}) > ({plaats(gemeente)}, {plaats(laatste)}::bigint)")
        else:
            waar.append(f"a.gemeente {'>=' if half < volgorde else '>'} {plaats(gemeente)}")
    return " AND ".join([basis, *waar])


async def van_toewijzing(connection: Connection, domein: str, gemeente: str, nummer: int) -> list[asyncpg.Record]:
    """Every aanlevering ever accepted on a toewijzing, oldest first."""
    return await connection.fetch(
        "SELECT r.toewijzing_nummer, a.* FROM regie r JOIN aanleveringen a USING (regie_id)"
        " WHERE r.domein = $1 AND r.gemeente = $2 AND r.toewijzing_nummer = $3 ORDER BY a.volgnummer",
        domein,
        gemeente,
        nummer,
    )
