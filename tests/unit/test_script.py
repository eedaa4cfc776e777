"""The script ``happyflow``: found from anywhere, under any name, and clear when something is missing.

Nothing is installed: Python is a stand-in that writes down what it was asked.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from services.platform.settings import ROOT

SHELLS = [found for shell in ("sh", "dash", "bash", "ksh", "zsh") if (found := shutil.which(shell))]

STAND_IN = """#!/bin/sh
# What a Python does for the script: tell its version, make environments, install, run.
here=$(dirname -- "$0")
printf '%s\\n' "$(basename -- "$0") $*" >> "$PROEF_LOG"
case "$1 $2" in
    '-c '*) exit "${PROEF_TOO_OLD:-0}" ;;
    '-m venv') sleep "${PROEF_SLOW:-0}"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
    '-m pip') exit "${PROEF_PIP:-0}" ;;
    '-P -m')
        shift 3
        printf '%s\\n' "$PWD"
        for word in "$@"; do printf '<%s>\\n' "$word"; done
        exit "${PROEF_EXIT:-0}" ;;
esac
"""

TOOLS = ("sh", "cat", "cksum", "dirname", "basename", "mkdir", "rm", "sleep", "readlink", "printf", "cp", "id")


class Checkout:
    """A folder with the script, and a machine with nothing but the tools of every machine and our stand-in."""

    def __init__(self, base: Path, name: str) -> None:
        self.home = base / name
        self.home.mkdir(parents=True)
        shutil.copy(ROOT / "happyflow", self.home / "happyflow")
        (self.home / "requirements.lock").write_text("pakket==1\n")
        (self.home / "pyproject.toml").write_text("[project]\n")
        self.log = base / "log"
        self.tools = base / "gereedschap"
        self.tools.mkdir()
        for tool in TOOLS:
            (self.tools / tool).symlink_to(str(shutil.which(tool)))
        self.give_python("python3")

    def give_python(self, name: str) -> Path:
        path = self.tools / name
        path.write_text(STAND_IN)
        path.chmod(0o755)
        return path

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": str(self.tools), "PROEF_LOG": str(self.log), **more}

    def run(
        self, *arguments: str, script: Path | str | None = None, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [script or self.home / "happyflow", *arguments],
            cwd=cwd or self.home,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def installed(self) -> int:
        """How often packages were installed from the lock."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return sum("--require-hashes" in line for line in lines)


@pytest.fixture(params=["gewoon", """met 'spatie' "en" $meer & é"""])
def checkout(tmp_path: Path, request: pytest.FixtureRequest) -> Checkout:
    return Checkout(tmp_path, request.param)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_can_read_it(shell: str) -> None:
    result = subprocess.run([shell, "-n", ROOT / "happyflow"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_it_is_for_any_posix_shell_and_can_be_run() -> None:
    text = (ROOT / "happyflow").read_text()
    assert text.startswith("#!/bin/sh\n")
    assert "\r" not in text
    assert os.access(ROOT / "happyflow", os.X_OK)
    for bashism in ("[[", "function ", "<<<", "${!", "local ", "source ", "==", "&>", "$'"):
        assert bashism not in text


def test_arguments_and_exit_code_pass_through(checkout: Checkout) -> None:
    words = ["up", "", "twee woorden", "*", "$HOME", "'\"", "--port=1", "é"]
    result = checkout.run(*words, PROEF_EXIT="7")
    assert result.returncode == 7
    assert result.stdout.splitlines() == [str(checkout.home), *(f"<{word}>" for word in words)]


def test_the_second_time_nothing_is_installed_nor_said(checkout: Checkout) -> None:
    first = checkout.run("x")
    assert "setting up" in first.stderr
    second = checkout.run("x")
    assert (second.returncode, second.stderr, checkout.installed) == (0, "", 1)


def test_it_stays_where_the_command_was_given(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elders"
    (elsewhere / "services").mkdir(parents=True)
    assert checkout.run("x", cwd=elsewhere).stdout.splitlines()[0] == str(elsewhere)
    assert checkout.run("x", script=f"../{checkout.home.name}/happyflow", cwd=elsewhere).returncode == 0
    assert checkout.installed == 1
    assert not (elsewhere / ".venv").exists()


def test_links_to_it_lead_to_the_same_place(checkout: Checkout, tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin met spatie"
    bin_folder.mkdir()
    (bin_folder / "absoluut").symlink_to(checkout.home / "happyflow")
    (bin_folder / "relatief").symlink_to(f"../{checkout.home.name}/happyflow")
    (bin_folder / "keten").symlink_to("relatief")
    (tmp_path / "map").symlink_to(checkout.home)
    for link in (
        bin_folder / "absoluut",
        bin_folder / "relatief",
        bin_folder / "keten",
        tmp_path / "map" / "happyflow",
    ):
        result = checkout.run("x", script=link, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert checkout.installed == 1
    assert not (bin_folder / ".venv").exists()


def test_found_on_the_path_and_read_by_a_shell(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.tools / "hf").symlink_to(checkout.home / "happyflow")
    for command in ("hf x", f"cd '{tmp_path}' && hf x"):
        result = subprocess.run(
            ["/bin/sh", "-c", command], env=checkout.environment(), capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
    assert checkout.run("happyflow", "x", script=str(checkout.tools / "sh")).returncode == 0
    assert checkout.installed == 1


@pytest.mark.parametrize("trouble", ["none", "too old"])
def test_without_a_python_it_says_what_is_needed(checkout: Checkout, trouble: str) -> None:
    if trouble == "none":
        (checkout.tools / "python3").unlink()
    result = checkout.run("up", PROEF_TOO_OLD="1")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "happyflow: Python 3.11 or newer is needed and was not found; install python3 and try again."
    ]
    assert sorted(path.name for path in checkout.home.iterdir()) == [
        "happyflow", "pyproject.toml", "requirements.lock",
    ]  # fmt: skip


def test_a_python_under_another_name_or_chosen_by_hand_will_do(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.tools / "python3").unlink()
    checkout.give_python("python3.12")
    assert checkout.run("x").returncode == 0
    assert "python3.12 -m venv" in checkout.log.read_text()
    own = checkout.give_python("eigen python")
    shutil.rmtree(checkout.home / ".venv")
    assert checkout.run("x", HAPPYFLOW_PYTHON=str(own)).returncode == 0
    assert "eigen python -m venv" in checkout.log.read_text()


def test_another_lock_or_another_place_is_installed_anew(checkout: Checkout, tmp_path: Path) -> None:
    checkout.run("x")
    (checkout.home / "requirements.lock").write_text("pakket==2\n")
    checkout.run("x")
    assert checkout.installed == 2
    moved = tmp_path / "verhuisd"
    checkout.home.rename(moved)
    checkout.home = moved
    assert checkout.run("x").returncode == 0
    assert checkout.installed == 3


def test_an_installation_that_fails_is_not_taken_for_one(checkout: Checkout) -> None:
    result = checkout.run("x", PROEF_PIP="1")
    assert result.returncode == 1
    assert "requirements.lock could not be installed" in result.stderr
    assert not (checkout.home / ".venv.lock").exists()
    assert checkout.run("x").returncode == 0
    assert checkout.installed == 2


def test_two_at_once_install_once(checkout: Checkout) -> None:
    command = [checkout.home / "happyflow", "x"]
    environment = checkout.environment(PROEF_SLOW="1")
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert checkout.installed == 1


@pytest.mark.parametrize("owner", ["999999999\n", None], ids=["dead", "nameless"])
def test_a_killed_installation_does_not_block_the_next(tmp_path: Path, owner: str | None) -> None:
    checkout = Checkout(tmp_path, "gewoon")
    (checkout.home / ".venv.lock").mkdir()
    if owner:
        (checkout.home / ".venv.lock" / "pid").write_text(owner)
    started = time.monotonic()
    assert checkout.run("x").returncode == 0
    assert time.monotonic() - started < 120
    assert not (checkout.home / ".venv.lock").exists()
