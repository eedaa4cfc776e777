"""Texts that travel as one come back as they were, or do not travel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.arrays import SCHEIDING, samen

TEKST = st.text(st.characters(exclude_characters=SCHEIDING), min_size=1)


@given(st.lists(TEKST, min_size=1))
def test_what_was_joined_can_be_split(teksten: list[str]) -> None:
    assert samen(teksten).split(SCHEIDING) == teksten


def test_nothing_is_nothing() -> None:
    assert samen([]) == ""


@pytest.mark.parametrize("teksten", [[""], ["0193", ""], [SCHEIDING], ["01", f"9{SCHEIDING}3"]])
def test_what_could_not_be_split_is_refused(teksten: list[str]) -> None:
    with pytest.raises(ValueError, match="separator"):
        samen(teksten)
