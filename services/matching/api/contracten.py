"""``/v1/contracten``: what a gemeente agreed with an aanbieder for a year."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from services.matching.api.velden import Geheel, Invoer, PadAanbieder, PadGemeente, PadJaar, eigen_gemeente
from services.matching.contract import NieuweRegel
from services.matching.contracten import zet_contract
from services.matching.store import contracten as store
from services.matching.store.contracten import Contractsleutel, OpgeslagenContract
from services.platform.auth import Identiteit, Rol, require
from services.platform.berichten.store import DOMEIN
from services.platform.problems import not_found
from services.platform.service import Context

MEESTE_REGELS = 2000

Code = Annotated[str, StringConstraints(min_length=1, max_length=5)]


class RegelInvoer(Invoer):
    """A line of a contract."""

    productcategorie: Code
    productcode: Code | None = Field(description="leeg: elke code van de categorie")
    eenheid: Code
    tarief: Geheel | None = Field(default=None, description="in centen per eenheid; mag leeg bij eenheid 83")
    variant: Literal["inspanningsgericht", "outputgericht"] | None = None
    geldig_van: date | None = Field(default=None, description="leeg: vanaf 1 januari")
    geldig_tot: date | None = Field(default=None, description="tot en met; leeg: 31 december")

    def als_regel(self) -> NieuweRegel:
        """For the rules."""
        return NieuweRegel(**self.model_dump())


class ContractInvoer(Invoer):
    """A contract, whole: it replaces the one before."""

    regels: Annotated[list[RegelInvoer], Field(max_length=MEESTE_REGELS)]
    plafond: Annotated[Geheel, Field(ge=0, le=10**13)] | None = Field(default=None, description="in centen")


def contracten_router(context: Context) -> APIRouter:
    """``/v1/contracten/{gemeente}/{aanbieder}/{jaar}``."""
    router = APIRouter(prefix="/v1/contracten/{gemeente}/{aanbieder}", tags=["contracten"])

    @router.put("/{jaar}", summary="Leg het contract van een jaar vast; verplichtingen en uitval volgen vanzelf")
    async def zet(
        *,
        gemeente: PadGemeente,
        aanbieder: PadAanbieder,
        jaar: PadJaar,
        invoer: ContractInvoer,
        response: Response,
        wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE))],
    ) -> dict[str, Any]:
        eigen_gemeente(context, wie, gemeente)
        sleutel = Contractsleutel(DOMEIN, gemeente, aanbieder, jaar)
        regels = [regel.als_regel() for regel in invoer.regels]
        return _json(await zet_contract(context, sleutel, regels, invoer.plafond, wie.sub), response)

    @router.get("/{jaar}", summary="Het contract zoals het nu geldt")
    async def lees(
        gemeente: PadGemeente,
        aanbieder: PadAanbieder,
        jaar: PadJaar,
        response: Response,
        wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER, Rol.AANBIEDER))],
    ) -> dict[str, Any]:
        async with context.database.connection() as connection:
            contract = await store.lees_contract(connection, Contractsleutel(DOMEIN, gemeente, aanbieder, jaar))
        if contract is None or not wie.ziet(gemeente, aanbieder):
            raise not_found("Contract")
        return _json(contract, response)

    return router


def _json(contract: OpgeslagenContract, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = f'"{contract.versie}"'
    return {
        "gemeente": contract.sleutel.gemeente,
        "aanbieder": contract.sleutel.aanbieder,
        "jaar": contract.sleutel.jaar,
        "versie": contract.versie,
        "gewijzigdOp": contract.gewijzigd_op,
        "regels": [
            {
                "productcategorie": regel.product_categorie,
                "productcode": regel.product_code,
                "eenheid": regel.eenheid,
                "tarief": regel.tarief_cent,
                "variant": regel.variant,
                "geldigVan": regel.geldig_van,
                "geldigTot": regel.geldig_tot,
            }
            for regel in contract.regels
        ],
        "plafond": contract.plafond_cent,
    }
