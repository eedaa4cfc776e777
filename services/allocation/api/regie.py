"""``/v1/regie``: how far delivery is, per toewijzing and taakgericht; and the starts and stops of one toewijzing."""

from collections.abc import Sequence
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query, Request, Response

from services.allocation.api.toegang import AanbiederFilter, GemeenteFilter, Lezer, binnen
from services.allocation.levensloop.regie import verloop_van
from services.allocation.regie import Toestand, afwijkingen
from services.allocation.register import Versie
from services.allocation.store import regie_lezen as store
from services.allocation.store.regie import aanlevering_van
from services.platform.berichten.store import DOMEIN
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.service import Context

ToestandFilter = Annotated[
    Toestand | None, Query(description="zonder lopende start, gestart, tijdelijk of definitief gestopt")
]


def regie_router(context: Context) -> APIRouter:
    """The list of starts and stops."""
    router = APIRouter(prefix="/v1/regie", tags=["regie"])

    @router.get("", summary="Hoe het staat met de levering: gestart, gestopt of nog niet begonnen")
    async def lijst(
        *,
        request: Request,
        response: Response,
        wie: Lezer,
        gemeente: GemeenteFilter = None,
        aanbieder: AanbiederFilter = None,
        toestand: ToestandFilter = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        na = decode_cursor(cursor, str, int, int)
        gemeenten, van = binnen(wie, gemeente, aanbieder)
        vraag = store.Vraag(domein=DOMEIN, gemeenten=gemeenten, aanbieder=van, toestand=toestand)
        async with context.database.connection() as connection:
            rows = await store.zoek(connection, vraag, (na[0], na[1], na[2]) if na else None, limit)
        return page(
            request,
            response,
            rows,
            limit,
            item=_item,
            position=lambda row: (row["gemeente"], row["volgorde"], row["nummer"]),
        )

    return router


def regie_van(rows: Sequence[asyncpg.Record], toewijzing: Versie) -> dict[str, Any]:
    """The state of a toewijzing, and every start and stop reported on it (newest first).

    ``rows`` is its history, oldest first.
    """
    historie = [aanlevering_van(row) for row in rows]
    verloop = verloop_van(historie)
    geldig = {id(item) for item in verloop.geldig}
    return {
        "toestand": verloop.toestand,
        "aanleveringen": [
            {
                "soort": item.soort,
                "statusAanlevering": item.status_aanlevering,
                "productcategorie": item.product_categorie,
                "productcode": item.product_code,
                "toewijzingIngangsdatum": item.toewijzing_ingangsdatum,
                "begindatum": item.begindatum,
                "redenBeeindiging": item.reden_beeindiging,
                "einddatum": item.einddatum,
                "geldig": id(item) in geldig,
                "afwijkingen": afwijkingen(item, toewijzing),
                "berichtId": row["bericht_id"],
                "vastgelegdOp": row["vastgelegd_op"],
            }
            for row, item in reversed(list(zip(rows, historie, strict=True)))
        ],
    }


def _item(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "domein": row["domein"],
        "gemeente": row["gemeente"],
        "aanbieder": row["aanbieder"],
        "client": row["client"],
        "toewijzingnummer": row["toewijzing_nummer"],
        "productcategorie": row["product_categorie"],
        "productcode": row["product_code"],
        "toestand": row["toestand"],
        "begindatum": row["begindatum"],
        "redenBeeindiging": row["reden_beeindiging"],
        "einddatum": row["einddatum"],
        "gewijzigdOp": row["gewijzigd_op"],
    }
