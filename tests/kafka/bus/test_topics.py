"""The topics that Kafka has beside those of the table, on real brokers."""

import asyncio
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.cluster import ClusterMetadata
from aiokafka.errors import KafkaError, NodeNotReadyError

from services.cli import kafka_topics
from services.platform.events import KAFKA_TOPICS
from services.platform.kafka import topics
from services.platform.kafka.client import make_admin
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import Settings
from tests.kafka.bus.conftest import SettingsFor
from tests.kafka.bus.hulp import until


class Behind:
    """A client whose first answers come from a broker to which what was just made has yet to be told."""

    def __init__(self, settings: Settings) -> None:
        self.behind = {"describe_topics": True, "describe_configs": True}
        self._admin: Any = make_admin(settings)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._admin, name)

    async def describe_topics(self) -> list[Any]:
        return [] if self._first("describe_topics") else await self._admin.describe_topics()

    async def describe_configs(self, resources: list[Any]) -> list[Any]:
        answers: list[Any] = await self._admin.describe_configs(resources)
        if self._first("describe_configs"):
            for answer in answers:
                unknown = 3
                answer.resources = [(unknown, "", kind, name, []) for _, _, kind, name, _ in answer.resources]
        return answers

    def _first(self, question: str) -> bool:
        return self.behind.pop(question, False)


async def test_they_are_made_as_declared_and_a_difference_is_named(settings: Settings) -> None:
    assert {item.subject for item in await topics.compare(settings)} == {None}
    await topics.ensure(settings, KAFKA_TOPICS.values())
    await topics.ensure(settings, KAFKA_TOPICS.values())
    assert await topics.compare(settings, made=True) == []
    other = settings.model_copy(update={"kafka_retention_hours": 1})
    assert {(item.subject, item.declared, item.found) for item in await topics.compare(other)} == {
        ("retention.ms", "3600000", str(168 * 3_600_000))
    }


async def test_what_every_broker_was_just_told_is_no_difference(
    three: EmbeddedKafka, settings_for: SettingsFor
) -> None:
    """Each comparison asks any of the three."""
    settings = settings_for(three, kafka_replication_factor=3, kafka_min_insync=2)
    await topics.ensure(settings, KAFKA_TOPICS.values())
    for _ in range(5):
        assert await topics.compare(settings, made=True) == []


async def test_a_broker_that_was_not_told_yet_is_asked_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.ensure(settings, KAFKA_TOPICS.values())
    assert await topics.compare(settings, made=True) == []
    made: list[Behind] = []

    def behind(settings: Settings) -> Behind:
        made.append(Behind(settings))
        return made[-1]

    monkeypatch.setattr(topics, "make_admin", behind)
    assert {item.subject for item in await topics.compare(settings)} == {None}
    assert await topics.compare(settings, made=True) == []
    assert not made[-1].behind


async def test_a_difference_that_stays_is_told_also_after_making(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.ensure(settings, KAFKA_TOPICS.values())
    assert await topics.compare(settings, made=True) == []
    monkeypatch.setattr(topics, "_SETTLE_SECONDS", 0.3)
    other = settings.model_copy(update={"kafka_retention_hours": 1})
    assert {item.subject for item in await topics.compare(other, made=True)} == {"retention.ms"}


async def test_with_one_of_three_gone_the_others_are_asked(three: EmbeddedKafka, settings_for: SettingsFor) -> None:
    """It stays on the list of brokers for a while, and would be asked one time out of three."""
    settings = settings_for(three, kafka_replication_factor=3, kafka_min_insync=2)
    await topics.ensure(settings, KAFKA_TOPICS.values())
    await asyncio.to_thread(three.kill, 2)
    for _ in range(5):
        assert await topics.compare(settings, made=True) == []


async def test_what_is_there_is_what_any_broker_knows(
    three: EmbeddedKafka, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(three, kafka_replication_factor=3, kafka_min_insync=2)
    await topics.ensure(settings, KAFKA_TOPICS.values())
    expected = {topic.name: topic.partitions for topic in KAFKA_TOPICS.values()}
    asked: set[int | None] = set()
    send_request = AIOKafkaAdminClient._send_request

    async def of_whom(self: AIOKafkaAdminClient, request: Any, node_id: int | None = None) -> Any:
        asked.add(node_id)
        return await send_request(self, request, node_id)

    described_by = topics._described_by

    async def only_the_third_was_told(admin: Any, broker: int) -> list[Any]:
        found = await described_by(admin, broker)
        return found if broker == 3 else []

    monkeypatch.setattr(AIOKafkaAdminClient, "_send_request", of_whom)
    monkeypatch.setattr(topics, "_described_by", only_the_third_was_told)

    async def told() -> bool:
        try:
            return await topics.present(settings, KAFKA_TOPICS.values()) == expected
        except topics.TopicsError:  # it knows of no leader yet
            return False

    await until(told)
    assert asked == {1, 2, 3}


async def test_nothing_is_there_only_when_a_broker_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lone broker that was late to say that it lives is not on its own list."""
    monkeypatch.setattr(topics, "_PASS_OVER_SECONDS", 0.3)
    monkeypatch.setattr(ClusterMetadata, "brokers", lambda _: set())
    with pytest.raises(NodeNotReadyError):
        await topics.present(settings, KAFKA_TOPICS.values())


async def test_with_one_of_three_gone_for_good_the_others_say_what_is_there(
    three: EmbeddedKafka, settings_for: SettingsFor
) -> None:
    settings = settings_for(three, kafka_replication_factor=3, kafka_min_insync=2)
    await topics.ensure(settings, KAFKA_TOPICS.values())
    await asyncio.to_thread(three.kill, 1)
    found: dict[str, int] = {}

    async def told() -> bool:
        try:
            found.update(await topics.present(settings, KAFKA_TOPICS.values()))
        except (topics.TopicsError, KafkaError):  # until its partitions have other leaders and it is off the list
            return False
        return len(found) == len(KAFKA_TOPICS)

    await until(told)
    assert found == {topic.name: topic.partitions for topic in KAFKA_TOPICS.values()}


async def test_the_command_that_makes_them_is_not_misled_by_a_broker_that_was_not_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await topics.ensure(settings, KAFKA_TOPICS.values())
    assert await topics.compare(settings, made=True) == []
    monkeypatch.setattr(topics, "make_admin", Behind)
    assert await kafka_topics._compare(settings, True) == []
    assert len(await kafka_topics._compare(settings, False)) == len(KAFKA_TOPICS)
