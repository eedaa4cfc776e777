"""``/v1/verzoeken/{verzoekId}/beslissingen``: a gemeente decides, and the message that follows is made and sent."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from pydantic import Field, StringConstraints

from ijw.berichten.basis import Communicatie, Omvang, Product, VolledigeNaam
from ijw.berichten.jw301 import Contact301, Relatie301
from services.allocation.api.klassemodel import model_van, waarde_van
from services.allocation.api.verzoeken import VerzoekId
from services.allocation.beslissing.beslissen import beslis
from services.allocation.beslissing.besluit import Besluit, Keuze, Wat
from services.allocation.beslissing.clientgegevens import Opgave
from services.allocation.beslissing.genomen import Genomen
from services.platform.auth import Identiteit, Rol, require
from services.platform.invoer import Geheel, Invoer, versie_van
from services.platform.service import Context

Beslisser = Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.MEDEWERKER))]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="de ETag van het verzoek zoals u het zag")]
Tekst = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Kort = Annotated[str, StringConstraints(min_length=1, max_length=36)]
_MEESTE = 10_000

ProductInvoer: Any = model_van(Product)
OmvangInvoer: Any = model_van(Omvang)
NaamInvoer: Any = model_van(VolledigeNaam)
CommunicatieInvoer: Any = model_van(Communicatie)
RelatieInvoer: Any = model_van(Relatie301)
ContactInvoer: Any = model_van(Contact301)


class KeuzeInvoer(Invoer):
    """What is chosen for one product; what is left out is as the aanbieder asked."""

    volgnummer: Annotated[Geheel, Field(ge=1, description="van het product in het verzoek")]
    toewijzingnummer: Annotated[Geheel, Field(ge=0, le=999_999_999)] | None = Field(
        default=None, description="voor een nieuwe toewijzing; leeg: het volgende vrije nummer van de gemeente"
    )
    product: ProductInvoer | None = None
    ingangsdatum: date | None = None
    einddatum: date | None = None
    omvang: OmvangInvoer | None = None
    budget: Geheel | None = Field(default=None, description="in centen")
    commentaar: Tekst | None = None

    def als_keuze(self) -> Keuze:
        """For the decision. A field that is sent as null takes away what was asked."""
        anders: dict[str, Any] = {}
        for veld in ("ingangsdatum", "einddatum", "budget"):
            if veld in self.model_fields_set:
                anders[veld] = getattr(self, veld)
        if "product" in self.model_fields_set:
            anders |= _delen(self.product, {"categorie": "product_categorie", "code": "product_code"})
        if "omvang" in self.model_fields_set:
            anders |= _delen(self.omvang, {"volume": "volume", "eenheid": "eenheid", "frequentie": "frequentie"})
        return Keuze(
            volgnummer=self.volgnummer, nummer=self.toewijzingnummer, commentaar=self.commentaar, anders=anders
        )


class ClientInvoer(Invoer):
    """What a toewijzing says of the client and nothing told before; it goes before what is known."""

    naam: NaamInvoer | None = None
    naam_gebruik: Kort | None = None
    communicatie: CommunicatieInvoer | None = None
    juridische_status: Kort | None = None
    wettelijke_vertegenwoordiging: Kort | None = None
    commentaar: Tekst | None = None
    relaties: list[RelatieInvoer] = Field(default=[], max_length=100)
    contactgegevens: list[ContactInvoer] = Field(default=[], max_length=100)

    def als_opgave(self) -> Opgave:
        """For the decision."""
        return Opgave(
            naam=None if self.naam is None else waarde_van(self.naam, VolledigeNaam),
            naam_gebruik=self.naam_gebruik,
            communicatie=None if self.communicatie is None else waarde_van(self.communicatie, Communicatie),
            juridische_status=self.juridische_status,
            wettelijke_vertegenwoordiging=self.wettelijke_vertegenwoordiging,
            commentaar=self.commentaar,
            relaties=tuple(waarde_van(relatie, Relatie301) for relatie in self.relaties),
            contactgegevens=tuple(waarde_van(contact, Contact301) for contact in self.contactgegevens),
        )


class BeslissingInvoer(Invoer):
    """A decision about a verzoek."""

    besluit: Wat
    referenties: list[Kort] | None = Field(
        default=None, max_length=_MEESTE, description="welke referenties; leeg: alle die nog openstaan"
    )
    reden_afwijzing_verzoek: Annotated[str, StringConstraints(pattern=r"^[1-9]$")] | None = Field(
        default=None, description="bij afwijzen (WJ759)"
    )
    gemeente_woonplaatsbeginsel: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = Field(
        default=None, description="bij reden 8: de gemeente die wel verantwoordelijk is"
    )
    producten: list[KeuzeInvoer] = Field(default=[], max_length=_MEESTE)
    client: ClientInvoer = Field(default=ClientInvoer())

    def als_besluit(self) -> Besluit:
        """For the decision."""
        return Besluit(
            besluit=self.besluit,
            referenties=None if self.referenties is None else tuple(self.referenties),
            reden=self.reden_afwijzing_verzoek,
            gemeente=self.gemeente_woonplaatsbeginsel,
            producten=tuple(keuze.als_keuze() for keuze in self.producten),
            client=self.client.als_opgave(),
        )


def beslissingen_router(context: Context) -> APIRouter:
    """The decision about a verzoek."""
    router = APIRouter(prefix="/v1/verzoeken", tags=["verzoeken"])

    @router.post(
        "/{verzoekId}/beslissingen",
        summary="Beslis over een verzoek zoals u het zag: de JW301 of JW319 wordt gemaakt en verzonden",
        responses={
            409: {"description": "Er is al beslist, of wat eerder is verzonden staat in de weg"},
            412: {"description": "Het verzoek is gewijzigd sinds u het zag"},
            428: {"description": "If-Match ontbreekt"},
        },
    )
    async def beslissing(
        *,
        verzoek_id: VerzoekId,
        invoer: BeslissingInvoer,
        response: Response,
        wie: Beslisser,
        if_match: IfMatch = None,
    ) -> dict[str, Any]:
        genomen = await beslis(context, wie, verzoek_id, invoer.als_besluit(), versie_van(if_match))
        response.headers["ETag"] = f'"{genomen.versie}"'
        return _json(genomen)

    return router


def _delen(model: Invoer | None, namen: dict[str, str]) -> dict[str, Any]:
    return {naar: None if model is None else getattr(model, van) for van, naar in namen.items()}


def _json(genomen: Genomen) -> dict[str, Any]:
    return {
        "beslissingId": genomen.beslissing_id,
        "verzoekId": genomen.verzoek_id,
        "besluit": genomen.besluit,
        "door": genomen.door,
        "op": genomen.op,
        "berichten": [
            {
                "berichtId": row["bericht_id"],
                "berichtsoort": row["berichtsoort"],
                "identificatie": row["identificatie"],
            }
            for row in genomen.berichten
        ],
        "toewijzingnummers": list(genomen.toewijzing_nummers),
    }
