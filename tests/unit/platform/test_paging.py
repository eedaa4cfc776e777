"""Lists: pages that join into the whole, cursors that are ours or a 400."""

import base64
import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st

from services.platform.paging import decode_cursor, encode_cursor, page
from services.platform.problems import Problem
from tests.unit.platform.asgi import scope_of

BIGINT = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40)


@given(BIGINT, TEXT, st.dates())
def test_a_cursor_gives_back_what_went_in(number: int, words: str, day: date) -> None:
    assert decode_cursor(encode_cursor([number, words, day]), int, str, date) == [number, words, day]


def test_no_cursor_is_the_beginning() -> None:
    assert decode_cursor(None, int) is None


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "????",
        packed(5),
        packed({}),
        packed([]),
        packed([1, 2]),
        packed(["1"]),
        packed([None]),
        packed([1.5]),
        packed([2**63]),
        packed([-(2**63) - 1]),
        packed([10**300]),
        base64.urlsafe_b64encode(b"[" * 200_000).decode(),
        "AA==\n",
    ],
)
def test_what_is_not_ours_is_400(cursor: str) -> None:
    with pytest.raises(Problem) as caught:
        decode_cursor(cursor, int)
    assert (caught.value.status, caught.value.soort) == (400, "cursor-ongeldig")


def test_a_nul_in_a_text_is_400() -> None:
    with pytest.raises(Problem):
        decode_cursor(packed(["a\0b"]), str)


@given(st.text(max_size=60))
def test_nothing_made_up_gets_further_than_400(cursor: str) -> None:
    refused = None
    try:
        values = decode_cursor(cursor, int, str) or []
    except Problem as problem:
        refused = problem.status
    assert refused == 400 or [type(value) for value in values] == [int, str]


def listing(rows: list[int], limit: int, query: str) -> tuple[dict[str, Any], str | None]:
    """A list of numbers above the cursor, as a store gives it: one more than the page."""
    request = Request(scope_of("GET", "/lijst/a b", query=query))
    after = decode_cursor(parse_qs(query).get("cursor", [None])[0], int)
    found = [row for row in rows if after is None or row > after[0]][: limit + 1]
    response = Response()
    body = page(request, response, found, limit, item=lambda row: {"n": row}, position=lambda row: (row,))
    return body, response.headers.get("link")


@given(st.sets(st.integers(0, 1000), max_size=30), st.integers(1, 10))
def test_following_the_link_gives_every_row_once_in_order(numbers: set[int], limit: int) -> None:
    rows = sorted(numbers)
    seen: list[int] = []
    query = f"soort=x&limit={limit}&soort=y"
    for _ in range(40):
        body, link = listing(rows, limit, query)
        seen += [item["n"] for item in body["items"]]
        assert len(body["items"]) <= limit
        if link is None:
            assert body["volgende"] is None
            break
        target = urlsplit(link.removeprefix("<").partition(">")[0])
        assert target.path == "/lijst/a%20b"
        assert parse_qs(target.query)["soort"] == ["x", "y"]
        assert parse_qs(target.query)["cursor"] == [body["volgende"]]
        query = target.query
    assert seen == rows


def test_a_page_that_ends_exactly_at_the_last_row_has_no_next() -> None:
    body, link = listing([1, 2, 3], 3, "limit=3")
    assert body == {"items": [{"n": 1}, {"n": 2}, {"n": 3}], "volgende": None}
    assert link is None
