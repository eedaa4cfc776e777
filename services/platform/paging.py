"""Lists: ``{"items": [...], "volgende": cursor or null}``, an opaque cursor, a ``Link`` header."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Query, Request, Response

from services.platform.problems import Problem

Limit = Annotated[int, Query(ge=1, le=1000, description="hoeveel regels ten hoogste")]
Cursor = Annotated[str | None, Query(max_length=500, description="`volgende` van de vorige bladzijde")]

Row = TypeVar("Row")


def encode_cursor(values: Sequence[Any]) -> str:
    """An opaque text for the sort values of the last row shown."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def decode_cursor(cursor: str | None, *kinds: type) -> list[Any] | None:
    """The sort values of ``cursor`` as ``kinds``, or None at the start; 400 when it is not one of ours."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = list(msgspec.json.decode(raw, type=tuple[kinds]))  # type: ignore[valid-type]
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise _not_ours() from error
    if not all(map(_fits_a_column, values)):
        raise _not_ours()
    return values


def _fits_a_column(value: Any) -> bool:
    """Anybody can make up a cursor: no number beyond 64 bits and no NUL in a text reaches the database."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not (isinstance(value, str) and "\0" in value)


def _not_ours() -> Problem:
    return Problem(400, "cursor-ongeldig", "Ongeldige cursor", "Begin opnieuw zonder cursor.")


def page(
    request: Request,
    response: Response,
    rows: Sequence[Row],
    limit: int,
    *,
    item: Callable[[Row], Any],
    position: Callable[[Row], Sequence[Any]],
) -> dict[str, Any]:
    """One page of at most ``limit`` of ``rows``, which hold one more when there is a next page."""
    shown = rows[:limit]
    following = encode_cursor(position(shown[-1])) if len(rows) > limit and shown else None
    if following:
        query = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"] + [("cursor", following)]
        response.headers["Link"] = f'<{quote(request.url.path)}?{urlencode(query)}>; rel="next"'
    return {"items": [item(row) for row in shown], "volgende": following}
