"""``/v1/meldingen``: what a person should know about toewijzingen and messages, and no message can say."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.allocation.api.toegang import AanbiederFilter, GemeenteFilter, Lezer, binnen
from services.allocation.api.weergave import melding
from services.allocation.meldingen import UITLEG
from services.allocation.store import meldingen as store
from services.platform.berichten.store import DOMEIN
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.service import Context

Soort = Annotated[str | None, Query(pattern=f"^({'|'.join(UITLEG)})$", description=", ".join(UITLEG))]


def meldingen_router(context: Context) -> APIRouter:
    """The list of meldingen."""
    router = APIRouter(prefix="/v1/meldingen", tags=["meldingen"])

    @router.get("", summary="Wat iemand moet weten, nieuwste eerst")
    async def meldingen(
        *,
        request: Request,
        response: Response,
        wie: Lezer,
        gemeente: GemeenteFilter = None,
        aanbieder: AanbiederFilter = None,
        soort: Soort = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        voor = decode_cursor(cursor, int)
        gemeenten, van = binnen(wie, gemeente, aanbieder)
        vraag = store.Vraag(
            domein=DOMEIN, gemeenten=gemeenten, aanbieder=van, soort=soort, voor=voor[0] if voor else None
        )
        async with context.database.connection() as connection:
            rows = await store.lijst(connection, vraag, limit)
        return page(request, response, rows, limit, item=melding, position=lambda row: (row["melding_id"],))

    return router
