"""Records that are no event of ours: set aside in the consumer's dead letters, so that somebody looks."""

from uuid import NAMESPACE_URL, uuid5

import structlog
from aiokafka import ConsumerRecord

from services.platform.database import Database
from services.platform.dode_letters.reden import Reden
from services.platform.dode_letters.terzijde import ONLEESBAAR, Herkomst, text_for_database, zet_terzijde

_MAX_KEY = 200
"""Characters of the key that stand where people look; its bytes are kept apart."""

_log = structlog.get_logger(__name__)


async def set_aside(database: Database, topic: str, record: ConsumerRecord, reason: str) -> None:
    """Keep a record that nobody can handle; the same record again changes nothing.

    It has no place in an outbox: its offset stands as ``volgnummer`` under ``xid`` 0. ``reason`` quotes nothing of it.
    """
    key: bytes = record.key or b""
    herkomst = Herkomst(
        event_id=uuid5(NAMESPACE_URL, f"{record.topic}/{record.partition}/{record.offset}/{record.timestamp}"),
        topic=topic,
        partition=record.partition,
        xid=0,
        volgnummer=record.offset,
        offset=record.offset,
        key=text_for_database(key.decode(errors="replace"))[:_MAX_KEY],
        raw_key=key,
        type=ONLEESBAAR,
        data=record.value or b"",
        headers=record.headers,
    )
    async with database.transaction() as connection:
        await zet_terzijde(connection, database.schema, herkomst, Reden(reason), 1, 0)
    _log.error("record_unreadable", topic=topic, partition=record.partition, offset=record.offset, reason=reason)
