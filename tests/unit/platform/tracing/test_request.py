"""The span of a request: which route, how it went, whose trace; never what was sent or asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import MetaData
from starlette.types import ASGIApp, Receive, Scope, Send

from services.platform.app import Gateway, create_app
from services.platform.auth import Authenticator, LocalIssuer
from services.platform.clock import SystemClock
from services.platform.edge import Edge
from services.platform.problems import Problem
from services.platform.service import Service
from services.platform.settings import Settings
from services.platform.tracing.request import traced
from services.platform.tracing.spans import begin, current, during
from services.platform.tracing.traceparent import SpanContext, parse
from tests.unit.platform.asgi import Antwoord, ask, scope_of
from tests.unit.platform.tracing.opnemer import attributes, failed, opname, own, parent, service_of

SENDER = SpanContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", sampled=True)
BSN = "999900006"


def router(_context: object) -> APIRouter:
    routes = APIRouter()

    @routes.get("/v1/clienten/{bsn}")
    async def client(bsn: str) -> dict[str, str]:
        span = current()
        assert span is not None
        return {"trace": span.context.trace_id, "lang": str(len(bsn))}

    @routes.post("/v1/stuk")
    async def stuk() -> None:
        raise RuntimeError(BSN)

    @routes.get("/pagina")
    async def pagina() -> None:
        raise RuntimeError(BSN)

    @routes.post("/v1/druk")
    async def druk() -> None:
        raise Problem(503, "overbelast", "Te druk")

    return routes


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    folder = tmp_path_factory.mktemp("sleutels")
    options = Settings(data=folder)
    authenticator = Authenticator(options, SystemClock(), LocalIssuer(folder, options, SystemClock()))
    service = Service(name="ledger", title="x", metadata=MetaData(), router=router)  # type: ignore[arg-type]
    app = create_app(service, None, authenticator)  # type: ignore[arg-type]
    return Edge(Gateway({"ledger": app}), options, authenticator)


@pytest.fixture(autouse=True)
def nothing_stays_at_hand() -> Iterator[None]:
    yield
    assert current() is None


async def test_a_request_is_a_span_by_its_template_in_its_senders_trace(edge: Edge) -> None:
    headers = {"traceparent": SENDER.traceparent, "user-agent": BSN, "tracestate": f"x={BSN}", "baggage": f"x={BSN}"}
    with opname() as kept:
        antwoord = await ask(edge, scope_of("GET", f"/ledger/v1/clienten/{BSN}", headers, query=f"bsn={BSN}"))
    span = kept.only("GET /ledger/v1/clienten/{bsn}")
    assert (service_of(span), parent(span)) == ("ledger", SENDER)
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.route": "/ledger/v1/clienten/{bsn}",
        "http.response.status_code": 200,
    }
    assert BSN not in span.to_json()
    assert json.loads(antwoord.body)["trace"] == SENDER.trace_id
    assert parse(antwoord.headers["traceresponse"]) == own(span)


@pytest.mark.parametrize("recorded", [True, False])
async def test_every_answer_names_its_trace_and_ours_to_look_into_do_so_inside(edge: Edge, recorded: bool) -> None:
    browser = {"accept": "text/html"}

    async def asked(method: str, path: str) -> tuple[Antwoord, str]:
        if recorded:
            with opname():
                antwoord = await ask(edge, scope_of(method, path, browser))
        else:
            antwoord = await ask(edge, scope_of(method, path, browser))
        context = parse(antwoord.headers["traceresponse"])
        assert context is not None
        assert context.sampled is recorded
        return antwoord, context.trace_id

    for path, status in (("/ledger/v1/stuk", 500), ("/ledger/v1/druk", 503)):
        antwoord, trace = await asked("POST", path)
        assert antwoord.status == status
        assert json.loads(antwoord.body)["instance"] == f"urn:happyflow:spoor:{trace}"
    antwoord, trace = await asked("GET", "/ledger/pagina")
    assert (antwoord.status, trace in antwoord.body.decode()) == (500, True)
    antwoord, _ = await asked("GET", "/ledger/v1/niets")
    assert antwoord.status == 404
    assert "instance" not in json.loads(antwoord.body)


async def test_a_crash_is_named_and_not_quoted(edge: Edge) -> None:
    with opname() as kept:
        await ask(edge, scope_of("POST", "/ledger/v1/stuk"))
    span = kept.only("POST /ledger/v1/stuk")
    assert failed(span)
    assert attributes(span)["http.response.status_code"] == 500
    assert attributes(span)["error.type"] == "RuntimeError"
    assert BSN not in span.to_json()


async def test_what_cannot_be_gone_by_begins_a_trace(edge: Edge) -> None:
    wrong = [[("traceparent", f"00-{BSN:0>32}-{BSN:0>16}-01")], [("traceparent", SENDER.traceparent)] * 2]
    for headers in wrong:
        scope = scope_of("GET", "/ledger/v1/clienten/1")
        scope["headers"] = [(name.encode(), value.encode()) for name, value in headers]
        with opname() as kept:
            await ask(edge, scope)
        (span,) = kept.spans
        assert parent(span) is None
        assert own(span).trace_id != SENDER.trace_id


async def test_a_sender_who_wants_no_record_gets_none(edge: Edge) -> None:
    headers = {"traceparent": SENDER._replace(sampled=False).traceparent}
    with opname() as kept:
        antwoord = await ask(edge, scope_of("GET", "/ledger/v1/clienten/1", headers))
    assert kept.spans == ()
    assert json.loads(antwoord.body)["trace"] == SENDER.trace_id


async def test_what_machines_ask_all_day_is_not_recorded(edge: Edge) -> None:
    with opname() as kept:
        assert (await ask(edge, scope_of("GET", "/ledger/health/live"))).status == 200
        assert (await ask(edge, scope_of("GET", "/ledger/metrics"))).status == 200
    assert kept.spans == ()


NAMES = {"GET /ledger/v1/clienten/{bsn}", "ander /ledger/v1/clienten/{bsn}"}
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.just(BSN)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", BSN]) | anything,
    path=st.sampled_from(["/ledger/v1/clienten/", "/ledger/", "/", "/ledger/v1/stuk/", ""]),
    rest=anything,
    query=anything,
    headers=st.lists(st.tuples(st.sampled_from([b"traceparent", b"host", b"user-agent", b"x"]), st.binary())),
)
async def test_a_span_holds_nothing_that_was_sent(
    edge: Edge, method: str, path: str, rest: str, query: str, headers: list[tuple[bytes, bytes]]
) -> None:
    """Every text in it is one of a few that are known beforehand."""
    scope = scope_of(method, path + rest, query=query)
    scope["headers"] = headers
    with opname() as kept:
        await ask(edge, scope)
    for span in kept.spans:
        texts = {span.name, *(value for value in attributes(span).values() if isinstance(value, str))}
        assert texts <= KNOWN, texts
        assert not span.events
    assert len(kept.spans) <= 1


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ander"}
ROUTES = {
    "/ledger/v1/clienten/{bsn}",
    "/ledger/v1/stuk",
    "/ledger/v1/druk",
    "/ledger/pagina",
    "/ledger/v1/openapi.json",
    "onbekend",
}
KNOWN = METHODS | ROUTES | {f"{method} {route}" for method in METHODS for route in ROUTES} | {"500", "RuntimeError"}


async def test_the_framework_s_own_telemetry_is_off(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who sets up OpenTelemetry for the whole process gets no paths, queries or texts of errors of ours."""
    provider, kept = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", provider)
    assert (await ask(edge, scope_of("GET", f"/ledger/v1/clienten/{BSN}", query=BSN))).status == 200
    assert (await ask(edge, scope_of("POST", "/ledger/v1/stuk"))).status == 500
    assert kept.get_finished_spans() == ()


async def test_what_one_service_asks_another_is_one_trace(edge: Edge) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(edge), base_url="http://happyflow", event_hooks={"request": [traced]}
    ) as client:
        with opname() as kept, during(begin("invoice", "vraag")) as asking:
            antwoord = await client.get("/ledger/v1/clienten/1")
            assert current() is asking
        assert antwoord.json()["trace"] == asking.context.trace_id
        assert parent(kept.only("GET /ledger/v1/clienten/{bsn}")) == asking.context
        assert "traceparent" not in (await client.get("/ledger/v1/clienten/1")).request.headers


async def test_an_answer_cut_off_is_a_failure(tmp_path: Path) -> None:
    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(BSN)

    app: ASGIApp = half
    options = Settings(data=tmp_path)
    authenticator = Authenticator(options, SystemClock(), LocalIssuer(tmp_path, options, SystemClock()))
    with opname() as kept:
        await ask(Edge(app, options, authenticator), scope_of())
    (span,) = kept.spans
    assert failed(span)
    assert attributes(span)["error.type"] == "RuntimeError"
