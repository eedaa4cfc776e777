"""The invoice service."""

from services.invoice.api import router
from services.invoice.check import check
from services.invoice.handlers import subscriptions
from services.invoice.models import METADATA
from services.invoice.tasks import TASKS
from services.platform.service import Service

SERVICE = Service(
    name="invoice",
    title="Declaraties: neemt de JW323 in, volgt elke prestatie tot haar oordeel en antwoordt met de JW325",
    metadata=METADATA,
    router=router,
    subscriptions=subscriptions,
    check=check,
    tasks=TASKS,
)
