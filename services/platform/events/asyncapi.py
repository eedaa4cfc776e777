"""The events as one AsyncAPI document: topics, who sends and who receives, headers and payloads.

Made from the table of topics and the event types, so that it cannot say anything else than the code does.
"""

from typing import Any, Final

import yaml

from services.platform.events.envelope import CONTENT_TYPE, MAX_EVENT_BYTES, SPEC_VERSION
from services.platform.events.topics import KAFKA_TOPICS, TOPICS, AnyTopic, DeadLetterTopic, Topic

FILE: Final = "asyncapi.yaml"

_DEAD_LETTER: Final = "DodeLetter"

_BINDING: Final = "0.5.0"
"""Version of AsyncAPI's own Kafka bindings."""

_ABOUT: Final = (
    "What the services of Happyflow tell each other and anybody who listens. Every message is a CloudEvent 1.0 after"
    " the NL GOV profile, in Kafka's binary content mode: attributes in headers, JSON in the value, at most"
    f" {MAX_EVENT_BYTES} bytes. A message may come more than once; what has one key keeps its order. No BSN, name or"
    " address is in a message, a key or a header: the client is a pseudonym."
)


def document() -> dict[str, Any]:
    """The whole of it."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:nl:happyflow:events:v1",
        "info": {
            "title": "Happyflow events",
            "version": "1.0.0",
            "description": _ABOUT,
            "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/en/"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in KAFKA_TOPICS.values()},
        "operations": {
            name: operation for topic in KAFKA_TOPICS.values() for name, operation in _operations(topic).items()
        },
        "components": {
            "messages": {
                **{topic.event.__name__: _message(topic) for topic in TOPICS.values()},
                _DEAD_LETTER: _dead_letter(),
            },
            "messageTraits": {"cloudEvent": {"headers": _headers(), "contentType": CONTENT_TYPE}},
        },
    }


def text() -> str:
    """As it stands in the file."""
    return yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)


def _summary(topic: Topic) -> str:
    return (topic.event.__doc__ or "").splitlines()[0]


def _channel(topic: AnyTopic) -> dict[str, Any]:
    message = _message_name(topic)
    return {
        "address": topic.name,
        "description": _about(topic),
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "bindingVersion": _BINDING}},
    }


def _message_name(topic: AnyTopic) -> str:
    return _DEAD_LETTER if isinstance(topic, DeadLetterTopic) else topic.event.__name__


def _about(topic: AnyTopic) -> str:
    if isinstance(topic, DeadLetterTopic):
        return f"What {topic.producer} could not handle, once more each time it fails again. Nobody here reads it."
    return f"{_summary(topic)} The key is the {topic.key}; the order within a partition is kept."


def _operations(topic: AnyTopic) -> dict[str, Any]:
    """One for the service that sends, one for each that receives."""
    parties = [(topic.producer, "send"), *((consumer, "receive") for consumer in topic.consumers)]
    return {
        f"{service}.{action}.{topic.name}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{topic.name}"},
            "messages": [{"$ref": f"#/channels/{topic.name}/messages/{_message_name(topic)}"}],
            "tags": [{"name": service}],
        }
        for service, action in parties
    }


def _message(topic: Topic) -> dict[str, Any]:
    kind = topic.event.type_name
    key = {"type": "string", "description": topic.key}
    return {
        "name": kind,
        "title": topic.event.__name__,
        "summary": _summary(topic),
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "headers": {
            "type": "object",
            "properties": {
                "ce_type": {"type": "string", "const": kind},
                "ce_source": {
                    "type": "string",
                    "pattern": rf"^urn:nld:oin:\d{{20}}:systeem:happyflow-{topic.producer}$",
                },
            },
        },
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{kind}.json"},
        },
        "bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}},
    }


def _dead_letter() -> dict[str, Any]:
    """What ``kafka.dlq`` sends: what came, with headers beside its own."""
    text = {"type": "string"}
    said = {
        "dlq_id": text | {"format": "uuid", "description": "the same when the same message comes twice"},
        "dlq_service": text | {"description": "who could not handle it"},
        "dlq_number": text | {"pattern": r"^\d+$", "description": "by which people name it there"},
        "dlq_reason": text | {"description": "type of the error, or what is wrong with a record that is no event"},
        "dlq_message": text | {"description": "text of the error, without what it quotes"},
        "dlq_stack": text | {"description": "places in the program, innermost last, without values"},
        "dlq_topic": text | {"description": "where it came from, without prefix"},
        "dlq_partition": text | {"pattern": r"^\d+$"},
        "dlq_position": text | {"pattern": r"^\d+-\d+$", "description": "in the outbox of who sent it"},
        "dlq_offset": text | {"pattern": r"^\d+$", "description": "in Kafka, when it was read from there"},
        "dlq_key": text,
        "dlq_tries": text | {"pattern": r"^\d+$"},
        "dlq_first": text | {"format": "date-time", "description": "when it first failed"},
        "dlq_last": text | {"format": "date-time", "description": "when it failed this time"},
        "dlq_size": text | {"pattern": r"^\d+$", "description": "bytes as they came, when not all of them are here"},
    }
    required = ["dlq_id", "dlq_service", "dlq_number", "dlq_reason", "dlq_topic", "dlq_partition", "dlq_tries"]
    return {
        "name": "dode-letter",
        "title": _DEAD_LETTER,
        "summary": "An event or a record as it came, key and headers too, and why it was set aside.",
        "headers": {"type": "object", "required": [*required, "dlq_first", "dlq_last"], "properties": said},
        "payload": {"description": "the bytes as they came, mostly the JSON of an event"},
    }


def _headers() -> dict[str, Any]:
    """What ``envelope.headers_of`` sends with every event, and what ``kafka.headers`` adds to it."""
    attributes = {
        "ce_specversion": {"type": "string", "const": SPEC_VERSION},
        "ce_id": {"type": "string", "format": "uuid", "description": "unique within ce_source"},
        "ce_type": {"type": "string", "description": "reverse DNS, with the version at the end"},
        "ce_source": {"type": "string", "format": "uri", "description": "URN with the OIN and the service"},
        "ce_time": {"type": "string", "format": "date-time", "description": "moment of recording, UTC"},
        "content-type": {"type": "string", "const": CONTENT_TYPE},
    }
    place = {"type": "string", "pattern": r"^\d+-\d+$"}
    trace = (
        "W3C Trace Context: the work that led to the event; absent when nobody said, ignored when it is not readable"
    )
    added = {
        "ce_positie": place | {"description": "place in the sender's outbox: transaction and number; it only grows"},
        "ce_vorigepositie": place | {"description": "the place of the message before it in the same partition"},
        "ce_traceparent": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", "description": trace},
    }
    return {"type": "object", "required": list(attributes), "properties": attributes | added}
