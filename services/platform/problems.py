"""``application/problem+json`` (RFC 9457): one shape for every error, all errors of one input together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from ijw.lezen import Fout
from services.platform.tracing.spans import current

CONTENT_TYPE = "application/problem+json"
TYPE_BASE = "urn:happyflow:probleem:"
INSTANCE_BASE = "urn:happyflow:spoor:"

SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": f"{TYPE_BASE}<soort>"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": f"{INSTANCE_BASE}<kenmerk>, bij een fout van ons"},
        "fouten": {
            "type": "array",
            "description": "alle fouten van een invoer samen",
            "items": {
                "type": "object",
                "properties": {
                    "regel": {"type": ["integer", "null"]},
                    "pad": {"type": "string"},
                    "melding": {"type": "string"},
                },
            },
        },
    },
}
"""What ``Problem.body`` gives, as JSON Schema."""

_MAX_FOUTEN = 200
_MAX_NAME = 80


class Problem(Exception):  # noqa: N818 — it is the standard's own word for the answer
    """An error that goes to the caller as it is: Dutch text, no value of a message in it."""

    def __init__(
        self,
        status: int,
        soort: str,
        titel: str,
        detail: str | None = None,
        *,
        fouten: Sequence[Fout] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(titel)
        self.status = status
        self.soort = soort
        self.titel = titel
        self.detail = detail
        self.fouten = tuple(fouten)
        self.headers = dict(headers or {})
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON members; ``fouten`` only when there are any."""
        body: dict[str, Any] = {"type": TYPE_BASE + self.soort, "title": self.titel, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        if self.fouten:
            body["fouten"] = [{"regel": fout.regel, "pad": fout.pad, "melding": fout.melding} for fout in self.fouten]
        return body | self.extra


def not_found(what: str) -> Problem:
    """404, also for what exists but is not the caller's: existence is not theirs to know."""
    return Problem(404, "niet-gevonden", f"{what} niet gevonden")


def overloaded(detail: str) -> Problem:
    """503 with the request to come back; whoever sends the same bytes again gets one effect."""
    return Problem(503, "overbelast", "Op dit moment te druk of niet beschikbaar", detail, headers={"Retry-After": "5"})


def invalid(errors: Sequence[Any]) -> Problem:
    """400 for input of another form: every error that pydantic found, in Dutch."""
    fouten = [Fout(regel=None, pad=_path(item["loc"]), melding=_dutch(item)) for item in errors[:_MAX_FOUTEN]]
    more = len(errors) - len(fouten)
    return Problem(400, "ongeldig", "Ongeldige invoer", f"En nog {more} fouten." if more else None, fouten=fouten)


def unauthorized(detail: str) -> Problem:
    """401: no token, or not a valid one."""
    return Problem(401, "niet-aangemeld", "Niet aangemeld", detail, headers={"WWW-Authenticate": "Bearer"})


def crash() -> Problem:
    """500: a defect of ours, logged; what was committed before it stays."""
    return Problem(500, "interne-fout", "Er ging iets mis", "De fout is vastgelegd. Probeer het later nog eens.")


def trace_of(problem: Problem) -> str | None:
    """The id of the trace in which to look for a problem of ours; None of another problem."""
    span = current() if problem.status >= 500 else None
    return span.context.trace_id if span else None


def response(problem: Problem) -> Response:
    """The HTTP answer of a problem. What is ours to look into names the trace to look for."""
    body = problem.body()
    if kenmerk := trace_of(problem):
        body["instance"] = INSTANCE_BASE + kenmerk
    return Response(
        msgspec.json.encode(body),
        problem.status,
        headers={**problem.headers, "Content-Type": CONTENT_TYPE},
    )


_TITLES = {
    400: ("ongeldig", "Ongeldige invoer"),
    401: ("niet-aangemeld", "Niet aangemeld"),
    403: ("niet-toegestaan", "Niet toegestaan"),
    404: ("niet-gevonden", "Niet gevonden"),
    405: ("methode-niet-toegestaan", "Methode niet toegestaan"),
    406: ("niet-aanvaardbaar", "Gevraagde vorm niet beschikbaar"),
    413: ("te-groot", "De aanvraag is te groot"),
    415: ("verkeerd-type", "Dit type inhoud hoort hier niet"),
}


Answer = Callable[[Request, Problem], Response]
"""What makes an answer of a problem."""


def install(app: FastAPI, answer: Answer) -> None:
    """Let every error of ``app`` leave as a problem."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, invalid(error.errors()))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        soort, titel = _TITLES.get(error.status_code, ("fout", "De aanvraag kon niet worden uitgevoerd"))
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed(request))
        return answer(request, Problem(error.status_code, soort, titel, headers=headers))

    async def on_crash(request: Request, _error: Exception) -> Response:
        # Logged by the edge, to which the exception goes on.
        return answer(request, crash())

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_crash)


def _allowed(request: Request) -> list[str]:
    """Every method of a path: routes with the same path stand apart, and each knows only its own."""
    found = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.router.routes
        )
    ]
    return ["GET", "HEAD", *found[1:]] if "GET" in found else found


def _path(location: Sequence[Any]) -> str:
    """Where in the input, for example /body/regels/0/tarief; a name in it can be as long as its sender likes."""
    return "/" + "/".join(str(part)[:_MAX_NAME] for part in location)


_DUTCH = {
    "missing": "verplicht, maar ontbreekt",
    "extra_forbidden": "hoort hier niet",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "int_from_float": "moet een geheel getal zijn",
    "string_type": "moet tekst zijn",
    "date_from_datetime_parsing": "moet een datum zijn (jjjj-mm-dd)",
    "date_parsing": "moet een datum zijn (jjjj-mm-dd)",
    "date_type": "moet een datum zijn (jjjj-mm-dd)",
    "json_invalid": "is geen geldige JSON",
    "string_pattern_mismatch": "heeft niet de juiste vorm",
    "string_too_short": "is te kort",
    "string_too_long": "is te lang",
    "greater_than_equal": "is te klein",
    "greater_than": "is te klein",
    "less_than_equal": "is te groot",
    "less_than": "is te groot",
    "too_short": "heeft te weinig onderdelen",
    "too_long": "heeft te veel onderdelen",
    "list_type": "moet een lijst zijn",
    "bool_parsing": "moet waar of onwaar zijn (true/false)",
}


def _dutch(item: Mapping[str, Any]) -> str:
    """The text of one validation error; the offending value is never quoted."""
    kind = str(item["type"])
    if kind in {"literal_error", "enum"}:
        return f"moet een van deze zijn: {item['ctx']['expected'].replace(' or ', ' of ')}"
    if kind == "value_error":
        return str(item["ctx"]["error"])
    return _DUTCH.get(kind, "is ongeldig")
