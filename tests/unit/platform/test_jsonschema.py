"""The check that tests hold events against does see what is wrong."""

from typing import Any

import pytest

from tests.jsonschema import errors

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["a", "d"],
    "properties": {
        "a": {"type": "integer"},
        "b": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "c": {"enum": ["x", "y"]},
        "d": {"type": "array", "items": {"$ref": "#/$defs/D"}},
        "e": {"type": "string", "format": "date-time"},
    },
    "$defs": {"D": {"type": "object", "properties": {"f": {"type": "string", "const": "g"}}}},
}
GOED: dict[str, Any] = {"a": 1, "b": "2026-05-06", "c": "x", "d": [{"f": "g"}, {}], "e": "2026-05-06T10:00:00Z"}


def test_what_fits_fits() -> None:
    assert errors(GOED, SCHEMA) == []
    assert errors(GOED | {"b": None}, SCHEMA) == []


@pytest.mark.parametrize(
    "fout",
    [
        {"a": "1"},
        {"a": True},
        {"a": 1.5},
        {"b": "6 mei"},
        {"b": 3},
        {"c": "z"},
        {"d": {}},
        {"d": [{"f": "h"}]},
        {"d": [{"bsn": 1}]},
        {"e": "2026-05-06T10:00:00"},
        {"naam": "x"},
    ],
)
def test_what_does_not_is_seen(fout: dict[str, Any]) -> None:
    assert errors(GOED | fout, SCHEMA) != []


def test_something_missing_and_an_unknown_word_are_seen() -> None:
    assert errors({"a": 1}, SCHEMA) != []
    assert errors(GOED, SCHEMA | {"maxProperties": 2}) != []
