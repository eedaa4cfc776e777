"""Holding a JSON value against a JSON Schema, as strictly as the words in our own schemas allow.

Stricter than the standard in two ways: a property that the schema does not name is refused, and so is a keyword
that is not known here. Whatever our schemas say is therefore looked at.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

_NOTES: Final = {"$schema", "$id", "$defs", "title", "description", "default"}
_CHECKED: Final = {"type", "properties", "required", "items", "enum", "const", "anyOf", "$ref", "format", "pattern"}
_TYPES: Final = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def errors(value: Any, schema: dict[str, Any]) -> list[str]:
    """What does not fit, with its place."""
    return list(_errors(value, schema, schema, "$"))


def _errors(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str) -> Iterator[str]:
    unknown = set(schema) - _NOTES - _CHECKED
    if unknown:
        yield f"{place}: the schema says {sorted(unknown)}, which is not looked at"
    if "$ref" in schema:
        yield from _errors(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, place)
    if "anyOf" in schema and not any(_fits(value, option, root, place) for option in schema["anyOf"]):
        yield f"{place}: fits none of the alternatives"
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{place}: is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: is not one of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{place}: is not {schema['const']}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{place}: does not look like {schema['pattern']}"
    if "format" in schema and isinstance(value, str) and not _formatted(value, schema["format"]):
        yield f"{place}: is no {schema['format']}"
    yield from _inside(value, schema, root, place)


def _inside(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str) -> Iterator[str]:
    if isinstance(value, dict) and schema.get("type") == "object":
        properties = schema.get("properties", {})
        yield from (f"{place}.{name}: is missing" for name in schema.get("required", ()) if name not in value)
        yield from (f"{place}.{name}: is not in the schema" for name in value if name not in properties)
        for name in properties.keys() & value.keys():
            yield from _errors(value[name], properties[name], root, f"{place}.{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for number, item in enumerate(value):
            yield from _errors(item, schema["items"], root, f"{place}[{number}]")


def _fits(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str) -> bool:
    return not any(_errors(value, schema, root, place))


def _is(value: Any, kind: str) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, _TYPES[kind])


def _formatted(value: str, form: str) -> bool:
    try:
        if form == "date":
            return date.fromisoformat(value).isoformat() == value
        if form == "uuid":
            return str(UUID(value)) == value
        if form == "uri":
            return bool(urlsplit(value).scheme)
        return form == "date-time" and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
