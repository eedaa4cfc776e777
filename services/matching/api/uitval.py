"""``/v1/uitval``: what waits for a person, why, and the decision."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import Field, StringConstraints

from services.matching.api.inzien import BESLISSERS, LEZERS, beslis, eigen, lees, positie
from services.matching.api.velden import AGB, GEMEENTE, Invoer
from services.matching.api.weergave import besluit_json, detail_json, regel_json
from services.matching.rules.fout import INTERN
from services.matching.saldi import Besluit
from services.matching.store import uitval as store
from services.platform.auth import Identiteit, require
from services.platform.invoer import versie_van
from services.platform.paging import Cursor, Limit, page
from services.platform.service import Context

Lezer = Annotated[Identiteit, Depends(require(*LEZERS))]
Beslisser = Annotated[Identiteit, Depends(require(*BESLISSERS))]
UitvalId = Annotated[UUID, Path(alias="uitvalId")]
GemeenteFilter = Annotated[str | None, Query(pattern=GEMEENTE, description="CBS-code van de gemeente")]
AanbiederFilter = Annotated[str | None, Query(pattern=AGB, description="AGB-code van de aanbieder")]
Retourcode = Annotated[
    str | None,
    Query(pattern=rf"^([0-9A-Z]{{4}}|{INTERN})$", description=f"gevonden retourcode, of `{INTERN}`"),
]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4}$")]
Status = Literal["open", "besloten", "vervallen"]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="de ETag van de uitval zoals u haar zag")]


class BesluitInvoer(Invoer):
    """A decision; the retourcodes found count when a rejection names none."""

    besluit: Literal["toekennen", "afwijzen"]
    retourcodes: list[Code] = Field(default=[], max_length=100)
    motivering: str = Field(description="verplicht; de aanbieder kan haar lezen")

    def als_besluit(self) -> Besluit:
        """For the decision."""
        return Besluit(besluit=self.besluit, motivering=self.motivering, retourcodes=tuple(self.retourcodes))


def uitval_router(context: Context) -> APIRouter:
    """``/v1/uitval``."""
    router = APIRouter(prefix="/v1/uitval", tags=["uitval"])

    @router.get("", summary="Uitval op volgorde van binnenkomst")
    async def lijst(
        *,
        request: Request,
        response: Response,
        wie: Lezer,
        gemeente: GemeenteFilter = None,
        aanbieder: AanbiederFilter = None,
        retourcode: Retourcode = None,
        status: Status | None = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        vraag = eigen(wie, gemeente=gemeente, aanbieder=aanbieder, retourcode=retourcode, status=status)
        async with context.database.connection() as connection:
            regels = await store.lijst(connection, vraag, positie(cursor), limit)
        vandaag = context.clock.today()
        return page(
            request,
            response,
            regels,
            limit,
            item=lambda regel: regel_json(regel, wie, vandaag),
            position=lambda regel: (regel.volgnummer,),
        )

    @router.get("/{uitvalId}", summary="Een uitval met prestaties, toewijzing, bevindingen en berekening")
    async def detail(uitval_id: UitvalId, response: Response, wie: Lezer) -> dict[str, Any]:
        gevonden = await lees(context, wie, uitval_id)
        response.headers["ETag"] = f'"{gevonden.regel.versie}"'
        return detail_json(gevonden, wie, context.clock.today())

    @router.post(
        "/{uitvalId}/besluit",
        summary="Besluit over een uitval zoals u haar zag; herhalen geeft hetzelfde antwoord",
        responses={
            409: {"description": "Er is al besloten, of er valt niets meer te besluiten"},
            412: {"description": "De uitval is gewijzigd sinds u haar zag"},
            428: {"description": "If-Match ontbreekt"},
        },
    )
    async def besluit(
        *,
        uitval_id: UitvalId,
        invoer: BesluitInvoer,
        response: Response,
        wie: Beslisser,
        if_match: IfMatch = None,
    ) -> dict[str, Any]:
        genomen = await beslis(context, wie, uitval_id, invoer.als_besluit(), versie_van(if_match))
        response.headers["ETag"] = f'"{genomen.versie}"'
        return besluit_json(genomen)

    return router
