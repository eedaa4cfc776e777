"""The ledger as the platform knows it."""

from services.ledger.api import router
from services.ledger.check import check
from services.ledger.handlers import subscriptions
from services.ledger.herbouw import rebuild
from services.ledger.models import METADATA
from services.ledger.tasks import TASKS
from services.ledger.testify import testify
from services.platform.service import Service

SERVICE = Service(
    name="ledger",
    title="Het grootboek van elke gemeente: begroting, verplichtingen, declaraties en wat er nog resteert.",
    metadata=METADATA,
    router=router,
    subscriptions=subscriptions,
    check=check,
    tasks=TASKS,
    opens_messages=False,
    rebuild=rebuild,
    testify=testify,
)
