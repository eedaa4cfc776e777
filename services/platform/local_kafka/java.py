"""What a Kafka broker needs on this machine: Java, and Kafka's jars, which Maven fetches once.

Nothing comes from elsewhere than Maven and apt-get, with this machine's own settings for both. The jars are those of
``deploy/kafka/pom.xml``, byte for byte as ``deploy/kafka/jars.sha256`` says. They are kept for all checkouts of a user
together; once they are there no network and no Maven is needed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.platform.filelock import FileLock
from services.platform.local_kafka.config import KafkaError
from services.platform.settings import ROOT, Settings

POM = ROOT / "deploy" / "kafka" / "pom.xml"
CHECKSUMS = ROOT / "deploy" / "kafka" / "jars.sha256"

OLDEST_JAVA = 17
"""Kafka 4 runs on nothing older."""

_JAVA_PACKAGES = ("openjdk-21-jre-headless", "openjdk-17-jre-headless")
"""One of these is in every Debian and Ubuntu that is still maintained."""

_SOMEBODY_S_OWN = ("KAFKA_", "JAVA_TOOL_", "_JAVA_", "JDK_JAVA_", "CLASSPATH", "LC_", "LANG")
"""Variables that change what any Java does."""

_WAIT_SECONDS = 1_200.0
"""For another command that fetches or installs the same: some 50 MB over somebody's slow line."""

_JVMS = Path("/usr/lib/jvm")
_VERSION = re.compile(r'version "(\d+)')


def java() -> Path:
    """A Java that is new enough: that of JAVA_HOME, of the PATH, or another one. ``KafkaError`` when there is none."""
    found = _found_java()
    if found is None:
        raise KafkaError(_to_install(" en ".join(missing())))
    return found


def library() -> Path:
    """The folder with Kafka's jars of this user, or of this checkout where a user's cache cannot be written."""
    try:
        return jars(_shared_cache())
    except (OSError, RuntimeError) as error:
        if isinstance(error, KafkaError):
            raise
        return jars(Settings().data / "kafka")


def jars(cache: Path) -> Path:
    """The folder below ``cache`` with Kafka's jars, fetched when it is not there; ``KafkaError`` when that fails.

    What is there is compared byte for byte each time: a cache is cleared, copied and cut short by anybody.
    """
    folder = _folder(cache)
    if not _wrong(folder):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(cache / ".jars").held(_WAIT_SECONDS):
            if _wrong(folder):
                _make(folder)
    except TimeoutError as error:
        raise KafkaError("een ander proces haalt de jars van Kafka op en is daar niet mee klaar") from error
    return folder


def environment() -> dict[str, str]:
    """Ours for Java: without settings that are meant for somebody's own, and with file names in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SOMEBODY_S_OWN)}
    return {**kept, "LC_ALL": "C.UTF-8"}


def missing() -> list[str]:
    """What must be installed before a broker can run here, in words; Maven only as long as there are no jars."""
    found = []
    if _found_java() is None:
        found.append(f"Java {OLDEST_JAVA} of nieuwer")
    if _found_maven() is None and not _fetched():
        found.append("Maven")
    return found


def may_install() -> bool:
    """Whether apt-get is here and needs nobody's password."""
    return _apt_get() is not None


def install() -> None:
    """Install what is missing with apt-get, where nobody has to be asked; ``KafkaError`` where that cannot be."""
    if not missing():
        return
    with tempfile.TemporaryDirectory() as own:
        # One at a time: apt-get waits for another's packages, but not for another's lists.
        turn = FileLock(_writable(_shared_cache(), Path(own)) / ".installatie")
        try:
            with turn.held(_WAIT_SECONDS):
                if needed := missing():
                    _install(needed)
        except TimeoutError as error:
            raise KafkaError("een ander proces installeert wat Kafka nodig heeft en is daar niet mee klaar") from error


def _install(needed: Sequence[str]) -> None:
    apt = _apt_get()
    if apt is None:
        raise KafkaError(_to_install(" en ".join(needed)))
    said = ""
    refreshed = False
    for attempt in _packages(needed):
        said = _failure([*apt, "install", "-y", "-q", *attempt])
        if said and not refreshed:
            refreshed = True
            _failure([*apt, "update", "-q"])
            said = _failure([*apt, "install", "-y", "-q", *attempt])
        if not said:
            break
    if still := missing():
        raise KafkaError(f"apt-get heeft {' en '.join(still)} niet kunnen installeren\n{said}".rstrip())


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
        f"voor een eigen Kafka is {what} nodig en dat is er niet; installeer het"
        f" (op Debian en Ubuntu met apt-get install maven {' of '.join(_JAVA_PACKAGES)})"
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


def _shared_cache() -> Path:
    """For all checkouts of this user; ``RuntimeError`` for a user without a home."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "happyflow" / "kafka"


def _writable(wanted: Path, otherwise: Path) -> Path:
    try:
        wanted.mkdir(parents=True, exist_ok=True)
    except OSError:
        return otherwise
    return wanted if os.access(wanted, os.W_OK) else otherwise


def _folder(cache: Path) -> Path:
    """Where the jars of this version stand: other checksums are another folder, so that checkouts do not meet."""
    return cache / f"jars-{hashlib.sha256(CHECKSUMS.read_bytes()).hexdigest()[:12]}"


def _fetched() -> bool:
    try:
        return not _wrong(_folder(_shared_cache())) or not _wrong(_folder(Settings().data / "kafka"))
    except RuntimeError:
        return not _wrong(_folder(Settings().data / "kafka"))


def _wrong(folder: Path) -> list[str]:
    """The jars that are not there, not whole, or not among those that belong there."""
    wanted = {name: digest for digest, name in (line.split() for line in CHECKSUMS.read_text("utf-8").splitlines())}
    got: dict[str, str] = {}
    if folder.is_dir():
        got = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    return sorted(name for name in wanted.keys() | got.keys() if wanted.get(name) != got.get(name))


def _make(folder: Path) -> None:
    """Made beside and moved, so that whoever is killed halfway leaves nothing that looks whole."""
    fresh = folder.with_name("jars.new")
    shutil.rmtree(fresh, ignore_errors=True)
    said = _fetch(fresh)
    if said or _wrong(fresh):
        # What Maven keeps on this machine can be half a download: once more with nothing kept.
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="maven-") as repository:
            said = _fetch(fresh, f"-Dmaven.repo.local={repository}")
    if said:
        raise KafkaError(
            f"Maven haalt de jars van Kafka niet op; de eerste keer is daar een verbinding voor nodig.\n{said}"
        )
    if wrong := _wrong(fresh):
        raise KafkaError(f"deze jars zijn niet die van deze versie van Happyflow: {', '.join(wrong)}")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _fetch(folder: Path, *more: str) -> str:
    """Let Maven copy the jars to ``folder``; what it said when it failed, else nothing."""
    maven = _found_maven()
    if maven is None:
        raise KafkaError(_to_install("Maven"))
    result = subprocess.run(  # noqa: S603 — the machine's Maven with our own arguments
        [maven, "-B", "-q", *more, "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={folder}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "JAVA_HOME": str(java().resolve().parents[1])},
        check=False,
    )
    if result.returncode == 0:
        return ""
    errors = [line for line in result.stdout.splitlines() if line.startswith("[ERROR]")]
    return "\n".join(errors[:2] or result.stdout.splitlines()[-2:]) or f"exitcode {result.returncode}"


def _apt_get() -> list[str] | None:
    """The command, when we may install without anybody's password."""
    if shutil.which("apt-get") is None:
        return None
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600"]
    if os.geteuid() == 0:
        return command
    if shutil.which("sudo") and not _failure(["sudo", "-n", "true"]):
        return ["sudo", "-n", *command]
    return None


def _failure(command: Sequence[str]) -> str:
    """Nothing when it succeeded, else what it said last."""
    result = subprocess.run(  # noqa: S603 — fixed commands
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode == 0:
        return ""
    return "\n".join(result.stdout.strip().splitlines()[-2:]) or f"exitcode {result.returncode}"
