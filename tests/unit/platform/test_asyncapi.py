"""The AsyncAPI document: the file is what the code says, and what the code says holds together."""

import json
from typing import Any

import pytest
import yaml

from services.platform.events import EVENT_TYPES, KAFKA_TOPICS, TOPICS, asyncapi
from services.platform.settings import ROOT
from tests.leesyaml import lees

PATH = ROOT / "schemas" / "events" / asyncapi.FILE


def test_the_file_is_what_the_code_says() -> None:
    """``python -m services.platform.events.schemas`` writes it after a change."""
    assert PATH.read_text(encoding="utf-8") == asyncapi.text()
    assert lees(PATH.read_text(encoding="utf-8")) == asyncapi.document()


def test_every_topic_is_a_channel_with_its_partitions_and_key() -> None:
    document = lees(PATH.read_text(encoding="utf-8"))
    assert document["asyncapi"] == "3.0.0"
    for name, topic in TOPICS.items():
        channel = document["channels"][name]
        assert channel["address"] == name
        assert channel["bindings"]["kafka"]["partitions"] == topic.partitions
        message = document["components"]["messages"][topic.event.__name__]
        assert message["bindings"]["kafka"]["key"]["description"] == topic.key
        assert message["name"] == topic.event.type_name
    assert set(document["channels"]) == set(KAFKA_TOPICS)
    for name in set(KAFKA_TOPICS) - set(TOPICS):
        channel = document["channels"][name]
        assert channel["bindings"]["kafka"]["partitions"] == 1
        assert set(channel["messages"]) == {"DodeLetter"}


def test_every_service_sends_and_receives_what_the_table_says() -> None:
    operations = asyncapi.document()["operations"]
    sends = {name for name, operation in operations.items() if operation["action"] == "send"}
    assert sends == {f"{topic.producer}.send.{topic.name}" for topic in KAFKA_TOPICS.values()}
    receives = {name for name, operation in operations.items() if operation["action"] == "receive"}
    assert receives == {f"{who}.receive.{topic.name}" for topic in TOPICS.values() for who in topic.consumers}


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for item in value.values() for found in references(item)]
    return [found for item in value for found in references(item)] if isinstance(value, list) else []


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi.document()
    payloads = set()
    for reference in references(document):
        if reference.startswith("#/"):
            place: Any = document
            for part in reference.removeprefix("#/").split("/"):
                place = place[part]
        else:
            path = PATH.parent / reference
            assert json.loads(path.read_text(encoding="utf-8"))["$id"]
            payloads.add(path.stem)
    assert payloads == set(EVENT_TYPES)


def test_a_key_that_stands_there_twice_is_refused() -> None:
    assert lees("a: 1\nb: {a: 2}\n") == {"a": 1, "b": {"a": 2}}
    with pytest.raises(yaml.YAMLError, match="twice"):
        lees("a: 1\na: 2\n")
