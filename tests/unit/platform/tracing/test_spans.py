"""The span at hand: always ids, recorded only when somebody records, never an error's text."""

import asyncio
import sys
from subprocess import run

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_OFF

from services.platform.tracing.spans import Kind, begin, current, during, note, traceparent_for
from services.platform.tracing.traceparent import SpanContext, parse
from tests.unit.platform.tracing.opnemer import attributes, failed, links, opname, own, parent, service_of

ELSEWHERE = SpanContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", sampled=True)


def test_without_a_recorder_there_are_ids_and_nothing_else() -> None:
    first, second = begin("matching", "x"), begin("matching", "x")
    assert parse(first.context.traceparent) == first.context
    assert (first.context.sampled, first.recorded) == (False, False)
    assert first.context.trace_id != second.context.trace_id
    for span in (first, second):
        span.note("a", 1)
        span.rename("y")
        span.fail("E")
        span.end()


@pytest.mark.parametrize("sampled", [True, False])
def test_a_trace_from_elsewhere_goes_on_and_stays_what_it_was(sampled: bool) -> None:
    outer = ELSEWHERE._replace(sampled=sampled)
    inner = begin("matching", "x", parent=outer).context
    assert (inner.trace_id, inner.sampled) == (outer.trace_id, sampled)
    assert inner.span_id != outer.span_id


def test_the_work_at_hand_is_known_until_it_ends() -> None:
    assert current() is None
    assert traceparent_for() is None
    note("a", 1)
    with during(begin("matching", "buiten")) as outer:
        with during(begin("matching", "binnen")) as inner:
            assert current() is inner
            assert traceparent_for() == inner.context.traceparent
        assert current() is outer
    assert current() is None


async def test_work_side_by_side_does_not_mix() -> None:
    async def work() -> tuple[str, str]:
        with during(begin("matching", "x")) as span:
            await asyncio.sleep(0)
            return span.context.trace_id, (traceparent_for() or "")[3:35]

    found = await asyncio.gather(*(work() for _ in range(20)))
    assert all(mine == seen for mine, seen in found)
    assert len({mine for mine, _ in found}) == 20


def test_a_recorded_span_says_whose_it_is_and_what_it_was() -> None:
    with opname() as kept, during(begin("ledger", "oud", Kind.CONSUMER, ELSEWHERE, [ELSEWHERE], {"n": 3})) as span:
        note("m", 4)
        span.rename("nieuw")
    recorded = kept.only("nieuw")
    assert (service_of(recorded), own(recorded), parent(recorded)) == ("ledger", span.context, ELSEWHERE)
    assert links(recorded) == [ELSEWHERE]
    assert attributes(recorded) == {"n": 3, "m": 4}
    assert not failed(recorded)


@pytest.mark.parametrize("error", [ValueError("999900006"), asyncio.CancelledError("999900006")])
def test_what_goes_wrong_is_named_and_not_quoted(error: BaseException) -> None:
    with opname() as kept, pytest.raises(type(error)), during(begin("ledger", "x")):
        raise error
    recorded = kept.only("x")
    assert failed(recorded)
    assert attributes(recorded) == {"error.type": type(error).__name__}
    assert "999900006" not in recorded.to_json()
    assert current() is None


def test_who_does_not_want_a_trace_recorded_is_obeyed() -> None:
    with opname() as kept:
        with during(begin("ledger", "x", parent=ELSEWHERE._replace(sampled=False))) as unwanted:
            note("a", 1)
        assert (unwanted.recorded, unwanted.context.sampled) == (False, False)
        assert unwanted.context.trace_id == ELSEWHERE.trace_id
    assert kept.spans == ()


def test_the_sampler_decides_where_a_trace_begins_and_follows_the_sender_elsewhere() -> None:
    with opname(DEFAULT_OFF) as kept:
        begin("ledger", "begonnen").end()
        begin("ledger", "gevolgd", parent=ELSEWHERE).end()
    assert [span.name for span in kept.spans] == ["gevolgd"]


@pytest.mark.parametrize(("sampled", "names"), [([False, True], ["x"]), ([False, False], []), ([], ["x"])])
def test_a_work_of_several_traces_is_recorded_when_one_of_them_is(sampled: list[bool], names: list[str]) -> None:
    members = [SpanContext(f"{n + 1:x}" * 32, "a" * 16, wanted) for n, wanted in enumerate(sampled)]
    with opname() as kept:
        begin("ledger", "x", links=members).end()
    assert [span.name for span in kept.spans] == names
    with opname(ALWAYS_OFF) as kept:
        begin("ledger", "x", links=members).end()
    assert kept.spans == ()


def test_ids_do_not_follow_a_seed() -> None:
    import random

    with opname():
        random.seed(1)
        one = begin("ledger", "x").context
        random.seed(1)
        assert begin("ledger", "x").context.trace_id != one.trace_id


def test_workers_and_commands_load_no_sdk() -> None:
    """What a worker process imports, and what a command does before it is known whether traces are exported."""
    program = (
        "import sys, services.platform.berichten.intake, services.platform.logs, services.platform.runtime;"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    result = run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
