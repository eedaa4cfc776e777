"""Texts of rules on starts (JW305) and stops (JW307)."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR018": tekst(
        "de stop eindigt op {eind}, voor de begindatum {begin}",
        "de einddatum van de stop ligt voor de begindatum",
    ),
    "TR019": tekst(
        "toewijzing {toewijzing} is niet bekend: {eerder}",
        "toewijzing {toewijzing} is niet bekend",
        "de toewijzing is niet bekend",
        bron="IV096",
    ),
    "TR063": tekst(
        "de {waarde} kan pas worden verwijderd als ook de {eerder} is verwijderd",
        "er is geen {waarde} om te verwijderen",
        "er is geen eerdere aanlevering met deze sleutel om te verwijderen",
        bron="OP033",
    ),
    "TR071": tekst(
        "de start van {begin} kan niet worden verwijderd: de {eerder} hoort er nog bij",
        "de start kan niet worden verwijderd zolang er een stop bij hoort",
        bron="OP033",
    ),
    "TR074": tekst(
        "de {waarde} is al aangeleverd en niet verwijderd",
        "een aanlevering met deze sleutel is er al en is niet verwijderd",
        bron="IV008",
    ),
    "TR326": tekst(
        "de start van {begin} kan niet: de start van {eerder} op hetzelfde toegewezen product loopt nog",
        "er loopt nog een start op hetzelfde toegewezen product",
        bron="OP289",
    ),
    "TR382": tekst(
        "de stop noemt de {gedeclareerd}, de laatst gemelde start is de {verwacht}",
        "de stop noemt de {gedeclareerd}, en die is niet gemeld",
        "de stop noemt niet de laatst gemelde start",
        bron="OP155",
    ),
    "TR413": tekst(
        "de start van {begin} is al tijdelijk gestopt per {eerder}; er kan alleen een definitieve stop bij",
        "de start is al tijdelijk gestopt; er kan alleen een definitieve stop bij",
        bron="OP378",
    ),
    "TR414": tekst(
        "de definitieve stop per {eind} ligt voor de tijdelijke stop per {eerder}",
        "de definitieve stop ligt voor de tijdelijke",
    ),
    "TR415": tekst(
        "de start van {begin} is al definitief gestopt per {eerder}",
        "de start is al definitief gestopt",
        bron="OP377",
    ),
    "CS058": tekst(
        "de status van aanlevering is {waarde}; toegestaan is 1 (eerste aanlevering) of 3 (verwijderen)",
        "de status van aanlevering is niet 1 (eerste aanlevering) of 3 (verwijderen)",
        bron="OP033",
    ),
}
