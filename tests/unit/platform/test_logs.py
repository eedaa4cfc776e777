"""Logging may lose a line, never the work."""

import io
import json
import logging
import sys

import pytest
import structlog

from services.platform import logs


class Gone(io.StringIO):
    """A log collector that went away, or a disk that is full."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("kind", ["gone", "closed"])
def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    logs.configure("INFO")
    broken = Gone() if kind == "gone" else io.StringIO()
    if kind == "closed":
        broken.close()
    monkeypatch.setattr(sys, "stderr", broken)
    structlog.get_logger("proef").warning("event", aantal=1)
    logging.getLogger("proef").warning("event")
    assert kind == "closed" or broken.getvalue() == ""


def test_lines_are_json_on_whatever_standard_error_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure("INFO")
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    structlog.get_logger("proef").warning("event", aantal=1)
    structlog.get_logger("proef").debug("niet")
    (line,) = written.getvalue().splitlines()
    assert '"event": "event"' in line
    assert '"level": "warning"' in line


def test_what_libraries_log_quotes_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """As asyncio does of a task that failed and nobody waited for."""
    logs.configure("INFO")
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    try:
        raise ValueError("999900006")
    except ValueError as error:
        logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: %r", error, exc_info=error)
    (line,) = written.getvalue().splitlines()
    found = json.loads(line)
    assert (found["event"], found["exception"]) == ("Task exception was never retrieved", "ValueError")
    assert found["frames"][-1].endswith("test_what_libraries_log_quotes_no_exception")
    assert "999900006" not in line
