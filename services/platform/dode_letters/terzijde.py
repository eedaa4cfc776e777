"""Setting an event aside: the letter, what was done, and word of it in the outbox, all in the running transaction.

The outbox row carries the original bytes; its headers are made when it is published, from the action of its id.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from services.platform.database import Connection
from services.platform.dode_letters.reden import Reden
from services.platform.events import Event, dead_letter_topic, headers_of
from services.platform.outbox import CHANNEL

ONLEESBAAR: Final = "onleesbaar"
"""The type of a record that is no event of ours."""

MAX_DATA_BYTES: Final = 256 * 1024
"""Of what came; the rest of a longer record is not kept. An event of ours is much smaller."""

_MAX_KEY_BYTES: Final = 1024
_MAX_HEADERS: Final = 100
_MAX_HEADER_BYTES: Final = 64 * 1024
"""All headers of a record together: what does not fit is not kept."""


class Herkomst(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event came from and what it was; its place in the outbox, or for what is no event only its offset."""

    event_id: UUID
    topic: str
    partition: int
    xid: int
    volgnummer: int
    offset: int | None
    key: str
    raw_key: bytes | None
    type: str
    data: bytes
    headers: Sequence[tuple[str, bytes]]


def herkomst_van(event: Event) -> Herkomst:
    """Of an event that could be read."""
    return Herkomst(
        event_id=event.id,
        topic=event.topic,
        partition=event.partition,
        xid=event.xid,
        volgnummer=event.volgnummer,
        offset=event.offset,
        key=event.key,
        raw_key=None,
        type=event.type,
        data=event.data,
        headers=headers_of(event),
    )


_INSERT: Final = """
WITH brief AS (
  INSERT INTO dode_letters AS d
    (event_id, topic, partitie, xid, volgnummer, sleutel, type, data, pogingen, reden, melding, stapel, kafka_offset,
     kopnamen, kopwaarden, ruwe_sleutel, omvang, eerst_op)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
    now() - make_interval(secs => $18))
  ON CONFLICT (event_id) {conflict}
  RETURNING event_id, pogingen
), actie AS (
  INSERT INTO dode_letter_acties (event_id, soort, poging, reden, melding, stapel)
  SELECT event_id, 'terzijde', pogingen, $10, $11, $12 FROM brief RETURNING actie_id
), bericht AS (
  INSERT INTO outbox (topic, partitie, sleutel, event_id, type, tijd, data)
  SELECT $19, 0, $6, actie_id, $7, now(), $8 FROM actie RETURNING topic
)
SELECT pg_notify($20, topic) FROM bericht
"""

_AGAIN: Final = _INSERT.format(
    conflict="""DO UPDATE SET pogingen = d.pogingen + excluded.pogingen, reden = excluded.reden,
    melding = excluded.melding, stapel = excluded.stapel, laatst_op = now(), opnieuw_op = NULL, opnieuw_door = NULL,
    opgelost_op = NULL, opgelost_door = NULL, oplossing = NULL"""
)
"""An event that comes past again, as after positions were put back, and fails again is open again."""

_ONCE: Final = _INSERT.format(conflict="DO NOTHING")
"""A record that is no event is read again whenever a reader goes back: what a person decided of it stands."""


async def zet_terzijde(
    connection: Connection, service: str, herkomst: Herkomst, reden: Reden, pogingen: int, seconds: float
) -> None:
    """Keep it as a dead letter of ``service``. ``seconds`` ago is when it first failed."""
    names, values = _kept(herkomst.headers)
    topic = dead_letter_topic(service)
    await connection.execute(
        _ONCE if herkomst.type == ONLEESBAAR else _AGAIN,
        herkomst.event_id, herkomst.topic, herkomst.partition, herkomst.xid, herkomst.volgnummer,
        herkomst.key, herkomst.type, herkomst.data[:MAX_DATA_BYTES], pogingen, reden.naam, reden.melding, reden.stapel,
        herkomst.offset, names, values,
        None if herkomst.raw_key is None else herkomst.raw_key[:_MAX_KEY_BYTES],
        len(herkomst.data) if len(herkomst.data) > MAX_DATA_BYTES else None,
        seconds, topic.name, CHANNEL,
    )  # fmt: skip


def _kept(headers: Sequence[tuple[str, bytes]]) -> tuple[list[str], list[bytes]]:
    """Names and values that fit; a name may hold no zero byte in a database."""
    names: list[str] = []
    values: list[bytes] = []
    room = _MAX_HEADER_BYTES
    for name, value in headers[:_MAX_HEADERS]:
        room -= len(name.encode(errors="replace")) + len(value or b"")
        if room < 0:
            break
        names.append(text_for_database(name))
        values.append(value or b"")
    return names, values


def text_for_database(text: str) -> str:
    """Text that fits a column whatever came: without zero bytes and half characters."""
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
