"""The one interface of both buses: a subscription gets batches inside a transaction that also stores its place.

Whatever carries the events, ``deliver`` makes a batch have exactly one effect: the position per topic
and partition is read under a lock, what was handled before is dropped, and the new position is written
in the handler's own transaction.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from services.platform import breekpunten
from services.platform.database import Connection, Database, is_transient, lock_keys
from services.platform.dode_letters.reden import reden_van
from services.platform.dode_letters.terzijde import herkomst_van, zet_terzijde
from services.platform.ending import only_when_asked
from services.platform.events import Event
from services.platform.posities import Lane, advance, unseen
from services.platform.tracing.delivery import Delivery

Handler = Callable[[Connection, Sequence[Event]], Awaitable[None]]

MAX_ATTEMPTS = 5
"""How often a single event may fail before it is set aside as a dead letter."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Subscription:
    """A service's interest in one topic.

    ``locks`` names what a batch will change, as keys within the service. They are locked before the
    transaction gets its number, so that of two transactions on one key the later also stands later in
    the outbox. Everything else that changes the same key (a request, another topic's handler) takes
    the same lock first with ``lock_keys(connection, service, keys)``.

    ``lanes`` readers work on the topic at once, each on its share of the partitions: while one computes, the
    database works for another. Their batches must not wait for each other's rows.
    """

    topic: str
    handler: Handler
    locks: Callable[[Sequence[Event]], Iterable[str]] | None = None
    max_events: int = 200
    max_bytes: int = 1_000_000
    lanes: int = 1


@dataclass
class Attempts:
    """How often one event failed, and since when."""

    count: int = 0
    _since: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long ago it first failed."""
        return time.monotonic() - self._since


class Bus(Protocol):
    """What carries events from outboxes to subscriptions."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


async def deliver(
    database: Database, subscription: Subscription, events: Sequence[Event], lane: Lane | None = None
) -> int:
    """Hand a batch to the handler with exactly one effect; returns how many events were new.

    The events come in outbox order, and are all there is of the lane's partitions up to the last of them (without
    a lane that is so for each partition). Raises what the handler raises, with nothing done.
    """
    async with database.transaction() as connection:
        # A plan kept from when a table was empty reads all of it for every key once it has grown.
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        if subscription.locks:
            await lock_keys(connection, database.schema, subscription.locks(events))
        fresh = await unseen(connection, subscription.topic, events)
        if fresh:
            await subscription.handler(connection, fresh)
        await advance(connection, subscription.topic, events, lane)
        breekpunten.raak("bus.voor-commit")
    breekpunten.raak("bus.na-commit")
    return len(fresh)


async def deliver_carefully(
    database: Database,
    subscription: Subscription,
    events: Sequence[Event],
    attempts: dict[str, Attempts],
    lane: Lane | None = None,
) -> None:
    """One event at a time, after a batch failed: what keeps failing becomes a dead letter, the rest goes on.

    ``attempts`` counts failures by event id between calls. Transient errors are raised, not counted; so is any error
    once another version of the program changed the tables, since it says nothing about the event.
    """
    for event in events:
        with Delivery(database.schema, subscription.topic, [event]):
            await _deliver_one(database, subscription, event, attempts, lane)


async def _deliver_one(
    database: Database, subscription: Subscription, event: Event, attempts: dict[str, Attempts], lane: Lane | None
) -> None:
    try:
        with only_when_asked():
            await deliver(database, subscription, [event], lane)
        attempts.pop(str(event.id), None)
    except Exception as error:
        if is_transient(error) or await database.was_migrated():
            raise
        tried = attempts.setdefault(str(event.id), Attempts())
        tried.count += 1
        _log.warning(
            "event_failed",
            topic=subscription.topic,
            event_id=str(event.id),
            attempt=tried.count,
            error=type(error).__name__,
        )
        if tried.count < MAX_ATTEMPTS:
            raise
        await _bury(database, subscription, event, tried, error, lane)
        attempts.pop(str(event.id), None)


def failed_anew(error: Exception, attempts: Mapping[str, Attempts]) -> bool:
    """Whether an event failed for the first time: no reason to wait for as long as the ones before it were waited for.

    Otherwise a topic with many poisonous events would stand still for longer at each of them.
    """
    return not is_transient(error) and any(tried.count == 1 for tried in attempts.values())


async def _bury(
    database: Database, subscription: Subscription, event: Event, tried: Attempts, error: Exception, lane: Lane | None
) -> None:
    """Set an event aside with its reason and move on, in one transaction."""
    reden = reden_van(error)

    async def store(connection: Connection, events: Sequence[Event]) -> None:
        for each in events:
            await zet_terzijde(connection, database.schema, herkomst_van(each), reden, tried.count, tried.seconds)

    await deliver(database, Subscription(subscription.topic, store), [event], lane)
    _log.error(
        "event_buried",
        topic=subscription.topic,
        event_id=str(event.id),
        attempts=tried.count,
        error=reden.naam,
        reason=reden.melding,
    )
