"""``/v1/berichten``: sending a message, and reading it and its answer back."""

from typing import Annotated, Any, NamedTuple
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from services.allocation.api.toegang import Lezer
from services.allocation.api.weergave import melding
from services.allocation.intake import ROLLEN, neem_in
from services.allocation.ontvangst import Ontvangst
from services.allocation.store import berichten as eigen_store
from services.allocation.store.meldingen import van_bericht
from services.platform.auth import Identiteit, require
from services.platform.berichten import store
from services.platform.berichten.api import wants_xml, xml_response
from services.platform.body import read_xml
from services.platform.database import Connection
from services.platform.problems import not_found
from services.platform.service import Context

BerichtId = Annotated[UUID, Path(alias="berichtId")]
Afzender = Annotated[Identiteit, Depends(require(*ROLLEN))]

_XML_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/xml": {"schema": {"type": "string"}}}}
}
_XML_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "Het bericht", "content": {"application/xml": {"schema": {"type": "string"}}}}
}


def berichten_router(context: Context) -> APIRouter:
    """Routes on messages."""
    router = APIRouter(prefix="/v1/berichten", tags=["berichten"])

    @router.post(
        "",
        status_code=202,
        summary="Bied een bericht aan",
        openapi_extra=_XML_BODY,
        responses={200: {"description": "Hetzelfde bericht was er al; dit is het eerste antwoord"}},
    )
    async def aanbieden(request: Request, wie: Afzender) -> JSONResponse:
        xml = await read_xml(request, context.settings.max_body_bytes)
        ontvangst = await neem_in(context, wie, xml)
        return JSONResponse(
            _ontvangst(ontvangst),
            status_code=200 if ontvangst.herhaald else 202,
            headers={"Location": f"{request.url.path}/{ontvangst.bericht_id}"},
        )

    @router.get("/{berichtId}", summary="Een bericht en wat ermee gebeurde; als XML het bericht zelf")
    async def bericht(request: Request, bericht_id: BerichtId, wie: Lezer) -> Any:
        async with context.database.connection() as connection:
            row = await _zichtbaar(connection, bericht_id, wie)
            if wants_xml(request):
                return xml_response(row, context)
            verhaal = _Verhaal(
                antwoord=await store.answer_to(connection, bericht_id),
                retour=await eigen_store.retour_van_ontvanger(connection, bericht_id),
                bevindingen=await eigen_store.bevindingen_of(connection, bericht_id),
                meldingen=await van_bericht(connection, bericht_id),
            )
        return _bericht(row, verhaal)

    @router.get(
        "/{berichtId}/retour",
        summary="Het retourbericht op een bericht, als XML",
        response_class=Response,
        responses=_XML_ANSWER,
    )
    async def retour(bericht_id: BerichtId, wie: Lezer) -> Response:
        async with context.database.connection() as connection:
            await _zichtbaar(connection, bericht_id, wie)
            row = await store.answer_to(connection, bericht_id)
        if row is None:
            raise not_found("Retourbericht")
        return xml_response(row, context)

    return router


async def _zichtbaar(connection: Connection, bericht_id: UUID, wie: Identiteit) -> asyncpg.Record:
    """The message, when it is the caller's to see.

    A party sees no refused messages of another, nor the answers that repeat them: those were never delivered,
    and may be about somebody the reader has nothing to do with.
    """
    row = await store.bericht_by_id(connection, bericht_id)
    if row is None or not wie.ziet(row["gemeente"], row["aanbieder"]):
        raise not_found("Bericht")
    if wie.rol in ROLLEN:
        heen = await store.bericht_by_id(connection, row["heenbericht_id"]) if row["heenbericht_id"] else None
        if any(_geweigerd(bericht, wie) for bericht in (row, heen) if bericht is not None):
            raise not_found("Bericht")
    return row


def _geweigerd(row: asyncpg.Record, wie: Identiteit) -> bool:
    """Whether somebody else sent it and had it refused."""
    return row["richting"] == "in" and row["status"] != "geaccepteerd" and row["van"] not in wie.partijen


def _ontvangst(ontvangst: Ontvangst) -> dict[str, Any]:
    return {
        "berichtId": str(ontvangst.bericht_id),
        "berichtsoort": ontvangst.berichtsoort,
        "identificatie": ontvangst.identificatie,
        "afzender": ontvangst.afzender,
        "ontvanger": ontvangst.ontvanger,
        "status": ontvangst.status,
        "retourcodes": list(ontvangst.retourcodes),
    }


class _Verhaal(NamedTuple):
    """What became of a message: our own retour, that of its receiver, what was found in it and raised about it."""

    antwoord: asyncpg.Record | None
    retour: asyncpg.Record | None
    bevindingen: list[asyncpg.Record]
    meldingen: list[asyncpg.Record]


def _bericht(row: asyncpg.Record, verhaal: _Verhaal) -> dict[str, Any]:
    return {
        "berichtId": row["bericht_id"],
        "berichtsoort": row["berichtsoort"],
        "identificatie": row["identificatie"],
        "dagtekening": row["dagtekening"],
        "afzender": row["van"],
        "ontvanger": row["aan"],
        "status": row["status"],
        "retourcodes": row["retourcodes"],
        "vastgelegdOp": row["vastgelegd_op"],
        "antwoordOp": row["heenbericht_id"],
        "retourberichtId": verhaal.antwoord["bericht_id"] if verhaal.antwoord else None,
        "retourOntvanger": _retour_ontvanger(verhaal.retour) if verhaal.retour else None,
        "bevindingen": [dict(bevinding) for bevinding in verhaal.bevindingen],
        "meldingen": [melding(item) for item in verhaal.meldingen],
    }


def _retour_ontvanger(row: asyncpg.Record) -> dict[str, Any]:
    """The retour that the receiver returned; without retourcodes it approves."""
    return {
        "berichtId": row["bericht_id"],
        "ontvangenOp": row["vastgelegd_op"],
        "afgekeurd": bool(row["retourcodes"]),
        "retourcodes": row["retourcodes"],
    }
