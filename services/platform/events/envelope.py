"""CloudEvents 1.0 (NL GOV profile) as a frozen value; the data is JSON of one of the event types."""

from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

CONTENT_TYPE = "application/json"

SPEC_VERSION = "1.0"
"""Of CloudEvents."""

MAX_EVENT_BYTES = 64 * 1024
"""Upper bound of an event's JSON; producers cut larger batches into parts."""


class EventData(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Base of all event payloads; ``type_name`` is the CloudEvents ``type``."""

    type_name: ClassVar[str] = ""
    topic: ClassVar[str] = ""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event as a consumer sees it.

    ``xid`` and ``volgnummer`` are its place in the producer's outbox: within one producer and
    partition they only ever grow, which is how a consumer recognises what it has already handled.
    """

    id: UUID
    type: str
    source: str
    time: datetime
    topic: str
    partition: int
    key: str
    data: bytes
    producer: str
    xid: int
    volgnummer: int
    offset: int | None = None
    """Where it stands in its partition in Kafka; None when it was read from the outbox itself."""
    traceparent: str | None = None
    """The work that led to it, as CloudEvents' distributed tracing extension says it; None when nobody said."""

    @property
    def position(self) -> tuple[int, int]:
        """Order within the producer's outbox."""
        return (self.xid, self.volgnummer)


def source_of(oin: str, producer: str) -> str:
    """The CloudEvents ``source`` of a service, as a URN with the organisation's OIN."""
    return f"urn:nld:oin:{oin}:systeem:happyflow-{producer}"


def headers_of(event: Event) -> list[tuple[str, bytes]]:
    """The headers of an event in Kafka's binary content mode; the key and the data go beside them."""
    headers = [
        ("ce_specversion", SPEC_VERSION.encode()),
        ("ce_id", str(event.id).encode()),
        ("ce_type", event.type.encode()),
        ("ce_source", event.source.encode()),
        ("ce_time", event.time.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()),
        ("content-type", CONTENT_TYPE.encode()),
    ]
    if event.traceparent is not None:
        headers.append(("ce_traceparent", event.traceparent.encode()))
    return headers


def event_type_of(payload: EventData | type[EventData]) -> str:
    """The CloudEvents ``type``, for example ``nl.happyflow.declaratie.beantwoord.v1``."""
    return payload.type_name


_ENCODER = msgspec.json.Encoder()


def encode(payload: EventData) -> bytes:
    """The event's data as UTF-8 JSON."""
    return _ENCODER.encode(payload)


_DECODERS: dict[type[Any], msgspec.json.Decoder[Any]] = {}


Payload = TypeVar("Payload", bound=EventData)


def decode(event: Event, kind: type[Payload]) -> Payload:
    """The payload of ``event``.

    Raises ``msgspec.ValidationError`` when the bytes do not fit the type: a poison message.
    """
    decoder = _DECODERS.get(kind)
    if decoder is None:
        decoder = _DECODERS[kind] = msgspec.json.Decoder(kind)
    payload: Payload = decoder.decode(event.data)
    return payload
