"""Volume, Budget, tariff and amount: each rule passing at its bound and failing one beyond."""

from datetime import date
from typing import Any

import pytest

from ijw.teksten import uitleg
from services.matching.feiten import Saldo
from services.matching.rules import bevindingen
from services.platform.events import PrestatieIngediend
from tests.unit.matching.bouwen import (
    aspecifiek,
    codes,
    contractregel,
    credit,
    feiten,
    kies,
    prestatie,
    toewijzing,
    vorige,
)

UUR, MINUUT, EURO = "04", "01", "83"


def van(volume: int, eenheid: str = UUR, tarief: int | None = 9_000, **anders: Any) -> PrestatieIngediend:
    """A prestatie of some volume, with the amount that goes with it."""
    bedrag = volume if tarief is None else volume * tarief
    return prestatie(volume=volume, eenheid=eenheid, tarief=tarief, bedrag=bedrag, **anders)


@pytest.mark.parametrize(
    ("omvang", "maximum"),
    [
        ({"frequentie": "4", "volume": 12}, 12),
        ({"frequentie": "1", "volume": 2}, 60),
        ({"frequentie": "2", "volume": 3}, 15),
        ({"frequentie": "6", "volume": 40}, 40),
    ],
    ids=str,
)
def test_tr321_volume_at_and_above_the_maximum_of_the_period(omvang: dict[str, Any], maximum: int) -> None:
    """April 2026 touches five ISO weeks and has thirty days."""
    f = feiten(toewijzing=toewijzing(**omvang))
    assert codes(van(maximum), f) == []
    assert "TR321" in codes(van(maximum + 1), f)


def test_tr321_output_per_week_counts_sundays() -> None:
    """April 2026 has four Sundays; the text names unit, maximum and calculation."""
    f = feiten(
        toewijzing=toewijzing(eenheid=EURO, frequentie="2", volume=30_000),
        contract=kies(van(1, EURO, None), contractregel(eenheid=EURO, tarief_cent=0)),
    )
    assert codes(van(120_000, EURO, None), f) == []
    (bevinding,) = bevindingen(van(120_001, EURO, None), f)
    assert uitleg(bevinding) == (
        "gedeclareerd € 1.200,01; toegestaan in deze productperiode € 1.200,00 = 4 zondagen x € 300,00 (TR321, IV077)"
    )


def test_tr321_minutes_against_a_toewijzing_in_hours() -> None:
    f = feiten(contract=kies(van(1, MINUUT, 150), contractregel(eenheid=MINUUT, tarief_cent=150)))
    assert codes(van(12 * 60, MINUUT, 150), f) == []
    (bevinding,) = bevindingen(van(12 * 60 + 1, MINUUT, 150), f)
    assert bevinding.invoer["maximum"] == "720"
    assert "x 60 minuten" in bevinding.invoer["berekening"]


def test_tr321_frequentie_6_is_what_others_left() -> None:
    f = feiten(toewijzing=toewijzing(frequentie="6", volume=40), saldo=Saldo(volume=36 * 60))
    assert codes(van(4), f) == []
    assert codes(van(5), f) == ["TR321", "TR322"]


def test_tr321_does_not_hold_for_a_credit() -> None:
    debet = van(99)
    assert "TR321" not in codes(credit(debet), feiten(debet=vorige(debet)))


def test_tr322_broken_weeks_count_once_over_the_whole_toewijzing() -> None:
    """29 March to 30 April touches 6 weeks (of which the first only on Sunday): 18 uur, while periods allow 3 + 15."""
    f = feiten(
        toewijzing=toewijzing(frequentie="2", volume=3, ingangsdatum=date(2026, 3, 29), einddatum=date(2026, 4, 30)),
        saldo=Saldo(volume=6 * 60),
    )
    assert codes(van(12), f) == []
    (bevinding,) = bevindingen(van(13), f)
    assert (bevinding.regel, bevinding.invoer["gedeclareerd"], bevinding.invoer["maximum"]) == ("TR322", "19", "18")


def test_tr322_a_sum_that_is_no_whole_hour_is_shown_in_minutes() -> None:
    f = feiten(
        toewijzing=toewijzing(frequentie="4", volume=4, ingangsdatum=date(2026, 4, 1), einddatum=date(2026, 4, 30)),
        saldo=Saldo(volume=61),
    )
    (bevinding,) = bevindingen(van(4), f)
    assert (bevinding.invoer["gedeclareerd"], bevinding.invoer["maximum"], bevinding.invoer["eenheid"]) == (
        "301",
        "240",
        "01",
    )


def test_tr322_without_einddatum_only_a_total_has_a_maximum() -> None:
    veel = Saldo(volume=10**6)
    assert codes(van(12), feiten(toewijzing=toewijzing(einddatum=None), saldo=veel)) == []
    assert "TR322" in codes(van(1), feiten(toewijzing=toewijzing(einddatum=None, frequentie="6"), saldo=veel))


def test_tr369_money_within_and_beyond_the_budget() -> None:
    f = feiten(toewijzing=aspecifiek(budget=100_000), saldo=Saldo(bedrag_cent=64_000))
    assert codes(van(4), f) == []
    (bevinding,) = bevindingen(van(5), f)
    assert uitleg(bevinding) == "in totaal gedeclareerd € 1.090,00; het budget van de toewijzing is € 1.000,00 (TR369)"


def test_tr369_a_credit_needs_no_budget() -> None:
    debet = van(4)
    f = feiten(toewijzing=aspecifiek(budget=1), debet=vorige(debet), saldo=Saldo(bedrag_cent=36_000))
    assert codes(credit(debet), f) == []


def test_tr346_amount_is_volume_times_tariff() -> None:
    assert codes(prestatie(volume=4, tarief=9_000, bedrag=36_000), feiten()) == []
    (bevinding,) = bevindingen(prestatie(bedrag=36_001), feiten())
    assert uitleg(bevinding) == "ingediend is € 360,01; berekend is € 360,00 = 4 uur x € 90,00 (TR346, IV081)"


@pytest.mark.parametrize(("bedrag", "goed"), [(14_549, False), (14_550, True), (14_600, False)])
def test_tr346_minutes_under_an_hour_tariff_are_rounded_once(bedrag: int, goed: bool) -> None:
    """EUR 87,30 an hour: 145,5 cents a minute, so 146; 100 minutes are 14.550 and not 14.600."""
    p = prestatie(eenheid=MINUUT, volume=100, tarief=146, bedrag=bedrag)
    gevonden = codes(p, feiten(contract=kies(p, contractregel(tarief_cent=8_730))))
    assert gevonden == ([] if goed else ["TR346"])


@pytest.mark.parametrize(("bedrag", "goed"), [(14_549, False), (14_550, True), (14_648, True), (14_649, False)])
def test_tr346_without_a_contract_any_hour_tariff_will_do(bedrag: int, goed: bool) -> None:
    """146 a minute comes from an hour tariff of 8.730 to 8.789, so 100 minutes are 14.550 to 14.648."""
    p = prestatie(eenheid=MINUUT, volume=100, tarief=146, bedrag=bedrag)
    verwacht = ["geen-contractregel"] if goed else ["TR346", "geen-contractregel"]
    assert codes(p, feiten(contract=kies(p))) == verwacht


def test_tr346_euros_have_no_tariff() -> None:
    f = feiten(
        toewijzing=toewijzing(eenheid=EURO, volume=500),
        contract=kies(van(1, EURO, None), contractregel(eenheid=EURO, tarief_cent=None)),
    )
    assert codes(van(500, EURO, None), f) == []


def test_tr418_tariff_of_the_contract() -> None:
    assert codes(van(4), feiten()) == []
    (bevinding,) = bevindingen(van(4, tarief=9_001), feiten())
    assert uitleg(bevinding) == "het tarief is € 90,01; volgens het contract € 90,00 (TR418, IV081)"


@pytest.mark.parametrize(("tarief", "goed"), [(146, True), (145, False), (147, False)])
def test_tr418_minute_tariff_is_a_sixtieth_half_up(tarief: int, goed: bool) -> None:
    p = prestatie(eenheid=MINUUT, volume=100, tarief=tarief, bedrag=14_550)
    assert codes(p, feiten(contract=kies(p, contractregel(tarief_cent=8_730)))) == ([] if goed else ["TR418"])


def test_tr418_the_unit_itself_goes_before_the_hour() -> None:
    p = van(100, MINUUT, 160)
    contract = kies(p, contractregel(tarief_cent=9_000), contractregel(eenheid=MINUUT, tarief_cent=160))
    assert codes(p, feiten(contract=contract)) == []


def test_tr418_without_a_contract_line_there_is_no_tariff_to_compare() -> None:
    assert codes(van(4, tarief=1), feiten(contract=kies(van(4)))) == ["geen-contractregel"]


def test_geen_contractregel_for_product_day_or_unit() -> None:
    p = van(4)
    assert codes(p, feiten(contract=kies(p, contractregel(product_code=None)))) == []
    for regel in (
        contractregel(product_code="45A05"),
        contractregel(product_categorie="46"),
        contractregel(geldig_van=date(2026, 4, 2)),
        contractregel(geldig_tot=date(2026, 3, 31)),
        contractregel(eenheid="16"),
    ):
        (bevinding,) = bevindingen(p, feiten(contract=kies(p, regel)))
        assert (bevinding.regel, bevinding.retourcode) == ("geen-contractregel", "")
        assert uitleg(bevinding).startswith("het contract heeft geen regel voor product 45A0")


def test_geen_contractregel_for_euros_too() -> None:
    """The contract says which products an aanbieder may deliver, also where it names no tariff."""
    p = van(5, EURO, None)
    assert codes(p, feiten(toewijzing=toewijzing(eenheid=EURO), contract=kies(p, contractregel()))) == [
        "geen-contractregel"
    ]
