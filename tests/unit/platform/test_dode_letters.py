"""Why an event stranded, told without what was in it; and what stays undone when it is never handled."""

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.dlq_beeld import inhoud, reeks, toonbaar
from services.platform.bus import Attempts, failed_anew
from services.platform.dode_letters.beheer import plaats_van
from services.platform.dode_letters.gevolg import MISSING, geld_in
from services.platform.dode_letters.reden import MAX_MELDING, MAX_STAPEL, melding_van, reden_van
from services.platform.events import (
    EVENT_TYPES,
    TOPICS,
    DeclaratieBeoordeeld,
    JaarVerplichting,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    VerplichtingBepaald,
    encode,
)


@pytest.mark.parametrize(
    ("error", "melding"),
    [
        (ValueError("a prestatie does not go from x to y"), "a prestatie does not go from x to y"),
        (ValueError("statement 12 came with other content"), "statement 12 came with other content"),
        (KeyError("Jansen"), "…"),
        (ValueError("invalid literal for int() with base 10: 'Jan'"), "invalid literal for int() with base 10: …"),
        (ValueError("999900006 is no number here"), "… is no number here"),
        (ValueError("born on 2011-03-04, they say"), "born on …, they say"),
        (ValueError("client 3f2a9c0d1b7e4a55a1c3"), "client …"),
        (ValueError("an open 'quote of Jan"), "an open …"),
        (ValueError("first line\nsecond line of Jan"), "first line"),
        (ValueError("\x1b[31mred\x00"), "[31mred"),
        (ValueError(), ""),
    ],
)
def test_the_text_of_an_error_says_what_and_not_of_whom(error: Exception, melding: str) -> None:
    assert melding_van(error) == melding


def test_what_the_database_says_beside_its_text_is_kept_and_the_row_is_not() -> None:
    error = asyncpg.UniqueViolationError('duplicate key value violates unique constraint "pk_x"')
    error.sqlstate, error.constraint_name, error.table_name = "23505", "pk_x", "boekingen"  # type: ignore[attr-defined]
    error.detail = "Key (sleutel)=(999900006) already exists."  # type: ignore[attr-defined]
    melding = melding_van(error)
    assert "constraint_name pk_x" in melding
    assert "table_name boekingen" in melding
    assert "9999" not in melding


def test_an_event_that_fails_for_the_first_time_is_not_waited_for_as_long_as_the_one_before() -> None:
    new, tried = Attempts(count=1), Attempts(count=3)
    assert failed_anew(ValueError(), {"a": new})
    assert not failed_anew(ValueError(), {"a": tried})
    assert not failed_anew(ValueError(), {})
    # A database that is away is no new failure of the event, however often it is asked.
    assert not failed_anew(OSError(), {"a": new})


def deep(name: str) -> None:
    if name:
        deep(name[1:])
    try:
        raise KeyError(name or "Jan Jansen")
    except KeyError as error:
        raise ValueError("999900006") from error


def test_a_stack_has_places_of_the_cause_too_and_no_values() -> None:
    with pytest.raises(ValueError, match="9999") as caught:
        deep("")
    reden = reden_van(caught.value)
    assert reden.naam == "ValueError"
    assert reden.stapel.splitlines()[0] == "ValueError"
    assert "KeyError" in reden.stapel.splitlines()
    assert "tests/unit/platform/test_dode_letters.py:" in reden.stapel
    assert " deep" in reden.stapel
    assert "/tests/" not in reden.stapel
    assert "Jansen" not in reden.stapel
    assert "9999" not in reden.stapel


def test_texts_and_stacks_have_an_end() -> None:
    with pytest.raises(ValueError, match="9999") as caught:
        deep("x" * 200)
    reden = reden_van(caught.value)
    assert len(reden.stapel) <= MAX_STAPEL
    assert len(melding_van(ValueError("woord " * 1000))) == MAX_MELDING


def test_the_place_is_the_innermost_of_ours_in_what_failed() -> None:
    stapel = "ValueError\n  services/a.py:1 f\n  services/b.py:2 g\n  asyncpg/x.py:3 h\nKeyError\n  services/c.py:4 i"
    assert plaats_van(stapel) == "services/b.py:2 g"
    assert plaats_van("ValueError\n  asyncpg/x.py:3 h") == "asyncpg/x.py:3 h"
    assert plaats_van("") == ""


def mutatie(bedrag: int) -> PrestatieMutatie:
    return PrestatieMutatie(
        volgnummer=1, referentie="r", toewijzing_nummer=1, product_categorie="45", product_code="45A04",
        dienstperiode=202604, bedrag=bedrag, van="inBehandeling", naar="toegekend", verplicht=True,
    )  # fmt: skip


def test_money_in_an_event_is_counted_whatever_its_sign() -> None:
    verwerkt = PrestatiesVerwerkt(
        domein="jw", gemeente="0193", declaratie_id="d", declaratienummer="D", aanbieder="12345678",
        declaratieperiode=202604, mutaties=(mutatie(500), mutatie(-200)),
    )  # fmt: skip
    assert geld_in(verwerkt.type_name, encode(verwerkt)) == 700
    verplichting = VerplichtingBepaald(
        domein="jw", gemeente="0193", toewijzing_nummer=1, volgnummer=1, aanbieder="12345678", grondslag="omvang",
        per_jaar=(JaarVerplichting(jaar=2026, bedrag=300), JaarVerplichting(jaar=2027, bedrag=4)),
    )  # fmt: skip
    assert geld_in(verplichting.type_name, encode(verplichting)) == 304
    oordeel = DeclaratieBeoordeeld(domein="jw", declaratie_id="d", gemeente="0193")
    assert geld_in(oordeel.type_name, encode(oordeel)) == 0


def test_what_cannot_be_read_has_an_unknown_amount_and_a_stranger_none() -> None:
    assert geld_in(PrestatiesVerwerkt.type_name, b"{}") is None
    assert geld_in(PrestatiesVerwerkt.type_name, b"\xff") is None
    assert geld_in("nl.happyflow.onbekend.v9", b"{}") is None
    assert geld_in("onleesbaar", b"\xff") == 0


def test_of_every_topic_that_somebody_handles_it_is_said_what_stays_undone() -> None:
    assert set(MISSING) == {topic.name for topic in TOPICS.values() if topic.consumers}
    assert all(geld_in(kind, b"[]") is None for kind in EVENT_TYPES)


def test_numbers_are_said_short() -> None:
    assert reeks([]) == ""
    assert reeks([3, 1, 2, 7]) == "1-3, 7"
    assert reeks(range(1, 60, 2)).endswith(" en nog 18 reeks(en)")


@given(st.binary(max_size=200))
def test_any_content_can_be_shown_without_steering_the_terminal(data: bytes) -> None:
    shown = inhoud(data)
    assert not any(ord(letter) < 32 and letter != "\n" for letter in shown)
    assert "\x1b" not in shown
    assert "\x9b" not in shown


def test_what_can_be_a_bsn_is_left_out_of_json_and_text() -> None:
    data = msgspec.json.encode({"bsn": "999900006", "bedrag": 1234})
    assert "999900006" not in inhoud(data)
    assert "1234" in inhoud(data)
    assert "999900006" not in inhoud(b"zomaar 999900006 tekst")
    assert toonbaar("0193:111222333") == "0193:(weggelaten)"
