"""Values to XML: a writer per class and depth, compiled once from its fields.

Output follows the standard's own messages: the message's elements have its prefix, those of composite types
the prefix ``ijw``; one element a line, indented with tabs, lines end in CR LF (OP192).
"""

import datetime
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import RUIMTE, Veld, basis, is_basis, namespace, velden

Uitvoer = Callable[[str], None]
Schrijver = Callable[[Any, Uitvoer], None]

EINDE = "\r\n"
_BIJZONDER = re.compile("[&<>\r\n]")
_VERVANGING = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", "\n": EINDE}
_ONMOGELIJK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def tekst(waarde: str) -> str:
    """Character data. A carriage return survives only as a reference; a line feed is a line end like others.

    ValueError for characters that XML cannot hold.
    """
    if waarde.isalnum():
        return waarde
    if _ONMOGELIJK.search(waarde):
        raise ValueError("een waarde bevat een teken dat in XML niet kan voorkomen")
    return _BIJZONDER.sub(lambda treffer: _VERVANGING[treffer[0]], waarde)


def kop(soort: str, ruimte: str = RUIMTE) -> str:
    """XML declaration and the opening tag of a message in the release with these namespaces."""
    prefix = soort.lower()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{EINDE}'
        f'<{prefix}:Bericht xmlns:ijw="{basis(ruimte)}" xmlns:{prefix}="{namespace(soort, ruimte)}">{EINDE}'
    )


@cache
def schrijver(klasse: type[Klasse], prefix: str, diepte: int) -> Schrijver:
    """The writer of the child elements of a class, at ``diepte`` tabs, in a message with ``prefix``."""
    bouwer = _Bouwer("ijw" if is_basis(klasse) else prefix, prefix, diepte)
    for plaats, veld in enumerate(velden(klasse)):
        bouwer.veld(veld, plaats)
    return bouwer.functie()


class _Bouwer:
    """Collects the source of one writer; consecutive text becomes one call."""

    def __init__(self, eigen: str, prefix: str, diepte: int) -> None:
        self._eigen, self._prefix, self._diepte = eigen, prefix, diepte
        self._regels: list[str] = []
        self._tekst = ""
        self._ruimte: dict[str, Any] = {"tekst": tekst}

    def veld(self, veld: Veld, plaats: int) -> None:
        """Add the element of one field."""
        waarde = f"waarde.{veld.naam}"
        if veld.verplicht:
            self._element(veld, plaats, waarde, "    ")
            return
        self._spoel("    ")
        voorwaarde = waarde if veld.lijst else f"{waarde} is not None"
        self._regels.append(f"    if {voorwaarde}:")
        self._element(veld, plaats, waarde, "        ")
        self._spoel("        ")

    def _element(self, veld: Veld, plaats: int, waarde: str, inspring: str) -> None:
        tab, naam = "\t" * self._diepte, f"{self._eigen}:{veld.element}"
        if veld.lijst:
            self._tekst += f"{tab}<{naam}>{EINDE}"
            self._lijst(veld, plaats, waarde, inspring)
            self._tekst += f"{tab}</{naam}>{EINDE}"
        elif veld.klasse:
            self._tekst += f"{tab}<{naam}>{EINDE}"
            self._roep(veld.klasse, plaats, waarde, inspring, self._diepte + 1)
            self._tekst += f"{tab}</{naam}>{EINDE}"
        else:
            self._tekst += f"{tab}<{naam}>{_opmaak(veld, waarde)}</{naam}>{EINDE}"

    def _lijst(self, veld: Veld, plaats: int, waarde: str, inspring: str) -> None:
        tab, naam = "\t" * (self._diepte + 1), f"{self._prefix}:{veld.lijst}"
        self._spoel(inspring)
        self._regels.append(f"{inspring}for deel in {waarde}:")
        binnen = inspring + "    "
        if veld.klasse:
            self._tekst = f"{tab}<{naam}>{EINDE}"
            self._roep(veld.klasse, plaats, "deel", binnen, self._diepte + 2)
            self._tekst += f"{tab}</{naam}>{EINDE}"
        else:
            self._tekst = f"{tab}<{naam}>{{tekst(deel)}}</{naam}>{EINDE}"
        self._spoel(binnen)

    def _roep(self, klasse: type[Klasse], plaats: int, waarde: str, inspring: str, diepte: int) -> None:
        self._spoel(inspring)
        self._ruimte[f"schrijf{plaats}"] = schrijver(klasse, self._prefix, diepte)
        self._regels.append(f"{inspring}schrijf{plaats}({waarde}, uit)")

    def _spoel(self, inspring: str) -> None:
        if self._tekst:
            self._regels.append(f"{inspring}uit(f{self._tekst!r})")
            self._tekst = ""

    def functie(self) -> Schrijver:
        """Compile what was collected."""
        self._spoel("    ")
        bron = "\n".join(["def schrijf(waarde, uit):", *self._regels])
        exec(bron, self._ruimte)  # noqa: S102  built from our own class definitions, never from input
        functie: Schrijver = self._ruimte["schrijf"]
        return functie


def _opmaak(veld: Veld, waarde: str) -> str:
    """The replacement field of an f-string for a simple value; ``:d`` refuses anything but an integer."""
    if veld.waardetype is int:
        return f"{{{waarde}:d}}"
    if veld.waardetype is datetime.date:
        return f"{{{waarde}.isoformat()}}"
    return f"{{tekst({waarde})}}"
