"""A dead letter as a record of Kafka: the bytes and headers it came with, and beside them why it was set aside.

The outbox says that there is something to publish, under the id of what happened to the letter (``dlq_id``): it was
set aside, or handled again and failed. A record that comes twice has the same id twice.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from services.platform.database import Connection
from services.platform.kafka.headers import Headers

_SQL: Final = """
SELECT a.actie_id, a.poging, a.reden, a.melding, a.stapel, a.tijdstip, d.nummer, d.topic, d.partitie, d.xid,
  d.volgnummer, d.kafka_offset, d.kopnamen, d.kopwaarden, d.sleutel, d.ruwe_sleutel, d.omvang,
  coalesce(d.eerst_op, d.vastgelegd_op) AS eerst_op
FROM dode_letter_acties a JOIN dode_letters d USING (event_id) WHERE a.actie_id = ANY($1::uuid[])
"""


class Letter(msgspec.Struct, frozen=True):
    """Key and headers of the record; its value stands in the outbox."""

    key: bytes
    headers: Headers


async def letters(connection: Connection, service: str, ids: Sequence[UUID]) -> dict[UUID, Letter]:
    """What to publish under these ids of events in the outbox of ``service``."""
    return {row["actie_id"]: _letter(service, row) for row in await connection.fetch(_SQL, ids)}


def _letter(service: str, row: asyncpg.Record) -> Letter:
    said = {
        "dlq_id": str(row["actie_id"]),
        "dlq_service": service,
        "dlq_number": str(row["nummer"]),
        "dlq_reason": row["reden"],
        "dlq_message": row["melding"],
        "dlq_stack": row["stapel"],
        "dlq_topic": row["topic"],
        "dlq_partition": str(row["partitie"]),
        "dlq_position": f"{row['xid']}-{row['volgnummer']}" if row["xid"] else "",
        "dlq_offset": "" if row["kafka_offset"] is None else str(row["kafka_offset"]),
        "dlq_key": row["sleutel"],
        "dlq_tries": str(row["poging"]),
        "dlq_first": _instant(row["eerst_op"]),
        "dlq_last": _instant(row["tijdstip"]),
        "dlq_size": "" if row["omvang"] is None else str(row["omvang"]),
    }
    original = [item for item in zip(row["kopnamen"], row["kopwaarden"], strict=True) if item[0] not in said]
    own = [(name, value.encode()) for name, value in said.items() if value]
    raw: bytes | None = row["ruwe_sleutel"]
    return Letter(row["sleutel"].encode() if raw is None else raw, [*original, *own])


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
