"""A message as a tree of classes: what carries RetourCodes, and where each of them stands."""

from collections.abc import Iterator
from typing import Any, Final

from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import Veld, is_basis, velden

WORTEL: Final = "/Bericht"
HEADER: Final = "/Bericht/Header"


def is_klasse(veld: Veld) -> bool:
    """Whether a field holds classes of the message, which carry RetourCodes; composite types do not."""
    return veld.klasse is not None and not is_basis(veld.klasse)


def klassen(waarde: Klasse, pad: str = WORTEL) -> Iterator[tuple[str, Klasse]]:
    """Every class in a message with its pad, outermost first."""
    yield pad, waarde
    for veld in velden(type(waarde)):
        inhoud = getattr(waarde, veld.naam)
        if is_klasse(veld) and inhoud:
            for plaats, deel in delen(inhoud, veld, pad):
                yield from klassen(deel, plaats)


def delen(inhoud: Any, veld: Veld, pad: str) -> Iterator[tuple[str, Any]]:
    """The class or the listed classes in a field of the class at ``pad``, each with its own pad."""
    if not veld.lijst:
        yield f"{pad}/{veld.element}", inhoud
        return
    for nummer, deel in enumerate(inhoud, 1):
        yield f"{pad}/{veld.element}/{veld.lijst}[{nummer}]", deel
