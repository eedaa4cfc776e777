"""Ending tasks for certain.

A cancellation can get lost: before Python 3.12 ``asyncio.wait_for`` drops one that comes just when what it waits for is
done, and aiokafka drops one that comes while it waits for a task that it has cancelled itself. Whoever cancels once
then waits for ever, and a ``TaskGroup`` cancels no more than once.

And one can come that nobody meant: who waits for a task or an answer that a client cancels, as aiokafka does when a
connection is closed, gets the ``CancelledError`` of that. It is no ``Exception``; work that is never to end would.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

_PATIENCE_SIDE_BY_SIDE = 5.0

_log = structlog.get_logger(__name__)


class StrayCancellationError(RuntimeError):
    """What was waited for is cancelled; who waited was not asked to end."""


@contextmanager
def only_when_asked() -> Iterator[None]:
    """Let a ``CancelledError`` pass only when this task is to end; raises ``StrayCancellationError`` for any other."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise StrayCancellationError("cancelled by something that was waited for") from error


async def end(tasks: Iterable[asyncio.Task[Any]], patience_seconds: float = 15.0) -> None:
    """Cancel ``tasks`` and return when all have ended; one that has not within ``patience_seconds`` is cancelled again.

    Each has that long to clean up undisturbed. Cancelled itself, this still ends them first.
    """
    waiting = {task for task in tasks if not task.done()}
    cancelled: asyncio.CancelledError | None = None
    while waiting:
        for task in waiting:
            task.cancel()
        try:
            _, waiting = await asyncio.wait(waiting, timeout=patience_seconds)
        except asyncio.CancelledError as error:
            cancelled = error
            waiting = {task for task in waiting if not task.done()}
        else:
            if waiting:
                _log.warning("cancelled_again", tasks=sorted(task.get_name() for task in waiting))
    if cancelled is not None:
        raise cancelled


async def until_one_fails(*works: Coroutine[Any, Any, None]) -> None:
    """Work that never ends by itself, side by side: when one of them does, all end.

    Raises a group of what they raised, and ``StrayCancellationError`` when one ended without raising anything. As a
    ``TaskGroup``, but for the loss of a cancellation.
    """
    tasks = [asyncio.create_task(work, name=getattr(work, "__qualname__", None)) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(tasks, _PATIENCE_SIDE_BY_SIDE)
    if raised := [error for task in tasks if not task.cancelled() and (error := task.exception())]:
        raise BaseExceptionGroup("work side by side", raised)
    raise StrayCancellationError("one that never ends by itself did")
