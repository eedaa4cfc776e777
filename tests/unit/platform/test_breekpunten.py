"""A process dies where it is told to, once, and nowhere that anybody depends on."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from services.platform.breekpunten import PUNTEN, bind, controleer
from services.platform.settings import ROOT, StartError

ALLOWED = {"HAPPYFLOW_FAIL_POINTS": "toegestaan"}
PROGRAM = """
from services.platform.breekpunten import raak
for number in range(1, 4):
    raak("relay.na-bevestiging")
    raak("bus.na-commit")
    print(number, flush=True)
"""


def run(**environment: str) -> tuple[int, list[str]]:
    """Exit code and which rounds the program ended."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    return result.returncode, result.stdout.split()


@pytest.mark.parametrize(
    ("asked", "seen"), [("bus.na-commit", []), ("bus.na-commit:3", ["1", "2"]), ("relay.na-bevestiging:2", ["1"])]
)
def test_the_process_dies_at_its_place_without_a_word(asked: str, seen: list[str]) -> None:
    assert run(HAPPYFLOW_FAIL_AT=asked, **ALLOWED) == (-signal.SIGKILL, seen)


def test_with_a_marker_it_dies_once(tmp_path: Path) -> None:
    marked = {"HAPPYFLOW_FAIL_AT": "bus.na-commit:2", "HAPPYFLOW_FAIL_MARKER": str(tmp_path / "merk"), **ALLOWED}
    assert run(**marked) == (-signal.SIGKILL, ["1"])
    assert (tmp_path / "merk").read_text().startswith("bus.na-commit ")
    assert run(**marked) == (0, ["1", "2", "3"])


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HAPPYFLOW_FAIL_AT": "bus.na-commit"},
        {"HAPPYFLOW_FAIL_AT": "bus.na-commit", "HAPPYFLOW_FAIL_POINTS": "ja"},
        {"HAPPYFLOW_FAIL_AT": "bus.na-commit", "HAPPYFLOW_JWKS_URL": "https://idp.example/jwks", **ALLOWED},
        {"HAPPYFLOW_FAIL_AT": "bus.na-comit", **ALLOWED},
        {"HAPPYFLOW_FAIL_AT": "bus.na-commit:0", **ALLOWED},
    ],
)
def test_where_it_is_not_allowed_passing_is_free(environment: dict[str, str]) -> None:
    assert bind(environment) is bind({})


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"HAPPYFLOW_FAIL_AT": "bus.na-commit"}, "alleen voor proeven"),
        ({"HAPPYFLOW_FAIL_AT": "bus.na-commit", "HAPPYFLOW_JWKS_URL": "https://idp.example", **ALLOWED}, "alleen voor"),
        ({"HAPPYFLOW_FAIL_AT": "bus.na-comit", **ALLOWED}, "geen breekpunt bus.na-comit"),
        ({"HAPPYFLOW_FAIL_AT": "bus.na-commit:0", **ALLOWED}, "hoeveelste"),
    ],
)
def test_a_start_with_it_is_refused(environment: dict[str, str], word: str) -> None:
    with pytest.raises(StartError, match=word):
        controleer(environment)


def test_up_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAPPYFLOW_FAIL_AT", "bus.na-commit")
    monkeypatch.delenv("HAPPYFLOW_FAIL_POINTS", raising=False)
    result = CliRunner().invoke(app, ["up", "--port", "1"])
    assert result.exit_code == 1
    assert "alleen voor proeven" in " ".join(result.output.split())


def test_every_name_is_passed_somewhere_and_no_other_is() -> None:
    passed = {
        name
        for path in (ROOT / "services").rglob("*.py")
        for name in re.findall(r'breekpunten\.raak\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert passed == PUNTEN
