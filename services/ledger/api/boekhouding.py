"""The books themselves: boekingen, saldibalans, controle."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.ledger.api.toegang import Code, Jaar, Per, VastgelegdTot, peil, toegang
from services.ledger.api.weergave import boeking_json, saldibalans_json, uitslag_json
from services.ledger.nazien import zie_na
from services.ledger.store import lezen
from services.platform.auth import Identiteit, Rol, require
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.problems import not_found
from services.platform.service import Context

Lezer = Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER, Rol.ACCOUNTANT))]


def boekhouding_router(context: Context) -> APIRouter:
    """``/v1/gemeenten/{code}/`` boekingen, saldibalans and controle."""
    router = APIRouter(prefix="/v1/gemeenten/{code}", tags=["boekhouding"])
    plaats_van = toegang(context)

    @router.get("/boekingen", summary="Boekingen met hun regels, op nummer")
    async def boekingen(
        *,
        request: Request,
        response: Response,
        code: Code,
        wie: Lezer,
        jaar: Annotated[int | None, Query(ge=2015, le=2100, description="alleen dit boekjaar")] = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        plaats = plaats_van(wie, code)
        na = decode_cursor(cursor, int)
        async with context.database.connection() as connection:
            rijen = await lezen.boekingen(connection, plaats, jaar, na[0] if na else 0, limit)
        return page(
            request,
            response,
            rijen,
            limit,
            item=boeking_json,
            position=lambda rij: (rij["nummer"],),
        )

    @router.get("/boekingen/{nummer}", summary="Een boeking")
    async def boeking(code: Code, nummer: Annotated[int, Path(ge=1, le=2**63 - 1)], wie: Lezer) -> dict[str, Any]:
        plaats = plaats_van(wie, code)
        async with context.database.connection() as connection:
            rij = await lezen.boeking(connection, plaats, nummer)
        if rij is None:
            raise not_found("Boeking")
        return boeking_json(rij)

    @router.get("/saldibalans/{jaar}", summary="Alle rekeningen van een boekjaar; samen zijn zij nul")
    async def saldibalans(
        code: Code, jaar: Jaar, wie: Lezer, per: Per = None, vastgelegd_tot: VastgelegdTot = None
    ) -> dict[str, Any]:
        plaats = plaats_van(wie, code)
        moment = peil(per, vastgelegd_tot)
        async with context.database.transaction() as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            omzetten = await lezen.omzetten_op(connection, plaats, jaar, moment)
        return saldibalans_json(code, jaar, omzetten) | {"per": moment.per, "vastgelegdTot": moment.vastgelegd_tot}

    @router.get("/controle", summary="Reken keten, boekingen en saldi na vanaf de eerste boeking")
    async def controle(code: Code, wie: Lezer) -> dict[str, Any]:
        return uitslag_json(code, await zie_na(context.database, plaats_van(wie, code)))

    return router
