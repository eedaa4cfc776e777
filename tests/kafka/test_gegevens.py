"""What a broker was given: kept through kill -9, lost with its disk, not lost with one of three."""

import asyncio

from services.platform.local_kafka.broker import EmbeddedKafka
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
    await send(three, "teruggehaald", b"1")
    await asyncio.to_thread(three.wipe, 2)
    copy = three.folder / "broker-2" / "data" / "teruggehaald-0"
    assert not copy.exists()
    await asyncio.to_thread(three.start, 2)
    await send(three, "teruggehaald", b"2")
    for _ in range(300):
        if copy.exists() and any(path.stat().st_size for path in copy.glob("*.log")):
            break
        await asyncio.sleep(0.1)
    assert b"2" in b"".join(path.read_bytes() for path in copy.glob("*.log"))
    assert await received(three, "teruggehaald", 2) == [b"1", b"2"]
