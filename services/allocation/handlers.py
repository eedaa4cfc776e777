"""Events in: how much of each toewijzing has been awarded, and which product codes a gemeente has."""

from collections.abc import Sequence

from services.allocation.behandeling import toewijzing_sleutels
from services.allocation.store import productlijsten
from services.allocation.store.register import zet_gebruik
from services.platform import breekpunten
from services.platform.bus import Subscription
from services.platform.database import Connection
from services.platform.events import Event, ProductlijstVastgesteld, ToewijzingGebruikt, decode
from services.platform.service import Context


def subscriptions(context: Context) -> Sequence[Subscription]:
    """What this service listens to."""

    async def gebruik(connection: Connection, events: Sequence[Event]) -> None:
        """Per toewijzing the last count of the batch counts: its events share a partition, so they keep their order."""
        aantallen = {
            (payload.domein, payload.gemeente, stand.toewijzing_nummer): (stand.aantal_toegekend, event.volgnummer)
            for event, payload in ((event, decode(event, ToewijzingGebruikt)) for event in events)
            for stand in payload.toewijzingen
        }
        await zet_gebruik(connection, aantallen, context.clock.now())
        breekpunten.raak("allocation.in-gebruik")

    async def productlijst(connection: Connection, events: Sequence[Event]) -> None:
        """Of one gemeente the events share a partition, so its versions and their parts keep their order."""
        delen = [decode(event, ProductlijstVastgesteld) for event in events]
        await productlijsten.bewaar(connection, delen, context.clock.now())

    return (
        Subscription("gebruik", gebruik, locks=_locks),
        Subscription("productlijsten", productlijst, locks=_lijstlocks),
    )


def _locks(events: Sequence[Event]) -> set[str]:
    """The toewijzingen named: a removal either sees the count, or this sees the removal."""
    sleutels: set[str] = set()
    for payload in (decode(event, ToewijzingGebruikt) for event in events):
        nummers = ((payload.gemeente, stand.toewijzing_nummer) for stand in payload.toewijzingen)
        sleutels |= toewijzing_sleutels(payload.domein, nummers)
    return sleutels


def _lijstlocks(events: Sequence[Event]) -> set[str]:
    """The lists named: one writer each."""
    delen = (decode(event, ProductlijstVastgesteld) for event in events)
    return {productlijsten.productlijst_sleutel(deel.domein, deel.gemeente) for deel in delen}
