"""What taking in a message asks of its type; ``intake.BEHANDELINGEN`` names one per type."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from ijw.berichten import Heenbericht
from ijw.bevinding import Bevinding
from ijw.regels import Regel
from services.allocation import rules
from services.allocation.omvang import reken
from services.allocation.rules import Kopfeiten
from services.platform.database import Connection
from services.platform.events import partition_of, toewijzing_key
from services.platform.service import Context

_EMMERS: Final = 256
"""Toewijzingen share this many locks, and so do references.

A message can name tens of thousands, PostgreSQL's lock table cannot.
"""


class Behandeling(Protocol):
    """One message on its way in. ``gemeente`` and ``aanbieder`` are its parties, whoever sends it."""

    gemeente: str
    aanbieder: str

    def sleutels(self) -> Iterable[str]:
        """Everything the message may change, as keys to lock."""
        ...

    async def beoordeel(self, connection: Connection, *, eerder_gebruikt: bool) -> Sequence[Bevinding]:
        """Findings of level 3 and 4; ``eerder_gebruikt`` is the fact of TR056."""
        ...

    async def verwerk(self, connection: Connection, bericht_id: UUID) -> None:
        """What an accepted message brings about."""
        ...


def kopfeiten_van(context: Context, *, eerder_gebruikt: bool, ingangsdatums: Iterable[date] = ()) -> Kopfeiten:
    """What the rules on a Header ask, on the day of receipt."""
    return Kopfeiten(
        vandaag=context.clock.today(),
        gemeenten=context.gemeenten,
        eerder_gebruikt=eerder_gebruikt,
        ingangsdatums=tuple(ingangsdatums),
    )


async def pas_regels_toe(
    bericht: Heenbericht,
    kopfeiten: Kopfeiten,
    regels: tuple[Regel, ...],
    feiten: object,
    op_bericht: tuple[Regel, ...] = (),
) -> Sequence[Bevinding]:
    """As ``rules.beoordeel``; beside the event loop when the message is large."""
    return await reken(bericht, rules.beoordeel, bericht, kopfeiten, regels, feiten, op_bericht)


def bericht_sleutel(berichtsoort: str, afzender: str, identificatie: str) -> str:
    """Lock of one Identificatie of one sender: of two such messages the second sees the first."""
    return f"bericht:{berichtsoort}:{afzender}:{identificatie}"


def client_sleutel(domein: str, gemeente: str, aanbieder: str, client: str) -> str:
    """Lock of what is pending between these parties about one client (verzoeken)."""
    return f"client:{domein}:{gemeente}:{aanbieder}:{client}"


def referentie_sleutels(domein: str, aanbieder: str, referenties: Iterable[str]) -> set[str]:
    """Locks of what an aanbieder asked for, by ReferentieAanbieder."""
    emmers = {partition_of(f"{aanbieder}:{referentie}", _EMMERS) for referentie in referenties}
    return {f"referentie:{domein}:{emmer}" for emmer in emmers}


def toewijzing_sleutels(domein: str, sleutels: Iterable[tuple[str, int]]) -> set[str]:
    """Locks of toewijzingen by (gemeente, toewijzingnummer)."""
    emmers = {partition_of(toewijzing_key(gemeente, nummer), _EMMERS) for gemeente, nummer in sleutels}
    return {f"toewijzing:{domein}:{emmer}" for emmer in emmers}
