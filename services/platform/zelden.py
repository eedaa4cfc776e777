"""What a library says again and again, said seldom: a broker that is away is worth a line now and then.

A client that tries to connect says so at every attempt, twenty times a second and more, until the disk is full or
nobody finds anything else in the log.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_BURST = 3
"""So many of one kind pass within a window, which shows that it goes on."""

_WINDOW_SECONDS = 60.0
_KINDS = 500
"""Remembered at most; the one that was silent longest is forgotten first."""


@dataclass
class _Kind:
    """One message of one logger, whatever it is filled in with."""

    since: float
    said: int = 0
    kept: int = 0


class Zelden(logging.Filter):
    """Lets few records of one kind through; the next one that passes says how many did not (``suppressed``)."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._kinds: OrderedDict[tuple[str, int, str], _Kind] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        kind = self._kind(record)
        if kind.said >= _BURST:
            kind.kept += 1
            return False
        kind.said += 1
        if kind.kept:
            record.suppressed = kind.kept
            kind.kept = 0
        return True

    def _kind(self, record: logging.LogRecord) -> _Kind:
        key, now = (record.name, record.levelno, str(record.msg)), self._now()
        kind = self._kinds.setdefault(key, _Kind(now))
        self._kinds.move_to_end(key)
        if now - kind.since >= _WINDOW_SECONDS:
            kind.since, kind.said = now, 0
        if len(self._kinds) > _KINDS:
            self._kinds.popitem(last=False)
        return kind
