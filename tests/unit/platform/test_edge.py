"""The outermost layer: headers on every answer, a bound on every body, nothing of a crash outside."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from services.platform.auth import Authenticator, LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.edge import HEADERS, Edge
from services.platform.problems import CONTENT_TYPE
from services.platform.settings import Settings
from tests.unit.platform.asgi import Antwoord, Zender, ask, scope_of

MB = 1024 * 1024


class Wereld:
    """An edge around an application that reads everything and answers with its size."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            data=folder, max_body_bytes=MB, max_json_bytes=MB // 2, max_buffered_bytes=3 * MB, max_requests=5
        )
        self.issuer = LocalIssuer(folder, self.settings, SystemClock())
        self.authenticator = Authenticator(self.settings, SystemClock(), self.issuer)
        self.reached = 0
        self.most_buffered = 0
        self.edge = self.around(self.count)

    def around(self, app: ASGIApp) -> Edge:
        return Edge(app, self.settings, self.authenticator)

    def headers(self, content_type: str = "application/xml", **more: str) -> dict[str, str]:
        token = self.issuer.mint(Rol.BEHEER)
        return {"Authorization": f"Bearer {token}", "Content-Type": content_type, **more}

    async def count(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached += 1
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                await reply(send, 400, b"hung up")
                return
            size += len(message["body"])
            self.most_buffered = max(self.most_buffered, self.edge.buffered)
            if not message["more_body"]:
                await reply(send, 200, str(size).encode())
                return


async def reply(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers or []})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def wereld(tmp_path: Path) -> Wereld:
    return Wereld(tmp_path)


def is_a_problem(antwoord: Antwoord, status: int, soort: str) -> bool:
    assert (antwoord.status, antwoord.starts) == (status, 1), antwoord.body
    assert antwoord.headers["content-type"] == CONTENT_TYPE
    for name, value in HEADERS.items():
        assert antwoord.headers[name.lower()] == value
    return bool(json.loads(antwoord.body)["type"] == f"urn:happyflow:probleem:{soort}")


async def test_a_body_within_the_limit_arrives_whole(wereld: Wereld) -> None:
    antwoord = await ask(wereld.edge, scope_of(headers=wereld.headers()), Zender([b"a" * MB]))
    assert (antwoord.status, antwoord.body) == (200, str(MB).encode())
    assert antwoord.headers["api-version"] == "1.0.0"
    assert wereld.edge.buffered == 0


@pytest.mark.parametrize(("content_type", "limit"), [("application/xml", MB), ("application/json", MB // 2)])
async def test_one_byte_too_many_is_413_and_what_follows_is_thrown_away(
    wereld: Wereld, content_type: str, limit: int
) -> None:
    zender = Zender([b"a" * (limit // 8)] * 16)
    antwoord = await ask(wereld.edge, scope_of(headers=wereld.headers(content_type)), zender)
    assert is_a_problem(antwoord, 413, "te-groot")
    assert zender.read == 16
    assert "connection" not in antwoord.headers
    assert wereld.most_buffered <= limit
    assert wereld.edge.buffered == 0


async def test_a_body_without_end_is_left_after_a_while(wereld: Wereld) -> None:
    zender = Zender([b"a" * MB] * 1000)
    antwoord = await ask(wereld.edge, scope_of(headers=wereld.headers()), zender)
    assert is_a_problem(antwoord, 413, "te-groot")
    assert zender.read <= 6
    assert antwoord.headers["connection"] == "close"


async def test_a_body_announced_as_too_large_is_not_kept_at_all(wereld: Wereld) -> None:
    headers = wereld.headers(**{"Content-Length": str(MB + 1)})
    antwoord = await ask(wereld.edge, scope_of(headers=headers), Zender([b"a" * 1000, b"b"]))
    assert is_a_problem(antwoord, 413, "te-groot")
    assert wereld.most_buffered == 0


async def test_who_asks_first_is_told_before_sending(wereld: Wereld) -> None:
    zender = Zender([b"a"])
    headers = wereld.headers(Expect="100-continue", **{"Content-Length": str(60 * MB)})
    antwoord = await ask(wereld.edge, scope_of(headers=headers), zender)
    assert is_a_problem(antwoord, 413, "te-groot")
    assert (zender.read, wereld.reached, antwoord.headers["connection"]) == (0, 0, "close")


@pytest.mark.parametrize("authorization", [None, "Bearer x", "Basic abc"])
async def test_a_stranger_may_send_little(wereld: Wereld, authorization: str | None) -> None:
    headers = {"Content-Type": "application/json"} | ({"Authorization": authorization} if authorization else {})
    small = await ask(wereld.edge, scope_of(headers=headers), Zender([b"a" * 64 * 1024]))
    large = await ask(wereld.edge, scope_of(headers=headers), Zender([b"a" * 64 * 1024, b"b"]))
    assert small.status == 200
    assert is_a_problem(large, 401, "niet-aangemeld")
    assert large.headers["www-authenticate"] == "Bearer"


async def test_all_bodies_together_have_a_limit_too(wereld: Wereld) -> None:
    async def busy(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if int(dict(scope["headers"])[b"x-diepte"]) < 4:
            inner = Antwoord()
            depth = str(int(dict(scope["headers"])[b"x-diepte"]) + 1)
            zender = Zender([b"a" * MB])
            await edge(scope_of(headers=wereld.headers(**{"X-Diepte": depth})), zender, inner)
            answers.append(inner)
        await reply(send, 200, b"")

    answers: list[Antwoord] = []
    edge = wereld.around(busy)
    outer = await ask(edge, scope_of(headers=wereld.headers(**{"X-Diepte": "1"})), Zender([b"a" * MB]))
    assert outer.status == 200
    assert sorted(answer.status for answer in answers) == [200, 200, 503]
    refused = next(answer for answer in answers if answer.status == 503)
    assert is_a_problem(refused, 503, "overbelast")
    assert refused.headers["retry-after"] == "5"
    assert edge.buffered == 0


async def test_too_many_at_once_is_503_but_health_answers(wereld: Wereld) -> None:
    wereld.edge.running = 5
    assert is_a_problem(await ask(wereld.edge, scope_of("GET", "/ledger/v1/x")), 503, "overbelast")
    assert (await ask(wereld.edge, scope_of("GET", "/ledger/health/live"))).status == 200


async def test_half_a_body_reaches_the_application_as_such(wereld: Wereld) -> None:
    antwoord = await ask(wereld.edge, scope_of(headers=wereld.headers()), Zender([b"a" * 1000], hangs_up=True))
    assert antwoord.body == b"hung up"
    assert wereld.edge.buffered == 0


async def test_a_crash_is_a_500_that_tells_nothing(wereld: Wereld) -> None:
    async def crash(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("999900006")

    antwoord = await ask(wereld.around(crash), scope_of())
    assert is_a_problem(antwoord, 500, "interne-fout")
    assert b"999900006" not in antwoord.body


async def test_a_crash_halfway_an_answer_does_not_start_another(wereld: Wereld) -> None:
    async def crash(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError

    antwoord = await ask(wereld.around(crash), scope_of())
    assert (antwoord.status, antwoord.starts, antwoord.body) == (200, 1, b"half")


async def test_own_headers_of_an_answer_stay(wereld: Wereld) -> None:
    async def cached(_scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, 200, b"", [(b"cache-control", b"max-age=300")])

    antwoord = await ask(wereld.around(cached), scope_of("GET"))
    assert antwoord.headers["cache-control"] == "max-age=300"
    assert antwoord.headers["x-content-type-options"] == "nosniff"


async def test_head_is_get_without_a_body(wereld: Wereld) -> None:
    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        await reply(send, 200, scope["method"].encode(), [(b"content-length", b"3")])

    antwoord = await ask(wereld.around(answer), scope_of("HEAD"))
    assert (antwoord.status, antwoord.body, antwoord.headers["content-length"]) == (200, b"", "3")


@pytest.mark.parametrize("place", [{"path": "/a\0b"}, {"query": "gemeente=%00"}], ids=["path", "query"])
async def test_a_nul_in_an_address_is_400(wereld: Wereld, place: dict[str, str]) -> None:
    assert is_a_problem(await ask(wereld.edge, scope_of("GET", **place)), 400, "ongeldig")
    assert wereld.reached == 0


@pytest.fixture(autouse=True)
async def nothing_stays_counted(wereld: Wereld) -> AsyncIterator[None]:
    """A request that is over no longer counts, however it went."""
    before = wereld.edge.running
    yield
    assert wereld.edge.running in {before, 5}
    assert wereld.edge.buffered == 0
