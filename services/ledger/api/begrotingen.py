"""Begrotingen in and out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.ledger.api.toegang import Code, Jaar, toegang
from services.ledger.api.weergave import begroting_json
from services.ledger.begroting import stel_vast
from services.ledger.budget import NIET_BEGROOT
from services.ledger.handlers import SERVICE_NAME
from services.ledger.rules import Post
from services.ledger.store.lezen import Peil, begrotingen
from services.platform.auth import Identiteit, Rol, require
from services.platform.database import lock_keys
from services.platform.problems import not_found
from services.platform.service import Context

MAX_BEGROOT_CENT = 10**13

_Naam = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Categorie = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]


class PostInvoer(BaseModel):
    """A line of a begroting."""

    model_config = ConfigDict(extra="forbid")

    post: Annotated[_Naam, Field(description="naam van de post", examples=["Ambulante jeugdhulp"])]
    productcategorieen: Annotated[list[_Categorie], Field(min_length=1, max_length=100, examples=[["45", "46"]])]
    bedrag: Annotated[int, Field(strict=True, ge=0, le=MAX_BEGROOT_CENT, description="in centen")]


class BegrotingInvoer(BaseModel):
    """A begroting, whole: it replaces the one before."""

    model_config = ConfigDict(extra="forbid")

    posten: Annotated[list[PostInvoer], Field(max_length=100)]

    @model_validator(mode="after")
    def _sluit_uit(self) -> "BegrotingInvoer":
        namen = [post.post.casefold() for post in self.posten]
        if len(set(namen)) < len(namen):
            raise ValueError("twee posten hebben dezelfde naam")
        if NIET_BEGROOT in namen:
            raise ValueError(f"de naam '{NIET_BEGROOT}' is voor wat in geen post staat")
        categorieen = [categorie for post in self.posten for categorie in post.productcategorieen]
        dubbel = sorted({categorie for categorie in categorieen if categorieen.count(categorie) > 1})
        if dubbel:
            raise ValueError(f"productcategorie {', '.join(dubbel)} staat meer dan een keer in de begroting")
        return self

    def als_posten(self) -> list[Post]:
        """The posts, productcategorieen in order."""
        return [Post(post.post, tuple(sorted(post.productcategorieen)), post.bedrag) for post in self.posten]


def begrotingen_router(context: Context) -> APIRouter:
    """``/v1/gemeenten/{code}/begrotingen/{jaar}``."""
    router = APIRouter(prefix="/v1/gemeenten/{code}/begrotingen", tags=["begrotingen"])
    plaats_van = toegang(context)

    @router.put("/{jaar}", summary="Stel de begroting van een jaar vast; een gewijzigde begroting wordt omgeboekt")
    async def zet(
        code: Code, jaar: Jaar, invoer: BegrotingInvoer, wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE))]
    ) -> dict[str, Any]:
        plaats = plaats_van(wie, code)
        vandaag, nu = context.clock.today(), context.clock.now()
        async with context.database.transaction() as connection:
            await lock_keys(connection, SERVICE_NAME, [code])
            begroting = await stel_vast(
                connection, plaats, jaar, invoer.als_posten(), door=wie.sub, vandaag=vandaag, nu=nu
            )
        return begroting_json(code, begroting)

    @router.get("/{jaar}", summary="De begroting van een jaar zoals die nu geldt")
    async def lees(
        code: Code,
        jaar: Jaar,
        wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER, Rol.ACCOUNTANT))],
    ) -> dict[str, Any]:
        plaats = plaats_van(wie, code)
        async with context.database.connection() as connection:
            gevonden = await begrotingen(connection, plaats.domein, [code], jaar, Peil())
        if code not in gevonden:
            raise not_found("Begroting")
        return begroting_json(code, gevonden[code])

    return router
