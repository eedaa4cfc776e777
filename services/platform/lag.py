"""How far consumers are behind the outboxes they read."""

import asyncio
from collections.abc import Sequence

import structlog

from services.platform.database import Database
from services.platform.ending import only_when_asked
from services.platform.events import TOPICS
from services.platform.metrics import BUS_LAG, DEAD_LETTERS, OUTBOX_AGE, POOL_IN_USE, TASK_SUCCESS, task_begins
from services.platform.posities import columns, handled

Consumer = tuple[str, Database, str]
"""Service, its database, topic."""

_BEHIND = """
SELECT count(*) AS aantal, coalesce(extract(epoch FROM now() - min(o.tijd)), 0)::float8 AS leeftijd
FROM {producer}.outbox o
LEFT JOIN unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS d(partitie, xid, volgnummer) USING (partitie)
WHERE o.topic = $1 AND (o.xid, o.volgnummer) > ($2, $3)
  AND (o.xid, o.volgnummer) > (coalesce(d.xid, 0), coalesce(d.volgnummer, 0))
"""

_SECONDS = 5.0
_log = structlog.get_logger(__name__)


async def lag_of(outboxes: Database, consumers: Sequence[Consumer]) -> dict[tuple[str, str], int]:
    """Committed events that a consumer has not handled, by consumer and topic."""
    return {key: count for key, (count, _age) in (await _measure(outboxes, consumers)).items()}


async def sizes_of(outboxes: Database, consumers: Sequence[Consumer]) -> dict[str, int]:
    """How many events were ever committed, by topic: when it stands still, nobody produced anything."""
    async with outboxes.connection() as connection:
        return {
            topic: await connection.fetchval(
                f"SELECT count(*) FROM {TOPICS[topic].producer}.outbox WHERE topic = $1", topic
            )
            for topic in sorted({topic for _, _, topic in consumers})
        }


async def _measure(outboxes: Database, consumers: Sequence[Consumer]) -> dict[tuple[str, str], tuple[int, float]]:
    measured = {}
    for service, database, topic in consumers:
        async with database.connection() as connection:
            floor, done = await handled(connection, topic)
        async with outboxes.connection() as connection:
            behind = await connection.fetchrow(
                _BEHIND.format(producer=TOPICS[topic].producer), topic, *floor, *columns(done.items())
            )
        assert behind is not None
        measured[service, topic] = (behind["aantal"], behind["leeftijd"])
    return measured


async def watch(outboxes: Database, consumers: Sequence[Consumer]) -> None:
    """Keep the gauges up to date until cancelled."""
    for service in {name for name, _, _ in consumers}:
        task_begins(service, "lag", _SECONDS)
    while True:
        try:
            with only_when_asked():
                await measure_once(outboxes, consumers)
        except Exception as error:  # noqa: BLE001 — a gauge that stopped moving would look healthy
            _log.warning("lag_unknown", error=type(error).__name__)
        await asyncio.sleep(_SECONDS)


async def measure_once(outboxes: Database, consumers: Sequence[Consumer]) -> None:
    """Set the gauges; those of the pools first, because what follows asks them for connections."""
    databases = {name: database for name, database, _ in consumers}
    for service, database in databases.items():
        POOL_IN_USE.labels(service).set(database.in_use)
    for (service, topic), (count, age) in (await _measure(outboxes, consumers)).items():
        BUS_LAG.labels(service, topic).set(count)
        OUTBOX_AGE.labels(service, topic).set(age)
    for service, database in databases.items():
        async with database.connection() as connection:
            DEAD_LETTERS.labels(service).set(
                await connection.fetchval("SELECT count(*) FROM dode_letters WHERE opgelost_op IS NULL")
            )
        TASK_SUCCESS.labels(service, "lag").set_to_current_time()
