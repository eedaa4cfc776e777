"""A consumer with a mistake in it, whose dead letters a person works on; as tests of them share it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.platform import outbox
from services.platform.bus import Attempts, Subscription, deliver_carefully
from services.platform.database import Connection, Database
from services.platform.dode_letters import beheer
from services.platform.dode_letters.beheer import Keuze
from services.platform.dode_letters.opnieuw import handle_wanted
from services.platform.dode_letters.reden import Reden
from services.platform.dode_letters.terzijde import ONLEESBAAR, Herkomst, zet_terzijde
from services.platform.events import DeclaratieBeoordeeld, Event, decode
from tests.services.test_platform_bus import NOW, TOPIC, beoordeeld, read_all, record

OIN = "0" * 20
ALLE = Keuze()
Databases = tuple[Database, Database]


class StukError(ValueError):
    """What a consumer with a mistake in it raises."""


@dataclass
class Consument:
    """A consumer that cannot stomach some declaraties until it is mended, and whose letters a person works on."""

    producer: Database
    database: Database
    stuk: set[str] = field(default_factory=set)
    gezien: list[Event] = field(default_factory=list)

    async def handler(self, connection: Connection, events: Sequence[Event]) -> None:
        await record(connection, events)
        self.gezien += events
        for event in events:
            if decode(event, DeclaratieBeoordeeld).declaratie_id in self.stuk:
                raise StukError("cannot stomach 'this one' of 999900006")

    @property
    def subscription(self) -> Subscription:
        return Subscription(TOPIC, self.handler, locks=lambda events: {event.key for event in events})

    async def verwerk(self, *events: tuple[str, int]) -> None:
        """Send events and handle all there are, or set them aside, as a bus does but without its pauses."""
        await self.stuur(*events)
        await self.lever(await read_all(self.producer))

    async def stuur(self, *events: tuple[str, int]) -> None:
        async with self.producer.transaction() as connection:
            await outbox.append(connection, [beoordeeld(*event) for event in events], NOW)

    async def lever(self, sent: Sequence[Event]) -> None:
        attempts = dict[str, Attempts]()
        while True:
            try:
                await deliver_carefully(self.database, self.subscription, sent, attempts)
            except StukError:
                continue
            return

    async def vraag(self, keuze: Keuze = ALLE) -> list[int]:
        async with self.database.connection() as connection:
            return await beheer.vraag_opnieuw(connection, keuze, "beheerder", "het is gemaakt")

    async def opnieuw(self) -> int:
        return await handle_wanted("invoice", self.database, [self.subscription], OIN)

    async def rijen(self, table: str = "dode_letters", order: str = "nummer") -> list[asyncpg.Record]:
        async with self.database.connection() as connection:
            return await connection.fetch(f"SELECT * FROM {table} ORDER BY {order}")

    async def acties(self) -> list[tuple[Any, ...]]:
        rows = await self.rijen("dode_letter_acties", "volgnummer")
        return [(row["soort"], row["door"], row["poging"], row["reden"]) for row in rows]


@pytest.fixture
async def consument(databases: Databases) -> Consument:
    return Consument(*databases)


def onbekend(**other: Any) -> Herkomst:
    values: dict[str, Any] = {
        "event_id": UUID("5f0d2f37-6c8c-4b6f-9d0f-0b9f3c8c5a01"), "topic": TOPIC, "partition": 3, "xid": 0,
        "volgnummer": 77, "offset": 77, "key": "\ufffd", "raw_key": b"\xff\x00", "type": ONLEESBAAR, "data": b"hallo",
        "headers": [("x\x00y", b"\x00\xff"), ("leeg", None)],
    }  # fmt: skip
    return Herkomst(**values | other)


async def leg_terzijde(consument: Consument, herkomst: Herkomst) -> None:
    async with consument.database.transaction() as connection:
        await zet_terzijde(connection, "invoice", herkomst, Reden("a record without key or value"), 1, 0)
