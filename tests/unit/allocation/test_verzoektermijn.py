"""Terms on a verzoek, counted by hand on the calendar of 2026."""

from datetime import date

import pytest

from services.allocation.levensloop.verzoek import OPENSTAAND, Toestand
from services.allocation.verzoektermijn import antwoord_uiterlijk, verzoek_uiterlijk

WOENSDAG = date(2026, 5, 6)


@pytest.mark.parametrize(
    ("ontvangen", "uiterlijk"),
    [
        (WOENSDAG, date(2026, 5, 13)),
        (date(2026, 5, 8), date(2026, 5, 18)),  # Ascension Day, 14 May, is no werkdag; Friday 15 May is one
        (date(2026, 5, 9), date(2026, 5, 18)),  # a Saturday
        (date(2026, 12, 23), date(2026, 12, 31)),  # over Christmas: 24, 28, 29, 30, 31
    ],
)
def test_op274_an_open_reference_is_answered_within_five_werkdagen(ontvangen: date, uiterlijk: date) -> None:
    assert antwoord_uiterlijk(Toestand.OPEN, ontvangen, date(2026, 1, 1)) == uiterlijk


def test_op274_onderzoek_ends_eight_weeks_after_dagtekening_whenever_it_was_received() -> None:
    assert antwoord_uiterlijk(Toestand.IN_ONDERZOEK, WOENSDAG, date(2026, 5, 4)) == date(2026, 6, 29)


def test_a_verzoek_waits_for_the_first_term_of_its_references() -> None:
    assert verzoek_uiterlijk(OPENSTAAND, WOENSDAG, WOENSDAG) == date(2026, 5, 13)
    een = [Toestand.IN_ONDERZOEK, Toestand.TOEGEKEND]
    assert verzoek_uiterlijk(een, WOENSDAG, WOENSDAG) == date(2026, 7, 1)
    assert verzoek_uiterlijk(set(Toestand) - OPENSTAAND, WOENSDAG, WOENSDAG) is None
