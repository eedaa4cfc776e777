"""Matching as the platform knows it."""

from services.matching.api import router
from services.matching.check import check
from services.matching.handlers import subscriptions
from services.matching.models import METADATA
from services.matching.verplichtingen import verleng
from services.platform.service import PeriodicTask, Service

SERVICE = Service(
    name="matching",
    title="Koppelt elke prestatie aan haar toewijzing, beheert contracten en beleid, en legt uitval voor aan een mens.",
    metadata=METADATA,
    router=router,
    subscriptions=subscriptions,
    check=check,
    tasks=(PeriodicTask("verplichtingen", 3600, verleng),),
)
