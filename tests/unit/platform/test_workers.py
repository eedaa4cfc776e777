"""Worker processes: what one of them suffers, no other notices."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from typing import NoReturn

import pytest

from services.platform.problems import Problem
from services.platform.workers import Workers

PATIENCE = 5.0
"""Seconds a task may take: long beside what any sound task here needs, also on a machine busy with other tests."""


def pid() -> int:
    return os.getpid()


def echo(data: bytes) -> bytes:
    return data


def loop() -> NoReturn:
    while True:
        pass


def hog() -> NoReturn:
    kept = []
    while True:
        kept.append(bytearray(4_000_000))


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_once(marker: str) -> int:
    """As when somebody kills the worker just now, and not again."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return os.getpid()
    die()


class Eigenaardig(Exception):  # noqa: N818
    """Can be packed but not unpacked: made with two arguments, it keeps one."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(one + two)


def fail(kind: str) -> None:
    if kind == "odd":
        raise Eigenaardig(1, 2)
    raise ValueError("not this one")


def unpackable() -> object:
    return lambda: None


@pytest.fixture
def patience() -> float:
    """For tests in which some task is to take too long; others name their own."""
    return PATIENCE


@pytest.fixture
async def workers(patience: float) -> AsyncIterator[Workers]:
    pool = Workers(count=2, memory_mb=400, timeout_seconds=patience, max_waiting=4, wait_seconds=60.0, modules=())
    await pool.warm_up()
    yield pool
    await asyncio.to_thread(pool.close)


async def refusal(workers: Workers, task: object, *args: object) -> Problem:
    with pytest.raises(Problem) as caught:
        await workers.run(task, *args)  # type: ignore[arg-type]
    return caught.value


async def test_an_endless_task_is_killed_while_another_succeeds(workers: Workers) -> None:
    endless = asyncio.create_task(refusal(workers, loop))
    await asyncio.sleep(0.1)
    for number in range(20):
        assert await workers.run(echo, bytes([number])) == bytes([number])
    assert not endless.done()
    problem = await endless
    assert (problem.status, problem.soort) == (400, "te-zwaar")


async def test_a_task_that_wants_all_memory_is_stopped_while_another_succeeds(workers: Workers) -> None:
    greedy = asyncio.create_task(refusal(workers, hog))
    for _ in range(20):
        assert await workers.run(echo, b"x") == b"x"
    assert (await greedy).soort == "te-zwaar"


async def test_a_task_that_kills_its_worker_twice_is_to_blame(workers: Workers) -> None:
    others = [asyncio.create_task(workers.run(echo, b"x")) for _ in range(2)]
    assert (await refusal(workers, die)).soort == "te-zwaar"
    assert await asyncio.gather(*others) == [b"x", b"x"]


async def test_a_worker_killed_from_outside_costs_nobody_anything(workers: Workers, tmp_path: object) -> None:
    assert await workers.run(die_once, f"{tmp_path}/marker") > 0


async def test_idle_workers_that_were_killed_are_replaced(workers: Workers) -> None:
    """The whole pool must not go down with one of them."""
    for _ in range(3):
        victim = await workers.run(pid)
        os.kill(victim, signal.SIGKILL)
        assert await workers.run(pid) != victim


async def test_every_worker_killed_in_the_middle_of_its_work(workers: Workers) -> None:
    waiting = [asyncio.create_task(workers.run(sleep_and_tell)) for _ in range(2)]
    await asyncio.sleep(0.3)
    for worker in workers._workers:
        worker.kill()
    assert all(number > 0 for number in await asyncio.gather(*waiting))


def sleep_and_tell() -> int:
    time.sleep(0.5)
    return os.getpid()


async def test_an_exception_is_the_caller_s_and_the_worker_lives_on(workers: Workers) -> None:
    with pytest.raises(ValueError, match="not this one"):
        await workers.run(fail, "plain")
    with pytest.raises(RuntimeError, match="Eigenaardig does not travel"):
        await workers.run(fail, "odd")
    with pytest.raises(RuntimeError, match="function does not travel"):
        await workers.run(unpackable)
    assert await workers.run(echo, b"x") == b"x"


@pytest.mark.parametrize("patience", [60.0])
async def test_a_large_message_goes_in_and_out_whole(workers: Workers) -> None:
    data = os.urandom(25 * 1024 * 1024)
    assert await workers.run(echo, data) == data


async def test_more_than_can_wait_is_503(workers: Workers) -> None:
    """Two at work and four waiting; the seventh is sent away at once."""
    tasks = [asyncio.create_task(refusal(workers, loop)) for _ in range(2)]
    tasks += [asyncio.create_task(workers.run(echo, b"x")) for _ in range(4)]  # type: ignore[misc]
    await asyncio.sleep(0.1)
    assert (await refusal(workers, echo, b"x")).status == 503
    assert not any(task.done() for task in tasks)
    assert (await asyncio.gather(*tasks))[2:] == [b"x"] * 4


async def test_who_waits_too_long_gets_503(workers: Workers) -> None:
    busy = [asyncio.create_task(refusal(workers, loop)) for _ in range(4)]
    workers._wait_seconds = 0.2
    await asyncio.sleep(0.1)
    assert (await refusal(workers, echo, b"x")).status == 503
    for task in busy:
        task.cancel()


async def test_a_cancelled_task_frees_its_worker() -> None:
    """Long before it would have been stopped for its length."""
    pool = Workers(count=2, memory_mb=400, timeout_seconds=120, modules=())
    tasks = [asyncio.create_task(pool.run(loop)) for _ in range(2)]
    await asyncio.sleep(0.3)
    for task in tasks:
        task.cancel()
    started = time.monotonic()
    assert await pool.run(echo, b"x") == b"x"
    assert time.monotonic() - started < 60
    await asyncio.to_thread(pool.close)


async def test_closing_ends_every_process_and_sends_the_rest_away() -> None:
    pool = Workers(count=1, memory_mb=400, timeout_seconds=30, modules=())
    worker = await pool.run(pid)
    busy = asyncio.create_task(refusal(pool, loop))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(pool.close)
    assert (await busy).status == 503
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
