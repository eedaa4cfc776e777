"""Starts and stops, and the JW305 or JW307 around them; a test changes the one thing it is about."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from ijw.berichten import JW305, JW307
from ijw.berichten.basis import Achternaam, BerichtIdentificatie, Geboortedatum, Product, VerkorteNaam, XsdVersie
from ijw.berichten.jw305 import Client305, Header305, StartProduct305
from ijw.berichten.jw307 import Client307, Header307, StopProduct307
from tests.unit.allocation.voorbeelden import AANBIEDER, BSN, GEMEENTE

PRODUCT = Product(categorie="45", code="45A03")
START = StartProduct305(
    toewijzing_nummer=10072,
    product=PRODUCT,
    toewijzing_ingangsdatum=date(2026, 4, 1),
    begindatum=date(2026, 4, 3),
    status_aanlevering="1",
)
STOP = StopProduct307(
    toewijzing_nummer=10072,
    product=PRODUCT,
    toewijzing_ingangsdatum=date(2026, 4, 1),
    begindatum=date(2026, 4, 3),
    reden_beeindiging="31",
    einddatum=date(2026, 4, 20),
    status_aanlevering="1",
)
_PERSOON = {
    "geboortedatum": Geboortedatum(datum=date(2015, 3, 2)),
    "geslacht": "2",
    "naam": VerkorteNaam(geslachtsnaam=Achternaam(achternaam="Jansen"), voorletters="P"),
}


def start(nummer: int | None = 10072, **velden: Any) -> StartProduct305:
    """A start on 3 April; ``velden`` says what is different."""
    return replace(START, toewijzing_nummer=nummer, **velden)


def stop(nummer: int | None = 10072, **velden: Any) -> StopProduct307:
    """A definitive stop on 20 April of the start on the 3rd; ``velden`` says what is different."""
    return replace(STOP, toewijzing_nummer=nummer, **velden)


def weg(product: Any) -> Any:
    """The row that takes this start or stop back."""
    return replace(product, status_aanlevering="3")


def jw305(
    *starts: StartProduct305,
    identificatie: str = "1",
    dagtekening: date = date(2026, 5, 6),
    afzender: str = AANBIEDER,
    ontvanger: str = GEMEENTE,
    bsn: str = BSN,
) -> JW305:
    """A message with these starts."""
    return JW305(
        header=Header305(**_header("438", afzender, ontvanger, identificatie, dagtekening)),
        client=Client305(bsn=bsn, start_producten=starts or (START,), **_PERSOON),
    )


def jw307(
    *stops: StopProduct307,
    identificatie: str = "1",
    dagtekening: date = date(2026, 5, 6),
    afzender: str = AANBIEDER,
    ontvanger: str = GEMEENTE,
    bsn: str = BSN,
) -> JW307:
    """A message with these stops."""
    return JW307(
        header=Header307(**_header("440", afzender, ontvanger, identificatie, dagtekening)),
        client=Client307(bsn=bsn, stop_producten=stops or (STOP,), **_PERSOON),
    )


def _header(code: str, afzender: str, ontvanger: str, identificatie: str, dagtekening: date) -> dict[str, Any]:
    return {
        "bericht_code": code,
        "bericht_versie": 3,
        "bericht_subversie": 2,
        "afzender": afzender,
        "ontvanger": ontvanger,
        "bericht_identificatie": BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening),
        "xsd_versie": XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0"),
    }
