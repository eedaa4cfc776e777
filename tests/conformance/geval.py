"""A case: a conforming base, one named mutation of it, and the rules that the result breaks, if any."""

import csv
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from services.platform.settings import ROOT
from tests.conformance.mutatie import Mutatie, niets
from tests.conformance.toneel import Stap, Toneel


class Regelfeit(msgspec.Struct, frozen=True):
    """What the rule list says of a rule; ``niveau`` None for the general codes of an answer."""

    niveau: int | None
    retourcode: str
    berichten: frozenset[str]


def _regels() -> dict[str, Regelfeit]:
    with (ROOT / "schemas" / "codelists" / "regels.csv").open(encoding="utf-8", newline="") as bestand:
        return {
            rij["regel"]: Regelfeit(
                int(rij["niveau"]) if rij["niveau"] else None, rij["retourcode"], frozenset(rij["berichten"].split())
            )
            for rij in csv.DictReader(bestand)
        }


REGELS = _regels()
"""Every rule of the standard by its code."""

Fouten = tuple[tuple[str, str], ...]
"""Rule and path of every finding, in the order in which they are reported."""

Vooraf = Callable[[Toneel], Sequence[Stap]]


class Geval(msgspec.Struct, frozen=True, kw_only=True):
    """One case of one rule in one message.

    ``maak`` gives the conforming base and ``vooraf`` what that needs; ``eerder`` is what this case needs on top
    of it. ``fouten`` is empty when the mutated message conforms.
    """

    regel: str
    soort: str
    naam: str
    maak: Callable[[Toneel], Any]
    vooraf: Vooraf
    muteer: Mutatie = niets
    eerder: Vooraf = lambda _toneel: ()
    fouten: Fouten = ()

    @property
    def id(self) -> str:
        return f"{self.regel}-{self.soort}-{self.naam}"

    @property
    def niveau(self) -> int:
        """The control level at which the message fails; 0 when it conforms."""
        return min((REGELS[regel].niveau or 0 for regel, _ in self.fouten), default=0)

    @property
    def codes(self) -> tuple[str, ...]:
        """The retourcodes of its findings, each once, in their order."""
        return tuple(dict.fromkeys(REGELS[regel].retourcode for regel, _ in self.fouten))


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """A conforming message of one kind, and the scene it needs; makes the cases of rules on it."""

    soort: str
    maak: Callable[[Toneel], Any]
    vooraf: Vooraf = lambda _toneel: ()

    def goed(self, regel: str, naam: str, muteer: Mutatie = niets, *, eerder: Vooraf = lambda _toneel: ()) -> Geval:
        """A mutation that the rule lets pass."""
        return Geval(
            regel=regel,
            soort=self.soort,
            naam=naam,
            maak=self.maak,
            vooraf=self.vooraf,
            muteer=muteer,
            eerder=eerder,
        )

    def fout(
        self,
        regel: str,
        naam: str,
        muteer: Mutatie,
        pad: str,
        *,
        ook: Fouten = (),
        ervoor: Fouten = (),
        eerder: Vooraf = lambda _toneel: (),
    ) -> Geval:
        """A mutation that breaks the rule at ``pad``; other findings it cannot but bring come before or after."""
        return Geval(
            regel=regel,
            soort=self.soort,
            naam=naam,
            maak=self.maak,
            vooraf=self.vooraf,
            muteer=muteer,
            eerder=eerder,
            fouten=(*ervoor, (regel, pad), *ook),
        )
