"""How what is logged goes while a test runs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.platform import logs


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Whatever is configured meanwhile is undone afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configuration = structlog.get_config() if structlog.is_configured() else None
    try:
        yield
    finally:
        if configuration is None:
            structlog.reset_defaults()
        else:
            structlog.configure(**configuration)
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def logging_as_in_production() -> Iterator[None]:
    """Lines of JSON on standard error, for a while."""
    with logging_as_before():
        logs.configure("INFO")
        yield
