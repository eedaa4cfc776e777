"""Events: every type has a topic, a stable partition, a size limit and a JSON Schema that says what it is."""

import json

import msgspec
import pytest

from services.platform.events import EVENT_TYPES, PARTITIONS, TOPICS, Event, partition_of
from services.platform.events.schemas import render_all
from services.platform.settings import ROOT


def test_every_event_type_has_one_topic_and_one_version_marker() -> None:
    for name, kind in EVENT_TYPES.items():
        assert TOPICS[kind.topic].event is kind
        assert name.startswith("nl.happyflow.")
        assert name.endswith(".v1")


def test_partitions_never_change() -> None:
    """Stored events and positions count on these numbers."""
    assert PARTITIONS == 12
    assert [partition_of(key) for key in ("0193:300201", "0193", "p3", "0150:1")] == [2, 6, 7, 0]


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_the_published_schema_is_that_of_the_type(name: str) -> None:
    """``python -m services.platform.events.schemas`` writes them after a change."""
    path = ROOT / "schemas" / "events" / f"{name}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == render_all()[path.name]


def test_no_event_has_a_field_for_what_identifies_a_client() -> None:
    for document in render_all().values():
        names = set(_property_names(document))
        assert not names & {"bsn", "naam", "achternaam", "adres", "postcode", "geboortedatum", "telefoon"}


def _property_names(document: object) -> list[str]:
    if isinstance(document, dict):
        own = list(document.get("properties", {})) if isinstance(document.get("properties"), dict) else []
        return own + [name for value in document.values() for name in _property_names(value)]
    if isinstance(document, list):
        return [name for value in document for name in _property_names(value)]
    return []


def test_position_orders_by_transaction_then_row() -> None:
    fields = dict.fromkeys(Event.__struct_fields__)
    one, two = (msgspec.structs.replace(Event(**fields), xid=x, volgnummer=v) for x, v in ((5, 9), (6, 1)))
    assert one.position < two.position
