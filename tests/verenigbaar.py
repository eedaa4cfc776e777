"""Whether a schema of events may take the place of the one that was published under the same version.

Consumers outside read events of today with the schema of yesterday, and events of yesterday, kept in an outbox or
a broker, are read with the schema of today. What both can stand is a property that is new and may be absent. All
else is a next version: another type, a property less, more or fewer that must be there, a value more in an
enumeration (a consumer would not know it) or fewer (an old event would not fit).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_WORDS: Final = {"title", "description"}
"""What only people read."""

_WALKED: Final = {"$defs", "$ref", "properties", "required", "items", "anyOf"}

Schema = Mapping[str, Any]


def breaks(old: Schema, new: Schema) -> list[str]:
    """What in ``new`` would break a consumer of ``old`` or a reader of its events; nothing when it may be published."""
    return list(_schema(old, new, old, new, "$"))


def _schema(old: Schema, new: Schema, old_root: Schema, new_root: Schema, place: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    for word in sorted((old.keys() | new.keys()) - _WORDS - _WALKED):
        if old.get(word, ...) != new.get(word, ...):
            yield f"{place}: {word} was {old.get(word)!r} and is {new.get(word)!r}"
    yield from _properties(old, new, old_root, new_root, place)
    if ("items" in old) != ("items" in new):
        yield f"{place}: items came or went"
    elif "items" in old:
        yield from _schema(old["items"], new["items"], old_root, new_root, f"{place}[]")
    before, after = old.get("anyOf", ()), new.get("anyOf", ())
    if len(before) != len(after):
        yield f"{place}: had {len(before)} alternatives and has {len(after)}"
    else:
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _schema(one, other, old_root, new_root, f"{place}|{number}")


def _properties(old: Schema, new: Schema, old_root: Schema, new_root: Schema, place: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(set(old.get("required", ())) ^ set(new.get("required", ()))):
        yield f"{place}.{name}: {'must' if name in new.get('required', ()) else 'need no longer'} be there"
    for name in sorted(before.keys() - after.keys()):
        yield f"{place}.{name}: is gone"
    for name in sorted(before.keys() & after.keys()):
        yield from _schema(before[name], after[name], old_root, new_root, f"{place}.{name}")


def _resolved(schema: Schema, root: Schema) -> Schema:
    """What a reference stands for; only its name may change then."""
    if "$ref" not in schema:
        return schema
    target: Schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return {**target, **{word: value for word, value in schema.items() if word != "$ref"}}
