"""Texts of rules on starts (JW305) and stops (JW307)."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR018": tekst(
        "de stop eindigt op {eind}, voor de begindatum {begin}",
        "de einddatum van de stop ligt voor de begindatum",
    ),
    "CS058": tekst(
        "de status van aanlevering is {waarde}; toegestaan is 1 (eerste aanlevering) of 3 (verwijderen)",
        "de status van aanlevering is niet 1 (eerste aanlevering) of 3 (verwijderen)",
        bron="OP033",
    ),
}
