"""The events as one AsyncAPI document: topics, who sends and who receives, headers and payloads.

Made from the table of topics and the event types, so that it cannot say anything else than the code does.
"""

from typing import Any, Final

import yaml

from services.platform.events.envelope import CONTENT_TYPE, MAX_EVENT_BYTES, SPEC_VERSION
from services.platform.events.topics import TOPICS, Topic

FILE: Final = "asyncapi.yaml"

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
        "channels": {topic.name: _channel(topic) for topic in TOPICS.values()},
        "operations": {name: operation for topic in TOPICS.values() for name, operation in _operations(topic).items()},
        "components": {
            "messages": {topic.event.__name__: _message(topic) for topic in TOPICS.values()},
            "messageTraits": {"cloudEvent": {"headers": _headers(), "contentType": CONTENT_TYPE}},
        },
    }


def text() -> str:
    """As it stands in the file."""
    return yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)


def _summary(topic: Topic) -> str:
    return (topic.event.__doc__ or "").splitlines()[0]


def _channel(topic: Topic) -> dict[str, Any]:
    message = topic.event.__name__
    return {
        "address": topic.name,
        "description": f"{_summary(topic)} The key is the {topic.key}; the order within a partition is kept.",
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "bindingVersion": _BINDING}},
    }


def _operations(topic: Topic) -> dict[str, Any]:
    """One for the service that sends, one for each that receives."""
    parties = [(topic.producer, "send"), *((consumer, "receive") for consumer in topic.consumers)]
    return {
        f"{service}.{action}.{topic.name}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{topic.name}"},
            "messages": [{"$ref": f"#/channels/{topic.name}/messages/{topic.event.__name__}"}],
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
