"""A process whose tables a rebuild took, while its own hold on them was gone, stops by itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import asyncpg

from services.cli.proces import free_port
from services.platform.herbouw.slot import alone
from services.platform.settings import ROOT
from tests.herbouw.hulp import Stilstaand

_HOLDERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _up(stil: Stilstaand, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "HAPPYFLOW_DATABASE_URL": stil.dsn,
        "HAPPYFLOW_DATA": str(stil.settings.data),
        "HAPPYFLOW_PORT": str(free_port()),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "services.cli", "up", "matching"],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip


async def test_wie_zijn_tabellen_aan_een_herbouw_verloor_stopt(stil: Stilstaand, tmp_path: Path) -> None:
    said = tmp_path / "matching.log"
    with said.open("wb") as log:
        process = _up(stil, log)
    rebuild = await asyncpg.connect(stil.dsn)
    try:
        while b"Happyflow draait" not in said.read_bytes():
            assert process.poll() is None, said.read_text()
            await rebuild.execute("SELECT pg_sleep(0.1)")
        os.kill(process.pid, signal.SIGSTOP)
        assert await rebuild.fetch(_HOLDERS)
        while await rebuild.fetch(_HOLDERS):
            await rebuild.execute("SELECT pg_sleep(0.1)")
        async with alone(rebuild, "matching"):
            os.kill(process.pid, signal.SIGCONT)
            assert process.wait(120) == 1
    finally:
        await rebuild.close()
        if process.poll() is None:
            process.kill()
            process.wait()
    assert "rebuilt_meanwhile" in said.read_text()
    assert "matching wordt nu herbouwd" in " ".join(said.read_text().split())
