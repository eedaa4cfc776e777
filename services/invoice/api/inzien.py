"""GET: declaraties, their prestaties with verdicts, their JW325."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from services.invoice.store import inzien as store
from services.platform.auth import Identiteit, Rol, require
from services.platform.berichten.api import xml_response
from services.platform.berichten.store import bericht_by_id
from services.platform.clock import dag_van
from services.platform.database import Connection
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.problems import not_found
from services.platform.service import Context

Inziener = Annotated[Identiteit, Depends(require(Rol.AANBIEDER, Rol.GEMEENTE, Rol.MEDEWERKER))]
Status = Literal["afgekeurd", "in_behandeling", "in_uitval", "beantwoord"]
Gemeente = Annotated[str | None, Query(pattern="^[0-9]{4}$")]
Aanbieder = Annotated[str | None, Query(pattern="^[0-9]{8}$")]


def router(context: Context) -> APIRouter:
    """Everything that can be seen of declaraties."""
    routes = APIRouter(prefix="/v1/declaraties", tags=["declaraties"])

    @routes.get("", summary="Declaraties, nieuwste eerst")
    async def declaraties(
        *,
        request: Request,
        response: Response,
        wie: Inziener,
        gemeente: Gemeente = None,
        aanbieder: Aanbieder = None,
        status: Status | None = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        na = decode_cursor(cursor, int)
        zoek = store.Filter(gemeente=gemeente, aanbieder=aanbieder, status=status, na=na[0] if na else None)
        async with context.database.connection() as connection:
            rows = await store.declaraties(connection, wie, zoek, limit)
        vandaag = context.clock.today()
        return page(
            request,
            response,
            rows,
            limit,
            item=lambda row: declaratie_json(row, vandaag),
            position=lambda row: (row["volgnummer"],),
        )

    @routes.get("/{declaratieId}", summary="Een declaratie en haar stand")
    async def declaratie(declaratieId: UUID, wie: Inziener) -> dict[str, Any]:  # noqa: N803 — the name in the path
        async with context.database.connection() as connection:
            row = await _mijn(connection, wie, declaratieId)
        return declaratie_json(row, context.clock.today())

    @routes.get("/{declaratieId}/antwoord", summary="Het declaratie-antwoord (JW325), als XML")
    async def antwoord(declaratieId: UUID, wie: Inziener) -> Response:  # noqa: N803 — the name in the path
        async with context.database.connection() as connection:
            row = await _mijn(connection, wie, declaratieId)
            bericht_id = row["antwoord_bericht_id"]
            bericht = await bericht_by_id(connection, bericht_id) if bericht_id else None
        if bericht is None:
            raise not_found("Declaratie-antwoord")
        return xml_response(bericht, context)

    @routes.get("/{declaratieId}/prestaties", summary="De prestaties met hun oordeel, in de volgorde van de JW323")
    async def prestaties(
        *,
        request: Request,
        response: Response,
        declaratieId: UUID,  # noqa: N803 — the name in the path
        wie: Inziener,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        na = decode_cursor(cursor, int)
        async with context.database.connection() as connection:
            await _mijn(connection, wie, declaratieId)
            rows = await store.prestaties(connection, declaratieId, na[0] if na else 0, limit)
        return page(request, response, rows, limit, item=prestatie_json, position=lambda row: (row["volgnummer"],))

    return routes


async def _mijn(connection: Connection, wie: Identiteit, declaratie_id: UUID) -> asyncpg.Record:
    """The declaratie when it is the caller's to see; 404 otherwise, whether it exists or not."""
    row = await store.declaratie(connection, declaratie_id)
    if row is None or not wie.ziet(row["gemeente"], row["aanbieder"]):
        raise not_found("Declaratie")
    return row


def declaratie_json(row: asyncpg.Record, vandaag: date) -> dict[str, Any]:
    """A declaratie and where it stands; totals are signed eurocents. ``teLaat``: (still) not answered in time."""
    klaar = dag_van(row["beantwoord_op"]) if row["beantwoord_op"] else vandaag
    return {
        "declaratieId": row["declaratie_id"],
        "declaratienummer": row["declaratienummer"],
        "gemeente": row["gemeente"],
        "aanbieder": row["aanbieder"],
        "periodeBegin": row["periode_begin"],
        "periodeEind": row["periode_eind"],
        "dagtekening": row["dagtekening"],
        "status": row["status"],
        "retourcodes": row["retourcodes"],
        "bevindingen": msgspec.json.decode(row["bevindingen"]),
        "aantalPrestaties": row["aantal_prestaties"],
        "aantalToegekend": row["aantal_toegekend"],
        "aantalAfgewezen": row["aantal_afgewezen"],
        "aantalInUitval": row["aantal_in_uitval"],
        "totaalIngediend": row["totaal_ingediend"],
        "totaalToegekend": row["totaal_toegekend"],
        "ontvangenOp": row["ontvangen_op"],
        "uiterlijkOp": row["uiterlijk_op"],
        "beantwoordOp": row["beantwoord_op"],
        "teLaat": klaar > row["uiterlijk_op"],
    }


def prestatie_json(row: asyncpg.Record) -> dict[str, Any]:
    """A prestatie and its verdict; ``client`` is the pseudonym, ``bedrag`` is absolute beside D or C."""
    open_ = "inUitval" if row["uitval_sinds"] else "inBehandeling"
    return {
        "volgnummer": row["volgnummer"],
        "client": row["client"],
        "referentie": row["referentie"],
        "vorigeReferentie": row["vorige_referentie"],
        "toewijzingNummer": row["toewijzing_nummer"],
        "productCategorie": row["product_categorie"],
        "productCode": row["product_code"],
        "begindatum": row["begindatum"],
        "einddatum": row["einddatum"],
        "volume": row["volume"],
        "eenheid": row["eenheid"],
        "tarief": row["tarief"],
        "bedrag": abs(row["bedrag"]),
        "debetCredit": "C" if row["bedrag"] < 0 else "D",
        "uitkomst": row["uitkomst"] or open_,
        "retourcodes": row["retourcodes"] or [],
        "clientRetourcodes": row["client_retourcodes"] or [],
        "besluitOp": row["besluit_op"],
    }
