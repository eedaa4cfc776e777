"""Ending tasks for certain.

A cancellation can get lost: before Python 3.12 ``asyncio.wait_for`` drops one that comes just when what it waits for is
done, and aiokafka drops one that comes while it waits for a task that it has cancelled itself. Whoever cancels once
then waits for ever, and a ``TaskGroup`` cancels no more than once.

And one can come that nobody meant: who waits for a task or an answer that a client cancels, as aiokafka does when a
connection is closed, gets the ``CancelledError`` of that. It is no ``Exception``; work that is never to end would.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

_PATIENCE_SIDE_BY_SIDE = 5.0

_log = structlog.get_logger(__name__)


class StrayCancellationError(RuntimeError):
    """What was waited for is cancelled; who waited was not asked to end."""


def asked_to_end() -> int:
    """How often this task was asked to end, by ``cancel`` or by a time-out around it that is over."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


@contextmanager
def only_when_asked() -> Iterator[None]:
    """End by cancellation when this task is asked to, and only then.

    Raises ``StrayCancellationError`` for a ``CancelledError`` of something else, and ``CancelledError`` for whatever
    cleaning up raised after a cancellation: who tries again after an error would otherwise go on.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        if asked_to_end():
            raise
        raise StrayCancellationError("cancelled by something that was waited for") from error
    except Exception as error:
        if asked_to_end():
            raise asyncio.CancelledError from error
        raise


async def for_ever(work: Callable[[], Coroutine[Any, Any, None]], name: str, pause_seconds: float = 1.0) -> None:
    """Do ``work``, which never ends by itself, until this is cancelled; when it does end, for whatever reason, again.

    Under work that deals with its errors itself this is the net: nobody waits for such a task or sees it end.
    """
    while True:
        error: BaseException | None = None
        try:
            with only_when_asked():
                await work()
        except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as raised:
            if asked_to_end():
                raise
            error = raised
        _log.critical("work_ended", work=name, error=type(error).__name__, exc_info=error)
        await asyncio.sleep(pause_seconds)


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
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(tasks, _PATIENCE_SIDE_BY_SIDE)
    if raised := [error for task in tasks if not task.cancelled() and (error := task.exception())]:
        raise BaseExceptionGroup("work side by side", raised)
    over = ", ".join(task.get_name() for task in ended)
    raise StrayCancellationError(f"{over} ended, which never does by itself")
