"""The span of the work at hand, and whoever records spans when somebody does.

This knows nothing of OpenTelemetry's libraries: they are loaded when a collector is named (``export``), and the work
costs two ids and a context variable when none is.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Protocol, TypeAlias

from services.platform.tracing.traceparent import SpanContext

Value: TypeAlias = str | int | bool
"""Of an attribute: bounded, and never anything of a message."""


class Kind(Enum):
    """What sort of work, in OpenTelemetry's words."""

    SERVER = "server"
    CONSUMER = "consumer"
    INTERNAL = "internal"


class Span:
    """A piece of work with its place in a trace. This one records nothing: all it has is its ids."""

    __slots__ = ("context", "onward")

    recorded = False

    def __init__(self, context: SpanContext) -> None:
        self.context = context
        self.onward: Mapping[str, str] | None = None
        """Of work on events of several traces: what an event that follows from one of them carries, by what that one
        carried. None: all that follows carries this span."""

    def rename(self, name: str) -> None:
        """Once more is known than when it began."""

    def note(self, key: str, value: Value) -> None:
        """Say something about the work."""

    def fail(self, error: str) -> None:
        """It went wrong; the name of the error, never its text."""

    def end(self) -> None:
        """The work is done."""


class Recorder(Protocol):
    """What records spans."""

    def start(
        self,
        service: str,
        name: str,
        kind: Kind,
        parent: SpanContext | None,
        links: Sequence[SpanContext],
        attributes: Mapping[str, Value],
    ) -> Span:
        """A span that began now."""


_current: ContextVar[Span | None] = ContextVar("span", default=None)
_recorders: list[Recorder] = []
"""The last one counts."""


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Let ``recorder`` have the spans of this process that begin from here on."""
    _recorders.append(recorder)
    try:
        yield
    finally:
        _recorders.remove(recorder)


def begin(
    service: str,
    name: str,
    kind: Kind = Kind.INTERNAL,
    parent: SpanContext | None = None,
    links: Sequence[SpanContext] = (),
    attributes: Mapping[str, Value] | None = None,
    *,
    record: bool = True,
) -> Span:
    """A span that begins now, in the trace of ``parent`` or in one of its own; ``end`` it.

    Not recorded, a trace that begins here says so to whoever goes on with it; one that began elsewhere stays what it
    was, since others may record it.
    """
    if record and _recorders:
        return _recorders[-1].start(service, name, kind, parent, links, attributes or {})
    if parent is None:
        ids = os.urandom(24).hex()
        return Span(SpanContext(ids[:32], ids[32:], sampled=False))
    return Span(SpanContext(parent.trace_id, os.urandom(8).hex(), parent.sampled))


def current() -> Span | None:
    """The span of the work at hand, in this task."""
    return _current.get()


@contextmanager
def during(span: Span) -> Iterator[Span]:
    """The work at hand, until it ends; what it raises is a failure of it."""
    token = _current.set(span)
    try:
        yield span
    except BaseException as error:
        span.fail(type(error).__name__)
        raise
    finally:
        _current.reset(token)
        span.end()


def note(key: str, value: Value) -> None:
    """Say something about the work at hand, when there is any: a count, a kind, never anything of a message."""
    span = _current.get()
    if span is not None:
        span.note(key, value)


def traceparent_for(cause: str | None = None) -> str | None:
    """What an event carries that is made now; ``cause`` is what the event carried that it follows from, when known."""
    span = _current.get()
    if span is None:
        return None
    if cause is None or span.onward is None:
        return span.context.traceparent
    return span.onward.get(cause, cause)
