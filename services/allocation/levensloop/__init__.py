"""A life cycle as a table: what happens in which state, and what follows or which rule refuses it.

The services decide by such tables, and docs/levenslopen.md prints them.
"""

import msgspec


class Weigering(msgspec.Struct, frozen=True):
    """A rule of the standard that refuses an event in a state, and the retourcode it answers with."""

    regel: str
    retourcode: str


class Stap(msgspec.Struct, frozen=True, kw_only=True):
    """One row: in state ``van`` the event leads to ``naar``, or is refused by every one of ``weigeringen``."""

    van: str
    gebeurtenis: str
    naar: str = ""
    weigeringen: tuple[Weigering, ...] = ()


class Levensloop(msgspec.Struct, frozen=True, kw_only=True):
    """A page's section: title, what the states belong to, and the rows in order."""

    titel: str
    uitleg: str
    stappen: tuple[Stap, ...]
