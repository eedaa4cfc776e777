"""The outermost layer around every service: what holds for each answer, whatever happens inside.

Pure ASGI, because it touches every chunk of a 25 MB message: headers on each answer (errors and crashes
too), a bound on each body and on all of them together, HEAD wherever GET is, metrics by route template.
"""

import time
from collections.abc import Iterable
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.platform.auth import Authenticator
from services.platform.body import too_large
from services.platform.metrics import HTTP_REQUESTS, HTTP_SECONDS
from services.platform.problems import Problem, crash, overloaded, response, unauthorized
from services.platform.settings import Settings
from services.platform.tracing.request import RESPONSE_HEADER, request_done, request_span
from services.platform.tracing.spans import Span, during

API_VERSION: Final = "1.0.0"

HEADERS: Final = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every answer, unless the answer says otherwise itself."""

_RAW_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_DRAIN_FACTOR: Final = 4
"""How far beyond the limit a body is still read and thrown away, so that its sender gets to read the answer."""

_FREE_BYTES: Final = 64 * 1024
"""A larger body is taken only from somebody with a valid token."""

_log = structlog.get_logger(__name__)


class Edge:
    """Wraps an ASGI application. ``buffered`` is what requests in progress have sent so far, in bytes."""

    def __init__(self, app: ASGIApp, settings: Settings, authenticator: Authenticator) -> None:
        self._app = app
        self.settings = settings
        self.authenticator = authenticator
        self.buffered = 0
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with during(request_span(scope, _known(scope["method"]))) as span:
            await self._handle(_Exchange(self, scope, receive, send, span), scope, span)

    async def _handle(self, exchange: "_Exchange", scope: Scope, span: Span) -> None:
        started, failure = time.perf_counter(), ""
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        self.running += 1
        try:
            refusal = self._refusal(scope)
            if refusal is not None:
                await exchange.answer(refusal)
            else:
                await self._app(inner, exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 — the server's own 500 has no headers, its log quotes the error
            _log.error("unhandled", method=_known(scope["method"]), route=_route(inner), exc_info=error)
            failure = type(error).__name__
            if not exchange.status:
                await exchange.answer(crash())
        finally:
            self.running -= 1
            self.buffered -= exchange.size
            method, route = _known(scope["method"]), _route(inner)
            request_done(span, method, route, exchange.status, failure)
            _measure(inner.get("happyflow.service", "onbekend"), method, route, exchange.status, started)

    def _refusal(self, scope: Scope) -> Problem | None:
        """Why a request is not even looked at."""
        if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            return Problem(400, "ongeldig", "Ongeldige invoer", "Een adres mag geen nul-teken bevatten.")
        if self.running > self.settings.max_requests and "/health/" not in scope["path"]:
            return overloaded("Er worden al veel aanvragen tegelijk behandeld.")
        headers = dict(scope["headers"])
        if b"expect" in headers and _declared(headers) > self.limit(headers):
            # It has not been sent yet, and after this it will not be.
            problem = too_large(self.limit(headers))
            problem.headers["Connection"] = "close"
            return problem
        return None

    def limit(self, headers: dict[bytes, bytes]) -> int:
        """How large the body of a request may be, in bytes: a message, or something else."""
        is_message = b"xml" in headers.get(b"content-type", b"").lower()
        return self.settings.max_body_bytes if is_message else self.settings.max_json_bytes


class _Exchange:
    """One request and its answer."""

    def __init__(self, edge: Edge, scope: Scope, receive: Receive, send: Send, span: Span) -> None:
        self._edge = edge
        self._trace = (RESPONSE_HEADER, span.context.traceparent.encode())
        self._receive = receive
        self._send = send
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._limit = edge.limit(self._headers)
        self._is_head = scope["method"] == "HEAD"
        self._welcome = False
        self._refused: Problem | None = None
        self._answered = False
        self.size = 0
        """Bytes of the body that count as buffered."""
        self.status = 0
        """Of the answer; 0 until it has begun."""

    async def receive(self) -> Message:
        """The next part of the body; as if the sender hung up when it is refused."""
        if self._refused is not None:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] != "http.request":
            return message
        self._count(message)
        self._refused = await self._objection()
        if self._refused is None:
            return message
        await self._drain(message)
        return {"type": "http.disconnect"}

    def _count(self, message: Message) -> None:
        size = len(message.get("body", b""))
        self.size += size
        self._edge.buffered += size

    async def _objection(self) -> Problem | None:
        if max(self.size, _declared(self._headers)) > self._limit:
            return too_large(self._limit)
        if self.size > _FREE_BYTES and not self._welcome:
            try:
                await self._edge.authenticator.identify(_bearer(self._headers))
            except Problem as problem:
                return problem
            self._welcome = True
        if self._edge.buffered > self._edge.settings.max_buffered_bytes:
            return overloaded("Er worden al veel grote berichten tegelijk ontvangen.")
        return None

    async def _drain(self, message: Message) -> None:
        """Read on without keeping it: who is still sending does not read an answer."""
        self._edge.buffered -= self.size
        self.size, read = 0, self.size
        while message.get("more_body") and read <= self._limit * _DRAIN_FACTOR:
            message = await self._receive()
            read += len(message.get("body", b""))
        if message.get("more_body") and self._refused is not None:
            self._refused.headers["Connection"] = "close"

    async def send(self, message: Message) -> None:
        """What the application answers, unless its request was refused meanwhile."""
        if self._refused is not None and not self.status:
            await self.answer(self._refused)
        else:
            await self._pass_on(message)

    async def answer(self, problem: Problem) -> None:
        """Answer with a problem and let nothing follow it."""
        await response(problem)({"type": "http"}, self._receive, self._pass_on)
        self._answered = True

    async def _pass_on(self, message: Message) -> None:
        if self._answered:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*_completed(message.get("headers", ())), self._trace]}
        elif self._is_head:
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)


def _completed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    own = list(headers)
    present = {name.lower() for name, _ in own}
    return own + [header for header in _RAW_HEADERS if header[0] not in present]


def _declared(headers: dict[bytes, bytes]) -> int:
    value = headers.get(b"content-length", b"")
    return int(value) if value.isdigit() else 0


def _bearer(headers: dict[bytes, bytes]) -> str:
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer":
        raise unauthorized("Stuur een token mee: Authorization: Bearer ...")
    return token.strip()


def _route(scope: Scope) -> str:
    """The template, for example /allocation/v1/postbus/{berichtId}: labels and logs stay bounded."""
    # A route knows its path within its router; FastAPI keeps the whole of it beside the route.
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    path: str = getattr(route, "path", "onbekend")
    return path


def _known(method: str) -> str:
    """One of HTTP's own, so that labels and spans stay bounded."""
    return method if method in _METHODS else "ander"


def _measure(service: str, method: str, route: str, status: int, started: float) -> None:
    HTTP_REQUESTS.labels(service, method, route, str(status)).inc()
    HTTP_SECONDS.labels(service, method, route).observe(time.perf_counter() - started)
