"""The embedded PostgreSQL: found, started, killed, shared and moved, in folders with difficult names."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from services.platform.postgres import EmbeddedPostgres, PostgresError, await_server
from services.platform.settings import ROOT

_context = multiprocessing.get_context("forkserver")


DIFFICULT = """a 'b' "c" $HOME `d` %41 é"""
"""A name that a shell, SQL and a URL would each read differently."""


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A folder where no server was ever made."""
    with tempfile.TemporaryDirectory() as base:
        yield Path(base) / DIFFICULT
        EmbeddedPostgres(Path(base) / DIFFICULT).stop("immediate")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A folder with a server: making one takes seconds."""
    with tempfile.TemporaryDirectory() as base:
        EmbeddedPostgres(Path(base) / DIFFICULT).start()
        yield Path(base) / DIFFICULT


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    """That folder, with the server stopped before and after."""
    EmbeddedPostgres(made).stop("immediate")
    yield made
    EmbeddedPostgres(made).stop("immediate")


def pid_of(server: EmbeddedPostgres) -> int:
    return int((server.pgdata / "postmaster.pid").read_text().splitlines()[0])


async def select_one(server: EmbeddedPostgres) -> int:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        return int(await connection.fetchval("SELECT 1"))
    finally:
        await connection.close()


async def test_a_first_start_a_stop_and_a_start_again(fresh: Path) -> None:
    server = EmbeddedPostgres(fresh)
    assert not server.running()
    server.stop()
    assert server.start()
    assert not server.start()
    assert not EmbeddedPostgres(fresh).start()
    assert await select_one(server) == 1
    server.stop()
    assert not server.running()
    assert not server.socket_folder.exists()
    assert server.start()
    assert await select_one(server) == 1


async def test_after_kill_9_it_starts_again_with_what_was_committed(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    connection = await asyncpg.connect(server.dsn("postgres"))
    await connection.execute("CREATE TABLE blijft AS SELECT 7 AS n")
    os.kill(pid_of(server), signal.SIGKILL)
    assert server.start()
    again = await asyncpg.connect(server.dsn("postgres"))
    assert await again.fetchval("SELECT n FROM blijft") == 7
    await again.close()
    connection.terminate()


async def test_a_pid_file_that_names_another_program_does_not_count(folder: Path) -> None:
    """As after a restart of a container: the number belongs to somebody else now."""
    server = EmbeddedPostgres(folder)
    server.start()
    lines = (server.pgdata / "postmaster.pid").read_text().splitlines()
    server.stop()
    lines[0] = str(os.getpid())
    (server.pgdata / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert not server.running()
    assert server.start()
    assert await select_one(server) == 1


def _start(folder: Path) -> bool:
    return EmbeddedPostgres(folder).start()


async def test_processes_that_start_it_at_once_make_one_server(fresh: Path) -> None:
    """After a first start that was killed halfway."""
    os.makedirs(fresh / "pgdata.new" / "base")  # noqa: PTH103
    with _context.Pool(3) as pool:
        assert sorted(pool.map(_start, [fresh] * 3)) == [False, False, True]
    assert await select_one(EmbeddedPostgres(fresh)) == 1
    assert not (fresh / "pgdata.new").exists()


async def test_whoever_leaves_last_stops_it(folder: Path) -> None:
    one, two = EmbeddedPostgres(folder), EmbeddedPostgres(folder)
    one.join()
    two.join()
    one.leave()
    assert two.running()
    assert await select_one(two) == 1
    two.leave()
    assert not two.running()


def _join_and_die(folder: Path) -> None:
    EmbeddedPostgres(folder).join()
    os.kill(os.getpid(), signal.SIGKILL)


def test_who_was_killed_no_longer_counts_as_a_user(folder: Path) -> None:
    process = _context.Process(target=_join_and_die, args=(folder,))
    process.start()
    process.join()
    server = EmbeddedPostgres(folder)
    assert server.running()
    server.join()
    server.leave()
    assert not server.running()


async def test_another_temporary_folder_finds_the_same_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    with tempfile.TemporaryDirectory() as other:
        monkeypatch.setattr(tempfile, "tempdir", other)
        assert EmbeddedPostgres(folder).running()
        assert not EmbeddedPostgres(folder).start()
        assert await select_one(EmbeddedPostgres(folder)) == 1


async def test_settings_for_somebody_s_own_server_do_not_reach_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "5999", "PGOPTIONS": "-c onzin=1", "PGDATA": "/nergens", "PGHOST": "elders"}.items():
        monkeypatch.setenv(name, value)
    server = EmbeddedPostgres(folder)
    server.start()
    monkeypatch.delenv("PGPORT")
    assert await select_one(server) == 1


async def test_a_very_long_path_and_a_very_long_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as base:
        deep = Path(base, *(["lang" * 20] * 5))
        os.makedirs(deep)  # noqa: PTH103
        monkeypatch.setattr(tempfile, "tempdir", str(deep))
        server = EmbeddedPostgres(deep / "pg")
        try:
            server.start()
            assert await select_one(server) == 1
        finally:
            server.stop("immediate")


def test_a_name_that_cannot_work_is_refused_at_once() -> None:
    with pytest.raises(PostgresError):
        EmbeddedPostgres(Path("/tmp/twee\nregels"))


def test_what_is_wrong_is_said(folder: Path) -> None:
    configuration = folder / "pgdata" / "postgresql.conf"
    good = configuration.read_text()
    configuration.write_text(good + "shared_buffers = veel\n")
    try:
        with pytest.raises(PostgresError, match="shared_buffers"):
            EmbeddedPostgres(folder).start()
    finally:
        configuration.write_text(good)


_AS_NOBODY = """
import os, sys
from pathlib import Path
from services.platform.postgres import EmbeddedPostgres
os.setgroups([]); os.setgid(65534); os.setuid(65534)
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), server.running())
server.stop()
print(server.running())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_nothing_arranged() -> None:
    with tempfile.TemporaryDirectory() as base:
        Path(base).chmod(0o711)
        home = Path(base) / "van niemand"
        home.mkdir()
        os.chown(home, 65534, 65534)
        result = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(home / "pg")], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert result.stdout.split() == ["True", "True", "False"], result.stderr
        assert (home / "pg" / "pgdata").stat().st_uid == 65534


async def test_somebody_else_s_server_is_waited_for_and_then_named_absent() -> None:
    started = time.monotonic()
    with pytest.raises(PostgresError, match="niet bereikbaar") as caught:
        await await_server("postgresql://iemand:geheim@127.0.0.1:1/happyflow", 1.0)
    assert time.monotonic() - started >= 1.0
    assert "geheim" not in str(caught.value)
