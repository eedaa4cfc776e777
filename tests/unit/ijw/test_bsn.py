"""The eleven-test on known good and bad numbers, and the range for testing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw import bsn


@pytest.mark.parametrize("nummer", ["999900006", "999900018", "999990019", "111222333", "000000012"])
def test_elfproef_voldoet(nummer: str) -> None:
    assert bsn.elfproef(nummer)


@pytest.mark.parametrize(
    "nummer",
    [
        "999900007",
        "111222334",
        "",
        "12345678",
        "9999000060",
        "99990000x",
        " 99900006",
        "99990000٦",  # an Arabic six is a digit to str.isdigit, not to the standard
    ],
)
def test_elfproef_faalt(nummer: str) -> None:
    assert not bsn.elfproef(nummer)


def test_elfproef_is_de_formule_met_min_een_op_de_laatste_plaats() -> None:
    # 000000012: 2*1 - 1*2 = 0; had the last weight been +1 the sum would be 4
    assert bsn.elfproef("000000012")
    assert not bsn.elfproef("000000019")


@given(st.integers(0, 99_999_999), st.integers(1, 9))
def test_een_ander_laatste_cijfer_faalt_altijd(romp: int, verschil: int) -> None:
    goed = [c for c in range(10) if bsn.elfproef(f"{romp:08}{c}")]
    assert len(goed) <= 1
    for cijfer in goed:
        assert not bsn.elfproef(f"{romp:08}{(cijfer + verschil) % 10}")


@given(st.text(max_size=12))
def test_elfproef_kan_alles_aan(tekst: str) -> None:
    assert bsn.elfproef(tekst) in (True, False)


def test_testnummers_liggen_in_de_afgesproken_reeks() -> None:
    nummers = list(bsn.test_bsns())
    assert nummers[0] == "999900006"
    assert nummers[-1] == "999999990"
    assert nummers == sorted(set(nummers))
    assert len(nummers) > 9_000
    assert all(map(bsn.elfproef, nummers))
