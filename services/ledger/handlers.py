"""Events in: each batch is read, folded over what is known and stored, in the transaction of its delivery.

All three topics have the gemeente as key; it is the lock too, so that a grootboek has one writer at a time
and hands out its numbers without gaps.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from services.ledger.store.feiten import laad
from services.ledger.store.opslag import bewaar
from services.ledger.verwerking import (
    Verwerking,
    Vraag,
    vraag_indieningen,
    vraag_prestaties,
    vraag_verplichtingen,
)
from services.platform.bus import Handler, Subscription
from services.platform.database import Connection
from services.platform.events import (
    DeclaratieGeregistreerd,
    Event,
    EventData,
    PrestatiesVerwerkt,
    VerplichtingBepaald,
    decode,
)
from services.platform.service import Context

SERVICE_NAME = "ledger"
"""The space of this service's locks."""

Payload = TypeVar("Payload", bound=EventData)

MAX_MUTATIES_BYTES = 600_000
"""About 3,000 mutaties a transaction: larger ones win nothing and hold the gemeente longer."""


def subscriptions(context: Context) -> Sequence[Subscription]:
    """What the ledger listens to."""
    return (
        Subscription(
            "registraties",
            _handler(context, DeclaratieGeregistreerd, vraag_indieningen, Verwerking.boek_indiening),
            locks=gemeenten,
        ),
        Subscription(
            "mutaties",
            _handler(context, PrestatiesVerwerkt, vraag_prestaties, Verwerking.boek_prestaties),
            locks=gemeenten,
            max_bytes=MAX_MUTATIES_BYTES,
            lanes=2,
        ),
        Subscription(
            "verplichtingen",
            _handler(context, VerplichtingBepaald, vraag_verplichtingen, Verwerking.boek_verplichting),
            locks=gemeenten,
            max_events=1000,
        ),
    )


def gemeenten(events: Sequence[Event]) -> Iterable[str]:
    """The locks of a batch: its keys are gemeente codes."""
    return {event.key for event in events}


def _handler(
    context: Context,
    kind: type[Payload],
    vraag_van: Callable[[Iterable[Payload]], Vraag],
    boek: Callable[[Verwerking, Payload], None],
) -> Handler:
    async def handle(connection: Connection, events: Sequence[Event]) -> None:
        payloads = [decode(event, kind) for event in events]
        feiten = await laad(connection, vraag_van(payloads))
        verwerking = Verwerking(feiten, context.clock.today(), context.clock.now())
        for payload in payloads:
            boek(verwerking, payload)
        await bewaar(connection, verwerking)

    return handle
