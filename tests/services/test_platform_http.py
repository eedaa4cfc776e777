"""What a real server does with bodies, connections and trouble that no well-behaved client would make."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from services.platform.edge import HEADERS
from services.platform.postgres import EmbeddedPostgres
from services.platform.problems import CONTENT_TYPE
from tests.logboek import logging_as_in_production
from tests.services.proefdienst import pool_wait_seconds, runtime, server, worker_seconds
from tests.services.server import Memory, Server, now

__all__ = ["pool_wait_seconds", "runtime", "server", "worker_seconds"]

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

MB = 1024 * 1024


def is_a_problem(answer: httpx.Response, status: int, soort: str) -> bool:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == CONTENT_TYPE
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    return bool(answer.json()["type"].endswith(f":{soort}"))


async def parts(size: int, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * size


# --- bodies


async def test_60_mb_gets_a_413_that_can_be_read_and_takes_no_memory(server: Server) -> None:
    memory = Memory()
    watching = asyncio.create_task(memory.watch())
    answers = [
        await server.post_xml(parts(MB, 60)),
        await server.post_xml(parts(64 * 1024, 960), Content_Length=str(60 * MB)),
    ]
    watching.cancel()
    # One message as far as it is kept, and what the sender and the sockets hold.
    assert memory.grown_mb < 25 + 20
    answers.append(await server.post_xml(b" " * 60 * MB, Expect="100-continue"))
    answers.append(await server.post_xml(parts(MB, 130)))
    for answer in answers:
        assert is_a_problem(answer, 413, "te-groot")
        assert "25 MB" in answer.json()["detail"]
    assert [answer.headers.get("connection") for answer in answers] == [None, None, "close", "close"]
    assert await server.stored() == 0


async def test_a_body_of_exactly_the_limit_is_taken(server: Server) -> None:
    answer = await server.post_xml(parts(MB, 25))
    assert (answer.status_code, answer.json()) == (202, {"omvang": 25 * MB})
    assert is_a_problem(await server.post_xml(parts(25 * MB + 1, 1)), 413, "te-groot")


async def test_half_a_body_stores_nothing(server: Server) -> None:
    for half in (
        server.head("POST", "/v1/berichten", Content_Type="text/xml", Content_Length="10") + b"<a/>",
        server.head("POST", "/v1/berichten", Content_Type="text/xml", Transfer_Encoding="chunked") + b"4\r\n<a/>\r\n",
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(half)
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.2)
    assert await server.stored() == 0


@pytest.mark.parametrize(
    ("data", "headers", "status", "soort"),
    [
        (b"<a/>", {"Content_Type": "application/json"}, 415, "verkeerd-type"),
        (b"<a/>", {"Content_Type": ""}, 415, "verkeerd-type"),
        (gzip.compress(b"<a/>", mtime=0), {"Content_Encoding": "gzip"}, 415, "verkeerd-type"),
        (b"", {}, 400, "xml-onleesbaar"),
        (b"<a/>", {"Authorization": "Bearer x"}, 401, "niet-aangemeld"),
    ],
)
async def test_what_cannot_be_a_message(
    server: Server, data: bytes, headers: dict[str, str], status: int, soort: str
) -> None:
    assert is_a_problem(await server.post_xml(data, **headers), status, soort)
    assert await server.stored() == 0


async def test_a_body_of_json_has_a_limit_and_needs_a_token(server: Server) -> None:
    numbers = json.dumps({"getallen": [1] * 200_000}).encode()
    named = {"Content-Type": "application/json"}
    assert (await server.client.post("/v1/getallen", content=numbers, headers=named)).json() == {"som": 200_000}
    large = await server.client.post("/v1/getallen", content=b" " * (17 * MB), headers=named)
    assert is_a_problem(large, 413, "te-groot")
    async with httpx.AsyncClient(base_url=str(server.client.base_url), timeout=30) as stranger:
        refused = await stranger.post("/v1/getallen", content=numbers, headers=named)
    assert is_a_problem(refused, 401, "niet-aangemeld")


async def test_a_large_refused_body_leaves_the_connection_usable(server: Server) -> None:
    """401 is answered before the body is read; what follows on the connection is a new request."""
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(base_url=str(server.client.base_url), limits=limits, timeout=30) as client:
        for _ in range(3):
            answer = await client.post("/v1/berichten", content=b" " * MB, headers={"Content-Type": "text/xml"})
            assert is_a_problem(answer, 401, "niet-aangemeld")
            assert (await client.get("/health/live")).json() == {"status": "pass"}


# --- addresses


@pytest.mark.parametrize("path", ["/v1/berichten/", "/v1/niets", "/v2/berichten", "", "/", "/v1/../v1/niets"])
async def test_unknown_paths_and_trailing_slashes(server: Server, path: str) -> None:
    assert is_a_problem(await server.client.get(f"http://127.0.0.1:{server.port}/matching{path}"), 404, "niet-gevonden")


async def test_methods(server: Server) -> None:
    refused = await server.client.delete("/v1/opgeslagen")
    assert is_a_problem(refused, 405, "methode-niet-toegestaan")
    assert refused.headers["allow"] == "GET, HEAD"
    head = await server.client.head("/v1/opgeslagen")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 0


async def test_what_is_open_without_login(server: Server) -> None:
    async with httpx.AsyncClient(base_url=str(server.client.base_url), timeout=30) as anybody:
        for path in ("/v1/openapi.json", "/health/live", "/health/ready", "/metrics"):
            answer = await anybody.get(path)
            assert answer.status_code == 200
            for name, value in HEADERS.items():
                assert answer.headers[name] == value
        assert is_a_problem(await anybody.get("/v1/opgeslagen"), 401, "niet-aangemeld")


async def test_a_defect_tells_nothing_to_the_caller_or_the_log(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_as_in_production():
        assert is_a_problem(await server.client.get("/v1/defect"), 500, "interne-fout")
    printed = "".join(capsys.readouterr())
    assert "unhandled" in printed
    assert "/matching/v1/defect" in printed
    assert "999900006" not in printed


# --- workers


@pytest.mark.parametrize("worker_seconds", [10.0])
@pytest.mark.parametrize("message", [b"<eindeloos/>", b"<gulzig/>"])
async def test_a_message_that_ruins_its_worker_hurts_nobody_else(server: Server, message: bytes) -> None:
    ruinous = asyncio.create_task(server.post_xml(message))
    await asyncio.sleep(0.1)
    for _ in range(10):
        assert (await server.post_xml(b"<a/>")).status_code == 202
    assert is_a_problem(await ruinous, 400, "te-zwaar")
    assert await server.stored() == 10


# --- database


@pytest.mark.parametrize("pool_wait_seconds", [8.0])
async def test_all_connections_held_is_a_503_after_one_wait_and_health_answers_at_once(
    server: Server, pool_wait_seconds: float
) -> None:
    """The pool has two connections. Requests wait beside each other, and health does not wait at all."""
    database = server.runtime.contexts["matching"].database
    async with database.connection(), database.connection():
        started = now()
        waiting = [asyncio.create_task(server.post_xml(b"<a/>")) for _ in range(20)]
        await asyncio.sleep(0.1)
        assert (await server.client.get("/health/live")).status_code == 200
        assert not any(request.done() for request in waiting)
        answers = await asyncio.gather(*waiting)
        assert now() - started < len(answers) * pool_wait_seconds / 2
        assert all(is_a_problem(answer, 503, "overbelast") for answer in answers)
        assert {answer.headers["retry-after"] for answer in answers} == {"5"}
        assert (await server.client.get("/health/ready")).status_code == 503
    async with asyncio.timeout(20):
        # It gives itself two seconds to look.
        while (await server.client.get("/health/ready")).status_code != 200:
            await asyncio.sleep(0.1)
    assert (await server.post_xml(b"<a/>")).status_code == 202


async def test_a_killed_database_is_503_and_comes_back_by_itself(server: Server, postgres: EmbeddedPostgres) -> None:
    """``stop -m immediate`` and start: pools recover, the bus goes on, nothing acknowledged is lost."""
    assert (await server.post_xml(b"<a/>")).status_code == 202
    await asyncio.to_thread(postgres.stop, "immediate")
    try:
        answers = [await server.post_xml(b"<a/>") for _ in range(3)]
        assert all(is_a_problem(answer, 503, "overbelast") for answer in answers)
        assert (await server.client.get("/health/live")).status_code == 200
        assert (await server.client.get("/health/ready")).status_code == 503
    finally:
        await asyncio.to_thread(postgres.start)
    accepted = 1
    for _ in range(600):
        answer = await server.post_xml(b"<b/>")
        accepted += answer.status_code == 202
        if accepted == 4:
            break
        await asyncio.sleep(0.1)
    assert accepted == 4
    assert await server.runtime.drained(180)
    connection = await asyncpg.connect(postgres.dsn(await database_name(server)))
    assert await connection.fetchval("SELECT count(*) FROM matching.outbox") == 4
    assert await connection.fetchval("SELECT count(*) FROM matching.dode_letters WHERE reden = 'gezien'") == 4
    await connection.close()


async def database_name(server: Server) -> str:
    async with server.runtime.contexts["matching"].database.connection() as connection:
        return str(await connection.fetchval("SELECT current_database()"))
