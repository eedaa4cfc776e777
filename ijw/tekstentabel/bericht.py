"""Texts of rules on any message: header, keys, dates, codes from a list."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR056": tekst(
        "declaratie {eerder} is al eerder beantwoord",
        "identificatie {referentie} is door deze afzender al eerder voor deze berichtsoort gebruikt",
        "deze identificatie is door deze afzender al eerder voor deze berichtsoort gebruikt",
    ),
    "TR101": tekst(
        "dezelfde sleutel ({referentie}) staat al in dit bericht, bij {eerder}",
        "dezelfde sleutel komt in dit bericht meer dan eens voor",
    ),
    "TR134": tekst(
        "de datum {waarde} ligt na de dagtekening van het bericht, {dagtekening}",
        "de datum ligt na de dagtekening van het bericht, {dagtekening}",
        "de datum ligt na de dagtekening van het bericht",
    ),
    "TR135": tekst(
        "de dagtekening {dagtekening} ligt na de dag van ontvangst, {grens}",
        "de dagtekening ligt in de toekomst",
    ),
    "TR378": tekst(
        "gemeentecode {code} stond op {grens} niet in de lijst van het CBS",
        "de gemeentecode staat niet in de lijst van het CBS",
    ),
    "TR381": tekst(
        "productcode {code} hoort niet bij categorie {categorie} of staat niet in de gebruikte productcodelijst",
        "de productcode hoort niet bij de categorie of staat niet in de gebruikte productcodelijst",
        bron="IV075",
    ),
    "CS002": tekst("het burgerservicenummer voldoet niet aan de elfproef"),
    "CS003": tekst(
        "de einddatum {eind} ligt voor de begindatum {begin}",
        "bij de einddatum {eind} ontbreekt de begindatum",
        "de einddatum ligt voor de begindatum, of de begindatum ontbreekt",
    ),
}
