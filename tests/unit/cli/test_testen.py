"""``happyflow test``: what it prepares, in which turns the tests run, and what it says when something is not there."""

from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from services.cli import testen
from services.cli.main import app
from services.platform.local_kafka import java
from services.platform.local_kafka.config import KafkaError


class Machine:
    """Programs that were started, and which of them fail."""

    def __init__(self) -> None:
        self.ran: list[Sequence[str]] = []
        self.failing: set[str] = set()
        self.installed = False

    def passes(self, _name: str, arguments: Sequence[str]) -> bool:
        self.ran.append(arguments)
        return not any(text in " ".join(arguments) for text in self.failing)

    @property
    def phases(self) -> list[str]:
        """What each run of pytest was asked."""
        return [" ".join(arguments[2:]) for arguments in self.ran if arguments[1] == "pytest"]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()

    def install() -> None:
        made.installed = True

    monkeypatch.setattr(testen, "_passes", made.passes)
    monkeypatch.setattr(java, "missing", list)
    monkeypatch.setattr(java, "install", install)
    monkeypatch.setattr(java, "java", lambda: None)
    monkeypatch.setattr(java, "library", lambda: None)
    return made


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["test", *words], env={"COLUMNS": "500"})
    return result.exit_code, " ".join(result.stderr.split())


def test_the_tests_run_two_at_a_time_and_those_that_break_things_afterwards(machine: Machine) -> None:
    assert run() == (0, "Alles in orde.")
    assert machine.phases == [
        "-n 2 -m not kafka and not chaos",
        "-n 2 --dist loadfile -m kafka and not chaos",
        "-n 2 --dist loadfile -m chaos",
    ]
    assert len(machine.ran) == 7
    assert not machine.installed


def test_with_chaos_every_phase_hears_of_it_and_things_break_one_at_a_time(machine: Machine) -> None:
    assert run("--chaos") == (0, "Alles in orde.")
    assert machine.phases[2] == "-m chaos --chaos"
    assert len(machine.phases) == 3


def test_what_is_missing_is_installed_first(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "missing", lambda: ["Maven"])
    monkeypatch.setattr(java, "may_install", lambda: True)
    code, said = run()
    assert (code, machine.installed) == (0, True)
    assert said.startswith("Maven installeren (eenmalig) ...")


@pytest.mark.parametrize("what", ["install", "java", "library"])
def test_what_cannot_be_had_stops_everything_at_once_and_both_ways_out_are_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    def refuse() -> None:
        raise KafkaError("voor een eigen Kafka is Java nodig; installeer het\n[ERROR] want")

    monkeypatch.setattr(java, "missing", lambda: ["Java"])
    monkeypatch.setattr(java, "may_install", lambda: False)
    monkeypatch.setattr(java, what, refuse)
    code, said = run()
    assert code == 1
    assert "installeren (eenmalig)" not in said
    assert machine.ran == []
    assert "installeer het of geef --zonder-kafka mee om alle andere tests te doen. [ERROR] want" in said


def test_without_kafka_nothing_of_it_is_needed_and_the_end_says_so(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(java, "missing", lambda: pytest.fail("asked for Java"))
    monkeypatch.setattr(java, "library", lambda: pytest.fail("asked for jars"))
    assert run("--zonder-kafka") == (0, "Alles in orde, maar de tests op Kafka zijn niet gedaan.")
    assert machine.phases == ["-n 2 -m not kafka"]


def test_whoever_names_tests_or_marks_gets_those(machine: Machine) -> None:
    assert run("-x", "-m", "traag", "tests/unit") == (0, "Alles in orde.")
    assert machine.phases == ["-n 2 -x -m traag tests/unit"]


def test_one_failure_does_not_keep_the_rest_from_running(machine: Machine) -> None:
    machine.failing = {"mypy", "not kafka and"}
    assert run() == (1, "Niet in orde: typen (mypy --strict), tests (pytest)")
    assert len(machine.ran) == 7
