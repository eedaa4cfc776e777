"""SQL for showing declaraties: always within what the caller may see."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from services.platform.auth import Identiteit, Rol
from services.platform.database import Connection

_KOLOMMEN: Final = (
    "d.declaratie_id, d.volgnummer, d.gemeente, d.aanbieder, d.declaratienummer, d.periode_begin, d.periode_eind,"
    " d.dagtekening, d.status, d.retourcodes, d.bevindingen, d.ontvangen_op, d.uiterlijk_op, d.beantwoord_op,"
    " d.aantal_prestaties, d.aantal_toegekend, d.aantal_afgewezen, d.aantal_in_uitval, d.totaal_ingediend,"
    " d.totaal_toegekend, d.bericht_id, d.antwoord_bericht_id"
)

_PRESTATIES: Final = """
WITH toegekend AS MATERIALIZED (
  SELECT n.volgnummer, t.besluit_op
  FROM toekenningen t CROSS JOIN LATERAL unnest(t.volgnummers) AS r(bereik)
  CROSS JOIN LATERAL generate_series(lower(r.bereik), upper(r.bereik) - 1) AS n(volgnummer)
  WHERE t.declaratie_id = $1 AND upper(r.bereik) > $2::bigint AND lower(r.bereik) <= $2::bigint + $3::bigint
)
SELECT p.*, coalesce(a.besluit_op, t.besluit_op) AS besluit_op, u.sinds AS uitval_sinds,
  CASE WHEN a.volgnummer IS NOT NULL THEN 'afgewezen' WHEN t.volgnummer IS NOT NULL THEN 'toegekend' END AS uitkomst,
  coalesce(a.retourcodes, '{}') AS retourcodes, coalesce(a.client_retourcodes, '{}') AS client_retourcodes,
  (SELECT d.clienten[p.clientnummer] FROM declaraties d WHERE d.declaratie_id = p.declaratie_id) AS client
FROM prestaties p
LEFT JOIN toegekend t USING (volgnummer)
LEFT JOIN afwijzingen a USING (declaratie_id, volgnummer)
LEFT JOIN uitval u USING (declaratie_id, volgnummer)
WHERE p.declaratie_id = $1 AND p.volgnummer > $2::bigint
ORDER BY p.volgnummer LIMIT $3::bigint
"""
"""The verdicts of the page alone: the view ``verdicten`` would unfold those of the whole declaratie, and more."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of declaraties is narrowed to; ``na`` is the volgnummer of the last one shown."""

    gemeente: str | None = None
    aanbieder: str | None = None
    status: str | None = None
    na: int | None = None


async def declaratie(connection: Connection, declaratie_id: UUID) -> asyncpg.Record | None:
    """One declaratie; the caller checks whose it is."""
    return await connection.fetchrow(f"SELECT {_KOLOMMEN} FROM declaraties d WHERE d.declaratie_id = $1", declaratie_id)


async def declaraties(connection: Connection, wie: Identiteit, zoek: Filter, limit: int) -> list[asyncpg.Record]:
    """Declaraties the caller may see, newest first, ``limit`` + 1 of them."""
    voorwaarden: list[str] = []
    waarden: list[Any] = []

    def en(voorwaarde: str, waarde: Any) -> None:
        waarden.append(waarde)
        voorwaarden.append(voorwaarde.format(f"${len(waarden)}"))

    if wie.rol is Rol.AANBIEDER:
        en("d.aanbieder = {}", wie.agb)
    elif wie.rol is not Rol.BEHEER:
        en("d.gemeente = ANY({}::text[])", sorted(wie.gemeenten))
    for voorwaarde, waarde in (
        ("d.gemeente = {}", zoek.gemeente),
        ("d.aanbieder = {}", zoek.aanbieder),
        ("d.status = {}", zoek.status),
        ("d.volgnummer < {}", zoek.na),
    ):
        if waarde is not None:
            en(voorwaarde, waarde)
    waar = f" WHERE {' AND '.join(voorwaarden)}" if voorwaarden else ""
    return await connection.fetch(
        f"SELECT {_KOLOMMEN} FROM declaraties d{waar} ORDER BY d.volgnummer DESC LIMIT {limit + 1}", *waarden
    )


async def prestaties(connection: Connection, declaratie_id: UUID, na: int, limit: int) -> Sequence[asyncpg.Record]:
    """Prestaties of a declaratie with their verdicts, in the order of the JW323, ``limit`` + 1 of them."""
    return await connection.fetch(_PRESTATIES, declaratie_id, na, limit + 1)
