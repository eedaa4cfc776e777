"""The allocation service, as the platform runs it."""

from services.allocation.api import router
from services.allocation.check import check
from services.allocation.handlers import subscriptions
from services.allocation.herbouw import rebuild
from services.allocation.models import METADATA
from services.allocation.termijnen import BRON, vul_aan
from services.allocation.testify import testify
from services.platform.service import Service
from services.platform.termijnen.meten import te_laat_melden, termijnen_task

SERVICE = Service(
    name="allocation",
    title="Toewijzingen: neemt berichten tussen gemeente en aanbieder in, antwoordt erop en houdt het register bij",
    metadata=METADATA,
    router=router,
    subscriptions=subscriptions,
    check=check,
    tasks=(termijnen_task("allocation", BRON, vul_aan),),
    attention=te_laat_melden(BRON),
    rebuild=rebuild,
    testify=testify,
)
