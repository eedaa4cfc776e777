"""Pages for people: the token in a cookie no script can read, templates that escape, forms nobody else can send.

A browser cannot set an Authorization header by itself, so signing in means pasting a token (or, with an
identity provider in front, having it set the cookie). Every form carries a value bound to that cookie.
"""

import hashlib
import hmac
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape

from services.platform.auth import Authenticator, Identiteit, Rol
from services.platform.problems import Problem

COOKIE = "happyflow_token"
_MAX_FORM_BYTES = 64 * 1024
_STATIC = Path(__file__).resolve().parent / "static"

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


class NotSignedIn(Exception):  # noqa: N818 — a state of the visitor, answered with a redirect
    """The visitor has no valid token; they are sent to the sign-in form and back."""


def install(app: FastAPI) -> None:
    """Send visitors without a token to the sign-in form of the service they came for."""

    async def to_sign_in(request: Request, _error: Exception) -> Response:
        service = request.url.path.split("/")[1]
        query = urlencode({"naar": request.url.path})
        return RedirectResponse(f"/{service}/aanmelden?{query}", status_code=303)

    app.add_exception_handler(NotSignedIn, to_sign_in)


async def page_identity(request: Request, *rollen: Rol) -> Identiteit:
    """Who looks at a page. Raises ``NotSignedIn`` without a valid token, 403 for another role."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    authenticator: Authenticator = request.app.state.authenticator
    try:
        identity = await authenticator.identify(token)
    except Problem as problem:
        raise NotSignedIn from problem
    if rollen and identity.rol not in rollen and identity.rol is not Rol.BEHEER:
        raise Problem(403, "rol-niet-toegestaan", "Niet toegestaan", "Uw rol geeft hier geen toegang toe.")
    return identity


def csrf_token(request: Request) -> str:
    """What a form of this session must send back."""
    return hashlib.sha256(b"csrf:" + request.cookies.get(COOKIE, "").encode()).hexdigest()


def check_csrf(request: Request, form: dict[str, str]) -> None:
    """403 when the form was not made by a page of this session."""
    if not hmac.compare_digest(csrf_token(request), form.get("csrf", "")):
        raise Problem(403, "formulier-ongeldig", "Dit formulier is niet (meer) geldig", "Open de pagina opnieuw.")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form (application/x-www-form-urlencoded), the last value of each."""
    size = 0
    chunks = []
    async for chunk in request.stream():
        size += len(chunk)
        if size > _MAX_FORM_BYTES:
            raise Problem(413, "te-groot", "Het formulier is te groot")
        chunks.append(chunk)
    try:
        fields = parse_qs(b"".join(chunks).decode("utf-8"), keep_blank_values=True, max_num_fields=200)
    except (UnicodeDecodeError, ValueError) as error:
        raise Problem(400, "ongeldig", "Het formulier is onleesbaar") from error
    return {name: values[-1] for name, values in fields.items()}


def euro(cents: int) -> str:
    """``1234567`` as ``€ 12.345,67``; the arithmetic stays integer."""
    sign = "−" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}€ {whole:,}".replace(",", ".") + f",{part:02d}"


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

    def render(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page; every template extends ``basis.html`` and may use ``csrf``, ``wie`` and ``service``."""
        html = self._environment.get_template(template).render(
            service=self._service, csrf=csrf_token(request), pad=request.url.path, **values
        )
        return HTMLResponse(html, status_code=status, headers={"Content-Security-Policy": CSP})

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
            return self.render(request, "aanmelden.html", naar=_safe_target(naar, prefix), fout=None, wie=None)

        @router.post("/aanmelden")
        async def sign_in(request: Request) -> Response:
            fields = await read_form(request)
            naar = _safe_target(fields.get("naar", ""), prefix)
            token = fields.get("token", "").strip()
            authenticator: Authenticator = request.app.state.authenticator
            try:
                await authenticator.identify(token)
            except Problem as problem:
                return self.render(request, "aanmelden.html", 401, naar=naar, fout=problem.detail, wie=None)
            response = RedirectResponse(naar or prefix, status_code=303)
            response.set_cookie(
                COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
            )
            return response

        @router.post("/afmelden")
        async def sign_out(request: Request) -> Response:
            check_csrf(request, await read_form(request))
            response = RedirectResponse(f"{prefix}/aanmelden", status_code=303)
            response.delete_cookie(COOKIE, path="/")
            return response

        return router


def _safe_target(path: str, prefix: str) -> str:
    """Only a page of this site: an address elsewhere would make the form a springboard."""
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else ""
