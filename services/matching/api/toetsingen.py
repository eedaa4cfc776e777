"""``/v1/toetsingen``: what would happen to prestaties, without sending them."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from ijw.teksten import uitleg
from services.matching.api.velden import AGB, GEMEENTE, Geheel, Invoer, Tekst
from services.matching.toetsing import Toetsing, Toetsoordeel, toets
from services.platform.auth import Identiteit, Rol, require
from services.platform.events import PrestatieIngediend
from services.platform.problems import not_found
from services.platform.service import Context

MEESTE_PRESTATIES = 100_000

_Nummer = Annotated[Geheel, Field(ge=0, le=10**12)]
_Code = Annotated[str, StringConstraints(min_length=1, max_length=5)]


class PrestatieInvoer(Invoer):
    """A prestatie as in the event of the invoice service; ``client`` is the pseudonym made there."""

    volgnummer: Annotated[Geheel, Field(ge=1, le=10**6)]
    client: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{24}$")]
    referentie: Tekst
    toewijzing_nummer: _Nummer
    product_categorie: _Code
    product_code: _Code
    begindatum: date
    einddatum: date
    volume: _Nummer
    eenheid: _Code
    bedrag: _Nummer
    debet_credit: Literal["D", "C"]
    tarief: _Nummer | None = None
    vorige_referentie: Tekst | None = None
    retourcodes: tuple[_Code, ...] = ()


class ToetsingInvoer(Invoer):
    """A declaratie as it might be sent."""

    gemeente: Annotated[str, StringConstraints(pattern=GEMEENTE)]
    aanbieder: Annotated[str, StringConstraints(pattern=AGB)]
    periode_begin: date
    periode_eind: date
    declaratie_dagtekening: date
    prestaties: Annotated[list[PrestatieInvoer], Field(max_length=MEESTE_PRESTATIES)]

    def als_toetsing(self) -> Toetsing:
        """For the judge."""
        return Toetsing(
            gemeente=self.gemeente,
            aanbieder=self.aanbieder,
            periode_begin=self.periode_begin,
            periode_eind=self.periode_eind,
            declaratie_dagtekening=self.declaratie_dagtekening,
            prestaties=[PrestatieIngediend(**prestatie.model_dump()) for prestatie in self.prestaties],
        )


def toetsingen_router(context: Context) -> APIRouter:
    """``/v1/toetsingen``."""
    router = APIRouter(prefix="/v1/toetsingen", tags=["toetsingen"])

    @router.post("", summary="Toets prestaties aan de feiten van nu; er wordt niets vastgelegd")
    async def toetsingen(
        invoer: ToetsingInvoer, wie: Annotated[Identiteit, Depends(require(Rol.AANBIEDER))]
    ) -> dict[str, Any]:
        if not wie.ziet_aanbieder(invoer.aanbieder):
            raise not_found("Aanbieder")
        toetsing = await run_in_threadpool(invoer.als_toetsing)
        oordelen = await toets(context, toetsing)
        return {"prestaties": [_json(oordeel) for oordeel in oordelen]}

    return router


def _json(oordeel: Toetsoordeel) -> dict[str, Any]:
    return {
        "volgnummer": oordeel.volgnummer,
        "uitkomst": oordeel.uitkomst,
        "bevindingen": [
            {"regel": b.regel, "retourcode": b.retourcode, "uitleg": uitleg(b)} for b in oordeel.bevindingen
        ],
    }
