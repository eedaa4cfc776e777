"""Whatever the ledger had to set aside, and in whatever order it comes back: afterwards the books are the same."""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from services.ledger.check import check
from services.ledger.handlers import subscriptions
from services.platform.bus import Attempts, Subscription, deliver_carefully
from services.platform.clock import FixedClock
from services.platform.database import Connection
from services.platform.dode_letters import beheer
from services.platform.dode_letters.beheer import Keuze
from services.platform.dode_letters.opnieuw import handle_wanted
from services.platform.events import TOPICS, Event, EventData, source_of
from services.platform.outbox import Outgoing, event_of
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import Settings
from services.platform.workers import Workers
from tests.services.conftest import load_services
from tests.services.ledger_hulp import PRODUCENT, VERHAAL, saldi
from tests.services.systeem import START, Systeem
from tests.unit.ledger.bouwen import mutatie, verwerkt

SERVICES = ("ledger",)
OIN = "0" * 20

VERHAAL_MET_CREDIT: Sequence[EventData] = (
    *VERHAAL,
    verwerkt("d4", mutatie(1, 600, "inBehandeling>inUitval", referentie="R9")),
    verwerkt("d4", mutatie(1, 600, "inUitval>toegekend", referentie="R9")),
    verwerkt("d5", mutatie(1, -600, referentie="C9", vorige="R9")),
)


class StukError(Exception):
    """A mistake in the program that some events meet."""


@dataclass
class Boekhouding:
    """A ledger that nothing runs but what a test asks of it; ``stuk`` are events it has a mistake for."""

    systeem: Systeem
    stuk: set[UUID]

    def abonnementen(self) -> list[Subscription]:
        return [
            replace(item, handler=self._met_fout(item))
            for item in subscriptions(self.systeem.runtime.contexts["ledger"])
        ]

    def _met_fout(self, subscription: Subscription) -> Any:
        async def handle(connection: Connection, events: Sequence[Event]) -> None:
            await subscription.handler(connection, events)
            if self.stuk.intersection(event.id for event in events):
                raise StukError

        return handle

    async def gebeurtenissen(self, topic: str) -> list[Event]:
        rows = await self.systeem.sent(PRODUCENT[topic], topic)
        return [event_of(row, TOPICS[topic], source_of(OIN, PRODUCENT[topic])) for row in rows]

    async def lever(self) -> None:
        """All there is of every topic, as a bus does but without its pauses."""
        database = self.systeem.runtime.contexts["ledger"].database
        for subscription in self.abonnementen():
            events, attempts = await self.gebeurtenissen(subscription.topic), dict[str, Attempts]()
            while True:
                try:
                    await deliver_carefully(database, subscription, events, attempts)
                except (StukError, ValueError):
                    continue
                break

    async def herspeel(self, keuze: Keuze) -> None:
        database = self.systeem.runtime.contexts["ledger"].database
        async with database.connection() as connection:
            await beheer.vraag_opnieuw(connection, keuze, "beheerder", "gemaakt")
        await handle_wanted("ledger", database, self.abonnementen(), OIN)

    async def open(self) -> list[tuple[int, str, str]]:
        connection = await self.systeem.connect("ledger")
        rows = await connection.fetch("SELECT nummer, reden, melding FROM dode_letters WHERE opgelost_op IS NULL")
        await connection.close()
        return [tuple(row) for row in rows]


@pytest.fixture
async def boekhouding(
    postgres: EmbeddedPostgres, database: str, workers: Workers, keys_folder: Any
) -> AsyncIterator[Boekhouding]:
    runtime = Runtime(
        Settings(data=keys_folder), Dsn(postgres.dsn(database), login=True), load_services(SERVICES),
        clock=FixedClock(START), workers=workers,
    )  # fmt: skip
    await runtime.start(consume=False)
    systeem = Systeem(runtime, FixedClock(START), postgres.dsn(database))
    yield Boekhouding(systeem, set())
    await systeem.client.aclose()
    await runtime.stop()


async def publiceer(boekhouding: Boekhouding, events: Sequence[EventData]) -> list[UUID]:
    for event in events:
        await boekhouding.systeem.publish(PRODUCENT[event.topic], Outgoing(event.gemeente, event))  # type: ignore[attr-defined]
    return [event.id for topic in PRODUCENT for event in await boekhouding.gebeurtenissen(topic)]


async def alles(boekhouding: Boekhouding) -> list[Any]:
    """What the books say, whatever the numbers of the boekingen."""
    connection = await boekhouding.systeem.connect("ledger")
    standen = await connection.fetch(
        "SELECT gemeente, toewijzing_nummer, jaar, verplicht, toegekend FROM toewijzing_saldi ORDER BY 1, 2, 3"
    )
    boekingen = await connection.fetch(
        "SELECT gemeente, sleutel, (SELECT t.sleutel FROM boekingen t WHERE t.domein = b.domein"
        " AND t.gemeente = b.gemeente AND t.nummer = b.tegenboeking_van) FROM boekingen b"
        " WHERE soort NOT IN ('verplichting', 'tegenboeking') ORDER BY 1, 2"
    )
    await connection.close()
    return [await saldi(boekhouding.systeem), *map(tuple, standen), *map(tuple, boekingen)]


async def begin_opnieuw(boekhouding: Boekhouding) -> None:
    """As if the ledger never handled anything."""
    connection = await boekhouding.systeem.connect("ledger")
    await connection.execute("SET session_replication_role = replica")
    tabellen = await connection.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'ledger' AND tablename <> 'alembic_version'"
    )
    await connection.execute(f"TRUNCATE {', '.join(row['tablename'] for row in tabellen)}")
    await connection.close()


@pytest.mark.parametrize("zaad", range(1, 6))
async def test_the_books_are_the_same_whatever_was_set_aside_and_came_back_in_whatever_order(
    boekhouding: Boekhouding, zaad: int
) -> None:
    toeval = random.Random(zaad)
    ids = await publiceer(boekhouding, VERHAAL_MET_CREDIT)
    boekhouding.stuk = {event_id for event_id in ids if toeval.random() < zaad / 6}
    await boekhouding.lever()
    assert len(await boekhouding.open()) >= len(boekhouding.stuk) > 0
    boekhouding.stuk = set()
    for _ in range(12):
        if not (letters := await boekhouding.open()):
            break
        toeval.shuffle(letters)
        await boekhouding.herspeel(Keuze(nummers=[nummer for nummer, *_ in letters[: len(letters) // 2 + 1]]))
    assert await boekhouding.open() == []
    assert await check(boekhouding.systeem.runtime.contexts["ledger"]) == []
    gespeeld = await alles(boekhouding)
    await begin_opnieuw(boekhouding)
    await boekhouding.lever()
    assert await boekhouding.open() == []
    assert await alles(boekhouding) == gespeeld


async def test_a_credit_whose_debet_was_set_aside_waits_for_it(boekhouding: Boekhouding) -> None:
    """Booked at once it would never name what it takes back, and `check` would say so for ever."""
    debet = verwerkt("d1", mutatie(1, 4_000))
    credit = verwerkt("d2", mutatie(1, -4_000, referentie="C1", vorige="R1"))
    eerste, _ = await publiceer(boekhouding, (debet, credit))
    boekhouding.stuk = {eerste}
    await boekhouding.lever()
    assert [reden for _, reden, _ in await boekhouding.open()] == ["StukError", "OngeldigeGebeurtenis"]
    await boekhouding.herspeel(Keuze(nummers=[2]))
    assert len(await boekhouding.open()) == 2
    boekhouding.stuk = set()
    await boekhouding.herspeel(Keuze())
    assert await boekhouding.open() == []
    assert await saldi(boekhouding.systeem) == []
    assert await check(boekhouding.systeem.runtime.contexts["ledger"]) == []
