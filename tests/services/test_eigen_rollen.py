"""In production each service logs in as its own role, with its own password, and waits for tables it may not make."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest

from services.cli.proces import free_port
from services.platform.auth import LocalIssuer
from services.platform.clock import SystemClock
from services.platform.crypto import load_crypto
from services.platform.dsn import Dsn, with_user
from services.platform.migrations import BUS_ROLE, create_database, role_of
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import ROOT, SERVICES, Settings
from services.platform.waiting import reason_to_wait
from tests.services.conftest import load_services

ROLES = [BUS_ROLE, *map(role_of, SERVICES)]
PATIENCE_SECONDS = 120


class Installatie:
    """A server that asks for passwords, an administrator who is no superuser, and a folder with what each may know."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self.folder = folder
        self.secrets = folder / "geheimen"
        self.keys = folder / "sleutels"

    def own_folder(self, *roles: str) -> Path:
        """What one process gets: the passwords of these roles and no other."""
        found = Path(tempfile.mkdtemp(dir=self.folder))
        for role in roles:
            (found / role).write_text((self.secrets / role).read_text())
        return found

    def environment(self, passwords: Path, **settings: str) -> dict[str, str]:
        """Of a process."""
        return {
            **os.environ,
            "HAPPYFLOW_DATA": str(self.folder / "nergens"),
            "HAPPYFLOW_DATABASE_URL": self.url,
            "HAPPYFLOW_DATABASE_PASSWORD_FOLDER": str(passwords),
            "HAPPYFLOW_KEYS_FOLDER": str(self.keys),
            "HAPPYFLOW_WORKERS": "1",
            **settings,
        }

    def run(self, *arguments: str, passwords: Path | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
        """A command, with everything the administrator knows unless told otherwise."""
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *arguments],
            cwd=ROOT,
            env=self.environment(passwords or self.secrets, **settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )

    def dsn(self, *roles: str) -> Dsn:
        """For a process that knows the passwords of these roles."""
        return Dsn(self.url, login=True, passwords=self.own_folder(*roles))


@pytest.fixture
async def installatie() -> AsyncIterator[Installatie]:
    with tempfile.TemporaryDirectory(prefix="happyflow rollen ") as path:
        folder = Path(path)
        server = EmbeddedPostgres(folder / "pg")
        await asyncio.to_thread(server.start)
        try:
            await create_database(server.dsn("postgres"), "happyflow")
            connection = await asyncpg.connect(server.dsn("happyflow"))
            await connection.execute("CREATE ROLE beheerder LOGIN CREATEROLE PASSWORD 'van de beheerder'")
            await connection.execute("ALTER DATABASE happyflow OWNER TO beheerder")
            (server.pgdata / "pg_hba.conf").write_text("local all happyflow trust\nlocal all all scram-sha-256\n")
            await connection.execute("SELECT pg_reload_conf()")
            await connection.close()
            found = Installatie(folder, with_user(server.dsn("happyflow"), "beheerder"))
            found.secrets.mkdir()
            (found.secrets / "beheerder").write_text("van de beheerder\n")
            for role in ROLES:
                (found.secrets / role).write_text(f"Van {role}: '%s' \\ :x\n")
            load_crypto(found.keys)
            _ = LocalIssuer(found.keys, Settings(), SystemClock()).public_key
            yield found
        finally:
            await asyncio.to_thread(server.stop, "immediate")


class Ledger:
    """``happyflow up ledger`` in a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}/ledger"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "up", "ledger", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def get(self, path: str) -> httpx.Response:
        """An answer of the process, which must live; 599 when it does not listen yet."""
        try:
            return httpx.get(f"{self.base}{path}", timeout=10)
        except httpx.HTTPError:
            assert self.process.poll() is None, self.process.communicate()
            return httpx.Response(599)

    def stop(self) -> str:
        """What it said on standard error, from the first line on; it must end well."""
        self.process.terminate()
        _, said = self.process.communicate(timeout=PATIENCE_SECONDS)
        assert self.process.returncode == 0, said
        return said


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it, generously."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.05)


def waits_for_tables(ready: httpx.Response) -> bool:
    """Whether it looked at the database and says why it waits; before that it says that it starts."""
    assert ready.status_code in {503, 599}
    return ready.status_code == 503 and "happyflow" in ready.json()["output"]


async def test_every_role_has_its_own_password_and_no_other_s(installatie: Installatie) -> None:
    looked = installatie.run("migrate", "--alleen-kijken")
    assert looked.returncode == 1
    assert looked.stdout.count("andere versie") == len(SERVICES)
    for _ in range(2):
        migrated = installatie.run("migrate")
        assert (migrated.returncode, migrated.stderr) == (0, "")
        assert migrated.stdout.count("bij deze versie") == len(SERVICES)
    assert installatie.run("migrate", "--alleen-kijken").returncode == 0
    for role in ROLES:
        connection = await installatie.dsn(role).connect(role)
        assert await connection.fetchval("SELECT current_user") == role
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE public.nieuw ()")
        await connection.close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(with_user(installatie.url, role), password="van de beheerder")
    for service in SERVICES:
        connection = await installatie.dsn(role_of(service)).connect(role_of(service))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"CREATE TABLE {service}.nieuw ()")
        await connection.close()
    # Who may not change tables hears so in a sentence, and changes none.
    refused = installatie.run("migrate", HAPPYFLOW_DATABASE_URL=with_user(installatie.url, "happyflow_ledger"))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "permission denied" in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr
    checked = installatie.run("check")
    assert (checked.returncode, checked.stderr) == (0, "")


async def test_why_a_service_waits(installatie: Installatie) -> None:
    (ledger,) = load_services(["ledger"])
    dsn = installatie.dsn("happyflow_ledger", BUS_ROLE)
    assert "laat happyflow_ledger niet toe" in (await reason_to_wait(dsn, [ledger]) or "")
    assert installatie.run("migrate").returncode == 0
    assert await reason_to_wait(dsn, [ledger]) is None
    connection = await asyncpg.connect(with_user(installatie.url, "happyflow"))
    for version, expected in (("0001", "van versie 0001; eerst moet"), ("9999", "die dit programma (versie")):
        await connection.execute("UPDATE ledger.alembic_version SET version_num = $1", version)
        assert expected in (await reason_to_wait(dsn, [ledger]) or "")
    await connection.execute("DROP TABLE ledger.alembic_version")
    assert "zijn er nog niet" in (await reason_to_wait(dsn, [ledger]) or "")
    await connection.execute("REVOKE USAGE ON SCHEMA ledger FROM happyflow_ledger")
    assert "zijn er nog niet" in (await reason_to_wait(dsn, [ledger]) or "")
    await connection.close()
    nowhere = Dsn("postgresql://127.0.0.1:1/happyflow", login=True, passwords=installatie.secrets)
    assert "niet bereikbaar" in (await reason_to_wait(nowhere, [ledger]) or "")


async def test_a_service_answers_that_it_waits_and_begins_when_the_tables_are_there(installatie: Installatie) -> None:
    """Also with nothing to write in: no data folder and no keys for who opens no message."""
    environment = installatie.environment(
        installatie.own_folder("happyflow_ledger", BUS_ROLE),
        HAPPYFLOW_JWKS_URL="http://127.0.0.1:1/jwks",
        HAPPYFLOW_KEYS_FOLDER=str(installatie.folder / "geen-sleutels"),
    )
    ledger = Ledger(environment)
    try:
        await until(lambda: ledger.get("/health/live").status_code == 200)
        await until(lambda: waits_for_tables(ledger.get("/health/ready")))
        refused = ledger.get("/v1/openapi.json")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.headers["content-type"] == "application/problem+json"
        assert "API-Version" in refused.headers
        assert (await asyncio.to_thread(installatie.run, "migrate")).returncode == 0
        await until(lambda: ledger.get("/health/ready").status_code == 200)
        assert ledger.get("/v1/openapi.json").status_code == 200
        assert not (installatie.folder / "nergens").exists()
    finally:
        said = ledger.stop()
    assert "Wacht:" in said
    assert "Van happyflow_ledger" not in said


async def test_a_service_that_waits_stops_when_it_is_told_to(installatie: Installatie) -> None:
    ledger = Ledger(installatie.environment(installatie.secrets))
    await until(lambda: waits_for_tables(ledger.get("/health/ready")))
    assert "happyflow_ledger" in await asyncio.to_thread(ledger.stop)


def test_shared_keys_that_are_missing_stop_a_start_and_are_not_made(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        result = subprocess.run(
            [sys.executable, "-m", "services.cli", "up", "--port", str(free_port())],
            cwd=ROOT,
            env={**os.environ, "HAPPYFLOW_DATA": data, "HAPPYFLOW_KEYS_FOLDER": str(tmp_path)},
            capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
    assert result.returncode == 1
    assert "sleutel" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []
