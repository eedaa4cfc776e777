"""What really leaves the services is what the published contract says, and nothing of it is a person's own."""

import json

import asyncpg
import pytest

from services.platform.berichten.store import document
from services.platform.events import EVENT_TYPES, TOPICS, Event, encode, headers_of, partition_of, source_of
from services.platform.events.envelope import MAX_EVENT_BYTES, decode
from services.platform.settings import ROOT, SERVICES
from tests.jsonschema import errors
from tests.leesyaml import lees
from tests.services.systeem import Systeem
from tests.services.toneelstuk import Gespeeld, speel

OIN = "00000001234567890000"
FOLDER = ROOT / "schemas" / "events"


@pytest.fixture
async def gespeeld(systeem: Systeem) -> Gespeeld:
    """After the play."""
    return await speel(systeem)


async def outboxes(systeem: Systeem) -> list[tuple[str, asyncpg.Record]]:
    """Everything that any service ever said."""
    rows = []
    for service in SERVICES:
        connection = await systeem.connect(service)
        rows += [(service, row) for row in await connection.fetch("SELECT * FROM outbox ORDER BY xid, volgnummer")]
        await connection.close()
    return rows


def as_event(service: str, row: asyncpg.Record) -> Event:
    return Event(
        id=row["event_id"],
        type=row["type"],
        source=source_of(OIN, service),
        time=row["tijd"],
        topic=row["topic"],
        partition=row["partitie"],
        key=row["sleutel"],
        data=row["data"],
        producer=service,
        xid=row["xid"],
        volgnummer=row["volgnummer"],
    )


async def test_every_event_sent_is_what_the_contract_says(systeem: Systeem, gespeeld: Gespeeld) -> None:
    """Payload and headers by schema, topic and partition by the table; and the type reads what it wrote."""
    contract = lees((FOLDER / "asyncapi.yaml").read_text(encoding="utf-8"))
    headers_schema = contract["components"]["messageTraits"]["cloudEvent"]["headers"]
    gezien = set()
    for service, row in await outboxes(systeem):
        kind = EVENT_TYPES[row["type"]]
        schema = json.loads((FOLDER / f"{row['type']}.json").read_text(encoding="utf-8"))
        assert errors(json.loads(row["data"]), schema) == [], row["type"]
        assert encode(decode(as_event(service, row), kind)) == row["data"]
        assert (row["topic"], service) == (kind.topic, TOPICS[kind.topic].producer)
        assert len(row["data"]) <= MAX_EVENT_BYTES
        if not TOPICS[row["topic"]].key.startswith("partition"):
            assert row["partitie"] == partition_of(row["sleutel"])
        headers = {name: value.decode() for name, value in headers_of(as_event(service, row))}
        own = contract["components"]["messages"][kind.__name__]["headers"]["properties"]
        schema = headers_schema | {"properties": headers_schema["properties"] | own}
        assert errors(headers, schema) == []
        operation = contract["operations"][f"{service}.send.{row['topic']}"]
        assert operation["channel"]["$ref"] == f"#/channels/{row['topic']}"
        gezien.add(row["type"])
    assert gezien == set(EVENT_TYPES)


async def test_nothing_of_a_person_is_in_an_event_a_key_or_a_header(systeem: Systeem, gespeeld: Gespeeld) -> None:
    for service, row in await outboxes(systeem):
        headers = b" ".join(value for _, value in headers_of(as_event(service, row)))
        said = b" ".join((headers, row["data"], *(str(value).encode() for value in row.values()))).decode().lower()
        for woord in gespeeld.persoonlijk:
            assert woord.lower() not in said, (row["type"], "something of a person")


async def test_what_was_looked_for_really_was_in_the_messages(systeem: Systeem, gespeeld: Gespeeld) -> None:
    """Without this the test above would pass on a play without people; the messages themselves are encrypted."""
    crypto = systeem.runtime.contexts["allocation"].crypto
    gelezen = ""
    for service in ("allocation", "invoice"):
        connection = await systeem.connect(service)
        gelezen += "".join(
            document(row, crypto.ring).decode() for row in await connection.fetch("SELECT * FROM berichten")
        )
        await connection.close()
    for woord in gespeeld.persoonlijk:
        assert woord in gelezen, woord


async def test_who_listens_is_who_the_table_names(systeem: Systeem) -> None:
    echt = {(service, topic) for service, _, topic in systeem.runtime._consumers()}
    assert echt == {(consumer, topic.name) for topic in TOPICS.values() for consumer in topic.consumers}
