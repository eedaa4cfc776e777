"""Uitval as JSON."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ijw.bevinding import Bevinding
from ijw.teksten import uitleg
from services.matching.beleid import CLIENTCODE
from services.matching.besluiten import PRESTATIECODES, Genomen
from services.matching.feiten import Saldo, Toewijzing
from services.matching.store.uitval import Detail, Gebeurtenis, UitvalPrestatie, UitvalRegel
from services.matching.termijn import uiterlijk_op
from services.platform.auth import Identiteit, Rol


def mogelijke_retourcodes(soort: str) -> Sequence[str]:
    """The codes of the standard that a rejection of such an item can carry, sorted."""
    return (CLIENTCODE,) if soort == "client" else sorted(PRESTATIECODES)


def door_wie(wie: Identiteit, door: str | None) -> str | None:
    """Who decided is between the people of the gemeente; an aanbieder hears that it was decided."""
    return None if wie.rol is Rol.AANBIEDER else door


def regel_json(regel: UitvalRegel, wie: Identiteit, vandaag: date) -> dict[str, Any]:
    """An item in a list. ``bedrag`` is signed eurocents over all its prestaties.

    ``uiterlijkOp`` is the day by which its declaratie must be answered; ``teLaat``: that day has gone by
    without a decision.
    """
    uiterlijk = uiterlijk_op(regel.ontvangen_op)
    return {
        "uitvalId": regel.uitval_id,
        "soort": regel.soort,
        "status": regel.status,
        "versie": regel.versie,
        "gemeente": regel.gemeente,
        "aanbieder": regel.aanbieder,
        "declaratieId": regel.declaratie_id,
        "declaratienummer": regel.declaratienummer,
        "retourcodes": regel.retourcodes,
        "aantalPrestaties": regel.aantal_prestaties,
        "bedrag": regel.bedrag_cent,
        "ontvangenOp": regel.ontvangen_op,
        "ontstaanOp": regel.ontstaan_op,
        "uiterlijkOp": uiterlijk,
        "teLaat": regel.status == "open" and vandaag > uiterlijk,
        "besluit": regel.besluit,
        "beslotenDoor": door_wie(wie, regel.besloten_door),
        "beslotenOp": regel.besloten_op,
    }


def detail_json(gevonden: Detail, wie: Identiteit, vandaag: date) -> dict[str, Any]:
    """Everything about an item; ``client`` is a pseudonym."""
    declaratie = gevonden.declaratie
    return regel_json(gevonden.regel, wie, vandaag) | {
        "client": gevonden.client,
        "periodeBegin": declaratie.periode_begin,
        "periodeEind": declaratie.periode_eind,
        "dagtekening": declaratie.dagtekening,
        "besluitRetourcodes": gevonden.besluit_retourcodes,
        "motivering": gevonden.motivering,
        "mogelijkeRetourcodes": mogelijke_retourcodes(gevonden.regel.soort),
        "prestaties": [_prestatie_json(deel) for deel in gevonden.prestaties],
        "kandidaten": [toewijzing_json(kandidaat) for kandidaat in gevonden.kandidaten],
        "historie": [_gebeurtenis_json(gebeurtenis, wie) for gebeurtenis in gevonden.historie],
    }


def _prestatie_json(deel: UitvalPrestatie) -> dict[str, Any]:
    prestatie = deel.prestatie
    return {
        "volgnummer": prestatie.volgnummer,
        "referentie": prestatie.referentie,
        "vorigeReferentie": prestatie.vorige_referentie,
        "toewijzingNummer": prestatie.toewijzing_nummer,
        "productCategorie": prestatie.product_categorie,
        "productCode": prestatie.product_code,
        "begindatum": prestatie.begindatum,
        "einddatum": prestatie.einddatum,
        "volume": prestatie.volume,
        "eenheid": prestatie.eenheid,
        "tarief": prestatie.tarief,
        "bedrag": prestatie.bedrag,
        "debetCredit": prestatie.debet_credit,
        "toestand": deel.toestand,
        "bevindingen": [bevinding_json(bevinding) for bevinding in deel.bevindingen],
        "retourcodes": deel.retourcodes,
        "clientRetourcodes": deel.client_retourcodes,
        "toewijzing": toewijzing_json(deel.toewijzing) if deel.toewijzing is not None else None,
        "saldo": _saldo_json(deel.saldo) if deel.saldo is not None else None,
    }


def bevinding_json(bevinding: Bevinding) -> dict[str, Any]:
    """A finding: its rule, its inputs and calculation, and all of it in one sentence."""
    return {
        "regel": bevinding.regel,
        "retourcode": bevinding.retourcode or None,
        "niveau": bevinding.niveau,
        "pad": bevinding.pad,
        "invoer": bevinding.invoer,
        "uitleg": uitleg(bevinding),
    }


def toewijzing_json(toewijzing: Toewijzing) -> dict[str, Any]:
    """The version of a toewijzing that counts now."""
    return {
        "toewijzingNummer": toewijzing.toewijzing_nummer,
        "client": toewijzing.client,
        "ingangsdatum": toewijzing.ingangsdatum,
        "einddatum": toewijzing.einddatum,
        "verwijderd": toewijzing.verwijderd,
        "productCategorie": toewijzing.product_categorie,
        "productCode": toewijzing.product_code,
        "volume": toewijzing.volume,
        "eenheid": toewijzing.eenheid,
        "frequentie": toewijzing.frequentie,
        "budget": toewijzing.budget,
    }


def _saldo_json(saldo: Saldo) -> dict[str, Any]:
    """What is awarded or in uitval on the toewijzing, net of credits; volume in its unit, hours as minutes."""
    return {"volume": saldo.volume, "bedrag": saldo.bedrag_cent, "aantalToegekend": saldo.aantal_toegekend}


def _gebeurtenis_json(gebeurtenis: Gebeurtenis, wie: Identiteit) -> dict[str, Any]:
    return {
        "versie": gebeurtenis.versie,
        "gebeurtenis": gebeurtenis.gebeurtenis,
        "door": door_wie(wie, gebeurtenis.door),
        "op": gebeurtenis.op,
        "besluit": gebeurtenis.besluit,
        "retourcodes": gebeurtenis.retourcodes,
        "motivering": gebeurtenis.motivering,
    }


def besluit_json(genomen: Genomen) -> dict[str, Any]:
    """A decision, the same whether it was taken now or repeated."""
    return {
        "uitvalId": genomen.uitval_id,
        "versie": genomen.versie,
        "status": "besloten",
        "besluit": genomen.besluit,
        "retourcodes": genomen.retourcodes,
        "motivering": genomen.motivering,
        "beslotenDoor": genomen.door,
        "beslotenOp": genomen.op,
    }
