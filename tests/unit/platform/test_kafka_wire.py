"""The question to a broker: what is sent, what is understood, and that nothing else than Kafka passes for it."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.platform.local_kafka.wire import Answer, NotKafkaError, ask

HOST = "127.0.0.1"


def text(value: str | None) -> bytes:
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value)) + value.encode()


def answer_of(cluster: str | None, controller: int, brokers: dict[int, int]) -> bytes:
    """As a broker writes it: the brokers, the cluster, its controller, no topics."""
    body = struct.pack(">iii", 1, 0, len(brokers))
    for number, port in brokers.items():
        body += struct.pack(">i", number) + text(HOST) + struct.pack(">i", port) + text(None)
    body += text(cluster) + struct.pack(">iii", controller, 0, 0)
    return struct.pack(">i", len(body)) + body


@contextmanager
def broker(*parts: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Something that listens, reads a request and says this; yields its port and what it got."""
    got: list[bytes] = []
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                got.append(connection.recv(1000))
                for part in parts:
                    connection.sendall(part)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], got
        thread.join(5)


def test_the_cluster_its_controller_and_its_brokers_are_understood() -> None:
    with broker(answer_of("mijn-cluster", 2, {1: 20001, 2: 20002})) as (port, got):
        assert ask(HOST, port) == Answer("mijn-cluster", 2, frozenset({1, 2}))
    size, key, version, number, length = struct.unpack_from(">ihhih", got[0])
    assert size == len(got[0]) - 4
    assert (key, version, number) == (3, 8, 1)
    assert got[0][14 : 14 + length] == b"happyflow"


def test_an_answer_in_pieces_is_put_together() -> None:
    answer = answer_of("c", -1, {})
    with broker(*(bytes([byte]) for byte in answer)) as (port, _):
        assert ask(HOST, port) == Answer("c", -1, frozenset())


@pytest.mark.parametrize(
    "said",
    [b"", b"\0\0", b"HTTP/1.1 400 Bad Request\r\n\r\n", struct.pack(">i", 0), struct.pack(">i", -5)],
    ids=["nothing", "two bytes", "a web server", "an empty answer", "a negative size"],
)
def test_what_is_not_kafka_does_not_pass_for_it(said: bytes) -> None:
    with broker(said) as (port, _), pytest.raises(NotKafkaError):
        ask(HOST, port)


@settings(max_examples=30, deadline=None)
@given(said=st.binary(max_size=60))
def test_whatever_is_said_there_is_an_answer_or_an_os_error(said: bytes) -> None:
    with broker(struct.pack(">i", len(said)) + said) as (port, _):
        try:
            found = ask(HOST, port)
        except OSError:
            return
        assert isinstance(found, Answer)


def test_nobody_there_and_somebody_silent_are_os_errors() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(TimeoutError):
            ask(HOST, port, 0.1)
    with pytest.raises(ConnectionRefusedError):
        ask(HOST, port)
