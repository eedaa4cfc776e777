"""Verzoeken as the API shows them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from ijw.berichten import JW315, JW317
from ijw.termijnen import Soort as Termijnsoort
from ijw.termijnen import uiterlijk_op
from services.allocation.api.weergave import melding, overzicht
from services.allocation.beslissing.gevraagd import Gevraagd
from services.allocation.clienten import Persoon
from services.allocation.levensloop.verzoek import OPENSTAAND, Toestand
from services.allocation.store.verzoeklezen import Aantallen, gevraagd_van
from services.allocation.verzoektermijn import antwoord_uiterlijk, verzoek_uiterlijk
from services.platform.auth import Identiteit, Rol
from services.platform.clock import AMSTERDAM


class Verzoek(NamedTuple):
    """A verzoek with rows of its references and products in the order of its message: in a list only the first."""

    row: asyncpg.Record
    aantallen: Aantallen
    referenties: Sequence[asyncpg.Record]
    producten: Sequence[asyncpg.Record]

    @property
    def ontvangen(self) -> date:
        """The day of receipt in the Netherlands."""
        moment: date = self.row["ontvangen_op"].astimezone(AMSTERDAM).date()
        return moment

    @property
    def antwoorden(self) -> frozenset[UUID]:
        """Every message that answered one of these references."""
        ids = (rij[kolom] for rij in self.referenties for kolom in ("onderzoek_id", "antwoord_id"))
        return frozenset(bericht_id for bericht_id in ids if bericht_id is not None)


def regel(verzoek: Verzoek, vandaag: date) -> dict[str, Any]:
    """A verzoek in a list."""
    row = verzoek.row
    toestanden = verzoek.aantallen.toestanden
    uiterlijk = verzoek_uiterlijk(toestanden, verzoek.ontvangen, row["dagtekening"])
    om_toewijzing = row["berichtsoort"] == "JW315"
    return {
        "verzoekId": row["bericht_id"],
        "berichtsoort": row["berichtsoort"],
        "domein": row["domein"],
        "gemeente": row["gemeente"],
        "aanbieder": row["aanbieder"],
        "client": row["client"],
        "dagtekening": row["dagtekening"],
        "ontvangenOp": row["ontvangen_op"],
        "status": row["status"],
        "versie": row["versie"],
        "uiterlijkOp": uiterlijk,
        "teLaat": _te_laat(uiterlijk, vandaag),
        "woonplaatsbeginselUiterlijkOp": (
            uiterlijk_op(Termijnsoort.WOONPLAATSBEGINSEL, verzoek.ontvangen)
            if om_toewijzing and OPENSTAAND & toestanden
            else None
        ),
        "aantalReferenties": verzoek.aantallen.referenties,
        "aantalProducten": verzoek.aantallen.producten,
        "referenties": [_referentie(verzoek, rij, vandaag) for rij in verzoek.referenties],
        "producten": [_product(rij["volgnummer"], gevraagd_van(rij)) for rij in verzoek.producten],
    }


def detail(
    verzoek: Verzoek,
    bericht: JW315 | JW317,
    *,
    persoon: Persoon | None,
    lopende: Sequence[tuple[asyncpg.Record, Sequence[asyncpg.Record]]],
    beslissingen: Sequence[asyncpg.Record],
    meldingen: Sequence[asyncpg.Record],
    wie: Identiteit,
    vandaag: date,
) -> dict[str, Any]:
    """A verzoek whole: with what only its message says, the client, what runs, and what was decided.

    Who decided here is the gemeente's business: an aanbieder sees that it was decided, not by whom.
    """
    gevonden = regel(verzoek, vandaag)
    if isinstance(bericht, JW315):
        client = bericht.client
        gevonden["producten"] = [
            product | _aanvraag(aanvraag)
            for product, aanvraag in zip(gevonden["producten"], client.aangevraagde_producten, strict=True)
        ]
        eigen = {
            "persoon": {
                "bsn": client.bsn,
                "geboortedatum": msgspec.to_builtins(client.geboortedatum),
                "geslacht": client.geslacht,
                "naam": msgspec.to_builtins(client.naam),
            },
            "gezagsdragerBekend": client.gezagsdrager_bekend,
            "commentaar": client.commentaar,
            "redenVerzoek": None,
        }
    else:
        eigen = {
            "persoon": msgspec.to_builtins(persoon) if persoon else {"bsn": bericht.client.bsn},
            "gezagsdragerBekend": None,
            "commentaar": None,
            "redenVerzoek": bericht.client.verzoek.reden_verzoek,
        }
    return {
        **gevonden,
        **eigen,
        "lopendeToewijzingen": [overzicht(row, versies, vandaag) for row, versies in lopende],
        "beslissingen": [_beslissing(rij, wie) for rij in beslissingen],
        "meldingen": [melding(rij) for rij in meldingen],
    }


def _referentie(verzoek: Verzoek, rij: asyncpg.Record, vandaag: date) -> dict[str, Any]:
    toestand = Toestand(rij["toestand"])
    uiterlijk = antwoord_uiterlijk(toestand, verzoek.ontvangen, verzoek.row["dagtekening"])
    return {
        "referentieAanbieder": rij["referentie_aanbieder"],
        "status": Toestand.TOEGEKEND if toestand is Toestand.TOEGEKEND_NA_ONDERZOEK else toestand,
        "gewijzigdOp": rij["gewijzigd_op"],
        "uiterlijkOp": uiterlijk,
        "teLaat": _te_laat(uiterlijk, vandaag),
        "onderzoekBerichtId": rij["onderzoek_id"],
        "antwoordBerichtId": rij["antwoord_id"],
        "redenAfwijzingVerzoek": rij["reden_afwijzing"],
        "gemeenteWoonplaatsbeginsel": rij["woonplaats_gemeente"],
    }


def _product(volgnummer: int, product: Gevraagd) -> dict[str, Any]:
    omvang = {"volume": product.volume, "eenheid": product.eenheid, "frequentie": product.frequentie}
    return {
        "volgnummer": volgnummer,
        "soort": product.soort,
        "referentieAanbieder": product.referentie_aanbieder,
        "toewijzingnummer": product.toewijzing_nummer,
        "productcategorie": product.product_categorie,
        "productcode": product.product_code,
        "ingangsdatum": product.ingangsdatum,
        "einddatum": product.einddatum,
        "omvang": omvang if product.volume is not None else None,
        "budget": product.budget,
    }


def _aanvraag(product: Any) -> dict[str, Any]:
    """What only the message says of an AangevraagdProduct."""
    return {
        "beschikkingnummer": product.beschikking_nummer,
        "beschikkingIngangsdatum": product.beschikking_ingangsdatum,
        "verwijzer": msgspec.to_builtins(product.verwijzer),
        "raamcontract": product.raamcontract,
        "commentaar": product.commentaar,
    }


def _beslissing(rij: asyncpg.Record, wie: Identiteit) -> dict[str, Any]:
    return {
        "beslissingId": rij["beslissing_id"],
        "besluit": rij["besluit"],
        "door": None if wie.rol is Rol.AANBIEDER else rij["door"],
        "op": rij["vastgelegd_op"],
        "berichtIds": rij["bericht_ids"],
        "toewijzingnummers": rij["toewijzing_nummers"],
    }


def _te_laat(uiterlijk: date | None, vandaag: date) -> bool:
    return uiterlijk is not None and uiterlijk < vandaag
