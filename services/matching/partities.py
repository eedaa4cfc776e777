"""One writer per partition of toewijzingen: the locks that whoever changes something takes first."""

from collections.abc import Iterable, Sequence
from typing import Final

from services.platform.events import PARTITIONS, Event, partition_of, toewijzing_key


def partitiesleutel(partitie: int) -> str:
    """The key, and the lock, of everything in one partition of toewijzingen."""
    return f"p{partitie}"


ALLE_PARTITIES: Final = tuple(map(partitiesleutel, range(PARTITIONS)))
"""For what is not of one partition: a contract, a client, a new toewijzing that makes a client known."""


def partitie_van(gemeente: str, toewijzing_nummer: int) -> str:
    """The lock of one toewijzing and all prestaties that name it."""
    return partitiesleutel(partition_of(toewijzing_key(gemeente, toewijzing_nummer)))


def partities_van(events: Sequence[Event]) -> Iterable[str]:
    """The locks of a batch whose events stay in their partition."""
    return {partitiesleutel(event.partition) for event in events}


def alle_partities(_events: Sequence[Event]) -> Iterable[str]:
    """Every lock, for a batch that can touch prestaties anywhere."""
    return ALLE_PARTITIES
