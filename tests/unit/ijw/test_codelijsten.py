"""The code lists: reading, looking up by date, and whether the shipped lists agree with the XSDs and themselves."""

import datetime
from pathlib import Path

import pytest
from lxml import etree
from strategieen import RETOURCODES
from xsd_voorbeelden import XSDS

from ijw.berichten import BERICHTEN
from ijw.codelijsten import (
    Codelijst,
    CodelijstError,
    Gemeente,
    Gemeentelijst,
    Productcode,
    Productcodelijst,
)

LIJSTEN = Path(__file__).parents[3] / "schemas" / "codelists"
VANDAAG = datetime.date(2026, 4, 1)
XS = "{http://www.w3.org/2001/XMLSchema}"


def tekst(naam: str) -> str:
    return (LIJSTEN / naam).read_text(encoding="utf-8")


def dag(waarde: str) -> datetime.date:
    return datetime.date.fromisoformat(waarde)


def enumeraties() -> dict[str, list[str]]:
    """Codes of the types in the basisschema that have them."""
    wortel = etree.parse(XSDS / "basisschema.xsd").getroot()
    per_type = {
        soort.get("name"): [waarde.get("value") for waarde in soort.iter(f"{XS}enumeration")]
        for soort in wortel.iter(f"{XS}simpleType")
    }
    return {naam: codes for naam, codes in per_type.items() if codes}


def test_gemeente_bestaat_van_tot_en_met():
    lijst = Gemeentelijst.lees_csv(
        "code,naam,provincie,geldig_van,geldig_tot\n"
        "0193,Zwolle,Overijssel,,\n"
        "0457,Weesp,Noord-Holland,,2022-03-23\n"
        '1992,"Voorne aan Zee",Zuid-Holland,2023-01-01,\n'
    )
    assert len(lijst) == 3
    assert lijst.gemeente("0193", VANDAAG) == Gemeente("0193", "Zwolle", "Overijssel")
    for code, op, bestaat in [
        ("0193", "1900-01-01", True),
        ("0193", "2100-01-01", True),
        ("0457", "2022-03-23", True),
        ("0457", "2022-03-24", False),
        ("1992", "2022-12-31", False),
        ("1992", "2023-01-01", True),
        ("193", "2026-04-01", False),
        ("9999", "2026-04-01", False),
        ("", "2026-04-01", False),
    ]:
        assert lijst.bestaat(code, dag(op)) == bestaat, (code, op)


def test_een_code_kan_meer_perioden_hebben():
    lijst = Gemeentelijst.lees_csv(
        "code,naam,provincie,geldig_van,geldig_tot\n0001,Oud,X,,2020-12-31\n0001,Nieuw,X,2022-01-01,\n"
    )
    namen = [lijst.gemeente("0001", dag(f"{jaar}-06-01")) for jaar in (2020, 2021, 2022)]
    assert [gemeente and gemeente.naam for gemeente in namen] == ["Oud", None, "Nieuw"]


def test_product_hoort_bij_een_categorie():
    lijst = Productcodelijst.lees_csv(
        "code,categorie,omschrijving,variant,geldig_van,geldig_tot\r\n"
        '45A04,45,"Begeleiding, individueel",inspanningsgericht,2026-01-01,2026-12-31\r\n'
        "45A05,45,Behandeling,,,\r\n"
    )
    assert lijst.product("45A04", VANDAAG) == Productcode(
        "45A04", "45", "Begeleiding, individueel", "inspanningsgericht", dag("2026-01-01"), dag("2026-12-31")
    )
    assert lijst.hoort_bij("45A04", "45", VANDAAG)
    assert not lijst.hoort_bij("45A04", "44", VANDAAG)
    assert not lijst.hoort_bij("45A04", "45", dag("2025-12-31"))
    assert not lijst.hoort_bij("45A04", "45", dag("2027-01-01"))
    assert not lijst.hoort_bij("45A06", "45", VANDAAG)
    assert lijst.bestaat("45A05", dag("1999-01-01"))
    assert not lijst.bestaat("45a05", VANDAAG)


def test_omschrijving_van_een_code():
    lijst = Codelijst.lees_csv(
        'lijst,code,omschrijving\nLDT_Eenheid,04,Uur\nLDT_Eenheid,83,"Euro\'s"\nLDT_JaNee,1,Ja\n'
    )
    assert lijst.omschrijving("LDT_Eenheid", "04") == "Uur"
    assert lijst.omschrijving("LDT_Eenheid", "4") == "4"
    assert lijst.omschrijving("LDT_Onbekend", "1") == "1"
    assert dict(lijst.codes("LDT_Eenheid")) == {"04": "Uur", "83": "Euro's"}
    with pytest.raises(KeyError):
        lijst.codes("LDT_Onbekend")


KOP = "code,naam,provincie,geldig_van,geldig_tot\n"


@pytest.mark.parametrize(
    ("csv", "melding"),
    [
        ("", "leeg"),
        ("code,naam\n", "rij 1: verwacht de kolommen code,naam,provincie"),
        ("0193,Zwolle,Overijssel,,\n", "rij 1: verwacht de kolommen"),
        (KOP + "0193,Zwolle\n", "rij 2: verwacht 5 velden, gevonden 2"),
        (KOP + "0193,Zwolle,Overijssel,,\n,Naamloos,X,,\n", "rij 3: een van de velden code,naam is leeg"),
        (KOP + "0193,Zwolle,Overijssel,01-01-2026,\n", "rij 2: geldig_van en geldig_tot horen een datum"),
        (KOP + "0193,Zwolle,Overijssel,2026-01-02,2026-01-01\n", "rij 2: geldig_tot ligt voor geldig_van"),
    ],
)
def test_csv_in_een_andere_vorm_wordt_geweigerd(csv, melding):
    with pytest.raises(CodelijstError, match=melding):
        Gemeentelijst.lees_csv(csv)


def test_gemeenten_in_de_meegeleverde_lijst():
    lijst = Gemeentelijst.lees_csv(tekst("gemeenten.csv"))
    assert len(lijst) == len({gemeente.code for gemeente in lijst}) == 414  # of 2026, and dissolved since 2015
    assert all(len(gemeente.code) == 4 and gemeente.code.isdigit() for gemeente in lijst)
    assert len({gemeente.provincie for gemeente in lijst}) == 12
    ijsselland = ["0193", "0150", "0148", "0177", "0175", "0160", "1773", "0166", "1896", "0180", "1708"]
    assert all(lijst.bestaat(code, VANDAAG) for code in ijsselland)
    zwolle = lijst.gemeente("0193", VANDAAG)
    assert zwolle
    assert (zwolle.naam, zwolle.provincie) == ("Zwolle", "Overijssel")


AANTALLEN = [
    ("2015-01-01", 393),
    ("2016-01-01", 390),
    ("2017-01-01", 388),
    ("2018-01-01", 380),
    ("2019-01-01", 355),
    ("2021-01-01", 352),
    ("2022-01-01", 345),
    ("2022-03-24", 344),
    ("2023-01-01", 342),
]
"""How many gemeenten there are from which day, as the CBS counts them."""


def test_aantal_gemeenten_op_elke_dag_sinds_de_jeugdwet():
    lijst = Gemeentelijst.lees_csv(tekst("gemeenten.csv"))
    op, verwacht = dag("2015-01-01"), dict(AANTALLEN)
    aantal = 0
    while op <= dag("2026-12-31"):
        aantal = verwacht.get(op.isoformat(), aantal)
        assert sum(lijst.bestaat(gemeente.code, op) for gemeente in lijst) == aantal, op
        op += datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("herindeling", "verdwenen", "ontstaan"),
    [
        ("2015-07-01", "1921", "1940"),  # De Friese Meren was renamed, and a new name is a new code
        ("2016-01-01", "0381 0424 0425 0478 0241", "1942 1945"),
        ("2017-01-01", "0844 0846 0860", "1948"),
        ("2018-01-01", "0007 0048 0018 0040 1987 0070 0063 1908 0140 0081 0196", "1949 1950 1952"),
        (
            "2019-01-01",
            "0017 0009 0005 1663 1651 0053 0015 0022 0025 0056 0058 1722 0079 0236 0733 0304 0545 0620 0707 0738"
            " 0870 0874 0881 0951 0962 0393 0576 0585 0611 0588 0584 0617 0689 1927",
            "1954 1959 1960 1961 1963 1966 1969 1970 1978",
        ),
        ("2021-01-01", "0003 0010 0024 0788", "1979"),
        ("2022-01-01", "0398 0416 0756 1684 0786 0815 1702 1685 0856 0370", "1980 1982 1991"),
        ("2022-03-24", "0457", ""),
        ("2023-01-01", "0501 0530 0614", "1992"),
    ],
)
def test_herindelingen_op_de_dag(herindeling, verdwenen, ontstaan):
    lijst = Gemeentelijst.lees_csv(tekst("gemeenten.csv"))
    op = dag(herindeling)
    ervoor = op - datetime.timedelta(days=1)
    codes = {gemeente.code for gemeente in lijst}
    assert {code for code in codes if lijst.bestaat(code, ervoor) and not lijst.bestaat(code, op)} == set(
        verdwenen.split()
    )
    assert {code for code in codes if lijst.bestaat(code, op) and not lijst.bestaat(code, ervoor)} == set(
        ontstaan.split()
    )
    assert all(code in lijst and lijst.bestond(code, VANDAAG) for code in verdwenen.split())
    assert not any(lijst.bestond(code, ervoor) for code in ontstaan.split())


@pytest.mark.parametrize(
    ("code", "naam", "op", "bestaat"),
    [
        ("0014", "Groningen", "2018-12-31", True),  # larger since 2019, under the code it had
        ("0014", "Groningen", "2019-01-01", True),
        ("0788", "Haaren", "2020-12-31", True),
        ("0788", "Haaren", "2021-01-01", False),
        ("0393", "Haarlemmerliede en Spaarnwoude", "2018-12-31", True),
        ("0393", "Haarlemmerliede en Spaarnwoude", "2019-01-01", False),
        ("0394", "Haarlemmermeer", "2019-01-01", True),
        ("0457", "Weesp", "2022-03-23", True),
        ("0457", "Weesp", "2022-03-24", False),
        ("1931", "Krimpenerwaard", "2014-12-31", False),
        ("1931", "Krimpenerwaard", "2015-01-01", True),
        ("1961", "Vijfheerenlanden", "2018-12-31", False),
        ("1961", "Vijfheerenlanden", "2019-01-01", True),
        ("1982", "Land van Cuijk", "2021-12-31", False),
        ("1982", "Land van Cuijk", "2022-01-01", True),
        ("1992", "Voorne aan Zee", "2022-12-31", False),
        ("1992", "Voorne aan Zee", "2023-01-01", True),
    ],
)
def test_bekende_herindelingen(code, naam, op, bestaat):
    lijst = Gemeentelijst.lees_csv(tekst("gemeenten.csv"))
    assert lijst.bestaat(code, dag(op)) == bestaat
    assert {gemeente.naam for gemeente in lijst if gemeente.code == code} == {naam}


def test_productcodes_in_de_meegeleverde_lijst():
    lijst = Productcodelijst.lees_csv(tekst("productcodes_jz21.csv"))
    assert len(lijst) == 441
    assert len({product.code for product in lijst}) == 441
    categorieen = set(enumeraties()["LDT_ProductCategorie"])
    for product in lijst:
        assert product.code.startswith(product.categorie)
        assert len(product.code) <= 5
        assert product.categorie in categorieen
        assert product.variant in {"", "inspanningsgericht", "outputgericht"}
    assert lijst.hoort_bij("45A03", "45", VANDAAG)


def test_omschrijvingen_dekken_precies_de_codes_van_de_xsd():
    lijst = Codelijst.lees_csv(tekst("codes.csv"))
    for naam, codes in enumeraties().items():
        if naam != "LDT_RetourCode":  # the meaning of those is that of the rules
            assert set(lijst.codes(naam)) == set(codes), naam
            assert all(lijst.codes(naam).values())


def test_regels_zijn_feiten_over_bekende_berichten():
    kop, *rijen = [regel.split(",") for regel in tekst("regels.csv").splitlines()]
    assert kop == ["regel", "niveau", "soort", "retourcode", "berichten"]
    assert len({rij[0] for rij in rijen}) == len(rijen) == 161
    for regel, niveau, soort, retourcode, berichten in rijen:
        assert niveau in {"1", "2", "3", "4", ""}, regel
        assert soort in {"conditie", "constraint", "technische regel", "restrictie", "algemeen"}, regel
        assert set(berichten.split()) <= set(BERICHTEN), regel
        assert not retourcode or retourcode in RETOURCODES.split(), regel
        if niveau == "1":
            assert not retourcode, regel  # no message answers level 1
        if niveau == "2":
            assert retourcode == "0001", regel
