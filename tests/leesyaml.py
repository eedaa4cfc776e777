"""Reading the YAML of our own files: block mappings and lists, scalars on one line, and text after ``|`` or ``>-``.

Small on purpose: what is written in any other way is refused, so that nothing is read as something else than a
whole parser would make of it.
"""

import json
import re
from typing import Any, Final

_KEY: Final = re.compile(r'(?:"(?P<quoted>[^"\\]*)"|(?P<plain>[A-Za-z0-9_$./-]+)):(?: (?P<rest>.*))?')
_PLAIN: Final = re.compile(r"[A-Za-z0-9/$_-](?:[^:#\n]|:(?! )|(?<! )#)*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WORDS: Final = {"true": True, "false": False, "null": None}

_Lines = list[tuple[int, str]]


class LeesError(ValueError):
    """Not in the part of YAML that we write."""


def lees(text: str) -> Any:
    """The document."""
    lines = [
        (len(line) - len(line.lstrip(" ")), line.strip())
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
    ]
    reader = _Reader(lines)
    value = reader.block(0)
    reader.skip_blank()
    if reader.place != len(lines):
        raise LeesError(f"unexpected: {lines[reader.place]}")
    return value


class _Reader:
    def __init__(self, lines: _Lines) -> None:
        self.lines = lines
        self.place = 0

    def skip_blank(self) -> None:
        while self.place < len(self.lines) and not self.lines[self.place][1]:
            self.place += 1

    def _next(self) -> tuple[int, str] | None:
        self.skip_blank()
        return self.lines[self.place] if self.place < len(self.lines) else None

    def block(self, indent: int) -> Any:
        """A mapping or a list whose lines stand at ``indent``."""
        line = self._next()
        if line is None or line[0] != indent:
            raise LeesError(f"expected a block at {indent}: {line}")
        return self._list(indent) if line[1].startswith("- ") else self._mapping(indent)

    def _list(self, indent: int) -> list[Any]:
        items = []
        while (line := self._next()) is not None and line[0] == indent and line[1].startswith("- "):
            rest = line[1][2:]
            if _KEY.fullmatch(rest):
                # The first key of a mapping stands behind the dash, as if two further to the right.
                self.lines[self.place] = (indent + 2, rest)
                items.append(self._mapping(indent + 2))
            else:
                self.place += 1
                items.append(_scalar(rest))
        return items

    def _mapping(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (line := self._next()) is not None and line[0] == indent and not line[1].startswith("- "):
            match = _KEY.fullmatch(line[1])
            if match is None:
                raise LeesError(f"no key: {line[1]}")
            key = match["quoted"] if match["quoted"] is not None else match["plain"]
            if key in found:
                raise LeesError(f"twice: {key}")
            self.place += 1
            found[key] = self._value(match["rest"] or "", indent)
        return found

    def _value(self, rest: str, indent: int) -> Any:
        if rest in {"|", ">-"}:
            return self._text(rest, indent)
        if rest:
            return _scalar(rest)
        line = self._next()
        if line is None or line[0] < indent or (line[0] == indent and not line[1].startswith("- ")):
            raise LeesError("a key without a value")
        return self.block(line[0])

    def _text(self, style: str, indent: int) -> str:
        taken: _Lines = []
        while self.place < len(self.lines):
            deep, line = self.lines[self.place]
            if line and deep <= indent:
                break
            taken.append((deep, line))
            self.place += 1
        while taken and not taken[-1][1]:
            taken.pop()
        if not taken or any(deep != taken[0][0] for deep, line in taken if line):
            raise LeesError("text whose lines do not begin in one place")
        lines = [line for _, line in taken]
        if style == "|":
            return "".join(f"{line}\n" for line in lines)
        if not all(lines):
            raise LeesError("an empty line in folded text")
        return " ".join(lines)


def _scalar(text: str) -> Any:
    if text.startswith('"'):
        try:
            return json.loads(text)
        except ValueError as error:
            raise LeesError(f"no string: {text}") from error
    if text in _WORDS:
        return _WORDS[text]
    if text in {"[]", "{}"}:
        return json.loads(text)
    if _NUMBER.fullmatch(text):
        return json.loads(text)
    if not _PLAIN.fullmatch(text) or text.lower() in {"yes", "no", "on", "off", "y", "n", "~"}:
        raise LeesError(f"not written plainly: {text}")
    return text
