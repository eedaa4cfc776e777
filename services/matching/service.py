"""Matching as the platform knows it."""

from services.matching.api import router
from services.matching.check import check
from services.matching.handlers import subscriptions
from services.matching.herbouw import rebuild
from services.matching.models import METADATA
from services.matching.tasks import TASKS
from services.platform.service import Service

SERVICE = Service(
    name="matching",
    title="Koppelt elke prestatie aan haar toewijzing, beheert contracten en beleid, en legt uitval voor aan een mens.",
    metadata=METADATA,
    router=router,
    subscriptions=subscriptions,
    check=check,
    tasks=TASKS,
    opens_messages=False,
    rebuild=rebuild,
)
