"""The one table of texts for people: rule code -> what a finding of that rule means, in Dutch.

A row holds sentences from rich to plain. A sentence names its inputs in braces; the first one whose inputs
all are in the finding is used, and the last one needs none. `bron` is a further source beside the rule code.
"""

from types import MappingProxyType
from typing import Final, NamedTuple


class Tekst(NamedTuple):
    """Sentences from rich to plain, and a source to name after the rule code ("" when none)."""

    zinnen: tuple[str, ...]
    bron: str = ""


def _t(*zinnen: str, bron: str = "") -> Tekst:
    return Tekst(zinnen, bron)


def _lengte(posities: str) -> Tekst:
    return _t(f"de waarde is langer dan {posities}")


def _hoogste(waarde: str) -> Tekst:
    return _t(f"het getal is hoger dan {waarde}")


_BERICHT: Final = {
    "TR056": _t(
        "identificatie {referentie} is door deze afzender al eerder voor deze berichtsoort gebruikt",
        "deze identificatie is door deze afzender al eerder voor deze berichtsoort gebruikt",
    ),
    "TR101": _t(
        "dezelfde sleutel staat al in dit bericht, bij {eerder}",
        "dezelfde sleutel komt in dit bericht meer dan eens voor",
    ),
    "TR134": _t(
        "de datum {waarde} ligt na de dagtekening van het bericht, {dagtekening}",
        "de datum ligt na de dagtekening van het bericht, {dagtekening}",
        "de datum ligt na de dagtekening van het bericht",
    ),
    "TR135": _t(
        "de dagtekening {dagtekening} ligt na de dag van ontvangst, {grens}",
        "de dagtekening ligt in de toekomst",
    ),
    "TR378": _t(
        "gemeentecode {code} stond op {grens} niet in de lijst van het CBS",
        "de gemeentecode staat niet in de lijst van het CBS",
    ),
    "TR381": _t(
        "productcode {code} hoort niet bij categorie {categorie} of staat niet in de gebruikte productcodelijst",
        "de productcode hoort niet bij de categorie of staat niet in de gebruikte productcodelijst",
        bron="IV075",
    ),
    "CS002": _t("het burgerservicenummer voldoet niet aan de elfproef"),
    "CS003": _t(
        "de einddatum {eind} ligt voor de begindatum {begin}",
        "de einddatum ligt voor de begindatum, of de begindatum ontbreekt",
    ),
}

_CLIENT: Final = {
    "TR002": _t(
        "de geboortedatum ligt meer dan 120 jaar voor de dagtekening, {dagtekening}",
        "de geboortedatum ligt meer dan 120 jaar voor de dagtekening",
    ),
    "TR006": _t("een contact heeft een telefoonnummer nodig, of een adres met huisnummer en postcode"),
    "TR061": _t("de client heeft geen BRP-adres, correspondentieadres of verblijfadres"),
    "CD005": _t("de landcode hoort er te zijn als de postcode er is, en anders niet"),
    "CD007": _t("de taal hoort er te zijn bij een tolk (vorm 1) en bij geen andere vorm"),
    "CD009": _t(
        "een periode hoort alleen bij een tijdelijk verblijfadres (04), niet bij soort {waarde}",
        "een periode hoort alleen bij een tijdelijk verblijfadres (04)",
    ),
    "CD025": _t("een Nederlands adres heeft een huisnummer nodig"),
    "CD034": _t(
        "een adres van soort {waarde} heeft een postcode nodig",
        "een BRP-adres en een verblijfadres hebben een postcode nodig",
    ),
    "CS050": _t(
        "naamgebruik {waarde} past niet bij het wel of niet vermelden van een partnernaam",
        "het naamgebruik past niet bij het wel of niet vermelden van een partnernaam",
    ),
    "CS089": _t("een Nederlandse postcode bestaat uit vier cijfers en twee letters, zonder spatie"),
    "CS139": _t(
        "de geboortedatum past niet bij datumgebruik {waarde}: wat onbekend is wordt 1, een onbekende datum 1-1-1900",
        "de geboortedatum past niet bij het datumgebruik",
        bron="OP252",
    ),
    "CS318": _t("naamgebruik 6 (geen natuurlijk persoon) kan niet bij een client"),
}

_TOEWIJZING: Final = {
    "TR302": _t(
        "toewijzing {toewijzing} overlapt met toewijzing {eerder} van hetzelfde product",
        "twee toewijzingen van hetzelfde product overlappen elkaar",
        bron="OP259",
    ),
    "TR332": _t(
        "toewijzingnummer {toewijzing} is al van een andere toewijzing: {eerder}",
        "toewijzingnummer {toewijzing} is al van een andere toewijzing",
        "dit toewijzingnummer is al van een andere toewijzing",
        bron="OP275",
    ),
    "TR379": _t(
        "bij referentie {referentie} van de aanbieder is geen openstaand verzoek bekend",
        "de referentie van de aanbieder hoort niet bij een openstaand verzoek",
        bron="IV097",
    ),
    "TR385": _t(
        "toewijzing {toewijzing} kan niet worden verwijderd: er zijn toegekende prestaties die niet zijn gecrediteerd",
        "de toewijzing kan niet worden verwijderd: er zijn toegekende prestaties die niet zijn gecrediteerd",
        bron="OP362",
    ),
    "CD041": _t(
        "bij productcode {code} hoort een omvang",
        "bij een productcode hoort een omvang",
    ),
    "CD075": _t("bij een budget hoort een einddatum"),
    "CD076": _t("bij een omvang per week hoort een einddatum"),
    "CD077": _t("naast een budget staat geen omvang"),
    "CD078": _t("naast een omvang staat geen budget"),
    "CD079": _t("zonder budget moet het product worden genoemd"),
    "CD080": _t("zonder productcode staat er geen omvang"),
    "CS335": _t("verwijderen (reden 13) kan alleen als de einddatum gelijk is aan de ingangsdatum"),
    "CS336": _t("reden wijziging 01 is vervallen; gebruik 14"),
    "CS338": _t(
        "frequentie {frequentie} kan niet bij deze eenheid ({eenheid}): alleen per week, per maand of in totaal",
        "deze eenheid kan alleen per week, per maand of in totaal",
        bron="OP305",
    ),
}

_DECLARATIE: Final = {
    "TR137": _t(
        "de einddatum {eind} moet liggen van de begindatum {begin} tot en met de dagtekening {dagtekening}",
        "de einddatum ligt voor de begindatum of na de dagtekening van het bericht",
    ),
    "TR318": _t(
        "de declaratieperiode ligt voor de laatst ingediende, {eerder}",
        "de declaratieperiode ligt voor de laatst ingediende",
        bron="OP284, IV090",
    ),
    "TR333": _t(
        "declaratienummer {referentie} is door deze aanbieder al eerder gebruikt",
        "dit declaratienummer is door deze aanbieder al eerder gebruikt",
    ),
    "TR358": _t(
        "het totaal is {gedeclareerd}; debet min credit van alle prestaties is {verwacht}",
        "het totaal is niet gelijk aan debet min credit van alle prestaties",
        bron="IV086",
    ),
    "CS100": _t(
        "de periode begint op {waarde}, voor 1 januari 2021",
        "de periode begint voor 1 januari 2021",
    ),
    "CS325": _t("een bedrag van 0 is altijd debet (D)"),
    "CS340": _t(
        "de declaratieperiode {begin} tot en met {eind} is niet precies een kalendermaand",
        "de declaratieperiode is niet precies een kalendermaand",
    ),
}

_PRESTATIE: Final = {
    "TR304": _t(
        "voor deze client heeft de aanbieder van deze gemeente geen toewijzing ontvangen",
        bron="OP276",
    ),
    "TR314": _t(
        "referentienummer {referentie} is door deze aanbieder al eerder gebruikt",
        "dit referentienummer is door deze aanbieder al eerder gebruikt",
        bron="OP283",
    ),
    "TR315": _t(
        "naar referentienummer {referentie} wordt in dit bericht meer dan eens verwezen",
        "naar hetzelfde vorige referentienummer wordt in dit bericht meer dan eens verwezen",
    ),
    "TR316": _t(
        "prestatie {referentie} staat zelf in dit bericht en kan hierin dus niet worden gecrediteerd",
        "een prestatie kan niet worden gecrediteerd in het bericht waarin zij zelf staat",
        bron="IV086",
    ),
    "TR319": _t(
        "de productperiode {gedeclareerd} ligt na de declaratieperiode, die eindigt op {verwacht}",
        "de productperiode ligt na de declaratieperiode",
    ),
    "TR323": _t(
        "geen toegekende debetprestatie met referentienummer {referentie} komt overeen met deze creditprestatie",
        "geen toegekende debetprestatie komt overeen met deze creditprestatie",
        bron="IV085, IV091",
    ),
    "TR335": _t(
        "de productperiode eindigt op {eind}, meer dan vijf jaar voor de declaratie (grens {grens})",
        "de productperiode eindigt meer dan vijf jaar voor de declaratie",
    ),
    "TR338": _t(
        "toewijzing {toewijzing} van deze gemeente aan deze aanbieder is niet bekend: {eerder}",
        "toewijzing {toewijzing} van deze gemeente aan deze aanbieder is niet bekend",
        "de toewijzing van deze gemeente aan deze aanbieder is niet bekend",
        bron="IV084",
    ),
    "TR384": _t(
        "toewijzing {toewijzing} is verwijderd (reden 13)",
        "de toewijzing is verwijderd (reden 13)",
        bron="OP276",
    ),
    "TR389": _t(
        "deze levering is al gedeclareerd, onder referentienummer {eerder}, en niet gecrediteerd",
        "deze levering is al gedeclareerd en niet gecrediteerd",
        bron="OP366",
    ),
    "TR390": _t(
        "prestatie {referentie} is al eerder gecrediteerd, onder referentienummer {eerder}",
        "prestatie {referentie} is al eerder gecrediteerd",
        "deze prestatie is al eerder gecrediteerd",
        bron="OP360",
    ),
    "TR416": _t(
        "dezelfde levering op toewijzing {toewijzing} staat al in dit bericht, als {eerder}",
        "dezelfde levering staat meer dan eens in dit bericht",
    ),
    "CD060": _t("een creditprestatie noemt het vorige referentienummer, een debetprestatie niet", bron="IV091"),
    "CD087": _t("het producttarief hoort er te zijn, behalve bij eenheid 83 (euro)"),
    "CS337": _t(
        "de productperiode {begin} tot en met {eind} ligt niet in een kalendermaand",
        "de productperiode ligt niet in een kalendermaand",
    ),
    "CS339": _t(
        "het ingediende bedrag is {gedeclareerd}; bij eenheid 83 is dat het geleverde volume, {verwacht}",
        "bij eenheid 83 (euro) is het ingediende bedrag gelijk aan het geleverde volume",
    ),
}

_KOPPELING: Final = {
    "TR307": _t(
        "de productperiode begint op {gedeclareerd}, de toewijzing pas op {verwacht}",
        "de productperiode begint voor de toewijzing",
    ),
    "TR308": _t(
        "de productperiode eindigt op {gedeclareerd}, de toewijzing al op {verwacht}",
        "de productperiode eindigt na de toewijzing",
    ),
    "TR387": _t(
        "de productperiode begint op {gedeclareerd} en moet beginnen op {verwacht}",
        "de productperiode begint niet op de eerste dag van de maand of van de toewijzing",
        bron="IV089",
    ),
    "TR388": _t(
        "de productperiode eindigt op {gedeclareerd} en moet eindigen op {verwacht}",
        "de productperiode eindigt niet op de laatste dag van de maand of van de toewijzing",
        bron="IV089",
    ),
    "TR321": _t(
        "gedeclareerd {gedeclareerd}; toegestaan in deze productperiode {maximum} = {berekening}",
        "gedeclareerd {gedeclareerd}; toegestaan in deze productperiode {maximum}",
        "er is meer gedeclareerd dan in deze productperiode is toegestaan",
        bron="IV077",
    ),
    "TR322": _t(
        "in totaal gedeclareerd {gedeclareerd}; toegestaan over de hele toewijzing {maximum} = {berekening}",
        "in totaal gedeclareerd {gedeclareerd}; toegestaan over de hele toewijzing {maximum}",
        "er is meer gedeclareerd dan over de hele toewijzing is toegestaan",
        bron="IV077",
    ),
    "TR369": _t(
        "in totaal gedeclareerd {gedeclareerd}; het budget van de toewijzing is {budget}",
        "er is meer gedeclareerd dan het budget van de toewijzing",
    ),
    "TR339": _t(
        "gedeclareerd in categorie {gedeclareerd}, toegewezen is categorie {toegewezen}",
        "de productcategorie is niet die van de toewijzing",
        bron="IV075",
    ),
    "TR340": _t(
        "gedeclareerd is product {gedeclareerd}, toegewezen is product {toegewezen}",
        "de productcode is niet die van de toewijzing",
        bron="IV075",
    ),
    "TR341": _t(
        "gedeclareerd in {gedeclareerd}, toegewezen of afgesproken is {toegewezen}",
        "de eenheid is niet die van de toewijzing of het contract",
    ),
    "TR346": _t(
        "ingediend is {gedeclareerd}; berekend is {verwacht} = {berekening}",
        "ingediend is {gedeclareerd}; berekend is {verwacht}",
        "het ingediende bedrag is niet volume maal tarief",
        bron="IV081",
    ),
    "TR418": _t(
        "het tarief is {gedeclareerd}; volgens het contract {verwacht} = {berekening}",
        "het tarief is {gedeclareerd}; volgens het contract {verwacht}",
        "het tarief is niet dat van het contract",
        bron="IV081",
    ),
    "geen-contractregel": _t(
        "er is geen contractregel voor product {code} in categorie {categorie} met deze eenheid",
        "er is geen contractregel voor dit product met deze eenheid",
    ),
}

_VORM: Final = {
    "CS015": _t("de berichtsubversie is niet 2"),
    "CS025": _t("de berichtversie is niet 3"),
    "CS319": _t("een declaratienummer bestaat uit letters en cijfers, zonder spaties"),
    "RS001": _t("het getal is negatief"),
    "RS002": _hoogste("99"),
    "RS004": _hoogste("99999"),
    "RS005": _hoogste("99999999"),
    "RS006": _hoogste("999999999"),
    "RS008": _lengte("1 positie"),
    "RS009": _lengte("2 posities"),
    "RS010": _lengte("3 posities"),
    "RS011": _lengte("4 posities"),
    "RS012": _lengte("5 posities"),
    "RS013": _lengte("6 posities"),
    "RS014": _lengte("8 posities"),
    "RS015": _lengte("9 posities"),
    "RS016": _lengte("10 posities"),
    "RS017": _lengte("12 posities"),
    "RS018": _lengte("15 posities"),
    "RS019": _lengte("20 posities"),
    "RS020": _lengte("24 posities"),
    "RS021": _lengte("25 posities"),
    "RS023": _lengte("35 posities"),
    "RS024": _lengte("36 posities"),
    "RS026": _lengte("80 posities"),
    "RS028": _lengte("200 posities"),
    "RS031": _t("het commentaar bevat alleen witruimte"),
    "RS032": _t("een datum staat zonder tijdzone"),
    "RS033": _t("de waarde is leeg of bevat alleen witruimte"),
    "RS034": _t("een tijd staat zonder tijdzone"),
    "RS035": _t("een gemeentecode bestaat uit 4 cijfers"),
    "RS036": _t("een AGB-code bestaat uit 8 cijfers"),
    "RS037": _t("een burgerservicenummer bestaat uit 9 cijfers"),
    "RS040": _hoogste("999999999999"),
    "RS045": _t("voorletters zijn letters aan elkaar, zonder punten en spaties"),
    "RS046": _t("een telefoonnummer bestaat alleen uit cijfers"),
    "RS047": _t("de berichtcode is niet die van deze berichtsoort"),
    "RS048": _t("een versie bestaat uit drie getallen met punten ertussen, zonder voorloopnullen"),
}

TEKSTEN: Final = MappingProxyType(_BERICHT | _CLIENT | _TOEWIJZING | _DECLARATIE | _PRESTATIE | _KOPPELING | _VORM)
