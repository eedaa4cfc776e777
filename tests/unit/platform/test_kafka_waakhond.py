"""When a consumer has stopped working, and when it only looks like it."""

from collections.abc import Callable

import pytest
from aiokafka import TopicPartition

from services.platform.kafka.waakhond import StalledError, Watchdog, behind

A, B = TopicPartition("t", 0), TopicPartition("t", 1)
SECONDS = 45.0


class Reader:
    """What the watchdog looks at."""

    def __init__(self, alive: float = 0, busy: bool = False, **offsets: int) -> None:
        self.alive = alive
        self.busy = busy
        self.next_offsets = {{"a": A, "b": B}[name]: offset for name, offset in offsets.items()}


def goes_off(when: float, look: Callable[[Watchdog, float], None]) -> bool:
    """Whether it is quiet at every look until ``SECONDS`` and barks at the one at ``when``."""
    dog = Watchdog(SECONDS, 0)
    for now in (9.0, 18.0, 27.0, 36.0, 45.0):
        look(dog, now)
    try:
        look(dog, when)
    except StalledError:
        return True
    return False


def test_a_reader_that_hangs_in_the_client() -> None:
    hanging = Reader(alive=0)
    assert goes_off(46, lambda dog, now: dog.readers(now, [Reader(alive=now), hanging]))
    assert not goes_off(46, lambda dog, now: dog.readers(now, [Reader(alive=now), Reader(alive=now - 1)]))


def test_a_reader_at_work_may_take_its_time() -> None:
    assert not goes_off(500, lambda dog, now: dog.readers(now, [Reader(alive=0, busy=True)]))


def test_brokers_that_do_not_answer() -> None:
    assert goes_off(46, lambda dog, _: dog.brokers(_, answered=False))
    assert not goes_off(46, lambda dog, now: dog.brokers(now, answered=True))
    dog = Watchdog(SECONDS, 0)
    for now, answered in ((40.0, False), (44.0, True), (80.0, False), (89.0, False)):
        dog.brokers(now, answered)
    with pytest.raises(StalledError, match="brokers"):
        dog.brokers(90, answered=False)


def test_a_group_that_does_not_take_us_in() -> None:
    assert goes_off(46, lambda dog, now: dog.group(now, member=False))
    assert not goes_off(46, lambda dog, now: dog.group(now, member=True))


def test_records_that_do_not_come() -> None:
    # The first look sees them at nine seconds.
    assert not goes_off(54, lambda dog, now: dog.records(now, {A: 5}))
    assert goes_off(54.5, lambda dog, now: dog.records(now, {A: 5}))


def test_a_partition_that_moves_however_slowly_is_no_reason() -> None:
    dog = Watchdog(SECONDS, 0)
    for step in range(100):
        dog.records(step * 40.0, {A: step, B: step})
    for now in (4_000.0, 4_040.0):
        dog.records(now, {})
    dog.records(5_000, {A: 1})
    dog.records(5_045, {A: 1})
    with pytest.raises(StalledError, match="records"):
        dog.records(5_046, {A: 1})


def test_one_partition_that_stands_still_is_enough() -> None:
    dog = Watchdog(SECONDS, 0)
    for step in range(5):
        dog.records(step * 10.0, {A: step, B: 7})
    with pytest.raises(StalledError):
        dog.records(50, {A: 9, B: 7})


def test_only_who_is_idle_with_something_to_read_is_behind() -> None:
    ends = {A: 10, B: 3}
    assert behind([Reader(a=9, b=3)], ends) == {A: 9}
    assert behind([Reader(a=9, busy=True), Reader(b=0)], ends) == {B: 0}
    assert behind([Reader(a=9)], {}) == {}
