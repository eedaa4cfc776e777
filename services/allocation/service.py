"""The allocation service, as the platform runs it."""

from services.allocation.api import router
from services.allocation.check import check
from services.allocation.handlers import subscriptions
from services.allocation.models import METADATA
from services.platform.service import Service

SERVICE = Service(
    name="allocation",
    title="Toewijzingen: neemt JW301 in, antwoordt met JW302 en houdt het register bij",
    metadata=METADATA,
    router=router,
    subscriptions=subscriptions,
    check=check,
)
