"""W3C Trace Context: what one party tells the next about the trace that both are part of.

``tracestate`` and baggage are not read and not passed on: they are free text of somebody else's.
"""

import re
from typing import Final, NamedTuple

_FORM: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-[\x21-\x7e]*)?")

_MAX_LENGTH: Final = 256
"""Far more than any version has."""

_VERSION: Final = "00"
_SAMPLED: Final = 1

_LEAST: Final = 1 << 40
"""An id below it is no random number but somebody's own, for example a BSN written as one; it has no place in logs."""


class SpanContext(NamedTuple):
    """A piece of work within a trace; ids in lower-case hex. ``sampled``: whoever began the trace has it recorded."""

    trace_id: str
    span_id: str
    sampled: bool

    @property
    def traceparent(self) -> str:
        """As a header of HTTP, an attribute of CloudEvents and a column of an outbox: 55 characters."""
        return f"{_VERSION}-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


def parse(text: str | None) -> SpanContext | None:
    """What ``text`` says; None when it says nothing that can be gone by, which is then as if it were not there."""
    if not text or len(text) > _MAX_LENGTH:
        return None
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    version, trace_id, span_id, flags = match.groups()
    # A later version may say more after these four; this one says exactly them.
    if version == "ff" or (version == _VERSION and len(text) != match.end(4)):
        return None
    if int(trace_id, 16) < _LEAST or int(span_id, 16) < _LEAST:
        return None
    return SpanContext(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))


def checked(text: str | None) -> str | None:
    """``text`` as we write it ourselves when it can be gone by, otherwise None."""
    context = parse(text)
    return context.traceparent if context else None
