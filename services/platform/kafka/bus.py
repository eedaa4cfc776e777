"""The bus over Kafka in this process: relays for the services that run here, a consumer for each of them."""

import asyncio
from collections.abc import Sequence

import structlog

from services.platform.bus import Subscription
from services.platform.database import Database
from services.platform.ending import end, for_ever, only_when_asked
from services.platform.events import KAFKA_TOPICS, TOPICS
from services.platform.kafka import gepubliceerd
from services.platform.kafka.client import connection_options
from services.platform.kafka.consumer import ServiceConsumer
from services.platform.kafka.floor import floor_of
from services.platform.kafka.reden import Reason
from services.platform.kafka.relay import Relay
from services.platform.metrics import (
    BUS_GAPS,
    KAFKA_FAILURES,
    SEND_TIMEOUTS,
    TASK_SUCCESS,
    UNPUBLISHED,
    UNPUBLISHED_AGE,
    task_begins,
)
from services.platform.posities import Lane, raise_floor, start_of
from services.platform.settings import Settings

_WATCH_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class KafkaBus:
    """Publishes and consumes until it is stopped. Needs no broker to start: it goes on trying."""

    def __init__(
        self,
        outboxes: Database,
        databases: Sequence[tuple[str, Database]],
        subscriptions: Sequence[tuple[str, Database, Subscription]],
        settings: Settings,
    ) -> None:
        connection_options(settings)  # What is wrong with the settings shows now.
        self._outboxes = outboxes
        self._subscriptions = subscriptions
        self._databases = databases
        relays = [Relay(service, database, settings) for service, database in databases]
        self._relays = [relay for relay in relays if relay.publishes]
        self._consumers = [
            ServiceConsumer(service, database, own, outboxes, settings)
            for service, database in databases
            if (own := [item for name, _, item in subscriptions if name == service])
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._begin_counting()

    def _begin_counting(self) -> None:
        """At zero: to who compares, a counter that first shows with its first count has not risen."""
        for service, _ in self._databases:
            SEND_TIMEOUTS.labels(service)
            for reason in Reason:
                KAFKA_FAILURES.labels(service, reason)
        for service, _, subscription in self._subscriptions:
            BUS_GAPS.labels(service, subscription.topic)

    async def start(self) -> None:
        """Begin; returns once everything is set to work, whether or not Kafka is there."""
        for _, database, subscription in self._subscriptions:
            # Whoever reads the outboxes themselves later finds where this bus began.
            async with database.transaction() as connection:
                await start_of(connection, subscription.topic, Lane(0, subscription.lanes))
        works = [(relay.run, "kafka-relay") for relay in self._relays]
        works += [(consumer.run, "kafka-consumer") for consumer in self._consumers]
        works.append((self._watch, "kafka-watch"))
        self._tasks = [asyncio.create_task(for_ever(work, name), name=name) for work, name in works]

    async def stop(self) -> None:
        """Stop between batches where possible; a batch cut off is rolled back and comes again."""
        await end(self._tasks)
        self._tasks = []

    async def _watch(self) -> None:
        """Count what is not published, and keep for each topic the place before which all is handled."""
        for service, _ in self._databases:
            task_begins(service, "kafka", _WATCH_SECONDS)
        while True:
            try:
                with only_when_asked():
                    await self.measure_once()
                    for _, database, subscription in self._subscriptions:
                        await self._raise_floor(database, subscription.topic)
                for service, _ in self._databases:
                    TASK_SUCCESS.labels(service, "kafka").set_to_current_time()
            except Exception as error:  # noqa: BLE001 — a gauge that stopped moving would look healthy
                _log.warning("kafka_watch_failed", error=type(error).__name__)
            await asyncio.sleep(_WATCH_SECONDS)

    async def measure_once(self) -> None:
        """Set the gauges of what is not published, also of what never was: Kafka may have been away all the time."""
        for service, database in self._databases:
            own = [topic.name for topic in KAFKA_TOPICS.values() if topic.producer == service]
            async with database.connection() as connection:
                counts = await gepubliceerd.unpublished(connection, own)
                ages = await gepubliceerd.oldest_unpublished(connection, own)
            for topic in own:
                UNPUBLISHED.labels(service, topic).set(counts[topic])
                UNPUBLISHED_AGE.labels(service, topic).set(ages[topic])

    async def _raise_floor(self, database: Database, topic: str) -> None:
        floor = await floor_of(self._outboxes, database, TOPICS[topic])
        if floor is not None:
            async with database.transaction() as connection:
                await raise_floor(connection, topic, floor)
