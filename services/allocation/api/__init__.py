"""HTTP of the allocation service: messages, the postbus, the register, starts and stops, verzoeken, decisions."""

from fastapi import APIRouter

from services.allocation.api.berichten import berichten_router
from services.allocation.api.beslissingen import beslissingen_router
from services.allocation.api.meldingen import meldingen_router
from services.allocation.api.regie import regie_router
from services.allocation.api.toewijzingen import toewijzingen_router
from services.allocation.api.verzoeken import verzoeken_router
from services.allocation.termijnen import BRON
from services.platform.berichten.api import postbus_router
from services.platform.service import Context
from services.platform.termijnen.api import termijnen_router


def router(context: Context) -> APIRouter:
    """Everything below ``/allocation``."""
    alles = APIRouter()
    alles.include_router(berichten_router(context))
    alles.include_router(postbus_router(context))
    alles.include_router(toewijzingen_router(context))
    alles.include_router(regie_router(context))
    alles.include_router(verzoeken_router(context))
    alles.include_router(beslissingen_router(context))
    alles.include_router(meldingen_router(context))
    alles.include_router(termijnen_router(context, BRON))
    return alles
