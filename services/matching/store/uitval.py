"""Reading the uitval queue: what people see of it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from ijw.bevinding import Bevinding
from services.matching.feiten import Declaratie, Saldo, Toewijzing
from services.matching.store.herbeoordeling import lees_declaraties
from services.matching.store.rijen import (
    PRESTATIE,
    TOEWIJZING,
    bevindingen_van,
    prestatie_van,
    toewijzing_van,
)
from services.platform.database import Connection
from services.platform.events import PrestatieIngediend


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which items.

    ``gemeenten`` and ``van_aanbieder`` are what the caller may see (None: no bound); the rest is what they want.
    """

    gemeenten: frozenset[str] | None = None
    van_aanbieder: str | None = None
    gemeente: str | None = None
    aanbieder: str | None = None
    retourcode: str | None = None
    status: str | None = None


class UitvalRegel(msgspec.Struct, frozen=True, kw_only=True):
    """An item in a list; ``bedrag_cent`` is signed and covers all its prestaties."""

    volgnummer: int
    uitval_id: UUID
    soort: str
    status: str
    versie: int
    gemeente: str
    aanbieder: str
    declaratie_id: str
    declaratienummer: str
    retourcodes: tuple[str, ...]
    aantal_prestaties: int
    bedrag_cent: int
    ontvangen_op: datetime
    ontstaan_op: datetime
    besluit: str | None
    besloten_door: str | None
    besloten_op: datetime | None


class UitvalPrestatie(msgspec.Struct, frozen=True, kw_only=True):
    """A prestatie of an item, with the toewijzing it names when that is the aanbieder's, and its findings."""

    prestatie: PrestatieIngediend
    toestand: str
    bevindingen: tuple[Bevinding, ...]
    retourcodes: tuple[str, ...]
    client_retourcodes: tuple[str, ...]
    toewijzing: Toewijzing | None
    saldo: Saldo | None


class Gebeurtenis(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to an item."""

    versie: int
    gebeurtenis: str
    door: str
    op: datetime
    besluit: str | None
    retourcodes: tuple[str, ...]
    motivering: str | None


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one item; ``kandidaten`` are the client's other toewijzingen at this aanbieder."""

    regel: UitvalRegel
    declaratie: Declaratie
    client: str
    besluit_retourcodes: tuple[str, ...]
    motivering: str | None
    prestaties: tuple[UitvalPrestatie, ...]
    kandidaten: tuple[Toewijzing, ...]
    historie: tuple[Gebeurtenis, ...]


_REGEL: Final = """
SELECT u.volgnummer, u.uitval_id, u.soort, u.status, u.versie, u.gemeente, u.aanbieder, u.declaratie_id::text,
    d.declaratienummer, u.retourcodes, p.aantal, p.bedrag, d.ontvangen_op, u.ontstaan_op, u.besluit, u.besloten_door,
    u.besloten_op, u.client, u.domein, u.besluit_retourcodes, u.motivering
FROM uitval u
JOIN declaraties d USING (declaratie_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS aantal,
        coalesce(sum(CASE WHEN debet_credit = 'C' THEN -bedrag ELSE bedrag END), 0)::bigint AS bedrag
    FROM prestaties p WHERE p.uitval_id = u.uitval_id
) p
"""

_PRESTATIES: Final = f"""
SELECT {PRESTATIE}, toestand, bevindingen, retourcodes, client_retourcodes
FROM prestaties WHERE uitval_id = $1 ORDER BY volgnummer
"""

_GENOEMD: Final = f"""
SELECT {", ".join(f"t.{kolom.strip()}" for kolom in TOEWIJZING.split(","))},
    s.volume AS saldo_volume, s.bedrag_cent, s.aantal_toegekend
FROM unnest($4::bigint[]) AS k(nummer)
JOIN toewijzingen t ON t.toewijzing_nummer = k.nummer AND t.domein = $1 AND t.gemeente = $2 AND t.aanbieder = $3
JOIN toewijzing_saldi s ON s.domein = t.domein AND s.gemeente = t.gemeente AND s.toewijzing_nummer = t.toewijzing_nummer
"""

_HISTORIE: Final = "SELECT * FROM uitval_historie WHERE uitval_id = $1 ORDER BY volgnummer"

_KANDIDATEN: Final = f"""
SELECT {TOEWIJZING} FROM toewijzingen
WHERE domein = $1 AND gemeente = $2 AND aanbieder = $3 AND client = $4
ORDER BY ingangsdatum DESC, toewijzing_nummer LIMIT 100
"""


async def lijst(connection: Connection, filter_: Filter, na: int, hoogstens: int) -> list[UitvalRegel]:
    """Items in order of arrival after ``na`` (a volgnummer, 0 at the start), one more than ``hoogstens``."""
    waar, waarden = _waar(filter_, na)
    rijen = await connection.fetch(f"{_REGEL} WHERE {waar} ORDER BY u.volgnummer LIMIT {hoogstens + 1}", *waarden)
    return [_regel(rij) for rij in rijen]


async def tel(connection: Connection, filter_: Filter, hoogstens: int) -> int:
    """How many items there are; one more than ``hoogstens`` when that is exceeded."""
    waar, waarden = _waar(filter_, 0)
    vraag = f"SELECT count(*) FROM (SELECT FROM uitval u WHERE {waar} LIMIT {hoogstens + 1}) AS geteld"
    aantal: int = await connection.fetchval(vraag, *waarden)
    return aantal


def _waar(filter_: Filter, na: int) -> tuple[str, list[Any]]:
    waarden: list[Any] = [na]
    waar = ["u.volgnummer > $1"]
    for voorwaarde, waarde in (
        ("u.gemeente = ANY({})", sorted(filter_.gemeenten) if filter_.gemeenten is not None else None),
        ("u.aanbieder = {}", filter_.van_aanbieder),
        ("u.gemeente = {}", filter_.gemeente),
        ("u.aanbieder = {}", filter_.aanbieder),
        ("{} = ANY(u.retourcodes)", filter_.retourcode),
        ("u.status = {}", filter_.status),
    ):
        if waarde is not None:
            waarden.append(waarde)
            waar.append(voorwaarde.format(f"${len(waarden)}"))
    return " AND ".join(waar), waarden


def _regel(rij: asyncpg.Record) -> UitvalRegel:
    return UitvalRegel(
        volgnummer=rij["volgnummer"],
        uitval_id=rij["uitval_id"],
        soort=rij["soort"],
        status=rij["status"],
        versie=rij["versie"],
        gemeente=rij["gemeente"],
        aanbieder=rij["aanbieder"],
        declaratie_id=rij["declaratie_id"],
        declaratienummer=rij["declaratienummer"],
        retourcodes=tuple(rij["retourcodes"]),
        aantal_prestaties=rij["aantal"],
        bedrag_cent=rij["bedrag"],
        ontvangen_op=rij["ontvangen_op"],
        ontstaan_op=rij["ontstaan_op"],
        besluit=rij["besluit"],
        besloten_door=rij["besloten_door"],
        besloten_op=rij["besloten_op"],
    )


async def detail(connection: Connection, uitval_id: UUID) -> Detail | None:
    """One item, whole; None when there is none."""
    rij = await connection.fetchrow(f"{_REGEL} WHERE u.uitval_id = $1", uitval_id)
    if rij is None:
        return None
    partijen = (rij["domein"], rij["gemeente"], rij["aanbieder"])
    declaraties = await lees_declaraties(connection, [rij["declaratie_id"]])
    kandidaten = await connection.fetch(_KANDIDATEN, *partijen, rij["client"])
    historie = await connection.fetch(_HISTORIE, uitval_id)
    return Detail(
        regel=_regel(rij),
        declaratie=declaraties[rij["declaratie_id"]],
        client=rij["client"],
        besluit_retourcodes=tuple(rij["besluit_retourcodes"] or ()),
        motivering=rij["motivering"],
        prestaties=await _prestaties(connection, uitval_id, partijen),
        kandidaten=tuple(map(toewijzing_van, kandidaten)),
        historie=tuple(_gebeurtenis(gebeurtenis) for gebeurtenis in historie),
    )


async def _prestaties(
    connection: Connection, uitval_id: UUID, partijen: tuple[str, str, str]
) -> tuple[UitvalPrestatie, ...]:
    rijen = await connection.fetch(_PRESTATIES, uitval_id)
    nummers = sorted({rij["toewijzing_nummer"] for rij in rijen})
    genoemd = {rij["toewijzing_nummer"]: rij for rij in await connection.fetch(_GENOEMD, *partijen, nummers)}
    return tuple(_uitvalprestatie(rij, genoemd.get(rij["toewijzing_nummer"])) for rij in rijen)


def _uitvalprestatie(rij: asyncpg.Record, genoemd: asyncpg.Record | None) -> UitvalPrestatie:
    saldo = None
    if genoemd is not None:
        saldo = Saldo(genoemd["saldo_volume"], genoemd["bedrag_cent"], genoemd["aantal_toegekend"])
    return UitvalPrestatie(
        prestatie=prestatie_van(rij),
        toestand=rij["toestand"],
        bevindingen=bevindingen_van(rij["bevindingen"]),
        retourcodes=tuple(rij["retourcodes"] or ()),
        client_retourcodes=tuple(rij["client_retourcodes"] or ()),
        toewijzing=toewijzing_van(genoemd) if genoemd is not None else None,
        saldo=saldo,
    )


def _gebeurtenis(rij: asyncpg.Record) -> Gebeurtenis:
    return Gebeurtenis(
        versie=rij["versie"],
        gebeurtenis=rij["gebeurtenis"],
        door=rij["door"],
        op=rij["op"],
        besluit=rij["besluit"],
        retourcodes=tuple(rij["retourcodes"]),
        motivering=rij["motivering"],
    )
