"""SQL over terms: each service says where its terms stand, and how they are found is the same everywhere."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

import asyncpg
import msgspec

from ijw.termijnen import TERMIJNEN, Soort, Stand, stand, uiterlijk_op
from services.platform.auth import Identiteit, Rol
from services.platform.database import Connection
from services.platform.service import Afwijking

DAG: Final = "({} AT TIME ZONE 'Europe/Amsterdam')::date"
"""The day of an instant in the Netherlands, as ``clock.dag_van`` has it."""

_SIGNAAL_DAGEN: Final = 30
"""What is only signalled when it comes late is counted for so many days after its last day."""

POSTBUS: Final = f"""
SELECT 'ophalen' AS soort, p.volgnummer::text AS sleutel, b.domein, b.gemeente, b.aanbieder, p.partij AS wie,
  CASE WHEN b.richting = 'in' THEN b.van END AS aan, {DAG.format("p.klaargezet_op")} AS begin, p.uiterlijk_op,
  p.ontvangen_op AS voldaan_op, b.bericht_id
FROM postbus p JOIN berichten b USING (bericht_id) WHERE p.uiterlijk_op IS NOT NULL
"""
"""The term of everything in a postbus. What we answer ourselves is owed to nobody: ``aan`` is NULL."""


class Bron(NamedTuple):
    """Where the terms of a service stand.

    ``sql``: a SELECT with soort, sleutel (text, unique within soort), gemeente, aanbieder, wie, aan (or NULL),
    begin, uiterlijk_op and voldaan_op (or NULL), and what else ``onderwerp`` shows of a row.
    """

    sql: str
    soorten: tuple[Soort, ...]
    onderwerp: Callable[[asyncpg.Record], dict[str, Any]]


class Status(StrEnum):
    """What can be asked for. ``TE_LAAT`` is part of ``OPEN``, ``TE_LAAT_VOLDAAN`` of ``VOLDAAN``."""

    OPEN = "open"
    TE_LAAT = "teLaat"
    VOLDAAN = "voldaan"
    TE_LAAT_VOLDAAN = "teLaatVoldaan"


_VOLDAAN_DAG: Final = DAG.format("t.voldaan_op")
_STATUS: Final[Mapping[Status, str]] = {
    Status.OPEN: "t.voldaan_op IS NULL",
    Status.TE_LAAT: "t.voldaan_op IS NULL AND t.uiterlijk_op < {}",
    Status.VOLDAAN: "t.voldaan_op IS NOT NULL",
    Status.TE_LAAT_VOLDAAN: f"t.voldaan_op IS NOT NULL AND {_VOLDAAN_DAG} > t.uiterlijk_op",
}


class Vraag(msgspec.Struct, frozen=True, kw_only=True):
    """Which terms are wanted; None asks for all. ``partij`` is who must act."""

    partij: str | None = None
    gemeente: str | None = None
    aanbieder: str | None = None
    soort: Soort | None = None
    status: Status | None = None


class Plaats(NamedTuple):
    """Where the last page ended."""

    uiterlijk_op: date
    soort: str
    sleutel: str


async def lijst(
    connection: Connection, bron: Bron, wie: Identiteit, vraag: Vraag, *, vandaag: date, na: Plaats | None, limit: int
) -> list[asyncpg.Record]:
    """Terms the caller may see, the first to end first, ``limit`` + 1 of them.

    A party sees what it must do itself and what others owe it; a medewerker everything of the token's gemeenten.
    """
    waarden: list[Any] = []
    waar: list[str] = []

    def en(voorwaarde: str, *nieuw: Any) -> None:
        waarden.extend(nieuw)
        plaatsen = (f"${nummer}" for nummer in range(len(waarden) - len(nieuw) + 1, len(waarden) + 1))
        waar.append(voorwaarde.format(*plaatsen))

    if wie.rol in {Rol.GEMEENTE, Rol.AANBIEDER}:
        kolom = "t.aanbieder" if wie.rol is Rol.AANBIEDER else "t.gemeente"
        partijen = sorted(wie.partijen)
        en(f"{kolom} = ANY({{}}::text[])", partijen)
        en("(t.wie = ANY({0}::text[]) OR t.aan = ANY({0}::text[]))", partijen)
    elif wie.rol is not Rol.BEHEER:
        en("t.gemeente = ANY({}::text[])", sorted(wie.gemeenten))
    for kolom, waarde in (
        ("wie", vraag.partij),
        ("gemeente", vraag.gemeente),
        ("aanbieder", vraag.aanbieder),
        ("soort", vraag.soort),
    ):
        if waarde is not None:
            en(f"t.{kolom} = {{}}", waarde)
    if vraag.status is not None:
        en(_STATUS[vraag.status], *([vandaag] if vraag.status is Status.TE_LAAT else []))
    if na is not None:
        en("(t.uiterlijk_op, t.soort, t.sleutel) > ({}::date, {}::text, {}::text)", *na)
    gezocht = f" WHERE {' AND '.join(waar)}" if waar else ""
    return await connection.fetch(
        f"SELECT * FROM ({bron.sql}) AS t{gezocht} ORDER BY t.uiterlijk_op, t.soort, t.sleutel LIMIT {limit + 1}",
        *waarden,
    )


class Telling(NamedTuple):
    """How many terms of a kind stand so, and the first of their last days."""

    aantal: int
    eerste: date


async def tel(connection: Connection, bron: Bron, vandaag: date) -> dict[tuple[Soort, Stand], Telling]:
    """Open terms by kind and stand, and what came late of the kinds that are only signalled."""
    achteraf = [soort for soort in bron.soorten if TERMIJNEN[soort].achteraf]
    rows = await connection.fetch(
        f"SELECT t.soort, t.uiterlijk_op, count(*) AS aantal FROM ({bron.sql}) AS t WHERE t.voldaan_op IS NULL"
        f" OR (t.soort = ANY($1::text[]) AND t.uiterlijk_op >= $2 AND {_VOLDAAN_DAG} > t.uiterlijk_op)"
        " GROUP BY t.soort, t.uiterlijk_op",
        achteraf,
        vandaag - timedelta(days=_SIGNAAL_DAGEN),
    )
    tellingen: dict[tuple[Soort, Stand], Telling] = {}
    for row in rows:
        soort = Soort(row["soort"])
        hoe = Stand.TE_LAAT if soort in achteraf else stand(soort, row["uiterlijk_op"], vandaag)
        eerder = tellingen.get((soort, hoe), Telling(0, row["uiterlijk_op"]))
        tellingen[soort, hoe] = Telling(eerder.aantal + row["aantal"], min(eerder.eerste, row["uiterlijk_op"]))
    return tellingen


def laatste_dagen(soort: Soort, begin: Collection[date]) -> dict[date, date]:
    """The last day of a term for each of these first days."""
    return {dag: uiterlijk_op(soort, dag) for dag in begin}


async def vul_postbus_aan(connection: Connection) -> None:
    """Give what waits without a last day one: it was put there by code that knew no terms."""
    rows = await connection.fetch(
        f"SELECT DISTINCT {DAG.format('klaargezet_op')} AS begin FROM postbus WHERE uiterlijk_op IS NULL"
    )
    dagen = laatste_dagen(Soort.OPHALEN, [row["begin"] for row in rows])
    if dagen:
        await connection.execute(
            "UPDATE postbus p SET uiterlijk_op = d.uiterlijk FROM unnest($1::date[], $2::date[]) AS d(begin, uiterlijk)"
            f" WHERE p.uiterlijk_op IS NULL AND {DAG.format('p.klaargezet_op')} = d.begin",
            list(dagen),
            list(dagen.values()),
        )


async def verkeerde_dagen(connection: Connection, soort: Soort, rijen: str) -> Sequence[tuple[date, date | None]]:
    """Pairs of first and last day that do not belong together, of a SELECT of begin and uiterlijk_op."""
    rows = await connection.fetch(f"SELECT DISTINCT begin, uiterlijk_op FROM ({rijen}) AS r ORDER BY 1, 2")
    return [
        (row["begin"], row["uiterlijk_op"]) for row in rows if row["uiterlijk_op"] != uiterlijk_op(soort, row["begin"])
    ]


async def postbus_afwijkingen(connection: Connection) -> Sequence[Afwijking]:
    """What waits, or waited, in a postbus with another last day than the one that belongs to its first."""
    begin = DAG.format("klaargezet_op")
    verkeerd = await verkeerde_dagen(connection, Soort.OPHALEN, f"SELECT {begin} AS begin, uiterlijk_op FROM postbus")
    return [
        Afwijking("laatste-dag-van-termijn-klopt", f"postbus vanaf {dag} heeft {laatste}") for dag, laatste in verkeerd
    ]
