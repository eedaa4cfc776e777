"""A JW301 that passes every rule; a test changes the one thing it is about."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from ijw.berichten import JW301
from ijw.berichten.basis import (
    Achternaam,
    Adres,
    BerichtIdentificatie,
    Geboortedatum,
    Huis,
    Omvang,
    Product,
    VolledigeNaam,
    XsdVersie,
)
from ijw.berichten.jw301 import Client301, Contact301, Header301, ToegewezenProduct301

GEMEENTE = "0193"
AANBIEDER = "12345678"
BSN = "999900006"
ANDERE_BSN = "999900018"
CLIENT = Client301(
    bsn=BSN,
    geboortedatum=Geboortedatum(datum=date(2015, 3, 2)),
    geslacht="2",
    naam=VolledigeNaam(geslachtsnaam=Achternaam(achternaam="Jansen"), voorletters="P", naam_gebruik="1"),
    contactgegevens=(Contact301(soort="01", adres=Adres(huis=Huis(huisnummer=1), postcode="7411AB", land_code="NL")),),
    toegewezen_producten=(),
)
TOEWIJZING = ToegewezenProduct301(
    toewijzing_nummer=10072,
    product=Product(categorie="45", code="45A03"),
    toewijzingsdatum=date(2026, 4, 1),
    toewijzingstijd="12:00:00",
    ingangsdatum=date(2026, 4, 1),
    einddatum=date(2026, 9, 30),
    omvang=Omvang(volume=3, eenheid="04", frequentie="2"),
)


def toewijzing(nummer: int = 10072, **velden: Any) -> ToegewezenProduct301:
    """A toewijzing of three hours a week from April to September; ``velden`` says what is different."""
    return replace(TOEWIJZING, toewijzing_nummer=nummer, **velden)


def jw301(
    *toewijzingen: ToegewezenProduct301,
    identificatie: str = "1",
    dagtekening: date = date(2026, 5, 6),
    afzender: str = GEMEENTE,
    ontvanger: str = AANBIEDER,
    **client: Any,
) -> JW301:
    """A message with these toewijzingen; ``client`` says what is different about the client."""
    return JW301(
        header=Header301(
            bericht_code="436",
            bericht_versie=3,
            bericht_subversie=2,
            afzender=afzender,
            ontvanger=ontvanger,
            bericht_identificatie=BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening),
            xsd_versie=XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0"),
        ),
        client=replace(CLIENT, toegewezen_producten=toewijzingen or (TOEWIJZING,), **client),
    )
