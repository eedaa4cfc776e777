"""Texts of rules on a declaratie as a whole."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR137": tekst(
        "de einddatum {eind} moet liggen van de begindatum {begin} tot en met de dagtekening {dagtekening}",
        "de einddatum ligt voor de begindatum of na de dagtekening van het bericht",
    ),
    "TR318": tekst(
        "de declaratieperiode begint op {gedeclareerd}, voor die van de laatst ingediende: {eerder}",
        "de declaratieperiode ligt voor de laatst ingediende, {eerder}",
        "de declaratieperiode ligt voor de laatst ingediende",
        bron="OP284, IV090",
    ),
    "TR333": tekst(
        "declaratienummer {referentie} is door deze aanbieder al eerder gebruikt",
        "dit declaratienummer is door deze aanbieder al eerder gebruikt",
    ),
    "TR358": tekst(
        "het totaal is {gedeclareerd}; debet min credit van alle prestaties is {verwacht}",
        "het totaal is niet gelijk aan debet min credit van alle prestaties",
        bron="IV086",
    ),
    "CS100": tekst(
        "de periode begint op {waarde}; gedeclareerd kan worden vanaf 01-01-2021",
        "de periode begint voor 1 januari 2021",
    ),
    "CS325": tekst("het bedrag is 0 en staat als credit (C); een bedrag van 0 is altijd debet (D)"),
    "CS340": tekst(
        "de declaratieperiode is {begin} tot en met {eind}; een hele kalendermaand is {verwacht}",
        "de declaratieperiode {begin} tot en met {eind} is niet precies een kalendermaand",
        "de declaratieperiode is niet precies een kalendermaand",
    ),
}
