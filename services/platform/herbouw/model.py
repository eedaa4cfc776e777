"""What a rebuild is given and what it tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from services.platform.database import Connection
from services.platform.events import PrestatieMutatie, PrestatiesVerwerkt, VerplichtingBepaald

if TYPE_CHECKING:
    from services.platform.service import Context

Voortgang = Callable[[str, int, int], None]
"""Told of each step: its name, how much of it is done, and about how much there is (0 when nobody knows)."""


class Toestand(StrEnum):
    """What there is of the service's own tables."""

    AANWEZIG = "aanwezig"
    VERLOREN = "verloren"


class RebuildRefusedError(RuntimeError):
    """The rebuild changed nothing because it may not; the text says why, in Dutch."""


@dataclass(frozen=True)
class Vingerafdrukken:
    """How the ledger tells what it booked: what it keeps of a mutatie and of a statement on a toewijzing."""

    mutatie: Callable[[PrestatiesVerwerkt, PrestatieMutatie], bytes]
    verplichting: Callable[[VerplichtingBepaald], bytes]


@dataclass
class Verslag:
    """What came of a rebuild.

    ``gelezen`` counts what was read, ``hersteld`` what was not as it should be and now is, both by what it is called
    in Dutch. ``niet_te_herstellen`` are sentences on what only a backup or a person has. ``opnieuw_gezegd`` counts
    events put in the outbox because they were missing there.
    """

    gelezen: dict[str, int] = field(default_factory=dict)
    hersteld: dict[str, int] = field(default_factory=dict)
    niet_te_herstellen: list[str] = field(default_factory=list)
    opnieuw_gezegd: int = 0

    def las(self, wat: str, aantal: int) -> None:
        """Count something that was read."""
        self.gelezen[wat] = self.gelezen.get(wat, 0) + aantal

    def herstelde(self, wat: str, aantal: int) -> None:
        """Count something that was mended; nothing is no news."""
        if aantal:
            self.hersteld[wat] = self.hersteld.get(wat, 0) + aantal


@dataclass(frozen=True)
class Herbouw:
    """One rebuild of one service.

    ``connection`` is the administrator's, with the service's schema on its search path, outside a transaction: what is
    done in one statement is committed with it. No transaction may last: as long as one that wrote something runs, also
    to a temporary table, nobody sees the events after it. What others testified stands in its temporary tables.
    """

    context: "Context"
    connection: Connection
    toestand: Toestand
    moment: datetime
    vingerafdrukken: Vingerafdrukken
    verslag: Verslag
    voortgang: Voortgang

    @property
    def verloren(self) -> bool:
        """Whether the service's own tables were lost: nothing in them was written by a person."""
        return self.toestand is Toestand.VERLOREN

    async def telt(self, statement: str, *values: object) -> int:
        """Execute a statement; returns how many rows it touched."""
        done: str = await self.connection.execute(statement, *values)
        return int(done.rpartition(" ")[2]) if done[-1:].isdigit() else 0

    async def stappen(self, naam: str, statement: str, grenzen: Sequence[int], *values: object) -> int:
        """A statement once for each window (``$1``, ``$2``] between consecutive ``grenzen``; returns the rows."""
        geteld = 0
        for nummer, (van, tot) in enumerate(pairwise(grenzen), 1):
            geteld += await self.telt(statement, van, tot, *values)
            self.voortgang(naam, nummer, len(grenzen) - 1)
        return geteld
