"""Classes of the messages as JSON bodies: the same names, in camelCase, checked and described in OpenAPI.

What the schemas of the standard ask of a value (lengths, patterns, codes) is left to them: the message that is made
of it goes through level 1.
"""

import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from pydantic import create_model

from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import Veld, elementnaam, velden
from services.platform.invoer import Geheel, Invoer

K = TypeVar("K", bound=Klasse)


@cache
def model_van(klasse: type[Klasse]) -> type[Invoer]:
    """The body of a class, with all classes inside it."""
    inhoud: dict[str, Any] = {veld.naam: _veld(veld) for veld in velden(klasse)}
    return create_model(f"{elementnaam(klasse)}Invoer", __base__=Invoer, __doc__=klasse.__doc__, **inhoud)


def waarde_van(model: Invoer, klasse: type[K]) -> K:
    """What was sent, as a value of the class."""
    return msgspec.convert(model.model_dump(by_alias=True, exclude_none=True), klasse)


def _veld(veld: Veld) -> tuple[Any, Any]:
    """The type of a field and its default, as pydantic takes them."""
    soort: Any
    if veld.klasse is not None:
        soort = model_van(veld.klasse)
    else:
        soort = {int: Geheel, str: str, datetime.date: datetime.date}[veld.waardetype]
    if veld.lijst:
        return (list[soort], ...) if veld.verplicht else (list[soort], [])
    return (soort, ...) if veld.verplicht else (soort | None, None)
