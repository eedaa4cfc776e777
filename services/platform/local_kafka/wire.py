"""One question to a Kafka broker, without a client library: who are you and who else is there.

The request is Metadata version 8 of the Kafka protocol, the last one with fields of fixed width.
"""

import socket
import struct
from dataclasses import dataclass

_METADATA = 3
_VERSION = 8
_CLIENT = b"happyflow"
_MAX_ANSWER_BYTES = 1024 * 1024


class NotKafkaError(OSError):
    """Something listens there that does not speak Kafka."""


@dataclass(frozen=True)
class Answer:
    """What a broker knows of its cluster."""

    cluster_id: str
    controller: int
    """Node id; -1 when the quorum has no leader."""
    brokers: frozenset[int]
    """Node ids of the brokers that take part."""


def ask(host: str, port: int, seconds: float = 2.0) -> Answer:
    """The broker's answer; ``OSError`` when none comes in time, ``NotKafkaError`` when it is something else."""
    # No topics, nothing created, no rights asked for.
    body = struct.pack(">i???", 0, False, False, False)
    head = struct.pack(">hhih", _METADATA, _VERSION, 1, len(_CLIENT)) + _CLIENT
    with socket.create_connection((host, port), timeout=seconds) as connection:
        connection.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
        (size,) = struct.unpack(">i", _receive(connection, 4))
        if not 0 < size <= _MAX_ANSWER_BYTES:
            raise NotKafkaError(f"{host}:{port} does not speak Kafka")
        answer = _receive(connection, size)
    try:
        return _decoded(answer)
    except (struct.error, UnicodeDecodeError) as error:
        raise NotKafkaError(f"{host}:{port} does not speak Kafka") from error


def _receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = connection.recv(size - len(received))
        if not part:
            raise NotKafkaError("the connection was closed")
        received += part
    return received


def _decoded(answer: bytes) -> Answer:
    place = 0

    def number(form: str) -> int:
        nonlocal place
        value, *_ = struct.unpack_from(">" + form, answer, place)
        place += struct.calcsize(">" + form)
        return int(value)

    def text() -> str:
        nonlocal place
        length = max(number("h"), 0)
        (value,) = struct.unpack_from(f"{length}s", answer, place)
        place += length
        return bytes(value).decode()

    number("ii")  # the request's number, and how long we are asked to wait
    brokers = set()
    for _ in range(number("i")):
        brokers.add(number("i"))
        text()  # host
        number("i")  # port
        text()  # rack
    return Answer(text(), number("i"), frozenset(brokers))
