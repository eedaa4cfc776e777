"""One FastAPI application per service, and one ASGI application that holds several."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.platform import pages, problems, unavailable
from services.platform.auth import Authenticator
from services.platform.edge import API_VERSION
from services.platform.metrics import exposition
from services.platform.problems import not_found
from services.platform.service import Context, Service

_READY_SECONDS = 2.0
"""Health is asked by machines that count a slow answer as none."""

_HOMES = {"matching": "/matching/werkbak", "ledger": "/ledger/budget"}
"""The page a visitor without a path is sent to, by the first service that is here."""


def create_app(service: Service, context: Context, authenticator: Authenticator) -> FastAPI:
    """The service's routes below ``/<name>/v1``, its pages, health, metrics and OpenAPI description."""
    prefix = f"/{service.name}"
    app = FastAPI(
        title=f"Happyflow {service.name}",
        description=service.title,
        version=API_VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # The framework would hand paths, queries and the texts of errors to whoever set up OpenTelemetry in this
        # process. Our own spans and metrics are made at the edge.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.authenticator = authenticator
    app.state.context = context
    problems.install(app, pages.answer)
    unavailable.install(app, pages.answer)
    pages.install(app)
    app.include_router(service.router(context), prefix=prefix)
    _add_operations(app, service.name, context)
    return app


def _add_operations(app: FastAPI, name: str, context: Context) -> None:
    @app.get(f"/{name}/health/live", include_in_schema=False)
    async def live() -> Response:
        return JSONResponse({"status": "pass"})

    @app.get(f"/{name}/health/ready", include_in_schema=False)
    async def ready() -> Response:
        try:
            async with asyncio.timeout(_READY_SECONDS), context.database.connection() as connection:
                await connection.fetchval("SELECT 1")
        except Exception as error:  # noqa: BLE001 — whatever it is, we are not ready
            return JSONResponse({"status": "fail", "output": type(error).__name__}, status_code=503)
        return JSONResponse({"status": "pass"})

    @app.get(f"/{name}/metrics", include_in_schema=False)
    async def metrics() -> Response:
        content, content_type = exposition(name)
        return Response(content, headers={"Content-Type": content_type})

    @app.get(f"/{name}/v1/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return JSONResponse(app.openapi_schema, headers={"Access-Control-Allow-Origin": "*"})


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, with our own errors in the place of the framework's 422."""
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = problems.SCHEMA
    answer = {
        "description": "Een fout, als application/problem+json (RFC 9457)",
        "content": {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].pop("422", None)
                operation["responses"].setdefault("default", answer)
    return document


class Gateway:
    """Sends a request to the application of the service its path begins with."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = dict(apps)
        self._home = next((home for name, home in _HOMES.items() if name in self._apps), None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        path = scope["path"]
        name = path.split("/", 2)[1] if path.startswith("/") else ""
        app = self._apps.get(name)
        if app is not None:
            scope["happyflow.service"] = name
            await app(scope, receive, send)
        elif path == "/" and self._home and scope["method"] == "GET":
            await RedirectResponse(self._home, 303)(scope, receive, send)
        else:
            await problems.response(not_found("Adres"))(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
