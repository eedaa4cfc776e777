"""Pages: a cookie scripts cannot read, forms nobody else can send, a sign-in that never leads elsewhere."""

from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp

from services.platform.app import Gateway, create_app
from services.platform.auth import Authenticator, LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.edge import Edge
from services.platform.models import service_metadata
from services.platform.pages import COOKIE, Pages, _safe_target, check_csrf, euro, page_identity, read_form
from services.platform.problems import Problem
from services.platform.server import make_server
from services.platform.service import Context, Service
from services.platform.settings import Settings

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def router(_context: Context) -> APIRouter:
    """A page and a form, with the templates of the ledger."""
    pages = Pages("ledger")
    routes = APIRouter()
    routes.include_router(pages.sign_in_router())

    @routes.get("/werk")
    async def werk(request: Request) -> Response:
        wie = await page_identity(request, Rol.MEDEWERKER)
        return pages.render(request, "aanmelden.html", naar="", fout=f"<b>{wie.sub}</b>", wie=wie)

    @routes.post("/werk")
    async def doe(request: Request) -> Response:
        await page_identity(request, Rol.MEDEWERKER)
        form = await read_form(request)
        check_csrf(request, form)
        return Response(form["keuze"])

    @routes.get("/stuk")
    async def stuk(getal: int) -> None:
        raise Problem(409, "besloten", "Al besloten <b>", "Iemand was u voor.", headers={"Retry-After": "9"})

    return routes


class Site:
    """A browser without scripts, and tokens for it."""

    def __init__(self, client: httpx.AsyncClient, issuer: LocalIssuer, app: ASGIApp) -> None:
        self.client = client
        self.app = app
        self.issuer = issuer

    def sign_in(self, rol: Rol = Rol.MEDEWERKER, **claims: Any) -> None:
        token = self.issuer.mint(rol, gemeenten=() if rol is Rol.AANBIEDER else ("0193",), **claims)
        self.client.cookies.set(COOKIE, token)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, data=fields, headers=named)

    async def csrf(self) -> str:
        found = Fields()
        found.feed((await self.client.get("/ledger/werk")).text)
        return found.values["csrf"]


class Fields(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self.values[str(found["name"])] = found.get("value") or ""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    settings = Settings(data=tmp_path)
    issuer = LocalIssuer(tmp_path, settings, SystemClock())
    authenticator = Authenticator(settings, SystemClock(), issuer)
    context = cast(Context, SimpleNamespace(settings=settings))
    app = create_app(Service("ledger", "Proef", service_metadata(), router), context, authenticator)
    edge = Edge(Gateway({"ledger": app}), settings, authenticator)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://test") as client:
        yield Site(client, issuer, edge)


async def test_without_a_token_one_is_sent_to_the_form_and_back(site: Site) -> None:
    answer = await site.client.get("/ledger/werk?jaar=2026&per=2026-05-06")
    assert answer.status_code == 303
    target = urlsplit(answer.headers["location"])
    assert target.path == "/ledger/aanmelden"
    found = Fields()
    found.feed((await site.client.get(answer.headers["location"])).text)
    assert found.values["naar"] == "/ledger/werk?jaar=2026&per=2026-05-06"
    token = site.issuer.mint(Rol.MEDEWERKER, gemeenten=("0193",))
    signed_in = await site.post("/ledger/aanmelden", {"token": f"  {token}\n", "naar": found.values["naar"]})
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, found.values["naar"])
    attributes = signed_in.headers["set-cookie"].lower()
    assert all(word in attributes for word in ("httponly", "samesite=strict", "path=/"))
    assert (await site.client.get("/ledger/werk")).status_code == 200


async def test_behind_a_proxy_that_has_tls_the_cookie_asks_for_it_too(site: Site) -> None:
    token = site.issuer.mint(Rol.MEDEWERKER, gemeenten=("0193",))
    for trusted, secure in (("127.0.0.1", False), ("10.0.0.0/8", True), ("*", True)):
        server = make_server(site.app, Settings(trusted_proxies=trusted))
        server.config.load()
        transport = httpx.ASGITransport(server.config.loaded_app, client=("10.1.2.3", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.post(
                "/ledger/aanmelden", data={"token": token}, headers={"X-Forwarded-Proto": "https"}
            )
        assert ("secure" in answer.headers["set-cookie"].lower()) is secure, trusted


async def test_what_was_posted_without_a_token_is_not_a_place_to_come_back_to(site: Site) -> None:
    answer = await site.post("/ledger/werk", {"keuze": "ja"})
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {}


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "<script>", "é" * 10, "x" * 5000], ids=["none", "x", "dots", "html", "accents", "long"]
)
async def test_a_token_that_is_none_signs_nobody_in(site: Site, token: str) -> None:
    answer = await site.post("/ledger/aanmelden", {"token": token, "naar": "/ledger/werk"})
    assert answer.status_code in {400, 401}
    assert "set-cookie" not in answer.headers
    assert "<script>" not in answer.text
    assert 'role="alert"' in answer.text


async def test_an_expired_token_leads_to_the_form_again(site: Site) -> None:
    site.sign_in(lifetime=-timedelta(hours=1))
    assert (await site.client.get("/ledger/werk")).status_code == 303


async def test_another_role_is_told_so(site: Site) -> None:
    site.sign_in(Rol.AANBIEDER, agb="42000001")
    answer = await site.client.get("/ledger/werk", headers=BROWSER)
    assert answer.status_code == 403
    assert "Uw rol geeft hier geen toegang toe." in answer.text


async def test_what_is_shown_is_escaped(site: Site) -> None:
    site.sign_in(sub="<script>alert(1)</script>")
    text = (await site.client.get("/ledger/werk")).text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


async def test_a_page_allows_no_script_and_nothing_from_elsewhere(site: Site) -> None:
    headers = (await site.client.get("/ledger/aanmelden")).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


async def test_a_form_of_this_session_is_taken(site: Site) -> None:
    site.sign_in()
    fields = {"csrf": await site.csrf(), "keuze": "één"}
    assert (await site.post("/ledger/werk", fields)).text == "één"
    assert (await site.post("/ledger/werk", fields, Sec_Fetch_Site="same-origin")).status_code == 200
    assert (await site.post("/ledger/werk", fields, Origin="http://test")).status_code == 200


@pytest.mark.parametrize("csrf", ["", "x", "é", "\0", "0" * 64])
async def test_a_form_of_nobody_is_refused(site: Site, csrf: str) -> None:
    site.sign_in()
    assert (await site.post("/ledger/werk", {"csrf": csrf, "keuze": "ja"})).status_code == 403


async def test_a_form_of_another_session_is_refused(site: Site) -> None:
    site.sign_in(sub="piet")
    theirs = await site.csrf()
    site.client.cookies.clear()
    site.sign_in(sub="jan")
    assert (await site.post("/ledger/werk", {"csrf": theirs, "keuze": "ja"})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://elders"},
        {"Origin": "null"},
    ],
    ids=str,
)
async def test_another_site_cannot_sign_a_visitor_in(site: Site, headers: dict[str, str]) -> None:
    """As somebody else, whose name then stands under what the visitor decides."""
    token = site.issuer.mint(Rol.MEDEWERKER, gemeenten=("0193",))
    answer = await site.post("/ledger/aanmelden", {"token": token}, **headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_signing_out_takes_a_form_and_the_cookie(site: Site) -> None:
    site.sign_in()
    assert (await site.post("/ledger/afmelden", {"csrf": ""})).status_code == 403
    answer = await site.post("/ledger/afmelden", {"csrf": await site.csrf()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ledger/aanmelden")
    assert "max-age=0" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"keuze=ja", {"Content-Type": "text/plain"}, 415),
        (b'{"keuze": "ja"}', {"Content-Type": "application/json"}, 415),
        (b"keuze=" + b"a" * 40_000, FORM, 413),
        (b"&".join(b"a%d=1" % number for number in range(300)), FORM, 400),
        (b"keuze=\xff", FORM, 400),
        (b"keuze=%FF", FORM, 400),
    ],
    ids=["text", "json", "large", "many", "bytes", "percent"],
)
async def test_a_form_that_is_none_is_refused(site: Site, content: bytes, headers: dict[str, str], status: int) -> None:
    site.sign_in()
    assert (await site.client.post("/ledger/werk", content=content, headers=headers)).status_code == status


@pytest.mark.parametrize(
    "target",
    [
        "//elders", "https://elders", "/\\elders", "\\\\elders", "/\t/elders", "/ledger//elders", "javascript:alert(1)",
        "/ledger/\r\nSet-Cookie: x=1", "/ledger/werk#x", "ledger/werk", "/", "", " /ledger", "/ledger/werk?a=<b>",
        "/ledger/@elders", "/ledger/é",
    ],
)  # fmt: skip
async def test_signing_in_never_leads_elsewhere(site: Site, target: str) -> None:
    token = site.issuer.mint(Rol.MEDEWERKER, gemeenten=("0193",))
    answer = await site.post("/ledger/aanmelden", {"token": token, "naar": target})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@given(st.text(max_size=30).map(lambda rest: "/" + rest))
def test_a_target_that_is_kept_is_a_path_here(target: str) -> None:
    kept = _safe_target(target)
    assert kept in {"", target}
    if kept:
        assert urlsplit(kept).netloc == ""
        assert "//" not in kept.partition("?")[0]


async def test_an_error_is_a_page_for_a_browser_and_a_problem_for_a_program(site: Site) -> None:
    page = await site.client.get("/ledger/stuk?getal=1", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (409, "text/html; charset=utf-8")
    assert "Al besloten &lt;b&gt;" in page.text
    assert "Iemand was u voor." in page.text
    assert page.headers["retry-after"] == "9"
    assert (await site.client.get("/ledger/stuk?getal=1")).json()["title"] == "Al besloten <b>"
    invalid = await site.client.get("/ledger/stuk?getal=x", headers=BROWSER)
    assert "moet een geheel getal zijn" in invalid.text
    api = await site.client.get("/ledger/v1/niets", headers=BROWSER)
    assert api.headers["content-type"] == "application/problem+json"


async def test_the_stylesheet_needs_no_sign_in(site: Site) -> None:
    answer = await site.client.get("/ledger/static/happyflow.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "€ 0,00"), (5, "€ 0,05"), (-5, "−€ 0,05"), (123456789, "€ 1.234.567,89"), (-100000, "−€ 1.000,00")],
)
def test_money_in_words(cents: int, text: str) -> None:
    assert euro(cents) == text
