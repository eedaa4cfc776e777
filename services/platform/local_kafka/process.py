"""One Kafka broker as a process: started apart from us, found again by whoever comes later, stopped or killed.

The process is known by its id together with the folder it runs in and the program it runs, so that a number which
went to another program is never taken for the broker, and never gets its signals.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from services.platform.local_kafka.config import Cluster, Extra, KafkaError
from services.platform.local_kafka.java import environment
from services.platform.local_kafka.wire import Answer, ask
from services.platform.poorten import HOST
from services.platform.settings import ROOT

SERVER = "kafka.Kafka"
_FORMATTER = "kafka.tools.StorageTool"
_LOGGING = ROOT / "deploy" / "kafka" / "log4j2.properties"

_MEMORY = (
    "-Xms128m", "-XX:+UseSerialGC", "-XX:MaxMetaspaceSize=160m", "-XX:ReservedCodeCacheSize=64m",
    "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError",
)  # fmt: skip
"""Beside the heap; a broker without memory ends, which is seen, where it might also hang, which is not."""

_FAST_START = ("-XX:TieredStopAtLevel=1", "-Xshare:auto")

_LOOK_AGAIN_SECONDS = 0.5
_KILL_SECONDS = 30
_LOOKS = 2

_OF_INTEREST = ("ERROR", "Exception", "OutOfMemory", "Could not create")

# Java becomes nobody's child: who started it may end, and leaves no zombie when it lives on.
_APART = '"$@" </dev/null >console.log 2>&1 & echo $! >broker.pid'


class BrokerProcess:
    """Broker ``number`` with everything of its own in ``folder``."""

    def __init__(self, folder: Path, number: int, extra: Extra | None = None) -> None:
        self.folder = folder
        self.number = number
        self._extra = extra or Extra()
        self.data = folder / "data"
        self.log = folder / "logs" / "server.log"
        self._log_began = 0

    def found(self) -> psutil.Process | None:
        """The running process, also when it is suspended; None when there is none."""
        try:
            process = psutil.Process(int((self.folder / "broker.pid").read_text(encoding="utf-8")))
            with process.oneshot():
                lives = (
                    process.status() not in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
                    and Path(process.cwd()) == self.folder
                    # Empty for a moment while it becomes Java, and while it ends.
                    and (not (command := process.cmdline()) or SERVER in command)
                )
        except (OSError, ValueError, psutil.Error):
            return None
        return process if lives else None

    def ended(self) -> bool:
        """Whether it is not there, also at a second look: what a busy machine tells of a process is not one moment."""
        if self.found() is not None:
            return False
        time.sleep(_LOOK_AGAIN_SECONDS)
        return self.found() is None

    def data_in_use(self) -> bool:
        """Whether a broker holds the data: while it dies it does so longer than it can be recognised."""
        try:
            descriptor = os.open(self.data / ".lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    def suspended(self) -> bool:
        """Whether it lives but is held still."""
        process = self.found()
        try:
            return process is not None and process.status() == psutil.STATUS_STOPPED
        except psutil.Error:
            return False

    def memory_mb(self) -> int:
        """Resident memory; 0 when it does not run."""
        process = self.found()
        try:
            return int(process.memory_info().rss // (1024 * 1024)) if process else 0
        except psutil.Error:
            return 0

    def answer(self, cluster: Cluster, seconds: float = 2.0) -> Answer | None:
        """What it knows of its cluster; None when it does not answer in time, or another broker does in its place."""
        try:
            answer = ask(HOST, cluster.port(self.number), seconds)
        except OSError:
            return None
        return answer if answer.cluster_id == cluster.id else None

    def formatting(self, cluster: Cluster, java: Path, jars: Path) -> "subprocess.Popen[str] | None":
        """Begin to make its storage; None when it has been made. To be ended with ``formatted``."""
        if self.data.exists():
            return None
        # Made beside and moved, so that a killed first start leaves nothing half made in its place.
        shutil.rmtree(self.folder / "data.new", ignore_errors=True)
        self._prepare(jars)
        self._configure("format.properties", cluster, "data.new")
        return subprocess.Popen(  # noqa: S603 — our own program with our own arguments
            [java, *_FAST_START, "-Xmx128m", "-cp", "jars/*", _FORMATTER,
             "format", "-t", cluster.id, "-c", "format.properties", *self._extra.format],
            cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip

    def formatted(self, formatter: "subprocess.Popen[str]") -> None:
        """Wait for it; raises ``KafkaError`` when it failed."""
        output, _ = formatter.communicate()
        if formatter.returncode != 0:
            raise KafkaError(f"de opslag van Kafka is niet te maken in {self.folder}\n{output[-2000:].strip()}")
        (self.folder / "data.new").rename(self.data)

    def launch(self, cluster: Cluster, java: Path, jars: Path, heap_mb: int) -> None:
        """Start it without waiting until it answers."""
        self._prepare(jars)
        self._log_began = self.log.stat().st_size if self.log.exists() else 0
        self._configure("server.properties", cluster, "data")
        command = [
            str(java), *_FAST_START, *_MEMORY, f"-Xmx{heap_mb}m", "-Djava.awt.headless=true",
            "-XX:ErrorFile=logs/hs_err_pid%p.log", "-Dlog4j2.configurationFile=log4j2.properties",
            "-cp", "jars/*", SERVER, "server.properties",
        ]  # fmt: skip
        subprocess.run(  # noqa: S603 — our own program with our own arguments
            ["/bin/sh", "-c", _APART, "sh", *command], cwd=self.folder, env=environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, check=True,
        )  # fmt: skip

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, when it lives."""
        if process := self.found():
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                return

    def wait_until_gone(self, seconds: float, *, killing: bool = False) -> bool:
        """Whether it has ended within that time, and let go of its data; with ``killing`` it is killed meanwhile.

        One that is just becoming Java is not recognised at every moment, so it is looked for twice.
        """
        deadline = time.monotonic() + seconds
        gone = 0
        while gone < _LOOKS:
            if killing:
                self.signal(signal.SIGKILL)
            gone = gone + 1 if self.found() is None and not self.data_in_use() else 0
            if not gone and time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def suspend(self) -> None:
        """Hold it still, and wait until it is; nothing when it does not run."""
        self.signal(signal.SIGSTOP)
        deadline = time.monotonic() + 5
        while self.found() is not None and not self.suspended() and time.monotonic() < deadline:
            time.sleep(0.01)

    def kill(self) -> None:
        """``kill -9``, and wait until nothing of it is left."""
        if not self.wait_until_gone(_KILL_SECONDS, killing=True):
            raise KafkaError(f"broker {self.number} laat zich niet beëindigen")

    def found_its_port_taken(self) -> bool:
        """Whether it ended because another program listens where it would."""
        return "BindException" in self.last_words()

    def last_words(self) -> str:
        """What it wrote since ``launch`` that tells why it does not run, or else last; empty when it wrote nothing."""
        last: list[str] = []
        for path, begin in ((self.folder / "console.log", 0), (self.log, self._log_began)):
            try:
                written = path.read_bytes()
            except OSError:
                continue
            # A log that became shorter was begun anew meanwhile.
            text = written[begin if begin <= len(written) else 0 :].decode(errors="replace").splitlines()
            if lines := [line for line in text if any(word in line for word in _OF_INTEREST)]:
                return "\n".join(lines[:4])
            last = text[-2:] or last
        return "\n".join(last)

    def _configure(self, file: str, cluster: Cluster, data: str) -> None:
        text = cluster.properties(self.number, data) + self._extra.properties(cluster, self.number)
        (self.folder / file).write_text(text, encoding="utf-8")

    def _prepare(self, jars: Path) -> None:
        """The folder as the broker finds it; the jars by a link, for a colon in their path would end a class path."""
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        link = self.folder / "jars"
        link.unlink(missing_ok=True)
        link.symlink_to(jars.resolve())
        shutil.copyfile(_LOGGING, self.folder / "log4j2.properties")


def format_all(brokers: Sequence[BrokerProcess], cluster: Cluster, java: Path, jars: Path) -> None:
    """Make the storage of those that have none, together; raises ``KafkaError`` when one fails."""
    begun = [(broker, broker.formatting(cluster, java, jars)) for broker in brokers]
    for broker, formatter in begun:
        if formatter is not None:
            broker.formatted(formatter)
