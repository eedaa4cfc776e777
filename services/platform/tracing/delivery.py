"""The span of a batch of events that is delivered to a handler.

Events of one trace: the span goes on with it. Events of several: the batch is a trace of its own, with links to what
led to its events, and each of those traces gets a span for its share, so that it can be followed without knowing
which batches it was in. Both are bounded; beyond the bound an event that follows carries what its cause carried.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Final

from services.platform.events import Event
from services.platform.tracing.spans import Kind, Span, Value, begin, during
from services.platform.tracing.traceparent import SpanContext, parse

MAX_LINKS: Final = 32

_TRACE_ID: Final = slice(3, 35)
"""Where it stands in a traceparent."""


class Delivery:
    """A context: ``events``, at least one, are dealt with by ``service``."""

    def __init__(self, service: str, topic: str, events: Sequence[Event]) -> None:
        self._service = service
        self._topic = topic
        self._system = "happyflow_outbox" if events[0].offset is None else "kafka"
        self._counts = Counter(event.traceparent for event in events)
        self._size = len(events)
        self._open = ExitStack()

    def __enter__(self) -> Span:
        with ExitStack() as opened:
            span = opened.enter_context(during(self._begin(opened)))
            self._open = opened.pop_all()
            return span

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, place)

    def _begin(self, opened: ExitStack) -> Span:
        unknown = self._counts.pop(None, 0)
        traces = {text[_TRACE_ID] for text in self._counts if text}
        causes: dict[str, SpanContext] = {}
        for text in self._counts:
            if len(causes) == MAX_LINKS:
                break
            if text and (context := parse(text)):
                causes[text] = context
        known = list(causes.values())
        if len(traces) == 1 and not unknown and known:
            return self._start("process", self._size, known[0], known[1:])
        batch = self._start("batch", self._size, None, known)
        batch.onward = {}
        if known:
            batch.note("happyflow.traces", len(traces))
        if batch.recorded:
            batch.onward = {
                text: self._share(opened, context, self._counts[text], batch)
                for text, context in causes.items()
                if context.sampled
            }
        return batch

    def _share(self, opened: ExitStack, cause: SpanContext, size: int, batch: Span) -> str:
        """A span in the trace of ``cause``, as long as the batch; its traceparent."""
        span = self._start("process", size, cause, [batch.context])
        opened.push(_ending(span))
        return span.context.traceparent

    def _start(self, what: str, size: int, parent: SpanContext | None, links: Sequence[SpanContext]) -> Span:
        attributes: dict[str, Value] = {
            "messaging.system": self._system,
            "messaging.operation.type": "process",
            "messaging.destination.name": self._topic,
            "messaging.batch.message_count": size,
        }
        return begin(self._service, f"{what} {self._topic}", Kind.CONSUMER, parent, links, attributes)


class _ending:  # noqa: N801 — used as the function it is
    """Ends a span with the work it stands for, without making it the one at hand."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def __call__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._span.fail(kind.__name__)
        self._span.end()
