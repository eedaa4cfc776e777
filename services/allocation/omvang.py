"""What a large message may not do: hold up everybody else while it is judged and answered."""

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import Final, ParamSpec, TypeVar

from ijw.berichten import Bericht, boom

P = ParamSpec("P")
R = TypeVar("R")

VEEL: Final = 1_000
"""From so many classes on, reckoning with a message leaves the event loop. It takes some 20 ms there."""


def is_groot(bericht: Bericht) -> bool:
    """Whether a message holds ``VEEL`` classes or more; counts no further than that."""
    return next(islice(boom.klassen(bericht), VEEL - 1, None), None) is not None


async def reken(bericht: Bericht, functie: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The function's result; in a thread when ``bericht``, which it is about, is large. For pure functions."""
    if not is_groot(bericht):
        return functie(*args, **kwargs)
    return await asyncio.to_thread(functie, *args, **kwargs)
