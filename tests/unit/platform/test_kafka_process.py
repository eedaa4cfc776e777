"""A broker's process is known by its id, its folder and its program: with a shell script in Java's place."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.platform.local_kafka.broker import EmbeddedKafka, KafkaError
from services.platform.local_kafka.config import Cluster, Ports, write_cluster
from services.platform.local_kafka.process import BrokerProcess

CLUSTER = Cluster("id", (Ports(9, 10),))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker that was never started, in a folder with a difficult name."""
    made = BrokerProcess(tmp_path.resolve() / "a 'b' $HOME é", 1)
    made.folder.mkdir()
    yield made
    made.kill()


def launch(broker: BrokerProcess, script: str = "while :; do sleep 0.1; done") -> None:
    java = broker.folder.parent / "java"
    java.write_text(f"#!/bin/sh\n{script}\n")
    java.chmod(0o755)
    broker.launch(CLUSTER, java, broker.folder.parent, 64)
    deadline = time.monotonic() + 60
    while not (broker.folder / "broker.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def pid_of(broker: BrokerProcess) -> int:
    process = broker.found()
    assert process is not None
    return process.pid


def test_it_is_found_by_others_stopped_and_gone(broker: BrokerProcess) -> None:
    assert broker.found() is None
    launch(broker)
    assert pid_of(BrokerProcess(broker.folder, 1)) == pid_of(broker)
    assert broker.memory_mb() >= 0
    assert not broker.wait_until_gone(0.1)
    broker.signal(signal.SIGTERM)
    assert broker.wait_until_gone(60)
    assert broker.found() is None
    assert broker.memory_mb() == 0


@pytest.mark.parametrize("unseen", [1, 2])
def test_it_is_killed_also_when_it_is_not_recognised_at_first(
    broker: BrokerProcess, monkeypatch: pytest.MonkeyPatch, unseen: int
) -> None:
    launch(broker)
    process = broker.found()
    assert process is not None
    found, looks = BrokerProcess.found, iter(range(unseen))
    monkeypatch.setattr(BrokerProcess, "found", lambda self: None if next(looks, None) is not None else found(self))
    broker.kill()
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_is_nobody_s_child(broker: BrokerProcess) -> None:
    launch(broker)
    process = broker.found()
    assert process is not None
    assert process.ppid() != os.getpid()
    assert os.getsid(process.pid) != os.getsid(0)


def test_a_number_of_another_program_does_not_count_and_gets_no_signal(broker: BrokerProcess) -> None:
    (broker.folder / "logs").mkdir()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "kafka.Kafka"], cwd="/") as other:
        (broker.folder / "broker.pid").write_text(str(other.pid))
        assert broker.found() is None
        broker.kill()
        broker.suspend()
        assert psutil.Process(other.pid).status() != psutil.STATUS_STOPPED
        assert other.poll() is None
        other.kill()


def test_a_shell_in_the_same_folder_does_not_count(broker: BrokerProcess) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], cwd=broker.folder) as other:
        while not psutil.Process(other.pid).cmdline():  # for a moment it is no program at all
            time.sleep(0.01)
        (broker.folder / "broker.pid").write_text(str(other.pid))
        assert broker.found() is None
        other.kill()


@pytest.mark.parametrize("text", ["", "geen getal", "-1", "999999999999999999999", "4194305"])
def test_a_pid_file_with_nonsense_does_not_count(broker: BrokerProcess, text: str) -> None:
    (broker.folder / "broker.pid").write_text(text)
    assert broker.found() is None


def test_held_still_is_seen(broker: BrokerProcess) -> None:
    launch(broker)
    assert not broker.suspended()
    broker.suspend()
    assert broker.suspended()
    assert broker.found() is not None
    broker.signal(signal.SIGCONT)
    deadline = time.monotonic() + 60
    while broker.suspended() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not broker.suspended()


def test_data_that_another_program_holds_are_in_use(broker: BrokerProcess) -> None:
    assert not broker.data_in_use()
    broker.data.mkdir()
    (broker.data / ".lock").touch()
    assert not broker.data_in_use()
    script = "import fcntl, sys; file = open(sys.argv[1], 'r+'); fcntl.lockf(file, fcntl.LOCK_EX); print(1, flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{script}; sys.stdin.read()", str(broker.data / ".lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"1\n"
        assert broker.data_in_use()
        assert not broker.wait_until_gone(0.1)
        other.communicate()
    assert not broker.data_in_use()
    with (broker.data / ".lock").open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_its_last_words_are_those_since_the_start(broker: BrokerProcess) -> None:
    broker.log.parent.mkdir()
    broker.log.write_text("ERROR java.net.BindException: vroeger\n")
    launch(broker, "echo 'INFO gewoon' >> logs/server.log; echo 'ERROR nu' >> logs/server.log")
    assert broker.wait_until_gone(60)
    assert broker.last_words() == "ERROR nu"
    assert not broker.found_its_port_taken()
    launch(broker, "echo 'ERROR java.net.BindException: weer' >> logs/server.log")
    assert broker.wait_until_gone(60)
    assert broker.found_its_port_taken()
    launch(broker, "echo 'Error: Could not create the Java Virtual Machine.' >&2")
    assert broker.wait_until_gone(60)
    assert "Could not create" in broker.last_words()


def test_a_folder_with_nothing_is_stopped_without_a_word(tmp_path: Path) -> None:
    kafka = EmbeddedKafka(tmp_path / "nergens")
    for act in (kafka.stop, kafka.kill, kafka.suspend, kafka.resume, kafka.wipe):
        act()
    assert kafka.status() == []
    assert not kafka.running()
    assert not (tmp_path / "nergens").exists()
    with pytest.raises(KafkaError, match="nog geen Kafka"):
        assert kafka.bootstrap_servers


def test_a_broker_that_does_not_exist_is_named(tmp_path: Path) -> None:
    write_cluster(tmp_path / "cluster.json", CLUSTER)
    with pytest.raises(KafkaError, match="geen broker 2; er is er 1"):
        EmbeddedKafka(tmp_path).kill(2)
