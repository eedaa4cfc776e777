"""An event becomes a record of Kafka and comes back the same; anything else is refused without being quoted."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.events import MAX_EVENT_BYTES, TOPICS, Event
from services.platform.kafka.headers import UnreadableRecordError, received, record_headers

TOPIC = TOPICS["beoordelingen"]

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

positions = st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
pairs = st.tuples(positions, positions).filter(lambda pair: pair[0] != pair[1]).map(sorted)


def event(**changes: object) -> Event:
    fields: dict[str, object] = {
        "id": UUID(int=7),
        "type": "nl.happyflow.declaratie.beoordeeld.v1",
        "source": "urn:nld:oin:00000000000000000000:systeem:happyflow-matching",
        "time": datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC),
        "topic": TOPIC.name,
        "partition": 3,
        "key": "0193:1",
        "data": b"{}",
        "producer": "matching",
        "xid": 12,
        "volgnummer": 34,
    }
    return Event(**{**fields, **changes})  # type: ignore[arg-type]


@given(
    pairs,
    st.uuids(),
    # As an outbox can hold it.
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=50),
    st.binary(max_size=MAX_EVENT_BYTES),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])),
    st.integers(0, 11),
    st.integers(0, 2**63 - 1),
    st.none() | st.just(TRACEPARENT),
)
def test_an_event_comes_back_as_it_was(
    pair: list[tuple[int, int]],
    identity: UUID,
    key: str,
    data: bytes,
    moment: datetime,
    partition: int,
    offset: int,
    traceparent: str | None,
) -> None:
    previous, (xid, volgnummer) = pair
    sent = event(
        id=identity, key=key, data=data, time=moment, partition=partition, xid=xid, volgnummer=volgnummer,
        offset=offset, traceparent=traceparent,
    )  # fmt: skip
    back = received(TOPIC, partition, offset, key.encode(), data, record_headers(sent, previous))
    assert back.event == sent
    assert back.previous == previous


def test_the_headers_are_cloudevents_in_binary_mode() -> None:
    assert record_headers(event(), (12, 30)) == [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"00000000-0000-0000-0000-000000000007"),
        ("ce_type", b"nl.happyflow.declaratie.beoordeeld.v1"),
        ("ce_source", b"urn:nld:oin:00000000000000000000:systeem:happyflow-matching"),
        ("ce_time", b"2026-05-06T07:08:09.123456Z"),
        ("content-type", b"application/json"),
        ("ce_positie", b"12-34"),
        ("ce_vorigepositie", b"12-30"),
    ]


def test_the_trace_is_an_attribute_of_cloudevents_when_there_is_one() -> None:
    headers = record_headers(event(traceparent=TRACEPARENT), (12, 30))
    assert ("ce_traceparent", TRACEPARENT.encode()) in headers
    assert [header for header in headers if header[0] != "ce_traceparent"] == record_headers(event(), (12, 30))


@pytest.mark.parametrize("said", [b"", b"x", b"\xff", TRACEPARENT.encode() + b"-x", b"00-" + b"0" * 32 + b"-x-01"])
def test_a_trace_that_cannot_be_spoils_no_event(said: bytes) -> None:
    found = received(TOPIC, 3, 0, b"k", b"{}", [*GOOD.items(), ("ce_traceparent", said)])
    assert (found.event.traceparent, found.event.position) == (None, (12, 34))


GOOD = dict(record_headers(event(), (12, 30)))


@pytest.mark.parametrize("missing", sorted(set(GOOD) - {"content-type"}))
def test_a_record_without_one_of_the_headers_is_refused(missing: str) -> None:
    headers = [(name, value) for name, value in GOOD.items() if name != missing]
    with pytest.raises(UnreadableRecordError, match=missing):
        received(TOPIC, 3, 0, b"k", b"{}", headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_id", b"seven"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-05-06T07:08:09"),
        ("ce_positie", b"12"),
        ("ce_positie", b"-1-3"),
        ("ce_positie", b"12-30"),
        ("ce_positie", b"1-1"),
        ("ce_vorigepositie", b"12-34"),
        ("ce_vorigepositie", "\u0661-\u0662".encode()),
        ("ce_type", b"\xff"),
        ("ce_type", b"a\x00b"),
        ("ce_positie", b"12-9223372036854775808"),
        ("ce_positie", b"9223372036854775808-1"),
    ],
)
def test_a_header_that_cannot_be_is_refused_and_not_quoted(name: str, value: bytes) -> None:
    with pytest.raises(UnreadableRecordError) as refused:
        received(TOPIC, 3, 0, b"k", b"{}", [*{**GOOD, name: value}.items()])
    assert value.decode(errors="replace") not in str(refused.value)


def test_a_record_without_key_or_value_is_refused() -> None:
    for key, value in ((None, b"{}"), (b"k", None), (b"\xff", b"{}"), (b"a\x00b", b"{}")):
        with pytest.raises(UnreadableRecordError):
            received(TOPIC, 3, 0, key, value, [*GOOD.items()])


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=40)), max_size=10), st.binary(), st.binary())
def test_whatever_comes_it_is_an_event_or_unreadable(
    headers: list[tuple[str, bytes]], key: bytes, value: bytes
) -> None:
    for given_headers in (headers, [*GOOD.items(), *headers]):
        try:
            assert received(TOPIC, 3, 0, key, value, given_headers).event.position == (12, 34)
        except UnreadableRecordError:
            assert given_headers is headers or not _is_text(key)


def _is_text(key: bytes) -> bool:
    try:
        return "\x00" not in key.decode()
    except UnicodeDecodeError:
        return False
