"""What a text of the table is made of."""

from typing import NamedTuple


class Tekst(NamedTuple):
    """Sentences from rich to plain, and a source to name after the rule code ("" when none)."""

    zinnen: tuple[str, ...]
    bron: str = ""


def tekst(*zinnen: str, bron: str = "") -> Tekst:
    """A row of the table: sentences from rich to plain."""
    return Tekst(zinnen, bron)
