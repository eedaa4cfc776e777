"""A traceparent of anybody: gone by when it is right, as if it were not there when it is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.tracing.traceparent import SpanContext, checked, parse

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    ("text", "sampled"),
    [
        (GOOD, True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-03", True),
        (f"00-{TRACE}-{SPAN}-fe", False),
        (f"01-{TRACE}-{SPAN}-01", True),
        (f"cc-{TRACE}-{SPAN}-01-what-the-future-brings", True),
    ],
)
def test_what_can_be_gone_by(text: str, sampled: bool) -> None:
    assert parse(text) == SpanContext(TRACE, SPAN, sampled)
    assert checked(text) == f"00-{TRACE}-{SPAN}-0{int(sampled)}"


HOSTILE = {
    "nothing": None,
    "empty": "",
    "not hex": f"00-{'g' * 32}-{SPAN}-01",
    "upper case": GOOD.upper(),
    "other digits": f"00-{TRACE[:-1]}\u0661-{SPAN}-01",
    "short": f"00-{TRACE[:-1]}-{SPAN}-01",
    "long": f"00-{TRACE}0-{SPAN}-01",
    "no flags": f"00-{TRACE}-{SPAN}",
    "version that cannot be": f"ff-{TRACE}-{SPAN}-01",
    "more than this version has": f"{GOOD}-x",
    "a later version run together": f"01-{TRACE}-{SPAN}-01x",
    "no trace": f"00-{'0' * 32}-{SPAN}-01",
    "no span": f"00-{TRACE}-{'0' * 16}-01",
    "a line more": f"{GOOD}\n",
    "two": f"{GOOD},{GOOD}",
    "endless": f"01-{TRACE}-{SPAN}-01-{'a' * 10_000}",
    "a BSN as trace": f"00-{'999900006':0>32}-{SPAN}-01",
    "a BSN as span": f"00-{TRACE}-{'999900006':0>16}-01",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_ignored(what: str) -> None:
    assert parse(HOSTILE[what]) is None
    assert checked(HOSTILE[what]) is None


@given(st.text() | st.from_regex(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.*"))
def test_whatever_comes_what_goes_on_has_one_form(text: str) -> None:
    onward = checked(text)
    assert onward is None or re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", onward, re.ASCII)
    assert onward is None or checked(onward) == onward
