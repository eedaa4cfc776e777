"""The topics in Kafka, made and compared from the one declared table."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from aiokafka.admin import NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import NodeNotReadyError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code
from aiokafka.protocol.metadata import MetadataRequest

from services.platform.events import KAFKA_TOPICS, AnyTopic
from services.platform.kafka.client import close_within, make_admin
from services.platform.settings import Settings

_SETTLE_SECONDS = 30.0
_SETTLE_PAUSE = 0.1
_COMPARE_PAUSE = 0.5
_PASS_OVER_SECONDS = 15.0
"""For how long a broker that is away is passed over."""

_CONFIGURED = ("cleanup.policy", "message.timestamp.type", "min.insync.replicas", "retention.ms")
"""The settings of a topic that are ours to choose."""

_log = structlog.get_logger(__name__)

_Answer = TypeVar("_Answer")


class TopicsError(RuntimeError):
    """Kafka has not the topics that the table declares and they could not be made; the text says which."""

    not_allowed = False
    """Whether that is because we may not."""


@dataclass(frozen=True)
class Difference:
    """Where Kafka differs from the table: ``subject`` is what of the topic, None that it is not there at all."""

    topic: str
    subject: str | None
    declared: str
    found: str


def kafka_name(settings: Settings, topic: str) -> str:
    """What Kafka calls a topic of ours."""
    return f"{settings.kafka_topic_prefix}{topic}"


def group_name(settings: Settings, service: str) -> str:
    """The consumer group of a service."""
    return f"{settings.kafka_topic_prefix}happyflow-{service}"


def configuration(settings: Settings, topic: AnyTopic) -> dict[str, str]:
    """What a topic is set to.

    Kept by the moment Kafka stored it: an outbox that is published again later is not thrown away at once.
    """
    return {
        "cleanup.policy": "delete",
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": str(settings.kafka_min_insync),
        "retention.ms": str(max(settings.kafka_retention_hours, topic.retention_hours) * 3_600_000),
    }


async def ensure(settings: Settings, topics: Iterable[AnyTopic]) -> None:
    """Make what is missing, when the settings allow it.

    Raises ``TopicsError`` when Kafka then still lacks topics or partitions.
    """
    declared = {kafka_name(settings, topic.name): topic for topic in topics}
    admin = make_admin(settings)
    try:
        await admin.start()
        found = await _partitions(admin)
        if settings.kafka_create_topics:
            await _create(admin, settings, [topic for name, topic in declared.items() if name not in found])
            await _extend(admin, {n: t for n, t in declared.items() if 0 < found.get(n, 0) < t.partitions})
        # What was made is not known to every broker at once, and a client that misses it looks again only much later.
        deadline = asyncio.get_running_loop().time() + _SETTLE_SECONDS
        while lacking := _lacking(declared, await _partitions(admin)):
            if not settings.kafka_create_topics or asyncio.get_running_loop().time() > deadline:
                raise TopicsError(f"missing or with too few partitions: {', '.join(lacking)}")
            await asyncio.sleep(_SETTLE_PAUSE)
    finally:
        await close_within(admin.close)


async def present(settings: Settings, topics: Iterable[AnyTopic]) -> dict[str, int]:
    """How many partitions those topics have that any broker knows, by our name of them.

    Raises ``TopicsError`` when of one of them a partition has nobody who leads it: what it holds nobody can say.
    """
    admin = make_admin(settings)
    try:
        await admin.start()
        found = _together(await _asked(lambda: _views(admin)))
    finally:
        await close_within(admin.close)
    known = {topic.name: kafka_name(settings, topic.name) for topic in topics}
    if unled := sorted(name for name in known.values() if found.get(name) == 0):
        raise TopicsError(f"partitions without a leader: {', '.join(unled)}")
    return {ours: found[name] for ours, name in known.items() if name in found}


async def compare(settings: Settings, *, made: bool = False) -> list[Difference]:
    """Where Kafka differs from the table and the settings; empty when all is well.

    ``made``: topics may have been made a moment ago, which not every broker knows at once, and any of them may be
    the one that is asked. Then only a difference that stays is one.
    """
    admin = make_admin(settings)
    try:
        await admin.start()
        deadline = asyncio.get_running_loop().time() + made * _SETTLE_SECONDS
        while (found := await _compare(admin, settings)) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_COMPARE_PAUSE)
        return found
    finally:
        await close_within(admin.close)


async def _compare(admin: Any, settings: Settings) -> list[Difference]:
    described = {item["topic"]: item["partitions"] for item in await _asked(admin.describe_topics)}
    present = [kafka_name(settings, name) for name in KAFKA_TOPICS if kafka_name(settings, name) in described]
    configured = await _configured(admin, present, _CONFIGURED)
    differences = []
    for topic in KAFKA_TOPICS.values():
        name = kafka_name(settings, topic.name)
        if name not in configured:
            differences.append(Difference(name, None, str(topic.partitions), ""))
            continue
        differences += _differences(settings, topic, name, described[name], configured[name])
    return differences


def _differences(
    settings: Settings, topic: AnyTopic, name: str, partitions: Sequence[Any], configured: Mapping[str, str]
) -> list[Difference]:
    copies = min((len(partition["replicas"]) for partition in partitions), default=0)
    declared = {
        "partities": str(topic.partitions),
        "kopieën": str(settings.kafka_replication_factor),
        **configuration(settings, topic),
    }
    found = {"partities": str(len(partitions)), "kopieën": str(copies), **configured}
    return [
        Difference(name, subject, value, found.get(subject, "")) for subject, value in declared.items()
        if found.get(subject, "") != value
    ]  # fmt: skip


async def _partitions(admin: Any) -> dict[str, int]:
    """How many partitions each topic has, as one broker tells it."""
    # All of them: asking for one by name makes some brokers create it, with partitions of their own choice.
    return _led(await _asked(admin.describe_topics))


def _led(described: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many partitions each topic has, or 0 as long as one of them has nobody who leads it."""
    return {
        item["topic"]: len(item["partitions"]) * all(partition["leader"] >= 0 for partition in item["partitions"])
        for item in described
    }


async def _described_by(admin: Any, broker: int) -> list[Any]:
    """Every topic, as this broker tells it; the client's own question goes to any of them."""
    answer = await admin._send_request(MetadataRequest(None), broker)
    topics: list[Any] = answer.to_object()["topics"]
    return topics


async def _views(admin: Any) -> list[dict[str, int]]:
    """What each broker knows: one that was cut off from the others has not heard of what was made since.

    Raises ``NodeNotReadyError`` when one that is on the list is away, and when the list is empty.
    """
    await admin._client.force_metadata_update()
    brokers = [broker.nodeId for broker in admin._client.cluster.brokers()]
    if not brokers:
        raise NodeNotReadyError("no broker is there")
    return [_led(await _described_by(admin, broker)) for broker in brokers]


def _together(views: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """What any of them knows; 0 where one of them knows of no leader."""
    told: dict[str, list[int]] = {}
    for view in views:
        for name, partitions in view.items():
            told.setdefault(name, []).append(partitions)
    return {name: 0 if 0 in counts else max(counts) for name, counts in told.items()}


async def _asked(question: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """The answer, where one broker may be away: the client asks any of them, and takes a while to forget one.

    Raises ``NodeNotReadyError`` when that goes on.
    """
    deadline = asyncio.get_running_loop().time() + _PASS_OVER_SECONDS
    while True:
        try:
            return await question()
        except NodeNotReadyError:
            if asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(_SETTLE_PAUSE)


def _lacking(declared: Mapping[str, AnyTopic], found: Mapping[str, int]) -> list[str]:
    return sorted(name for name, topic in declared.items() if found.get(name, 0) < topic.partitions)


async def _create(admin: Any, settings: Settings, topics: Sequence[AnyTopic]) -> None:
    if not topics:
        return
    response = await admin.create_topics(
        [
            NewTopic(
                kafka_name(settings, topic.name),
                topic.partitions,
                settings.kafka_replication_factor,
                topic_configs=configuration(settings, topic),
            )
            for topic in topics
        ]
    )
    _raise_on_errors(response.topic_errors, allowed=TopicAlreadyExistsError.errno)
    _log.info("kafka_topics_created", topics=[topic.name for topic in topics])


async def _extend(admin: Any, topics: Mapping[str, AnyTopic]) -> None:
    """Partitions are numbered by us, so more of them moves no key."""
    if topics:
        response = await admin.create_partitions(
            {name: NewPartitions(total_count=topic.partitions) for name, topic in topics.items()}
        )
        _raise_on_errors(response.topic_errors)
        _log.info("kafka_topics_extended", topics=sorted(topics))


def _raise_on_errors(results: Iterable[Sequence[Any]], allowed: int = 0) -> None:
    """Each result is the topic's name, an error code and mostly a text."""
    wrong = {name: for_code(code) for name, code, *_ in results if code not in {0, allowed}}
    if wrong:
        error = TopicsError("; ".join(f"{name}: {kind.__name__}" for name, kind in wrong.items()))
        error.not_allowed = any("Authorization" in kind.__name__ for kind in wrong.values())
        raise error


async def _configured(admin: Any, names: Sequence[str], settings: Sequence[str]) -> dict[str, dict[str, str]]:
    """By topic that the broker knows which is asked; where we may not know a setting it is left out."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(settings)) for name in names]
    responses = await _asked(lambda: admin.describe_configs(resources))
    return {
        name: {entry[0]: entry[1] or "" for entry in entries}
        for response in responses
        for code, _text, _kind, name, entries in response.resources
        if code != UnknownTopicOrPartitionError.errno
    }
