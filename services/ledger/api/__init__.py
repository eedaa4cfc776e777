"""HTTP of the ledger: begrotingen, budgetten, the books themselves, and the page that shows a budget."""

from fastapi import APIRouter

from services.ledger.api.begrotingen import begrotingen_router
from services.ledger.api.boekhouding import boekhouding_router
from services.ledger.api.budgetten import budgetten_router
from services.ledger.api.pagina import pagina_router
from services.platform.service import Context


def router(context: Context) -> APIRouter:
    """Everything below ``/ledger``."""
    alles = APIRouter()
    alles.include_router(begrotingen_router(context))
    alles.include_router(budgetten_router(context))
    alles.include_router(boekhouding_router(context))
    alles.include_router(pagina_router(context))
    return alles
