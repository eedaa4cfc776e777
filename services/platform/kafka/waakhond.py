"""The watchdog of a consumer: what it sees now and then, and when that means that the consumer has stopped working.

It decides and asks nobody: the consumer looks, with the time, at its readers and at what the brokers say.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from aiokafka import TopicPartition


class StalledError(RuntimeError):
    """The consumer stopped doing its work without saying so."""


class Watched(Protocol):
    """What is looked at of a reader."""

    busy: bool
    alive: float
    next_offsets: dict[TopicPartition, int]


def behind(readers: Sequence[Watched], ends: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """The partitions with something left to read for a reader that is not at work, and where it would read on."""
    return {
        tp: offset
        for reader in readers
        if not reader.busy
        for tp, offset in reader.next_offsets.items()
        if offset < ends.get(tp, 0)
    }


class Watchdog:
    """Raises ``StalledError`` when something stands still for more than ``seconds``; times are those of one clock."""

    def __init__(self, seconds: float, now: float) -> None:
        self._seconds = seconds
        self._answered = now
        self._member = now
        self._waiting: dict[TopicPartition, tuple[int, float]] = {}

    def readers(self, now: float, readers: Sequence[Watched]) -> None:
        """One that is not at work comes round every half second."""
        if any(not reader.busy and now - reader.alive > self._seconds for reader in readers):
            raise StalledError("a reader hangs in the client")

    def brokers(self, now: float, answered: bool) -> None:
        """They say where partitions end whenever they are asked."""
        self._answered = now if answered else self._answered
        if now - self._answered > self._seconds:
            raise StalledError("the brokers do not answer")

    def group(self, now: float, member: bool) -> None:
        """A member may have no partitions, when there are more consumers than partitions; somebody else waits."""
        self._member = now if member else self._member
        if now - self._member > self._seconds:
            raise StalledError("the group does not take this consumer in")

    def records(self, now: float, waiting: Mapping[TopicPartition, int]) -> None:
        """Where there is something to read, the place to read on from moves."""
        self._waiting = {
            tp: (offset, self._waiting[tp][1] if self._waiting.get(tp, (None, 0))[0] == offset else now)
            for tp, offset in waiting.items()
        }
        if any(now - since > self._seconds for _, since in self._waiting.values()):
            raise StalledError("there are records and none of them comes")
