"""The AsyncAPI document: the file is what the code says, and what the code says holds together."""

import json
from typing import Any

import pytest

from services.platform import yaml
from services.platform.events import EVENT_TYPES, TOPICS, asyncapi
from services.platform.settings import ROOT
from tests.leesyaml import LeesError, lees

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
    assert set(document["channels"]) == set(TOPICS)


def test_every_service_sends_and_receives_what_the_table_says() -> None:
    operations = asyncapi.document()["operations"]
    sends = {name for name, operation in operations.items() if operation["action"] == "send"}
    assert sends == {f"{topic.producer}.send.{topic.name}" for topic in TOPICS.values()}
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


VALUES = [
    {"a": {"b": "c"}, "d": [1, "x y", {"e": True, "f": None}, "yes", "1.0", "a: b", "# c", "- d", "", "ë\n"]},
    {"$ref": "#/a", "content-type": "x", "leeg": [], "niets": {}, "x": [{"a": [1, 2]}, {"b": {"c": "NL GOV-ding"}}]},
]


@pytest.mark.parametrize("value", VALUES)
def test_what_is_written_as_yaml_is_read_back_the_same(value: dict[str, Any]) -> None:
    assert lees(yaml.dump(value)) == value


@pytest.mark.parametrize(
    "text", ["a: &x 1\n", "a: 'b'\n", "a: {b: 1}\n", "a: yes\n", "a: b: c\n", "a:\n", "a: 1\na: 2\n", "a: x # y\n"]
)
def test_other_yaml_is_refused_and_not_read_as_something_else(text: str) -> None:
    with pytest.raises(LeesError):
        lees(text)


def test_text_over_several_lines() -> None:
    text = "a: >-\n  one\n  two\nb: |\n  x\n  y\nc:\n- d: 1\n  e: 2\n- f\n"
    assert lees(text) == {"a": "one two", "b": "x\ny\n", "c": [{"d": 1, "e": 2}, "f"]}
