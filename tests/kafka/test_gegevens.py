"""What a broker was given: kept through kill -9, lost with its disk, not lost with one of three."""

import asyncio
from pathlib import Path

from services.platform.local_kafka.broker import EmbeddedKafka
from tests.kafka.bus.hulp import until
from tests.kafka.verkeer import make_topic, received, send, settings_of, topics


async def test_after_kill_9_what_was_sent_is_there(kafka: EmbeddedKafka) -> None:
    await make_topic(kafka, "blijft")
    await send(kafka, "blijft", b"1", b"2")
    await asyncio.to_thread(kafka.kill)
    await asyncio.to_thread(kafka.start)
    await send(kafka, "blijft", b"3")
    assert await received(kafka, "blijft", 3) == [b"1", b"2", b"3"]


async def test_wiped_it_has_forgotten_everything(kafka: EmbeddedKafka) -> None:
    await make_topic(kafka, "weg")
    await send(kafka, "weg", b"1")
    assert "weg" in await topics(kafka)
    await asyncio.to_thread(kafka.wipe)
    await asyncio.to_thread(kafka.start)
    assert "weg" not in await topics(kafka)
    await make_topic(kafka, "weg")
    await send(kafka, "weg", b"2")
    assert await received(kafka, "weg", 1) == [b"2"]


async def test_three_brokers_keep_three_copies_and_survive_one_kill(three: EmbeddedKafka) -> None:
    await make_topic(three, "drievoud")
    settings = await settings_of(three, "drievoud")
    assert (settings["replicas"], settings["min.insync.replicas"]) == (3, "2")
    await send(three, "drievoud", b"met drie")
    await asyncio.to_thread(three.kill, 1)
    await send(three, "drievoud", b"met twee")
    assert await asyncio.to_thread(three.start, 1)
    assert await asyncio.to_thread(three.running)
    assert await received(three, "drievoud", 2) == [b"met drie", b"met twee"]


async def test_a_broker_that_lost_its_disk_gets_its_copies_back(three: EmbeddedKafka) -> None:
    await make_topic(three, "teruggehaald")
    await send(three, "teruggehaald", b"voor het verlies")
    await asyncio.to_thread(three.wipe, 2)
    copy = three.folder / "broker-2" / "data" / "teruggehaald-0"
    assert not copy.exists()
    await asyncio.to_thread(three.start, 2)
    await send(three, "teruggehaald", b"na het verlies")

    async def has_both() -> bool:
        stored = await asyncio.to_thread(contents, copy)
        return b"voor het verlies" in stored and b"na het verlies" in stored

    # The other two take it in as one of the copies that count after it began to fetch, not before it answers.
    await until(has_both)
    assert await received(three, "teruggehaald", 2) == [b"voor het verlies", b"na het verlies"]


def contents(copy: Path) -> bytes:
    """What stands in a partition's files, which the broker may be renaming."""
    try:
        return b"".join(path.read_bytes() for path in copy.glob("*.log"))
    except FileNotFoundError:
        return b""
