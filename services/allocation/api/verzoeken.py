"""``/v1/verzoeken``: what aanbieders asked for and until when it is to be answered; one of them whole."""

from datetime import date
from typing import Annotated, Any, Final, cast
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Query, Request, Response

from ijw.berichten import JW315, JW317
from services.allocation.api.toegang import AanbiederFilter, GemeenteFilter, Lezer, binnen
from services.allocation.api.verzoekweergave import Verzoek, detail, regel
from services.allocation.beslissing.bewaard import lees_bewaard
from services.allocation.clienten import open_verzegeld
from services.allocation.levensloop.verzoek import Verzoekstatus
from services.allocation.register import lopend
from services.allocation.store import beslissingen, lezen, verzoeklezen
from services.allocation.store.meldingen import van_berichten
from services.allocation.store.register import versie_van
from services.platform.auth import Identiteit
from services.platform.berichten import store as berichtenstore
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.problems import not_found
from services.platform.service import Context

VerzoekId = Annotated[UUID, Path(alias="verzoekId")]
EERSTE: Final = 5
"""How many references and products of each verzoek a list shows; most have no more."""

StatusFilter = Annotated[Verzoekstatus | None, Query(description="van het verzoek als geheel")]


def verzoeken_router(context: Context) -> APIRouter:
    """Routes on verzoeken."""
    router = APIRouter(prefix="/v1/verzoeken", tags=["verzoeken"])

    @router.get(
        "", summary=f"Verzoeken op volgorde van binnenkomst, met de eerste {EERSTE} referenties en producten van elk"
    )
    async def lijst(
        *,
        request: Request,
        response: Response,
        wie: Lezer,
        status: StatusFilter = None,
        gemeente: GemeenteFilter = None,
        aanbieder: AanbiederFilter = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        na = decode_cursor(cursor, int)
        gemeenten, van = binnen(wie, gemeente, aanbieder)
        vraag = verzoeklezen.Vraag(
            domein=DOMEIN, gemeenten=gemeenten, aanbieder=van, status=status, na=na[0] if na else None
        )
        async with context.database.connection() as connection:
            rows = await verzoeklezen.lijst(connection, vraag, limit)
            verzoeken = await _in_het_kort(connection, rows[:limit])
        vandaag = context.clock.today()
        return page(
            request,
            response,
            rows,
            limit,
            item=lambda row: regel(verzoeken[row["bericht_id"]], vandaag),
            position=lambda row: (row["volgnummer"],),
        )

    @router.get("/{verzoekId}", summary="Een verzoek met de client, de lopende toewijzingen en wat er is beslist")
    async def verzoek(verzoek_id: VerzoekId, response: Response, wie: Lezer) -> dict[str, Any]:
        return await _verzoek(context, verzoek_id, response, wie)

    return router


async def _verzoek(context: Context, verzoek_id: UUID, response: Response, wie: Identiteit) -> dict[str, Any]:
    """All of it as it is at one moment."""
    vandaag = context.clock.today()
    async with context.database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = await verzoeklezen.verzoek(connection, verzoek_id)
        if row is None or not wie.ziet(row["gemeente"], row["aanbieder"]):
            raise not_found("Verzoek")
        gevonden = await _geheel(connection, row)
        genomen = await beslissingen.van_verzoek(connection, verzoek_id)
        meldingen = await van_berichten(connection, gevonden.antwoorden)
        bericht = await berichtenstore.bericht_by_id(connection, verzoek_id)
        plaats = (row["domein"], row["gemeente"], row["aanbieder"], row["client"])
        lopende = await _lopende(connection, plaats, vandaag)
        document = await lezen.client_document(connection, *plaats)
    assert bericht is not None
    gelezen = await lees_bewaard(context, bericht)
    response.headers["ETag"] = f'"{row["versie"]}"'
    return detail(
        gevonden,
        cast("JW315 | JW317", gelezen),
        persoon=open_verzegeld(context.crypto.ring, plaats, document) if document else None,
        lopende=lopende,
        beslissingen=genomen,
        meldingen=meldingen,
        wie=wie,
        vandaag=vandaag,
    )


async def _in_het_kort(connection: Connection, rows: list[asyncpg.Record]) -> dict[UUID, Verzoek]:
    """Verzoeken with the first of their references and products, in three questions however many there are.

    One verzoek can have ten thousand of each: a page of them whole would be hundreds of megabytes.
    """
    ids = [row["bericht_id"] for row in rows]
    aantallen = await verzoeklezen.aantallen_van(connection, ids)
    producten = await verzoeklezen.eerste_producten(connection, ids, EERSTE)
    referenties = await verzoeklezen.referenties_bij(connection, rows, producten)
    return {
        verzoek_id: Verzoek(row, aantallen[verzoek_id], referenties[verzoek_id], producten[verzoek_id])
        for verzoek_id, row in zip(ids, rows, strict=True)
    }


async def _geheel(connection: Connection, row: asyncpg.Record) -> Verzoek:
    """A verzoek with all of its references and products."""
    ids = [row["bericht_id"]]
    (aantallen,) = (await verzoeklezen.aantallen_van(connection, ids)).values()
    (referenties,) = (await verzoeklezen.referenties_van(connection, ids)).values()
    (producten,) = (await verzoeklezen.producten_van(connection, ids)).values()
    return Verzoek(row, aantallen, referenties, producten)


async def _lopende(
    connection: Connection, plaats: tuple[str, str, str, str], vandaag: date
) -> list[tuple[asyncpg.Record, list[asyncpg.Record]]]:
    """The client's current toewijzingen at this aanbieder, each with its versions."""
    domein, gemeente, aanbieder, client = plaats
    vraag = lezen.Vraag(domein=domein, gemeenten=[gemeente], aanbieder=aanbieder, client=client)
    rows = await lezen.zoek(connection, vraag, None, _MEESTE_TOEWIJZINGEN)
    versies = await lezen.geschiedenis(connection, domein, [(gemeente, row["toewijzing_nummer"]) for row in rows])
    per_row = [(row, versies[gemeente, row["toewijzing_nummer"]]) for row in rows]
    return [(row, verloop) for row, verloop in per_row if lopend([versie_van(verloop[-1])], vandaag)]


_MEESTE_TOEWIJZINGEN = 10_000
