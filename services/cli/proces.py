"""Happyflow processes of their own, as the demo, the benchmark and the crash tests use them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from services.platform.auth import LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.poorten import claim, in_use
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import ROOT, SERVICES, Settings

_READY_SECONDS = 300
_STOP_SECONDS = 30
_PORTS = range(30_001, 32_768)


class ProcesError(RuntimeError):
    """The process did not become ready; the text holds the end of its log."""


class Kopie:
    """``happyflow up`` for some services on a port of its own; usable again after it ended.

    ``omgeving`` is what its environment has besides ours; None takes a variable away.
    """

    program: Sequence[str] = ("-m", "services.cli")
    """What the interpreter is to run; the words of the command line follow it."""

    def __init__(
        self, naam: str, services: Sequence[str], port: int, log: Path, omgeving: Mapping[str, str | None]
    ) -> None:
        self.naam = naam
        self.services = tuple(services)
        self.port = port
        self.log = log
        self.omgeving = dict(omgeving)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process's id; 0 when it was never started."""
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Start the process without waiting for it."""
        wanted = {
            **os.environ,
            "HAPPYFLOW_LOG_LEVEL": os.environ.get("HAPPYFLOW_LOG_LEVEL", "WARNING"),
            **self.omgeving,
            "HAPPYFLOW_HOST": "127.0.0.1",
            "HAPPYFLOW_PORT": str(self.port),
        }
        named = () if self.services == SERVICES else self.services
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self._process is not None:
            self._process.poll()  # so that a process somebody killed does not linger as a zombie
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 — our own interpreter with our own arguments
                [sys.executable, *self.program, "up", *named],
                cwd=ROOT,
                env={name: value for name, value in wanted.items() if value is not None},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = _READY_SECONDS) -> None:
        """Until every service answers with its database; raises ``ProcesError`` when that does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.running:
            try:
                paths = [f"{self.url}/{service}/health/ready" for service in self.services]
                if all(httpx.get(path, timeout=5).status_code == httpx.codes.OK for path in paths):
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise ProcesError(f"happyflow up ({self.naam}) is niet gereed:\n{self.tail(3000)}")

    def tail(self, characters: int = 2000) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[-characters:].decode("utf-8", errors="replace")

    def start(self) -> None:
        """Start the process and wait until it is ready."""
        self.launch()
        self.wait_until_ready()

    def kill(self) -> None:
        """``kill -9`` to the process and its workers at once, as a power cut would."""
        if self._process and self.running:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def pause(self) -> None:
        """Hold it and its workers still (SIGSTOP): connections stay, answers do not come."""
        if self._process and self.running:
            os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``pause``."""
        if self._process and self.running:
            os.killpg(self._process.pid, signal.SIGCONT)

    def signal_stop(self, number: int = signal.SIGTERM) -> None:
        """Ask it to stop, without waiting for it."""
        if self._process and self.running:
            self._process.send_signal(number)

    def wait_until_stopped(self, seconds: float = _STOP_SECONDS) -> bool:
        """Wait for the end after ``signal_stop``; False when it had to be killed."""
        if self._process and self.running:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                return False
        return True

    def stop(self) -> bool:
        """Stop it as a supervisor does, and wait; False when it had to be killed."""
        self.signal_stop()
        return self.wait_until_stopped()

    def memory_mb(self) -> int:
        """Resident memory of the process and its workers in MB, the database not counted."""
        try:
            main = psutil.Process(self.pid)
            family = [main, *main.children(recursive=True)]
            return int(sum(process.memory_info().rss for process in family) // (1024 * 1024))
        except psutil.NoSuchProcess:
            return 0


class Proces(Kopie):
    """All services in one process, on a data folder and an embedded database of its own.

    ``zonder_kafka`` leaves Kafka alone, also where our own environment names one.
    """

    def __init__(self, data: Path, port: int | None = None, *, zonder_kafka: bool = False) -> None:
        self.settings = Settings(data=data, port=port or free_port(), database_url=None)
        omgeving: dict[str, str | None] = {"HAPPYFLOW_DATA": str(data), "HAPPYFLOW_DATABASE_URL": None}
        if zonder_kafka:
            self.settings = self.settings.model_copy(update={"kafka_bootstrap": ""})
            omgeving["HAPPYFLOW_KAFKA_BOOTSTRAP"] = None
        super().__init__("happyflow", SERVICES, self.settings.port, data / "happyflow.log", omgeving)
        self.issuer = LocalIssuer(self.settings.keys, self.settings, SystemClock())

    @property
    def postgres(self) -> EmbeddedPostgres:
        """The embedded server below the data folder."""
        return EmbeddedPostgres(self.settings.data / "postgres")

    @property
    def dsn(self) -> str:
        """The superuser's connection string."""
        return self.postgres.dsn("happyflow")

    def token(self, rol: Rol, **claims: Any) -> str:
        """A token the process accepts."""
        return self.issuer.mint(rol, **claims)

    def headers(self, rol: Rol, **claims: Any) -> dict[str, str]:
        """The Authorization header of a caller."""
        return {"Authorization": f"Bearer {self.token(rol, **claims)}"}

    def stop(self) -> bool:
        """Stop as Ctrl-C does, and wait; the embedded database stops with it."""
        self.signal_stop(signal.SIGINT)
        tidily = self.wait_until_stopped()
        if self.settings.data.exists() and self.postgres.running():
            self.postgres.stop()
        return tidily


def free_port() -> int:
    """A TCP port on the loopback address that nobody uses now, and that no process of ours that lives was given.

    Below those that the system hands out to clients: one of them could have it while a copy that listened there is
    started again.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        if not in_use(port) and claim(port):
            return port
    raise ProcesError("er is geen vrije poort op deze machine")
