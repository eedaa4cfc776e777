"""Who the embedded PostgreSQL runs as: whoever we are, but root's server runs as a user of its own.

PostgreSQL refuses to run as root, which is what we are in many a container.
"""

import os
import pwd
import stat
import subprocess
from pathlib import Path
from typing import Any

NAME = "pgserver"


class SystemUser:
    """The user of the server, and what has to be arranged for it when that is not us."""

    def __init__(self) -> None:
        self._other = _made() if os.geteuid() == 0 else None

    @property
    def uid(self) -> int:
        """Its number."""
        return self._other.pw_uid if self._other else os.geteuid()

    def identity(self) -> dict[str, Any]:
        """Arguments of ``subprocess.run`` that make a program run as it."""
        if self._other is None:
            return {}
        return {"user": self._other.pw_uid, "group": self._other.pw_gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make it the owner."""
        if self._other:
            os.chown(path, self._other.pw_uid, self._other.pw_gid)

    def let_into(self, path: Path) -> None:
        """Let it pass (not list) the folders on the way to ``path``."""
        if self._other is None:
            return
        for folder in [path, *path.parents]:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)

    def let_run(self, binaries: Path) -> None:
        """Let it read what was installed; under a strict umask that is for its owner alone."""
        if self._other is None:
            return
        self.let_into(binaries)
        if (binaries / "postgres").stat().st_mode & stat.S_IROTH:
            return
        for path in binaries.parent.rglob("*"):
            if not path.is_symlink():
                extra = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0)
                path.chmod(path.stat().st_mode | extra)


def _made() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    subprocess.run(  # noqa: S603 — a fixed command
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME],  # noqa: S607
        check=True,
        capture_output=True,
    )
    return pwd.getpwnam(NAME)
