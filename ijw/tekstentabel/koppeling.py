"""Texts of rules on a prestatie against its toewijzing and the contract."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR307": tekst(
        "de productperiode begint op {gedeclareerd}, de toewijzing pas op {verwacht}",
        "de productperiode begint voor de toewijzing",
    ),
    "TR308": tekst(
        "de productperiode eindigt op {gedeclareerd}, de toewijzing al op {verwacht}",
        "de productperiode eindigt na de toewijzing",
    ),
    "TR387": tekst(
        "de productperiode begint op {gedeclareerd} en moet beginnen op {verwacht}",
        "de productperiode begint niet op de eerste dag van de maand of van de toewijzing",
        bron="IV089",
    ),
    "TR388": tekst(
        "de productperiode eindigt op {gedeclareerd} en moet eindigen op {verwacht}",
        "de productperiode eindigt niet op de laatste dag van de maand of van de toewijzing",
        bron="IV089",
    ),
    "TR321": tekst(
        "gedeclareerd {gedeclareerd}; toegestaan in deze productperiode {maximum} = {berekening}",
        "gedeclareerd {gedeclareerd}; toegestaan in deze productperiode {maximum}",
        "er is meer gedeclareerd dan in deze productperiode is toegestaan",
        bron="IV077",
    ),
    "TR322": tekst(
        "in totaal gedeclareerd {gedeclareerd}; toegestaan over de hele toewijzing {maximum} = {berekening}",
        "in totaal gedeclareerd {gedeclareerd}; toegestaan over de hele toewijzing {maximum}",
        "er is meer gedeclareerd dan over de hele toewijzing is toegestaan",
        bron="IV077",
    ),
    "TR369": tekst(
        "in totaal gedeclareerd {gedeclareerd}; het budget van de toewijzing is {budget}",
        "er is meer gedeclareerd dan het budget van de toewijzing",
    ),
    "TR339": tekst(
        "gedeclareerd in categorie {gedeclareerd}, toegewezen is categorie {toegewezen}",
        "de productcategorie is niet die van de toewijzing",
        bron="IV075",
    ),
    "TR340": tekst(
        "gedeclareerd is product {gedeclareerd}, toegewezen is product {toegewezen}",
        "de productcode is niet die van de toewijzing",
        bron="IV075",
    ),
    "TR341": tekst(
        "gedeclareerd in {gedeclareerd}, toegewezen of afgesproken is {toegewezen}",
        "de eenheid is niet die van de toewijzing of het contract",
    ),
    "TR346": tekst(
        "ingediend is {gedeclareerd}; berekend is {verwacht} = {berekening}",
        "ingediend is {gedeclareerd}; berekend is {verwacht}",
        "het ingediende bedrag is niet volume maal tarief",
        bron="IV081",
    ),
    "TR418": tekst(
        "het tarief is {gedeclareerd}; volgens het contract {verwacht} = {berekening}",
        "het tarief is {gedeclareerd}; volgens het contract {verwacht}",
        "het tarief is niet dat van het contract",
        bron="IV081",
    ),
    "herbouwd": tekst("hersteld na verlies van gegevens; de bevinding zelf is niet bewaard gebleven"),
    "geen-contractregel": tekst(
        "het contract heeft geen regel voor product {code} in categorie {categorie} met eenheid {waarde}",
        "er is geen contractregel voor product {code} in categorie {categorie} met deze eenheid",
        "er is geen contractregel voor dit product met deze eenheid",
    ),
}
