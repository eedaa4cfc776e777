"""Structured logs as JSON lines on standard error; never a BSN, name or address in them."""

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer


def configure(level: str) -> None:
    """Set up structlog and let the libraries' warnings through it."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Frames without their local variables: those hold messages, and so BSNs and names.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            _without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _without_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Of an exception only its type and place stay: its text can quote what was being stored."""
    for part in event.get("exception", ()):
        part.pop("exc_value", None)
        part.pop("exc_notes", None)
    return event
