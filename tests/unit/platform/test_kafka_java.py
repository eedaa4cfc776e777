"""Finding and fetching what a broker needs, with stand-ins for Java, Maven and apt-get on the PATH."""

import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

from services.platform.local_kafka import java
from services.platform.local_kafka.config import KafkaError

JAVA_17 = """echo 'openjdk version "17.0.15" 2025-04-15' >&2"""
JAVA_8 = """echo 'openjdk version "1.8.0_452"' >&2"""


class Machine:
    """A machine with only the programs that a test puts on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("sh", "env", "touch", "cat", "chmod", "cp", "mkdir"):
            found = shutil.which(name)
            assert found
            (self.bin / name).symlink_to(found)

    def program(self, path: str, script: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(made.bin))
    for name in ("JAVA_HOME", "MAVEN_HOME", "M2_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(java, "_JVMS", tmp_path / "jvm")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return made


def test_java_is_that_of_java_home_then_of_the_path_then_any(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    other = machine.program("jvm/java-21/bin/java", JAVA_17)
    assert java.java() == other
    on_path = machine.program("bin/java", JAVA_17)
    assert java.java() == on_path
    home = machine.program("home/bin/java", JAVA_17)
    monkeypatch.setenv("JAVA_HOME", str(machine.folder / "home"))
    assert java.java() == home


def test_a_java_that_is_too_old_or_does_not_run_is_passed_over(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.program("home/bin/java", JAVA_8)
    monkeypatch.setenv("JAVA_HOME", str(machine.folder / "home"))
    machine.program("bin/java", "exit 1")
    with pytest.raises(KafkaError, match="Java 17 of nieuwer") as caught:
        java.java()
    assert "apt-get install" in str(caught.value)
    good = machine.program("jvm/java-17/bin/java", JAVA_17)
    assert java.java() == good


def test_what_is_missing_is_named(machine: Machine) -> None:
    assert java.missing() == ["Java 17 of nieuwer", "Maven"]
    machine.program("bin/java", JAVA_17)
    assert java.missing() == ["Maven"]
    machine.program("bin/mvn", "exit 0")
    assert java.missing() == []


def test_once_the_jars_are_there_maven_is_not_missed(machine: Machine, pinned: None) -> None:
    maven(machine, "goed")
    folder = java.library()
    (machine.bin / "mvn").unlink()
    assert java.missing() == []
    (folder / "een.jar").write_text("half")
    assert java.missing() == ["Maven"]


def apt_get(machine: Machine, knows: str) -> None:
    """An apt-get that has what ``knows`` names, but only after an update."""
    packaged = machine.program("packaged", JAVA_17)
    machine.program(
        "bin/apt-get",
        f"""
        echo "$DEBIAN_FRONTEND $*" >> {machine.folder}/asked
        shift 2
        [ "$1" != update ] || exec touch {machine.folder}/lists
        [ -f {machine.folder}/lists ] || exit 100
        shift 3
        for package; do
            case " {knows} " in *" $package "*) ;; *) echo "E: Unable to locate package $package"; exit 100;; esac
        done
        cp {packaged} {machine.bin}/java
        cp {packaged} {machine.bin}/mvn
        """,
    )


def test_root_gets_what_this_debian_has(machine: Machine) -> None:
    apt_get(machine, "openjdk-17-jre-headless maven")
    java.install()
    assert java.missing() == []
    asked = (machine.folder / "asked").read_text().splitlines()
    apt = "noninteractive -o DPkg::Lock::Timeout=600"
    assert asked == [
        f"{apt} install -y -q openjdk-21-jre-headless maven",
        f"{apt} update -q",
        f"{apt} install -y -q openjdk-21-jre-headless maven",
        f"{apt} install -y -q openjdk-17-jre-headless maven",
    ]
    java.install()
    assert (machine.folder / "asked").read_text().splitlines() == asked


def test_what_apt_get_does_not_have_is_said(machine: Machine) -> None:
    apt_get(machine, "iets-anders")
    with pytest.raises(KafkaError, match=r"(?s)Java 17 of nieuwer en Maven niet kunnen installeren.*Unable to locate"):
        java.install()


def test_without_the_right_to_install_nothing_is_tried(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    apt_get(machine, "openjdk-21-jre-headless maven")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.program("bin/sudo", "exit 1")
    with pytest.raises(KafkaError, match="Java 17 of nieuwer en Maven nodig"):
        java.install()
    assert not java.may_install()
    assert not (machine.folder / "asked").exists()
    machine.program("bin/sudo", '[ "$1" = -n ] || exit 1; shift; [ "$1" = true ] || exec "$@"')
    java.install()
    assert java.missing() == []


def maven(machine: Machine, jar: str, kept: str = "") -> None:
    """A Maven that puts one jar with this text in the folder it is told; ``kept`` is what it keeps of an earlier time.

    What it keeps is not used when it is told to keep its things elsewhere.
    """
    machine.program("bin/java", JAVA_17)
    machine.program(
        "bin/mvn",
        f"""
        jar='{kept or jar}'
        for word; do case $word in -Dmaven.repo.local=*) jar='{jar}';; esac; done
        for word; do case $word in -DoutputDirectory=*) folder=${{word#*=}};; esac; done
        echo "$JAVA_HOME" >> {machine.folder}/asked
        mkdir -p "$folder" && printf %s "$jar" > "$folder/een.jar"
        """,
    )


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One jar, with the text "goed"."""
    file = tmp_path / "jars.sha256"
    file.write_text(f"{hashlib.sha256(b'goed').hexdigest()}  een.jar\n")
    monkeypatch.setattr(java, "CHECKSUMS", file)


def test_jars_are_fetched_once(machine: Machine, pinned: None) -> None:
    maven(machine, "goed")
    cache = machine.folder / "een map"
    folder = java.jars(cache)
    assert (folder / "een.jar").read_text() == "goed"
    (machine.bin / "mvn").unlink()
    assert java.jars(cache) == folder
    assert (machine.folder / "asked").read_text().strip() == str(machine.folder)


def test_a_jar_with_other_bytes_is_refused(machine: Machine, pinned: None) -> None:
    maven(machine, "ondergeschoven")
    cache = machine.folder / "cache"
    with pytest.raises(KafkaError, match=r"een\.jar"):
        java.jars(cache)
    assert [path for path in cache.iterdir() if path.name.startswith("jars-")] == []


def test_what_maven_kept_half_is_fetched_anew(machine: Machine, pinned: None) -> None:
    maven(machine, "goed", kept="go")
    folder = java.jars(machine.folder / "cache")
    assert (folder / "een.jar").read_text() == "goed"
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, ".jars"}


@pytest.mark.parametrize("damage", ["half", "away", "more"])
def test_a_damaged_cache_is_made_anew(machine: Machine, pinned: None, damage: str) -> None:
    maven(machine, "goed")
    folder = java.library()
    if damage == "half":
        (folder / "een.jar").write_text("go")
    elif damage == "away":
        (folder / "een.jar").unlink()
    else:
        (folder / "twee.jar").write_text("van een ander")
    assert java.library() == folder
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"een.jar": "goed"}


def test_all_checkouts_of_a_user_share_what_was_fetched(machine: Machine, pinned: None) -> None:
    maven(machine, "goed")
    assert java.library().parent == machine.folder / "xdg" / "happyflow" / "kafka"


def test_without_a_home_or_a_cache_that_can_be_written_the_checkout_keeps_them(
    machine: Machine, pinned: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    maven(machine, "goed")
    (machine.folder / "xdg").write_text("no folder")
    assert java.library().parent == machine.folder / "data" / "kafka"


def test_two_commands_at_once_fetch_once(machine: Machine, pinned: None) -> None:
    maven(machine, "goed")
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: java.library(), range(4)))) == 1
    assert len((machine.folder / "asked").read_text().splitlines()) == 1


def test_without_maven_or_without_a_connection_it_is_said(machine: Machine, pinned: None) -> None:
    machine.program("bin/java", JAVA_17)
    with pytest.raises(KafkaError, match="Maven nodig"):
        java.jars(machine.folder / "cache")
    machine.program("bin/mvn", "echo '[INFO] bezig'; echo '[ERROR] Could not transfer artifact'; exit 1")
    with pytest.raises(KafkaError, match=r"(?s)verbinding.*Could not transfer"):
        java.jars(machine.folder / "cache")


def test_every_version_is_pinned_and_every_jar_has_its_checksum() -> None:
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    project = ElementTree.parse(java.POM).getroot()
    versions = {node.tag.partition("}")[2]: node.text for node in project.find("m:properties", space) or ()}
    jars = set()
    for node in project.iterfind("m:dependencyManagement/m:dependencies/m:dependency", space):
        name, version = (node.findtext(f"m:{part}", "", space) for part in ("artifactId", "version"))
        jars.add(f"{name}-{versions.get(version.strip('${}'), version)}.jar")
    assert jars == {line.split()[1] for line in java.CHECKSUMS.read_text().splitlines()}
    assert project.find("m:repositories", space) is None
