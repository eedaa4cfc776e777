"""Routes that every service with messages has: the postbus of the calling party, and its messages."""

from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Request, Response

from services.platform.auth import Identiteit, Rol, require
from services.platform.berichten import store
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.problems import not_found
from services.platform.service import Context

Partij = Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.AANBIEDER))]


def wants_xml(request: Request) -> bool:
    """Whether the caller asked for the message itself."""
    return "xml" in request.headers.get("accept", "")


def xml_response(row: asyncpg.Record, context: Context) -> Response:
    """The message to the byte."""
    return Response(store.document(row, context.crypto.ring), media_type="application/xml")


def postbus_router(context: Context) -> APIRouter:
    """``/v1/postbus``: what waits for the calling party, and its acknowledgement."""
    router = APIRouter(prefix="/v1/postbus", tags=["postbus"])

    @router.get("", summary="Berichten die voor u klaarstaan, oudste eerst")
    async def postbus(
        request: Request, response: Response, wie: Partij, cursor: Cursor = None, limit: Limit = 100
    ) -> dict[str, Any]:
        after = decode_cursor(cursor, int)
        async with context.database.connection() as connection:
            rows = await store.waiting(connection, sorted(wie.partijen), after[0] if after else 0, limit)
        return page(request, response, rows, limit, item=_item, position=lambda row: (row["volgnummer"],))

    @router.get("/{berichtId}", summary="Een bericht uit uw postbus, als XML")
    async def bericht(berichtId: UUID, wie: Partij) -> Response:  # noqa: N803 — the name in the path
        async with context.database.connection() as connection:
            row = await connection.fetchrow(
                "SELECT b.* FROM berichten b JOIN postbus p USING (bericht_id)"
                " WHERE b.bericht_id = $1 AND p.partij = ANY($2::text[])",
                berichtId,
                sorted(wie.partijen),
            )
        if row is None:
            raise not_found("Bericht")
        return xml_response(row, context)

    @router.post("/{berichtId}/ontvangst", summary="Meld dat u een bericht hebt ontvangen")
    async def ontvangst(berichtId: UUID, wie: Partij) -> dict[str, Any]:  # noqa: N803 — the name in the path
        async with context.database.transaction() as connection:
            moment = await store.acknowledge(connection, berichtId, sorted(wie.partijen), context.clock.now())
        if moment is None:
            raise not_found("Bericht")
        return {"berichtId": berichtId, "ontvangenOp": moment}

    return router


def _item(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "berichtId": row["bericht_id"],
        "berichtsoort": row["berichtsoort"],
        "identificatie": row["identificatie"],
        "van": row["van"],
        "aan": row["aan"],
        "antwoordOp": row["heenbericht_id"],
        "klaargezetOp": row["klaargezet_op"],
    }
