"""The XML behind the classes of the messages: a table of fields per class, read from the annotations.

The codec, the retours and the tests work from this table, so a message is described in one place only.
"""

import datetime
import re
from functools import cache
from types import NoneType
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

import msgspec

from ijw.berichten.klasse import Klasse

RUIMTE: Final = "3_2"
"""How a release names itself in its namespaces; this one is meant where nothing else is said."""

_BASISMODULE = "ijw.berichten.basis"


class Veld(NamedTuple):
    """One field of a class and the XML element it stands for.

    ``klasse`` is set when the element has child elements of its own (for a list: the listed class); else
    ``waardetype`` is the Python type and ``ldt`` the XSD type. ``lijst`` is the element repeated inside a
    wrapper, "" if none.
    """

    naam: str
    element: str
    klasse: type[Klasse] | None
    waardetype: type[str | int | datetime.date]
    ldt: str
    lijst: str
    verplicht: bool


def namespace(soort: str, ruimte: str = RUIMTE) -> str:
    """Namespace of a message: ``JW301`` -> ``http://www.istandaarden.nl/ijw/3_2/jw301/schema``."""
    return f"http://www.istandaarden.nl/ijw/{ruimte}/{soort.lower()}/schema"


def basis(ruimte: str = RUIMTE) -> str:
    """Namespace of the basisschema."""
    return namespace("basisschema", ruimte)


BASIS: Final = basis()


def is_basis(klasse: type[Klasse]) -> bool:
    """Whether the child elements of this class are in the namespace of the basisschema."""
    return klasse.__module__ == _BASISMODULE


def elementnaam(klasse: type[Klasse]) -> str:
    """Name of a class in the standard: ``Client301`` -> ``Client``."""
    return re.sub(r"\d{3}$", "", klasse.__name__)


@cache
def velden(klasse: type[Klasse]) -> tuple[Veld, ...]:
    """The fields of a class in the order of the XSD."""
    return tuple(_veld(veld) for veld in msgspec.structs.fields(klasse))


def _veld(veld: msgspec.structs.FieldInfo) -> Veld:
    element = "".join(deel.capitalize() for deel in veld.name.split("_"))
    inhoud, lijst = _zonder_none(veld.type), ""
    if get_origin(inhoud) is tuple:
        inhoud = get_args(inhoud)[0]
        lijst = "RetourCode" if get_origin(inhoud) is Annotated else elementnaam(inhoud)
    if get_origin(inhoud) is Annotated:
        soort, ldt = get_args(inhoud)
        return Veld(veld.name, element, None, soort, ldt, lijst, veld.required)
    return Veld(veld.name, element, inhoud, str, "", lijst, veld.required)


def _zonder_none(annotatie: Any) -> Any:
    """``X | None`` -> ``X``; any other annotation as it is."""
    keuzes = get_args(annotatie)
    return keuzes[0] if NoneType in keuzes else annotatie
