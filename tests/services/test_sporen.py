"""Traces on a real PostgreSQL: one connected trace from a request to the boeking, in whatever batches it travels."""

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan

from ijw.codec import build
from services.cli.check import verify
from services.platform import outbox
from services.platform.bus import MAX_ATTEMPTS, Subscription
from services.platform.clock import FixedClock
from services.platform.database import Connection, Database
from services.platform.events import DeclaratieBeoordeeld, Event, decode
from services.platform.local_bus import LocalBus
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime, _repeat
from services.platform.service import Context, PeriodicTask
from services.platform.settings import SERVICES, Settings
from services.platform.tracing.spans import begin, during, traceparent_for
from services.platform.tracing.traceparent import SpanContext
from services.platform.workers import Workers
from tests.conformance.basis import contract, jw301, jw323, prestatie, toewijzing
from tests.conformance.keten import ALLOCATION, INVOICE, Keten
from tests.conformance.toneel import Toneel
from tests.logboek import logging_as_in_production
from tests.services.conftest import load_services
from tests.services.spoorverhaal import bereikt, controleer, post, rijen, samen, vertel
from tests.services.systeem import START, Systeem
from tests.services.test_platform_bus import NOW, TOPIC, beoordeeld, databases, wait_until_drained
from tests.unit.platform.tracing.opnemer import attributes, links, opname, own, parent

__all__ = ["databases"]


async def test_one_trace_from_the_request_to_the_boeking(systeem: Systeem) -> None:
    with opname() as kept:
        await vertel(systeem, kept)
        await controleer(systeem, kept, "happyflow_outbox")


async def test_what_one_service_asks_another_is_part_of_the_same_trace(systeem: Systeem) -> None:
    keten = Keten(systeem)
    t = keten.toneel()
    headers = {**keten.partij(t.aanbieder), "traceparent": AFZENDERS[0].traceparent}
    with opname() as kept:
        antwoord = await systeem.post_xml(f"{INVOICE}?proef=true", build(jw323(t, prestatie(t, "R1"))), headers)
    assert antwoord.status_code == 200, antwoord.text
    vraag = kept.only("POST /invoice/v1/declaraties", "invoice")
    assert parent(vraag) == AFZENDERS[0]
    assert parent(kept.only("POST /matching/v1/toetsingen", "matching")) == own(vraag)


async def test_without_a_collector_the_ids_travel_all_the_same(systeem: Systeem) -> None:
    with opname() as kept:
        pass
    await vertel(systeem, kept)
    sporen = {(row["topic"], (row["traceparent"] or "")[3:35]) for row in await rijen(systeem)}
    assert {trace for topic, trace in sporen if topic in {"toewijzingen", "verplichtingen"}} == {"a1" * 16}
    assert {trace for topic, trace in sporen if topic not in {"toewijzingen", "verplichtingen"}} == {"a2" * 16}
    assert kept.spans == ()


AFZENDERS = [SpanContext(f"c{number}" * 16, f"d{number}" * 8, sampled=number < 3) for number in range(4)]
"""Four senders, of whom the last wants no record."""


async def test_a_batch_of_many_requests_keeps_each_in_its_own_trace(
    postgres: EmbeddedPostgres, database: str, workers: Workers, keys_folder: Path
) -> None:
    """Messages come in while nobody reads, so that matching and ledger get them all at once."""
    settings = Settings(data=keys_folder, pool_size=6)
    dsn, clock = Dsn(postgres.dsn(database), login=True), FixedClock(START)

    @asynccontextmanager
    async def aan_het_werk(*, consume: bool) -> AsyncIterator[Systeem]:
        runtime = Runtime(settings, dsn, load_services(SERVICES), clock=clock, workers=workers)
        await runtime.start(consume=consume)
        systeem = Systeem(runtime, clock, postgres.dsn(database))
        if consume:
            await systeem.drained()
        yield systeem
        await systeem.client.aclose()
        await runtime.stop()

    spelers: list[Toneel] = []
    with opname() as kept:
        async with aan_het_werk(consume=False) as systeem:
            keten = Keten(systeem)
            for zegt in AFZENDERS:
                spelers.append(t := keten.toneel())
                await keten.speel([contract(t)])
                await post(keten, ALLOCATION, build(jw301(t, toewijzing(t))), t.gemeente, zegt)
        async with aan_het_werk(consume=True) as systeem:
            controleer_toewijzen(kept.spans, await rijen(systeem))
        kept.clear()
        async with aan_het_werk(consume=False) as systeem:
            for zegt, t in zip(AFZENDERS, spelers, strict=True):
                await post(Keten(systeem), INVOICE, build(jw323(t, prestatie(t, "R1"), volg=4)), t.aanbieder, zegt)
        async with aan_het_werk(consume=True) as systeem:
            controleer_declareren(kept.spans, await rijen(systeem))
            assert (await verify(systeem.runtime, 60))[0] == []


def controleer_toewijzen(spans: Sequence[ReadableSpan], events: Sequence[asyncpg.Record]) -> None:
    batch = next(span for span in spans if span.name == "batch toewijzingen")
    assert {context.trace_id for context in links(batch)} == {zegt.trace_id for zegt in AFZENDERS}
    assert attributes(batch)["happyflow.traces"] == 4
    delen = [span for span in spans if span.name == "process toewijzingen"]
    assert len(delen) == 3
    assert all(samen(deel, spans) is batch for deel in delen)
    verder = {
        ("allocation", "POST /allocation/v1/berichten"),
        ("matching", "process toewijzingen"),
        ("ledger", "process verplichtingen"),
    }
    for zegt in AFZENDERS:
        assert bereikt(zegt, spans) == (verder if zegt.sampled else set())
        assert topics_van(zegt, events) == ["toewijzingen", "verplichtingen"]


def controleer_declareren(spans: Sequence[ReadableSpan], events: Sequence[asyncpg.Record]) -> None:
    """What is counted per toewijzing (``gebruik``) is of a whole batch, however many of these were in it."""
    verder = {
        ("invoice", "POST /invoice/v1/declaraties"),
        ("matching", "process declaraties"),
        ("invoice", "process beoordelingen"),
        ("ledger", "process registraties"),
        ("ledger", "process mutaties"),
    }
    # Two lanes share four of them, so one has several.
    assert any(span.name == "batch declaraties" for span in spans)
    for zegt in AFZENDERS:
        assert bereikt(zegt, spans) - {("allocation", "process gebruik")} == (verder if zegt.sampled else set())
        assert [topic for topic in topics_van(zegt, events) if topic not in {"gebruik", "toewijzingen"}] == [
            *("antwoorden", "beoordelingen", "declaraties", "mutaties", "registraties", "verplichtingen")
        ]


def topics_van(zegt: SpanContext, events: Sequence[asyncpg.Record]) -> list[str]:
    """The topics of all events in the trace of a sender."""
    return sorted(row["topic"] for row in events if (row["traceparent"] or "")[3:35] == zegt.trace_id)


async def test_events_from_before_there_were_traces_are_delivered(databases: tuple[Database, Database]) -> None:
    producer, consumer = databases
    async with producer.transaction() as connection:
        await outbox.append(connection, [beoordeeld("oud", 1)], NOW)
        assert await connection.fetchval("SELECT traceparent FROM outbox") is None

    async def handler(_connection: Connection, _events: Sequence[Event]) -> None:
        """Nothing."""

    with opname() as kept:
        bus = LocalBus(producer, [("invoice", consumer, Subscription(TOPIC, handler))], oin="0" * 20)
        await bus.start()
        await wait_until_drained(producer, consumer)
        await bus.stop()
    assert parent(kept.only(f"batch {TOPIC}")) is None


@pytest.fixture
def als_proces() -> Iterator[None]:
    """Logs as a process writes them, during this test only."""
    with logging_as_in_production():
        yield


async def test_what_a_consumer_logs_of_an_event_has_the_trace_that_led_to_it(
    databases: tuple[Database, Database], als_proces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer, consumer = databases
    regels = io.StringIO()
    monkeypatch.setattr(sys, "stderr", regels)
    bus = LocalBus(producer, [("invoice", consumer, Subscription(TOPIC, _kieskeurig))], oin="0" * 20)
    sporen = {}
    async with producer.transaction() as connection:
        for naam in ("goed", "gif", "ook goed"):
            with during(begin("matching", naam)) as span:
                await outbox.append(connection, [beoordeeld(naam, 1)], NOW)
            sporen[naam] = span.context.trace_id
    with opname() as kept:
        await bus.start()
        await wait_until_drained(producer, consumer)
        await bus.stop()
    gelogd = [json.loads(line) for line in regels.getvalue().splitlines()]
    van_gif = [line for line in gelogd if line["event"] in {"event_failed", "event_buried"}]
    assert [line["event"] for line in van_gif] == ["event_failed"] * MAX_ATTEMPTS + ["event_buried"]
    assert {line["trace_id"] for line in van_gif} == {sporen["gif"]}
    ingezien = [line for line in gelogd if line["event"] == "ingezien"]
    assert {line["trace_id"] for line in ingezien if line["aantal"] == 1} == set(sporen.values())
    # A batch of several traces is one of its own.
    mislukt = [line for line in gelogd if line["event"] == "batch_failed"]
    assert mislukt
    assert not {line["trace_id"] for line in mislukt} & set(sporen.values())
    assert all(len(line["span_id"]) == 16 for line in (*van_gif, *ingezien, *mislukt))
    assert kept.spans == ()  # whoever began these traces had none of them recorded


async def _kieskeurig(_connection: Connection, events: Sequence[Event]) -> None:
    structlog.get_logger("proef").info("ingezien", aantal=len(events))
    if any(decode(event, DeclaratieBeoordeeld).declaratie_id == "gif" for event in events):
        raise ValueError("cannot stomach this one")


async def test_a_turn_of_a_periodic_task_is_a_span(systeem: Systeem) -> None:
    """What it logs and sends can be told from what others do."""
    gezien: list[str] = []

    async def beurt(_context: Context) -> None:
        gezien.append(traceparent_for() or "")
        raise RuntimeError("999900006")

    with opname() as kept:
        task = asyncio.create_task(_repeat(PeriodicTask("proef", 3600, beurt), systeem.runtime.contexts["ledger"]))
        while not kept.spans:
            await asyncio.sleep(0.01)
        task.cancel()
    span = kept.only("task proef", "ledger")
    assert own(span).traceparent == gezien[0]
    assert attributes(span)["error.type"] == "RuntimeError"
    assert "999900006" not in span.to_json()
