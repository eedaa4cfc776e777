"""Within a version an event may only change in ways that neither old consumers nor old events notice."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from services.platform.events.schemas import render_all
from tests.verenigbaar import breaks

PUBLISHED = Path(__file__).parents[2] / "gepubliceerd" / "v1"
"""The schemas as consumers outside have them. A file is replaced when a change that is allowed has been published."""


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.json")), ids=lambda path: path.stem)
def test_v1_still_is_what_was_published(path: Path) -> None:
    published = json.loads(path.read_text(encoding="utf-8"))
    assert path.name in render_all(), "an event that was published never goes away within its version"
    assert breaks(published, render_all()[path.name]) == []


def test_every_event_has_been_published() -> None:
    assert {path.name for path in PUBLISHED.glob("*.json")} == set(render_all())


OUD: dict[str, Any] = {
    "$id": "urn:x",
    "title": "X",
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": "integer"},
        "b": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "default": None},
        "c": {"enum": ["x", "y"]},
        "d": {"type": "array", "items": {"$ref": "#/$defs/D"}, "default": []},
    },
    "$defs": {"D": {"type": "object", "required": ["e"], "properties": {"e": {"type": "string"}}}},
}


def changed(place: str, value: Any) -> dict[str, Any]:
    """OUD with something else at a place; ``...`` takes it away."""
    schema = deepcopy(OUD)
    *path, last = place.split("/")
    target: Any = schema
    for part in path:
        target = target[int(part)] if isinstance(target, list) else target[part]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return schema


def renamed_definition() -> dict[str, Any]:
    schema = deepcopy(OUD)
    schema["$defs"] = {"Anders": schema["$defs"]["D"]}
    schema["properties"]["d"]["items"]["$ref"] = "#/$defs/Anders"
    return schema


ALLOWED = {
    "nothing": OUD,
    "a new property that may be absent": changed("properties/nieuw", {"type": "string", "default": ""}),
    "one in a part": changed("$defs/D/properties/f", {"type": "integer"}),
    "other words for people": changed("description", "Iets anders."),
    "another name of a part": renamed_definition(),
    "what must be there in another order": changed("required", ["a"]),
}
REFUSED = {
    "a property less": changed("properties/b", ...),
    "a property less in a part": changed("$defs/D/properties/e", ...),
    "a property more that must be there": changed("required", ["a", "b"]),
    "one that must be there no longer": changed("required", []),
    "the same in a part": changed("$defs/D/required", []),
    "another type": changed("properties/a/type", "string"),
    "another type in a part": changed("$defs/D/properties/e/type", "integer"),
    "a value more in an enumeration": changed("properties/c/enum", ["x", "y", "z"]),
    "a value less": changed("properties/c/enum", ["x"]),
    "no enumeration any more": changed("properties/c", {"type": "string"}),
    "another default": changed("properties/d/default", ["x"]),
    "an alternative more": changed("properties/b/anyOf", [*OUD["properties"]["b"]["anyOf"], {"type": "integer"}]),
    "an alternative less": changed("properties/b/anyOf", OUD["properties"]["b"]["anyOf"][:1]),
    "another format": changed("properties/b/anyOf/0/format", "date-time"),
    "no list any more": changed("properties/d", {"type": "object"}),
    "another id": changed("$id", "urn:y"),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_allowed(what: str) -> None:
    assert breaks(OUD, ALLOWED[what]) == []


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str) -> None:
    assert breaks(OUD, REFUSED[what]) != []
