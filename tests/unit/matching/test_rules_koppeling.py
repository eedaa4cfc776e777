"""Does a prestatie belong to its toewijzing: each rule passing and failing."""

import csv
from datetime import date
from pathlib import Path

import pytest

from ijw.teksten import uitleg
from services.matching.beoordeling import ANDERE_CLIENT
from services.matching.rules import REGELS, RETOURCODES, bevindingen
from tests.unit.matching.bouwen import aspecifiek, codes, contractregel, feiten, kies, prestatie, toewijzing


def test_a_faultless_prestatie_has_no_findings() -> None:
    assert codes(prestatie(), feiten()) == []


def test_the_register_holds_every_rule_once_with_its_retourcode() -> None:
    gevonden = {regel.code: regel.retourcode for regel in REGELS}
    assert len(gevonden) == len(REGELS) == 23
    assert gevonden == {
        "TR304": "8187", "TR307": "9307", "TR308": "9308", "TR314": "8021", "TR319": "9319", "TR321": "9321",
        "TR322": "9322", "TR323": "8017", "TR338": "9338", "TR339": "9339", "TR340": "9340", "TR341": "9341",
        "TR346": "9346", "TR369": "9369", "TR378": "S300", "TR381": "S329", "TR384": "9384", "TR387": "9387",
        "TR388": "9388", "TR389": "9389", "TR390": "9390", "TR418": "0611", "geen-contractregel": "",
    }  # fmt: skip
    assert len(RETOURCODES) == 22
    assert {regel.niveau for regel in REGELS} == {3, 4}


def test_findings_come_in_the_order_of_the_register() -> None:
    p = prestatie(begindatum=date(2026, 4, 2), bedrag=1, product_code="45A05")
    assert codes(p, feiten(productcode_bekend=False)) == ["TR340", "TR346", "TR381", "TR387"]


def test_tr304_client_with_a_toewijzing_is_known() -> None:
    assert "TR304" not in codes(prestatie(), feiten(toewijzing=None, client_bekend=True))


def test_tr304_client_without_any_toewijzing_is_unknown() -> None:
    assert codes(prestatie(), feiten(toewijzing=None, client_bekend=False)) == ["TR304", "TR338"]


def test_tr307_period_may_begin_with_the_toewijzing() -> None:
    p = prestatie(begindatum=date(2026, 4, 10))
    assert codes(p, feiten(toewijzing=toewijzing(ingangsdatum=date(2026, 4, 10)))) == []


def test_tr307_period_before_the_toewijzing() -> None:
    """The begin should have been the Ingangsdatum too, so TR387 goes with it."""
    f = feiten(toewijzing=toewijzing(ingangsdatum=date(2026, 4, 10)))
    assert codes(prestatie(), f) == ["TR307", "TR387"]
    assert codes(prestatie(begindatum=date(2026, 4, 9)), f) == ["TR307", "TR387"]


def test_tr308_period_may_end_with_the_toewijzing_or_the_toewijzing_is_open() -> None:
    assert (
        codes(prestatie(einddatum=date(2026, 4, 20)), feiten(toewijzing=toewijzing(einddatum=date(2026, 4, 20)))) == []
    )
    assert codes(prestatie(), feiten(toewijzing=toewijzing(einddatum=None))) == []


def test_tr308_period_after_the_toewijzing() -> None:
    assert codes(prestatie(), feiten(toewijzing=toewijzing(einddatum=date(2026, 4, 20)))) == ["TR308", "TR388"]


def test_tr338_known_toewijzing_of_this_client() -> None:
    assert "TR338" not in codes(prestatie(), feiten())


def test_tr338_unknown_toewijzing_silences_what_compares_with_it() -> None:
    p = prestatie(begindatum=date(2026, 4, 7), einddatum=date(2026, 4, 8), volume=999, bedrag=999 * 9_000)
    (bevinding,) = bevindingen(p, feiten(toewijzing=None))
    assert (bevinding.regel, bevinding.invoer) == ("TR338", {"toewijzing": "1001"})
    (bevinding,) = bevindingen(p, feiten(toewijzing=None, geen_toewijzing=ANDERE_CLIENT))
    assert bevinding.invoer["eerder"] == ANDERE_CLIENT


def test_tr339_categorie_equal_or_not_assigned() -> None:
    assert codes(prestatie(), feiten(toewijzing=aspecifiek())) == []
    generiek = aspecifiek(product_categorie=None, budget=10**9)
    assert codes(prestatie(product_categorie="41"), feiten(toewijzing=generiek)) == []


def test_tr339_other_categorie() -> None:
    assert codes(prestatie(), feiten(toewijzing=aspecifiek(product_categorie="41"))) == ["TR339"]


def test_tr340_code_equal_or_not_assigned() -> None:
    assert codes(prestatie(product_code="45A05"), feiten(toewijzing=aspecifiek())) == []


def test_tr340_other_code() -> None:
    assert codes(prestatie(), feiten(toewijzing=toewijzing(product_code="45A05"))) == ["TR340"]


@pytest.mark.parametrize(("gedeclareerd", "toegewezen"), [("04", "04"), ("01", "01"), ("01", "04"), ("16", "16")])
def test_tr341_unit_of_the_toewijzing_or_minutes_on_hours(gedeclareerd: str, toegewezen: str) -> None:
    p = prestatie(eenheid=gedeclareerd, volume=1, tarief=100, bedrag=100)
    f = feiten(
        toewijzing=toewijzing(eenheid=toegewezen),
        contract=kies(p, contractregel(eenheid=gedeclareerd, tarief_cent=100)),
    )
    assert codes(p, f) == []


@pytest.mark.parametrize(("gedeclareerd", "toegewezen"), [("04", "01"), ("16", "04"), ("01", "16"), ("82", "84")])
def test_tr341_other_unit_is_the_only_finding(gedeclareerd: str, toegewezen: str) -> None:
    """Volumes in other units are not held against each other, and the contract's silence adds nothing."""
    p = prestatie(eenheid=gedeclareerd, volume=10_000, tarief=100, bedrag=1_000_000)
    (bevinding,) = bevindingen(
        p, feiten(toewijzing=toewijzing(eenheid=toegewezen), contract=kies(p, contractregel(eenheid="14")))
    )
    assert bevinding.regel == "TR341"


def test_tr341_without_omvang_the_unit_of_the_contract_counts() -> None:
    p = prestatie(eenheid="16", tarief=100, bedrag=400)
    assert (
        codes(p, feiten(toewijzing=aspecifiek(), contract=kies(p, contractregel(eenheid="16", tarief_cent=100)))) == []
    )
    (bevinding,) = bevindingen(
        p, feiten(toewijzing=aspecifiek(), contract=kies(p, contractregel(), contractregel(eenheid="14")))
    )
    assert (bevinding.regel, bevinding.invoer["toegewezen"]) == ("TR341", "uur of etmalen")


def test_tr378_gemeente_that_exists() -> None:
    assert "TR378" not in codes(prestatie(), feiten(gemeente_bekend=True))


def test_tr378_gemeente_that_was_gone_when_the_toewijzing_began() -> None:
    assert codes(prestatie(), feiten(gemeente_bekend=False)) == ["TR378"]
    (gevonden,) = bevindingen(prestatie(), feiten(gemeente_bekend=False))
    assert gevonden.retourcode == "S300"
    assert "0193 stond op 01-01-2026 niet in de lijst van het CBS" in uitleg(gevonden)


def test_tr381_code_on_the_list() -> None:
    assert "TR381" not in codes(prestatie(), feiten(productcode_bekend=True))


def test_tr381_code_not_on_the_list() -> None:
    assert codes(prestatie(), feiten(productcode_bekend=False)) == ["TR381"]


def test_tr384_removed_toewijzing() -> None:
    """Over the one day that is left; a whole month breaks the rules on its end as well."""
    weg = toewijzing(verwijderd=True, ingangsdatum=date(2026, 4, 1), einddatum=date(2026, 4, 1))
    dag = prestatie(einddatum=date(2026, 4, 1))
    assert codes(dag, feiten(toewijzing=weg)) == ["TR384"]
    assert codes(prestatie(), feiten(toewijzing=weg)) == ["TR308", "TR384", "TR388"]


def test_tr384_same_toewijzing_not_removed() -> None:
    een_dag = toewijzing(ingangsdatum=date(2026, 4, 1), einddatum=date(2026, 4, 1))
    assert codes(prestatie(einddatum=date(2026, 4, 1)), feiten(toewijzing=een_dag)) == []


@pytest.mark.parametrize(
    ("ingang", "begin", "goed"),
    [
        (date(2026, 1, 15), date(2026, 4, 1), True),
        (date(2026, 1, 15), date(2026, 4, 2), False),
        (date(2026, 4, 10), date(2026, 4, 10), True),
        (date(2026, 4, 10), date(2026, 4, 11), False),
        (date(2026, 4, 1), date(2026, 4, 1), True),
    ],
)
def test_tr387_begin_of_the_month_or_of_the_toewijzing(ingang: date, begin: date, goed: bool) -> None:
    f = feiten(toewijzing=toewijzing(ingangsdatum=ingang))
    assert codes(prestatie(begindatum=begin), f) == ([] if goed else ["TR387"])


@pytest.mark.parametrize(
    ("toewijzing_eind", "eind", "goed"),
    [
        (None, date(2026, 4, 30), True),
        (None, date(2026, 4, 29), False),
        (date(2026, 4, 20), date(2026, 4, 20), True),
        (date(2026, 4, 20), date(2026, 4, 19), False),
        (date(2026, 4, 30), date(2026, 4, 30), True),
    ],
)
def test_tr388_end_of_the_month_or_of_the_toewijzing(toewijzing_eind: date | None, eind: date, goed: bool) -> None:
    f = feiten(toewijzing=toewijzing(einddatum=toewijzing_eind))
    assert codes(prestatie(einddatum=eind), f) == ([] if goed else ["TR388"])


def test_level_and_retourcode_are_those_of_the_standard() -> None:
    """As the code list has them, which the register does not read."""
    tekst = (Path(__file__).parents[3] / "schemas" / "codelists" / "regels.csv").read_text(encoding="utf-8")
    lijst = {rij["regel"]: rij for rij in csv.DictReader(tekst.splitlines())}
    for regel in REGELS:
        if regel.retourcode:
            rij = lijst[regel.code]
            assert (str(regel.niveau), regel.retourcode) == (rij["niveau"], rij["retourcode"]), regel.code
            assert regel.berichten <= set(rij["berichten"].split()), regel.code
