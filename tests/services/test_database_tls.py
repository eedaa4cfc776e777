"""A database beyond a network: services and the job that migrates speak TLS with it, and with nobody else."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.platform.dsn import Dsn
from services.platform.migrations import migrate, outdated, role_of
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import SERVICES
from services.platform.waiting import reason_to_wait
from tests.kafka.beveiligd.certificaten import Authority
from tests.services.conftest import load_services

_SSL_REQUEST = bytes([0, 0, 0, 8, 4, 210, 22, 47])
"""The eight bytes by which a client of PostgreSQL asks for TLS."""


class Tls:
    """In front of the embedded server, which has no TLS of its own: takes clients that ask for it and no others."""

    def __init__(self, socket: Path, context: ssl.SSLContext) -> None:
        self.refused = self.taken = 0
        self._socket = socket
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(8) != _SSL_REQUEST:
                self.refused += 1
                writer.close()
                return
            writer.write(b"S")
            await writer.start_tls(self._context)
            self.taken += 1
            theirs, ours = await asyncio.open_unix_connection(self._socket)
            await asyncio.wait(
                [asyncio.create_task(_copy(reader, ours)), asyncio.create_task(_copy(theirs, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
            for end in (ours, writer):
                end.close()

    async def close(self) -> None:
        """End what still stands open."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@pytest.fixture
async def tls(postgres: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[tuple[Tls, int]]:
    """Something that does the TLS, and its port."""
    certificate, key = Authority(tmp_path, "gezag").issue("postgres")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    front = Tls(postgres.socket_folder / ".s.PGSQL.5432", context)
    server = await asyncio.start_server(front, "127.0.0.1", 0)
    yield front, server.sockets[0].getsockname()[1]
    server.close()
    await front.close()


async def test_services_and_migrations_speak_tls_with_the_one_that_the_authority_signed(
    tls: tuple[Tls, int], database: str, tmp_path: Path
) -> None:
    front, port = tls
    services = load_services(SERVICES)
    address = f"postgresql://happyflow@127.0.0.1:{port}/{database}?sslmode=verify-full&sslrootcert="
    await migrate(f"{address}{tmp_path / 'gezag.pem'}", services)
    assert await outdated(f"{address}{tmp_path / 'gezag.pem'}", services) == []
    passwords = tmp_path / "wachtwoorden"
    passwords.mkdir()
    for role in ("happyflow_bus", *map(role_of, SERVICES)):
        (passwords / role).write_text("dat de server niet vraagt")
    dsn = Dsn(f"{address}{tmp_path / 'gezag.pem'}", login=True, passwords=passwords)
    assert await reason_to_wait(dsn, services) is None
    assert (front.refused, front.taken > 0) == (0, True)
    Authority(tmp_path, "vreemde").issue("iemand")
    stranger = Dsn(f"{address}{tmp_path / 'vreemde.pem'}", login=True, passwords=passwords)
    assert "SSLCertVerificationError" in (await reason_to_wait(stranger, services) or "")
    with pytest.raises(ssl.SSLCertVerificationError):
        await migrate(f"{address}{tmp_path / 'vreemde.pem'}", services)
    with pytest.raises(asyncpg.PostgresConnectionError):
        await outdated(f"postgresql://happyflow@127.0.0.1:{port}/{database}?sslmode=disable", services)
    assert front.refused == 1
