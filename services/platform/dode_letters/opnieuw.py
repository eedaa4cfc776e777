"""Handling a dead letter after all: in the service whose letter it is, when a person asked for it.

A request is a mark on the row (``beheer.vraag_opnieuw``). Every copy of the service looks for marks; whoever gets
the row's locks first handles the event with the handler, the locks and the transaction that it would have had on its
way, and takes the mark away in that same transaction. A kill before the commit leaves event and mark as they
were, one after it finds nothing left to do: the effect is there once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from services.platform.bus import Subscription
from services.platform.database import Connection, Database, is_transient, lock_keys
from services.platform.dode_letters.reden import Reden, reden_van
from services.platform.dode_letters.terzijde import ONLEESBAAR
from services.platform.ending import only_when_asked
from services.platform.events import TOPICS, Event, dead_letter_topic, source_of
from services.platform.metrics import DEAD_LETTERS_REPLAYED
from services.platform.outbox import CHANNEL
from services.platform.tracing.delivery import Delivery
from services.platform.tracing.traceparent import checked

_POLL_SECONDS = 2.0
_LONGEST_PAUSE = 30.0
_AT_ONCE: Final = 50
_MOST_ERRORS: Final = 3
"""Of one round: then it is not the events."""

_log = structlog.get_logger(__name__)


class Uitkomst(Enum):
    """What became of one request."""

    AFGEHANDELD = "afgehandeld"
    MISLUKT = "mislukt"
    NIETS = "niets"
    """Somebody else did it meanwhile, or the mark is gone."""
    WACHT = "wacht"
    """Its consumer is not that far (any more): the event comes past by itself first."""


_WANTED_SQL: Final = """
SELECT event_id, topic FROM dode_letters WHERE opnieuw_op IS NOT NULL AND opgelost_op IS NULL
ORDER BY topic, partitie, xid, volgnummer
"""

_MARKED_SQL: Final = """
SELECT * FROM dode_letters WHERE event_id = $1 AND opnieuw_op IS NOT NULL AND opgelost_op IS NULL
"""

_SOLVE_SQL: Final = """
WITH brief AS (
  UPDATE dode_letters
  SET opgelost_op = now(), opgelost_door = opnieuw_door, oplossing = 'afgehandeld', opnieuw_op = NULL,
    opnieuw_door = NULL, pogingen = pogingen + 1, laatst_op = now()
  WHERE event_id = $1 RETURNING event_id, opgelost_door, pogingen
)
INSERT INTO dode_letter_acties (event_id, soort, door, poging)
SELECT event_id, 'afgehandeld', coalesce(opgelost_door, ''), pogingen FROM brief
"""

_FAILED_SQL: Final = """
WITH eerder AS (
  SELECT event_id, opnieuw_door FROM dode_letters
  WHERE event_id = $1 AND opnieuw_op = $2 AND opgelost_op IS NULL FOR UPDATE
), brief AS (
  UPDATE dode_letters d
  SET pogingen = d.pogingen + 1, reden = $3, melding = $4, stapel = $5, laatst_op = now(), opnieuw_op = NULL,
    opnieuw_door = NULL
  FROM eerder e WHERE d.event_id = e.event_id
  RETURNING d.event_id, d.pogingen, d.sleutel, d.type, d.data, e.opnieuw_door
), actie AS (
  INSERT INTO dode_letter_acties (event_id, soort, door, poging, reden, melding, stapel)
  SELECT event_id, 'mislukt', coalesce(opnieuw_door, ''), pogingen, $3, $4, $5 FROM brief RETURNING actie_id
), bericht AS (
  INSERT INTO outbox (topic, partitie, sleutel, event_id, type, tijd, data)
  SELECT $6, 0, b.sleutel, a.actie_id, b.type, now(), b.data FROM brief b CROSS JOIN actie a RETURNING topic
)
SELECT pg_notify($7, topic) FROM bericht
"""
"""Only what was asked then: a request of a later moment stays. Word of it goes out as it did the first time."""


async def watch(service: str, database: Database, subscriptions: Sequence[Subscription], oin: str) -> None:
    """Handle what people ask for until cancelled."""
    pause = _POLL_SECONDS
    while True:
        # Not at once: everything that starts wants a connection then, and this has no hurry.
        await asyncio.sleep(pause)
        try:
            with only_when_asked():
                await handle_wanted(service, database, subscriptions, oin)
            pause = _POLL_SECONDS
        except Exception as error:  # noqa: BLE001 — it may never die; the marks stand, so it tries again
            _log.warning("replay_retry", service=service, error=type(error).__name__)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def handle_wanted(service: str, database: Database, subscriptions: Sequence[Subscription], oin: str) -> int:
    """Handle what is marked now, in the order in which it was sent; returns how many requests came to an end.

    What is transient, and whatever a handler raises once another version of the program changed the tables, leaves
    its request as it is; the others get their turn, and then it is raised.
    """
    by_topic = {subscription.topic: subscription for subscription in subscriptions}
    done = passed_by = 0
    errors: list[Exception] = []
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(f"{_WANTED_SQL} LIMIT {_AT_ONCE} OFFSET {passed_by}")
        for row in rows:
            try:
                outcome = await handle_one(service, database, by_topic, row["event_id"], oin)
            except Exception as error:  # noqa: BLE001 — it is raised below
                errors.append(error)
                outcome = Uitkomst.WACHT
            if len(errors) == _MOST_ERRORS:
                raise errors[0]
            done += outcome is not Uitkomst.WACHT
            passed_by += outcome is Uitkomst.WACHT
        if not rows and errors:
            raise errors[0]
        if not rows:
            return done


async def handle_one(
    service: str, database: Database, subscriptions: Mapping[str, Subscription], event_id: UUID, oin: str
) -> Uitkomst:
    """Handle one marked letter, with exactly one effect however many do so at once."""
    async with database.connection() as connection:
        row = await connection.fetchrow(_MARKED_SQL, event_id)
    if row is None:
        return Uitkomst.NIETS
    try:
        subscription = subscriptions.get(row["topic"])
        if row["type"] == ONLEESBAAR or subscription is None:
            raise NietAfTeHandelen(row["topic"])
        event = event_of_letter(row, oin)
        with only_when_asked(), Delivery(service, subscription.topic, [event]):
            outcome = await _handle(database, subscription, event)
    except Exception as error:
        if is_transient(error) or await database.was_migrated():
            raise
        _log.warning("replay_failed", service=service, event_id=str(event_id), error=type(error).__name__)
        await _failed(service, database, event_id, row["opnieuw_op"], reden_van(error))
        outcome = Uitkomst.MISLUKT
    if outcome in {Uitkomst.AFGEHANDELD, Uitkomst.MISLUKT}:
        DEAD_LETTERS_REPLAYED.labels(service, outcome.value).inc()
    return outcome


class NietAfTeHandelen(ValueError):  # noqa: N818 — a Dutch noun
    """No handler of this service takes it: a record that is no event, or a topic it does not listen to."""


def event_of_letter(row: asyncpg.Record, oin: str) -> Event:
    """The event as it came. What was set aside before headers were kept has the moment it was set aside as its time."""
    topic = TOPICS[row["topic"]]
    headers = dict(zip(row["kopnamen"], (value.decode() for value in row["kopwaarden"]), strict=True))
    return Event(
        id=row["event_id"],
        type=row["type"],
        source=headers.get("ce_source") or source_of(oin, topic.producer),
        time=datetime.fromisoformat(headers["ce_time"]) if "ce_time" in headers else row["vastgelegd_op"],
        topic=topic.name,
        partition=row["partitie"],
        key=row["sleutel"],
        data=row["data"],
        producer=topic.producer,
        xid=row["xid"],
        volgnummer=row["volgnummer"],
        offset=row["kafka_offset"],
        traceparent=checked(headers.get("ce_traceparent", "")),
    )


async def _handle(database: Database, subscription: Subscription, event: Event) -> Uitkomst:
    """The event's effect and the end of its letter, in one transaction.

    Locks come in the order of a delivery: the keys, then the place of the partition, then the letter. So whatever
    else the service does with these keys happens before or after this, never during it.
    """
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        if subscription.locks:
            await lock_keys(connection, database.schema, subscription.locks([event]))
        if not await _passed(connection, event):
            return Uitkomst.WACHT
        if await connection.fetchrow(f"{_MARKED_SQL} FOR UPDATE", event.id) is None:
            return Uitkomst.NIETS
        await subscription.handler(connection, [event])
        await connection.execute(_SOLVE_SQL, event.id)
    return Uitkomst.AFGEHANDELD


async def _passed(connection: Connection, event: Event) -> bool:
    """Whether the consumer went on past it, as it does when it sets an event aside; holds its place meanwhile."""
    row = await connection.fetchrow(
        "SELECT xid, volgnummer FROM posities WHERE topic = $1 AND partitie = $2 FOR UPDATE",
        event.topic,
        event.partition,
    )
    return row is not None and (row["xid"], row["volgnummer"]) >= event.position


async def _failed(service: str, database: Database, event_id: UUID, asked: datetime, reden: Reden) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            _FAILED_SQL, event_id, asked, reden.naam, reden.melding, reden.stapel, dead_letter_topic(service).name,
            CHANNEL,
        )  # fmt: skip
