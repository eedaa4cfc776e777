"""Texts of rules on one toewijzing, or on one product asked for."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR302": tekst(
        "toewijzing {toewijzing} ({waarde}) overlapt met toewijzing {eerder} van hetzelfde product ({verwacht})",
        "toewijzing {toewijzing} overlapt met toewijzing {eerder} van hetzelfde product",
        "twee toewijzingen van hetzelfde product overlappen elkaar",
        bron="OP259",
    ),
    "TR332": tekst(
        "toewijzingnummer {toewijzing} is al van een andere toewijzing: {eerder}",
        "toewijzingnummer {toewijzing} is al van een andere toewijzing",
        "dit toewijzingnummer is al van een andere toewijzing",
        bron="OP275",
    ),
    "TR379": tekst(
        "bij referentie {referentie} van de aanbieder is geen openstaand verzoek bekend",
        "de referentie van de aanbieder hoort niet bij een openstaand verzoek",
        bron="IV097",
    ),
    "TR385": tekst(
        "toewijzing {toewijzing} kan niet worden verwijderd: er zijn toegekende prestaties die niet zijn gecrediteerd"
        " (aantal: {waarde})",
        "toewijzing {toewijzing} kan niet worden verwijderd: er zijn toegekende prestaties die niet zijn gecrediteerd",
        "de toewijzing kan niet worden verwijderd: er zijn toegekende prestaties die niet zijn gecrediteerd",
        bron="OP362",
    ),
    "CD041": tekst(
        "bij productcode {code} hoort een omvang, en die ontbreekt",
        "bij een productcode hoort een omvang",
    ),
    "CD075": tekst(
        "bij een budget van {budget} hoort een einddatum, en die ontbreekt",
        "bij een budget hoort een einddatum",
    ),
    "CD076": tekst(
        "bij een omvang van {waarde} hoort een einddatum, en die ontbreekt",
        "bij een omvang per week hoort een einddatum",
    ),
    "CD077": tekst(
        "naast een budget van {budget} staat geen omvang; hier staat {waarde}",
        "naast een budget staat geen omvang",
    ),
    "CD078": tekst(
        "naast een omvang van {waarde} staat geen budget; hier staat {budget}",
        "naast een omvang staat geen budget",
    ),
    "CD079": tekst("product en budget ontbreken allebei; zonder budget moet het product worden genoemd"),
    "CD080": tekst(
        "zonder productcode staat er geen omvang; hier staat {waarde}",
        "zonder productcode staat er geen omvang",
    ),
    "CS335": tekst(
        "verwijderen (reden 13) kan alleen als de einddatum gelijk is aan de ingangsdatum;"
        " hier zijn ze {eind} en {begin}",
        "verwijderen (reden 13) kan alleen als de einddatum gelijk is aan de ingangsdatum, {begin};"
        " hier ontbreekt de einddatum",
        "verwijderen (reden 13) kan alleen als de einddatum gelijk is aan de ingangsdatum",
    ),
    "CS336": tekst("reden wijziging 01 is vervallen; gebruik 14"),
    "CS338": tekst(
        "een omvang van {waarde} kan niet: deze eenheid gaat per week, per maand of in totaal",
        "deze eenheid kan alleen per week, per maand of in totaal",
        bron="OP305",
    ),
}
