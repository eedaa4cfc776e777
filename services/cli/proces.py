"""A Happyflow process of its own, as the demo, the benchmark and the crash tests use it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from services.platform.auth import LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import ROOT, SERVICES, Settings

_READY_SECONDS = 90
_STOP_SECONDS = 30


class ProcesError(RuntimeError):
    """The process did not become ready; the text holds the end of its log."""


class Proces:
    """``happyflow up`` on a data folder and port of its own; usable again after ``kill``."""

    def __init__(self, data: Path, port: int | None = None) -> None:
        self.settings = Settings(data=data, port=port or free_port(), database_url=None)
        self.issuer = LocalIssuer(self.settings.keys, self.settings, SystemClock())
        self.log = data / "happyflow.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def postgres(self) -> EmbeddedPostgres:
        """The embedded server below the data folder."""
        return EmbeddedPostgres(self.settings.data / "postgres")

    @property
    def dsn(self) -> str:
        """The superuser's connection string."""
        return self.postgres.dsn("happyflow")

    @property
    def pid(self) -> int:
        """The process's id; 0 when it was never started."""
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def token(self, rol: Rol, **claims: Any) -> str:
        """A token the process accepts."""
        return self.issuer.mint(rol, **claims)

    def headers(self, rol: Rol, **claims: Any) -> dict[str, str]:
        """The Authorization header of a caller."""
        return {"Authorization": f"Bearer {self.token(rol, **claims)}"}

    def launch(self) -> None:
        """Start the process without waiting for it."""
        environment = {
            **os.environ,
            "HAPPYFLOW_DATA": str(self.settings.data),
            "HAPPYFLOW_PORT": str(self.settings.port),
            "HAPPYFLOW_LOG_LEVEL": os.environ.get("HAPPYFLOW_LOG_LEVEL", "WARNING"),
        }
        environment.pop("HAPPYFLOW_DATABASE_URL", None)
        self.settings.data.mkdir(parents=True, exist_ok=True)
        if self._process is not None:
            self._process.poll()  # so that a process somebody killed does not linger as a zombie
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.cli", "up"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Until every service answers with its database; raises ``ProcesError`` when that does not come."""
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline and self.running:
            try:
                paths = [f"{self.settings.base_url}/{service}/health/ready" for service in SERVICES]
                if all(httpx.get(path, timeout=5).status_code == httpx.codes.OK for path in paths):
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
        raise ProcesError(f"happyflow up is niet gereed:\n{tail}")

    def start(self) -> None:
        """Start the process and wait until it is ready."""
        self.launch()
        self.wait_until_ready()

    def kill(self) -> None:
        """``kill -9`` to the process and its workers at once, as a power cut would; the database lives on."""
        if self._process and self.running:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """Stop as Ctrl-C does, and wait; the embedded database stops with it."""
        if self._process and self.running:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.settings.data.exists() and self.postgres.running():
            self.postgres.stop()

    def memory_mb(self) -> int:
        """Resident memory of the process and its workers in MB, the database not counted."""
        try:
            main = psutil.Process(self.pid)
            family = [main, *main.children(recursive=True)]
            return int(sum(process.memory_info().rss for process in family) // (1024 * 1024))
        except psutil.NoSuchProcess:
            return 0


def free_port() -> int:
    """A TCP port on the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
