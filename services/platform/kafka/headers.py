"""An event as a record of Kafka: CloudEvents binary mode, its JSON as the value, everything else as headers.

Two attributes are ours: ``positie`` is the event's place in the producer's outbox, ``vorigepositie`` that of the
event before it in the same partition. From the first a consumer knows what it has handled, from the second
that it missed nothing. ``traceparent`` is of CloudEvents' distributed tracing extension; what is wrong with that one
spoils no event.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.platform.events import Event, Topic, headers_of
from services.platform.events.envelope import SPEC_VERSION
from services.platform.posities import BEGIN, Position
from services.platform.tracing.traceparent import checked

Headers = list[tuple[str, bytes]]


_MAX_NUMBER = 2**63 - 1
"""Of what a database keeps."""


class UnreadableRecordError(ValueError):
    """A record that is no event of ours; the text says what is wrong with it and quotes nothing."""


class Received(msgspec.Struct, frozen=True):
    """An event from Kafka, and the place of the one before it in its partition."""

    event: Event
    previous: Position


def record_headers(event: Event, previous: Position) -> Headers:
    """The headers of the event's record."""
    return [
        *headers_of(event),
        ("ce_positie", _text_of(event.position)),
        ("ce_vorigepositie", _text_of(previous)),
    ]


def received(
    topic: Topic,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes]],
) -> Received:
    """The event of a record.

    Raises ``UnreadableRecordError`` when it is not one of ours.
    """
    found = dict(headers)
    if key is None or value is None:
        raise UnreadableRecordError("a record without key or value")
    try:
        if found["ce_specversion"].decode() != SPEC_VERSION:
            raise UnreadableRecordError("another version of CloudEvents")
        position, previous = _position_of(found["ce_positie"]), _position_of(found["ce_vorigepositie"])
        event = Event(
            id=UUID(found["ce_id"].decode()),
            type=found["ce_type"].decode(),
            source=found["ce_source"].decode(),
            time=datetime.fromisoformat(found["ce_time"].decode()),
            topic=topic.name,
            partition=partition,
            key=key.decode(),
            data=value,
            producer=topic.producer,
            xid=position[0],
            volgnummer=position[1],
            offset=offset,
            traceparent=checked(found.get("ce_traceparent", b"").decode("ascii", "replace")),
        )
    except KeyError as error:
        raise UnreadableRecordError(f"the header {error.args[0]} is missing") from error
    except UnreadableRecordError:
        raise
    except ValueError as error:
        raise UnreadableRecordError("a header or the key is not readable") from error
    if not BEGIN <= previous < position or max(position) > _MAX_NUMBER or event.time.tzinfo is None:
        raise UnreadableRecordError("its positions or its time cannot be")
    if "\x00" in event.key or "\x00" in event.type:
        raise UnreadableRecordError("a zero byte is in its key or its type")
    return Received(event, previous)


def _text_of(position: Position) -> bytes:
    return b"%d-%d" % position


def _position_of(text: bytes) -> Position:
    xid, _, volgnummer = text.decode("ascii").partition("-")
    if not (xid.isdecimal() and volgnummer.isdecimal()):
        raise UnreadableRecordError("a position is not readable")
    return int(xid), int(volgnummer)
