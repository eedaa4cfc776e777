"""``happyflow up`` in a network of its own: a real link to PostgreSQL and the broker that a test can take down.

    python -m tests.chaos.netwerkruimte up ledger

Needs root and iproute2. Senders reach the copy over a link of their own, which stays up.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from services.cli.main import app
from services.cli.proces import Kopie

_NAME: Final = "NETWERKRUIMTE"
_NEW_NETWORK: Final = 0x40000000

DATA_HERE, _DATA_THERE = "10.99.9.1", "10.99.9.2"
"""Where PostgreSQL and the broker are, as long a name as 127.0.0.1 (``KafkaLijn``), and from where they are reached."""
_HTTP_HERE, _HTTP_THERE = "10.99.8.1", "10.99.8.2"


@dataclass(frozen=True)
class Netwerkruimte:
    """A network with two links to this one."""

    name: str

    @property
    def link(self) -> str:
        """Our end of the link for data."""
        return f"{self.name}d"

    def down(self) -> None:
        """Nothing passes between the copies and PostgreSQL or the broker, and nobody is told."""
        _ip("link", "set", self.link, "down")

    def up(self) -> None:
        """It passes again."""
        _ip("link", "set", self.link, "up")


@contextmanager
def netwerkruimte() -> Iterator[Netwerkruimte]:
    """A network of its own; skips the test where it cannot be made."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a network of its own takes root and iproute2")
    network = Netwerkruimte(f"hf{os.getpid() % 100_000}")
    try:
        if DATA_HERE in _ip("-brief", "address"):
            pytest.skip(f"{DATA_HERE} is in use on this machine")
        _ip("netns", "add", network.name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine makes no network of its own: {error.stderr.strip()}")
    try:
        for link, here, there in (("d", DATA_HERE, _DATA_THERE), ("h", _HTTP_HERE, _HTTP_THERE)):
            ours, theirs = f"{network.name}{link}", f"{network.name}{link}x"
            _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", network.name)
            _ip("address", "add", f"{here}/30", "dev", ours)
            _ip("link", "set", ours, "up")
            _ip("-n", network.name, "address", "add", f"{there}/30", "dev", theirs)
            _ip("-n", network.name, "link", "set", theirs, "up")
        _ip("-n", network.name, "link", "set", "lo", "up")
        yield network
    finally:
        _ip("netns", "del", network.name)


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=True).stdout


class KopieElders(Kopie):
    """A copy in such a network."""

    program = ("-m", "tests.chaos.netwerkruimte")

    def __init__(self, naam: str, services: tuple[str, ...], port: int, log: Path, omgeving: Mapping[str, str]) -> None:
        super().__init__(naam, services, port, log, omgeving)

    def ga_naar(self, network: Netwerkruimte) -> None:
        """Where it will run; before the start."""
        self.omgeving[_NAME] = network.name

    @property
    def url(self) -> str:
        """Where senders reach it."""
        return f"http://{_HTTP_THERE}:{self.port}"


def _enter(name: str) -> None:
    with open(f"/run/netns/{name}", "rb") as network:  # noqa: PTH123 — its descriptor is what counts
        if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), _NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "setns")


if __name__ == "__main__":
    _enter(os.environ[_NAME])
    os.environ["HAPPYFLOW_HOST"] = "0.0.0.0"
    sys.argv[0] = "happyflow"
    app()
