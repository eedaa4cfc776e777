"""Worker processes for hostile or heavy input: bounded memory, bounded time, killed when they exceed it.

libxml2 does not promise safety against hostile input, so no message is parsed in a process that serves
others. A task is a module-level function with picklable arguments.
"""

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import TimeoutError as PoolTimeout
from typing import Any, ParamSpec, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from services.platform.problems import Problem, overloaded

P = ParamSpec("P")
R = TypeVar("R")

_log = structlog.get_logger(__name__)


def _limit(memory_mb: int) -> None:
    """In the worker: a ceiling on memory, and Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Workers:
    """A pool of worker processes; ``run`` awaits one task in one of them."""

    def __init__(self, *, count: int, memory_mb: int, timeout_seconds: float, max_waiting: int = 64) -> None:
        self._timeout = timeout_seconds
        self._slots = asyncio.Semaphore(max_waiting)
        self._max_waiting = max_waiting
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=0,
            context=multiprocessing.get_context("forkserver"),
            initializer=_limit,
            initargs=[memory_mb],
        )

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result or exception.

        503 when too many tasks wait; a 400 problem when the task was killed for its memory or time:
        the input is to blame then, and only its worker suffered.
        """
        if self._slots.locked():
            raise overloaded("Er worden al veel berichten tegelijk gelezen.")
        async with self._slots:
            future: Any = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=self._timeout)
            try:
                result: R = await asyncio.wrap_future(future)
            except (PoolTimeout, ProcessExpired, MemoryError) as error:
                _log.warning("worker_killed", task=function.__name__, error=type(error).__name__)
                raise Problem(
                    400,
                    "te-zwaar",
                    "Het bericht kan niet worden gelezen",
                    "Het lezen kostte te veel tijd of geheugen; er is niets opgeslagen.",
                ) from error
            return result

    def warm_up(self) -> None:
        """Start the processes now, so that the first message does not wait for them."""
        for future in [self._pool.schedule(_ready) for _ in range(2)]:
            future.result()

    def close(self) -> None:
        """Stop the processes at once."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _ready() -> None:
    """Imports done, initialiser run."""
