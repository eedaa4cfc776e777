"""The gateway of an opstelling: one address for any number of copies of each service.

A copy that cannot be reached is passed over, since nothing was sent to it. What was sent and not answered is never
sent again here: its outcome is unknown (502, 504), and whoever asked decides what to do.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import httpx
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.platform.problems import Problem, response

_OURS: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "host"})
"""Headers of one connection, not of the message."""

_CONNECT_SECONDS: Final = 2.0
_AVOID_SECONDS: Final = 10.0
"""How long a copy that did not answer is asked only when no other can be reached."""

_START_SECONDS: Final = 30.0

Headers: TypeAlias = list[tuple[bytes, bytes]]
Answer: TypeAlias = tuple[int, Headers, bytes]
"""Status, headers and body."""

Adressen: TypeAlias = Callable[[str], Sequence[str]]
"""The base addresses of the copies of a service."""


class Poort:
    """Passes each request on to a copy of the service that its path names, each in turn."""

    def __init__(self, adressen: Adressen, antwoord_seconden: float = 60.0) -> None:
        self._adressen = adressen
        self._timeout = httpx.Timeout(antwoord_seconden, connect=_CONNECT_SECONDS)
        self._client: httpx.AsyncClient | None = None
        self._turn = 0
        self._silent: dict[str, float] = {}
        """When a copy last did not answer, by its address."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            raise RuntimeError(f"unexpected {scope['type']}")
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        answer = await self._pass_on(request, body)
        if isinstance(answer, Problem):
            await response(answer)(scope, receive, send)
            return
        status, headers, content = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _pass_on(self, request: Request, body: bytes) -> Answer | Problem:
        """The answer of the first copy that can be reached."""
        path, query = request.url.path, request.url.query
        for address in self._in_turn(path.split("/")[1]):
            url = f"{address}{path}" + (f"?{query}" if query else "")
            try:
                return await self._ask(request.method, url, body, _of_message(request.headers.raw))
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
                self._silent[address] = time.monotonic()
                continue
            except httpx.TimeoutException:
                self._silent[address] = time.monotonic()
                return Problem(504, "geen-antwoord", "De service antwoordt niet op tijd")
            except httpx.TransportError:
                return Problem(502, "verbinding-verbroken", "De verbinding met de service brak af")
        return Problem(
            503, "niet-beschikbaar", "Geen kopie van deze service is bereikbaar", headers={"Retry-After": "1"}
        )

    async def _ask(self, method: str, url: str, body: bytes, headers: Headers) -> Answer:
        if self._client is None:
            # None is kept: one that a copy closes just when it is used again would leave an outcome unknown.
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
            self._client = httpx.AsyncClient(timeout=self._timeout, limits=limits, trust_env=False)
        request = self._client.build_request(method, url, content=body, headers=headers)
        answer = await self._client.send(request, stream=True)
        try:
            # Raw: what was compressed stays so.
            content = b"".join([part async for part in answer.aiter_raw()])
        finally:
            await answer.aclose()
        return answer.status_code, _of_message(answer.headers.raw), content

    def _in_turn(self, service: str) -> Iterator[str]:
        """Every copy, the next one first; those that did not answer a moment ago last."""
        addresses = self._adressen(service)
        self._turn += 1
        turned = [addresses[(self._turn + number) % len(addresses)] for number in range(len(addresses))]
        late = time.monotonic() - _AVOID_SECONDS
        yield from sorted(turned, key=lambda address: self._silent.get(address, late) > late)


def _of_message(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name.lower(), value) for name, value in headers if name.decode("latin-1").lower() not in _OURS]


class Luisteraar:
    """An ASGI application on a port, in a thread of this process, until ``stop``."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(
                app, host="127.0.0.1", port=port, ws="none", lifespan="off", access_log=False, log_config=None,
                timeout_graceful_shutdown=5,
            )
        )  # fmt: skip
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poort", daemon=True)

    def start(self) -> None:
        """Return once it listens; ``OSError`` when it cannot."""
        self._thread.start()
        if not self._started.wait(_START_SECONDS) or not self._server.started:
            raise OSError("the gateway does not start")

    def stop(self) -> None:
        """End it, and wait for what it was doing."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except SystemExit:  # how uvicorn says that it cannot have the port
            pass
        finally:
            self._started.set()

    async def _serve(self) -> None:
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.01)
        self._started.set()
        await serving
