"""``/v1/termijnen``: what parties owe each other, until when, and how many werkdagen are left."""

from datetime import date
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, Query, Request, Response

from ijw.termijnen import TERMIJNEN, Soort, stand, werkdagen_over
from services.platform.auth import Identiteit, Rol, require
from services.platform.clock import dag_van
from services.platform.paging import Cursor, Limit, decode_cursor, page
from services.platform.service import Context
from services.platform.termijnen import store

Lezer = Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.AANBIEDER, Rol.MEDEWERKER))]
Partij = Annotated[
    str | None, Query(pattern=r"^([0-9]{4}|[0-9]{8})$", description="wie iets moet doen: CBS-code of AGB-code")
]
Gemeente = Annotated[str | None, Query(pattern=r"^[0-9]{4}$", description="CBS-code")]
Aanbieder = Annotated[str | None, Query(pattern=r"^[0-9]{8}$", description="AGB-code")]


def termijnen_router(context: Context, bron: store.Bron) -> APIRouter:
    """The terms of one service."""
    router = APIRouter(prefix="/v1/termijnen", tags=["termijnen"])

    @router.get("", summary="Termijnen, wat het eerst afloopt eerst: wat u moet doen en wat anderen u schuldig zijn")
    async def termijnen(
        *,
        request: Request,
        response: Response,
        wie: Lezer,
        partij: Partij = None,
        gemeente: Gemeente = None,
        aanbieder: Aanbieder = None,
        soort: Soort | None = None,
        status: store.Status | None = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        vraag = store.Vraag(partij=partij, gemeente=gemeente, aanbieder=aanbieder, soort=soort, status=status)
        na = decode_cursor(cursor, date, str, str)
        vandaag = context.clock.today()
        async with context.database.connection() as connection:
            rows = await store.lijst(
                connection, bron, wie, vraag, vandaag=vandaag, na=store.Plaats(*na) if na else None, limit=limit
            )
        return page(
            request,
            response,
            rows,
            limit,
            item=lambda row: termijn_json(row, bron, vandaag),
            position=lambda row: (row["uiterlijk_op"], row["soort"], row["sleutel"]),
        )

    return router


def termijn_json(row: asyncpg.Record, bron: store.Bron, vandaag: date) -> dict[str, Any]:
    """A term as it stands today, or as it stood on the day it was met."""
    soort = Soort(row["soort"])
    peildag = dag_van(row["voldaan_op"]) if row["voldaan_op"] else vandaag
    return {
        "soort": soort,
        "regel": TERMIJNEN[soort].regel,
        **bron.onderwerp(row),
        "gemeente": row["gemeente"],
        "aanbieder": row["aanbieder"],
        "wie": row["wie"],
        "aan": row["aan"],
        "begin": row["begin"],
        "uiterlijkOp": row["uiterlijk_op"],
        "werkdagenOver": werkdagen_over(row["uiterlijk_op"], peildag),
        "status": stand(soort, row["uiterlijk_op"], peildag),
        "voldaanOp": row["voldaan_op"],
    }
