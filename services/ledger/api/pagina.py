"""The page ``/ledger/budget``: what the caller's gemeenten set aside, what is gone and what is left."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from services.ledger.api.weergave import als_saldi
from services.ledger.budget import Bedragen, Budget, budget
from services.ledger.store.lezen import Peil, begrotingen, gemeenten_met, omzetten
from services.platform.auth import Identiteit, Rol
from services.platform.berichten.store import DOMEIN
from services.platform.pages import Pages, page_identity
from services.platform.service import Context

_MAX_GEMEENTEN = 400


class Balk(NamedTuple):
    """Widths in thousandths of a bar, where the longer of budget and use fills it; ``grens`` is the budget."""

    toegekend: int
    verplicht: int
    grens: int


class Regel(NamedTuple):
    """A row of the table."""

    naam: str
    toelichting: str
    bedragen: Bedragen
    uitputting: str
    balk: Balk | None


class Blok(NamedTuple):
    """A gemeente with its posten."""

    gemeente: Regel
    posten: list[Regel]


def pagina_router(context: Context) -> APIRouter:
    """The page, and what a browser needs to sign in."""
    pages = Pages("ledger")
    router = APIRouter()
    router.include_router(pages.sign_in_router())
    namen = {gemeente.code: gemeente.naam for gemeente in context.gemeenten}

    @router.get("/budget", include_in_schema=False)
    async def toon(
        request: Request,
        jaar: Annotated[int | None, Query(ge=2015, le=2100)] = None,
        per: Annotated[str, Query(max_length=10)] = "",
    ) -> Response:
        wie = await page_identity(request, Rol.GEMEENTE, Rol.MEDEWERKER, Rol.ACCOUNTANT)
        gekozen = jaar or context.clock.today().year
        dag, fout = _dag(per)
        budgetten = {} if fout else await _budgetten(context, wie, gekozen, dag)
        return pages.render(
            request,
            "budget.html",
            400 if fout else 200,
            wie=wie,
            jaar=gekozen,
            per=per,
            dag=dag,
            fout=fout,
            blokken=[_blok(namen.get(code, code), code, gevonden) for code, gevonden in budgetten.items()],
            totaal=_regel("Samen", "", _som(gevonden.totaal for gevonden in budgetten.values())),
        )

    return router


def _dag(per: str) -> tuple[date | None, str | None]:
    """The day asked for, or why it is none; an empty field means now."""
    if not per:
        return None, None
    try:
        return date.fromisoformat(per), None
    except ValueError:
        return None, "De datum bij ‘Stand per’ is geen datum (jjjj-mm-dd)."


async def _budgetten(context: Context, wie: Identiteit, jaar: int, dag: date | None) -> dict[str, Budget]:
    """The budgets of the caller's gemeenten, by code; ``beheer`` sees every gemeente with anything booked."""
    async with context.database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if wie.rol is Rol.BEHEER:
            codes = await gemeenten_met(connection, DOMEIN, jaar, "", _MAX_GEMEENTEN)
        else:
            codes = sorted(wie.gemeenten)
        per_gemeente = await omzetten(connection, DOMEIN, codes, jaar, dag)
        vastgesteld = await begrotingen(connection, DOMEIN, codes, jaar, Peil(dag))
    return {
        code: budget(
            als_saldi(per_gemeente.get(code, [])),
            [post for post, _ in vastgesteld[code].posten] if code in vastgesteld else [],
        )
        for code in codes
    }


def _som(alle: Iterable[Bedragen]) -> Bedragen:
    kolommen = list(zip(*alle, strict=True)) or [()] * len(Bedragen._fields)
    return Bedragen(*(sum(kolom) for kolom in kolommen))


def _blok(naam: str, code: str, gevonden: Budget) -> Blok:
    return Blok(
        _regel(naam, code, gevonden.totaal),
        [
            _regel(
                post.post,
                ", ".join(categorie or "zonder categorie" for categorie in post.productcategorieen),
                post.bedragen,
            )
            for post in gevonden.posten
        ],
    )


def _regel(naam: str, toelichting: str, bedragen: Bedragen) -> Regel:
    uitputting = bedragen.uitputting_pct
    in_woorden = "–" if uitputting is None else f"{uitputting}".replace(".", ",") + " %"
    return Regel(naam, toelichting, bedragen, in_woorden, _balk(bedragen))


def _balk(bedragen: Bedragen) -> Balk | None:
    """None when there is nothing to compare."""
    toegekend, verplicht = max(0, bedragen.toegekend), max(0, bedragen.verplicht)
    geheel = max(bedragen.begroot, toegekend + verplicht)
    if not geheel:
        return None
    return Balk(toegekend * 1000 // geheel, verplicht * 1000 // geheel, bedragen.begroot * 1000 // geheel)
