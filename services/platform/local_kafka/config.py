"""What the brokers of one folder are told: their ports, their quorum and Kafka's own settings.

Ports are chosen once and kept, so that clients find the brokers again after a restart.
"""

import base64
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from services.platform.poorten import HOST, in_use
from services.platform.settings import StartError

SIZES = (1, 3)
"""Brokers in a cluster: one, or the smallest quorum that survives the loss of one."""

_PORTS = range(20_000, 30_000)
"""Below the ports that systems hand out for outgoing connections, which would take ours while we are down."""

_PROPERTIES = """\
process.roles=broker,controller
node.id={number}
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=BROKER://{host}:{port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
controller.quorum.voters={voters}
# Below the folder that the broker runs in: no path then needs quotes.
log.dirs={data}
# A misspelt topic is an error, not a new topic.
auto.create.topics.enable=false
default.replication.factor={replicas}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=8
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor={replicas}
share.coordinator.state.topic.min.isr={in_sync}
share.coordinator.state.topic.num.partitions=8
# A broker that was killed may come back only after its session: Kafka's own nine seconds are long on one machine.
broker.session.timeout.ms={session_ms}
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=4
background.threads=4
log.cleaner.dedupe.buffer.size=16777216
"""


class KafkaError(StartError):
    """There is no Kafka to work with; the text says why, in Dutch."""


class Ports(msgspec.Struct, frozen=True):
    """Where one broker listens: for clients and the other brokers, and for the quorum."""

    client: int
    controller: int


class Cluster(msgspec.Struct, frozen=True):
    """The brokers that belong together; broker ``n`` has ``ports[n - 1]``."""

    id: str
    ports: tuple[Ports, ...]
    chosen: bool = False
    """Whether somebody asked for these ports; others are replaced when another program has taken one."""

    @property
    def numbers(self) -> range:
        """Node ids, from 1."""
        return range(1, len(self.ports) + 1)

    @property
    def bootstrap_servers(self) -> str:
        """What a client needs to find all of them."""
        return ",".join(f"{HOST}:{ports.client}" for ports in self.ports)

    def port(self, number: int) -> int:
        """Where broker ``number`` takes clients."""
        return self.ports[number - 1].client

    def renewed(self) -> "Cluster":
        """Another cluster at the same place, as after the loss of every disk."""
        return msgspec.structs.replace(self, id=new_id())

    def moved(self) -> "Cluster":
        """The same cluster at other ports; the brokers must all be down."""
        return msgspec.structs.replace(self, ports=_free_ports(len(self.ports), None))

    def properties(self, number: int, data: str) -> str:
        """``server.properties`` of broker ``number`` with its data in ``data``."""
        count = len(self.ports)
        return _PROPERTIES.format(
            number=number,
            host=HOST,
            port=self.ports[number - 1].client,
            controller_port=self.ports[number - 1].controller,
            voters=",".join(f"{n}@{HOST}:{self.ports[n - 1].controller}" for n in self.numbers),
            data=data,
            replicas=count,
            in_sync=count // 2 + 1,
            session_ms=3_000 if count == 1 else 6_000,
        )


@dataclass(frozen=True)
class Extra:
    """What somebody wants of the brokers beside ours."""

    properties: Callable[[Cluster, int], str] = lambda _cluster, _number: ""
    """More lines of ``server.properties`` for a broker; the last line about something counts."""
    format: tuple[str, ...] = ()
    """More words for the program that makes the storage."""


def new_cluster(brokers: int, port: int | None = None) -> Cluster:
    """A cluster with ports that are free now; with ``port`` the brokers take clients there and on the ports after it.

    Raises ``KafkaError`` for a number of brokers that makes no sense.
    """
    if brokers not in SIZES:
        raise KafkaError(f"een cluster heeft {' of '.join(map(str, SIZES))} brokers, niet {brokers}")
    return Cluster(id=new_id(), ports=_free_ports(brokers, port), chosen=port is not None)


def new_id() -> str:
    """A cluster id in Kafka's form: 16 random bytes in base64, not beginning with a dash."""
    while (text := base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")).startswith("-"):
        pass
    return text


def read_cluster(path: Path) -> Cluster | None:
    """What ``write_cluster`` wrote; None when there is nothing. Raises ``KafkaError`` when it is unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Cluster)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise KafkaError(f"{path} is niet te lezen; verwijder de map {path.parent} om opnieuw te beginnen") from error


def write_cluster(path: Path, cluster: Cluster) -> None:
    """Keep it; whoever is killed meanwhile leaves the old one."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(cluster), indent=2) + b"\n")
    fresh.replace(path)


def _free_ports(brokers: int, port: int | None) -> tuple[Ports, ...]:
    clients = list(range(port, port + brokers)) if port is not None else []
    if clients and clients[-1] > 65_535:
        raise KafkaError(f"met {brokers} brokers kan de eerste poort niet {port} zijn")
    # By chance, so that two projects that choose at the same moment choose differently.
    candidates = (number for number in random.sample(_PORTS, len(_PORTS)) if number not in clients)
    free = (number for number in candidates if not in_use(number))
    try:
        clients = clients or [next(free) for _ in range(brokers)]
        return tuple(Ports(client, next(free)) for client in clients)
    except StopIteration:
        raise KafkaError("er is geen vrije poort op deze machine") from None
