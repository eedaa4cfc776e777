"""``/v1/productlijsten``: a gemeente's own product codes, beside the national list."""

from collections.abc import Sequence, Set
from typing import Annotated, Any, Final

import asyncpg
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from msgspec.structs import replace
from pydantic import Field, ValidationError

from ijw.codelijsten import Productcode
from ijw.eigenlijst import KOLOMMEN, MEESTE_PRODUCTEN, Gelezen, Rij, controleer, lees_csv, schrijf_csv
from services.matching.api.velden import Invoer, PadGemeente, eigen_gemeente
from services.matching.productlijsten import zet_productlijst
from services.matching.store import productlijsten as store
from services.matching.store.productlijsten import Productlijst
from services.platform.auth import Identiteit, Rol, require
from services.platform.berichten.store import DOMEIN
from services.platform.body import read_body
from services.platform.invoer import versie_van
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.problems import Problem, invalid, not_found
from services.platform.service import Context

_GROOTSTE: Final = 2 * 1024 * 1024
_CSV: Final = "text/csv"
_VELDEN: Final = {
    "code": "productcode",
    "categorie": "productcategorie",
    "geldig_van": "geldigVan",
    "geldig_tot": "geldigTot",
}
"""Columns of the CSV that have another name in JSON."""

Versie = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="een eerdere versie; leeg: de geldende")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="de ETag van de lijst zoals u haar zag")]
Lezer = Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER, Rol.AANBIEDER))]


class ProductInvoer(Invoer):
    """A product code; what the texts may be is checked with the rest of the list."""

    productcode: str
    productcategorie: str
    omschrijving: str
    variant: str | None = Field(default=None, description="inspanningsgericht, outputgericht of leeg")
    geldig_van: str = Field(description="jjjj-mm-dd")
    geldig_tot: str | None = Field(default=None, description="tot en met; leeg: zonder einde")


class ProductlijstInvoer(Invoer):
    """A list, whole: it replaces the one before. Without products the gemeente follows the national list."""

    producten: Annotated[list[ProductInvoer], Field(max_length=MEESTE_PRODUCTEN)]


_INHOUD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["producten"],
                    "additionalProperties": False,
                    "properties": {"producten": {"type": "array", "items": ProductInvoer.model_json_schema()}},
                }
            },
            _CSV: {"schema": {"type": "string", "description": f"een regel per product: {','.join(KOLOMMEN)}"}},
        },
    }
}


def productlijsten_router(context: Context) -> APIRouter:
    """``/v1/productlijsten/{gemeente}``."""
    router = APIRouter(prefix="/v1/productlijsten/{gemeente}", tags=["productlijsten"])
    categorieen = context.releases.waarden("LDT_ProductCategorie") or {rij.categorie for rij in context.productcodes}

    @router.put("", summary="Leg eigen productcodes vast, als JSON of CSV", openapi_extra=_INHOUD)
    async def zet(
        *,
        request: Request,
        response: Response,
        gemeente: PadGemeente,
        wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE))],
        terugwerkend: Annotated[bool, Query(description="codes mogen vervallen over dagen die voorbij zijn")] = False,
        if_match: IfMatch = None,
    ) -> dict[str, Any]:
        eigen_gemeente(context, wie, gemeente)
        lijst = await zet_productlijst(
            context,
            (DOMEIN, gemeente),
            await _lees(request, categorieen),
            wie.sub,
            gezien=versie_van(if_match),
            terugwerkend=terugwerkend,
        )
        return _json(response, gemeente, lijst, wie)

    @router.get("", summary="De eigen productcodes, als JSON of CSV", responses={200: {"content": {_CSV: {}}}})
    async def toon(
        request: Request, response: Response, gemeente: PadGemeente, wie: Lezer, versie: Versie = None
    ) -> Any:
        _mag_lezen(context, wie, gemeente)
        async with context.database.connection() as connection:
            lijst = await store.lees(connection, DOMEIN, gemeente, versie)
        if lijst is None and versie is not None:
            raise not_found("Productlijst")
        if _CSV in request.headers.get("accept", ""):
            producten = lijst.producten if lijst is not None else ()
            return Response(schrijf_csv(producten), media_type=_CSV, headers={"ETag": _etag(lijst)})
        return _json(response, gemeente, lijst, wie)

    @router.get("/versies", summary="Wie welke versie wanneer vastlegde, nieuwste eerst")
    async def versies(
        *,
        request: Request,
        response: Response,
        gemeente: PadGemeente,
        wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER))],
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        eigen_gemeente(context, wie, gemeente)
        voor = decode_cursor(cursor, int)
        async with context.database.connection() as connection:
            rijen = await store.versies(connection, DOMEIN, gemeente, voor[0] if voor else None, limit)
        return page(request, response, rijen, limit, item=_versie, position=lambda rij: (rij["versie"],))

    return router


def _mag_lezen(context: Context, wie: Identiteit, gemeente: str) -> None:
    """An aanbieder may read any list: it has to declare by them."""
    if wie.rol is not Rol.AANBIEDER or gemeente not in context.gemeenten:
        eigen_gemeente(context, wie, gemeente)


async def _lees(request: Request, categorieen: Set[str]) -> Gelezen:
    """The list in the body with everything that is wrong with it; a problem for another type or form."""
    soort = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    data = await read_body(request, _GROOTSTE)
    if soort == _CSV:
        try:
            return lees_csv(data.decode("utf-8"), categorieen)
        except UnicodeDecodeError as error:
            raise Problem(400, "productlijst-ongeldig", "De CSV is geen UTF-8", "Er is niets gewijzigd.") from error
    if soort != "application/json":
        raise Problem(415, "verkeerd-type", "Stuur de productlijst als JSON of CSV", "application/json of text/csv.")
    try:
        invoer = ProductlijstInvoer.model_validate_json(data)
    except ValidationError as error:
        raise invalid([{**item, "loc": ("body", *item["loc"])} for item in error.errors()]) from error
    gelezen = controleer([_rij(plaats, product) for plaats, product in enumerate(invoer.producten)], categorieen)
    fouten = (replace(fout, pad=_json_pad(fout.pad)) for fout in gelezen.fouten)
    return Gelezen(gelezen.producten, tuple(fouten))


def _rij(plaats: int, product: ProductInvoer) -> Rij:
    return Rij(
        pad=f"/producten/{plaats}",
        code=product.productcode,
        categorie=product.productcategorie,
        omschrijving=product.omschrijving,
        variant=product.variant or "",
        geldig_van=product.geldig_van,
        geldig_tot=product.geldig_tot or "",
    )


def _json_pad(pad: str) -> str:
    rij, _, veld = pad.rpartition("/")
    return f"{rij}/{_VELDEN.get(veld, veld)}" if pad else ""


def _etag(lijst: Productlijst | None) -> str:
    return f'"{lijst.versie if lijst is not None else 0}"'


def _json(response: Response, gemeente: str, lijst: Productlijst | None, wie: Identiteit) -> dict[str, Any]:
    response.headers["ETag"] = _etag(lijst)
    intern = wie.rol is not Rol.AANBIEDER
    return {
        "gemeente": gemeente,
        "versie": lijst.versie if lijst is not None else 0,
        "vastgelegdOp": lijst.vastgelegd_op if lijst is not None else None,
        **({"vastgelegdDoor": lijst.vastgelegd_door if lijst is not None else None} if intern else {}),
        "producten": _producten(lijst.producten if lijst is not None else ()),
    }


def _producten(producten: Sequence[Productcode]) -> list[dict[str, Any]]:
    return [
        {
            "productcode": product.code,
            "productcategorie": product.categorie,
            "omschrijving": product.omschrijving,
            "variant": product.variant or None,
            "geldigVan": product.geldig_van,
            "geldigTot": product.geldig_tot,
        }
        for product in producten
    ]


def _versie(rij: asyncpg.Record) -> dict[str, Any]:
    return {
        "versie": rij["versie"],
        "vastgelegdOp": rij["vastgelegd_op"],
        "vastgelegdDoor": rij["vastgelegd_door"],
        "terugwerkend": rij["terugwerkend"],
        "aantalProducten": rij["aantal"],
    }
