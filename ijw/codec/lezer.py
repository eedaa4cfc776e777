"""XML to values: a reader per class, compiled once from its fields.

A reader takes child elements by position; no element is searched for. Only where optional elements are absent
are tags compared, to find out which. On a declaratie this is the hot path, hence generated code: one call per
class with every field written out.
"""

import datetime
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from lxml import etree

from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import RUIMTE, Veld, basis, is_basis, namespace, velden

Lezer = Callable[[etree._Element], Any]

MAXIMUM_TIJD: Final = 100
"""Characters of a time: hh:mm:ss and a fraction longer than any clock has."""


@cache
def lezer(klasse: type[Klasse], soort: str, ruimte: str = RUIMTE) -> Lezer:
    """The reader of a class as it occurs in message ``soort`` of the release with these namespaces."""
    klassevelden = velden(klasse)
    namen: dict[str, Any] = {
        "klasse": klasse,
        "geheel": geheel,
        "datum": datum,
        "tijd": tijd,
        "vul": vul,
        "optioneel": _optioneel(klasse, soort, ruimte),
    }
    argumenten = []
    for plaats, veld in enumerate(klassevelden):
        if veld.klasse is not None:
            namen[f"lees{plaats}"] = lezer(veld.klasse, soort, ruimte)
        argumenten.append(f"{veld.naam}={_uitdrukking(veld, f'e{plaats}', f'lees{plaats}')}")
    elementen = ", ".join(f"e{plaats}" for plaats in range(len(klassevelden)))
    bron = [
        "def lees(element):",
        "    kinderen = element[:]",
        f"    if len(kinderen) != {len(klassevelden)}:",
        "        vul(kinderen, optioneel)",
        f"    {elementen}, = kinderen",
        f"    return klasse({', '.join(argumenten)})",
    ]
    exec("\n".join(bron), namen)  # noqa: S102  built from our own class definitions, never from input
    functie: Lezer = namen["lees"]
    return functie


def _uitdrukking(veld: Veld, element: str, lees: str) -> str:
    """The code that reads one field from its element, which is None when an optional element is absent."""
    if veld.lijst:
        waarden = (
            f"tuple([{lees}(kind) for kind in {element}])"
            if veld.klasse
            else f"tuple([kind.text for kind in {element}])"
        )
        return waarden if veld.verplicht else f"() if {element} is None else {waarden}"
    if veld.klasse:
        waarde = f"{lees}({element})"
    elif veld.ldt == "LDT_Tijd":
        waarde = f"tijd({element}.text)"
    elif veld.waardetype is int:
        waarde = f"geheel({element}.text)"
    elif veld.waardetype is datetime.date:
        waarde = f"datum({element}.text)"
    else:
        waarde = f"{element}.text"
    return waarde if veld.verplicht else f"None if {element} is None else {waarde}"


def _optioneel(klasse: type[Klasse], soort: str, ruimte: str) -> tuple[tuple[int, str], ...]:
    """Position and tag of the optional elements of a class."""
    eigen = basis(ruimte) if is_basis(klasse) else namespace(soort, ruimte)
    return tuple(
        (plaats, f"{{{eigen}}}{veld.element}") for plaats, veld in enumerate(velden(klasse)) if not veld.verplicht
    )


def vul(kinderen: list[etree._Element | None], optioneel: tuple[tuple[int, str], ...]) -> None:
    """Put None in the place of each optional element that is absent, so that every field has its position."""
    for plaats, tag in optioneel:
        if plaats >= len(kinderen) or kinderen[plaats].tag != tag:  # type: ignore[union-attr]
            kinderen.insert(plaats, None)


def geheel(tekst: str) -> int:
    """xs:integer; any number of leading zeros and white space around it are allowed."""
    try:
        return int(tekst)
    except ValueError:  # int() stops at some thousands of digits, leading zeros counted
        kaal = tekst.strip()
        teken = -1 if kaal.startswith("-") else 1
        return teken * int(kaal.lstrip("+-").lstrip("0") or "0")


def tijd(tekst: str) -> str:
    """xs:time as it was sent, white space around it allowed.

    ValueError for more than ``MAXIMUM_TIJD`` characters, which the XSD allows: a fraction of a second may be of any
    length there, and one of a megabyte can neither be kept in an index nor be sent on.
    """
    kaal = tekst.strip()
    if len(kaal) > MAXIMUM_TIJD:
        raise ValueError("tijd is te lang")
    return kaal


def datum(tekst: str) -> datetime.date:
    """xs:date without time zone, white space around it allowed.

    ValueError for a year outside 1..9999, which is valid against the XSD. The value, which may be
    personal, is not quoted.
    """
    try:
        return datetime.date.fromisoformat(tekst)
    except ValueError:
        pass
    try:
        return datetime.date.fromisoformat(tekst.strip())
    except ValueError:
        raise ValueError("datum bestaat niet of ligt buiten de jaren 0001 tot en met 9999") from None
