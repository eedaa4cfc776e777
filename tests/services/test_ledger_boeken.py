"""Events into boekingen on a real PostgreSQL: once, in any order, in batches, and refused when they contradict."""

import asyncio
import random

import asyncpg
import pytest

from services.ledger.begroting import stel_vast
from services.ledger.grootboek import DubbeleTegenboeking, Kop, Plaats
from services.ledger.handlers import subscriptions
from services.ledger.rules import Post
from services.ledger.store.feiten import laad
from services.ledger.store.opslag import bewaar
from services.ledger.verwerking import Verwerking, vraag_prestaties
from services.platform.bus import deliver
from services.platform.database import lock_keys
from services.platform.events import Event, EventData, decode
from services.platform.outbox import Outgoing
from tests.services.ledger_hulp import PRODUCENT, VERHAAL, klopt, rijen, saldi, stand, stuur
from tests.services.systeem import Systeem
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt

SERVICES = ("ledger",)


async def test_the_story_is_booked_and_holds_together(systeem: Systeem) -> None:
    await stuur(systeem, *VERHAAL)
    boekingen = await rijen(systeem, "SELECT * FROM boekingen WHERE gemeente = '0193' ORDER BY nummer")
    assert [b["nummer"] for b in boekingen] == list(range(1, len(boekingen) + 1))
    credit = next(b for b in boekingen if b["declaratie_id"] == "d2" and b["soort"] == "toekenning")
    debet = next(b for b in boekingen if b["referentie"] == "R1")
    assert credit["tegenboeking_van"] == debet["nummer"]
    assert {b["boekjaar"] for b in boekingen if b["declaratie_id"] == "d1"} == {2025, 2026}
    teruggenomen = [b["tegenboeking_van"] for b in boekingen if b["soort"] == "tegenboeking"]
    # The first verplichtingen of toewijzing 7, of 2026 and 2027.
    assert len(teruggenomen) == 2
    await klopt(systeem)


async def test_the_same_events_again_change_nothing(systeem: Systeem) -> None:
    await stuur(systeem, *VERHAAL)
    eerst = await stand(systeem)
    await stuur(systeem, *VERHAAL)
    assert await stand(systeem) == eerst
    assert await rijen(systeem, "SELECT * FROM dode_letters") == []


async def test_a_batch_handled_again_by_another_worker_changes_nothing(systeem: Systeem) -> None:
    await stuur(systeem, *VERHAAL)
    eerst = await stand(systeem)
    context = systeem.runtime.contexts["ledger"]
    for subscription in subscriptions(context):
        events = [_event(row) for row in await systeem.sent(PRODUCENT[subscription.topic], subscription.topic)]
        assert await deliver(context.database, subscription, events) == 0
        # Even with its place forgotten, as after a restore of an older backup of the positions.
        async with context.database.transaction() as connection:
            await connection.execute("UPDATE posities SET xid = 0, volgnummer = 0 WHERE topic = $1", subscription.topic)
        assert await deliver(context.database, subscription, events) == len(events)
    assert await stand(systeem) == eerst


def _event(row: asyncpg.Record) -> Event:
    """What stands in an outbox, as a subscription gets it."""
    return Event(
        id=row["event_id"],
        type=row["type"],
        source="",
        time=row["tijd"],
        topic=row["topic"],
        partition=row["partitie"],
        key=row["sleutel"],
        data=row["data"],
        producer="",
        xid=row["xid"],
        volgnummer=row["volgnummer"],
    )


async def test_a_batch_of_old_and_new_books_the_new_under_the_next_numbers(systeem: Systeem) -> None:
    """The places were lost: everything comes again, with something new behind it, in the same batch."""
    eerder = [
        verwerkt("d1", mutatie(1, 4_000), mutatie(2, 3_000, "inBehandeling>inUitval")),
        verwerkt("d2", mutatie(1, -4_000, referentie="C1", vorige="R1")),
    ]
    await stuur(systeem, bepaald(7, 1, {2026: 100_000}), *eerder)
    was = await rijen(systeem, "SELECT * FROM boekingen ORDER BY nummer")
    await systeem.runtime.stop()
    await systeem.publish(
        "matching",
        Outgoing("0193", verwerkt("d1", mutatie(2, 3_000, "inUitval>toegekend"), mutatie(3, 500))),
    )
    context = systeem.runtime.contexts["ledger"]
    (mutaties,) = [s for s in subscriptions(context) if s.topic == "mutaties"]
    await context.database.open()
    try:
        async with context.database.transaction() as connection:
            await connection.execute("UPDATE posities SET xid = 0, volgnummer = 0 WHERE topic = 'mutaties'")
        events = [_event(row) for row in await systeem.sent("matching", "mutaties")]
        assert await deliver(context.database, mutaties, events) == 3
        await klopt(systeem)
    finally:
        await context.database.close()
    nu = await rijen(systeem, "SELECT * FROM boekingen ORDER BY nummer")
    assert nu[: len(was)] == was
    assert [(b["nummer"], b["volgnummer"], b["soort"]) for b in nu[len(was) :]] == [
        (len(was) + 1, 2, "toekenning"),
        (len(was) + 2, 3, "toekenning"),
    ]
    (toewijzing,) = await rijen(systeem, "SELECT toegekend FROM toewijzing_saldi")
    assert toewijzing["toegekend"] == 3_500


@pytest.mark.parametrize("zaad", range(3))
async def test_events_permuted_over_keys_and_topics_give_the_same_balances(systeem: Systeem, zaad: int) -> None:
    await stuur(systeem, *VERHAAL)
    verwacht = await saldi(systeem)
    await wis(systeem)
    await stuur(systeem, *gehusseld(zaad))
    assert await saldi(systeem) == verwacht
    await klopt(systeem)


def gehusseld(zaad: int) -> list[EventData]:
    """The story with the order kept only within a topic and gemeente."""
    willekeur = random.Random(zaad)
    rij: dict[tuple[str, str], list[EventData]] = {}
    for event in VERHAAL:
        rij.setdefault((event.topic, event.gemeente), []).append(event)  # type: ignore[attr-defined]
    gehusseld = []
    while rij:
        sleutel = willekeur.choice(sorted(rij))
        gehusseld.append(rij[sleutel].pop(0))
        if not rij[sleutel]:
            del rij[sleutel]
    return gehusseld


async def wis(systeem: Systeem) -> None:
    """An empty ledger that has not seen the events to come."""
    connection = await systeem.connect("ledger")
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("TRUNCATE boekingen, saldi, dagtotalen, toewijzing_saldi, verplichtingen, grootboeken")
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "anders",
    [
        verwerkt("d1", mutatie(1, 4_001)),
        geregistreerd("d1", (202604, "45", 9_000), (202512, "45", 501)),
        bepaald(7, 2, {2026: 120_001}),
        # A second credit on the same debet.
        verwerkt("d9", mutatie(1, -4_000, referentie="C2", vorige="R1")),
        verwerkt("d9", mutatie(1, 10, "toegekend>afgewezen")),
    ],
)
async def test_what_contradicts_the_books_becomes_a_dead_letter_and_the_rest_goes_on(
    systeem: Systeem, anders: EventData
) -> None:
    await stuur(systeem, *VERHAAL)
    eerst = await stand(systeem)
    await stuur(systeem, anders)
    assert await stand(systeem) == eerst
    (letter,) = await rijen(systeem, "SELECT topic, reden FROM dode_letters")
    assert letter["topic"] == anders.topic
    assert letter["reden"] in {"SleutelConflict", "DubbeleTegenboeking", "OngeldigeGebeurtenis"}
    await stuur(systeem, geregistreerd("d8", (202605, "45", 1)))
    assert len(await rijen(systeem, "SELECT 1 FROM boekingen WHERE declaratie_id = 'd8'")) == 1
    await klopt(systeem)


async def test_one_bad_event_in_a_batch_leaves_nothing_of_itself_and_the_others_whole(systeem: Systeem) -> None:
    slecht = verwerkt("d2", mutatie(1, 5), mutatie(2, 6, "toegekend>afgewezen"))
    goed = [verwerkt(f"g{i}", mutatie(1, 10 + i)) for i in range(5)]
    batch = [*goed[:3], slecht, *goed[3:]]
    await systeem.publish("matching", *[Outgoing("0193", event) for event in batch])
    await systeem.drained()
    namen = [b["declaratie_id"] for b in await rijen(systeem, "SELECT declaratie_id FROM boekingen ORDER BY nummer")]
    assert namen == ["g0", "g1", "g2", "g3", "g4"]
    await klopt(systeem)


async def test_a_double_reversal_at_once_succeeds_once(systeem: Systeem) -> None:
    """Two writers that both believe the award is still theirs to take back."""
    await stuur(systeem, verwerkt("d1", mutatie(1, 4_000)))
    database = systeem.runtime.contexts["ledger"].database
    bereid = asyncio.Barrier(2)

    async def neem_terug(naam: str) -> str:
        event = verwerkt(naam, mutatie(1, -4_000, referentie=naam, vorige="R1"))
        try:
            async with database.transaction() as connection:
                # Neither takes the lock or the row lock that serialises them in real life.
                vraag = vraag_prestaties([event])
                vraag.plaatsen = set()
                feiten = await laad(connection, vraag)
                kop = await connection.fetchrow("SELECT * FROM grootboeken")
                assert kop is not None
                feiten.koppen[Plaats("jw", "0193")] = Kop(
                    kop["laatste_nummer"] + (naam == "twee"),
                    kop["laatste_hash"],
                    kop["boekdatum"],
                    kop["vastgelegd_op"],
                )
                verwerking = Verwerking(feiten, systeem.clock.today(), systeem.clock.now())
                verwerking.boek_prestaties(event)
                await bereid.wait()
                await bewaar(connection, verwerking)
        except asyncpg.UniqueViolationError as error:
            return str(error.constraint_name)
        return "geboekt"

    uitkomsten = await asyncio.gather(neem_terug("een"), neem_terug("twee"))
    assert sorted(uitkomsten) == ["geboekt", "uq_boekingen_tegenboeking_van"]
    assert len(await rijen(systeem, "SELECT 1 FROM boekingen WHERE tegenboeking_van = 1")) == 1


async def test_two_credits_sent_at_once_book_one(systeem: Systeem) -> None:
    await stuur(systeem, verwerkt("d1", mutatie(1, 4_000)))
    credits_ = [
        Outgoing("0193", verwerkt(naam, mutatie(1, -4_000, referentie=naam, vorige="R1"))) for naam in ("een", "twee")
    ]
    await asyncio.gather(*(systeem.publish("matching", credit) for credit in credits_))
    await systeem.drained()
    assert len(await rijen(systeem, "SELECT 1 FROM boekingen WHERE tegenboeking_van = 1")) == 1
    assert [row["reden"] for row in await rijen(systeem, "SELECT reden FROM dode_letters")] == [
        DubbeleTegenboeking.__name__
    ]
    await klopt(systeem)


async def test_requests_and_events_on_one_gemeente_share_the_numbers(systeem: Systeem) -> None:
    """A begroting is set over and over while events of all topics are booked."""
    context = systeem.runtime.contexts["ledger"]

    async def begroot(bedrag: int) -> None:
        async with context.database.transaction() as connection:
            await lock_keys(connection, "ledger", ["0193"])
            await stel_vast(
                connection,
                Plaats("jw", "0193"),
                2026,
                [Post("Ambulant", ("45",), bedrag)],
                door="test",
                vandaag=context.clock.today(),
                nu=context.clock.now(),
            )

    events = [
        *(geregistreerd(f"d{i}", (202604, "45", 10)) for i in range(30)),
        *(verwerkt(f"d{i}", mutatie(1, 10)) for i in range(30)),
        *(bepaald(7, i, {2026: i}) for i in range(1, 31)),
    ]
    await asyncio.gather(
        *(systeem.publish(PRODUCENT[event.topic], Outgoing("0193", event)) for event in events),
        *(begroot(1000 + i) for i in range(8)),
    )
    await systeem.drained()
    nummers = [row["nummer"] for row in await rijen(systeem, "SELECT nummer FROM boekingen ORDER BY nummer")]
    assert nummers == list(range(1, len(nummers) + 1))
    assert await rijen(systeem, "SELECT * FROM dode_letters") == []
    await klopt(systeem)


async def test_a_large_batch_is_booked_by_prestatie(systeem: Systeem) -> None:
    await stuur(systeem, *[bepaald(nummer, 1, {2026: 1_000_000}) for nummer in range(50)])
    events = [
        verwerkt(f"d{d}", *[mutatie(i, 100 + i, toewijzing=i % 50, referentie=f"R{d}-{i}") for i in range(200)])
        for d in range(10)
    ]
    await systeem.publish("matching", *[Outgoing("0193", event) for event in events])
    await systeem.drained()
    (aantal,) = await rijen(systeem, "SELECT count(*) AS n FROM boekingen WHERE soort = 'toekenning'")
    assert aantal["n"] == 2000
    saldo = {row["rekening"]: row["saldo"] for row in await saldi(systeem)}
    toegekend = 10 * sum(100 + i for i in range(200))
    assert saldo[4400] == -saldo[1600] == toegekend
    assert saldo[9200] == 50 * 1_000_000 - toegekend
    await klopt(systeem)


async def test_events_hold_what_the_contract_says(systeem: Systeem) -> None:
    """The builders of these tests make events that survive the wire."""
    await systeem.publish("matching", Outgoing("0193", VERHAAL[4]))
    (row,) = await systeem.sent("matching", "mutaties")
    assert decode(_event(row), type(VERHAAL[4])) == VERHAAL[4]
