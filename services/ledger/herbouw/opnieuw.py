"""Booking everything anew, event by event as on its own day: for when no boeking is left.

The outboxes of invoice and matching stand in one database, whose transaction numbers tell in which order the two
produced. Each batch stores its place with what it booked, so what was cut off goes on where it was.
"""

import dataclasses
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any, Final

import asyncpg

from services.ledger.handlers import subscriptions
from services.platform.bus import Attempts, Subscription, deliver, deliver_carefully
from services.platform.clock import FixedClock, dag_van
from services.platform.database import is_transient
from services.platform.events import TOPICS, Event, source_of
from services.platform.herbouw.model import Herbouw
from services.platform.herbouw.vensters import over_outbox
from services.platform.outbox import COLUMNS, event_of

_EVENTS: Final = """
SELECT {kolommen} FROM {producer}.outbox
WHERE topic = $1 AND xid > $2 AND xid <= $3 AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
"""


async def boek_opnieuw(herbouw: Herbouw) -> None:
    """Book every event there is, in the order in which they were produced."""
    klok = FixedClock(herbouw.moment)
    context = dataclasses.replace(herbouw.context, clock=klok)
    abonnementen = {abonnement.topic: abonnement for abonnement in subscriptions(context)}
    grenzen = sorted({grens for topic in abonnementen for grens in await over_outbox(herbouw.connection, topic)})
    for nummer, (van, tot) in enumerate(pairwise(grenzen), 1):
        events = [event for topic in abonnementen for event in await _events(herbouw, topic, van, tot)]
        events.sort(key=lambda event: (event.xid, event.producer, event.volgnummer))
        for topic, deel in _batches(events, abonnementen):
            klok.instant = deel[-1].time
            await _lever(herbouw, abonnementen[topic], deel)
            herbouw.verslag.las("gebeurtenissen", len(deel))
        herbouw.voortgang("opnieuw boeken", nummer, len(grenzen) - 1)


async def _lever(herbouw: Herbouw, abonnement: Subscription, deel: list[Event]) -> None:
    """Book a batch; what keeps failing is set aside as a dead letter, as when it came by the bus."""
    database = herbouw.context.database
    try:
        await deliver(database, abonnement, deel)
        return
    except Exception as error:
        if is_transient(error):
            raise
    attempts: dict[str, Attempts] = {}
    while True:
        try:
            await deliver_carefully(database, abonnement, deel, attempts)
        except Exception as error:
            if is_transient(error) or not attempts:
                raise
        else:
            return


async def _events(herbouw: Herbouw, topic: str, van: int, tot: int) -> list[Event]:
    van_topic = TOPICS[topic]
    bron = source_of(herbouw.context.settings.oin, van_topic.producer)
    rijen: list[asyncpg.Record] = await herbouw.connection.fetch(
        _EVENTS.format(kolommen=COLUMNS, producer=van_topic.producer), topic, van, tot
    )
    return [event_of(rij, van_topic, bron) for rij in rijen]


def _batches(events: list[Event], abonnementen: dict[str, Subscription]) -> Iterator[tuple[str, list[Event]]]:
    """Events of one topic and one day that follow each other, no more than a batch may hold."""

    def sleutel(event: Event) -> tuple[str, Any]:
        return event.topic, dag_van(event.time)

    for (topic, _), groep in groupby(events, key=sleutel):
        deel: list[Event] = []
        for event in groep:
            if len(deel) == abonnementen[topic].max_events:
                yield topic, deel
                deel = []
            deel.append(event)
        yield topic, deel
