"""Writing YAML: mappings, lists and scalars, which is all that our own documents hold.

Every string stands in double quotes, as JSON has it, unless it cannot be taken for anything else.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | Sequence[Value] | Mapping[str, Value] | None"

_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.]|[ -](?=[A-Za-z0-9]))*")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def dump(document: Mapping[str, Value]) -> str:
    """The document as YAML, keys in their own order."""
    return "".join(f"{line}\n" for line in _lines(document, ""))


def _lines(value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{indent}{_scalar(key)}:", item, f"{indent}  ")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            if _is_block(item):
                first, *rest = _lines(item, f"{indent}  ")
                yield f"{indent}- {first.lstrip()}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(item)}"


def _entry(head: str, item: Value, indent: str) -> Iterator[str]:
    if _is_block(item):
        yield head
        yield from _lines(item, indent)
    else:
        yield f"{head} {_scalar(item)}"


def _is_block(item: Value) -> bool:
    return bool(item) and (isinstance(item, Mapping) or (isinstance(item, Sequence) and not isinstance(item, str)))


def _scalar(value: Value) -> str:
    if value == "$ref":
        return "$ref"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _TAKEN:
        return value
    return json.dumps(value, ensure_ascii=False)
