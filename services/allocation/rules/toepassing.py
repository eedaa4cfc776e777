"""Applying rules to a message, and putting words together for their findings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from ijw.berichten import Heenbericht
from ijw.bevinding import Bevinding
from ijw.regels import Regel


def pas_toe(regels: Iterable[Regel], bericht: Heenbericht, feiten: object) -> tuple[Bevinding, ...]:
    """All findings of these rules on one message, in the order of the rules."""
    functies: list[Callable[..., Iterator[Bevinding]]] = [regel.functie for regel in regels]
    return tuple(chain.from_iterable(functie(bericht, feiten) for functie in functies))


def opsomming(delen: Sequence[str]) -> str:
    """``a``, ``a en b`` or ``a, b en c``."""
    return " en ".join(filter(None, (", ".join(delen[:-1]), delen[-1])))


def bevinding(regel: Regel, pad: str, **invoer: str) -> Bevinding:
    """A finding of a rule at a place; ``invoer`` is what it compared, for the explanation."""
    return Bevinding(regel.code, regel.retourcode, regel.niveau, pad, invoer)
