"""What repeats is said seldom, what is new is said at once, and nothing is forgotten without a count."""

import json
import logging

import pytest

from services.platform import logs
from services.platform.zelden import Zelden


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def said(seldom: Zelden, words: str, *values: object, level: int = logging.ERROR) -> int | None:
    """How many were kept back before this one; None when it is kept back itself."""
    record = logging.LogRecord("aiokafka", level, "", 0, words, values, None)
    return getattr(record, "suppressed", 0) if seldom.filter(record) else None


def test_a_few_pass_and_a_minute_later_a_few_more_with_the_count_of_the_rest() -> None:
    clock = Clock()
    seldom = Zelden(clock)
    assert [said(seldom, "no node %s", number) for number in range(5)] == [0, 0, 0, None, None]
    clock.now = 59.9
    assert said(seldom, "no node %s", 7) is None
    clock.now = 60
    assert [said(seldom, "no node %s", 1) for _ in range(4)] == [3, 0, 0, None]


def test_another_message_or_level_is_another_matter() -> None:
    seldom = Zelden(Clock())
    assert [said(seldom, "no node") for _ in range(4)][-1] is None
    assert said(seldom, "no metadata") == 0
    assert said(seldom, "no node", level=logging.WARNING) == 0


def test_it_remembers_so_many_and_no_more() -> None:
    seldom = Zelden(Clock())
    for _ in range(4):
        said(seldom, "the first")
    for number in range(600):
        said(seldom, f"told without a template {number}")
    assert len(seldom._kinds) == 500
    assert said(seldom, "the first") == 0


def test_libraries_are_held_to_it_and_the_count_stands_in_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    clock = Clock()
    for handler in logging.getLogger().handlers:
        for seldom in handler.filters:
            assert isinstance(seldom, Zelden)
            seldom._now = clock
    for moment in (0, 0, 0, 0, 0, 3600):
        clock.now = moment
        logging.getLogger("aiokafka").error("no node %s", 1)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line.get("suppressed") for line in lines] == [None, None, None, 2]
