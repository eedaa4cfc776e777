"""What a Kafka broker needs on this machine: Java, and Kafka's jars, which Maven fetches once.

Nothing comes from elsewhere than Maven and apt-get. The jars are those of ``deploy/kafka/pom.xml``, byte for byte as
``deploy/kafka/jars.sha256`` says; once they are there no network and no Maven is needed.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.platform.filelock import FileLock
from services.platform.local_kafka.config import KafkaError
from services.platform.settings import ROOT

POM = ROOT / "deploy" / "kafka" / "pom.xml"
CHECKSUMS = ROOT / "deploy" / "kafka" / "jars.sha256"

OLDEST_JAVA = 17
"""Kafka 4 runs on nothing older."""

_JAVA_PACKAGES = ("openjdk-21-jre-headless", "openjdk-17-jre-headless")
"""One of these is in every Debian and Ubuntu that is still maintained."""

_SOMEBODY_S_OWN = ("KAFKA_", "JAVA_TOOL_", "_JAVA_", "JDK_JAVA_", "CLASSPATH", "LC_", "LANG")
"""Variables that change what any Java does."""

_JVMS = Path("/usr/lib/jvm")
_VERSION = re.compile(r'version "(\d+)')


def java() -> Path:
    """A Java that is new enough: that of JAVA_HOME, of the PATH, or another one. ``KafkaError`` when there is none."""
    found = _found_java()
    if found is None:
        raise KafkaError(_to_install(f"Java {OLDEST_JAVA} of nieuwer"))
    return found


def jars(cache: Path) -> Path:
    """The folder below ``cache`` with Kafka's jars, fetched when it is not there; ``KafkaError`` when that fails."""
    pinned = CHECKSUMS.read_bytes()
    folder = cache / f"jars-{hashlib.sha256(pinned).hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(cache / ".jars").held():
            if not folder.is_dir():
                # Made beside and moved, so that a folder with that name is whole.
                fresh = cache / "jars.new"
                shutil.rmtree(fresh, ignore_errors=True)
                _fetch(fresh)
                _verify(fresh, pinned.decode())
                fresh.rename(folder)
    except TimeoutError as error:
        raise KafkaError("een ander proces haalt de jars van Kafka op en is daar na minuten niet mee klaar") from error
    return folder


def environment() -> dict[str, str]:
    """Ours for Java: without settings that are meant for somebody's own, and with file names in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SOMEBODY_S_OWN)}
    return {**kept, "LC_ALL": "C.UTF-8"}


def missing() -> list[str]:
    """What must be installed before a broker can run here, in words."""
    found = []
    if _found_java() is None:
        found.append(f"Java {OLDEST_JAVA} of nieuwer")
    if _found_maven() is None:
        found.append("Maven")
    return found


def install() -> None:
    """Install what is missing with apt-get, where nobody has to be asked; ``KafkaError`` where that cannot be."""
    needed = missing()
    if not needed:
        return
    apt = _apt_get()
    if apt is None:
        raise KafkaError(_to_install(" en ".join(needed)))
    refreshed = False
    for attempt in _packages(needed):
        if _quiet([*apt, "install", "-y", "-q", *attempt]):
            break
        if not refreshed:
            refreshed = True
            _quiet([*apt, "update", "-q"])
            if _quiet([*apt, "install", "-y", "-q", *attempt]):
                break
    if still := missing():
        raise KafkaError(f"apt-get heeft {' en '.join(still)} niet kunnen installeren")


def _packages(needed: Sequence[str]) -> Iterator[list[str]]:
    """What to try, in this order."""
    maven = ["maven"] if "Maven" in needed else []
    if needed == ["Maven"]:
        yield maven
    else:
        for package in _JAVA_PACKAGES:
            yield [package, *maven]


def _to_install(what: str) -> str:
    return (
        f"voor een eigen Kafka is {what} nodig en dat is er niet;"
        f" op Debian of Ubuntu: apt-get install {_JAVA_PACKAGES[0]} maven (of geef --installeer mee)"
    )


def _found_java() -> Path | None:
    candidates = []
    if home := os.environ.get("JAVA_HOME"):
        candidates.append(Path(home) / "bin" / "java")
    if on_path := shutil.which("java"):
        candidates.append(Path(on_path))
    candidates += sorted(_JVMS.glob("*/bin/java"), reverse=True)
    return next((path for path in candidates if _java_version(path) >= OLDEST_JAVA), None)


def _java_version(path: Path) -> int:
    """Its main version; 0 when it does not run."""
    try:
        result = subprocess.run(  # noqa: S603 — a Java that the machine has
            [path, "-version"],
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = _VERSION.search(result.stderr)
    return int(found[1]) if found else 0


def _found_maven() -> Path | None:
    for name in ("MAVEN_HOME", "M2_HOME"):
        if (home := os.environ.get(name)) and (program := Path(home) / "bin" / "mvn").is_file():
            return program
    on_path = shutil.which("mvn")
    return Path(on_path) if on_path else None


def _fetch(folder: Path) -> None:
    maven = _found_maven()
    if maven is None:
        raise KafkaError(_to_install("Maven"))
    result = subprocess.run(  # noqa: S603 — the machine's Maven with our own arguments
        [maven, "-B", "-q", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={folder}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "JAVA_HOME": str(java().resolve().parents[1])},
        check=False,
    )
    if result.returncode != 0:
        errors = [line for line in result.stdout.splitlines() if line.startswith("[ERROR]")]
        raise KafkaError(
            "Maven haalt de jars van Kafka niet op; de eerste keer is daar een verbinding voor nodig.\n"
            + "\n".join(errors[:2] or result.stdout.splitlines()[-2:])
        )


def _verify(folder: Path, pinned: str) -> None:
    wanted = {name: digest for digest, name in (line.split() for line in pinned.splitlines())}
    got = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    if wrong := sorted(name for name in wanted.keys() | got.keys() if wanted.get(name) != got.get(name)):
        raise KafkaError(f"deze jars zijn niet die van deze versie van Happyflow: {', '.join(wrong)}")


def _apt_get() -> list[str] | None:
    """The command, when we may install without anybody's password."""
    if shutil.which("apt-get") is None:
        return None
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return command
    if shutil.which("sudo") and _quiet(["sudo", "-n", "true"]):
        return ["sudo", "-n", *command]
    return None


def _quiet(command: Sequence[str]) -> bool:
    """Whether it succeeded."""
    result = subprocess.run(  # noqa: S603 — fixed commands
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return result.returncode == 0
