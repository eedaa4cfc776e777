"""POST /v1/declaraties: taking in a declaratie, or trying one out."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from services.invoice.indienen import dien_in
from services.invoice.proef import toets
from services.platform.auth import Identiteit, Rol, require
from services.platform.body import read_xml
from services.platform.service import Context

_XML: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string", "description": "een JW323"}}},
    }
}
_ANTWOORDEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Dezelfde bytes kwamen al eerder binnen (het eerste antwoord), of dit was een proef"},
    400: {"description": "Niveau 1: onleesbaar, onveilig of ongeldig volgens het XSD; er komt geen JW325"},
    403: {"description": "De Afzender in het bericht is niet de aanbieder van het token"},
    413: {"description": "Groter dan 25 MB (OP179)"},
    415: {"description": "Geen application/xml"},
}


def router(context: Context) -> APIRouter:
    """The one route that takes messages in."""
    routes = APIRouter(prefix="/v1/declaraties", tags=["declaraties"])

    @routes.post("", status_code=202, openapi_extra=_XML, responses=_ANTWOORDEN, summary="Dien een declaratie in")
    async def indienen(
        request: Request,
        wie: Annotated[Identiteit, Depends(require(Rol.AANBIEDER))],
        proef: Annotated[bool, Query(description="alleen toetsen: er wordt niets bewaard")] = False,
    ) -> Response:
        if proef:
            data = await read_xml(request, context.settings.max_body_bytes)
            return JSONResponse(await toets(context, wie, data, request.headers.get("authorization", "")))
        ingediend = await dien_in(context, wie, await read_xml(request, context.settings.max_body_bytes))
        return JSONResponse(
            ingediend.antwoord,
            status_code=200 if ingediend.herhaald else 202,
            headers={"Location": f"/invoice/v1/declaraties/{ingediend.declaratie_id}"},
        )

    return routes
