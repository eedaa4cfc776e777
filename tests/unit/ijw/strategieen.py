"""Hypothesis strategies for any valid message.

Values come from the whole language of the XSD types: any character XML allows, white space and line breaks where
the type allows them, integers to their bounds, every enumeration. ``bericht("JW301")`` draws a message,
``van(Klasse)`` any class of one.
"""

import datetime
import string
from functools import cache
from typing import Any

from hypothesis import strategies as st

from ijw.berichten import BERICHTEN
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import Veld, velden

WIT = " \t\r\n"  # white space in the sense of XML and of \\s in an XSD pattern
GEEN_XML = "".join(map(chr, range(32))).translate({9: None, 10: None, 13: None}) + "\ufffe\uffff"
LASTIG = "&<>\"']é \t"
TEKEN = st.characters(codec="utf-8", exclude_characters=GEEN_XML) | st.sampled_from(LASTIG + "\r\n")
TEKEN_OP_REGEL = TEKEN.filter(lambda teken: teken not in "\r\n")
CIJFERS = string.digits

LANDCODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
RETOURCODES = """
    0001 0200 0233 0611 8001 8017 8021 8187 8214 8848 9019 9056 9063 9069 9071 9074 9307 9308 9319 9321
    9322 9326 9332 9333 9338 9339 9340 9341 9346 9347 9349 9350 9351 9355 9357 9359 9360 9361 9365 9366
    9367 9369 9373 9374 9375 9379 9384 9385 9387 9388 9389 9390 9411 9412 9413 9414 9415 S300 S329
"""
PRODUCTCATEGORIEEN = """
    31 32 33 34 35 36 37 38 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55
"""


def keuze(codes: str) -> st.SearchStrategy[str]:
    return st.sampled_from(codes.split())


def nummers(eerste: int, laatste: int) -> str:
    return " ".join(f"{nummer:02d}" for nummer in range(eerste, laatste + 1))


def geheel(maximum: int) -> st.SearchStrategy[int]:
    return st.integers(0, maximum) | st.sampled_from([0, maximum])


def tekst(maximum: int | None) -> st.SearchStrategy[str]:
    """xs:string with a length only: white space and line breaks count as content."""
    return st.text(TEKEN, min_size=1, max_size=maximum)


def regel(maximum: int) -> st.SearchStrategy[str]:
    """The pattern ``.*[^\\s].*``: one line with something else than white space on it."""
    return st.text(TEKEN_OP_REGEL, min_size=1, max_size=maximum).filter(lambda waarde: waarde.strip(WIT))


def cijfers(minimum: int, maximum: int) -> st.SearchStrategy[str]:
    return st.text(CIJFERS, min_size=minimum, max_size=maximum)


@st.composite
def tijden(draw: st.DrawFn) -> str:
    """xs:time without time zone: a fraction of any length, and the end of the day as 24:00:00."""
    tijd = draw(st.times().map(lambda waarde: waarde.strftime("%H:%M:%S")) | st.just("24:00:00"))
    cijfer = "0" if tijd == "24:00:00" else CIJFERS
    fractie = draw(st.just("") | st.text(cijfer, min_size=1, max_size=12))
    return f"{tijd}.{fractie}" if fractie else tijd


VERSIES = st.tuples(*[geheel(10**9)] * 3).map(lambda delen: ".".join(map(str, delen)))
LETTER = st.sampled_from(string.ascii_letters) | st.characters(min_codepoint=0xC0, max_codepoint=0x1EF3)

WAARDEN: dict[str, st.SearchStrategy[Any]] = {
    "LDT_AanduidingWoonadres": keuze("AB BY TO WW"),
    "LDT_AdresSoort": keuze("01 02 03 04"),
    "LDT_AgbCode": cijfers(8, 8),
    "LDT_Bedrag": geheel(99_999_999),
    "LDT_BerichtSubversie": st.just(2),
    "LDT_BerichtVersie": st.just(3),
    "LDT_Budget": geheel(99_999_999),
    "LDT_BurgerServicenummer": cijfers(9, 9),
    "LDT_Commentaar": tekst(None).filter(lambda waarde: waarde.strip(WIT)),
    "LDT_Communicatievorm": keuze("1 2 3"),
    "LDT_Datum": st.dates() | st.sampled_from([datetime.date.min, datetime.date.max]),
    "LDT_DatumGebruik": keuze("1 2 3"),
    "LDT_DebetCredit": keuze("C D"),
    "LDT_Eenheid": keuze("01 04 14 16 82 83 84"),
    "LDT_Emailadres": regel(80),
    "LDT_Frequentie": keuze("1 2 4 6"),
    "LDT_Gemeente": cijfers(4, 4),
    "LDT_Geslacht": keuze("0 1 2"),
    "LDT_Huisletter": regel(1),
    "LDT_Huisnummer": geheel(99_999),
    "LDT_HuisnummerToevoeging": regel(4),
    "LDT_IdentificatieBericht": regel(12),
    "LDT_IdentificatieDeclaratie": tekst(12),
    "LDT_JaNee": keuze("1 2"),
    "LDT_JuridischeStatus": keuze("01 02 03 04 05 11 12"),
    "LDT_LandCode": keuze(LANDCODES),
    "LDT_Landnummer": regel(4),
    "LDT_Naam": regel(200),
    "LDT_NaamGebruik": keuze("1 2 3 4 5 6"),
    "LDT_NaamVerwijzer": regel(64),
    "LDT_Nummer": geheel(999_999_999),
    "LDT_Organisatienaam": regel(35),
    "LDT_Persoonsid": regel(20),
    "LDT_Plaatsnaam": regel(80),
    "LDT_Postcode": regel(8),
    "LDT_ProductCategorie": keuze(PRODUCTCATEGORIEEN),
    "LDT_ProductCode": regel(5),
    "LDT_RedenAfwijzingVerzoek": keuze("1 2 3 4 5 6 7 8 9"),
    "LDT_RedenBeeindiging": keuze("02 20 " + nummers(31, 39)),
    "LDT_RedenVerzoek": keuze("1 2"),
    "LDT_RedenWijziging": keuze(nummers(1, 14)),
    "LDT_Referentie": regel(36),
    "LDT_ReferentieNummer": tekst(20),
    "LDT_RelatieVolgorde": geheel(99),
    "LDT_RetourCode": keuze(RETOURCODES),
    "LDT_SoortRelatie": keuze(nummers(3, 25)),
    "LDT_StatusAanlevering": keuze("1 2 3 9"),
    "LDT_Straatnaam": regel(24),
    "LDT_Taal": regel(25),
    "LDT_Telefoonnummer": cijfers(1, 15),
    "LDT_Tijd": tijden(),
    "LDT_TotaalBedrag": geheel(999_999_999_999),
    "LDT_TypeVerwijzer": keuze("01 02 03 04 05 06 08"),
    "LDT_Versie": VERSIES,
    "LDT_VerzoekAntwoord": keuze("1 2"),
    "LDT_Volume": geheel(99_999_999),
    "LDT_Voorletters": st.text(LETTER, min_size=1, max_size=6),
    "LDT_Voorvoegsel": regel(10),
    "LDT_WettelijkeVertegenwoordiging": keuze(nummers(6, 10)),
}
DECLARATIENUMMER_323 = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)


@cache
def van(klasse: type[Klasse]) -> st.SearchStrategy[Any]:
    """Any valid value of a class; a message class by preference through ``bericht``."""
    return st.builds(klasse, **{veld.naam: _van_veld(klasse, veld) for veld in velden(klasse)})


def bericht(soort: str) -> st.SearchStrategy[Any]:
    """Any message of one kind that is valid against its XSD."""
    return van(BERICHTEN[soort])


def berichten() -> st.SearchStrategy[Any]:
    """Any valid message at all."""
    return st.sampled_from(sorted(BERICHTEN)).flatmap(bericht)


def _van_veld(klasse: type[Klasse], veld: Veld) -> st.SearchStrategy[Any]:
    if veld.ldt == "LDT_BerichtCode":
        inhoud: st.SearchStrategy[Any] = st.just(BERICHTEN[f"JW{klasse.__name__[-3:]}"].code)
    elif klasse.__name__ == "Declaratie323" and veld.naam == "declaratie_nummer":
        inhoud = DECLARATIENUMMER_323
    else:
        inhoud = van(veld.klasse) if veld.klasse else WAARDEN[veld.ldt]
    if veld.lijst:
        inhoud = st.lists(inhoud, min_size=1, max_size=3).map(tuple)
        return inhoud if veld.verplicht else st.just(()) | inhoud
    return inhoud if veld.verplicht else st.none() | inhoud
