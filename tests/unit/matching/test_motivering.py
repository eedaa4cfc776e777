"""What may stand in the reason of a decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw.bsn import elfproef
from services.matching.motivering import bezwaar, mogelijke_bsns, zonder_bsn

BSN = "999990019"
BSN_BEZWAAR = "De motivering bevat een nummer dat een burgerservicenummer kan zijn; laat het weg."


@pytest.mark.parametrize("tekst", [f"a {BSN}.", "999 990 019", "999.990.019", "9999-90-019", f"x{BSN}y", f"({BSN})"])
def test_a_bsn_is_found_however_it_is_written(tekst: str) -> None:
    assert mogelijke_bsns(tekst) == {BSN}
    assert bezwaar(tekst) == BSN_BEZWAAR
    assert BSN not in zonder_bsn(tekst)
    assert bezwaar(zonder_bsn(tekst)) is None


@pytest.mark.parametrize(
    "tekst", ["9999900190", "1999990019", "999990018", "99.990.019", "op 06-05-2026", "€ 1.234,50"]
)
def test_other_numbers_are_left_alone(tekst: str) -> None:
    assert bezwaar(tekst) is None
    assert zonder_bsn(tekst) == tekst


def test_a_number_of_the_case_may_be_named_and_only_that_one() -> None:
    tekst = f"{BSN} en 111222333"
    assert bezwaar(BSN, {BSN}) is None
    assert bezwaar(tekst, {BSN}) == BSN_BEZWAAR
    assert zonder_bsn(tekst, {BSN}) == f"{BSN} en (weggelaten)"


@pytest.mark.parametrize("teken", ["\x00", "\x07", "\x1b", "\x7f", "\ud800"])
def test_what_cannot_be_shown_or_stored_is_refused(teken: str) -> None:
    assert bezwaar(f"a{teken}b") == "De motivering bevat een teken dat niet te tonen is."


def test_lines_and_tabs_may_stay() -> None:
    assert bezwaar("regel 1\nregel 2\t€ 5,00\r\n") is None


@given(st.integers(0, 999_999_999).map(lambda getal: f"{getal:09}"))
def test_nine_digits_are_refused_exactly_when_they_pass_the_eleven_test(nummer: str) -> None:
    assert (bezwaar(f"nr {nummer}!") is not None) == elfproef(nummer)
