"""The declared table of topics: who produces them, what the key is, how many partitions.

Both buses and the outbox take the partition from here, so that the order of a key does not depend
on a client library's hash function.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zlib import crc32

import msgspec

from services.platform.events.envelope import EventData
from services.platform.events.invoice import (
    DeclaratieBeantwoord,
    DeclaratieGeregistreerd,
    DeclaratieIngediend,
)
from services.platform.events.matching import (
    DeclaratieBeoordeeld,
    PrestatiesVerwerkt,
    ProductlijstVastgesteld,
    ToewijzingGebruikt,
    VerplichtingBepaald,
)
from services.platform.events.toewijzing import ToewijzingVastgesteld

PARTITIONS: Final = 12
"""Partitions of every topic. Changing it moves keys, so only an empty system may do so."""


class Topic(msgspec.Struct, frozen=True):
    """One row of the table: ``key`` says in words what shares an order, ``consumers`` which services listen.

    A topic without consumers here is for listeners outside.
    """

    name: str
    producer: str
    key: str
    event: type[EventData]
    consumers: tuple[str, ...] = ()
    partitions: int = PARTITIONS
    retention_hours: int = 0
    """At least this long in Kafka, whatever the settings say."""


class DeadLetterTopic(msgspec.Struct, frozen=True):
    """Where a service tells which events it set aside: ``producer`` is the service that could not handle them.

    They hold events of any type, and nobody here reads them: the service's database knows. One partition, since
    they are few; kept for longer than events, since a person looks at them.
    """

    name: str
    producer: str
    consumers: tuple[str, ...] = ()
    partitions: int = 1
    retention_hours: int = 90 * 24


AnyTopic = Topic | DeadLetterTopic


_TOPICS = (
    Topic("toewijzingen", "allocation", "gemeente:toewijzingnummer", ToewijzingVastgesteld, ("matching",)),
    Topic("declaraties", "invoice", "partition of gemeente:toewijzingnummer", DeclaratieIngediend, ("matching",)),
    Topic("registraties", "invoice", "gemeente", DeclaratieGeregistreerd, ("ledger",)),
    Topic("antwoorden", "invoice", "gemeente", DeclaratieBeantwoord),
    Topic("beoordelingen", "matching", "declaratieId", DeclaratieBeoordeeld, ("invoice",)),
    Topic("mutaties", "matching", "gemeente", PrestatiesVerwerkt, ("ledger",)),
    Topic("verplichtingen", "matching", "gemeente", VerplichtingBepaald, ("ledger",)),
    Topic("gebruik", "matching", "partition of gemeente:toewijzingnummer", ToewijzingGebruikt, ("allocation",)),
    Topic("productlijsten", "matching", "gemeente", ProductlijstVastgesteld, ("allocation",)),
)

TOPICS: Final = MappingProxyType({topic.name: topic for topic in _TOPICS})
_DEAD_LETTERS: Final = {
    service: DeadLetterTopic(f"happyflow.{service}.dlq", service)
    for service in sorted({consumer for topic in _TOPICS for consumer in topic.consumers})
}
KAFKA_TOPICS: Final[Mapping[str, AnyTopic]] = MappingProxyType(
    {**TOPICS, **{topic.name: topic for topic in _DEAD_LETTERS.values()}}
)
"""All topics that there are in Kafka: those of events, and a dead-letter topic of every service that listens."""

EVENT_TYPES: Final = MappingProxyType({topic.event.type_name: topic.event for topic in _TOPICS})


def dead_letter_topic(service: str) -> DeadLetterTopic:
    """The dead-letter topic of a service."""
    return _DEAD_LETTERS[service]


def partition_of(key: str, partitions: int = PARTITIONS) -> int:
    """The partition of a key, stable for ever: CRC-32 of its UTF-8 bytes modulo the number of partitions."""
    return crc32(key.encode()) % partitions


def toewijzing_key(gemeente: str, toewijzing_nummer: int) -> str:
    """The key under which everything about one toewijzing keeps its order."""
    return f"{gemeente}:{toewijzing_nummer}"
