"""Pages answer with a page, also when something is wrong."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from services.platform.pages import Pages
from services.platform.problems import Problem


def paginaroute(pages: Pages) -> type[APIRoute]:
    """A class of routes whose problems are shown as a page; ``request.state.wie`` keeps the menu on it."""

    class Paginaroute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            behandel = super().get_route_handler()

            async def met_foutpagina(request: Request) -> Response:
                try:
                    return await behandel(request)
                except Problem as problem:
                    return _toon(request, problem)
                except RequestValidationError:
                    return _toon(request, Problem(400, "ongeldig", "Dit adres klopt niet"))

            return met_foutpagina

    def _toon(request: Request, problem: Problem) -> Response:
        wie = getattr(request.state, "wie", None)
        pagina = pages.render(request, "fout.html", problem.status, wie=wie, titel=problem.titel, detail=problem.detail)
        pagina.headers.update(problem.headers)
        return pagina

    return Paginaroute
