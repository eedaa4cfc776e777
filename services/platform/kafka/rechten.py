"""The rights that each service needs in a Kafka with an authorizer, from the table of topics and nothing more."""

from typing import Final

import msgspec

from services.platform.events import KAFKA_TOPICS
from services.platform.kafka.topics import group_name, kafka_name
from services.platform.settings import Settings

TOPIC: Final = "topic"
GROUP: Final = "group"


class Right(msgspec.Struct, frozen=True):
    """One allowed operation, as ``kafka-acls`` calls them, on a topic or group of exactly this name."""

    resource: str
    name: str
    operation: str


def rights_of(settings: Settings, service: str) -> list[Right]:
    """What a service may: write its own topics and its dead letters, read those of others with its own group.

    Writing and reading bring describing with them. Making topics is among it only where the settings let us; partitions
    that are added to a topic of ours (``Alter``) too.
    """
    rights = []
    for topic in KAFKA_TOPICS.values():
        name = kafka_name(settings, topic.name)
        if topic.producer == service:
            rights.append(Right(TOPIC, name, "Write"))
            if settings.kafka_create_topics:
                rights += [Right(TOPIC, name, "Create"), Right(TOPIC, name, "Alter")]
        if service in topic.consumers:
            rights.append(Right(TOPIC, name, "Read"))
    if any(right.operation == "Read" for right in rights):
        rights.append(Right(GROUP, group_name(settings, service), "Read"))
    return rights


def command_of(right: Right, principal: str) -> str:
    """The words for Kafka's own ``kafka-acls``, without where the brokers are."""
    return (
        f"kafka-acls --add --allow-principal {principal} --operation {right.operation} --{right.resource} {right.name}"
    )
