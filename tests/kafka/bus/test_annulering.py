"""Kafka's client cancels something that we wait for, as it does when a connection is closed: nobody stops for that."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
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
    ("client", "name", "applies"),
    [
        (AIOKafkaConsumer, "start", has_group),
        (AIOKafkaConsumer, "getmany", has_group),
        (AIOKafkaConsumer, "commit", has_group),
        (AIOKafkaProducer, "start", is_any),
        (AIOKafkaProducer, "send_batch", is_any),
    ],
)
async def test_a_cancellation_that_nobody_meant_stops_nothing(
    settings: Settings,
    databases: tuple[Database, Database],
    monkeypatch: pytest.MonkeyPatch,
    client: type,
    name: str,
    applies: Callable[[Any], bool],
) -> None:
    producer, consumer = databases
    times: list[str] = []
    monkeypatch.setattr(client, name, cancelled_at_first(getattr(client, name), times, applies))
    await write(producer, *(beoordeeld(f"d{key}", 1) for key in range(10)))
    async with bus_of(settings, producer, consumer):
        await drained(producer, consumer)
        async with asyncio.timeout(180):
            while len(times) < 2:
                await asyncio.sleep(0.1)
        await write(producer, *(beoordeeld(f"d{key}", 2) for key in range(10)))
        await drained(producer, consumer)
    assert await seen(consumer) == {f"d{key}": [1, 2] for key in range(10)}


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
