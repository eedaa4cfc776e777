"""Tasks end, also those that lose a cancellation."""

import asyncio
import contextlib

import pytest
import structlog
from aiokafka.util import wait_for

from services.platform.ending import StrayCancellationError, end, for_ever, only_when_asked, until_one_fails


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
        async with asyncio.timeout(30):
            await ending
    assert task.cancelled()


async def test_work_side_by_side_ends_with_the_first_that_fails() -> None:
    async def fail() -> None:
        await asyncio.sleep(0.01)
        raise LookupError("gone")

    # An ExceptionGroup, which who catches every Exception catches.
    with pytest.raises(ExceptionGroup) as raised:
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


async def cancelled_by_another() -> None:
    """As a client's answer when the client closes the connection that it was to come over."""
    answer = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.01, answer.cancel)
    await answer


async def test_a_cancellation_that_nobody_meant_is_an_error_like_any_other() -> None:
    with pytest.raises(StrayCancellationError), only_when_asked():
        await cancelled_by_another()
    with pytest.raises(StrayCancellationError), only_when_asked():
        async with asyncio.timeout(60):
            await cancelled_by_another()


async def test_a_time_out_around_it_is_one_and_leaves_nothing_behind() -> None:
    async def too_long() -> None:
        async with asyncio.timeout(0.01):
            with only_when_asked():
                await asyncio.sleep(3600)

    with pytest.raises(TimeoutError):
        await too_long()
    with pytest.raises(StrayCancellationError), only_when_asked():
        await cancelled_by_another()


async def test_nor_does_one_of_the_client_of_kafka() -> None:
    """With another library for time-outs than it has now, this task would count as asked to end from then on."""
    task = asyncio.current_task()
    assert task is not None
    with pytest.raises(asyncio.TimeoutError):
        await wait_for(asyncio.get_running_loop().create_future(), 0.01)
    assert task.cancelling() == 0


async def test_who_is_asked_to_end_does_whatever_cleaning_up_raises() -> None:
    async def work() -> None:
        while True:
            with contextlib.suppress(Exception), only_when_asked():
                try:
                    await asyncio.sleep(3600)
                finally:
                    raise LookupError("could not be given back")

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    task.cancel()
    async with asyncio.timeout(30):
        with pytest.raises(asyncio.CancelledError):
            await task


class Panic(BaseException):
    """As libraries in other languages raise."""


async def test_work_for_ever_goes_on_after_whatever_ended_it() -> None:
    ends: list[str] = []

    async def panics() -> None:
        raise Panic

    async def work() -> None:
        ends.append("again")
        match len(ends):
            case 1:
                return
            case 2:
                raise LookupError
            case 3:
                await cancelled_by_another()
            case 4:
                await panics()
            case 5:
                await until_one_fails(deaf(0), panics())
            case _:
                await asyncio.sleep(3600)

    with structlog.testing.capture_logs() as lines:
        task = asyncio.create_task(for_ever(work, "proef", 0.01))
        async with asyncio.timeout(30):
            while len(ends) < 6:
                await asyncio.sleep(0.01)
            await end([task])
    assert task.cancelled()
    assert [(line["event"], line["work"], line["error"]) for line in lines] == [
        ("work_ended", "proef", name)
        for name in ("NoneType", "LookupError", "StrayCancellationError", "Panic", "BaseExceptionGroup")
    ]


async def test_who_is_asked_to_end_does() -> None:
    async def work() -> None:
        with only_when_asked():
            await asyncio.sleep(3600)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_is_asked_to_end_and_hears_it_from_something_else_does_too() -> None:
    """The cancellation itself got lost."""

    async def work() -> None:
        with only_when_asked():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)
            await cancelled_by_another()

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_work_side_by_side_does_not_end_without_a_word() -> None:
    async def returns() -> None:
        await asyncio.sleep(0.01)

    for short in (returns(), cancelled_by_another()):
        with pytest.raises(StrayCancellationError):
            await until_one_fails(deaf(0), short)
