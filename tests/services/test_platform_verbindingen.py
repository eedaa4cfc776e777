"""What a real server does with connections: those that say nothing, too much, nonsense, or are too many."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from services.platform.edge import HEADERS
from services.platform.runtime import Runtime
from tests.services.proefdienst import pool_wait_seconds, runtime, server, worker_seconds
from tests.services.server import Server, now, serving

__all__ = ["pool_wait_seconds", "runtime", "server", "worker_seconds"]

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""


async def closes_within(server: Server, sent: bytes, seconds: float, then: bytes = b"", every: float = 0.1) -> float:
    """How long it takes until the server hangs up on who sends this, and then ``then`` again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    started = now()
    writer.write(sent)

    async def trickle() -> None:
        while then:
            await asyncio.sleep(every)
            writer.write(then)

    trickling = asyncio.create_task(trickle())
    try:
        await asyncio.wait_for(reader.read(), seconds)
    except ConnectionError:
        pass
    finally:
        trickling.cancel()
        writer.close()
    return now() - started


async def test_who_says_nothing_is_hung_up_on(runtime: Runtime) -> None:
    """Long before the whole of a body would be late."""
    async with serving(runtime, head_seconds=0.5, body_pause_seconds=0.5, body_seconds=600) as server:
        post = server.head("POST", "/v1/berichten", Content_Type="text/xml", Content_Length="1000")
        took = await asyncio.gather(
            closes_within(server, b"", 60),
            closes_within(server, b"GET /matching/health/live HTTP/1.1\r\nHost: x\r\n", 60, b"X: y\r\n"),
            closes_within(server, post, 60),
            closes_within(server, post + b"<a>", 60),
        )
        assert max(took) < 30
        assert (await server.client.get("/health/live")).status_code == 200
        assert await server.stored() == 0
        assert runtime.app().buffered == 0  # type: ignore[attr-defined]


async def test_who_never_ends_is_hung_up_on(runtime: Runtime) -> None:
    """However often he says something."""
    async with serving(runtime, head_seconds=600, body_pause_seconds=600, body_seconds=3.0) as server:
        post = server.head("POST", "/v1/berichten", Content_Type="text/xml", Content_Length="1000")
        assert 2.5 < await closes_within(server, post, 60, b" ", 0.3) < 30
        assert await server.stored() == 0
        assert runtime.app().buffered == 0  # type: ignore[attr-defined]


async def test_a_slow_but_honest_sender_is_heard(runtime: Runtime) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(20):
            await asyncio.sleep(0.35)
            yield b" " * 500

    async with serving(runtime, head_seconds=0.5, body_pause_seconds=6, body_seconds=120) as server:
        assert (await server.post_xml(slowly())).json() == {"omvang": 10_000}


async def test_an_idle_connection_is_closed_and_a_busy_one_is_not(runtime: Runtime) -> None:
    async with serving(runtime) as server:
        live = b"GET /matching/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for _ in range(3):
            writer.write(live)
            assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b'{"status":"pass"}'), 30)
            await asyncio.sleep(0.5)
        writer.close()


async def test_a_head_that_is_too_large_is_431(server: Server) -> None:
    for large in (
        server.head("GET", "/v1/opgeslagen", X_Groot="a" * 40_000),
        server.head("GET", "/v1/" + "a" * 40_000),
        b"GET /" + b"a" * 40_000,
        b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 8_000,
    ):
        answer = await server.raw(large)
        assert answer.startswith(b"HTTP/1.1 431 "), answer[:80]
        assert b"application/problem+json" in answer
        assert b"API-Version: 1.0.0" in answer


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01\x02\x00\x01", b"HELO x\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n"]
)
async def test_what_is_not_http_is_a_problem_too(server: Server, nonsense: bytes) -> None:
    head, _, body = (await server.raw(nonsense)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    for name, value in HEADERS.items():
        assert f"{name}: {value}".encode() in head
    assert json.loads(body)["status"] == 400


async def test_two_lengths_or_a_length_and_chunks_are_refused(server: Server) -> None:
    """What two servers would cut in different places is how requests are smuggled."""
    for headers in (
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    ):
        request = b"POST /matching/v1/berichten HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n<a/>"
        assert b"HTTP/1.1 400 " in await server.raw(request)


async def is_let_in(server: Server) -> bool:
    """Whether a newcomer is, as soon as the server has noticed who left."""
    for _ in range(600):
        async with httpx.AsyncClient(base_url=str(server.client.base_url), timeout=30) as newcomer:
            with suppress(httpx.TransportError):
                return (await newcomer.get("/health/live")).status_code == 200
        await asyncio.sleep(0.1)
    return False


async def test_more_connections_than_allowed_do_not_crowd_out_those_there_are(runtime: Runtime) -> None:
    async with serving(runtime, max_connections=20) as server:
        assert (await server.client.get("/health/live")).status_code == 200
        crowd = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(40)]
        await asyncio.sleep(0.3)
        assert (await server.client.get("/health/live")).status_code == 200
        for _, writer in crowd:
            writer.close()
        assert await is_let_in(server)


async def test_many_requests_behind_each_other_on_one_connection(server: Server) -> None:
    live = b"GET /matching/health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = await server.raw(live * 49 + live.replace(b"Host: x", b"Host: x\r\nConnection: close"))
    assert answer.count(b"HTTP/1.1 200 OK") == 50
