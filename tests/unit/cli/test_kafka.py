"""``happyflow kafka`` in words, where nothing runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from services.platform.local_kafka import broker, java, process
from services.platform.local_kafka.config import Cluster, KafkaError, Ports, write_cluster
from services.platform.local_kafka.wire import Answer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path))
    return tmp_path / "kafka"


def test_without_anything_made_status_says_how_to_begin(folder: Path) -> None:
    result = CliRunner().invoke(app, ["kafka", "status"])
    assert result.exit_code == 1
    assert "happyflow kafka up" in result.stdout
    assert not folder.exists()


def test_down_where_nothing_runs_is_no_error(folder: Path) -> None:
    result = CliRunner().invoke(app, ["kafka", "down"])
    assert (result.exit_code, result.stdout) == (0, "Kafka draaide niet.\n")


def test_wiped_the_data_are_gone(folder: Path) -> None:
    (folder / "broker-1" / "data").mkdir(parents=True)
    write_cluster(folder / "cluster.json", Cluster("id", (Ports(9, 10),)))
    result = CliRunner().invoke(app, ["kafka", "down", "--wis"])
    assert (result.exit_code, result.stdout) == (0, "Kafka draaide niet en is gewist.\n")
    assert not (folder / "broker-1" / "data").exists()


def test_a_broker_that_is_down_is_named_with_its_log(folder: Path) -> None:
    folder.mkdir()
    write_cluster(folder / "cluster.json", Cluster("id", (Ports(9, 10),)))
    result = CliRunner().invoke(app, ["kafka", "status"])
    assert result.exit_code == 1
    assert "broker 1  127.0.0.1:9  gestopt" in result.stdout
    assert "server.log" in result.stdout


def test_a_broker_of_another_user_that_answers_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    write_cluster(folder / "cluster.json", Cluster("id", (Ports(9, 10),)))
    monkeypatch.setattr(process, "ask", lambda *_: Answer("id", 1, frozenset({1})))
    result = CliRunner().invoke(app, ["kafka", "status"])
    assert result.exit_code == 0
    assert "draait (van een andere gebruiker)" in result.stdout
    monkeypatch.setattr(process, "ask", lambda *_: Answer("een ander", 1, frozenset({1})))
    assert "gestopt" in CliRunner().invoke(app, ["kafka", "status"]).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--brokers", "2"], 1, "1 of 3 brokers"),
        (["--port", "80"], 2, "1024"),
        (["--port", "65533", "--brokers", "3"], 0, ""),
    ],
    ids=["no quorum", "a port of the system's", "the last ports"],
)
def test_what_cannot_be_is_refused_before_anything_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.setattr(broker.EmbeddedKafka, "_launch", lambda *_: [])
    monkeypatch.setattr(broker.EmbeddedKafka, "_await", lambda *_: True)
    result = CliRunner().invoke(app, ["kafka", "up", *arguments])
    assert result.exit_code == code, result.output
    assert said in result.output


def test_without_java_one_sentence_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_found() -> Path:
        raise KafkaError("voor een eigen Kafka is [Java] nodig")

    monkeypatch.setattr(broker, "java", none_found)
    result = CliRunner().invoke(app, ["kafka", "up"])
    assert result.exit_code == 1
    assert result.stderr == "Fout: voor een eigen Kafka is [Java] nodig\n"
    assert result.stdout == ""


def test_only_when_asked_is_anything_installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[bool] = []

    def refuse(*_: object) -> list[object]:
        raise KafkaError("hier niet")

    monkeypatch.setattr(java, "missing", lambda: ["Maven"])
    monkeypatch.setattr(java, "install", lambda: installed.append(True))
    monkeypatch.setattr(broker.EmbeddedKafka, "_launch", refuse)
    assert CliRunner().invoke(app, ["kafka", "up"]).exit_code == 1
    assert installed == []
    result = CliRunner().invoke(app, ["kafka", "up", "--installeer"])
    assert installed == [True]
    assert "Maven installeren" in result.stderr


def test_a_folder_of_somebody_else_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(broker, "write_cluster", forbidden)
    result = CliRunner().invoke(app, ["kafka", "up"])
    assert result.exit_code == 1
    assert "andere gebruiker" in result.stderr


def test_the_rights_of_a_service_are_lines_to_paste(folder: Path) -> None:
    result = CliRunner().invoke(app, ["kafka", "rechten", "ledger", "--principal", "User:CN={service}"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "kafka-acls --add --allow-principal User:CN=ledger --operation Read --group happyflow-ledger" in lines
    assert len(CliRunner().invoke(app, ["kafka", "rechten"]).stdout.splitlines()) > len(lines)
    assert CliRunner().invoke(app, ["kafka", "rechten", "nergens"]).exit_code == 2
