"""Why an event could not be handled, told without what was in it: type, text and stack of an error. Pure."""

import re
import traceback
from typing import Final

import msgspec

from services.platform.settings import ROOT

MAX_MELDING: Final = 300
MAX_STAPEL: Final = 6_000
_MAX_FRAMES: Final = 30
_MAX_CAUSES: Final = 5

_QUOTED: Final = re.compile(r"""'[^']*'?|"[^"]*"?|\u2018[^\u2019]*\u2019?|\u201c[^\u201d]*\u201d?""")
_LONG: Final = re.compile(r"[0-9A-Fa-f-]{16,}|\d{5,}|\d{4}-\d{2}-\d{2}")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LEFT_OUT: Final = "…"
_STRUCTURE: Final = ("sqlstate", "table_name", "column_name", "constraint_name")
"""What PostgreSQL says about an error beside its text: names of ours, never values."""


class Reden(msgspec.Struct, frozen=True):
    """``naam`` is the error's type, ``melding`` its text without values, ``stapel`` where it came from."""

    naam: str
    melding: str = ""
    stapel: str = ""


def reden_van(error: BaseException) -> Reden:
    """What may be kept of an error, in whatever service and of whatever library it is."""
    return Reden(type(error).__name__, melding_van(error), stapel_van(error))


def melding_van(error: BaseException) -> str:
    """The first line of the error's text. What is quoted in it, dates and long numbers may be a value: left out."""
    lines = str(error).splitlines()
    text = _UNPRINTABLE.sub(" ", lines[0] if lines else "").strip()
    text = _LONG.sub(_LEFT_OUT, _QUOTED.sub(_LEFT_OUT, text))
    known = [f"{name} {value}" for name in _STRUCTURE if isinstance(value := getattr(error, name, None), str) and value]
    whole = f"{text} ({', '.join(known)})" if known else text
    return whole if len(whole) <= MAX_MELDING else whole[: MAX_MELDING - 1] + _LEFT_OUT


def stapel_van(error: BaseException) -> str:
    """Files, lines and functions, innermost last; then the same of what caused it. No source text and no values."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < _MAX_CAUSES:
        frames = traceback.extract_tb(current.__traceback__)[-_MAX_FRAMES:]
        places = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        parts.append("\n".join([type(current).__name__, *(f"  {place}" for place in places)]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    whole = "\n".join(parts)
    return whole if len(whole) <= MAX_STAPEL else whole[: MAX_STAPEL - 1] + _LEFT_OUT


def _place(filename: str) -> str:
    """A file's name from the checkout, or from its library, on: where it is installed says nothing."""
    root = f"{ROOT}/"
    _, found, below = filename.rpartition("/site-packages/")
    return below if found else filename.removeprefix(root)
