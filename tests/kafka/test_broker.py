"""One real broker: started, found, killed, held still, moved, with what others left in its way."""

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.platform.local_kafka.broker import EmbeddedKafka, KafkaError
from services.platform.local_kafka.config import new_cluster
from services.platform.local_kafka.java import library
from services.platform.local_kafka.wire import ask
from services.platform.poorten import HOST
from services.platform.settings import ROOT

_context = multiprocessing.get_context("forkserver")


def pid_of(kafka: EmbeddedKafka) -> int:
    (broker,) = kafka.status()
    assert broker.pid is not None
    return broker.pid


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A folder where nothing was ever made."""
    with tempfile.TemporaryDirectory() as base:
        yield Path(base) / "kafka"
        EmbeddedKafka(Path(base) / "kafka").kill()


def test_it_answers_and_whoever_comes_later_finds_it(kafka: EmbeddedKafka) -> None:
    deadline = time.monotonic() + 60
    # A broker that is late to say that it is there is left out for a moment.
    while (answer := ask(HOST, kafka.cluster.port(1), 30)).brokers != {1} and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (answer.cluster_id, answer.controller, answer.brokers) == (kafka.cluster.id, 1, {1})
    assert kafka.running()
    assert not kafka.start()
    other = EmbeddedKafka(kafka.folder)
    assert not other.start()
    assert other.bootstrap_servers == kafka.bootstrap_servers
    assert pid_of(other) == pid_of(kafka)
    assert 50 < other.status()[0].memory_mb < 900
    assert "Kafka Server started" in other.status()[0].log.read_text()


def test_after_a_stop_it_is_gone_and_it_starts_again_at_the_same_place(kafka: EmbeddedKafka) -> None:
    place, pid = kafka.bootstrap_servers, pid_of(kafka)
    kafka.stop()
    assert not kafka.running()
    assert kafka.status()[0].pid is None
    with pytest.raises(OSError, match="refused"):
        ask(HOST, kafka.cluster.port(1))
    kafka.stop()
    assert kafka.start()
    assert kafka.bootstrap_servers == place
    assert pid_of(kafka) != pid


def test_after_kill_9_it_starts_again_as_the_same_cluster(kafka: EmbeddedKafka) -> None:
    cluster = kafka.cluster
    os.kill(pid_of(kafka), signal.SIGKILL)
    assert kafka.start()
    assert kafka.cluster == cluster
    assert kafka.running()


def test_held_still_it_does_not_answer_and_afterwards_it_does(kafka: EmbeddedKafka) -> None:
    kafka.suspend()
    (broker,) = kafka.status()
    assert (broker.suspended, broker.answers) == (True, False)
    assert not kafka.start()
    kafka.resume()
    assert not kafka.start()
    assert kafka.running()


def test_held_still_it_can_be_stopped(kafka: EmbeddedKafka) -> None:
    kafka.suspend()
    kafka.stop()
    assert kafka.status()[0].pid is None


def test_a_pid_file_that_names_another_program_does_not_count(kafka: EmbeddedKafka) -> None:
    """As after a restart of a container: the number belongs to somebody else now, who must not be hurt."""
    kafka.stop()
    (kafka.folder / "broker-1" / "broker.pid").write_text(f"{os.getpid()}\n")
    assert not kafka.running()
    kafka.kill()
    assert kafka.start()
    assert pid_of(kafka) != os.getpid()


def test_a_port_that_somebody_took_is_replaced(kafka: EmbeddedKafka) -> None:
    kafka.stop()
    place = kafka.cluster.port(1)
    with socket.create_server((HOST, place)):
        assert kafka.start()
        assert kafka.cluster.port(1) != place
        assert kafka.running()


def test_a_port_that_was_asked_for_is_not_replaced(fresh: Path) -> None:
    # Not one that the system hands out to whoever connects somewhere.
    port = new_cluster(1).port(1)
    with socket.create_server((HOST, port)), pytest.raises(KafkaError, match=f"poort {port} is al in gebruik"):
        EmbeddedKafka(fresh, port=port).start()
    kafka = EmbeddedKafka(fresh, port=port)
    assert kafka.start()
    assert kafka.bootstrap_servers == f"{HOST}:{port}"
    with pytest.raises(KafkaError, match="heeft 1 broker"):
        EmbeddedKafka(fresh, brokers=3).start()


def test_another_size_is_possible_once_it_is_wiped(fresh: Path) -> None:
    one = EmbeddedKafka(fresh)
    one.start()
    place, cluster = one.bootstrap_servers, one.cluster.id
    one.wipe()
    assert one.status()[0].pid is None
    assert one.start()
    assert one.bootstrap_servers == place
    assert one.cluster.id != cluster
    one.wipe()
    three = EmbeddedKafka(fresh, brokers=3)
    three.start(wait=False)
    assert len(three.status()) == 3
    three.kill()


def _start(folder: Path) -> bool:
    return EmbeddedKafka(folder).start()


def test_processes_that_start_it_at_once_make_one_broker(fresh: Path) -> None:
    """After a first start that was killed halfway."""
    os.makedirs(fresh / "broker-1" / "data.new" / "half")  # noqa: PTH103
    with _context.Pool(3) as pool:
        assert sorted(pool.map(_start, [fresh] * 3)) == [False, False, True]
    assert EmbeddedKafka(fresh).running()
    assert not (fresh / "broker-1" / "data.new").exists()


def test_two_projects_do_not_meet(kafka: EmbeddedKafka, fresh: Path) -> None:
    other = EmbeddedKafka(fresh)
    other.start()
    assert other.cluster.id != kafka.cluster.id
    other.kill()
    assert kafka.running()
    assert not other.running()


def test_what_is_wrong_is_said(fresh: Path) -> None:
    kafka = EmbeddedKafka(fresh)
    kafka.start()
    kafka.stop()
    meta = fresh / "broker-1" / "data" / "meta.properties"
    good = meta.read_text()
    meta.write_text(good.replace("node.id=1", "node.id=9"))
    with pytest.raises(KafkaError, match=r"(?s)broker 1 start niet.*node id 9"):
        kafka.start()
    meta.write_text(good)
    assert kafka.start()


def test_settings_for_somebody_s_own_kafka_do_not_reach_it(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "KAFKA_OPTS"):
        monkeypatch.setenv(name, "-Xonzin")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("CLASSPATH", "/nergens")
    assert EmbeddedKafka(fresh.with_name("één")).start()
    EmbeddedKafka(fresh.with_name("één")).kill()


# The encodings are those that Python loads late; root's own Python may not be readable by then.
_AS_NOBODY = """
import encodings.idna, os, sys
from pathlib import Path
from services.platform.local_kafka.broker import EmbeddedKafka
os.setgroups([]); os.setgid(65534); os.setuid(65534)
kafka = EmbeddedKafka(Path(sys.argv[1]), cache=Path(sys.argv[2]))
print(kafka.start(), kafka.running())
kafka.stop()
print(kafka.running())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_nothing_arranged() -> None:
    jars = library()
    with tempfile.TemporaryDirectory() as base:
        Path(base).chmod(0o711)
        home = Path(base) / "van niemand"
        shutil.copytree(jars, home / "cache" / jars.name)
        for path in (home, *home.rglob("*")):
            os.chown(path, 65534, 65534)
        result = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(home / "kafka"), str(home / "cache")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.stdout.split() == ["True", "True", "False"], result.stderr
        assert (home / "kafka" / "broker-1" / "data").stat().st_uid == 65534
