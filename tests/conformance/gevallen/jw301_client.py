"""JW301, inside the message: the client, the relaties and how to reach them."""

from typing import Final

from msgspec.structs import replace

from ijw.berichten.basis import (
    Achternaam,
    Adres,
    Communicatie,
    Geboortedatum,
    Huis,
    OpenPeriode,
    Telefoon,
    Telefoonnummers,
    VolledigeNaam,
)
from ijw.berichten.jw301 import Contact301, Relatie301
from tests.conformance.basis import JW301_BASIS, D, jw301
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import dubbel, erbij, samen, weg, zet

_CLIENT: Final = "/Bericht/Client"
_CONTACT: Final = f"{_CLIENT}/Contactgegevens/Contact[1]"
_TWEEDE: Final = f"{_CLIENT}/Contactgegevens/Contact[2]"
_RELATIE: Final = f"{_CLIENT}/Relaties/Relatie[1]"

_ADRES = Adres(huis=Huis(huisnummer=3), postcode="7411AB", land_code="NL")
_TELEFOON = Telefoonnummers(telefoon01=Telefoon(telefoonnummer="0612345678", landnummer="0031"))
_TIJDELIJK = Contact301(soort="04", adres=_ADRES, periode=OpenPeriode(begindatum=D(2026, 1, 1)))
_MOEDER = Relatie301(
    nummer="1",
    soort="10",
    geboortedatum=Geboortedatum(datum=D(1985, 2, 3)),
    naam=VolledigeNaam(geslachtsnaam=Achternaam(achternaam="Smit"), naam_gebruik="1"),
    contact=Contact301(soort="03", adres=_ADRES),
)

B = JW301_BASIS
R = Basis(soort="JW301", maak=lambda t: jw301(t, relaties=(_MOEDER,)))
"""With a relatie."""
T = Basis(soort="JW301", maak=lambda t: jw301(t, contactgegevens=(jw301(t).client.contactgegevens[0], _TIJDELIJK)))
"""With a temporary address beside the other."""

_C = "client.contactgegevens.0"
_VREEMD = Adres(postcode="B-2000", land_code="BE")

GEVALLEN: Final[tuple[Geval, ...]] = (
    B.goed("TR002", "120-jaar-op-de-dag", zet("client.geboortedatum.datum", D(1906, 5, 6))),
    B.goed("TR002", "onbekend", zet("client.geboortedatum", Geboortedatum(datum=D(1900, 1, 1), datum_gebruik="3"))),
    B.fout(
        "TR002",
        "120-jaar-en-een-dag",
        zet("client.geboortedatum.datum", D(1906, 5, 5)),
        f"{_CLIENT}/Geboortedatum/Datum",
    ),
    R.fout(
        "TR002",
        "relatie",
        zet("client.relaties.0.geboortedatum.datum", D(1906, 5, 5)),
        f"{_RELATIE}/Geboortedatum/Datum",
    ),
    B.goed(
        "TR006",
        "alleen-telefoon",
        erbij("client.contactgegevens", lambda _, t: Contact301(soort="02", telefoon=_TELEFOON)),
    ),
    B.fout(
        "TR006",
        "alleen-emailadres",
        erbij("client.contactgegevens", lambda _, t: Contact301(soort="02", emailadres="a@example.org")),
        _TWEEDE,
    ),
    B.fout(
        "TR006",
        "alleen-postcode",
        erbij("client.contactgegevens", lambda _, t: Contact301(soort="02", adres=_VREEMD)),
        _TWEEDE,
    ),
    R.fout(
        "TR006",
        "relatie",
        zet("client.relaties.0.contact", Contact301(soort="02", organisatie="Bureau")),
        f"{_RELATIE}/Contact",
    ),
    B.goed("TR061", "alleen-correspondentieadres", zet(f"{_C}.soort", "02")),
    R.fout("TR061", "alleen-tijdelijk-adres", zet(f"{_C}.soort", "04"), _CLIENT),
    B.goed("TR101", "contacten-van-verschillende-soort", dubbel("client.contactgegevens", soort="03")),
    B.fout("TR101", "contacten-van-een-soort", dubbel("client.contactgegevens"), _TWEEDE),
    R.goed("TR101", "relaties-met-eigen-nummer", dubbel("client.relaties", nummer="2")),
    R.fout("TR101", "relaties-met-een-nummer", dubbel("client.relaties"), f"{_CLIENT}/Relaties/Relatie[2]"),
    B.goed("TR134", "vandaag-geboren", zet("client.geboortedatum.datum", D(2026, 5, 6))),
    B.fout(
        "TR134",
        "morgen-geboren",
        zet("client.geboortedatum.datum", D(2026, 5, 7)),
        f"{_CLIENT}/Geboortedatum/Datum",
    ),
    R.fout(
        "TR134",
        "relatie-morgen-geboren",
        zet("client.relaties.0.geboortedatum.datum", D(2026, 5, 7)),
        f"{_RELATIE}/Geboortedatum/Datum",
    ),
    B.goed(
        "CD005",
        "geen-van-beide",
        samen(zet(f"{_C}.soort", "02"), zet(f"{_C}.adres", None), zet(f"{_C}.telefoon", _TELEFOON)),
    ),
    B.fout("CD005", "postcode-zonder-landcode", weg(f"{_C}.adres.land_code"), f"{_CONTACT}/Adres/LandCode"),
    B.fout(
        "CD005",
        "landcode-zonder-postcode",
        samen(zet(f"{_C}.soort", "02"), weg(f"{_C}.adres.postcode")),
        f"{_CONTACT}/Adres/LandCode",
        ervoor=(("TR006", _CONTACT),),
    ),
    B.goed("CD007", "tolk-met-taal", zet("client.communicatie", Communicatie(vorm="1", taal="Tigrinya"))),
    B.goed("CD007", "gebarentolk-zonder-taal", zet("client.communicatie", Communicatie(vorm="2"))),
    B.fout(
        "CD007",
        "tolk-zonder-taal",
        zet("client.communicatie", Communicatie(vorm="1")),
        f"{_CLIENT}/Communicatie/Taal",
    ),
    B.fout(
        "CD007",
        "gebarentolk-met-taal",
        zet("client.communicatie", Communicatie(vorm="2", taal="Tigrinya")),
        f"{_CLIENT}/Communicatie/Taal",
    ),
    T.goed("CD009", "tijdelijk-adres-met-periode"),
    B.fout(
        "CD009",
        "vast-adres-met-periode",
        zet(f"{_C}.periode", OpenPeriode(begindatum=D(2026, 1, 1))),
        f"{_CONTACT}/Periode",
    ),
    B.goed("CD025", "buitenland-zonder-huis", samen(zet(f"{_C}.adres", _VREEMD), zet(f"{_C}.telefoon", _TELEFOON))),
    B.fout(
        "CD025",
        "nederland-zonder-huis",
        samen(weg(f"{_C}.adres.huis"), zet(f"{_C}.telefoon", _TELEFOON)),
        f"{_CONTACT}/Adres/Huis",
    ),
    B.goed(
        "CD034",
        "correspondentieadres-zonder-postcode",
        erbij("client.contactgegevens", lambda _, t: Contact301(soort="02", telefoon=_TELEFOON)),
    ),
    B.fout(
        "CD034",
        "brp-adres-zonder-adres",
        samen(weg(f"{_C}.adres"), zet(f"{_C}.telefoon", _TELEFOON)),
        f"{_CONTACT}/Adres/Postcode",
    ),
    B.fout(
        "CD034",
        "verblijfadres-zonder-postcode",
        samen(
            zet(f"{_C}.soort", "03"),
            zet(f"{_C}.adres", Adres(plaatsnaam="Zwolle")),
            zet(f"{_C}.telefoon", _TELEFOON),
        ),
        f"{_CONTACT}/Adres/Postcode",
    ),
    B.goed("CS002", "voldoet-aan-elfproef"),
    B.fout("CS002", "voldoet-niet-aan-elfproef", zet("client.bsn", "999900007"), f"{_CLIENT}/Bsn"),
    T.goed("CS003", "periode-van-een-dag", zet("client.contactgegevens.1.periode.einddatum", D(2026, 1, 1))),
    T.fout(
        "CS003",
        "periode-eindigt-voor-begin",
        zet("client.contactgegevens.1.periode.einddatum", D(2025, 12, 31)),
        f"{_TWEEDE}/Periode/Einddatum",
    ),
    T.fout(
        "CS003",
        "periode-zonder-begin",
        zet("client.contactgegevens.1.periode", OpenPeriode(einddatum=D(2026, 12, 31))),
        f"{_TWEEDE}/Periode/Einddatum",
    ),
    B.goed(
        "CS050",
        "partnernaam-eerst",
        samen(zet("client.naam.partnernaam", Achternaam(achternaam="Visser")), zet("client.naam.naam_gebruik", "3")),
    ),
    R.goed("CS050", "organisatie-als-relatie", zet("client.relaties.0.naam.naam_gebruik", "6")),
    B.fout(
        "CS050",
        "partnernaam-die-er-niet-is",
        zet("client.naam.naam_gebruik", "2"),
        f"{_CLIENT}/Naam/NaamGebruik",
    ),
    R.fout(
        "CS050",
        "organisatie-met-partnernaam",
        zet(
            "client.relaties.0.naam",
            replace(_MOEDER.naam, partnernaam=Achternaam(achternaam="Visser"), naam_gebruik="6"),
        ),
        f"{_RELATIE}/Naam/NaamGebruik",
    ),
    B.goed("CS089", "vier-cijfers-en-twee-letters", zet(f"{_C}.adres.postcode", "1011ab")),
    B.goed(
        "CS089",
        "buitenlandse-postcode",
        zet(f"{_C}.adres", replace(_VREEMD, huis=Huis(huisnummer=1))),
    ),
    B.fout("CS089", "met-spatie", zet(f"{_C}.adres.postcode", "1011 AB"), f"{_CONTACT}/Adres/Postcode"),
    B.fout("CS089", "begint-met-nul", zet(f"{_C}.adres.postcode", "0011AB"), f"{_CONTACT}/Adres/Postcode"),
    B.goed(
        "CS139",
        "dag-onbekend",
        zet("client.geboortedatum", Geboortedatum(datum=D(2014, 7, 1), datum_gebruik="1")),
    ),
    *(
        B.fout(
            "CS139",
            f"datumgebruik-{gebruik}",
            zet("client.geboortedatum", Geboortedatum(datum=datum, datum_gebruik=gebruik)),
            f"{_CLIENT}/Geboortedatum/DatumGebruik",
        )
        for gebruik, datum in (("1", D(2014, 7, 9)), ("2", D(2014, 7, 1)), ("3", D(2014, 1, 1)))
    ),
    R.fout(
        "CS139",
        "relatie",
        zet("client.relaties.0.geboortedatum.datum_gebruik", "1"),
        f"{_RELATIE}/Geboortedatum/DatumGebruik",
    ),
    R.goed("CS318", "relatie-is-organisatie", zet("client.relaties.0.naam.naam_gebruik", "6")),
    B.fout("CS318", "client-is-organisatie", zet("client.naam.naam_gebruik", "6"), f"{_CLIENT}/Naam"),
)
