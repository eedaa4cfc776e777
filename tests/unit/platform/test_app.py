"""One application for several services: who gets which request, what is open to all, what is measured."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, cast

import httpx
import pytest
from fastapi import APIRouter, Depends
from prometheus_client.parser import text_string_to_metric_families

from services.platform.app import Gateway, create_app
from services.platform.auth import Authenticator, Identiteit, LocalIssuer, Rol, require
from services.platform.clock import SystemClock
from services.platform.database import Database
from services.platform.edge import HEADERS, Edge
from services.platform.models import service_metadata
from services.platform.problems import CONTENT_TYPE
from services.platform.service import Context, Service
from services.platform.settings import Settings


def router(_context: Context) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/dingen/{nummer}")
    async def ding(nummer: int, wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE))]) -> dict[str, str]:
        return {"wie": wie.sub}

    return routes


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Two services without a database."""
    settings = Settings(data=tmp_path)
    authenticator = Authenticator(settings, SystemClock(), LocalIssuer(tmp_path, settings, SystemClock()))
    database = Database("postgresql://niemand@/niets?host=/nergens", role=None, schema="leeg")
    context = cast(Context, SimpleNamespace(settings=settings, database=database))
    apps = {
        name: create_app(Service(name, "Een proef", service_metadata(), router), context, authenticator)
        for name in ("matching", "ledger")
    }
    edge = Edge(Gateway(apps), settings, authenticator)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://test") as found:
        found.headers["x-token"] = LocalIssuer(tmp_path, settings, SystemClock()).mint(
            Rol.GEMEENTE, gemeenten=("0193",), sub="jan"
        )
        yield found


def login(client: httpx.AsyncClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.headers['x-token']}"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 303),
        ("/matching/health/live", 200),
        ("/ledger/v1/openapi.json", 200),
        ("/ledger/metrics", 200),
        ("/ledger/v1/dingen/1", 401),
        ("/ledger/v1/dingen/x", 401),
        ("/ledger/v1/dingen/1/", 404),
        ("/ledger/v1/openapi.json/", 404),
        ("/ledger", 404),
        ("/ledger/", 404),
        ("//ledger/v1/dingen/1", 404),
        ("/invoice/v1/dingen/1", 404),
        ("/LEDGER/v1/dingen/1", 404),
        ("/ledger/docs", 404),
        ("/ledger/redoc", 404),
        ("/openapi.json", 404),
        ("/favicon.ico", 404),
        ("/%2e%2e/etc/passwd", 404),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_every_answer_has_the_headers_and_every_error_is_a_problem(
    client: httpx.AsyncClient, path: str, status: int, method: str
) -> None:
    answer = await client.request(method, f"http://test{path}")
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    if status >= 400:
        assert answer.headers["content-type"] == CONTENT_TYPE
    if method == "HEAD":
        assert answer.content == b""


async def test_only_looking_leads_to_the_start_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["location"] == "/matching/werkbak"
    assert (await client.post("/")).status_code == 404


async def test_a_token_opens_what_is_the_role_s(client: httpx.AsyncClient) -> None:
    answer = await client.get("/matching/v1/dingen/1", headers=login(client))
    assert (answer.status_code, answer.json()) == (200, {"wie": "jan"})


async def test_not_ready_without_a_database_but_alive(client: httpx.AsyncClient) -> None:
    ready = await client.get("/ledger/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "fail")
    assert (await client.get("/ledger/health/live")).json() == {"status": "pass"}


async def test_openapi_is_open_to_browsers_and_tells_our_own_errors(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ledger/v1/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["info"]["version"] == "1.0.0"
    assert list(document["paths"]) == ["/ledger/v1/dingen/{nummer}"]
    responses = document["paths"]["/ledger/v1/dingen/{nummer}"]["get"]["responses"]
    assert "422" not in responses
    assert list(responses["default"]["content"]) == [CONTENT_TYPE]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"


async def test_metrics_are_the_service_s_own_by_route_template(client: httpx.AsyncClient) -> None:
    for number in range(3):
        await client.get(f"/ledger/v1/dingen/{number}", headers=login(client))
    await client.get("/matching/v1/dingen/1", headers=login(client))
    await client.request("GEKKIGHEID", "/ledger/v1/dingen/1")
    text = (await client.get("/ledger/metrics")).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    requests = [sample.labels for sample in samples if sample.name == "happyflow_http_requests_total"]
    assert {labels["service"] for labels in requests} == {"ledger"}
    assert "/ledger/v1/dingen/{nummer}" in {labels["route"] for labels in requests}
    assert "GEKKIGHEID" not in {labels["method"] for labels in requests}
    assert not any("jan" in value or value.endswith("/1") for labels in requests for value in labels.values())
    assert any(sample.name.startswith("process_") for sample in samples)
