"""What a synthetic region is made from: a seed, a day, sizes, and how much goes wrong."""

import datetime as dt
import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import msgspec

IJSSELLAND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "0148": "Dalfsen",
        "0150": "Deventer",
        "0160": "Hardenberg",
        "0166": "Kampen",
        "1773": "Olst-Wijhe",
        "0175": "Ommen",
        "0177": "Raalte",
        "0180": "Staphorst",
        "1708": "Steenwijkerland",
        "1896": "Zwartewaterland",
        "0193": "Zwolle",
    }
)
"""The eleven gemeenten of the region by CBS code."""

_INWONERS: Final = MappingProxyType(
    {
        "0148": 30,
        "0150": 104,
        "0160": 63,
        "0166": 56,
        "1773": 19,
        "0175": 19,
        "0177": 39,
        "0180": 18,
        "1708": 46,
        "1896": 24,
        "0193": 134,
    }
)
"""Inhabitants in thousands: how the clients are spread."""

_CBS_CODE: Final = re.compile(r"[0-9]{4}")
MEESTE_AANBIEDERS: Final = 900
MEESTE_MAANDEN: Final = 24


class OptieError(ValueError):
    """The options contradict each other; the text is Dutch and meant for the caller."""


class RegioOpties(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides a region: equal options give equal bytes.

    `vandaag` is the day on which the region is played: the last `maanden` full months before it are declared.
    `foutenaandeel` is the share of planted faults to the prestaties of the region, `mix` the weight of each kind
    of fault by name (None: all kinds at their own weight). `besluitenaandeel` is the share of the work queue that a
    person of the gemeente decides at the end; the rest stays open. `toewijzingen_per_client` fixes how many
    toewijzingen a client has, for volume tests; None leaves it to chance, 1 or 2 mostly. `afwijkend_beleid` lets the
    last gemeente reject 0611 at once instead of sending it to the work queue.
    """

    vandaag: dt.date
    zaad: int = 1
    gemeenten: tuple[str, ...] = tuple(IJSSELLAND)
    aantal_aanbieders: int = 20
    aantal_clienten: int = 1000
    maanden: int = 3
    foutenaandeel: Fraction = Fraction(5, 100)
    mix: Mapping[str, int] | None = None
    besluitenaandeel: Fraction = Fraction(1, 3)
    toewijzingen_per_client: int | None = None
    afwijkend_beleid: bool = True

    def controleer(self) -> None:
        """OptieError when no region can be made from these options."""
        fout = next((tekst for goed, tekst in self._eisen() if not goed), None)
        if fout:
            raise OptieError(fout)

    def _eisen(self) -> tuple[tuple[bool, str], ...]:
        codes = self.gemeenten
        return (
            (bool(codes), "noem ten minste een gemeente"),
            (all(_CBS_CODE.fullmatch(code) for code in codes), "een gemeente is een CBS-code van vier cijfers"),
            (len(set(codes)) == len(codes), "elke gemeente hoort er een keer te staan"),
            (
                1 <= self.aantal_aanbieders <= MEESTE_AANBIEDERS,
                f"het aantal aanbieders ligt tussen 1 en {MEESTE_AANBIEDERS}",
            ),
            (
                self.aantal_clienten >= len(codes),
                "er hoort ten minste een client per gemeente te zijn",
            ),
            (1 <= self.maanden <= MEESTE_MAANDEN, f"het aantal maanden ligt tussen 1 en {MEESTE_MAANDEN}"),
            (0 <= self.foutenaandeel <= 1, "het foutenaandeel ligt tussen 0 en 1"),
            (0 <= self.besluitenaandeel <= 1, "het besluitenaandeel ligt tussen 0 en 1"),
            (
                self.toewijzingen_per_client is None or 1 <= self.toewijzingen_per_client <= 12,
                "het aantal toewijzingen per client ligt tussen 1 en 12",
            ),
        )


def naam_van(gemeente: str) -> str:
    """The name of a gemeente of the region, or a made-up one for any other code."""
    return IJSSELLAND.get(gemeente, f"Gemeente {gemeente}")


def inwoners(gemeente: str) -> int:
    """Inhabitants in thousands; gemeenten that are not of the region all count alike."""
    return _INWONERS.get(gemeente, 30)
