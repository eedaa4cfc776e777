"""Kafka's client cancels something that we wait for, as it does when a connection is closed: nobody stops for that."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.platform.database import Database
from services.platform.settings import Settings
from tests.kafka.bus.hulp import beoordeeld, bus_of, drained, seen, write

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""


def cancelled_at_first(original: Callable[..., Any], times: list[str], applies: Callable[[Any], bool]) -> Any:
    """What does as ``original``, and then twice ends as if somebody had cancelled it."""

    async def method(self: Any, *arguments: Any, **named: Any) -> Any:
        result = await original(self, *arguments, **named)
        if applies(self) and len(times) < 2:
            times.append(original.__name__)
            raise asyncio.CancelledError
        return result

    return method


def has_group(client: Any) -> bool:
    """Not those that only count."""
    return bool(client._group_id)


def is_any(_client: Any) -> bool:
    return True


@pytest.mark.parametrize(
    ("client", "name", "applies", "said"),
    [
        (AIOKafkaConsumer, "start", has_group, "consumer_retry"),
        (AIOKafkaConsumer, "getmany", has_group, "consumer_retry"),
        # Nothing depends on it.
        (AIOKafkaConsumer, "commit", has_group, "kafka_commit_failed"),
        (AIOKafkaProducer, "start", is_any, "relay_retry"),
        (AIOKafkaProducer, "send_batch", is_any, "relay_retry"),
    ],
)
async def test_a_cancellation_that_nobody_meant_stops_nothing(
    settings: Settings,
    databases: tuple[Database, Database],
    monkeypatch: pytest.MonkeyPatch,
    client: type,
    name: str,
    applies: Callable[[Any], bool],
    said: str,
) -> None:
    producer, consumer = databases
    times: list[str] = []
    monkeypatch.setattr(client, name, cancelled_at_first(getattr(client, name), times, applies))
    with structlog.testing.capture_logs() as lines:

        def strays() -> int:
            """A slow machine has other reasons to try again."""
            return sum(line["event"] == said and "StrayCancellationError" in str(line) for line in lines)

        async with bus_of(settings, producer, consumer), asyncio.timeout(180):
            number = 0
            while len(times) < 2 or strays() < 2:
                number += 1
                await write(producer, *(beoordeeld(f"d{key}", number) for key in range(10)))
                await drained(producer, consumer)
                await asyncio.sleep(0.5)
    assert await seen(consumer) == {f"d{key}": list(range(1, number + 1)) for key in range(10)}
    assert len(times) == 2
    assert "work_ended" not in str(lines)


async def test_a_client_that_stops_halfway_leaves_nothing_at_work(
    settings: Settings, databases: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def halfway(_self: AIOKafkaConsumer | AIOKafkaProducer) -> None:
        raise asyncio.CancelledError

    producer, consumer = databases
    before = at_work_in_the_client()
    with monkeypatch.context() as patched:
        async with bus_of(settings, producer, consumer):
            await write(producer, beoordeeld("d", 1))
            await drained(producer, consumer)
            patched.setattr(AIOKafkaConsumer, "stop", halfway)
            patched.setattr(AIOKafkaProducer, "stop", halfway)
    async with asyncio.timeout(60):
        while at_work_in_the_client() > before:
            await asyncio.sleep(0.1)


def at_work_in_the_client() -> int:
    """Tasks of its own that have not ended."""
    return sum("aiokafka" in str(task.get_coro()) for task in asyncio.all_tasks())


async def test_nor_does_one_that_comes_while_a_broken_client_is_closed(
    settings: Settings, databases: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    producer, consumer = databases
    broken: list[str] = []
    getmany, stop = AIOKafkaConsumer.getmany, AIOKafkaConsumer.stop

    async def breaks(self: AIOKafkaConsumer, *arguments: Any, **named: Any) -> Any:
        if not broken:
            broken.append("read")
            raise asyncio.CancelledError
        return await getmany(self, *arguments, **named)

    async def closes(self: AIOKafkaConsumer) -> None:
        await stop(self)
        if broken == ["read"] and self._group_id:
            broken.append("closed")
            raise asyncio.CancelledError

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", breaks)
    monkeypatch.setattr(AIOKafkaConsumer, "stop", closes)
    await write(producer, beoordeeld("d", 1))
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer)
    assert broken == ["read", "closed"]
    assert await seen(consumer) == {"d": [1]}
