"""Messages to and from a real broker, with the client that the services use."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import InvalidReplicationFactorError

from services.platform.kafka.client import close_within
from services.platform.local_kafka.broker import EmbeddedKafka

aiokafka = pytest.importorskip("aiokafka")
admin = pytest.importorskip("aiokafka.admin")


async def make_topic(kafka: EmbeddedKafka, topic: str) -> None:
    """One partition, with the replicas that the brokers give by default."""
    client = admin.AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await client.start()
    try:
        async with asyncio.timeout(180):
            # A broker that was late to say that it is there does not count for a moment.
            while (code := await _made(client, topic)) == InvalidReplicationFactorError.errno:
                await asyncio.sleep(0.2)
        assert code == 0, code
    finally:
        await client.close()


async def _made(client: Any, topic: str) -> int:
    """The brokers' answer, 0 when it was made."""
    # The empty assignment is how this client is told that the brokers may choose the number of replicas.
    answer = await client.create_topics([admin.NewTopic(topic, 1, -1, replica_assignments={})])
    ((_, code, *_),) = answer.topic_errors
    return int(code)


async def topics(kafka: EmbeddedKafka) -> set[str]:
    """Their names."""
    client = admin.AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await client.start()
    try:
        return set(await client.list_topics())
    finally:
        await client.close()


async def settings_of(kafka: EmbeddedKafka, topic: str) -> dict[str, Any]:
    """What the brokers hold it to, and how many replicas it has.

    Of several brokers the client asks any, also one that does not know the topic yet.
    """
    client = admin.AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await client.start()
    resource = admin.config_resource.ConfigResource(admin.config_resource.ConfigResourceType.TOPIC, topic)
    try:
        async with asyncio.timeout(180):
            while not (values := _values(await client.describe_configs([resource]))):
                await asyncio.sleep(0.1)
            while not (described := (await client.describe_topics([topic]))[0])["partitions"]:
                await asyncio.sleep(0.1)
        return {**values, "replicas": len(described["partitions"][0]["replicas"])}
    finally:
        await client.close()


def _values(answers: list[Any]) -> dict[str, Any]:
    """By setting; empty when the broker does not know what was asked about."""
    (answer,) = answers
    return {row[0]: row[1] for row in answer.resources[0][4]}


async def send(kafka: EmbeddedKafka, topic: str, *values: bytes) -> None:
    """Send them and wait until every replica that must have them has them."""
    producer = aiokafka.AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers, acks="all", enable_idempotence=True, request_timeout_ms=30_000
    )
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def received(kafka: EmbeddedKafka, topic: str, count: int) -> list[bytes]:
    """The first ``count`` messages of the topic; fewer when more do not come within a minute."""
    consumer = aiokafka.AIOKafkaConsumer(
        bootstrap_servers=kafka.bootstrap_servers, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign([aiokafka.TopicPartition(topic, 0)])
        found: list[bytes] = []
        while len(found) < count:
            batches = await consumer.getmany(timeout_ms=60_000)
            if not batches:
                break
            found += [record.value for records in batches.values() for record in records]
        return found
    finally:
        await close_within(consumer.stop)
