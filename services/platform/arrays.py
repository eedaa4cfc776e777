"""Columns of texts for set-based SQL, each as one parameter that PostgreSQL takes apart.

Of a list asyncpg looks at the type of every element: for texts that costs more than PostgreSQL needs to split them.
Lists of numbers and dates are quicker as they are.
"""

from collections.abc import Sequence
from typing import Final

SCHEIDING: Final = "\x1f"
"""Between the values: a character that XML cannot hold, so nothing that was declared or assigned has it."""


def samen(teksten: Sequence[str]) -> str:
    """The texts as one; ``uiteen`` gives them back. ValueError for an empty text or one that holds SCHEIDING."""
    geheel = SCHEIDING.join(teksten)
    if "" in teksten or geheel.count(SCHEIDING) >= max(1, len(teksten)):
        raise ValueError("a text that is empty or holds the separator cannot travel with others")
    return geheel


def uiteen(parameter: str) -> str:
    """SQL for the array of what ``samen`` joined; ``parameter`` is for example ``$2``."""
    return f"string_to_array({parameter}::text, E'\\x1f')"
