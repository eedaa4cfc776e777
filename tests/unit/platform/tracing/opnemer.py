"""Spans kept in memory, as the SDK made them."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.trace import SpanContext as SdkContext
from opentelemetry.trace import StatusCode

from services.platform.tracing.recorder import SdkRecorder
from services.platform.tracing.spans import recording
from services.platform.tracing.traceparent import SpanContext


class Opname:
    """What was recorded so far: every span that ended, in that order."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.processor = SimpleSpanProcessor(self._exporter)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def named(self, name: str, service: str | None = None) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name and service in {None, service_of(span)}]

    def only(self, name: str, service: str | None = None) -> ReadableSpan:
        (span,) = self.named(name, service)
        return span

    def clear(self) -> None:
        self._exporter.clear()


@contextmanager
def opname(sampler: Sampler | None = None) -> Iterator[Opname]:
    """Record what begins inside."""
    kept = Opname()
    with recording(SdkRecorder(kept.processor, sampler)):
        yield kept


def service_of(span: ReadableSpan) -> str:
    return str((span.resource.attributes or {})["service.name"]).removeprefix("happyflow-")


def ids(context: SdkContext | None) -> SpanContext:
    assert context is not None
    return SpanContext(f"{context.trace_id:032x}", f"{context.span_id:016x}", context.trace_flags.sampled)


def own(span: ReadableSpan) -> SpanContext:
    return ids(span.context)


def parent(span: ReadableSpan) -> SpanContext | None:
    return ids(span.parent) if span.parent else None


def links(span: ReadableSpan) -> list[SpanContext]:
    return [ids(link.context) for link in span.links]


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def failed(span: ReadableSpan) -> bool:
    """Whether it says so; nothing but the name of an error may stand beside it."""
    assert not span.events
    assert span.status.description is None
    return span.status.status_code is StatusCode.ERROR
