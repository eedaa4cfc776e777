"""A lock between processes that ends with its holder, however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WAIT_SECONDS = 300.0
"""Longer than a start or stop of a server takes that somebody else is at."""


class FileLock:
    """A file that one process holds alone, or several share. Its folder must exist."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Hold it alone; False when somebody else has it."""
        return self._lock(fcntl.LOCK_EX)

    def share(self) -> None:
        """Hold it together with others; raises ``TimeoutError`` while somebody holds it alone."""
        self._wait(fcntl.LOCK_SH)

    def release(self) -> None:
        """Let go; nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @contextmanager
    def held(self, seconds: float = _WAIT_SECONDS) -> Iterator[None]:
        """Hold it alone for a while; raises ``TimeoutError`` when somebody else does for longer than ``seconds``."""
        self._wait(fcntl.LOCK_EX, seconds)
        try:
            yield
        finally:
            self.release()

    def _wait(self, kind: int, seconds: float = _WAIT_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not self._lock(kind):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._path} is held by another process")
            time.sleep(0.05)

    def _lock(self, kind: int) -> bool:
        self.release()
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True
