"""Changing one thing in an immutable message: what a named mutation is made of.

A path is that of the fields, with 0-based indexes: ``client.toegewezen_producten.0.einddatum``.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from tests.conformance.toneel import Toneel

Mutatie = Callable[[Any, Toneel], Any]
"""A message and who plays in it -> the message with one thing changed."""


def niets(bericht: Any, _toneel: Toneel) -> Any:
    """The conforming base as it is."""
    return bericht


def zet(pad: str, waarde: Any) -> Mutatie:
    """Another value at a path; a function gets who plays and gives the value."""

    def muteer(bericht: Any, toneel: Toneel) -> Any:
        return _zet(bericht, pad.split("."), lambda _: waarde(toneel) if callable(waarde) else waarde)

    return muteer


def weg(pad: str) -> Mutatie:
    """An optional element left out."""
    return zet(pad, None)


def erbij(pad: str, maak: Callable[[Any, Toneel], Any]) -> Mutatie:
    """One more in a list: ``maak`` gets its last one and who plays."""

    def muteer(bericht: Any, toneel: Toneel) -> Any:
        return _zet(bericht, pad.split("."), lambda lijst: (*lijst, maak(lijst[-1] if lijst else None, toneel)))

    return muteer


def dubbel(pad: str, **anders: Any) -> Mutatie:
    """The last of a list once more, with other values for the fields named."""
    return erbij(pad, lambda laatste, t: replace(laatste, **{k: v(t) if callable(v) else v for k, v in anders.items()}))


def samen(*mutaties: Mutatie) -> Mutatie:
    """Several changes that are one thing together."""

    def muteer(bericht: Any, toneel: Toneel) -> Any:
        for mutatie in mutaties:
            bericht = mutatie(bericht, toneel)
        return bericht

    return muteer


def _zet(waarde: Any, pad: list[str], nieuw: Callable[[Any], Any]) -> Any:
    if not pad:
        return nieuw(waarde)
    eerste, rest = pad[0], pad[1:]
    if isinstance(waarde, tuple):
        plek = int(eerste)
        return (*waarde[:plek], _zet(waarde[plek], rest, nieuw), *waarde[plek + 1 :])
    return replace(waarde, **{eerste: _zet(getattr(waarde, eerste), rest, nieuw)})
