"""The running budget of a gemeente, and of all gemeenten as totals."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.ledger.api.toegang import Code, Jaar, Per, VastgelegdTot, peil, toegang
from services.ledger.api.weergave import als_saldi, bedragen_json, budget_json
from services.ledger.budget import budget
from services.ledger.store.lezen import Peil, begrotingen, gemeenten_met, omzetten, omzetten_op
from services.platform.auth import Identiteit, Rol, require
from services.platform.berichten.store import DOMEIN
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.service import Context

Lezer = Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER, Rol.ACCOUNTANT))]


def budgetten_router(context: Context) -> APIRouter:
    """``/v1/gemeenten/totalen`` and ``/v1/gemeenten/{code}/budgetten/{jaar}``."""
    router = APIRouter(prefix="/v1/gemeenten", tags=["budgetten"])
    plaats_van = toegang(context)
    namen = {gemeente.code: gemeente.naam for gemeente in context.gemeenten}

    @router.get("/totalen", summary="De totalen van elke gemeente in een jaar, zonder verdere onderverdeling")
    async def totalen(
        request: Request,
        response: Response,
        _wie: Lezer,
        jaar: Annotated[int, Query(ge=2015, le=2100)],
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        na = decode_cursor(cursor, str)
        async with context.database.connection() as connection:
            codes = await gemeenten_met(connection, DOMEIN, jaar, na[0] if na else "", limit)
            per_gemeente = await omzetten(connection, DOMEIN, codes, jaar)

        def regel(code: str) -> dict[str, Any]:
            totaal = budget(als_saldi(per_gemeente.get(code, [])), ()).totaal
            return {"gemeente": code, "naam": namen.get(code, code), "jaar": jaar, **bedragen_json(totaal)}

        return page(request, response, codes, limit, item=regel, position=lambda code: (code,))

    @router.get("/{code}/budgetten/{jaar}", summary="Het budget van een gemeente, in totaal en per post")
    async def budgetten(
        code: Code, jaar: Jaar, wie: Lezer, per: Per = None, vastgelegd_tot: VastgelegdTot = None
    ) -> dict[str, Any]:
        plaats = plaats_van(wie, code)
        moment: Peil = peil(per, vastgelegd_tot)
        async with context.database.transaction() as connection:
            # Balances and begroting must be of one moment.
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            saldi = als_saldi(await omzetten_op(connection, plaats, jaar, moment))
            gevonden = await begrotingen(connection, plaats.domein, [code], jaar, moment)
        posten = [post for post, _ in gevonden[code].posten] if code in gevonden else []
        return budget_json(code, namen[code], jaar, budget(saldi, posten)) | {
            "per": moment.per,
            "vastgelegdTot": moment.vastgelegd_tot,
        }

    return router
