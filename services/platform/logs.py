"""Structured logs as JSON lines on standard error; never a BSN, name or address in them."""

import contextlib
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO, cast

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from services.platform.tracing.spans import current
from services.platform.zelden import Zelden

_MAX_MESSAGE = 300


def configure(level: str) -> None:
    """Set up structlog and let the libraries' warnings through it."""
    handler = logging.StreamHandler(cast(TextIO, _StandardError()))
    handler.setFormatter(_Lines())
    handler.addFilter(Zelden())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _with_trace,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Frames without their local variables: those hold messages, and so BSNs and names.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            _without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _StandardError())),
        # Loggers are not cached, at 2 us a line: what is configured next reaches those that logged before, too.
        cache_logger_on_first_use=False,
    )


class _Lines(logging.Formatter):
    """What libraries log, as lines like ours: their first line, and of an exception its type and place only."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        message = (record.getMessage().splitlines() or [""])[0]
        line: dict[str, Any] = {
            "event": message[:_MAX_MESSAGE],
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if suppressed := getattr(record, "suppressed", 0):
            line["suppressed"] = suppressed
        line |= _trace()
        if record.exc_info and record.exc_info[1] is not None:
            kind, _, place = record.exc_info
            frames = traceback.extract_tb(place)
            line["exception"] = kind.__name__ if kind else ""
            line["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


class _StandardError:
    """Standard error, but a full disk or a reader that went away loses lines instead of stopping the work."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


def _trace() -> dict[str, str]:
    """Which trace the work at hand is part of: what the log says of it is found by this, in whatever service."""
    span = current()
    return {"trace_id": span.context.trace_id, "span_id": span.context.span_id} if span else {}


def _with_trace(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.update(_trace())
    return event


def _without_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Of an exception only its type and place stay: its text can quote what was being stored."""
    for part in event.get("exception", ()):
        part.pop("exc_value", None)
        part.pop("exc_notes", None)
    return event
