"""From settings to connections with Kafka, the names there, and how events are cut into batches."""

import ssl
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.events import TOPICS, Event, dead_letter_topic
from services.platform.kafka.client import connection_options, make_consumer
from services.platform.kafka.reader import _slices
from services.platform.kafka.topics import _CONFIGURED, configuration, group_name, kafka_name
from services.platform.settings import ROOT, Settings, StartError
from tests.unit.platform.test_kafka_headers import event


def settings(**changes: object) -> Settings:
    return Settings(kafka_bootstrap="een:9092, twee:9092", **changes)  # type: ignore[arg-type]


def test_without_more_it_is_plain() -> None:
    options = connection_options(settings())
    assert options["bootstrap_servers"] == ["een:9092", "twee:9092"]
    assert options["security_protocol"] == "PLAINTEXT"
    assert "sasl_mechanism" not in options


def test_user_and_password_come_with_tls_or_without(tmp_path: Path) -> None:
    (tmp_path / "wachtwoord").write_text("geheim\n")
    sasl = {
        "kafka_sasl_mechanism": "SCRAM-SHA-512", "kafka_user": "matching",
        "kafka_password_file": tmp_path / "wachtwoord",
    }  # fmt: skip
    plain = connection_options(settings(**sasl))
    assert (plain["security_protocol"], plain["sasl_plain_password"]) == ("SASL_PLAINTEXT", "geheim")
    secured = connection_options(settings(**sasl, kafka_tls=True))
    assert secured["security_protocol"] == "SASL_SSL"
    assert secured["ssl_context"].verify_mode == ssl.CERT_REQUIRED
    assert secured["ssl_context"].check_hostname


@pytest.mark.parametrize("session", [6, 20, 300])
async def test_who_joins_a_group_with_a_member_that_hangs_is_answered_while_it_still_listens(session: int) -> None:
    consumer = make_consumer(settings(kafka_session_seconds=session), "matching", "happyflow-matching")
    assert consumer._rebalance_timeout_ms <= session * 1000
    assert consumer._rebalance_timeout_ms < connection_options(settings())["request_timeout_ms"]
    await consumer.stop()


@pytest.mark.parametrize(
    "changes",
    [
        {"kafka_sasl_mechanism": "PLAIN"},
        {"kafka_sasl_mechanism": "PLAIN", "kafka_user": "a", "kafka_password_file": Path("/nergens/wachtwoord")},
        {"kafka_sasl_mechanism": "PLAIN", "kafka_user": "a", "kafka_password_file": Path("/dev/null")},
        {"kafka_ca_file": Path("/nergens/ca.pem")},
        {"kafka_min_insync": 2},
    ],
)
def test_what_cannot_work_is_said_at_the_start(changes: dict[str, object]) -> None:
    with pytest.raises(StartError):
        connection_options(settings(**changes))


def test_topics_and_groups_carry_the_prefix() -> None:
    shared = settings(kafka_topic_prefix="regio.")
    assert (kafka_name(shared, "declaraties"), group_name(shared, "matching")) == (
        "regio.declaraties", "regio.happyflow-matching",
    )  # fmt: skip
    assert kafka_name(settings(), "declaraties") == "declaraties"


def test_dead_letters_are_kept_for_longer_than_events_and_never_for_less() -> None:
    short, long = settings(kafka_retention_hours=2), settings(kafka_retention_hours=9_000)
    events, dead_letters = TOPICS["mutaties"], dead_letter_topic("ledger")
    assert configuration(short, events)["retention.ms"] == "7200000"
    assert configuration(short, dead_letters)["retention.ms"] == str(90 * 24 * 3_600_000)
    assert configuration(long, dead_letters) == configuration(long, events)
    assert set(configuration(short, events)) == set(_CONFIGURED)


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 100))
def test_parts_are_the_whole_in_order_and_small_enough(sizes: list[int], most: int) -> None:
    events = [event(volgnummer=40 + number, data=b"x" * size) for number, size in enumerate(sizes)]
    parts = list(_slices(events, most))
    assert [item for part in parts for item in part] == events
    assert all(len(part) == 1 or total(part) <= most for part in parts)
    assert all(total([*one, other[0]]) > most for one, other in pairwise(parts))


def total(part: list[Event]) -> int:
    return sum(len(item.data) for item in part)


def test_who_has_no_kafka_does_not_load_its_client() -> None:
    code = "import sys, services.cli.main, services.platform.runtime; sys.exit('aiokafka' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
