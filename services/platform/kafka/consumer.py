"""A service's consumer group in Kafka: one consumer per process, a reader per subscription and lane.

The consumer's database says where to read on: after every assignment, and after every failure, a reader looks
up its partitions' places and seeks. What Kafka knows of the group's offsets is for those who watch it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from services.platform.bus import Subscription
from services.platform.database import Database
from services.platform.ending import StrayCancellationError, only_when_asked, until_one_fails
from services.platform.events import TOPICS
from services.platform.kafka import topics
from services.platform.kafka.client import close_consumer, make_consumer
from services.platform.kafka.reader import Reader
from services.platform.kafka.reden import reason_of
from services.platform.kafka.waakhond import Watchdog, behind
from services.platform.metrics import BUS_RESTARTS, KAFKA_CLIENTS, KAFKA_FAILURES
from services.platform.settings import Settings

_START_SECONDS = 60.0
_COMMIT_SECONDS = 1.0
_COMMIT_TIMEOUT = 10.0
_SHORTEST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0

STALL_SECONDS = 45.0
"""A reader that has something to read and does nothing for so long gets another consumer."""

_log = structlog.get_logger(__name__)


class _Assigned(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes what was assigned and does nothing else: no lock, no query, so no rebalance can wait for a reader."""

    def __init__(self, unplaced: set[TopicPartition]) -> None:
        self._unplaced = unplaced

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._unplaced.update(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._unplaced.update(assigned)


class ServiceConsumer:
    """Everything one service reads from Kafka in this process."""

    def __init__(
        self,
        service: str,
        database: Database,
        subscriptions: Sequence[Subscription],
        outboxes: Database,
        settings: Settings,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self._service = service
        self._settings = settings
        self._stall_seconds = stall_seconds
        self._topics = [TOPICS[subscription.topic] for subscription in subscriptions]
        self._readers = [
            Reader(service, database, subscription, number, outboxes, settings)
            for subscription in subscriptions
            for number in range(subscription.lanes)
        ]
        self._pause = _SHORTEST_PAUSE

    async def run(self) -> None:
        """Consume until cancelled; after any trouble with Kafka with a new consumer."""
        while True:
            try:
                with only_when_asked():
                    await self._session()
            except Exception as error:  # noqa: BLE001 — a consumer may never die; it says why and begins again
                BUS_RESTARTS.labels(self._service).inc()
                reason = await reason_of(error, self._settings)
                KAFKA_FAILURES.labels(self._service, reason).inc()
                _log.warning(
                    "consumer_retry",
                    service=self._service,
                    reason=reason.value,
                    error=type(error).__name__,
                    detail=_causes(error),
                )
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _session(self) -> None:
        async with asyncio.timeout(_START_SECONDS):
            await topics.ensure(self._settings, self._topics)
        consumer = make_consumer(self._settings, self._service, topics.group_name(self._settings, self._service))
        KAFKA_CLIENTS.labels(self._service, "consumer").inc()
        unplaced: set[TopicPartition] = set()
        names = [topics.kafka_name(self._settings, topic.name) for topic in self._topics]
        try:
            async with asyncio.timeout(_START_SECONDS):
                await consumer.start()
            consumer.subscribe(topics=names, listener=_Assigned(unplaced))
            await until_one_fails(
                *(reader.run(consumer, unplaced) for reader in self._readers),
                self._commit(consumer, unplaced),
                self._watch(consumer),
            )
        finally:
            await close_consumer(consumer)

    def _handled(self, consumer: AIOKafkaConsumer, unplaced: set[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset to read on from, of every partition that is ours and placed."""
        mine = consumer.assignment() - unplaced
        return {tp: offset for reader in self._readers for tp, offset in reader.next_offsets.items() if tp in mine}

    async def _commit(self, consumer: AIOKafkaConsumer, unplaced: set[TopicPartition]) -> None:
        """Tell Kafka now and then how far we are; nothing depends on it, so nothing is done about its failures."""
        told: dict[TopicPartition, int] = {}
        while True:
            await asyncio.sleep(_COMMIT_SECONDS)
            offsets = self._handled(consumer, unplaced)
            if new := {tp: offset for tp, offset in offsets.items() if told.get(tp) != offset}:
                try:
                    with only_when_asked():
                        async with asyncio.timeout(_COMMIT_TIMEOUT):
                            await consumer.commit(new)
                    told |= new
                    self._pause = _SHORTEST_PAUSE
                except (KafkaError, TimeoutError, StrayCancellationError) as error:
                    _log.info("kafka_commit_failed", service=self._service, error=type(error).__name__)

    async def _watch(self, consumer: AIOKafkaConsumer) -> None:
        """Raise ``StalledError`` when this consumer no longer does its work."""
        dog = Watchdog(self._stall_seconds, time.monotonic())
        while True:
            await asyncio.sleep(self._stall_seconds / 5)
            now = time.monotonic()
            dog.readers(now, self._readers)
            assigned = consumer.assignment()
            dog.group(now, bool(assigned) or consumer._coordinator.generation >= 0)
            ends = await self._ask(consumer.end_offsets, assigned)
            dog.brokers(now, ends is not None)
            left = behind(self._readers, ends or {})
            # Where all was thrown away after its time, nothing comes however far the end is.
            begins = await self._ask(consumer.beginning_offsets, left)
            if ends is not None and begins is not None:
                dog.records(now, {tp: offset for tp, offset in left.items() if begins[tp] < ends[tp]})

    async def _ask(
        self, what: Callable[[Any], Awaitable[dict[TopicPartition, int]]], of: Collection[TopicPartition]
    ) -> dict[TopicPartition, int] | None:
        """What the brokers say of these partitions; None when none says so in time."""
        if not of:
            return {}
        try:
            with only_when_asked():
                async with asyncio.timeout(self._stall_seconds / 5):
                    return await what(list(of))
        except (KafkaError, TimeoutError, StrayCancellationError):
            return None


def _causes(error: BaseException) -> Any:
    """What went wrong in which task, for the log; a client's texts hold addresses and topics at most."""
    if isinstance(error, BaseExceptionGroup):
        return [_causes(inner) for inner in error.exceptions]
    return f"{type(error).__name__}: {error}"[:200]
