"""What a rule is, and the one way in which a rule reports."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from ijw.bevinding import Bevinding

Functie: TypeAlias = Callable[..., Iterator[Bevinding]]


class Regel(msgspec.Struct, frozen=True):
    """One rule of the standard and the function that decides it.

    `functie` takes a message whose kind is in `berichten`, and at level 3 and 4 the facts it needs as
    further arguments. It is pure and yields a finding for every place that does not comply.
    """

    code: str
    niveau: int
    retourcode: str
    berichten: frozenset[str]
    functie: Functie


def fout(regel: str, pad: str, **invoer: str) -> Bevinding:
    """A finding at level 2, where every rule has retourcode 0001."""
    return Bevinding(regel=regel, retourcode="0001", niveau=2, pad=pad, invoer=invoer)
