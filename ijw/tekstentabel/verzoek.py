"""Texts of rules on verzoeken (JW315, JW317) and on the answer to one (JW319)."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR347": tekst(
        "referentie {referentie} is door deze aanbieder al in een eerder verzoek gebruikt",
        "deze referentie is door deze aanbieder al in een eerder verzoek gebruikt",
        bron="OP361",
    ),
    "TR349": tekst(
        "toewijzing {toewijzing} loopt op de dagtekening en ontbreekt in het verzoek;"
        " elke lopende toewijzing staat er in, ongewijzigd of te wijzigen",
        "een lopende toewijzing ontbreekt in het verzoek",
        bron="OP308",
    ),
    "TR350": tekst(
        "toewijzing {toewijzing} is op de dagtekening geen lopende toewijzing van deze client bij deze aanbieder",
        "een ongewijzigd product is geen lopende toewijzing van deze client bij deze aanbieder",
    ),
    "TR351": tekst(
        "toewijzing {toewijzing} is op de dagtekening geen lopende toewijzing van deze client bij deze aanbieder",
        "een te wijzigen product is geen lopende toewijzing van deze client bij deze aanbieder",
    ),
    "TR352": tekst(
        "het verzoek noemt geen ongewijzigd en geen te wijzigen product, en {waarde} nieuwe;"
        " zonder lopende toewijzing hoort het een JW315 te zijn",
        "het verzoek noemt geen ongewijzigd en geen te wijzigen product",
    ),
    "TR353": tekst(
        "het verzoek noemt geen te wijzigen en geen nieuw product, en {waarde} ongewijzigde; er wordt niets gevraagd",
        "het verzoek noemt geen te wijzigen en geen nieuw product",
    ),
    "TR355": tekst(
        "referentie {referentie} is niet van een verzoek dat deze aanbieder aan deze gemeente heeft gedaan",
        "de referentie is niet van een verzoek dat deze aanbieder aan deze gemeente heeft gedaan",
    ),
    "TR357": tekst(
        "de gewenste ingangsdatum {waarde} ligt niet na de dagtekening {dagtekening};"
        " dan moet het de ingangsdatum van toewijzing {toewijzing} zijn, {verwacht}",
        "de gewenste ingangsdatum ligt niet na de dagtekening en is niet de ingangsdatum van de toewijzing",
        bron="IV092",
    ),
    "TR359": tekst(
        "het verzoek met referentie {referentie} is al {eerder}; daarna komt er geen antwoord meer",
        "het verzoek is al toegekend met een JW301; daarna komt er geen antwoord meer",
    ),
    "TR360": tekst(
        "het verzoek met referentie {referentie} is al {eerder};"
        " in onderzoek nemen kan een keer, en alleen als eerste antwoord",
        "het verzoek heeft al een antwoord; in onderzoek nemen kan een keer, en alleen als eerste antwoord",
    ),
    "TR361": tekst(
        "in de gevraagde situatie overlapt {waarde} met {eerder}, van hetzelfde product",
        "in de gevraagde situatie overlappen twee producten die hetzelfde zijn",
        bron="OP347",
    ),
    "TR365": tekst(
        "het verzoek met referentie {referentie} is al {eerder}; na een afwijzing komt er geen antwoord meer",
        "het verzoek is al afgewezen; daarna komt er geen antwoord meer",
    ),
    "TR373": tekst(
        "gevraagd is {berekening} waar {toegewezen} is toegewezen; een ander budget of totaal geldt vanaf de"
        " ingangsdatum van toewijzing {toewijzing}, {verwacht}, en niet vanaf {waarde}",
        "een ander budget of totaal geldt vanaf de ingangsdatum van de toewijzing",
        bron="IV092",
    ),
    "TR374": tekst(
        "op een eerder verzoek van deze aanbieder voor deze client wacht nog een antwoord van de gemeente: {eerder}",
        "een eerder verzoek van deze aanbieder voor deze client wacht nog op een antwoord van de gemeente",
        bron="OP350",
    ),
    "TR375": tekst(
        "toewijzing {toewijzing} noemt geen product; dan staat er geen omvang, en gevraagd is {waarde}",
        "de toewijzing noemt geen product; dan staat er geen omvang",
    ),
    "TR377": tekst(
        "reden afwijzing 8 (woonplaatsbeginsel) noemt de gemeente die wel verantwoordelijk is, en die ontbreekt",
        bron="IV095",
    ),
    "TR380": tekst(
        "de gewenste ingangsdatum van een nieuw product is {waarde}; die moet na de dagtekening {dagtekening} liggen",
        "de gewenste ingangsdatum van een nieuw product ligt niet na de dagtekening",
    ),
    "TR383": tekst(
        "referentie {referentie} is in dit bericht al van {eerder}",
        "dezelfde referentie staat bij meer dan een aangevraagd product",
        bron="OP344",
    ),
    "TR386": tekst(
        "het aangevraagde product ({waarde}) overlapt met {eerder} van hetzelfde product ({verwacht})",
        "twee aangevraagde producten die hetzelfde zijn overlappen elkaar",
    ),
    "TR409": tekst(
        "bij reden afwijzing {waarde} hoort geen andere gemeente; genoemd is {code}."
        " Dat kan alleen bij reden 8 (woonplaatsbeginsel)",
        "zonder reden afwijzing hoort er geen andere gemeente; genoemd is {code}."
        " Dat kan alleen bij reden 8 (woonplaatsbeginsel)",
        "een andere gemeente hoort alleen bij reden afwijzing 8 (woonplaatsbeginsel)",
        bron="IV095",
    ),
    "TR410": tekst(
        "het nieuwe product ({waarde}) overlapt met {eerder} van hetzelfde product ({verwacht})",
        "twee nieuwe producten die hetzelfde zijn overlappen elkaar",
    ),
    "TR411": tekst(
        "toewijzing {toewijzing} is van productcode {code}; dan hoort de omvang er te staan, ook als die gelijk blijft",
        "de toewijzing heeft een productcode; dan hoort de omvang er te staan, ook als die gelijk blijft",
    ),
    "TR412": tekst(
        "toewijzing {toewijzing} heeft geen productcode; dan staat er geen omvang, en gevraagd is {waarde}",
        "de toewijzing heeft geen productcode; dan staat er geen omvang",
    ),
    "CD043": tekst(
        "bij beschikkingnummer {referentie} hoort een ingangsdatum van de beschikking, en die ontbreekt",
        "er is geen beschikkingnummer; dan hoort er ook geen ingangsdatum van de beschikking, en die is {waarde}",
        "beschikkingnummer en ingangsdatum van de beschikking horen er beide te zijn of geen van beide",
    ),
    "CD066": tekst(
        "een verwijzer van type {code} heeft een zorgverlenercode of een naam, niet allebei; hier staan ze allebei",
        "een verwijzer met een zorgverlenercode heeft geen naam",
    ),
    "CD067": tekst(
        "een verwijzer van type {code} heeft een zorgverlenercode of een naam nodig; hier ontbreken ze allebei",
        "een verwijzer zonder zorgverlenercode heeft een naam nodig",
    ),
    "CD068": tekst(
        "een verwijzer van type {code} heeft geen zorgverlenercode; die hoort alleen bij type 02, 03, 04 en 05",
        "een zorgverlenercode hoort alleen bij een verwijzer van type 02, 03, 04 of 05",
    ),
    "CD085": tekst("het verzoek is afgewezen (antwoord 1) zonder reden; een afwijzing heeft die nodig"),
    "CD086": tekst(
        "het verzoek is in onderzoek (antwoord 2) en heeft al reden afwijzing {waarde}; die hoort er dan niet",
        "een verzoek in onderzoek heeft geen reden van afwijzing",
    ),
    "CD095": tekst(
        "zonder productcode staat er geen omvang; hier staat {waarde}",
        "zonder productcode staat er geen omvang",
    ),
    "CD096": tekst(
        "zonder productcode staat er geen omvang; hier staat {waarde}",
        "zonder productcode staat er geen omvang",
    ),
    "CS343": tekst(
        "een omvang van {waarde} kan niet: deze eenheid gaat per week, per maand of in totaal",
        "deze eenheid kan alleen per week, per maand of in totaal",
        bron="OP305",
    ),
}
