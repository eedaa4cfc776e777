"""The span of a request, and of what one asks another service.

A small piece of our own instead of the instrumentation for ASGI that exists: that one writes the path, the query, the
caller's address and its headers into the span, and makes another for every part of a body and of an answer.
"""

from typing import Final

import httpx
from starlette.types import Scope

from services.platform.settings import SERVICES
from services.platform.tracing.spans import Kind, Span, begin, current
from services.platform.tracing.traceparent import SpanContext, parse

RESPONSE_HEADER: Final = b"traceresponse"
"""Of W3C Trace Context, level 2 (a draft): which trace to ask about."""

_MACHINES: Final = ("/health/live", "/health/ready", "/metrics")
"""What is asked every few seconds and says nothing: such requests have their ids and are not recorded."""


def request_span(scope: Scope, method: str) -> Span:
    """The span of a request, in its sender's trace when it names one. ``method`` is one of HTTP's own, or ``ander``."""
    path: str = scope["path"]
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    service = first if first in SERVICES else "gateway"
    record = not (service in SERVICES and path.removeprefix(f"/{service}") in _MACHINES)
    attributes = {"http.request.method": method}
    return begin(service, method, Kind.SERVER, _sender(scope), attributes=attributes, record=record)


def request_done(span: Span, method: str, route: str, status: int, failure: str) -> None:
    """Say how it went: the template, the status (0 when no answer was begun), and the name of what it crashed on."""
    if not span.recorded:
        return
    span.rename(f"{method} {route}")
    span.note("http.route", route)
    if status:
        span.note("http.response.status_code", status)
    if failure or status >= 500:
        span.fail(failure or str(status))


def _sender(scope: Scope) -> SpanContext | None:
    """What the sender says; somebody who says two things says nothing."""
    said = [value for name, value in scope["headers"] if name == b"traceparent"]
    return parse(said[0].decode("latin-1").strip()) if len(said) == 1 else None


async def traced(request: httpx.Request) -> None:
    """A hook of our own client: what is asked goes on with the trace of who asks."""
    span = current()
    if span is not None:
        request.headers["traceparent"] = span.context.traceparent
