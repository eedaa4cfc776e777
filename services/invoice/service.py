"""The invoice service."""

from services.invoice.api import router
from services.invoice.check import check
from services.invoice.handlers import subscriptions
from services.invoice.herbouw import rebuild
from services.invoice.models import METADATA
from services.invoice.tasks import TASKS
from services.invoice.termijnen import BRON
from services.invoice.testify import testify
from services.platform.service import Service
from services.platform.termijnen.meten import te_laat_melden, termijnen_task

SERVICE = Service(
    name="invoice",
    title="Declaraties: neemt de JW323 in, volgt elke prestatie tot haar oordeel en antwoordt met de JW325",
    metadata=METADATA,
    router=router,
    subscriptions=subscriptions,
    check=check,
    tasks=(*TASKS, termijnen_task("invoice", BRON)),
    attention=te_laat_melden(BRON),
    rebuild=rebuild,
    testify=testify,
)
