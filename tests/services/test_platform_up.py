"""``happyflow up`` as a process: signals, two at once, and a start that cannot succeed says why."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.proces import Proces
from services.platform.settings import ROOT


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="happyflow up ") as path:
        yield Path(path)


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "HAPPYFLOW_DATA": str(folder), "HAPPYFLOW_DATABASE_WAIT_SECONDS": "0.5", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_two_processes_share_the_database_and_the_last_to_go_stops_it(folder: Path) -> None:
    one, two = Proces(folder), Proces(folder)
    try:
        one.launch()
        two.launch()
        one.wait_until_ready()
        two.wait_until_ready()
        assert run(folder, "check").returncode == 0
        for proces, number, running in ((one, signal.SIGTERM, True), (two, signal.SIGINT, False)):
            assert proces._process is not None
            os.kill(proces.pid, number)
            assert proces._process.wait(120) == 0
            assert one.postgres.running() is running
    finally:
        one.kill()
        two.kill()
        one.stop()


@pytest.mark.parametrize(
    ("arguments", "environment", "text"),
    [
        (["up", "onbekend"], {}, "onbekende service"),
        (["up"], {"HAPPYFLOW_DATABASE_URL": "postgresql://wij:geheim@127.0.0.1:1/happyflow"}, "niet bereikbaar"),
        (["up"], {"HAPPYFLOW_IJW_SCHEMAS": "/nergens"}, "/nergens/JW301.xsd"),
        (["up"], {"HAPPYFLOW_CODELISTS": "/nergens"}, "/nergens/gemeenten.csv"),
        (["check"], {}, "start deze versie met: happyflow up"),
    ],
)
def test_a_start_that_cannot_succeed_says_why_in_one_sentence(
    folder: Path, arguments: list[str], environment: dict[str, str], text: str
) -> None:
    result = run(folder, *arguments, HAPPYFLOW_PORT="0", **environment)
    assert result.returncode in {1, 2}
    # The terminal's width decides where lines break.
    said = "".join(result.stderr.split())
    assert said.startswith("Fout:")
    assert "".join(text.split()) in said
    assert "Traceback" not in result.stderr
    assert "geheim" not in result.stdout + result.stderr
