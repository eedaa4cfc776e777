"""Texts of level 1: the form of a value, which the XSD decides."""

from typing import Final

from ijw.tekstentabel.tekst import Tekst, tekst


def _lengte(posities: str) -> Tekst:
    return tekst(f"de waarde is langer dan {posities}")


def _hoogste(waarde: str) -> Tekst:
    return tekst(f"het getal is hoger dan {waarde}")


TEKSTEN: Final = {
    "CS015": tekst("de berichtsubversie is niet 2"),
    "CS025": tekst("de berichtversie is niet 3"),
    "CS319": tekst("een declaratienummer bestaat uit letters en cijfers, zonder spaties"),
    "RS001": tekst("het getal is negatief"),
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
    "RS031": tekst("het commentaar bevat alleen witruimte"),
    "RS032": tekst("een datum staat zonder tijdzone"),
    "RS033": tekst("de waarde is leeg of bevat alleen witruimte"),
    "RS034": tekst("een tijd staat zonder tijdzone"),
    "RS035": tekst("een gemeentecode bestaat uit 4 cijfers"),
    "RS036": tekst("een AGB-code bestaat uit 8 cijfers"),
    "RS037": tekst("een burgerservicenummer bestaat uit 9 cijfers"),
    "RS040": _hoogste("999999999999"),
    "RS045": tekst("voorletters zijn letters aan elkaar, zonder punten en spaties"),
    "RS046": tekst("een telefoonnummer bestaat alleen uit cijfers"),
    "RS047": tekst("de berichtcode is niet die van deze berichtsoort"),
    "RS048": tekst("een versie bestaat uit drie getallen met punten ertussen, zonder voorloopnullen"),
}
