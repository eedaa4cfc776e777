"""Worker processes for hostile or heavy input: bounded memory, bounded time, killed when they exceed it.

libxml2 does not promise safety against hostile input, so no message is parsed in a process that serves
others. A task is a module-level function with picklable arguments. Every worker has a pipe and a thread
of its own: whatever happens to one, the others do not share a lock, a queue or a half-written message
with it.
"""

import asyncio
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

import structlog

from services.platform.problems import Problem, overloaded
from services.platform.worker_process import OutOfMemory, OutOfTime, WorkerDied, WorkerProcess, preload

P = ParamSpec("P")
R = TypeVar("R")

_PRELOAD = ("services.platform.berichten.intake",)
"""Imported once by the server that workers are forked from: a new worker is ready in milliseconds."""

_WAIT_SECONDS = 60.0

_STOPPING = "Het systeem wordt gestopt."

_log = structlog.get_logger(__name__)


class Workers:
    """A fixed number of worker processes; ``run`` awaits one task in one of them."""

    def __init__(
        self,
        *,
        count: int,
        memory_mb: int,
        timeout_seconds: float,
        max_waiting: int = 64,
        wait_seconds: float = _WAIT_SECONDS,
        modules: Sequence[str] = _PRELOAD,
    ) -> None:
        preload(modules)
        self._timeout = timeout_seconds
        self._max_waiting = max_waiting
        self._wait_seconds = wait_seconds
        self._waiting = 0
        self._closed = False
        self._workers = [WorkerProcess(memory_mb, timeout_seconds) for _ in range(count)]
        self._idle: asyncio.LifoQueue[WorkerProcess] = asyncio.LifoQueue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result or exception.

        503 when too many tasks wait, or wait too long. A 400 problem when the task took too much time or
        memory: the input is to blame then, and only its worker suffered. A worker that dies otherwise
        (somebody killed it, or the input did) gets its task a second chance on a fresh one, once.
        """
        try:
            outcome = await self._attempt(await self._take(), function, args, kwargs)
        except WorkerDied:
            _log.warning("worker_died", task=function.__name__)
            try:
                outcome = await self._attempt(await self._take(), function, args, kwargs)
            except WorkerDied as error:
                raise self._too_heavy(function.__name__, error) from error
        if isinstance(outcome, OutOfTime | OutOfMemory):
            raise self._too_heavy(function.__name__, outcome) from outcome
        if isinstance(outcome, BaseException):
            raise outcome
        result: R = outcome
        return result

    async def warm_up(self) -> None:
        """Start every process now, so that no message waits for that."""
        taken = [await self._take() for _ in self._workers]
        results = await asyncio.gather(
            *(self._attempt(worker, _ready, (), {}) for worker in taken), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                _log.warning("worker_not_ready", error=type(result).__name__)

    def close(self) -> None:
        """Stop the processes at once."""
        self._closed = True
        for worker in self._workers:
            worker.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _take(self) -> WorkerProcess:
        if self._closed:
            raise overloaded(_STOPPING)
        if not self._idle.empty():
            return self._idle.get_nowait()
        if self._waiting >= self._max_waiting:
            raise overloaded("Er worden al veel berichten tegelijk gelezen.")
        self._waiting += 1
        try:
            return await asyncio.wait_for(self._idle.get(), self._wait_seconds)
        except TimeoutError as error:
            raise overloaded("Er worden al veel berichten tegelijk gelezen.") from error
        finally:
            self._waiting -= 1

    async def _attempt(
        self, worker: WorkerProcess, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """One try in one worker, which is idle again as soon as its thread is; the outcome or an exception."""
        loop = asyncio.get_running_loop()
        timers: list[asyncio.TimerHandle] = []

        def started() -> None:
            # The task's time begins when its process stands ready.
            if not future.done():
                timers.append(loop.call_later(self._timeout, worker.expire))

        def done(finished: asyncio.Future[Any]) -> None:
            for timer in timers:
                timer.cancel()
            self._idle.put_nowait(worker)
            if not finished.cancelled():
                finished.exception()

        task = partial(_call, worker, partial(loop.call_soon_threadsafe, started), (function, args, kwargs))
        future = loop.run_in_executor(self._threads, task)
        future.add_done_callback(done)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            # Nobody waits for it any more; the thread ends when its worker does.
            worker.kill()
            raise

    def _too_heavy(self, task: str, error: BaseException) -> Problem:
        if self._closed:
            return overloaded(_STOPPING)
        _log.warning("worker_killed", task=task, error=type(error).__name__)
        return Problem(
            400,
            "te-zwaar",
            "Het bericht kan niet worden gelezen",
            "Het lezen kostte te veel tijd of geheugen; er is niets opgeslagen.",
        )


def _call(worker: WorkerProcess, started: Callable[[], object], task: tuple[Any, ...]) -> Any:
    worker.start()
    started()
    return worker.call(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))


def _ready() -> None:
    """Imports done, limits set."""
