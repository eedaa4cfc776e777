"""The line that other tests break things with does to a connection what it says, and nothing else."""

import asyncio
import socket
from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.platform.database import Database
from services.platform.postgres import EmbeddedPostgres
from tests.chaos.lijn import Connection, KafkaLijn, Lijn, PostgresLijn, to_port, to_socket
from tests.services.conftest import database, postgres

__all__ = ["database", "postgres"]

SERVICES = ()
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def echo() -> AsyncIterator[Lijn]:
    """A line to a server that repeats what it hears."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with Lijn(to_port(server.sockets[0].getsockname()[1])) as line:
        yield line
    server.close()


async def call(line: Lijn) -> Ends:
    return await asyncio.open_connection("127.0.0.1", line.port)


async def say(ends: Ends, words: bytes, patience: float = 30) -> bytes:
    """What comes back."""
    reader, writer = ends
    writer.write(words)
    async with asyncio.timeout(patience):
        return await reader.readexactly(len(words))


async def hung_up(ends: Ends) -> bool:
    """Whether the other side ends the connection."""
    try:
        async with asyncio.timeout(30):
            return await ends[0].read() == b""
    except ConnectionError:
        return True


async def test_what_is_said_arrives_and_is_answered_to_the_byte(echo: Lijn) -> None:
    ends = await call(echo)
    assert await say(ends, b"een") == b"een"
    many = bytes(range(256)) * 20_000
    assert await say(ends, many) == many
    ends[1].close()
    while echo.open:
        await asyncio.sleep(0.01)


async def test_a_delay_is_for_answers_and_one_does_not_wait_for_another(echo: Lijn) -> None:
    ends = await call(echo)
    echo.delay_seconds = 0.6
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await say(ends, b"a") == b"a"
    assert loop.time() - began >= 0.6
    ends[1].write(b"b")
    await asyncio.sleep(0.05)
    ends[1].write(b"c")
    assert await ends[0].readexactly(2) == b"bc"


async def test_held_nothing_passes_and_released_everything_does(echo: Lijn) -> None:
    ends = await call(echo)
    await say(ends, b"a")
    echo.hold()
    fresh = await call(echo)
    with pytest.raises(TimeoutError):
        await say(ends, b"b", 0.3)
    with pytest.raises(TimeoutError):
        await say(fresh, b"c", 0.3)
    echo.release()
    assert await ends[0].readexactly(1) == b"b"
    assert await fresh[0].readexactly(1) == b"c"


async def test_cut_ends_what_there_is_and_refusing_what_comes(echo: Lijn) -> None:
    ends = await call(echo)
    await say(ends, b"a")
    echo.cut()
    assert await hung_up(ends)
    assert await say(await call(echo), b"b") == b"b"
    echo.refuses = True
    assert await hung_up(await call(echo))


async def test_half_open_the_client_hears_nothing_and_a_new_one_is_served(echo: Lijn) -> None:
    ends = await call(echo)
    await say(ends, b"a")
    assert echo.forget() == 1
    with pytest.raises(TimeoutError):
        await say(ends, b"b", 0.3)
    assert not ends[0].at_eof()
    assert await say(await call(echo), b"c") == b"c"


async def test_a_server_that_hangs_up_is_heard(echo: Lijn) -> None:
    ends = await call(echo)
    await say(ends, b"a")
    ends[1].write_eof()
    assert await hung_up(ends)


@pytest.fixture
async def line(postgres: EmbeddedPostgres) -> AsyncIterator[PostgresLijn]:
    """A line to PostgreSQL."""
    async with PostgresLijn(to_socket(f"{postgres.socket_folder}/.s.PGSQL.5432")) as line:
        yield line


async def login(line: Lijn, database: str, program: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(
        f"postgresql://happyflow@127.0.0.1:{line.port}/{database}", server_settings={"application_name": program}
    )


async def count(line: Lijn, database: str) -> int:
    connection = await login(line, database, "teller")
    try:
        return int(await connection.fetchval("SELECT count(*) FROM proef"))
    finally:
        await connection.close()


async def test_a_commit_that_is_cut_is_a_commit_all_the_same(line: PostgresLijn, database: str) -> None:
    schrijver, ander = await login(line, database, "schrijver"), await login(line, database, "ander")
    await schrijver.execute("CREATE TABLE proef (n int)")
    line.cut_commits(1, "schrijver")
    async with ander.transaction():
        await ander.execute("INSERT INTO proef VALUES (1)")
    async with schrijver.transaction():
        await schrijver.fetch("SELECT * FROM proef")
    assert line.commits_cut == 0, "another program, and a commit of nothing"
    with pytest.raises(asyncpg.PostgresConnectionError):
        async with schrijver.transaction():
            await schrijver.execute("INSERT INTO proef VALUES ($1)", 2)
    assert (line.commits_cut, line.commits_to_cut) == (1, 0)
    assert await count(line, database) == 2
    opnieuw = await login(line, database, "schrijver")
    async with opnieuw.transaction():
        await opnieuw.copy_records_to_table("proef", records=[(3,)])
    assert await count(line, database) == 3
    for connection in (ander, opnieuw):
        await connection.close()


async def test_a_copy_counts_as_writing_and_a_rollback_as_nothing(line: PostgresLijn, database: str) -> None:
    connection = await login(line, database, "schrijver")
    await connection.execute("CREATE TABLE proef (n int)")
    line.cut_commits(1)
    transaction = connection.transaction()
    await transaction.start()
    await connection.copy_records_to_table("proef", records=[(1,)])
    await transaction.rollback()
    with pytest.raises(asyncpg.PostgresConnectionError):
        async with connection.transaction():
            await connection.copy_records_to_table("proef", records=[(2,), (3,)])
    assert await count(line, database) == 2


async def test_our_connections_end_by_themselves_when_the_other_side_is_gone(line: PostgresLijn, database: str) -> None:
    pool = Database(f"postgresql://happyflow@127.0.0.1:{line.port}/{database}", role=None, schema="public")
    await pool.open()
    async with pool.connection() as connection:
        end = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]
        assert end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
    await pool.close()


async def test_a_long_answer_of_postgres_passes_whole(line: PostgresLijn, database: str) -> None:
    line.cut_commits(1)
    connection = await login(line, database, "lezer")
    rows = await connection.fetch("SELECT n, repeat('COMMIT', 50) AS t FROM generate_series(1, 20000) n")
    assert [row["n"] for row in rows] == list(range(1, 20_001))
    await connection.close()


def test_a_broker_is_found_over_the_line_however_its_answer_is_cut() -> None:
    line = KafkaLijn(29092)
    line.port = 31000
    connection = Connection.__new__(Connection)
    theirs, ours = b"127.0.0.1" + (29092).to_bytes(4), b"127.0.0.1" + (31000).to_bytes(4)
    answer = b"\x00\x00\x00\x07" + b"\x00\x09" + theirs + b"x" + theirs
    frames = (len(answer).to_bytes(4) + answer) * 2
    heard = b"".join(line.heard(connection, frames[at : at + 5]) for at in range(0, len(frames), 5))
    assert heard == frames.replace(theirs, ours)
    assert KafkaLijn(29092, "10.99.9.1")
    with pytest.raises(ValueError, match=r"10\.1\.1\.1"):
        KafkaLijn(29092, "10.1.1.1")
