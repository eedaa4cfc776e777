"""A port that one process chose is chosen by no other as long as it lives."""

import multiprocessing
import os
import socket
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from services.platform import poorten
from services.platform.poorten import HOST, claim, in_use

_context = multiprocessing.get_context("forkserver")
PORT = 70_001 + os.getpid()
"""Beyond those that exist: nobody else asks for it, not even this test in another run."""


@pytest.fixture(autouse=True)
def claims() -> Iterator[None]:
    before = dict(poorten._claims)
    yield
    for port in poorten._claims.keys() - before.keys():
        os.close(poorten._claims.pop(port))


def _claim_and_wait(port: int, answer: Connection) -> None:
    answer.send(claim(port))
    answer.recv()


def test_once_here() -> None:
    assert claim(PORT)
    assert not claim(PORT)


def test_once_everywhere_until_who_has_it_is_gone() -> None:
    here, there = _context.Pipe()
    other = _context.Process(target=_claim_and_wait, args=(PORT, there), daemon=True)
    other.start()
    try:
        assert here.poll(120)
        assert here.recv()
        assert not claim(PORT)
    finally:
        other.kill()
        other.join()
    assert claim(PORT)


def test_in_use_is_where_somebody_listens() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        assert in_use(port)
    assert not in_use(port)
