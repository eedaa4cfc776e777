"""The span of a batch: of one trace it goes on with it, of several it is one of its own that is linked to them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.platform.events import Event
from services.platform.tracing.delivery import MAX_LINKS, Delivery
from services.platform.tracing.spans import current, traceparent_for
from services.platform.tracing.traceparent import SpanContext
from tests.unit.platform.tracing.opnemer import attributes, failed, links, opname, own, parent, service_of


def origin(number: int, *, span: int = 1, sampled: bool = True) -> SpanContext:
    return SpanContext(f"{number + 0xABC:032x}"[::-1], f"{span + 0xABC:016x}"[::-1], sampled)


def event(origin: SpanContext | str | None, offset: int | None = None) -> Event:
    return Event(
        id=UUID(int=7),
        type="nl.happyflow.declaratie.beoordeeld.v1",
        source="urn:x",
        time=datetime(2026, 5, 6, tzinfo=UTC),
        topic="beoordelingen",
        partition=3,
        key="999900006",
        data=b"999900006",
        producer="matching",
        xid=1,
        volgnummer=1,
        offset=offset,
        traceparent=origin.traceparent if isinstance(origin, SpanContext) else origin,
    )


def deliver(origins: Sequence[SpanContext | str | None]) -> Delivery:
    return Delivery("invoice", "beoordelingen", [event(origin) for origin in origins])


def test_a_batch_of_one_trace_goes_on_with_it() -> None:
    cause = origin(1)
    with opname() as kept, deliver([cause, cause, cause]) as span:
        assert current() is span
        assert traceparent_for() == span.context.traceparent
        assert traceparent_for(cause.traceparent) == span.context.traceparent
    recorded = kept.only("process beoordelingen")
    assert (service_of(recorded), parent(recorded), links(recorded)) == ("invoice", cause, [])
    assert attributes(recorded) == {
        "messaging.system": "happyflow_outbox",
        "messaging.operation.type": "process",
        "messaging.destination.name": "beoordelingen",
        "messaging.batch.message_count": 3,
    }
    assert len(kept.spans) == 1


def test_several_pieces_of_work_of_one_trace_are_linked() -> None:
    first, second = origin(1, span=1), origin(1, span=2)
    with opname() as kept, deliver([first, second, first]):
        pass
    recorded = kept.only("process beoordelingen")
    assert (parent(recorded), links(recorded)) == (first, [second])


def test_a_batch_of_several_traces_is_its_own_and_each_gets_its_share() -> None:
    one, two = origin(1), origin(2)
    with opname() as kept, deliver([one, two, one]) as span:
        assert current() is span
        onward = {cause: traceparent_for(cause.traceparent) for cause in (one, two)}
        assert traceparent_for() == span.context.traceparent
    batch = kept.only("batch beoordelingen")
    assert (own(batch), parent(batch), links(batch)) == (span.context, None, [one, two])
    assert attributes(batch)["messaging.batch.message_count"] == 3
    assert attributes(batch)["happyflow.traces"] == 2
    shares = {parent(share): share for share in kept.named("process beoordelingen")}
    assert set(shares) == {one, two}
    for cause, count in ((one, 2), (two, 1)):
        assert own(shares[cause]).traceparent == onward[cause]
        assert own(shares[cause]).trace_id == cause.trace_id
        assert links(shares[cause]) == [span.context]
        assert attributes(shares[cause])["messaging.batch.message_count"] == count


@pytest.mark.parametrize("record", [True, False])
def test_what_nobody_said_or_nobody_can_read_begins_a_trace(record: bool) -> None:
    known = origin(1, sampled=record)
    with opname() as kept:
        with deliver([None, None]) as span:
            assert traceparent_for() == span.context.traceparent
        assert kept.only("batch beoordelingen").parent is None
        kept.clear()
        with deliver(["onleesbaar"]) as span:
            assert traceparent_for("onleesbaar") == "onleesbaar"
        kept.clear()
        with deliver([None, known]) as span:
            assert span.context.trace_id != known.trace_id
            assert (traceparent_for(known.traceparent) or "")[3:35] == known.trace_id
        assert len(kept.spans) == (2 if record else 0)


def test_many_traces_are_linked_up_to_a_bound_and_the_rest_goes_on_as_it_came() -> None:
    origins = [origin(number) for number in range(MAX_LINKS + 10)]
    with opname() as kept, deliver(origins):
        onward = [traceparent_for(cause.traceparent) for cause in origins]
    batch = kept.only("batch beoordelingen")
    assert links(batch) == origins[:MAX_LINKS]
    assert attributes(batch)["happyflow.traces"] == MAX_LINKS + 10
    assert len(kept.named("process beoordelingen")) == MAX_LINKS
    assert onward[MAX_LINKS:] == [cause.traceparent for cause in origins[MAX_LINKS:]]
    assert len(set(onward)) == len(origins)


def test_only_traces_that_are_recorded_get_a_share() -> None:
    wanted, unwanted = origin(1), origin(2, sampled=False)
    with opname() as kept, deliver([unwanted, wanted]):
        assert traceparent_for(unwanted.traceparent) == unwanted.traceparent
    assert [parent(span) for span in kept.named("process beoordelingen")] == [wanted]


def test_without_a_recorder_what_follows_stays_in_its_trace() -> None:
    one, two = origin(1), origin(2)
    with deliver([one]) as span:
        assert span.context.trace_id == one.trace_id
        assert traceparent_for(one.traceparent) == span.context.traceparent
    with deliver([one, two]) as span:
        assert span.context.trace_id not in {one.trace_id, two.trace_id}
        assert traceparent_for(one.traceparent) == one.traceparent


def test_a_failure_is_one_of_every_share_and_quotes_nothing() -> None:
    with opname() as kept, pytest.raises(ValueError, match="999900006"), deliver([origin(1), origin(2)]):
        raise ValueError("999900006")
    assert len(kept.spans) == 3
    assert all(failed(span) for span in kept.spans)
    assert all(attributes(span)["error.type"] == "ValueError" for span in kept.spans)
    assert not any("999900006" in span.to_json() for span in kept.spans)
    assert current() is None


def test_a_batch_from_kafka_says_so() -> None:
    with opname() as kept, Delivery("invoice", "beoordelingen", [event(None, offset=0)]):
        pass
    assert attributes(kept.spans[0])["messaging.system"] == "kafka"
