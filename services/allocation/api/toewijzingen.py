"""``/v1/toewijzingen``: lists, looking a client's up, and one toewijzing with its history."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.allocation.api.regie import regie_van
from services.allocation.api.toegang import AanbiederFilter, GemeenteFilter, Lezer, binnen
from services.allocation.api.weergave import detail, overzicht
from services.allocation.clienten import open_verzegeld
from services.allocation.store import lezen, regie_lezen
from services.allocation.store import meldingen as store_meldingen
from services.allocation.store.register import versie_van
from services.platform.auth import Identiteit
from services.platform.berichten.store import DOMEIN
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.problems import not_found
from services.platform.service import Context

ActueelOp = Annotated[date | None, Query(alias="actueelOp", description="alleen wat op deze dag geldt")]


class Zoekvraag(BaseModel):
    """Body of ``_zoek``: the BSN travels in the body, never in a URL."""

    model_config = ConfigDict(extra="forbid")

    bsn: Annotated[str, Field(pattern=r"^[0-9]{9}$")]
    gemeente: Annotated[str | None, Field(pattern=r"^[0-9]{4}$")] = None
    aanbieder: Annotated[str | None, Field(pattern=r"^[0-9]{8}$")] = None


def toewijzingen_router(context: Context) -> APIRouter:
    """Routes on the register."""
    router = APIRouter(prefix="/v1/toewijzingen", tags=["toewijzingen"])

    @router.get("", summary="Toewijzingen zoals ze nu gelden")
    async def lijst(
        *,
        request: Request,
        response: Response,
        wie: Lezer,
        gemeente: GemeenteFilter = None,
        aanbieder: AanbiederFilter = None,
        actueel_op: ActueelOp = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        vraag = _vraag(wie, gemeente, aanbieder, actueel_op=actueel_op)
        return await _bladzijde(context, (request, response), vraag, cursor, limit)

    @router.post("/_zoek", summary="Toewijzingen van een client")
    async def zoek(
        *,
        request: Request,
        response: Response,
        wie: Lezer,
        zoekvraag: Zoekvraag,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        client = context.crypto.pseudonym(zoekvraag.bsn)
        vraag = _vraag(wie, zoekvraag.gemeente, zoekvraag.aanbieder, client=client)
        return await _bladzijde(context, (request, response), vraag, cursor, limit)

    @router.get("/{gemeente}/{toewijzingnummer}", summary="Een toewijzing met haar geschiedenis, starts en stops")
    async def toewijzing(
        gemeente: Annotated[str, Path(pattern=r"^[0-9]{4}$")],
        toewijzingnummer: Annotated[int, Path(ge=0, le=999_999_999)],
        wie: Lezer,
    ) -> dict[str, Any]:
        sleutel = (gemeente, toewijzingnummer)
        async with context.database.connection() as connection:
            row = await lezen.actueel(connection, DOMEIN, sleutel)
            if row is None or not wie.ziet(gemeente, row["aanbieder"]):
                raise not_found("Toewijzing")
            versies = (await lezen.geschiedenis(connection, DOMEIN, [sleutel]))[sleutel]
            meldingen = await store_meldingen.van_toewijzing(connection, DOMEIN, sleutel)
            plaats = (DOMEIN, gemeente, row["aanbieder"], row["client"])
            document = await lezen.client_document(connection, *plaats)
            aanleveringen = await regie_lezen.van_toewijzing(connection, DOMEIN, *sleutel)
        persoon = open_verzegeld(context.crypto.ring, plaats, document) if document else None
        regie = regie_van(aanleveringen, versie_van(versies[-1]))
        return {**detail(row, versies, meldingen, persoon, context.clock.today()), "regie": regie}

    return router


async def _bladzijde(
    context: Context, http: tuple[Request, Response], vraag: lezen.Vraag, cursor: str | None, limit: int
) -> dict[str, Any]:
    """One page of what is asked for, each toewijzing with its state today."""
    na = decode_cursor(cursor, str, int)
    async with context.database.connection() as connection:
        rows = await lezen.zoek(connection, vraag, (na[0], na[1]) if na else None, limit)
        sleutels = [(row["gemeente"], row["toewijzing_nummer"]) for row in rows[:limit]]
        versies = await lezen.geschiedenis(connection, DOMEIN, sleutels)
    vandaag = context.clock.today()
    return page(
        *http,
        rows,
        limit,
        item=lambda row: overzicht(row, versies[row["gemeente"], row["toewijzing_nummer"]], vandaag),
        position=lambda row: (row["gemeente"], row["toewijzing_nummer"]),
    )


def _vraag(
    wie: Identiteit,
    gemeente: str | None,
    aanbieder: str | None,
    *,
    client: str | None = None,
    actueel_op: date | None = None,
) -> lezen.Vraag:
    """What the caller asks for, narrowed to what is theirs."""
    gemeenten, van = binnen(wie, gemeente, aanbieder)
    return lezen.Vraag(domein=DOMEIN, gemeenten=gemeenten, aanbieder=van, client=client, actueel_op=actueel_op)
