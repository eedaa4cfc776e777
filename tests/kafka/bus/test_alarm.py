"""The alert rules about Kafka on a real broker: silent when all is well, and set off by what each is for."""

import asyncio
import time
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.platform.database import Database
from services.platform.events import KAFKA_TOPICS
from services.platform.kafka.bus import KafkaBus
from services.platform.kafka.reden import Reason
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.metrics import (
    BUS_GAPS,
    BUS_RESTARTS,
    GAPS_OPEN,
    KAFKA_FAILURES,
    SEND_TIMEOUTS,
    UNPUBLISHED_AGE,
)
from services.platform.settings import Settings
from tests.kafka.bus.hulp import TOPIC, beoordeeld, bus_of, drained, published, until, write
from tests.kafka.bus.test_bus import throw_away
from tests.promql import History, parse, value
from tests.services.schrapen import Scrape, waarde
from tests.unit.test_alerts import rules

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]
ABOUT_KAFKA = {
    "HappyflowUnpublishedOld",
    "HappyflowGapWaits",
    "HappyflowKafkaLost",
    "HappyflowKafkaRefuses",
    "HappyflowKafkaFlaps",
}


@pytest.fixture(autouse=True)
def _nothing_of_before() -> None:
    """Gauges of a system that stopped in another test stand where they stood."""
    UNPUBLISHED_AGE.clear()


def scrape() -> Scrape:
    """What this process would tell."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name.startswith("happyflow_") and not sample.name.endswith("_created")
    }


def alarm(before: Scrape, after: Scrape) -> set[str]:
    """The rules about Kafka that hold now, four minutes after ``before``."""
    now = time.time()
    history: History = [(now - 240, before), (now, after)]
    return {name for name in ABOUT_KAFKA if value(parse(rules()[name]["expr"]), history)}


async def measured(bus: KafkaBus) -> Scrape:
    await bus.measure_once()
    return scrape()


async def test_nothing_goes_off_when_all_is_well(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    before = scrape()
    async with bus_of(settings, producer, consumer) as bus:
        await write(producer, *(beoordeeld(f"d{key}", 1) for key in range(30)))
        await drained(producer, consumer)
        # A consumer can be done with an event before the publisher has written down that Kafka has it, and before it
        # has counted the gap as closed.
        await published(producer)
        await until(no_gap)
        after = await measured(bus)
    assert alarm(before, after) == set()
    assert waarde(after, "happyflow_kafka_clients_total", service="matching", kind="producer") >= 1
    assert waarde(after, "happyflow_kafka_clients_total", service="invoice", kind="consumer") >= 1
    topics = {topic.name for topic in KAFKA_TOPICS.values() if topic.producer == "matching"}
    told = {dict(labels)["topic"] for name, labels in after if name == "happyflow_outbox_oldest_unpublished_seconds"}
    assert topics <= told


async def test_what_nobody_publishes_grows_old_also_when_kafka_was_never_there(
    databases: Databases, tmp_path: Path
) -> None:
    """The events are of a day long before the database's."""
    producer, consumer = databases
    await write(producer, beoordeeld("a", 1))
    nowhere = Settings(data=tmp_path, kafka_bootstrap="127.0.0.1:1")
    async with bus_of(nowhere, producer, consumer) as bus:
        after = await measured(bus)
    assert alarm(after, after) == {"HappyflowUnpublishedOld"}
    assert waarde(after, "happyflow_outbox_unpublished_events", service="matching", topic=TOPIC) == 1
    # What was measured here is gone with this system.
    async with producer.connection() as connection:
        await connection.execute("DELETE FROM outbox")
    await bus.measure_once()


async def test_what_kafka_lost_is_told_and_does_not_stay_open(settings: Settings, databases: Databases) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, consume=False):
        await write(producer, *(beoordeeld("a", number) for number in range(20)))
        await published(producer)
    await throw_away(settings)
    async with producer.connection() as connection:
        # The publisher believes that Kafka has them somewhere.
        await connection.execute("DELETE FROM gepubliceerd WHERE partitie >= 0")
        await connection.execute(
            "INSERT INTO gepubliceerd (topic, partitie, xid, volgnummer, kafka_offset)"
            " SELECT topic, partitie, max(xid), max(volgnummer), -1 FROM outbox GROUP BY topic, partitie"
        )
    before = scrape()
    async with bus_of(settings, producer, consumer) as bus:
        await write(producer, beoordeeld("a", 20))
        await drained(producer, consumer)
        # A consumer can be done with an event before the publisher has written down that Kafka has it, and before it
        # has counted the gap as closed.
        await published(producer)
        await until(no_gap)
        after = await measured(bus)
    assert alarm(before, after) == {"HappyflowKafkaLost"}
    assert BUS_GAPS.labels("invoice", TOPIC)._value.get() > waarde(before, "happyflow_bus_gaps_total", topic=TOPIC)


async def no_gap() -> bool:
    """Whether no event waits for one before it."""
    return bool(GAPS_OPEN.labels("invoice", TOPIC)._value.get() == 0)


async def test_a_predecessor_that_nobody_knows_is_told_as_long_as_it_lasts(
    settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    async with bus_of(settings, producer, consumer, consume=False):
        await write(producer, beoordeeld("a", 1))
        await write(producer, beoordeeld("a", 2))
        await published(producer)
    async with producer.connection() as connection:
        kept = await connection.fetchrow(
            "DELETE FROM outbox WHERE volgnummer = (SELECT min(volgnummer) FROM outbox) RETURNING *"
        )
        assert kept is not None
        # So that the second is the first that Kafka has.
        await connection.execute("UPDATE gepubliceerd SET kafka_offset = kafka_offset")
    from aiokafka import TopicPartition
    from aiokafka.admin import RecordsToDelete

    from services.platform.kafka import topics
    from services.platform.kafka.client import close_within, make_admin

    admin = make_admin(settings)
    await admin.start()
    tp = TopicPartition(topics.kafka_name(settings, TOPIC), kept["partitie"])
    await admin.delete_records({tp: RecordsToDelete(before_offset=1)})
    await close_within(admin.close)
    async with bus_of(settings, producer, consumer) as bus:

        async def open_gap() -> bool:
            return bool(GAPS_OPEN.labels("invoice", TOPIC)._value.get() == 1)

        await until(open_gap, 300)
        after = await measured(bus)
        assert alarm(after, after) == {"HappyflowGapWaits"}
        async with producer.connection() as connection:
            columns = ", ".join(kept.keys())
            marks = ", ".join(f"${n + 1}" for n in range(len(kept)))
            await connection.execute(
                f"INSERT INTO outbox ({columns}) OVERRIDING SYSTEM VALUE VALUES ({marks})", *kept.values()
            )
        await drained(producer, consumer)
        # What is counted follows on what is committed.
        await until(no_gap)


async def test_a_broker_that_refuses_and_one_that_is_lost_again_and_again(settings: Settings) -> None:
    before = scrape()
    for reason in Reason:
        KAFKA_FAILURES.labels("ledger", reason).inc(0)
    ready = scrape()
    KAFKA_FAILURES.labels("ledger", Reason.UNREACHABLE).inc()
    KAFKA_FAILURES.labels("ledger", Reason.TIMEOUT).inc()
    assert alarm(ready, scrape()) == set()
    KAFKA_FAILURES.labels("ledger", Reason.LOGIN_REFUSED).inc(2)
    assert alarm(ready, scrape()) == set()
    KAFKA_FAILURES.labels("ledger", Reason.LOGIN_REFUSED).inc()
    assert alarm(ready, scrape()) == {"HappyflowKafkaRefuses"}
    assert before.keys() <= ready.keys()


async def test_a_send_that_takes_too_long_is_counted(
    broker: EmbeddedKafka, settings: Settings, databases: Databases
) -> None:
    producer, consumer = databases
    before = SEND_TIMEOUTS.labels("matching")._value.get()
    impatient = settings.model_copy(update={"kafka_send_seconds": 2.0})
    async with bus_of(impatient, producer, consumer):
        await write(producer, beoordeeld("a", 1))
        await drained(producer, consumer)
        await asyncio.to_thread(broker.suspend)
        await write(producer, beoordeeld("a", 2))

        async def counted() -> bool:
            return bool(SEND_TIMEOUTS.labels("matching")._value.get() > before)

        await until(counted, 300)
        await asyncio.to_thread(broker.resume)
        await drained(producer, consumer, 300)
    assert BUS_RESTARTS.labels("matching")._value.get() > 0
