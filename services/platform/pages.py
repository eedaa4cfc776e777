"""Pages for people: the token in a cookie no script can read, templates that escape, forms nobody else can send.

A browser cannot set an Authorization header by itself, so signing in means pasting a token (or, with an
identity provider in front, having it set the cookie). Every form carries a value bound to that cookie.
"""

import hashlib
import hmac
import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape

from services.platform.auth import Authenticator, Identiteit, Rol
from services.platform.body import read_body
from services.platform.clock import AMSTERDAM
from services.platform.problems import Problem, response, trace_of

COOKIE = "happyflow_token"
_MAX_FORM_BYTES = 32 * 1024
_MAX_TOKEN = 3800
"""Characters; browsers silently drop a cookie beyond 4 KB, and the visitor would be asked to sign in for ever."""
_STATIC = Path(__file__).resolve().parent / "static"

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    # Not "no-referrer" as elsewhere: with that a browser hides where our own forms come from.
    "Referrer-Policy": "same-origin",
}


class NotSignedIn(Exception):  # noqa: N818 — a state of the visitor, answered with a redirect
    """The visitor has no valid token; they are sent to the sign-in form and back."""


def install(app: FastAPI) -> None:
    """Send visitors without a token to the sign-in form of the service they came for."""

    async def to_sign_in(request: Request, _error: Exception) -> Response:
        service = request.url.path.split("/")[1]
        # What was posted is gone, so then the start is a better place to come back to.
        target = request.url.path if request.method == "GET" else ""
        if target and request.url.query:
            target += "?" + request.url.query
        return RedirectResponse(f"/{service}/aanmelden?{urlencode({'naar': target})}", status_code=303)

    app.add_exception_handler(NotSignedIn, to_sign_in)


def answer(request: Request, problem: Problem) -> Response:
    """A problem as a page for who looks at pages, as problem+json for everybody else."""
    _, service, *rest = f"{request.url.path}//".split("/")
    if rest[0] == "v1" or "text/html" not in request.headers.get("accept", ""):
        return response(problem)
    html = (
        _shared_templates()
        .get_template("fout.html")
        .render(service=service, pad=request.url.path, wie=None, problem=problem, kenmerk=trace_of(problem))
    )
    return HTMLResponse(html, problem.status, headers={**problem.headers, **_HEADERS})


async def page_identity(request: Request, *rollen: Rol) -> Identiteit:
    """Who looks at a page. Raises ``NotSignedIn`` without a valid token, 403 for another role."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    authenticator: Authenticator = request.app.state.authenticator
    try:
        identity = await authenticator.identify(token)
    except Problem as problem:
        if problem.status != 401:
            raise
        raise NotSignedIn from problem
    if rollen and identity.rol not in rollen and identity.rol is not Rol.BEHEER:
        raise Problem(403, "rol-niet-toegestaan", "Niet toegestaan", "Uw rol geeft hier geen toegang toe.")
    return identity


def csrf_token(request: Request) -> str:
    """What a form of this session must send back."""
    return hashlib.sha256(b"csrf:" + request.cookies.get(COOKIE, "").encode()).hexdigest()


def check_csrf(request: Request, form: dict[str, str]) -> None:
    """403 when the form was not made by a page of this session."""
    if not hmac.compare_digest(csrf_token(request).encode(), form.get("csrf", "").encode()):
        raise _foreign_form()


def _check_origin(request: Request) -> None:
    """403 when a browser says that another site sent the form; what is no browser says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise _foreign_form()
        return
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise _foreign_form()


def _foreign_form() -> Problem:
    return Problem(403, "formulier-ongeldig", "Dit formulier is niet (meer) geldig", "Open de pagina opnieuw.")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form (application/x-www-form-urlencoded), the last value of each.

    415 for another type, 403 when another site sent it, 413 beyond 32 kB, 400 when it cannot be read.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise Problem(415, "verkeerd-type", "Stuur een formulier")
    _check_origin(request)
    try:
        fields = parse_qs(
            (await read_body(request, _MAX_FORM_BYTES)).decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=200,
            errors="strict",
        )
    except ValueError as error:
        raise Problem(400, "ongeldig", "Het formulier is onleesbaar") from error
    return {name: values[-1] for name, values in fields.items()}


def euro(cents: int) -> str:
    """``1234567`` as ``€ 12.345,67``; the arithmetic stays integer."""
    sign = "−" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}€ {whole:,}".replace(",", ".") + f",{part:02d}"


def datum(dag: date) -> str:
    """A day as ``dd-mm-jjjj``; of an instant the Dutch day and time, ``dd-mm-jjjj uu:mm``."""
    if isinstance(dag, datetime):
        return dag.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")
    return dag.strftime("%d-%m-%Y")


class Pages:
    """Renders one service's templates (``services/<name>/templates``) inside the shared layout."""

    def __init__(self, service: str) -> None:
        self._service = service
        loader = PackageLoader(f"services.{service}", "templates")
        shared = PackageLoader("services.platform", "templates")
        self._environment = Environment(
            loader=ChoiceLoader([loader, shared]), autoescape=select_autoescape(default=True), trim_blocks=True
        )
        self._environment.filters["euro"] = euro
        self._environment.filters["datum"] = datum

    def render(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page; every template extends ``basis.html`` and may use ``csrf``, ``wie`` and ``service``."""
        html = self._environment.get_template(template).render(
            service=self._service, csrf=csrf_token(request), pad=request.url.path, **values
        )
        return HTMLResponse(html, status_code=status, headers=_HEADERS)

    def sign_in_router(self) -> APIRouter:
        """``/aanmelden``, ``/afmelden`` and the stylesheet."""
        router = APIRouter(include_in_schema=False)
        prefix = f"/{self._service}"

        @router.get("/static/happyflow.css")
        async def stylesheet() -> Response:
            return FileResponse(
                _STATIC / "happyflow.css", media_type="text/css", headers={"Cache-Control": "max-age=300"}
            )

        @router.get("/aanmelden")
        async def form(request: Request, naar: str = "") -> Response:
            return self.render(request, "aanmelden.html", naar=_safe_target(naar), fout=None, wie=None)

        @router.post("/aanmelden")
        async def sign_in(request: Request) -> Response:
            fields = await read_form(request)
            naar = _safe_target(fields.get("naar", ""))
            token = fields.get("token", "").strip()
            if len(token) > _MAX_TOKEN:
                te_lang = "Het token is te lang om in een cookie te bewaren."
                return self.render(request, "aanmelden.html", 400, naar=naar, fout=te_lang, wie=None)
            authenticator: Authenticator = request.app.state.authenticator
            try:
                await authenticator.identify(token)
            except Problem as problem:
                return self.render(request, "aanmelden.html", problem.status, naar=naar, fout=problem.detail, wie=None)
            answer = RedirectResponse(naar or "/", status_code=303)
            answer.set_cookie(
                COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
            )
            return answer

        @router.post("/afmelden")
        async def sign_out(request: Request) -> Response:
            check_csrf(request, await read_form(request))
            answer = RedirectResponse(f"{prefix}/aanmelden", status_code=303)
            answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
            return answer

        return router


@lru_cache(maxsize=1)
def _shared_templates() -> Environment:
    return Environment(loader=PackageLoader("services.platform", "templates"), autoescape=True, trim_blocks=True)


_TARGET = re.compile(r"/[a-z]+(?:/[A-Za-z0-9_.~-]+)*(?:\?[A-Za-z0-9_.~%&=+:,-]*)?")


def _safe_target(path: str) -> str:
    """Only a page of this site: an address elsewhere would make the form a springboard."""
    return path if _TARGET.fullmatch(path) else ""
