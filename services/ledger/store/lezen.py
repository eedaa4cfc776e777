"""Reading the grootboek back: balances as of a moment, boekingen, begrotingen, and everything for a controle."""

from collections.abc import AsyncIterator, Collection
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

import asyncpg

from services.ledger.boeking import KOLOMMEN, Boekingsrij
from services.ledger.grootboek import Plaats
from services.ledger.posting import Regels, van_kolommen
from services.ledger.rules import Post
from services.platform.database import Connection

_BLOK = 2000
"""Boekingen read at a time for a controle: some tens of milliseconds of work between two waits."""


class Peil(NamedTuple):
    """As of when: a day of booking (inclusive), a moment of recording (inclusive), both, or now."""

    per: date | None = None
    vastgelegd_tot: datetime | None = None


class Omzet(NamedTuple):
    """Turnover of an account in a year, in cents."""

    rekening: int
    productcategorie: str
    debet: int
    credit: int


class Begroting(NamedTuple):
    """A begroting as it stood, posts in order with the boeking that holds their money."""

    jaar: int
    versie: int
    vastgelegd_op: datetime
    posten: tuple[tuple[Post, int | None], ...]


async def omzetten(
    connection: Connection, domein: str, gemeenten: Collection[str], jaar: int, per: date | None = None
) -> dict[str, list[Omzet]]:
    """Turnovers by gemeente; ``per`` is the last day of booking that counts. Gemeenten without any are left out."""
    tabel, grens = ("saldi", "") if per is None else ("dagtotalen", " AND boekdatum <= $4")
    rows = await connection.fetch(
        "SELECT gemeente, rekening, productcategorie, sum(debet)::bigint, sum(credit)::bigint"
        f" FROM {tabel} WHERE domein = $1 AND gemeente = ANY($2::text[]) AND boekjaar = $3{grens}"
        " GROUP BY gemeente, rekening, productcategorie ORDER BY gemeente, rekening, productcategorie",
        domein,
        list(gemeenten),
        jaar,
        *(() if per is None else (per,)),
    )
    per_gemeente: dict[str, list[Omzet]] = {}
    for gemeente, *omzet in rows:
        per_gemeente.setdefault(gemeente, []).append(Omzet(*omzet))
    return per_gemeente


async def omzetten_op(connection: Connection, plaats: Plaats, jaar: int, peil: Peil) -> list[Omzet]:
    """Turnovers of one gemeente as they stood, and as they will always be said to have stood, at a moment."""
    if peil.vastgelegd_tot is None:
        gevonden = await omzetten(connection, plaats.domein, [plaats.gemeente], jaar, peil.per)
        return gevonden.get(plaats.gemeente, [])
    laatste = await _laatste_nummer(connection, plaats, "vastgelegd_op", peil.vastgelegd_tot)
    if not laatste:
        return []
    dag: date = await connection.fetchval(
        "SELECT boekdatum FROM boekingen WHERE domein = $1 AND gemeente = $2 AND nummer = $3", *plaats, laatste
    )
    if peil.per is not None and peil.per < dag:
        return await omzetten_op(connection, plaats, jaar, Peil(peil.per))
    gisteren = await _laatste_nummer(connection, plaats, "boekdatum", dag - timedelta(days=1))
    rows = await connection.fetch(
        "SELECT rekening, productcategorie, sum(debet)::bigint, sum(credit)::bigint FROM ("
        "SELECT rekening, productcategorie, debet, credit FROM dagtotalen"
        " WHERE domein = $1 AND gemeente = $2 AND boekjaar = $3 AND boekdatum < $4"
        " UNION ALL SELECT r.rekening, r.productcategorie, greatest(r.bedrag, 0), greatest(-r.bedrag, 0)"
        " FROM boekingen b, unnest(b.rekeningen, b.productcategorieen, b.bedragen)"
        " AS r(rekening, productcategorie, bedrag)"
        " WHERE b.domein = $1 AND b.gemeente = $2 AND b.boekjaar = $3 AND b.nummer > $5 AND b.nummer <= $6"
        ") AS o GROUP BY rekening, productcategorie ORDER BY rekening, productcategorie",
        *plaats,
        jaar,
        dag,
        gisteren,
        laatste,
    )
    return [Omzet(*row) for row in rows]


async def _laatste_nummer(
    connection: Connection, plaats: Plaats, kolom: Literal["boekdatum", "vastgelegd_op"], grens: date | datetime
) -> int:
    """The last boeking whose ``kolom`` is not beyond ``grens``; 0 when there is none.

    Both columns never go back as numbers go up, so this halves the numbers instead of reading them.
    """
    nummer: int | None = await connection.fetchval(
        "WITH RECURSIVE zoek(laag, hoog) AS ("
        " SELECT 0::bigint, laatste_nummer FROM grootboeken WHERE domein = $1 AND gemeente = $2"
        " UNION ALL"
        f" SELECT CASE WHEN b.{kolom} <= $3 THEN b.nummer ELSE laag END,"
        f" CASE WHEN b.{kolom} <= $3 THEN hoog ELSE b.nummer - 1 END"
        " FROM zoek JOIN boekingen b ON b.domein = $1 AND b.gemeente = $2 AND b.nummer = (laag + hoog + 1) / 2"
        " WHERE laag < hoog)"
        " SELECT laag FROM zoek WHERE laag = hoog",
        *plaats,
        grens,
    )
    return nummer or 0


async def begrotingen(
    connection: Connection, domein: str, gemeenten: Collection[str], jaar: int, peil: Peil
) -> dict[str, Begroting]:
    """The begroting of a year as it stood, by gemeente."""
    rows = await connection.fetch(
        "SELECT b.gemeente, b.versie, b.vastgelegd_op, p.post, p.productcategorieen, p.bedrag, p.boeking"
        " FROM (SELECT DISTINCT ON (gemeente) gemeente, versie, vastgelegd_op FROM begrotingen"
        "  WHERE domein = $1 AND gemeente = ANY($2::text[]) AND jaar = $3"
        "  AND ($4::date IS NULL OR boekdatum <= $4) AND ($5::timestamptz IS NULL OR vastgelegd_op <= $5)"
        "  ORDER BY gemeente, versie DESC) AS b"
        " LEFT JOIN begrotingsposten p ON p.domein = $1 AND p.gemeente = b.gemeente AND p.jaar = $3"
        "  AND p.versie = b.versie ORDER BY b.gemeente, p.volgorde",
        domein,
        list(gemeenten),
        jaar,
        *peil,
    )
    gevonden: dict[str, Begroting] = {}
    for row in rows:
        eerder = gevonden.get(row["gemeente"], Begroting(jaar, row["versie"], row["vastgelegd_op"], ()))
        posten = eerder.posten
        # A begroting may have no posts at all.
        if row["post"] is not None:
            posten += ((Post(row["post"], tuple(row["productcategorieen"]), row["bedrag"]), row["boeking"]),)
        gevonden[row["gemeente"]] = eerder._replace(posten=posten)
    return gevonden


async def gemeenten_met(connection: Connection, domein: str, jaar: int, na: str, limit: int) -> list[str]:
    """Gemeenten with anything booked on a year, by code, after ``na``, ``limit`` + 1 of them."""
    rows = await connection.fetch(
        "SELECT DISTINCT gemeente FROM saldi WHERE domein = $1 AND boekjaar = $2 AND gemeente > $3"
        " ORDER BY gemeente LIMIT $4",
        domein,
        jaar,
        na,
        limit + 1,
    )
    return [row["gemeente"] for row in rows]


_BOEKING = (
    "SELECT b.*, t.nummer AS tegengeboekt_door FROM boekingen b LEFT JOIN boekingen t"
    " ON t.domein = b.domein AND t.gemeente = b.gemeente AND t.tegenboeking_van = b.nummer"
    " WHERE b.domein = $1 AND b.gemeente = $2"
)


async def boekingen(
    connection: Connection, plaats: Plaats, jaar: int | None, na: int, limit: int
) -> list[asyncpg.Record]:
    """Boekingen after number ``na``, of one boekjaar or all, ``limit`` + 1 of them."""
    return await connection.fetch(
        f"{_BOEKING} AND b.nummer > $3{'' if jaar is None else ' AND b.boekjaar = $5'} ORDER BY b.nummer LIMIT $4",
        *plaats,
        na,
        limit + 1,
        *(() if jaar is None else (jaar,)),
    )


async def boeking(connection: Connection, plaats: Plaats, nummer: int) -> asyncpg.Record | None:
    """One boeking."""
    return await connection.fetchrow(f"{_BOEKING} AND b.nummer = $3", *plaats, nummer)


def regels_van(row: asyncpg.Record) -> Regels:
    """The lines of a row of ``boekingen``, in order."""
    return van_kolommen(row["rekeningen"], row["productcategorieen"], row["bedragen"])


async def alle_boekingen(connection: Connection, plaats: Plaats) -> AsyncIterator[tuple[Boekingsrij, Regels]]:
    """Every boeking by number, with its lines."""
    na = 0
    kolommen = ", ".join((*KOLOMMEN, "rekeningen", "productcategorieen", "bedragen"))
    while True:
        rows = await connection.fetch(
            f"SELECT {kolommen} FROM boekingen WHERE domein = $1 AND gemeente = $2 AND nummer > $3"
            " ORDER BY nummer LIMIT $4",
            *plaats,
            na,
            _BLOK,
        )
        for row in rows:
            yield Boekingsrij(*row[: len(KOLOMMEN)]), regels_van(row)
        if len(rows) < _BLOK:
            return
        na = rows[-1]["nummer"]


async def totalen(connection: Connection, plaats: Plaats, tabel: Literal["saldi", "dagtotalen"]) -> list[Any]:
    """The totals as kept, for a controle."""
    dag = "boekdatum, " if tabel == "dagtotalen" else ""
    return await connection.fetch(
        f"SELECT boekjaar, {dag}rekening, productcategorie, debet, credit FROM {tabel}"
        " WHERE domein = $1 AND gemeente = $2",
        *plaats,
    )
