"""Our spans as those of OpenTelemetry's SDK. Imported only when a collector is named.

Nothing of its own context is used: parent and links are passed in, and which span is at hand is ours to know. An
exception never reaches a span, since its text can quote a message; its name does.
"""

import os
import uuid
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import Sampler, SamplingResult
from opentelemetry.trace import Link, NonRecordingSpan, SpanKind, Status, StatusCode, TraceFlags, Tracer
from opentelemetry.trace import Span as SdkSpan
from opentelemetry.util.types import Attributes

from services.platform.tracing.spans import Kind, Span, Value
from services.platform.tracing.traceparent import SpanContext

_KINDS: Final = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.CONSUMER: SpanKind.CONSUMER,
    Kind.INTERNAL: SpanKind.INTERNAL,
}
_NOWHERE: Final = Context()


class SdkRecorder:
    """Gives spans of the SDK, all to one processor. Each service is a resource of its own, also within one process."""

    def __init__(self, processor: SpanProcessor, sampler: Sampler | None = None) -> None:
        self._processor = processor
        self._sampler = sampler
        self._instance = str(uuid.uuid4())
        self._tracers: dict[str, Tracer] = {}

    def start(
        self,
        service: str,
        name: str,
        kind: Kind,
        parent: SpanContext | None,
        links: Sequence[SpanContext],
        attributes: Mapping[str, Value],
    ) -> Span:
        """A span that began now: recorded, or only ids when the sampler does not want it."""
        tracer = self._tracers.get(service) or self._make_tracer(service)
        span = tracer.start_span(
            name,
            _context_of(parent) if parent else _NOWHERE,
            _KINDS[kind],
            dict(attributes),
            [Link(_sdk_context(link)) for link in links],
        )
        return _Recorded(span) if span.is_recording() else Span(_own_context(span))

    def _make_tracer(self, service: str) -> Tracer:
        resource = Resource.create(
            {
                "service.name": f"happyflow-{service}",
                "service.namespace": "happyflow",
                "service.version": _version(),
                "service.instance.id": self._instance,
            }
        )
        provider = TracerProvider(self._sampler, resource, shutdown_on_exit=False, id_generator=_Ids())
        # As the environment says, or always: whatever the sampler is by then.
        provider.sampler = _ByMembers(provider.sampler)
        provider.add_span_processor(self._processor)
        tracer = self._tracers[service] = provider.get_tracer("happyflow")
        return tracer


class _Recorded(Span):
    __slots__ = ("_span",)

    recorded = True

    def __init__(self, span: SdkSpan) -> None:
        super().__init__(_own_context(span))
        self._span = span

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, key: str, value: Value) -> None:
        self._span.set_attribute(key, value)

    def fail(self, error: str) -> None:
        self._span.set_attribute("error.type", error)
        self._span.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        self._span.end()


class _Ids(IdGenerator):
    """From the system: nobody's seed makes two processes give out the same ids."""

    def generate_trace_id(self) -> int:
        return int.from_bytes(os.urandom(16)) or self.generate_trace_id()

    def generate_span_id(self) -> int:
        return int.from_bytes(os.urandom(8)) or self.generate_span_id()


class _ByMembers(Sampler):
    """A batch of several traces is what the first of them is that is recorded: who follows that one finds the batch."""

    def __init__(self, inner: Sampler) -> None:
        self._inner = inner

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: trace.TraceState | None = None,
    ) -> SamplingResult:
        """As the sampler of the environment would for that member, or for a work of its own without members."""
        if links and not trace.get_current_span(parent_context).get_span_context().is_valid:
            first = next((link.context for link in links if link.context.trace_flags.sampled), links[0].context)
            parent_context = trace.set_span_in_context(NonRecordingSpan(first), Context())
        return self._inner.should_sample(parent_context, trace_id, name, kind, attributes, links)

    def get_description(self) -> str:
        """For people."""
        return f"ByMembers{{{self._inner.get_description()}}}"


def _version() -> str:
    try:
        return version("happyflow")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "onbekend"


def _sdk_context(context: SpanContext) -> trace.SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED if context.sampled else TraceFlags.DEFAULT)
    return trace.SpanContext(int(context.trace_id, 16), int(context.span_id, 16), is_remote=True, trace_flags=flags)


def _context_of(parent: SpanContext) -> Context:
    return trace.set_span_in_context(NonRecordingSpan(_sdk_context(parent)), _NOWHERE)


def _own_context(span: SdkSpan) -> SpanContext:
    context = span.get_span_context()
    return SpanContext(
        trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id), context.trace_flags.sampled
    )
