"""Texts of rules on a prestatie by itself and beside other prestaties."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR304": tekst(
        "deze client staat niet in declaratie {referentie}",
        "voor deze client heeft de aanbieder van deze gemeente geen toewijzing ontvangen",
        bron="OP276",
    ),
    "TR314": tekst(
        "referentienummer {referentie} is door deze aanbieder al eerder gebruikt",
        "dit referentienummer is door deze aanbieder al eerder gebruikt",
        bron="OP283",
    ),
    "TR315": tekst(
        "naar referentienummer {referentie} wordt in dit bericht al verwezen door {eerder}",
        "naar referentienummer {referentie} wordt in dit bericht meer dan eens verwezen",
        "naar hetzelfde vorige referentienummer wordt in dit bericht meer dan eens verwezen",
    ),
    "TR316": tekst(
        "prestatie {referentie} staat zelf in dit bericht, als {eerder}, en kan hierin dus niet worden gecrediteerd",
        "prestatie {referentie} staat zelf in dit bericht en kan hierin dus niet worden gecrediteerd",
        "een prestatie kan niet worden gecrediteerd in het bericht waarin zij zelf staat",
        bron="IV086",
    ),
    "TR319": tekst(
        "de productperiode {gedeclareerd} ligt na de declaratieperiode, die eindigt op {verwacht}",
        "de productperiode ligt na de declaratieperiode",
    ),
    "TR323": tekst(
        "deze creditprestatie is niet gelijk aan debetprestatie {referentie}: {eerder}",
        "geen toegekende debetprestatie met referentienummer {referentie} komt overeen met deze creditprestatie",
        "geen toegekende debetprestatie komt overeen met deze creditprestatie",
        bron="IV085, IV091",
    ),
    "TR335": tekst(
        "de productperiode eindigt op {eind}, meer dan vijf jaar voor de declaratie (grens {grens})",
        "de productperiode eindigt meer dan vijf jaar voor de declaratie",
    ),
    "TR338": tekst(
        "toewijzing {toewijzing} van deze gemeente aan deze aanbieder is niet bekend: {eerder}",
        "toewijzing {toewijzing} van deze gemeente aan deze aanbieder is niet bekend",
        "de toewijzing van deze gemeente aan deze aanbieder is niet bekend",
        bron="IV084",
    ),
    "TR384": tekst(
        "toewijzing {toewijzing} is verwijderd (reden 13)",
        "de toewijzing is verwijderd (reden 13)",
        bron="OP276",
    ),
    "TR389": tekst(
        "deze levering is al gedeclareerd, onder referentienummer {eerder}, en niet gecrediteerd",
        "deze levering is al gedeclareerd en niet gecrediteerd",
        bron="OP366",
    ),
    "TR390": tekst(
        "prestatie {referentie} is al eerder gecrediteerd, onder referentienummer {eerder}",
        "prestatie {referentie} is al eerder gecrediteerd",
        "deze prestatie is al eerder gecrediteerd",
        bron="OP360",
    ),
    "TR416": tekst(
        "product {code} op toewijzing {toewijzing} over {waarde} staat al in dit bericht, als {eerder}",
        "dezelfde levering op toewijzing {toewijzing} staat al in dit bericht, als {eerder}",
        "dezelfde levering staat meer dan eens in dit bericht",
    ),
    "CD060": tekst(
        "deze debetprestatie (D) noemt vorig referentienummer {referentie}; dat doet alleen een creditprestatie (C)",
        "deze prestatie is credit ({waarde}) en noemt geen vorig referentienummer; ze heeft dat nodig",
        "een creditprestatie noemt het vorige referentienummer, een debetprestatie niet",
        bron="IV091",
    ),
    "CD087": tekst(
        "bij eenheid 83 (euro) hoort geen producttarief; hier staat {gedeclareerd}",
        "de prestatie is in {waarde} en heeft geen producttarief; dat mist alleen bij eenheid 83 (euro)",
        "het producttarief hoort er te zijn, behalve bij eenheid 83 (euro)",
    ),
    "CS337": tekst(
        "de productperiode {begin} tot en met {eind} ligt niet in een kalendermaand",
        "de productperiode ligt niet in een kalendermaand",
    ),
    "CS339": tekst(
        "het ingediende bedrag is {gedeclareerd}; bij eenheid 83 is dat het geleverde volume, {verwacht}",
        "bij eenheid 83 (euro) is het ingediende bedrag gelijk aan het geleverde volume",
    ),
}
