"""What the publisher sends of one topic at a time: a batch for each partition, and what is known of it afterwards."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer

from services.platform.events import AnyTopic
from services.platform.kafka import topics
from services.platform.kafka.dlq import Letter
from services.platform.kafka.gepubliceerd import Published
from services.platform.kafka.headers import record_headers
from services.platform.outbox import event_of
from services.platform.posities import Position
from services.platform.settings import Settings


class Ronde:
    """What one topic publishes in one round: at most one batch per partition."""

    def __init__(self, topic: AnyTopic, known: Published, source: str, set_aside: Mapping[UUID, Letter]) -> None:
        self.topic = topic
        self.events = 0
        self.after = Published()
        self._source = source
        self._set_aside = set_aside
        self._known = known
        self._batches: dict[int, object] = {}
        self._counts: dict[int, int] = {}
        self._full = False

    def add(self, producer: AIOKafkaProducer, row: asyncpg.Record) -> None:
        """Put the next event into its partition's batch; once one is full, the rest waits for the next round."""
        if self._full:
            return
        event = event_of(row, self.topic, self._source)
        batch = self._batches.get(event.partition)
        if batch is None:
            batch = self._batches[event.partition] = producer.create_batch()
        previous: Position = self.after.last.get(event.partition) or self._known.last.get(event.partition, (0, 0))
        letter = self._set_aside.get(event.id)
        appended = batch.append(  # type: ignore[attr-defined]
            timestamp=None,
            key=letter.key if letter else event.key.encode(),
            value=event.data,
            headers=letter.headers if letter else record_headers(event, previous),
        )
        if appended is None:
            self._full = True
            return
        self.events += 1
        self._counts[event.partition] = self._counts.get(event.partition, 0) + 1
        self.after.last[event.partition] = self.after.place = event.position

    async def send(self, producer: AIOKafkaProducer, settings: Settings) -> None:
        """Send the batches and wait until all are stored."""
        name = topics.kafka_name(settings, self.topic.name)
        waiting = []
        for partition, batch in self._batches.items():
            batch.close()  # type: ignore[attr-defined]
            if self._counts.get(partition):
                waiting.append((partition, await producer.send_batch(batch, name, partition=partition)))
        stored: Sequence[object] = await asyncio.gather(*(future for _, future in waiting))
        for (partition, _), metadata in zip(waiting, stored, strict=True):
            offset = metadata.offset  # type: ignore[attr-defined]
            # A batch that Kafka had already is acknowledged without saying where it stands.
            if offset >= 0:
                self.after.offsets[partition] = offset + self._counts[partition] - 1

    def apply(self, known: Published) -> None:
        """The round is stored: what is known of the topic moves on."""
        known.place = self.after.place
        for partition, position in self.after.last.items():
            known.last[partition] = position
            known.offsets.pop(partition, None)
        known.offsets.update(self.after.offsets)
