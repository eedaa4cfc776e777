"""A collector of traces for tests: a real HTTP server that takes OTLP in and keeps what it says."""

import gzip
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Verzamelaar:
    """What came in so far. ``hangt``: it takes requests and answers none until it is let go."""

    def __init__(self, *, hangt: bool = False) -> None:
        self.kreeg: list[ExportTraceServiceRequest] = []
        self.koppen: list[dict[str, str]] = []
        self.aangeklopt = threading.Event()
        self._los = threading.Event()
        if not hangt:
            self._los.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def adres(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._los.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def spans(self) -> list[tuple[str, Any]]:
        """Every span that came, with the service it is of."""
        return [
            (_naam(resource.resource.attributes), span)
            for vraag in tuple(self.kreeg)
            for resource in vraag.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @property
    def teksten(self) -> list[str]:
        """Every text in everything that came, wherever it stands."""
        return [tekst for vraag in tuple(self.kreeg) for tekst in _teksten(vraag)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                here.aangeklopt.set()
                here._los.wait()
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                assert self.path == "/v1/traces"
                here.koppen.append({name.lower(): value for name, value in self.headers.items()})
                here.kreeg.append(ExportTraceServiceRequest.FromString(body))
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return Handler


@contextmanager
def verzamelaar(*, hangt: bool = False) -> Iterator[Verzamelaar]:
    """One at work."""
    gestart = Verzamelaar(hangt=hangt)
    try:
        yield gestart
    finally:
        gestart.stop()


def _naam(attributes: Sequence[Any]) -> str:
    return next(str(item.value.string_value) for item in attributes if item.key == "service.name")


def _teksten(value: Any) -> Iterator[str]:
    if isinstance(value, Message):
        for _, inner in value.ListFields():
            yield from _teksten(inner)
    elif isinstance(value, str):
        yield value
    elif not isinstance(value, (bytes, int, float)):
        for inner in value:
            yield from _teksten(inner)
