"""A real Apache Kafka for one machine: one broker or three, made on first use, found again after a crash.

The broker is Kafka's own, in KRaft mode with the quorum in the same processes; only fetching, formatting, starting,
stopping and breaking it is done here. It listens on the loopback address alone and asks nobody who they are.
"""

import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.platform.filelock import FileLock
from services.platform.local_kafka.config import (
    Cluster,
    Extra,
    KafkaError,
    new_cluster,
    read_cluster,
    write_cluster,
)
from services.platform.local_kafka.java import jars, java, library
from services.platform.local_kafka.process import BrokerProcess, format_all
from services.platform.poorten import in_use

__all__ = ["BrokerStatus", "EmbeddedKafka", "KafkaError"]

_START_SECONDS = 120
_STOP_SECONDS = 30
_DYING_SECONDS = 30
_BUSY_SECONDS = 10
"""Within which a broker answers that only has little of the processor; one that is gone refuses at once."""
_ATTEMPTS = 3
"""With other ports, when a program took one between our look and the broker's start."""


@dataclass(frozen=True)
class BrokerStatus:
    """How one broker is."""

    number: int
    address: str
    pid: int | None
    """None when there is none, or when it is another user's."""
    suspended: bool
    answers: bool
    memory_mb: int
    log: Path


class EmbeddedKafka:
    """The brokers with their data under ``folder``, for any number of processes; ``brokers`` numbers them from 1.

    Without ``brokers`` it is what the folder has, or else one. ``port`` is where the first takes clients, the next
    ones follow; without it ports are chosen, and kept. Every method raises ``KafkaError`` with the reason in Dutch.
    """

    def __init__(
        self,
        folder: Path,
        brokers: int | None = None,
        port: int | None = None,
        heap_mb: int = 512,
        cache: Path | None = None,
        extra: Extra | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self._brokers = brokers
        self._port = port
        self._heap_mb = heap_mb
        self._cache = cache
        self._extra = extra
        self._turn = FileLock(self.folder / ".beurt")

    @property
    def cluster(self) -> Cluster:
        """What was made here; ``KafkaError`` before the first start."""
        found = read_cluster(self._path)
        if found is None:
            raise KafkaError(f"er is nog geen Kafka in {self.folder}")
        return found

    @property
    def bootstrap_servers(self) -> str:
        """Where clients begin: ``127.0.0.1:20001,...``."""
        return self.cluster.bootstrap_servers

    def start(self, broker: int | None = None, wait: bool = True) -> bool:
        """Make sure they all run, or this one, and answer; True when this call started one.

        Without ``wait`` they are only started, as one of a quorum of three cannot answer alone.
        """
        with self._alone(make=True):
            for _ in range(_ATTEMPTS):
                cluster = self._settled()
                started = self._launch(cluster, broker)
                if not wait or self._await(cluster, self._chosen(cluster, broker), started):
                    return bool(started)
                if cluster.chosen:
                    break
                for one in started:
                    one.kill()
            raise KafkaError(f"de poorten van Kafka ({cluster.bootstrap_servers}) zijn steeds in gebruik")

    def stop(self, broker: int | None = None) -> None:
        """Stop them all, or this one, with everything written; what does not stop in half a minute is killed."""
        with self._alone():
            chosen = self._existing(broker)
            for one in chosen:
                one.signal(signal.SIGCONT)
                one.signal(signal.SIGTERM)
            deadline = time.monotonic() + _STOP_SECONDS
            for one in chosen:
                if not one.wait_until_gone(max(deadline - time.monotonic(), 0)):
                    one.kill()

    def kill(self, broker: int | None = None) -> None:
        """``kill -9`` to them all at once, or to this one."""
        with self._alone():
            chosen = self._existing(broker)
            for one in chosen:
                one.signal(signal.SIGKILL)
            for one in chosen:
                one.kill()

    def suspend(self, broker: int | None = None) -> None:
        """Hold them still, as a machine that hangs: connections stay, answers do not come."""
        for one in self._existing(broker):
            one.suspend()

    def resume(self, broker: int | None = None) -> None:
        """Let them go on after ``suspend``."""
        for one in self._existing(broker):
            one.signal(signal.SIGCONT)

    def wipe(self, broker: int | None = None) -> None:
        """Kill them and throw their data away, or those of this one: the loss of a disk.

        Without any data left the next start makes another cluster, at the same ports.
        """
        with self._alone():
            for one in self._existing(broker):
                one.kill()
                shutil.rmtree(one.data, ignore_errors=True)
            cluster = read_cluster(self._path)
            if cluster and not self._has_data(cluster):
                write_cluster(self._path, cluster.renewed())

    def running(self) -> bool:
        """Whether every broker answers."""
        status = self.status()
        return bool(status) and all(broker.answers for broker in status)

    def status(self) -> list[BrokerStatus]:
        """Every broker; empty when nothing was made here."""
        cluster = read_cluster(self._path)
        return [_status(one, cluster) for one in self._processes(cluster)] if cluster else []

    @property
    def _path(self) -> Path:
        return self.folder / "cluster.json"

    @contextmanager
    def _alone(self, make: bool = False) -> Iterator[None]:
        """Nobody else starts or stops these brokers meanwhile."""
        try:
            if make:
                self.folder.mkdir(parents=True, exist_ok=True)
            if not self.folder.is_dir():
                yield
                return
            with self._turn.held():
                yield
        except PermissionError as error:
            raise KafkaError(f"de map {self.folder} is van een andere gebruiker") from error
        except TimeoutError as error:
            raise KafkaError(f"een ander proces is al minuten bezig met {self.folder}") from error

    def _settled(self) -> Cluster:
        """The cluster with ports it can have, written down."""
        cluster = read_cluster(self._path)
        if cluster is None or (self._differs(cluster) and not self._has_data(cluster)):
            cluster = new_cluster(self._brokers or (len(cluster.ports) if cluster else 1), self._port)
        elif self._differs(cluster):
            raise KafkaError(
                f"de Kafka in {self.folder} heeft {len(cluster.ports)} broker(s)"
                f" op {cluster.bootstrap_servers}; wis hem eerst (happyflow kafka down --wis) om dat te veranderen"
            )
        for one in self._processes(cluster):
            if one.found() is None and not one.wait_until_gone(_DYING_SECONDS):
                raise KafkaError(f"een ander programma gebruikt {one.data}")
        if not any(one.found() for one in self._processes(cluster)):
            taken = _taken(cluster)
            if taken and cluster.chosen:
                raise KafkaError(f"poort {taken[0]} is al in gebruik; kies een andere met --port")
            cluster = cluster.moved() if taken else cluster
        write_cluster(self._path, cluster)
        return cluster

    def _differs(self, cluster: Cluster) -> bool:
        other_size = self._brokers is not None and self._brokers != len(cluster.ports)
        return other_size or (self._port is not None and self._port != cluster.port(1))

    def _has_data(self, cluster: Cluster) -> bool:
        return any(one.data.exists() for one in self._processes(cluster))

    def _processes(self, cluster: Cluster) -> list[BrokerProcess]:
        return [BrokerProcess(self.folder / f"broker-{number}", number, self._extra) for number in cluster.numbers]

    def _chosen(self, cluster: Cluster, broker: int | None) -> list[BrokerProcess]:
        if broker is not None and broker not in cluster.numbers:
            there = "er is er 1" if len(cluster.ports) == 1 else f"er zijn er {len(cluster.ports)}"
            raise KafkaError(f"er is geen broker {broker}; {there}")
        return [one for one in self._processes(cluster) if broker in {None, one.number}]

    def _existing(self, broker: int | None) -> list[BrokerProcess]:
        cluster = read_cluster(self._path)
        return self._chosen(cluster, broker) if cluster else []

    def _launch(self, cluster: Cluster, broker: int | None) -> list[BrokerProcess]:
        """Start those that do not run, and return them."""
        down = [one for one in self._chosen(cluster, broker) if one.found() is None]
        if down:
            program = java()
            folder = jars(self._cache) if self._cache else library()
            format_all(down, cluster, program, folder)
            for one in down:
                one.launch(cluster, program, folder, self._heap_mb)
        return down

    def _await(self, cluster: Cluster, brokers: Sequence[BrokerProcess], started: Sequence[BrokerProcess]) -> bool:
        """Until each answers and takes part, and all know each other; False when it takes another attempt.

        That is when one of them found its port taken after all, or one that ran already was dying.
        """
        deadline = time.monotonic() + _START_SECONDS
        ours = {one.number: one for one in started}
        waiting = [ours.get(one.number, one) for one in brokers if not one.suspended()]
        numbers = {one.number for one in waiting}
        while waiting:
            for one in list(waiting):
                answer = one.answer(cluster)
                if answer and answer.controller > 0 and numbers <= answer.brokers:
                    waiting.remove(one)
                elif one.ended():
                    if one.number in ours and not one.found_its_port_taken():
                        raise KafkaError(f"broker {one.number} start niet; zie {one.log}\n{one.last_words()}".rstrip())
                    return False
            if waiting and time.monotonic() > deadline:
                raise KafkaError(f"broker {waiting[0].number} antwoordt niet; zie {waiting[0].log}")
            if waiting:
                time.sleep(0.1)
        return True


def _taken(cluster: Cluster) -> list[int]:
    """Ports that another program has; those of a broker that just died come free within a moment."""
    ports = [port for pair in cluster.ports for port in (pair.client, pair.controller)]
    for _ in range(10):
        if not any(map(in_use, ports)):
            return []
        time.sleep(0.1)
    return [port for port in ports if in_use(port)]


def _status(broker: BrokerProcess, cluster: Cluster) -> BrokerStatus:
    process = broker.found()
    suspended = broker.suspended()
    return BrokerStatus(
        number=broker.number,
        address=cluster.bootstrap_servers.split(",")[broker.number - 1],
        pid=process.pid if process else None,
        suspended=suspended,
        answers=not suspended and broker.answer(cluster, _BUSY_SECONDS) is not None,
        memory_mb=broker.memory_mb(),
        log=broker.log,
    )
