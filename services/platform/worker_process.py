"""One worker process: a child that runs what comes through its pipe, within its limits."""

import multiprocessing
import pickle
import resource
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

_GRACE_SECONDS = 5.0
"""How long after its time a worker ends by itself, in case nobody is left to kill it."""

_context = multiprocessing.get_context("forkserver")


class WorkerDied(Exception):  # noqa: N818 — it says what happened
    """The process ended by itself or was killed by somebody else, halfway a task."""


class OutOfTime(Exception):  # noqa: N818
    """The task took longer than it may; its process is gone."""


class OutOfMemory(Exception):  # noqa: N818
    """The task wanted more memory than it may have; its process is gone."""


def preload(modules: Sequence[str]) -> None:
    """What the server that workers are forked from imports; only the first call in a process counts."""
    _context.set_forkserver_preload(list(modules))


class WorkerProcess:
    """A process that is started when it is needed, and again after it died.

    ``call`` belongs to one thread at a time; ``expire`` and ``kill`` may come from any other.
    """

    def __init__(self, memory_mb: int, timeout_seconds: float) -> None:
        self._memory_mb = memory_mb
        self._timeout = timeout_seconds
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._expired = False
        self._closed = False

    def start(self) -> Connection:
        """Make sure the process runs; its pipe. ``WorkerDied`` after ``close``."""
        self._expired = False
        if self._pipe is not None and self.alive:
            return self._pipe
        self._discard()
        ours, theirs = _context.Pipe()
        process = _context.Process(
            target=_serve, args=(theirs, self._memory_mb, self._timeout), daemon=True, name="happyflow-worker"
        )
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        if self._closed:
            self._discard()
            raise WorkerDied
        return ours

    def call(self, task: bytes) -> Any:
        """Run a pickled (function, args, kwargs); its result, or the exception it raised, as a value.

        ``OutOfTime`` and ``OutOfMemory`` are values too; ``WorkerDied`` is raised.
        """
        pipe = self.start()
        try:
            pipe.send_bytes(task)
            answer = pipe.recv_bytes()
        except (EOFError, OSError) as error:
            self._discard()
            if self._expired:
                return OutOfTime()
            raise WorkerDied from error
        outcome = pickle.loads(answer)  # noqa: S301 — written by our own process of this very program
        if isinstance(outcome, OutOfMemory):
            self._discard()
        return outcome

    @property
    def alive(self) -> bool:
        """Whether there is a process to give a task to."""
        return self._process is not None and self._process.is_alive()

    def expire(self) -> None:
        """The task's time is up."""
        self._expired = True
        self.kill()

    def kill(self) -> None:
        """End the process, whatever it does; the next call starts a new one."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process for good."""
        self._closed = True
        self.kill()

    def _discard(self) -> None:
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join()


def _serve(pipe: Connection, memory_mb: int, timeout_seconds: float) -> None:
    """The child: tasks in, outcomes out, until the parent is gone."""
    _limit(memory_mb)
    no_memory = pickle.dumps(OutOfMemory())
    while True:
        try:
            task = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        # The default action of SIGALRM ends the process even when it is stuck outside Python.
        signal.setitimer(signal.ITIMER_REAL, timeout_seconds + _GRACE_SECONDS)
        try:
            answer = _answer(task)
        except MemoryError:
            answer = no_memory
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send_bytes(answer)


def _answer(task: bytes) -> bytes:
    outcome: Any
    try:
        function, args, kwargs = pickle.loads(task)  # noqa: S301 — written by our own parent
        outcome = function(*args, **kwargs)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 — whatever it is, it is the caller's to see
        outcome = error
    try:
        answer = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
        if isinstance(outcome, Exception):
            # Some exceptions can be packed but not unpacked: their __init__ wants other arguments.
            pickle.loads(answer)  # noqa: S301
        return answer
    except (pickle.PicklingError, TypeError, AttributeError):
        # Its name only: the text of an error may quote the message.
        return pickle.dumps(RuntimeError(f"{type(outcome).__name__} does not travel between processes"))


def _limit(memory_mb: int) -> None:
    """A ceiling on memory, no core files (they would hold a message), and Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
