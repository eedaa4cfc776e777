"""What a toewijzing commits per budget year, to the cent."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw.volume import maximum_over_toewijzing
from services.ledger.posting import MAX_BEDRAG_CENT
from services.matching.contract import Contract
from services.matching.feiten import Contractregel
from services.matching.verplichting import (
    HORIZON_JAREN,
    MEESTE_CENTEN,
    ONBEPAALD,
    Verplichting,
    bepaal,
    tarief_in,
    verdeel,
)
from services.platform.events import JaarVerplichting
from tests.unit.matching.bouwen import aspecifiek, contractregel, toewijzing

JAAR = 2026


def contracten(*regels: Contractregel, jaar: int = JAAR) -> dict[int, Contract]:
    return {jaar: Contract(regels or [contractregel()])}


def per_jaar(verplichting: Verplichting) -> dict[int, int]:
    return {deel.jaar: deel.bedrag for deel in verplichting.per_jaar}


def verplicht(
    anders: dict[str, Any], *, contract: Mapping[int, Contract] | None = None, jaar: int = JAAR
) -> Verplichting:
    return bepaal(toewijzing(**anders), contracten() if contract is None else contract, jaar)


@pytest.mark.parametrize(
    ("omvang", "bedrag"),
    [
        ({"frequentie": "4", "volume": 12}, 12 * 12 * 9_000),
        ({"frequentie": "1", "volume": 1}, 365 * 9_000),
        ({"frequentie": "2", "volume": 3}, 53 * 3 * 9_000),
        ({"frequentie": "6", "volume": 40}, 40 * 9_000),
    ],
    ids=str,
)
def test_omvang_is_maximum_volume_times_tariff(omvang: dict[str, Any], bedrag: int) -> None:
    assert verplicht(omvang) == Verplichting("omvang", verplicht(omvang).per_jaar, None)
    assert per_jaar(verplicht(omvang)) == {2026: bedrag}


def test_budget_is_spread_over_the_years_by_days() -> None:
    """EUR 1.000,01 over 31 + 59 days of winter: 34.444,78 and 65.555,22 cents."""
    over = aspecifiek(budget=100_001, ingangsdatum=date(2025, 12, 1), einddatum=date(2026, 2, 28))
    assert bepaal(over, {}, JAAR).grondslag == "budget"
    assert per_jaar(bepaal(over, {}, JAAR)) == {2025: 34_445, 2026: 65_556}


def test_each_year_has_its_own_tariff() -> None:
    """24 months x 10 uur: 365 of 730 days at EUR 90 and as many at EUR 100."""
    twee = {
        2025: Contract([contractregel(tarief_cent=9_000, geldig_van=date(2025, 1, 1), geldig_tot=date(2025, 12, 31))]),
        2026: Contract([contractregel(tarief_cent=10_000)]),
    }
    over = {"ingangsdatum": date(2025, 1, 1), "volume": 10}
    assert per_jaar(verplicht(over, contract=twee)) == {2025: 1_080_000, 2026: 1_200_000}


@pytest.mark.parametrize(
    ("jaren", "gezocht", "verwacht"),
    [((2024, 2025), 2026, 2025), ((2024, 2026), 2025, 2024), ((2027, 2028), 2026, 2027), ((2026,), 2026, 2026)],
)
def test_a_year_without_contract_takes_the_latest_before_else_the_first_after(
    jaren: tuple[int, ...], gezocht: int, verwacht: int
) -> None:
    per = {jaar: Contract([contractregel(tarief_cent=jaar)]) for jaar in jaren}
    assert tarief_in(gezocht, toewijzing(), per) == verwacht


def test_within_a_year_the_line_in_force_when_the_toewijzing_begins() -> None:
    regels = (
        contractregel(tarief_cent=1, geldig_tot=date(2026, 6, 30)),
        contractregel(tarief_cent=2, geldig_van=date(2026, 7, 1)),
    )
    for begin, tarief in ((date(2026, 3, 1), 1), (date(2026, 8, 1), 2)):
        assert tarief_in(2026, toewijzing(ingangsdatum=begin), contracten(*regels)) == tarief


def test_euros_are_money_already() -> None:
    euro = {"eenheid": "83", "frequentie": "6", "volume": 123_456}
    assert per_jaar(verplicht(euro, contract={})) == {2026: 123_456}


def test_minutes_under_an_hour_tariff_are_rounded_once() -> None:
    """101 minutes at EUR 87,30 an hour are 14.695,5 cents."""
    minuten = {"eenheid": "01", "frequentie": "6", "volume": 101}
    assert per_jaar(verplicht(minuten, contract=contracten(contractregel(tarief_cent=8_730)))) == {2026: 14_696}


@pytest.mark.parametrize(
    "anders",
    [
        {"volume": None, "eenheid": None, "frequentie": None},
        {"eenheid": "16"},
        {"product_code": "45A05"},
        {"product_categorie": None, "product_code": None},
        {"ingangsdatum": date(1000, 1, 1), "einddatum": None},
        {"einddatum": date(2025, 1, 1)},
        {"volume": 99_999_999, "ingangsdatum": date(1950, 1, 1), "frequentie": "1"},
    ],
    ids=str,
)
def test_without_omvang_tariff_or_sense_it_is_onbepaald(anders: dict[str, Any]) -> None:
    duur = contracten(contractregel(tarief_cent=99_999_999))
    gevonden = verplicht(anders, contract=duur)
    assert (gevonden.grondslag, gevonden.per_jaar) == ("onbepaald", ())


def test_the_product_s_own_hour_line_goes_before_a_minute_line_of_its_whole_categorie() -> None:
    """As for a prestatie: 600 minutes at 90.00 an hour, not at 1.00 a minute."""
    regels = [
        contractregel(product_code=None, eenheid="01", tarief_cent=100),
        contractregel(eenheid="04", tarief_cent=9_000),
    ]
    omvang = {"eenheid": "01", "frequentie": "6", "volume": 600}
    assert per_jaar(verplicht(omvang, contract=contracten(*regels))) == {2026: 10 * 9_000}


def test_removed_commits_nothing() -> None:
    assert verplicht({"verwijderd": True}) == Verplichting("verwijderd")


@pytest.mark.parametrize(
    ("anders", "jaar", "verwacht", "geteld_tot"),
    [
        ({"frequentie": "4", "volume": 1}, 2026, {2026: 12}, 2026),
        ({"frequentie": "4", "volume": 1}, 2027, {2026: 12, 2027: 12}, 2027),
        ({"frequentie": "4", "volume": 1, "ingangsdatum": date(2028, 12, 1)}, 2026, {2028: 1}, 2028),
        ({"frequentie": "4", "volume": 1, "ingangsdatum": date(2026, 11, 30)}, 2027, {2026: 2, 2027: 12}, 2027),
        # ISO weeks touched by each year itself: the week of 1 January 2027 counts in both.
        ({"frequentie": "2", "volume": 1, "ingangsdatum": date(2026, 12, 28)}, 2027, {2026: 1, 2027: 53}, 2027),
        ({"frequentie": "1", "volume": 1, "ingangsdatum": date(2027, 12, 31)}, 2028, {2027: 1, 2028: 366}, 2028),
        ({"frequentie": "6", "volume": 24}, 2027, {2026: 24}, None),
        ({"frequentie": "6", "volume": 24, "ingangsdatum": date(2028, 12, 1)}, 2026, {2028: 24}, None),
    ],
    ids=str,
)
def test_open_ended_counts_to_the_end_of_the_year(
    anders: dict[str, Any], jaar: int, verwacht: dict[int, int], geteld_tot: int | None
) -> None:
    gevonden = verplicht({"einddatum": None} | anders, contract=contracten(contractregel(tarief_cent=1)), jaar=jaar)
    assert per_jaar(gevonden) == verwacht
    assert gevonden.geteld_tot == geteld_tot


def test_an_open_ended_budget_stays_whole_in_its_first_year() -> None:
    over = aspecifiek(budget=100_001, ingangsdatum=date(2025, 12, 1), einddatum=None)
    for jaar in (2024, 2026, 2040):
        assert bepaal(over, {}, jaar) == Verplichting("budget", (JaarVerplichting(jaar=2025, bedrag=100_001),))


def test_each_open_ended_year_is_rounded_on_its_own() -> None:
    """31 minutes a month at EUR 87,31 an hour: 4.511,01667 cents in December 2025, 54.132,2 in 2026."""
    over = {"eenheid": "01", "frequentie": "4", "volume": 31, "ingangsdatum": date(2025, 12, 1), "einddatum": None}
    assert per_jaar(verplicht(over, contract=contracten(contractregel(tarief_cent=8_731)))) == {
        2025: 4_511,
        2026: 54_132,
    }


@given(
    begin=st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    volume=st.integers(0, 5_000),
    eenheid=st.sampled_from(["01", "04", "16", "83"]),
    frequentie=st.sampled_from(["1", "2", "4", "6", "budget"]),
    tarieven=st.dictionaries(st.integers(2015, 2040), st.integers(0, 99_999), min_size=1, max_size=4),
    einddatum=st.sampled_from([None, date(2052, 3, 1), date(9999, 12, 31)]),
    jaar=st.integers(2015, 2040),
)
def test_a_year_that_turns_changes_no_year_before_it(
    begin: date,
    volume: int,
    eenheid: str,
    frequentie: str,
    tarieven: dict[int, int],
    einddatum: date | None,
    jaar: int,
) -> None:
    if frequentie == "budget":
        t = aspecifiek(budget=volume, ingangsdatum=begin, einddatum=einddatum)
    else:
        anders: dict[str, Any] = {"volume": volume, "eenheid": eenheid, "frequentie": frequentie}
        t = toewijzing(ingangsdatum=begin, einddatum=einddatum, **anders)
    van_uur = "04" if eenheid == "01" else eenheid
    alle = {j: Contract([contractregel(eenheid=van_uur, tarief_cent=cent)]) for j, cent in tarieven.items()}
    nu, later = per_jaar(bepaal(t, alle, jaar)), per_jaar(bepaal(t, alle, jaar + 1))
    assert nu
    assert {j: later[j] for j in nu} == nu
    nieuw = {jaar + 1} if frequentie not in {"6", "budget"} and jaar + 1 > begin.year else set()
    assert later.keys() - nu.keys() == nieuw


def test_an_end_beyond_the_horizon_is_no_end_whatever_the_year() -> None:
    for jaar in (JAAR, JAAR + HORIZON_JAREN):
        assert verplicht({"einddatum": date(9999, 12, 31)}, jaar=jaar) == verplicht({"einddatum": None}, jaar=jaar)
    net = {"einddatum": date(JAAR + HORIZON_JAREN, 12, 31)}
    assert len(verplicht(net).per_jaar) == HORIZON_JAREN + 1


def test_an_end_beyond_the_horizon_is_reached_in_the_end() -> None:
    ver = {"frequentie": "4", "volume": 1, "einddatum": date(JAAR + HORIZON_JAREN + 1, 2, 1)}
    gevonden = verplicht(ver, contract=contracten(contractregel(tarief_cent=1)), jaar=JAAR + HORIZON_JAREN + 5)
    assert gevonden.geteld_tot is None
    assert per_jaar(gevonden) == dict.fromkeys(range(JAAR, JAAR + HORIZON_JAREN + 1), 12) | {2047: 2}


@pytest.mark.parametrize("einddatum", [date(JAAR, 12, 31), None])
def test_what_the_grootboek_cannot_book_is_onbepaald(einddatum: date | None) -> None:
    """The bound is for a year: several years together may hold more."""
    assert MEESTE_CENTEN == MAX_BEDRAG_CENT
    begin = aspecifiek(budget=MEESTE_CENTEN, ingangsdatum=date(JAAR, 1, 1), einddatum=einddatum)
    assert per_jaar(bepaal(begin, {}, JAAR)) == {JAAR: MEESTE_CENTEN}
    assert bepaal(msgspec.structs.replace(begin, budget=MEESTE_CENTEN + 1), {}, JAAR) == ONBEPAALD
    twee = msgspec.structs.replace(begin, budget=2 * MEESTE_CENTEN, einddatum=date(JAAR + 1, 12, 31))
    assert per_jaar(bepaal(twee, {}, JAAR)) == {JAAR: MEESTE_CENTEN, JAAR + 1: MEESTE_CENTEN}
    veel = {"volume": 10**8, "einddatum": einddatum}
    assert verplicht(veel, contract=contracten(contractregel(tarief_cent=10**7))) == ONBEPAALD


def test_the_largest_remainder_gets_the_cent_and_the_earlier_year_when_equal() -> None:
    assert verdeel({2025: Fraction(1, 2), 2026: Fraction(1, 2)}) == {2025: 1, 2026: 0}
    assert verdeel({2025: Fraction(1, 3), 2026: Fraction(2, 3)}) == {2025: 0, 2026: 1}
    assert verdeel({2025: Fraction(10), 2026: Fraction(1, 4)}) == {2025: 10, 2026: 0}


@given(
    begin=st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    dagen=st.integers(0, 3_000),
    volume=st.integers(0, 5_000),
    eenheid=st.sampled_from(["01", "04", "16", "83"]),
    frequentie=st.sampled_from(["1", "2", "4", "6"]),
    tarieven=st.dictionaries(st.integers(2015, 2040), st.integers(0, 99_999), min_size=1, max_size=4),
)
def test_the_parts_sum_to_the_rounded_whole(
    begin: date, dagen: int, volume: int, eenheid: str, frequentie: str, tarieven: dict[int, int]
) -> None:
    """Whatever the years and their tariffs: no cent is lost or made, and no part is a cent off."""
    eind = date.fromordinal(begin.toordinal() + dagen)
    t = toewijzing(ingangsdatum=begin, einddatum=eind, volume=volume, eenheid=eenheid, frequentie=frequentie)
    van_uur = "04" if eenheid == "01" else eenheid
    alle = {jaar: Contract([contractregel(eenheid=van_uur, tarief_cent=cent)]) for jaar, cent in tarieven.items()}
    gevonden = bepaal(t, alle, 2026)
    assert gevonden != ONBEPAALD
    delen = per_jaar(gevonden)
    assert list(delen) == list(range(begin.year, eind.year + 1))
    exact = _exact(t, alle, delen)
    som = sum(exact.values(), Fraction(0))
    assert sum(delen.values()) == (som + Fraction(1, 2)).__floor__()
    assert all(abs(delen[jaar] - exact[jaar]) < 1 for jaar in delen)


def _exact(t: Any, alle: Mapping[int, Contract], delen: Mapping[int, int]) -> dict[int, Fraction]:
    """Volume x tariff x days / all days, in fractions."""
    maximum = maximum_over_toewijzing(t.volume, t.eenheid, t.frequentie, t.ingangsdatum, t.einddatum)
    assert maximum is not None
    totaal = (t.einddatum - t.ingangsdatum).days + 1
    exact = {}
    for jaar in delen:
        begin, eind = max(t.ingangsdatum, date(jaar, 1, 1)), min(t.einddatum, date(jaar, 12, 31))
        tarief = Fraction(1) if t.eenheid == "83" else tarief_in(jaar, t, alle)
        assert tarief is not None
        exact[jaar] = maximum.waarde * tarief * ((eind - begin).days + 1) / totaal
    return exact
