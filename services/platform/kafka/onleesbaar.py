"""Records that are no event of ours: set aside in the consumer's dead letters, so that somebody looks."""

from uuid import NAMESPACE_URL, uuid5

import structlog
from aiokafka import ConsumerRecord

from services.platform.database import Database
from services.platform.events import MAX_EVENT_BYTES

TYPE = "onleesbaar"

_log = structlog.get_logger(__name__)


async def set_aside(database: Database, topic: str, record: ConsumerRecord, reason: str) -> None:
    """Keep a record that nobody can handle; the same record again changes nothing.

    It has no place in an outbox: its offset stands as ``volgnummer`` under ``xid`` 0.
    """
    identity = uuid5(NAMESPACE_URL, f"{record.topic}/{record.partition}/{record.offset}/{record.timestamp}")
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO dode_letters"
            " (event_id, topic, partitie, xid, volgnummer, sleutel, type, data, pogingen, reden)"
            " VALUES ($1, $2, $3, 0, $4, '', $5, $6, 1, $7) ON CONFLICT DO NOTHING",
            identity, topic, record.partition, record.offset, TYPE, (record.value or b"")[:MAX_EVENT_BYTES], reason,
        )  # fmt: skip
    _log.error("record_unreadable", topic=topic, partition=record.partition, offset=record.offset, reason=reason)
