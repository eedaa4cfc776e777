"""Events in: verdicts of the matching service on prestaties."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.invoice.antwoord import beantwoord
from services.invoice.store.verdicten import Afwijzing, Verdicten, leg_vast
from services.platform import breekpunten
from services.platform.bus import Subscription
from services.platform.database import Connection
from services.platform.events import DeclaratieBeoordeeld, Event, decode
from services.platform.service import Context


def subscriptions(context: Context) -> Sequence[Subscription]:
    """One: topic ``beoordelingen``. Nothing else changes a declaratie after it came in."""

    async def beoordeeld(connection: Connection, events: Sequence[Event]) -> None:
        verdicten = verzamel([decode(event, DeclaratieBeoordeeld) for event in events])
        compleet = await leg_vast(connection, verdicten, context.clock.now())
        breekpunten.raak("invoice.in-beoordelingen")
        # The key is the declaratieId.
        await beantwoord(context, connection, compleet, {event.key: event.traceparent for event in events})

    return (Subscription("beoordelingen", beoordeeld, locks=_locks),)


def _locks(events: Sequence[Event]) -> Iterable[str]:
    """The key of an event is its declaratieId."""
    return (f"declaratie:{event.key}" for event in events)


def verzamel(beoordelingen: Sequence[DeclaratieBeoordeeld]) -> Verdicten:
    """Columns for set-based SQL; a declaratie is named by its 1-based place in the list of declaraties."""
    plaats_van: dict[str, int] = {}
    toegekend: dict[int, list[int]] = {}
    uitval: tuple[list[int], list[int]] = ([], [])
    afgewezen: list[Afwijzing] = []
    for event in beoordelingen:
        plaats = plaats_van.setdefault(event.declaratie_id, len(plaats_van) + 1)
        if event.toegekend:
            toegekend.setdefault(plaats, []).extend(event.toegekend)
        uitval[0].extend([plaats] * len(event.in_uitval))
        uitval[1].extend(event.in_uitval)
        afgewezen.extend(
            Afwijzing(plaats, prestatie.volgnummer, _codes(prestatie.retourcodes), _codes(prestatie.client_retourcodes))
            for prestatie in event.afgewezen
        )
    return Verdicten([UUID(declaratie_id) for declaratie_id in plaats_van], toegekend, afgewezen, uitval)


def _codes(codes: Iterable[str]) -> str:
    """Sorted and once each, as the JW325 gives them."""
    return ",".join(sorted(set(codes)))
