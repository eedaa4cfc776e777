"""One FastAPI application per service, and one ASGI application that holds several."""

import time
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.platform import pages, problems
from services.platform.auth import Authenticator
from services.platform.metrics import HTTP_REQUESTS, HTTP_SECONDS, exposition
from services.platform.problems import Problem, not_found
from services.platform.service import Context, Service

API_VERSION = "1.0.0"

_SECURITY_HEADERS = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def create_app(service: Service, context: Context, authenticator: Authenticator) -> FastAPI:
    """The service's routes below ``/<name>/v1``, its pages, health, metrics and OpenAPI description."""
    prefix = f"/{service.name}"
    app = FastAPI(
        title=f"Happyflow {service.name}",
        description=service.title,
        version=API_VERSION,
        openapi_url=f"{prefix}/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.authenticator = authenticator
    app.state.context = context
    problems.install(app)
    pages.install(app)
    app.include_router(service.router(context), prefix=prefix)
    _add_operations(app, prefix, context)
    _add_headers(app, service.name)
    return app


def _add_operations(app: FastAPI, prefix: str, context: Context) -> None:
    @app.get(f"{prefix}/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "pass"}

    @app.get(f"{prefix}/health/ready", include_in_schema=False)
    async def ready() -> Response:
        try:
            async with context.database.connection() as connection:
                await connection.fetchval("SELECT 1", timeout=3)
        except (Problem, OSError, TimeoutError) as error:
            return JSONResponse({"status": "fail", "output": type(error).__name__}, status_code=503)
        return JSONResponse({"status": "pass"})

    @app.get(f"{prefix}/metrics", include_in_schema=False)
    async def metrics() -> Response:
        content, content_type = exposition()
        return Response(content, headers={"Content-Type": content_type})


def _add_headers(app: FastAPI, service: str) -> None:
    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        started = time.perf_counter()
        response = await call_next(request)
        for name, value in _SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        route = getattr(request.scope.get("route"), "path", "onbekend")
        HTTP_REQUESTS.labels(service, request.method, route, str(response.status_code)).inc()
        HTTP_SECONDS.labels(service, request.method, route).observe(time.perf_counter() - started)
        return response


class Gateway:
    """Sends a request to the application of the service its path begins with."""

    def __init__(self, apps: Mapping[str, ASGIApp], home: str | None = None) -> None:
        self._apps = dict(apps)
        self._home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        name = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        app = self._apps.get(name)
        if app is None:
            answer = self._unknown(scope["path"])
            await answer(scope, receive, send)
            return
        await app(scope, receive, send)

    def _unknown(self, path: str) -> Response:
        if path == "/" and self._home:
            return RedirectResponse(self._home)
        return problems.response(not_found("Adres"))

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
