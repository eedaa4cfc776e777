"""Texts of rules on the client, the relaties and how to reach them."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR002": tekst(
        "de geboortedatum ligt meer dan 120 jaar voor de dagtekening, {dagtekening}",
        "de geboortedatum ligt meer dan 120 jaar voor de dagtekening",
    ),
    "TR006": tekst(
        "dit contact heeft geen telefoonnummer, en {waarde}; een van beide moet volledig zijn",
        "een contact heeft een telefoonnummer nodig, of een adres met huisnummer en postcode",
    ),
    "TR061": tekst(
        "de contactgegevens zijn van soort {waarde}; minstens een moet van soort 01, 02 of 03 zijn"
        " (BRP-adres, correspondentieadres, verblijfadres)",
        "de client heeft geen BRP-adres, correspondentieadres of verblijfadres",
    ),
    "CD005": tekst(
        "het adres heeft {waarde}; ze horen er beide te zijn of geen van beide",
        "de landcode hoort er te zijn als de postcode er is, en anders niet",
    ),
    "CD007": tekst(
        "bij communicatievorm {code} staat {waarde}; een taal hoort bij vorm 1 (tolk) en bij geen andere vorm",
        "de taal hoort er te zijn bij een tolk (vorm 1) en bij geen andere vorm",
    ),
    "CD009": tekst(
        "een periode hoort alleen bij een tijdelijk verblijfadres (04), niet bij soort {waarde}",
        "een periode hoort alleen bij een tijdelijk verblijfadres (04)",
    ),
    "CD025": tekst("het adres heeft landcode NL maar geen huisnummer; een Nederlands adres heeft dat nodig"),
    "CD034": tekst(
        "een adres van soort {waarde} heeft een postcode nodig, en die ontbreekt",
        "een BRP-adres en een verblijfadres hebben een postcode nodig",
    ),
    "CS050": tekst(
        "naamgebruik {waarde} kan niet bij een naam {eerder} partnernaam; toegestaan is {verwacht}",
        "het naamgebruik past niet bij het wel of niet vermelden van een partnernaam",
    ),
    "CS089": tekst(
        "bij landcode NL bestaat de postcode uit vier cijfers en twee letters, zonder spatie;"
        " deze heeft {waarde} tekens en niet die vorm",
        "een Nederlandse postcode bestaat uit vier cijfers en twee letters, zonder spatie",
    ),
    "CS139": tekst(
        "bij datumgebruik {waarde} hoort in de geboortedatum {verwacht} te staan voor wat onbekend is",
        "de geboortedatum past niet bij het datumgebruik",
        bron="OP252",
    ),
    "CS318": tekst("het naamgebruik van de client is 6 (geen natuurlijk persoon); dat kan alleen bij een relatie"),
}
