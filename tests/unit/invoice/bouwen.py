"""Small JW323 messages for tests: what a test does not care about has a value that breaks no rule."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ijw.berichten import JW323
from ijw.berichten.basis import (
    BedragMetDC,
    BerichtIdentificatie,
    GeslotenPeriode,
    Referentie,
    TotaalBedragMetDC,
    XsdVersie,
)
from ijw.berichten.jw323 import Client323, Declaratie323, Header323, Prestatie323
from ijw.codec import build

GEMEENTE = "0193"
AANBIEDER = "12345678"
BSN = "999900006"
BSN2 = "999900018"


def prestatie(referentie: str, bedrag: int = 7500, **rest: Any) -> Prestatie323:
    """One prestatie over April 2026; a negative ``bedrag`` with ``vorige`` is a credit."""
    vorige = rest.pop("vorige", None)
    begin = rest.pop("begin", date(2026, 4, 1))
    eind = rest.pop("eind", date(2026, 4, 30))
    waarden: dict[str, Any] = {
        "toewijzing_nummer": 1001,
        "product_categorie": "45",
        "product_code": "45A04",
        "geleverd_volume": abs(bedrag) // 1500,
        "eenheid": "04",
        "product_tarief": 1500,
    } | rest
    return Prestatie323(
        product_referentie=Referentie(referentie_nummer=referentie, vorig_referentie_nummer=vorige),
        product_periode=GeslotenPeriode(begindatum=begin, einddatum=eind),
        ingediend_bedrag=BedragMetDC.van_cent(bedrag),
        **waarden,
    )


def declaratie(
    clienten: Mapping[str, Sequence[Prestatie323]],
    *,
    identificatie: str = "B1",
    nummer: str = "D1",
    gemeente: str = GEMEENTE,
    aanbieder: str = AANBIEDER,
    begin: date = date(2026, 4, 1),
    eind: date = date(2026, 4, 30),
    dagtekening: date = date(2026, 5, 6),
    totaal: int | None = None,
) -> JW323:
    """A declaratie of April 2026, its total the sum of its prestaties unless given."""
    som = sum(p.ingediend_bedrag.met_teken for prestaties in clienten.values() for p in prestaties)
    return JW323(
        header=Header323(
            bericht_code="490",
            bericht_versie=3,
            bericht_subversie=2,
            afzender=aanbieder,
            ontvanger=gemeente,
            bericht_identificatie=BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening),
            xsd_versie=XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.1"),
        ),
        declaratie=Declaratie323(
            declaratie_nummer=nummer,
            declaratie_periode=GeslotenPeriode(begindatum=begin, einddatum=eind),
            declaratie_dagtekening=dagtekening,
            totaal_ingediend_bedrag=TotaalBedragMetDC.van_cent(som if totaal is None else totaal),
            clienten=tuple(Client323(bsn=bsn, prestaties=tuple(prestaties)) for bsn, prestaties in clienten.items()),
        ),
    )


def xml(clienten: Mapping[str, Sequence[Prestatie323]], **rest: Any) -> bytes:
    """The same as bytes to send."""
    return build(declaratie(clienten, **rest))
