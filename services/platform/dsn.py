"""How a database is reached: its address, who we are there, and a password that stands in a file."""

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import asyncpg

from services.platform.database import Database
from services.platform.settings import Settings, StartError


class Dsn:
    """How to reach the database as a given role: by logging in as it, or by taking it on after login."""

    def __init__(self, url: str, *, login: bool, passwords: Path | None = None) -> None:
        self._url = url
        self._login = login
        self._passwords = passwords

    def database(self, role: str, schema: str, settings: Settings, least: int = 1) -> Database:
        """A closed ``Database`` for the role, with ``least`` connections at least."""
        return Database(
            with_user(self._url, role) if self._login else self._url,
            role=None if self._login else role,
            schema=schema,
            pool_size=max(least, settings.pool_size),
            wait_seconds=settings.pool_wait_seconds,
            command_seconds=settings.database_command_seconds,
            # Read for each connection: a password that was changed needs no restart.
            password=partial(read_password, self._passwords, role) if self._passwords else None,
        )

    async def connect(self, role: str) -> "asyncpg.Connection[asyncpg.Record]":
        """One connection of its own, logged in as the role."""
        password = read_password(self._passwords, role) if self._passwords else None
        return await asyncpg.connect(with_user(self._url, role), password=password, timeout=10)


def administrator(settings: Settings) -> dict[str, Any]:
    """What ``asyncpg.connect`` needs to reach the configured database as the user its address names.

    ``StartError`` without an address, or when there is a folder with passwords and none of this user in it.
    """
    if settings.database_url is None:
        raise StartError("HAPPYFLOW_DATABASE_URL is niet gezet")
    folder = settings.database_password_folder
    if folder is None:
        return {"dsn": settings.database_url}
    user = urlsplit(settings.database_url).username
    if not user:
        raise StartError("HAPPYFLOW_DATABASE_URL noemt geen gebruiker, zoals in postgresql://beheerder@host/happyflow")
    return {"dsn": settings.database_url, "password": read_password(folder, unquote(user))}


def with_user(url: str, user: str) -> str:
    """The address with this user in the place of the one it names, if any, and without a password."""
    scheme, rest = url.split("://", 1)
    place, slash, path = rest.partition("/")
    return f"{scheme}://{quote(user, safe='')}@{place.rpartition('@')[2]}{slash}{path}"


def read_password(folder: Path, role: str) -> str:
    """The password of a database role: what its file says, without the end of the line.

    ``StartError`` when it cannot be read, or holds what no terminal types (PostgreSQL would normalise it).
    """
    try:
        password = (folder / role).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"het wachtwoord van {role} is niet te lezen: {type(error).__name__}") from error
    if not password.isprintable() or not password:
        raise StartError(f"het wachtwoord van {role} is leeg of bevat vreemde tekens")
    return password
