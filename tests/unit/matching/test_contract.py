"""Which line serves a prestatie, and which contracts are refused."""

from datetime import date
from typing import Any

import pytest

from services.matching.contract import Contract, NieuweRegel, contractregels, controleer
from tests.unit.matching.bouwen import PRODUCTCODES, contractregel

DAG = date(2026, 4, 1)


def test_a_line_for_the_code_goes_before_one_for_the_categorie() -> None:
    contract = Contract([contractregel(product_code=None, tarief_cent=1), contractregel(tarief_cent=2)])
    keuze = contract.kies("45", "45A04", "04", DAG)
    assert keuze.regel is not None
    assert keuze.regel.tarief_cent == 2
    ander = contract.kies("45", "45A05", "04", DAG)
    assert ander.regel is not None
    assert ander.regel.tarief_cent == 1


def test_the_categorie_serves_a_unit_that_the_code_has_no_line_for() -> None:
    contract = Contract([contractregel(product_code=None, eenheid="16"), contractregel()])
    keuze = contract.kies("45", "45A04", "16", DAG)
    assert keuze.regel is not None
    assert keuze.regel.product_code is None
    assert keuze.eenheden == ("04", "16")


@pytest.mark.parametrize(
    ("eenheid_van_code", "eenheid_van_categorie"), [("04", "01"), ("01", "04"), ("04", "04"), ("01", "01")]
)
def test_for_minutes_a_line_for_the_code_goes_before_any_for_the_categorie(
    eenheid_van_code: str, eenheid_van_categorie: str
) -> None:
    """IV081: the product's own hour line serves minutes, also beside a categorie line in minutes."""
    contract = Contract(
        [
            contractregel(product_code=None, eenheid=eenheid_van_categorie, tarief_cent=1),
            contractregel(eenheid=eenheid_van_code),
        ]
    )
    regel = contract.kies("45", "45A04", "01", DAG).regel
    assert regel is not None
    assert (regel.product_code, regel.tarief_cent) == ("45A04", 9_000)


def test_minutes_go_before_hours_among_lines_for_the_same() -> None:
    contract = Contract([contractregel(), contractregel(eenheid="01", tarief_cent=150)])
    regel = contract.kies("45", "45A04", "01", DAG).regel
    assert regel is not None
    assert regel.tarief_cent == 150


def test_hours_serve_minutes_and_never_the_other_way() -> None:
    assert Contract([contractregel(eenheid="04")]).kies("45", "45A04", "01", DAG).regel is not None
    assert Contract([contractregel(eenheid="01")]).kies("45", "45A04", "04", DAG).regel is None


def test_only_lines_in_force_that_day_count() -> None:
    contract = Contract(
        [contractregel(geldig_van=date(2026, 5, 1)), contractregel(eenheid="16", geldig_tot=date(2026, 3, 31))]
    )
    keuze = contract.kies("45", "45A04", "04", DAG)
    assert (keuze.regel, keuze.eenheden) == (None, ())


def nieuw(**anders: Any) -> NieuweRegel:
    velden: dict[str, Any] = {"productcategorie": "45", "productcode": "45A04", "eenheid": "04", "tarief": 9_000}
    return NieuweRegel(**(velden | anders))


def test_dates_left_out_mean_the_whole_year_and_a_variant_left_out_that_of_the_unit() -> None:
    (regel,) = contractregels(2026, [nieuw(eenheid="82")])
    assert (regel.geldig_van, regel.geldig_tot, regel.variant) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
        "outputgericht",
    )


@pytest.mark.parametrize(
    "regels",
    [
        [nieuw()],
        [nieuw(), nieuw(eenheid="01"), nieuw(productcode=None), nieuw(productcode="45A05")],
        [nieuw(geldig_tot=date(2026, 6, 30)), nieuw(geldig_van=date(2026, 7, 1), tarief=9_500)],
        [nieuw(productcode="45A01", eenheid="83", tarief=None)],
        [nieuw(tarief=0)],
        [nieuw(geldig_van=date(2024, 1, 1), geldig_tot=date(2030, 1, 1))],
        [],
    ],
    ids=range(7),
)
def test_a_sound_contract(regels: list[NieuweRegel]) -> None:
    assert controleer(2026, regels, PRODUCTCODES) == []


@pytest.mark.parametrize(
    ("regels", "pad"),
    [
        ([nieuw(), nieuw(tarief=1)], "/regels/1"),
        ([nieuw(geldig_tot=date(2026, 7, 1)), nieuw(geldig_van=date(2026, 7, 1))], "/regels/1"),
        ([nieuw(productcode=None), nieuw(productcode=None)], "/regels/1"),
        ([nieuw(geldig_van=date(2026, 7, 1), geldig_tot=date(2026, 6, 30))], "/regels/0/geldigTot"),
        ([nieuw(geldig_van=date(2027, 1, 1), geldig_tot=date(2027, 6, 30))], "/regels/0/geldigVan"),
        ([nieuw(tarief=-1)], "/regels/0/tarief"),
        ([nieuw(tarief=None)], "/regels/0/tarief"),
        ([nieuw(eenheid="99")], "/regels/0/eenheid"),
        ([nieuw(productcode="45XXX")], "/regels/0/productcode"),
        ([nieuw(productcategorie="41")], "/regels/0/productcode"),
        ([nieuw(productcategorie="99", productcode=None)], "/regels/0/productcategorie"),
    ],
    ids=range(11),
)
def test_a_contract_that_is_not_sound_says_where(regels: list[NieuweRegel], pad: str) -> None:
    assert [fout.pad for fout in controleer(2026, regels, PRODUCTCODES)] == [pad]


def test_all_faults_are_named_together() -> None:
    fouten = controleer(2026, [nieuw(tarief=-1, eenheid="99"), nieuw(productcode="45XXX")], PRODUCTCODES)
    assert [fout.pad for fout in fouten] == ["/regels/0/eenheid", "/regels/0/tarief", "/regels/1/productcode"]
