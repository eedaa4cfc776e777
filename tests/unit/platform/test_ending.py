"""Tasks end, also those that lose a cancellation."""

import asyncio
import contextlib

import pytest

from services.platform.ending import end, until_one_fails


async def deaf(times: int) -> None:
    """Loses its first cancellations, as ``wait_for`` does now and then."""
    for _ in range(times):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
    await asyncio.sleep(3600)


async def test_a_task_that_loses_a_cancellation_ends_all_the_same() -> None:
    tasks = [asyncio.create_task(deaf(times)) for times in (0, 1, 3)]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end(tasks, 0.01)
    assert all(task.cancelled() for task in tasks)


async def test_who_is_cancelled_while_ending_others_still_ends_them() -> None:
    task = asyncio.create_task(deaf(2))
    ending = asyncio.create_task(end([task], 3600))
    await asyncio.sleep(0.01)
    ending.cancel()
    await asyncio.sleep(0.01)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert task.cancelled()


async def test_work_side_by_side_ends_with_the_first_that_fails() -> None:
    async def fail() -> None:
        await asyncio.sleep(0.01)
        raise LookupError("gone")

    with pytest.raises(BaseExceptionGroup) as raised:
        await until_one_fails(deaf(0), fail(), deaf(0))
    assert [type(error) for error in raised.value.exceptions] == [LookupError]


async def test_work_side_by_side_that_is_cancelled_leaves_nobody_behind() -> None:
    work = asyncio.create_task(until_one_fails(deaf(0), deaf(1)))
    await asyncio.sleep(0.01)
    before = asyncio.all_tasks()
    async with asyncio.timeout(10):
        await end([work], 0.01)
    assert work.cancelled()
    assert not [task for task in before if "deaf" in repr(task.get_coro()) and not task.done()]
