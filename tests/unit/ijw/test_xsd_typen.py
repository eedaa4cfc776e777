"""The value types of the basisschema: for every facet what just passes and what just does not."""

import itertools
import string
from functools import cache

import pytest
from lxml import etree
from strategieen import LANDCODES, RETOURCODES
from xsd_voorbeelden import XSDS

XS = "http://www.w3.org/2001/XMLSchema"
BASIS = "http://www.istandaarden.nl/ijw/3_2/basisschema/schema"

# Type, kind of language, and what bounds it: maximum length, highest number, number of digits, or the codes.
TYPEN = {
    regel.split()[0]: regel.split()[1:]
    for regel in f"""
    AanduidingWoonadres codes AB BY TO WW
    AdresSoort codes 01 02 03 04
    AgbCode cijfers 8
    Bedrag getal 99999999
    BerichtCode tekst 3
    BerichtSubversie getal 99
    BerichtVersie getal 99
    Budget getal 99999999
    BurgerServicenummer cijfers 9
    Commentaar zichtbaar
    Communicatievorm codes 1 2 3
    Datum datum
    DatumGebruik codes 1 2 3
    DebetCredit codes C D
    Eenheid codes 01 04 14 16 82 83 84
    Emailadres regel 80
    Frequentie codes 1 2 4 6
    Gemeente cijfers 4
    Geslacht codes 0 1 2
    Huisletter regel 1
    Huisnummer getal 99999
    HuisnummerToevoeging regel 4
    IdentificatieBericht regel 12
    IdentificatieDeclaratie tekst 12
    JaNee codes 1 2
    JuridischeStatus codes 01 02 03 04 05 11 12
    LandCode codes {" ".join(LANDCODES.split())}
    Landnummer regel 4
    Naam regel 200
    NaamGebruik codes 1 2 3 4 5 6
    NaamVerwijzer regel 64
    Nummer getal 999999999
    Organisatienaam regel 35
    Persoonsid regel 20
    Plaatsnaam regel 80
    Postcode regel 8
    ProductCategorie codes 31 32 33 34 35 36 37 38 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55
    ProductCode regel 5
    RedenAfwijzingVerzoek codes 1 2 3 4 5 6 7 8 9
    RedenBeeindiging codes 02 20 31 32 33 34 35 36 37 38 39
    RedenVerzoek codes 1 2
    RedenWijziging codes 01 02 03 04 05 06 07 08 09 10 11 12 13 14
    Referentie regel 36
    ReferentieNummer tekst 20
    RelatieVolgorde getal 99
    RetourCode codes {" ".join(RETOURCODES.split())}
    SoortRelatie codes 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25
    StatusAanlevering codes 1 2 3 9
    Straatnaam regel 24
    Taal regel 25
    Telefoonnummer cijferreeks 15
    Tijd tijd
    TotaalBedrag getal 999999999999
    TypeVerwijzer codes 01 02 03 04 05 06 08
    Versie versie
    VerzoekAntwoord codes 1 2
    Volume getal 99999999
    Voorletters letters 6
    Voorvoegsel regel 10
    WettelijkeVertegenwoordiging codes 06 07 08 09 10
    """.strip().splitlines()
}


@cache
def schema(type_naam: str) -> etree.XMLSchema:
    """A schema for one element ``waarde`` of the type."""
    bron = f"""<xs:schema xmlns:xs="{XS}" xmlns:ijw="{BASIS}">
        <xs:import namespace="{BASIS}" schemaLocation="{(XSDS / "basisschema.xsd").as_uri()}"/>
        <xs:element name="waarde" type="ijw:LDT_{type_naam}"/></xs:schema>"""
    return etree.XMLSchema(etree.fromstring(bron))


def geldig(type_naam: str, waarde: str) -> bool:
    element = etree.Element("waarde")
    element.text = waarde
    return schema(type_naam).validate(element)


def van_soort(soort: str) -> list[str]:
    return [naam for naam, (eigen, *_) in TYPEN.items() if eigen == soort]


def test_elk_type_staat_hierboven():
    wortel = etree.parse(XSDS / "basisschema.xsd").getroot()
    namen = [element.get("name") for element in wortel.iter(f"{{{XS}}}simpleType")]
    assert namen == [f"LDT_{naam}" for naam in TYPEN]


def test_codes_zijn_precies_deze():
    for soort in etree.parse(XSDS / "basisschema.xsd").getroot().iter(f"{{{XS}}}simpleType"):
        codes = [waarde.get("value") for waarde in soort.iter(f"{{{XS}}}enumeration")]
        kind, *grens = TYPEN[soort.get("name").removeprefix("LDT_")]
        assert codes == (grens if kind == "codes" else []), soort.get("name")


@pytest.mark.parametrize("naam", van_soort("codes"))
def test_codes(naam):
    codes = set(TYPEN[naam][1:])
    tekens = string.digits if all(code.isdigit() for code in codes) else string.ascii_uppercase
    breedte = max(map(len, codes))
    alle = [
        "".join(delen) for lengte in range(min(3, breedte) + 1) for delen in itertools.product(tekens, repeat=lengte)
    ]
    for waarde in {*alle, *codes}:
        assert geldig(naam, waarde) == (waarde in codes), waarde
    for code in codes:  # xs:string: white space is part of a value
        for anders in [f" {code}", f"{code} ", f"{code}\n", f"{code}0", f"+{code}"]:
            assert not geldig(naam, anders), anders
        if code.lower() != code:
            assert not geldig(naam, code.lower())


def test_retourcodes_van_vier_tekens():
    codes = set(TYPEN["RetourCode"][1:])
    for nummer in range(10_000):
        assert geldig("RetourCode", f"{nummer:04d}") == (f"{nummer:04d}" in codes)


@pytest.mark.parametrize("naam", van_soort("cijfers"))
def test_een_vast_aantal_cijfers(naam):
    aantal = int(TYPEN[naam][1])
    for waarde in ["0" * aantal, "9" * aantal, "1234567890"[:aantal]]:
        assert geldig(naam, waarde), waarde
    for waarde in ["", "1" * (aantal - 1), "1" * (aantal + 1), "1" * (aantal - 1) + "a", "1" * aantal + " "]:
        assert not geldig(naam, waarde), waarde
    assert not geldig(naam, "٣" * aantal)  # digits, but not 0 to 9


@pytest.mark.parametrize("naam", van_soort("getal"))
def test_getal(naam):
    hoogste = int(TYPEN[naam][1])
    for waarde in ["0", "1", str(hoogste), "+1", "-0", f"000{hoogste}", f" {hoogste} ", "\n1\t"]:
        assert geldig(naam, waarde), waarde
    for waarde in [str(hoogste + 1), "-1", "", " ", "1.0", "1,0", "1e1", "1 1", "een", "٣", "0x1"]:
        assert not geldig(naam, waarde), waarde


@pytest.mark.parametrize("naam", van_soort("tekst"))
def test_tekst_is_alles_tot_een_lengte(naam):
    lengte = int(TYPEN[naam][1])
    for waarde in [" ", "\n", "x", "x" * lengte, " " * lengte, "\U0001f600" * lengte, "\r"]:
        assert geldig(naam, waarde), waarde
    for waarde in ["", "x" * (lengte + 1), " " * (lengte + 1)]:
        assert not geldig(naam, waarde), waarde


@pytest.mark.parametrize("naam", van_soort("regel"))
def test_regel_heeft_een_zichtbaar_teken_en_geen_regeleinde(naam):
    lengte = int(TYPEN[naam][1])
    for waarde in ["x", "x" * lengte, " " * (lengte - 1) + "x", "x" + "\t" * (lengte - 1), "é" * lengte, "\u00a0", "."]:
        assert geldig(naam, waarde), waarde
    for waarde in ["", " ", "\t", " " * lengte, "x" * (lengte + 1), "\n", "\r"]:
        assert not geldig(naam, waarde), waarde
    if lengte > 1:
        for waarde in ["x\n", "\nx", "x\r"]:
            assert not geldig(naam, waarde), waarde


def test_commentaar_heeft_een_zichtbaar_teken_en_geen_maximum():
    for waarde in ["x", " x ", "\n\r\t x\n\ny ", ".", ". .", "\u00a0", "x" * 1_000_000, " " * 1_000_000 + "x"]:
        assert geldig("Commentaar", waarde), waarde[:10]
    for waarde in ["", " ", "\n", "\r\n\t ", " " * 1_000_000]:
        assert not geldig("Commentaar", waarde), waarde[:10]


def test_telefoonnummer():
    for waarde in ["0", "0" * 15]:
        assert geldig("Telefoonnummer", waarde), waarde
    for waarde in ["", "0" * 16, "06-12345678", "+31612345678", "06 1", " 06"]:
        assert not geldig("Telefoonnummer", waarde), waarde


def test_voorletters():
    for waarde in ["A", "z", "ABCDEF", "ÀỳÉ", "Ĳ", "×"]:  # À to ỳ holds two signs that are no letters
        assert geldig("Voorletters", waarde), waarde
    for waarde in ["", "ABCDEFG", "A.", "A B", "1", "¿", "Ỵ", "A\n"]:
        assert not geldig("Voorletters", waarde), waarde


def test_versie():
    for waarde in ["0.0.0", "1.0.0", "10.20.300"]:
        assert geldig("Versie", waarde), waarde
    for waarde in ["", "1", "1.0", "1.0.0.0", "01.0.0", "1.00.0", "1.0.01", "1.0.0 ", "v1.0.0", "1.0.-1", "1..0"]:
        assert not geldig("Versie", waarde), waarde


def test_datum():
    for waarde in ["2026-04-01", "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29", " 2026-04-01\n"]:
        assert geldig("Datum", waarde), waarde
    # Allowed by xs:date although no calendar here reaches that far; reading refuses them with a reason.
    for waarde in ["-0001-01-01", "12026-01-01"]:
        assert geldig("Datum", waarde), waarde
    for waarde in [
        "",
        "2026-02-29",
        "1900-02-29",
        "2026-04-31",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "0000-01-01",
    ]:
        assert not geldig("Datum", waarde), waarde
    for waarde in ["2026-04-01Z", "2026-04-01+01:00", "2026-04-01-01:00", "2026-4-1", "20260401", "01-04-2026"]:
        assert not geldig("Datum", waarde), waarde


def test_tijd():
    for waarde in [
        "00:00:00",
        "23:59:59",
        "24:00:00",
        "24:00:00.0",
        "12:34:56.7",
        "12:34:56.123456789012",
        " 12:34:56 ",
    ]:
        assert geldig("Tijd", waarde), waarde
    for waarde in ["", "12:34", "24:00:01", "24:01:00", "25:00:00", "12:60:00", "12:34:60", "12:34:56.", "1:02:03"]:
        assert not geldig("Tijd", waarde), waarde
    for waarde in ["12:34:56Z", "12:34:56+01:00", "12:34:56-01:00"]:
        assert not geldig("Tijd", waarde), waarde
