"""HTTP of the invoice service."""

from fastapi import APIRouter

from services.invoice.api import indienen, inzien
from services.invoice.termijnen import BRON
from services.platform.berichten.api import postbus_router
from services.platform.service import Context
from services.platform.termijnen.api import termijnen_router


def router(context: Context) -> APIRouter:
    """All routes below ``/invoice``."""
    routes = APIRouter()
    routes.include_router(indienen.router(context))
    routes.include_router(inzien.router(context))
    routes.include_router(postbus_router(context))
    routes.include_router(termijnen_router(context, BRON))
    return routes
