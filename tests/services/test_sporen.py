"""Traces on a real PostgreSQL: one connected trace from a request to the boeking, in whatever batches it travels."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import structlog

from ijw.codec import build
from services.cli.check import verify
from services.platform import logs, outbox
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
from tests.conformance.basis import jw301, toewijzing
from tests.conformance.keten import ALLOCATION, Keten
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


async def test_without_a_collector_the_ids_travel_all_the_same(systeem: Systeem) -> None:
    with opname() as kept:
        pass
    await vertel(systeem, kept)
    sporen = {(row["topic"], (row["traceparent"] or "")[3:35]) for row in await rijen(systeem)}
    assert {trace for topic, trace in sporen if topic in {"toewijzingen", "verplichtingen"}} == {"a1" * 16}
    assert {trace for topic, trace in sporen if topic not in {"toewijzingen", "verplichtingen"}} == {"a2" * 16}
    assert kept.spans == ()


async def test_a_batch_of_many_requests_keeps_each_in_its_own_trace(
    postgres: EmbeddedPostgres, database: str, workers: Workers, keys_folder: Path
) -> None:
    """The messages come in while nobody reads, so that matching and ledger get them all at once."""
    settings = Settings(data=keys_folder, pool_size=6)
    dsn, clock = Dsn(postgres.dsn(database), login=True), FixedClock(START)

    def runtime() -> Runtime:
        return Runtime(settings, dsn, load_services(SERVICES), clock=clock, workers=workers)

    afzenders = [SpanContext(f"c{number}" * 16, f"d{number}" * 8, sampled=number < 3) for number in range(4)]
    with opname() as kept:
        alleen_inname = runtime()
        await alleen_inname.start(consume=False)
        keten = Keten(Systeem(alleen_inname, clock, postgres.dsn(database)))
        for zegt in afzenders:
            t = keten.toneel()
            await post(keten, ALLOCATION, build(jw301(t, toewijzing(t))), t.gemeente, zegt)
        await keten.systeem.client.aclose()
        await alleen_inname.stop()
        lezend = runtime()
        await lezend.start()
        systeem = Systeem(lezend, clock, postgres.dsn(database))
        await systeem.drained()
        spans = kept.spans
        gebeurd = await rijen(systeem)
        assert (await verify(lezend, 60))[0] == []
        await systeem.client.aclose()
        await lezend.stop()
    batch = next(span for span in spans if span.name == "batch toewijzingen")
    assert {context.trace_id for context in links(batch)} == {zegt.trace_id for zegt in afzenders}
    assert attributes(batch)["happyflow.traces"] == 4
    deel = [span for span in spans if span.name == "process toewijzingen"]
    assert len(deel) == 3
    assert all(samen(span, spans) is batch for span in deel)
    for zegt in afzenders:
        verder = {
            ("allocation", "POST /allocation/v1/berichten"),
            ("matching", "process toewijzingen"),
            ("ledger", "process verplichtingen"),
        }
        assert bereikt(zegt, spans) == (verder if zegt.sampled else set())
        eigen = [row["topic"] for row in gebeurd if (row["traceparent"] or "")[3:35] == zegt.trace_id]
        assert sorted(eigen) == ["toewijzingen", "verplichtingen"]


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
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.configure("INFO")
    structlog.configure(cache_logger_on_first_use=False)
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


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
