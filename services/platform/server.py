"""The HTTP server: uvicorn, with a bound on what a connection may send, hold open and leave waiting.

uvicorn by itself lets a connection that sends nothing, or a header without an end, stay for ever.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.platform.edge import HEADERS
from services.platform.problems import Problem, response
from services.platform.settings import Settings

_CHECK_SECONDS: Final = 1.0


class _LingeringTransport:
    """A transport whose ``close`` first lets a sender finish, so that it gets to read its answer."""

    def __init__(self, transport: asyncio.Transport, protocol: "BoundedProtocol") -> None:
        self._transport = transport
        self._protocol = protocol
        self._lingers = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """As far as the protocol is concerned."""
        return self._lingers or self._transport.is_closing()

    def close(self) -> None:
        """Say that nothing more comes from us; hang up at once unless something still comes from them."""
        if self._lingers or self._transport.is_closing():
            return
        if not self._protocol.is_sending or not self._transport.can_write_eof():
            self._transport.close()
            return
        self._lingers = True
        self._protocol.linger()
        self._transport.write_eof()
        self._transport.resume_reading()


class BoundedProtocol(HttpToolsProtocol):
    """One connection. The limits are attributes so that a test can take shorter ones."""

    max_connections = 500
    max_head_bytes = 32 * 1024
    head_seconds = 15.0
    """From the first byte of a request to the end of its headers; also how long a new connection may be silent."""
    body_pause_seconds = 30.0
    """Between two parts of a body that we are waiting for."""
    body_seconds = 600.0
    """For a whole body: 25 MB over a line of 400 kbit/s."""
    answer_pause_seconds = 60.0
    """How long an answer may wait for a reader that does not read."""
    linger_seconds = 30.0
    """How long what still comes after a last answer is thrown away: hanging up on a sender who is still sending
    makes its side forget the answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to keep time; the one connection too many is closed at once."""
        super().connection_made(_LingeringTransport(transport, self))  # type: ignore[arg-type]
        self.lingers_since: float | None = None
        self._in_head = True
        self._in_body = False
        self._raw_bytes = self._parsed_bytes = 0
        self._head_since = self._body_since = self._heard = self.loop.time()
        self._stuck_since: float | None = None
        self._watch: asyncio.TimerHandle | None = None
        if len(self.connections) > self.max_connections:
            transport.abort()
        else:
            self._watch = self.loop.call_later(_CHECK_SECONDS, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop keeping time."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head without an end: the parser would keep it all."""
        if self.lingers_since is not None:
            return
        self._heard = self.loop.time()
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._raw_bytes += len(data)
            if self._raw_bytes > self.max_head_bytes:
                self.send_400_response("headers too large")

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._in_head = True
        self._raw_bytes = self._parsed_bytes = 0
        self._head_since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, whole."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The request can be handled; its body may follow."""
        self._in_head, self._in_body = False, True
        self._body_since = self.loop.time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The connection waits for the next request, as long as keep-alive allows."""
        self._heard = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """What is not HTTP gets a problem as well, with the headers of every answer."""
        if max(self._raw_bytes, self._parsed_bytes) > self.max_head_bytes:
            phrase, problem = "Request Header Fields Too Large", Problem(431, "te-groot", "De kop is te groot")
        else:
            phrase, problem = "Bad Request", Problem(400, "ongeldig", "Dit is geen geldige HTTP-aanvraag")
        answer = response(problem)
        headers = {**HEADERS, **answer.headers, "Connection": "close"}
        lines = [f"HTTP/1.1 {problem.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + bytes(answer.body))
        self.transport.close()

    def linger(self) -> None:
        """From now on throw away what comes."""
        self.lingers_since = self.loop.time()

    @property
    def is_sending(self) -> bool:
        """Whether the other side has begun something that it has not ended."""
        return self._in_body or (self._in_head and self._raw_bytes > 0)

    def _count(self, size: int) -> None:
        self._parsed_bytes += size
        if self._parsed_bytes > self.max_head_bytes:
            # In a callback of the parser, which stops and has it answered with ``send_400_response``.
            raise ValueError("headers too large")

    def _check(self) -> None:
        """Every second: hang up on who keeps us waiting."""
        self._watch = self.loop.call_later(_CHECK_SECONDS, self._check)
        now = self.loop.time()
        if self.lingers_since is not None:
            if now - self.lingers_since > self.linger_seconds:
                self.transport.abort()
        elif self._is_stuck(now):
            self.transport.abort()
        elif self._is_slow(now):
            if self.is_sending:
                self.transport.abort()
            else:
                self.transport.close()

    def _is_stuck(self, now: float) -> bool:
        """Nobody reads the answer."""
        if not self.flow.write_paused:
            self._stuck_since = None
            return False
        self._stuck_since = self._stuck_since or now
        return now - self._stuck_since > self.answer_pause_seconds

    def _is_slow(self, now: float) -> bool:
        """A head, a body or the next request does not come."""
        idle = self.cycle is None or self.cycle.response_complete
        if self._in_body:
            if self.flow.read_paused:
                # Our turn: we have not asked for more of it.
                self._heard = now
                self._body_since += _CHECK_SECONDS
            return now - self._heard > self.body_pause_seconds or now - self._body_since > self.body_seconds
        if self._in_head and (self.cycle is None or self._raw_bytes):
            return now - self._head_since > self.head_seconds
        return idle and now - self._heard > self.timeout_keep_alive


class Server(uvicorn.Server):
    """Ends with SIGINT and SIGTERM, and returns: uvicorn would raise the signal again, and SIGTERM would then end
    the process before anything is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """While serving."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def make_server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """The HTTP server on the configured address; run it with ``serve``."""
    return Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="none",
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
        )
    )
