"""``/v1/beleid``: what a gemeente does with findings, where that is not the default."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints, model_validator

from services.matching.api.velden import Invoer, PadGemeente, eigen_gemeente
from services.matching.beleid import STANDAARD, Beleid, behandeling
from services.matching.contracten import zet_beleid
from services.matching.rules import RETOURCODES
from services.matching.store import contracten as store
from services.platform.auth import Identiteit, Rol, require
from services.platform.berichten.store import DOMEIN
from services.platform.service import Context


class BeleidRegel(Invoer):
    """What is done with one retourcode."""

    retourcode: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4}$")]
    behandeling: Literal["afwijzen", "uitval"]


class BeleidInvoer(Invoer):
    """A policy, whole: codes left out are treated by default."""

    regels: Annotated[list[BeleidRegel], Field(max_length=100)]

    @model_validator(mode="after")
    def _elk_een_keer(self) -> "BeleidInvoer":
        codes = [regel.retourcode for regel in self.regels]
        dubbel = sorted({code for code in codes if codes.count(code) > 1})
        if dubbel:
            raise ValueError(f"retourcode {', '.join(dubbel)} staat er meer dan een keer")
        return self

    def als_beleid(self) -> Beleid:
        """By retourcode."""
        return {regel.retourcode: regel.behandeling for regel in sorted(self.regels, key=lambda r: r.retourcode)}


def beleid_router(context: Context) -> APIRouter:
    """``/v1/beleid/{gemeente}``."""
    router = APIRouter(prefix="/v1/beleid", tags=["beleid"])

    @router.put("/{gemeente}", summary="Leg eigen beleid vast, voor wat voortaan wordt beoordeeld")
    async def zet(
        gemeente: PadGemeente, invoer: BeleidInvoer, wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE))]
    ) -> dict[str, Any]:
        eigen_gemeente(context, wie, gemeente)
        beleid = await zet_beleid(context, DOMEIN, gemeente, invoer.als_beleid(), wie.sub)
        return _json(gemeente, beleid.regels)

    @router.get("/{gemeente}", summary="Het beleid: eigen regels, en wat er met elke retourcode gebeurt")
    async def lees(
        gemeente: PadGemeente, wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER))]
    ) -> dict[str, Any]:
        eigen_gemeente(context, wie, gemeente)
        async with context.database.connection() as connection:
            beleid = await store.lees_beleid(connection, DOMEIN, gemeente)
        return _json(gemeente, beleid.regels if beleid is not None else STANDAARD)

    return router


def _json(gemeente: str, eigen: Beleid) -> dict[str, Any]:
    return {
        "gemeente": gemeente,
        "regels": [{"retourcode": code, "behandeling": wijze} for code, wijze in eigen.items()],
        "geldend": [{"retourcode": code, "behandeling": behandeling(code, eigen)} for code in sorted(RETOURCODES)],
    }
