"""The page ``/matching/werkbak``: the queue of uitval, one item with everything about it, and the decision."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.matching.api.inzien import BESLISSERS, LEZERS, beslis, eigen, lees, mag_besluiten, nummers_van, positie
from services.matching.api.werkbak_beeld import code, detailbeeld, door_in_woorden, regelbeeld
from services.matching.api.werkbak_keuze import (
    STATUSSEN,
    VAKJE,
    ZOEKCODES,
    Formulier,
    Keuze,
    formulier_van,
    keuze_van,
    leeg_formulier,
)
from services.matching.besluiten import MEESTE_TEKENS
from services.matching.motivering import zonder_bsn
from services.matching.store import uitval as store
from services.matching.store.feiten import contracten_alle_jaren
from services.matching.store.lijsten import productcodes_van
from services.matching.store.uitval import Detail
from services.platform.auth import Identiteit, Rol
from services.platform.pages import Pages, check_csrf, datum, page_identity, read_form
from services.platform.paging import encode_cursor
from services.platform.problems import Problem
from services.platform.service import Context

PER_BLADZIJDE: Final = 50
MEEST_GETELD: Final = 1000

_VERSIE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)

UitvalId = Annotated[UUID, Path(alias="uitvalId")]
Veld = Annotated[str, Query(max_length=100)]


def werkbak_router(context: Context) -> APIRouter:
    """The pages, and what a browser needs to sign in."""
    pages = Pages("matching")
    router = APIRouter(include_in_schema=False)
    router.include_router(pages.sign_in_router())
    werkbak = Werkbak(context, pages)

    @router.get("/werkbak")
    async def lijst(
        request: Request,
        gemeente: Veld = "",
        aanbieder: Veld = "",
        retourcode: Veld = "",
        status: Veld = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        wie = await page_identity(request, *LEZERS)
        return await werkbak.lijst(request, wie, keuze_van(gemeente, aanbieder, retourcode, status), cursor)

    @router.get("/werkbak/{uitvalId}")
    async def detail(request: Request, uitval_id: UitvalId, vastgelegd: Veld = "") -> Response:
        wie = await page_identity(request, *LEZERS)
        gevonden = await lees(context, wie, uitval_id)
        melding = {}
        if vastgelegd and gevonden.regel.besloten_door == wie.sub:
            melding = {"goed": "Uw besluit is vastgelegd."}
        return await werkbak.detail(request, wie, gevonden, leeg_formulier(gevonden), melding)

    @router.post("/werkbak/{uitvalId}")
    async def besluit(request: Request, uitval_id: UitvalId) -> Response:
        wie = await page_identity(request, *BESLISSERS)
        velden = await read_form(request)
        check_csrf(request, velden)
        return await werkbak.besluit(request, wie, uitval_id, velden)

    return router


class Werkbak:
    """Makes the pages of the queue."""

    def __init__(self, context: Context, pages: Pages) -> None:
        self._context = context
        self._pages = pages
        self._gemeenten = {gemeente.code: gemeente.naam for gemeente in context.gemeenten}

    async def lijst(self, request: Request, wie: Identiteit, keuze: Keuze, cursor: str | None) -> Response:
        """The queue, oldest first."""
        regels, geteld = [], 0
        if not keuze.fouten:
            filter_ = keuze.filter_(wie)
            async with self._context.database.connection() as connection:
                regels = await store.lijst(connection, filter_, positie(cursor), PER_BLADZIJDE)
                geteld = await store.tel(connection, filter_, MEEST_GETELD)
        getoond = regels[:PER_BLADZIJDE]
        volgende = encode_cursor((getoond[-1].volgnummer,)) if len(regels) > PER_BLADZIJDE else None
        vandaag = self._context.clock.today()
        return self._pages.render(
            request,
            "werkbak.html",
            400 if keuze.fouten else 200,
            wie=wie,
            keuze=keuze,
            rijen=[regelbeeld(regel, self._gemeenten, vandaag) for regel in getoond],
            geteld=geteld,
            meest_geteld=MEEST_GETELD,
            verder=cursor is not None,
            eerste=keuze.als_vraag(),
            volgende=keuze.als_vraag(volgende) if volgende else None,
            gemeenten=self._keuzegemeenten(wie),
            codes=[code(naam) for naam in ZOEKCODES],
            statussen=STATUSSEN,
        )

    def _keuzegemeenten(self, wie: Identiteit) -> list[tuple[str, str]]:
        """Code and name of the gemeenten that the caller can choose from, by name."""
        codes = wie.gemeenten if wie.rol not in {Rol.AANBIEDER, Rol.BEHEER} else self._gemeenten.keys()
        return sorted(((naam, self._gemeenten.get(naam, naam)) for naam in codes), key=lambda paar: paar[1])

    async def detail(
        self,
        request: Request,
        wie: Identiteit,
        gevonden: Detail,
        formulier: Formulier,
        melding: Mapping[str, str],
        status: int = 200,
    ) -> Response:
        """One item; ``melding`` is a text by its kind (goed, fout)."""
        regel = gevonden.regel
        partijen = (regel.gemeente, regel.aanbieder)
        async with self._context.database.connection() as connection:
            domein = gevonden.declaratie.domein
            contracten = await contracten_alle_jaren(connection, domein, {partijen})
            producten = await productcodes_van(connection, self._context, domein, regel.gemeente)
            volgende = await store.lijst(connection, eigen(wie, status="open"), regel.volgnummer, 0)
        rij = regelbeeld(regel, self._gemeenten, self._context.clock.today())
        beeld = detailbeeld(gevonden, rij, contracten.get(partijen, {}), producten, wie)
        return self._pages.render(
            request,
            "uitval.html",
            status,
            wie=wie,
            beeld=beeld,
            formulier=formulier,
            overig_gekozen=any(reden.code in formulier.codes for reden in beeld.overige_codes),
            melding=melding,
            mag=mag_besluiten(wie),
            volgende=volgende[0] if volgende else None,
            vakje=VAKJE,
            meeste_tekens=MEESTE_TEKENS,
        )

    async def besluit(self, request: Request, wie: Identiteit, uitval_id: UUID, velden: Mapping[str, str]) -> Response:
        """Take the decision of a form, or show why not."""
        gevonden = await lees(self._context, wie, uitval_id)
        formulier = formulier_van(gevonden, velden)
        if formulier.fouten and gevonden.regel.status == "open":
            return await self.detail(request, wie, gevonden, formulier, {}, 400)
        try:
            if formulier.fouten:
                raise Problem(409, "al-besloten", "Hier valt niets meer te besluiten")
            await beslis(self._context, wie, uitval_id, formulier.als_besluit(), _versie(velden))
        except Problem as problem:
            if problem.status not in {400, 409, 412}:
                raise
            return await self._geweigerd(request, wie, uitval_id, formulier._replace(fouten={}), problem)
        return RedirectResponse(f"{request.url.path}?vastgelegd=1", status_code=303)

    async def _geweigerd(
        self, request: Request, wie: Identiteit, uitval_id: UUID, formulier: Formulier, problem: Problem
    ) -> Response:
        """The item as it is now, with what was filled in."""
        nu = await lees(self._context, wie, uitval_id)
        melding: dict[str, Any] = {}
        if problem.status == 400:
            formulier = formulier._replace(
                motivering=zonder_bsn(formulier.motivering, nummers_van(nu)),
                fouten={"motivering": problem.detail or problem.titel},
            )
        elif problem.status == 412:
            melding = {
                "fout": "Uw besluit is niet vastgelegd: de uitval is gewijzigd terwijl u haar bekeek. Hieronder staat"
                " zij zoals zij nu is. Wat u invulde is bewaard; kijk de bevindingen na en besluit opnieuw."
            }
        else:
            melding = {"fout": f"Uw besluit is niet vastgelegd: {_eerder(nu, wie)}"}
        return await self.detail(request, wie, nu, formulier, melding, problem.status)


def _versie(velden: Mapping[str, str]) -> int:
    """The version that the form was made for; -1, which matches none, when it has none."""
    versie = velden.get("versie", "")
    return int(versie) if _VERSIE.fullmatch(versie) else -1


def _eerder(nu: Detail, wie: Identiteit) -> str:
    regel = nu.regel
    if regel.besluit is None or regel.besloten_op is None:
        return "de uitval is intussen vervallen; er valt niets meer te besluiten."
    door = "u" if regel.besloten_door == wie.sub else door_in_woorden(wie, regel.besloten_door)
    return f"{door} besloot al op {datum(regel.besloten_op)}. Dat besluit staat hieronder."
