"""Chance that is the same everywhere: the same seed gives the same draws on every machine and Python version.

The standard library's generator keeps its stream, but how its helpers turn it into choices has changed between
versions; here both are ours, and no float is involved.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeVar

T = TypeVar("T")

_BITS: Final = 64
_MASKER: Final = (1 << _BITS) - 1


class Toeval:
    """A stream of draws (SplitMix64) that depends on nothing but its seed, which may have several parts.

    Every client, contract and message has a stream of its own, so that any of them can be made again without
    making the ones before it.
    """

    __slots__ = ("_toestand",)

    def __init__(self, *zaad: int | str) -> None:
        tekst = "/".join(str(deel) for deel in zaad).encode()
        self._toestand = int.from_bytes(blake2b(tekst, digest_size=8).digest(), "big")

    def geheel(self, laagste: int, hoogste: int) -> int:
        """A whole number from laagste to hoogste, both included."""
        self._toestand = toestand = (self._toestand + 0x9E3779B97F4A7C15) & _MASKER
        toestand = ((toestand ^ (toestand >> 30)) * 0xBF58476D1CE4E5B9) & _MASKER
        toestand = ((toestand ^ (toestand >> 27)) * 0x94D049BB133111EB) & _MASKER
        toestand ^= toestand >> 31
        return laagste + ((toestand * (hoogste - laagste + 1)) >> _BITS)

    def kans(self, procent: int) -> bool:
        """True in `procent` of 100 cases."""
        return self.geheel(1, 100) <= procent

    def kies(self, reeks: Sequence[T]) -> T:
        """One of the values of a sequence that is not empty."""
        return reeks[self.geheel(0, len(reeks) - 1)]

    def gewogen(self, keuzes: Sequence[tuple[T, int]]) -> T:
        """One of the values, each as likely as its weight (a whole number, the sum above zero)."""
        plek = self.geheel(1, sum(gewicht for _, gewicht in keuzes))
        for waarde, gewicht in keuzes:
            plek -= gewicht
            if plek <= 0:
                return waarde
        raise AssertionError("the weights changed while choosing")

    def geschud(self, reeks: Sequence[T]) -> list[T]:
        """The values in another order (Fisher-Yates)."""
        geschud = list(reeks)
        for plek in range(len(geschud) - 1, 0, -1):
            ander = self.geheel(0, plek)
            geschud[plek], geschud[ander] = geschud[ander], geschud[plek]
        return geschud
