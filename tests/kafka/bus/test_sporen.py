"""Traces over a real Kafka: one connected trace from a request to the boeking, carried by the records' headers."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer

from services.cli.check import verify
from services.platform.clock import FixedClock
from services.platform.events import TOPICS
from services.platform.kafka import topics
from services.platform.kafka.client import close_within
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
from tests.services.conftest import load_services
from tests.services.spoorverhaal import controleer, rijen, vertel
from tests.services.systeem import START, Systeem
from tests.unit.platform.tracing.opnemer import opname

pytestmark = pytest.mark.kafka


async def test_one_trace_from_the_request_to_the_boeking_over_kafka(
    postgres: EmbeddedPostgres, database: str, workers: Workers, settings: Settings
) -> None:
    dsn, clock = Dsn(postgres.dsn(database), login=True), FixedClock(START)
    runtime = Runtime(settings, dsn, load_services(SERVICES), clock=clock, workers=workers)
    await runtime.start()
    systeem = Systeem(runtime, clock, postgres.dsn(database))
    try:
        with opname() as kept:
            await vertel(systeem, kept)
            await controleer(systeem, kept, "kafka")
        bewaard = {str(row["event_id"]): row["traceparent"] for row in await rijen(systeem)}
        assert await gelezen(settings, len(bewaard)) == bewaard
        assert (await verify(runtime, 180))[0] == []
    finally:
        await systeem.client.aclose()
        await runtime.stop()


async def gelezen(settings: Settings, aantal: int) -> dict[str, str]:
    """What a listener from outside sees of each event: its id and the trace it is part of."""
    namen = [topics.kafka_name(settings, topic) for topic in TOPICS]
    luisteraar = AIOKafkaConsumer(
        *namen, bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    gezien: dict[str, str] = {}
    await luisteraar.start()
    try:
        async with asyncio.timeout(180):
            while len(gezien) < aantal:
                record = await luisteraar.getone()
                kop = {naam: waarde.decode() for naam, waarde in record.headers}
                gezien[kop["ce_id"]] = kop["ce_traceparent"]
    finally:
        await close_within(luisteraar.stop)
    return gezien
