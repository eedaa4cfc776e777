"""Errors: one shape, every error of an input together, no value of the input in it, 503 for what passes."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, FastAPI, Path, Request
from pydantic import BaseModel, ConfigDict

from ijw.lezen import Fout
from services.platform import problems, unavailable
from services.platform.problems import CONTENT_TYPE, Problem, response

NUMMER = UUID("00000000-0000-0000-0000-000000000001")


class Regel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    tarief: int
    eenheid: str


class Invoer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    regels: list[Regel]


def raising(error: Exception) -> Any:
    async def handler() -> None:
        raise error

    return handler


ERRORS: dict[str, tuple[Exception, int]] = {
    "weg": (asyncpg.ConnectionDoesNotExistError("weg"), 503),
    "herstart": (asyncpg.CannotConnectNowError("starting up"), 503),
    "beheer": (asyncpg.AdminShutdownError("terminating connection"), 503),
    "vol": (asyncpg.DiskFullError("no space left"), 503),
    "klem": (asyncpg.DeadlockDetectedError("deadlock"), 503),
    "alleenlezen": (asyncpg.ReadOnlySQLTransactionError("read-only"), 503),
    "gesloten": (asyncpg.InterfaceError("connection is closed"), 503),
    "traag": (TimeoutError(), 503),
    "verbroken": (ConnectionResetError(), 503),
    "buur": (httpx.ConnectError("no route"), 503),
    "nul": (asyncpg.CharacterNotInRepertoireError("invalid byte sequence"), 400),
    "uniek": (asyncpg.UniqueViolationError("duplicate"), 500),
    "defect": (KeyError("bsn"), 500),
    "bestand": (FileNotFoundError("/etc/geheim"), 500),
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(redirect_slashes=False)

    def answer(_request: Request, problem: Problem) -> Any:
        return response(problem)

    problems.install(app, answer)
    unavailable.install(app, answer)
    router = APIRouter(prefix="/v1")

    @router.get("/regels/{nummer}")
    async def lees(nummer: Annotated[int, Path(ge=1)], dag: date, soort: str) -> dict[str, int]:
        return {"nummer": nummer}

    @router.put("/regels/{nummer}")
    async def schrijf(nummer: int, invoer: Invoer) -> dict[str, int]:
        return {"aantal": len(invoer.regels)}

    for name, (error, _) in ERRORS.items():
        router.add_api_route(f"/fout/{name}", raising(error))
    app.include_router(router, prefix="/dienst")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/dienst/v1") as found:
        yield found


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == CONTENT_TYPE
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:happyflow:probleem:")
    assert body["title"]
    return body


async def test_every_error_of_an_input_is_told_at_once_and_none_quotes_it(client: httpx.AsyncClient) -> None:
    body = problem_of(await client.get("/regels/0", params={"dag": "geheim"}), 400)
    assert {fout["pad"]: fout["melding"] for fout in body["fouten"]} == {
        "/path/nummer": "is te klein",
        "/query/dag": "moet een datum zijn (jjjj-mm-dd)",
        "/query/soort": "verplicht, maar ontbreekt",
    }
    assert "geheim" not in str(body)


async def test_errors_in_a_body_are_named_by_their_path(client: httpx.AsyncClient) -> None:
    sent = {"regels": [{"tarief": "12", "eenheid": "01"}, {"tarief": 1.5, "eenheid": 4, "bsn": "999900006"}]}
    body = problem_of(await client.put("/regels/1", json=sent), 400)
    assert {fout["pad"]: fout["melding"] for fout in body["fouten"]} == {
        "/body/regels/0/tarief": "moet een geheel getal zijn",
        "/body/regels/1/tarief": "moet een geheel getal zijn",
        "/body/regels/1/eenheid": "moet tekst zijn",
        "/body/regels/1/bsn": "hoort hier niet",
    }
    assert "999900006" not in str(body)


async def test_a_thousand_errors_do_not_make_a_thousand_lines(client: httpx.AsyncClient) -> None:
    sent = {"regels": [{"x" * 1000: 1}] * 1000}
    answer = await client.put("/regels/1", json=sent)
    body = problem_of(answer, 400)
    assert len(body["fouten"]) == 200
    assert "2800" in body["detail"]
    assert len(answer.content) < 60_000


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 50_000, b"\xff", b'{"regels": NaN}', b"null", b'"\\ud800"'], ids=range(7)
)
async def test_json_that_is_none_is_400(client: httpx.AsyncClient, content: bytes) -> None:
    problem_of(await client.put("/regels/1", content=content, headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize(("name", "status"), [(name, status) for name, (_, status) in ERRORS.items()])
async def test_what_passes_is_503_and_a_defect_is_500(client: httpx.AsyncClient, name: str, status: int) -> None:
    answer = await client.get(f"/fout/{name}")
    problem_of(answer, status)
    assert ("retry-after" in answer.headers) == (status == 503)
    assert "geheim" not in answer.text


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "OPTIONS"])
async def test_405_names_every_method_of_the_path(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/regels/1")
    problem_of(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD, PUT"


@pytest.mark.parametrize("path", ["/regels", "/regels/", "/regels/1/", "//regels/1", "/Regels/1", "/regels/1/x"])
async def test_an_unknown_path_and_a_trailing_slash_are_404(client: httpx.AsyncClient, path: str) -> None:
    problem_of(await client.get(f"http://test/dienst/v1{path}"), 404)


def test_a_problem_may_hold_what_json_has_no_type_for() -> None:
    found = Problem(
        409, "besloten", "Al besloten", fouten=[Fout(3, "/a", "fout")], uitvalId=NUMMER, op=date(2026, 5, 6)
    )
    assert bytes(response(found).body) == (
        b'{"type":"urn:happyflow:probleem:besloten","title":"Al besloten","status":409,'
        b'"fouten":[{"regel":3,"pad":"/a","melding":"fout"}],'
        b'"uitvalId":"00000000-0000-0000-0000-000000000001","op":"2026-05-06"}'
    )
