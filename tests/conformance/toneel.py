"""Who plays in one case, and what has to be there before its message is sent.

Every case has an aanbieder, a client and numbers of its own, so that all cases share one running system.
"""

from typing import Any

import msgspec

from ijw.berichten import Bericht
from ijw.bsn import test_bsns

GEMEENTE = "0193"
_BSNS = tuple(test_bsns())


class Toneel(msgspec.Struct, frozen=True):
    """The parties and numbers of the case with this ``nummer``; ``volg`` tells one thing of a kind from another."""

    nummer: int
    gemeente: str = GEMEENTE

    @property
    def ander(self) -> "Toneel":
        """Another aanbieder and client, at another gemeente; numbers of cases are even to make room for it."""
        return Toneel(self.nummer + 1, "0150")

    @property
    def aanbieder(self) -> str:
        return f"{40_000_000 + self.nummer}"

    @property
    def bsn(self) -> str:
        return _BSNS[2 * self.nummer % len(_BSNS)]

    @property
    def andere_bsn(self) -> str:
        return _BSNS[(2 * self.nummer + 1) % len(_BSNS)]

    def toewijzing(self, volg: int = 0) -> int:
        return 100_000 + 20 * self.nummer + volg

    def referentie(self, volg: int = 0) -> str:
        return f"REF-{self.nummer}-{volg}"

    def identificatie(self, volg: int = 0) -> str:
        return f"{self.nummer:08d}{volg:02d}"


class Contract(msgspec.Struct, frozen=True):
    """What gemeente and aanbieder of a case agreed for one year: lines as the API takes them."""

    toneel: Toneel
    regels: tuple[dict[str, Any], ...]
    jaar: int = 2026


Stap = Bericht | Contract
"""Something that sets the scene: a message that must be accepted, or an arrangement."""
