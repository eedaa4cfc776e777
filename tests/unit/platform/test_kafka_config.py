"""What the brokers are told: ports that do not meet, a quorum, copies; kept whole whoever is killed."""

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.local_kafka.config import (
    Cluster,
    KafkaError,
    Ports,
    new_cluster,
    new_id,
    read_cluster,
    write_cluster,
)
from services.platform.poorten import HOST


def properties_of(cluster: Cluster, number: int) -> dict[str, str]:
    lines = cluster.properties(number, "data").splitlines()
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def test_one_broker_keeps_one_copy_and_is_its_own_quorum() -> None:
    cluster = Cluster("id", (Ports(20001, 20002),))
    found = properties_of(cluster, 1)
    assert found["controller.quorum.voters"] == "1@127.0.0.1:20002"
    assert found["listeners"] == "BROKER://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002"
    assert found["default.replication.factor"] == found["offsets.topic.replication.factor"] == "1"
    assert found["min.insync.replicas"] == found["transaction.state.log.min.isr"] == "1"
    assert found["auto.create.topics.enable"] == "false"
    assert cluster.bootstrap_servers == "127.0.0.1:20001"


def test_three_brokers_keep_three_copies_of_which_two_must_be_written() -> None:
    cluster = Cluster("id", (Ports(1, 2), Ports(3, 4), Ports(5, 6)))
    for number in cluster.numbers:
        found = properties_of(cluster, number)
        assert found["node.id"] == str(number)
        assert found["controller.quorum.voters"] == "1@127.0.0.1:2,2@127.0.0.1:4,3@127.0.0.1:6"
        for name in ("default", "offsets.topic", "transaction.state.log", "share.coordinator.state.topic"):
            assert found[f"{name}.replication.factor"] == "3"
        assert found["min.insync.replicas"] == "2"
        assert found["advertised.listeners"] == f"BROKER://{HOST}:{cluster.port(number)}"


def test_nobody_but_this_machine_is_listened_to() -> None:
    text = new_cluster(3).properties(2, "data")
    assert {part.split("://")[1].split(":")[0] for part in text.split() if "://" in part} == {"127.0.0.1"}


def test_all_ports_differ_and_lie_where_the_system_hands_out_none() -> None:
    cluster = new_cluster(3)
    ports = [port for pair in cluster.ports for port in (pair.client, pair.controller)]
    assert len(set(ports)) == 6
    assert all(20_000 <= port < 30_000 for port in ports)
    assert not cluster.chosen


@given(port=st.integers(1024, 65_533))
def test_a_chosen_port_is_the_first_broker_s_and_the_next_follow(port: int) -> None:
    cluster = new_cluster(3, port)
    assert [pair.client for pair in cluster.ports] == [port, port + 1, port + 2]
    assert len({pair.client for pair in cluster.ports} | {pair.controller for pair in cluster.ports}) == 6
    assert cluster.chosen


@pytest.mark.parametrize("brokers", [0, 2, 4, -1])
def test_a_size_without_a_quorum_is_refused(brokers: int) -> None:
    with pytest.raises(KafkaError, match="1 of 3 brokers"):
        new_cluster(brokers)


def test_ports_beyond_the_last_are_refused() -> None:
    with pytest.raises(KafkaError, match="65534"):
        new_cluster(3, 65_534)


def test_moved_it_is_the_same_cluster_and_renewed_it_is_another() -> None:
    cluster = new_cluster(1)
    with socket.create_server((HOST, cluster.ports[0].client)):
        moved = cluster.moved()
    assert moved.id == cluster.id
    assert moved.ports != cluster.ports
    renewed = cluster.renewed()
    assert renewed.id != cluster.id
    assert renewed.ports == cluster.ports


def test_an_id_has_the_form_of_kafka_s_own() -> None:
    ids = {new_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(len(one) == 22 and not one.startswith("-") for one in ids)


def test_what_is_written_is_read_and_half_of_it_is_an_error_in_words(tmp_path: Path) -> None:
    path = tmp_path / "cluster.json"
    assert read_cluster(path) is None
    cluster = new_cluster(3, 40_000)
    write_cluster(path, cluster)
    assert read_cluster(path) == cluster
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(KafkaError, match="niet te lezen"):
        read_cluster(path)
