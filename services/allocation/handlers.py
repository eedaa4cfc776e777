"""Events in: how much of each toewijzing has been awarded."""

from collections.abc import Sequence

from services.allocation.behandeling import toewijzing_sleutels
from services.allocation.store.register import zet_gebruik
from services.platform.bus import Subscription
from services.platform.database import Connection
from services.platform.events import Event, ToewijzingGebruikt, decode
from services.platform.service import Context


def subscriptions(context: Context) -> Sequence[Subscription]:
    """What this service listens to."""

    async def gebruik(connection: Connection, events: Sequence[Event]) -> None:
        """Per toewijzing the last count of the batch counts: its events share a partition, so they keep their order."""
        aantallen = {
            (payload.domein, payload.gemeente, stand.toewijzing_nummer): stand.aantal_toegekend
            for payload in (decode(event, ToewijzingGebruikt) for event in events)
            for stand in payload.toewijzingen
        }
        await zet_gebruik(connection, aantallen, context.clock.now())

    return (Subscription("gebruik", gebruik, locks=_locks),)


def _locks(events: Sequence[Event]) -> set[str]:
    """The toewijzingen named: a removal either sees the count, or this sees the removal."""
    sleutels: set[str] = set()
    for payload in (decode(event, ToewijzingGebruikt) for event in events):
        nummers = ((payload.gemeente, stand.toewijzing_nummer) for stand in payload.toewijzingen)
        sleutels |= toewijzing_sleutels(payload.domein, nummers)
    return sleutels
