"""Texts of rules on the client, the relaties and how to reach them."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR002": tekst(
        "de geboortedatum ligt meer dan 120 jaar voor de dagtekening, {dagtekening}",
        "de geboortedatum ligt meer dan 120 jaar voor de dagtekening",
    ),
    "TR006": tekst("een contact heeft een telefoonnummer nodig, of een adres met huisnummer en postcode"),
    "TR061": tekst("de client heeft geen BRP-adres, correspondentieadres of verblijfadres"),
    "CD005": tekst("de landcode hoort er te zijn als de postcode er is, en anders niet"),
    "CD007": tekst("de taal hoort er te zijn bij een tolk (vorm 1) en bij geen andere vorm"),
    "CD009": tekst(
        "een periode hoort alleen bij een tijdelijk verblijfadres (04), niet bij soort {waarde}",
        "een periode hoort alleen bij een tijdelijk verblijfadres (04)",
    ),
    "CD025": tekst("een Nederlands adres heeft een huisnummer nodig"),
    "CD034": tekst(
        "een adres van soort {waarde} heeft een postcode nodig",
        "een BRP-adres en een verblijfadres hebben een postcode nodig",
    ),
    "CS050": tekst(
        "naamgebruik {waarde} past niet bij het wel of niet vermelden van een partnernaam",
        "het naamgebruik past niet bij het wel of niet vermelden van een partnernaam",
    ),
    "CS089": tekst("een Nederlandse postcode bestaat uit vier cijfers en twee letters, zonder spatie"),
    "CS139": tekst(
        "de geboortedatum past niet bij datumgebruik {waarde}: wat onbekend is wordt 1, een onbekende datum 1-1-1900",
        "de geboortedatum past niet bij het datumgebruik",
        bron="OP252",
    ),
    "CS318": tekst("naamgebruik 6 (geen natuurlijk persoon) kan niet bij een client"),
}
