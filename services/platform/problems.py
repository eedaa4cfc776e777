"""``application/problem+json`` (RFC 9457): one shape for every error, all errors of one input together."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from ijw.lezen import Fout

CONTENT_TYPE = "application/problem+json"
TYPE_BASE = "urn:happyflow:probleem:"

_log = structlog.get_logger(__name__)


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
    """503 with the request to come back: nothing was stored."""
    return Problem(503, "overbelast", "Op dit moment te druk of niet beschikbaar", detail, headers={"Retry-After": "5"})


def response(problem: Problem) -> Response:
    """The HTTP answer of a problem."""
    return JSONResponse(problem.body(), status_code=problem.status, media_type=CONTENT_TYPE, headers=problem.headers)


_TITLES = {
    400: ("ongeldig", "Ongeldige invoer"),
    401: ("niet-aangemeld", "Niet aangemeld"),
    403: ("niet-toegestaan", "Niet toegestaan"),
    404: ("niet-gevonden", "Niet gevonden"),
    405: ("methode-niet-toegestaan", "Methode niet toegestaan"),
    406: ("niet-aanvaardbaar", "Gevraagde vorm niet beschikbaar"),
}


def install(app: FastAPI) -> None:
    """Let every error of ``app`` leave as problem+json."""

    async def on_problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return response(error)

    async def on_invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        fouten = [
            Fout(regel=None, pad="/" + "/".join(str(part) for part in item["loc"]), melding=_dutch(item))
            for item in error.errors()
        ]
        return response(Problem(400, "ongeldig", "Ongeldige invoer", fouten=fouten))

    async def on_http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        soort, titel = _TITLES.get(error.status_code, ("fout", "De aanvraag kon niet worden uitgevoerd"))
        return response(Problem(error.status_code, soort, titel, headers=error.headers))

    async def on_crash(request: Request, error: Exception) -> Response:
        _log.error("unhandled", path=request.url.path, error=type(error).__name__, exc_info=error)
        return response(
            Problem(500, "interne-fout", "Er ging iets mis", "De fout is vastgelegd; er is niets opgeslagen.")
        )

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_crash)


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
