"""HTTP of matching: one router per subject, put together here."""

from fastapi import APIRouter

from services.matching.api.beleid import beleid_router
from services.matching.api.contracten import contracten_router
from services.matching.api.productlijsten import productlijsten_router
from services.matching.api.toetsingen import toetsingen_router
from services.matching.api.uitval import uitval_router
from services.matching.api.werkbak import werkbak_router
from services.platform.service import Context


def router(context: Context) -> APIRouter:
    """All routes of the service."""
    alles = APIRouter()
    alles.include_router(contracten_router(context))
    alles.include_router(beleid_router(context))
    alles.include_router(productlijsten_router(context))
    alles.include_router(toetsingen_router(context))
    alles.include_router(uitval_router(context))
    alles.include_router(werkbak_router(context))
    return alles
