"""Events in: each batch is read, folded over what is known and stored, in the transaction of its delivery.

All three topics have the gemeente as key; it is the lock too, so that a grootboek has one writer at a time
and hands out its numbers without gaps.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from asyncpg import UniqueViolationError

from services.ledger.store.feiten import geboekt, laad
from services.ledger.store.opslag import bewaar
from services.ledger.verwerking import (
    Sleutel,
    Verwerking,
    Vraag,
    sleutels_indieningen,
    sleutels_prestaties,
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

_MISSCHIEN_GEBOEKT = (UniqueViolationError, ValueError)
"""What booking something twice may raise: by the database, and by the rules (every refusal is a ValueError)."""


def subscriptions(context: Context) -> Sequence[Subscription]:
    """What the ledger listens to."""
    return (
        Subscription(
            "registraties",
            _handler(
                context, DeclaratieGeregistreerd, vraag_indieningen, Verwerking.boek_indiening, sleutels_indieningen
            ),
            locks=gemeenten,
        ),
        Subscription(
            "mutaties",
            _handler(context, PrestatiesVerwerkt, vraag_prestaties, Verwerking.boek_prestaties, sleutels_prestaties),
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
    sleutels_van: Callable[[Iterable[Payload]], Collection[Sleutel]] | None = None,
) -> Handler:
    """Books as if nothing of the batch was booked before: the place of a subscription sees to that.

    Where it was all the same, as after a backup of the places was put back, the unique keys of the boekingen refuse
    it, or a rule does. Then nothing of the attempt stays, and the batch is booked anew by someone who looked. Without
    ``sleutels_van`` the facts tell what was booked before.
    """

    async def handle(connection: Connection, events: Sequence[Event]) -> None:
        payloads = [decode(event, kind) for event in events]
        feiten = await laad(connection, vraag_van(payloads))

        async def verwerk() -> None:
            verwerking = Verwerking(feiten, context.clock.today(), context.clock.now())
            for payload in payloads:
                boek(verwerking, payload)
            await bewaar(connection, verwerking)

        if sleutels_van is None:
            await verwerk()
            return
        try:
            async with connection.transaction():
                await verwerk()
        except _MISSCHIEN_GEBOEKT:
            feiten.geboekt = await geboekt(connection, sleutels_van(payloads))
            await verwerk()

    return handle
