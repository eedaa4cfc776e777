"""A line between a client and a server that a test can slow down, hold, cut or make forget: a TCP proxy.

Everything happens in the event loop of the test; what else runs in it must not block.
"""

import asyncio
import contextlib
import struct
from collections.abc import Awaitable, Callable
from typing import Self

Dial = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
"""Makes a connection to the server."""

_CHUNK = 65_536
_UNDERWAY = 256
"""Chunks that may be on their way; who sends more has to wait, as on a real line."""


def to_port(port: int, host: str = "127.0.0.1") -> Dial:
    """A server on a port."""
    return lambda: asyncio.open_connection(host, port)


def to_socket(path: str) -> Dial:
    """A server on a UNIX socket."""
    return lambda: asyncio.open_unix_connection(path)


class Connection:
    """One connection over the line, and what the line knows of it."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.client = client
        self.server: asyncio.StreamWriter | None = None
        self.forgotten = False
        """Nothing that is sent over it arrives any more, and nobody says so."""

    def abort(self) -> None:
        """End it with a reset at either side."""
        for writer in (self.client, self.server):
            if writer is not None:
                writer.transport.abort()


class Lijn:
    """The line. ``delay_seconds`` is for what the server says; it can be changed while connections last."""

    def __init__(self, dial: Dial) -> None:
        self.delay_seconds = 0.0
        self.refuses = False
        """Hang up on whoever connects."""
        self.accepted = 0
        self.host = "127.0.0.1"
        self._dial = dial
        self._flows = asyncio.Event()
        self._flows.set()
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> Self:
        """Listen on a port of the system's choice."""
        self._server = await asyncio.start_server(self._serve, self.host, 0, limit=_CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Cut everything and listen no more."""
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def open(self) -> int:
        """Connections there are."""
        return len(self._connections)

    def hold(self) -> None:
        """Down: nothing passes in either direction and nobody is told; what is sent arrives after ``release``."""
        self._flows.clear()

    def release(self) -> None:
        """Up again."""
        self._flows.set()

    def cut(self) -> None:
        """Reset every connection."""
        for connection in list(self._connections):
            connection.abort()

    def forget(self) -> int:
        """Half open: the server's ends are gone, the clients' ends stay and hear nothing; new connections work."""
        for connection in self._connections:
            connection.forgotten = True
            if connection.server is not None:
                connection.server.transport.abort()
        return len(self._connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.refuses:
            writer.transport.abort()
            return
        connection = Connection(writer)
        self._connections.add(connection)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._carry(connection, reader)
        except* (OSError, asyncio.IncompleteReadError):
            pass  # either side hung up
        finally:
            connection.abort()
            self._connections.discard(connection)
            self._tasks.discard(task)

    async def _carry(self, connection: Connection, from_client: asyncio.StreamReader) -> None:
        first = await self.greeting(connection, from_client)
        await self._flows.wait()
        from_server, connection.server = await self._dial()
        connection.server.write(first)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._ask(connection, from_client))
            both.create_task(self._answer(connection, from_server))

    async def _ask(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        assert connection.server is not None
        while data := await reader.read(_CHUNK):
            await self._flows.wait()
            if not connection.forgotten:
                connection.server.write(data)
                await connection.server.drain()
        if not connection.forgotten:
            with contextlib.suppress(OSError):
                connection.server.write_eof()

    async def _answer(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        """What the server says, each chunk as late as the line makes it; when it hangs up, so do we."""
        underway: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_UNDERWAY)
        loop = asyncio.get_running_loop()

        async def deliver() -> None:
            while True:
                due, data = await underway.get()
                await asyncio.sleep(due - loop.time())
                await self._flows.wait()
                if not connection.forgotten:
                    connection.client.write(data)
                    await connection.client.drain()
                underway.task_done()

        delivering = asyncio.create_task(deliver())
        try:
            with contextlib.suppress(ConnectionResetError):
                while data := await reader.read(_CHUNK):
                    if passed := self.heard(connection, data):
                        await underway.put((loop.time() + self.delay_seconds, passed))
            if connection.forgotten:
                await asyncio.Event().wait()
            await underway.join()
        finally:
            delivering.cancel()
        connection.abort()

    async def greeting(self, connection: Connection, reader: asyncio.StreamReader) -> bytes:
        """What the client says first, when the line has to know it."""
        return b""

    def heard(self, connection: Connection, data: bytes) -> bytes:
        """What of the server's words is passed on."""
        return data


_SSL_REQUEST, _GSS_REQUEST, _CANCEL_REQUEST = 80877103, 80877104, 80877102


class _Gesprek:
    """What PostgreSQL says over one connection, read for the tags of commands that are complete."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.wrote = False
        """Whether the running transaction has changed rows."""
        self._pending = bytearray()

    def tags(self, data: bytes) -> list[str]:
        """Of every command that is complete with these bytes: ``COMMIT``, ``INSERT 0 3``."""
        self._pending += data
        found = []
        while len(self._pending) >= 5:
            kind, size = self._pending[0:1], struct.unpack_from(">i", self._pending, 1)[0]
            if len(self._pending) < 1 + size:
                break
            if kind == b"C":
                found.append(bytes(self._pending[5:size]).decode())
            del self._pending[: 1 + size]
        return found


class PostgresLijn(Lijn):
    """A line to PostgreSQL that can break between a commit and its reply. Clients come without TLS."""

    def __init__(self, dial: Dial) -> None:
        super().__init__(dial)
        self.commits_to_cut = 0
        self.commits_cut = 0
        self.program = ""
        """Only commits of the clients whose application_name is this; empty: of all."""
        self._talks: dict[Connection, _Gesprek] = {}

    def cut_commits(self, count: int, program: str = "") -> None:
        """Lose the replies to the next ``count`` commits of transactions that changed rows, with their connections."""
        self.commits_to_cut, self.program = count, program

    async def greeting(self, connection: Connection, reader: asyncio.StreamReader) -> bytes:
        """The startup packet; a question for TLS is answered here."""
        while True:
            head = await reader.readexactly(8)
            size, code = struct.unpack(">ii", head)
            rest = await reader.readexactly(size - 8)
            if code not in {_SSL_REQUEST, _GSS_REQUEST}:
                break
            connection.client.write(b"N")
        words = rest.split(b"\0") if code != _CANCEL_REQUEST else []
        settings = dict(zip(words[::2], words[1::2], strict=False))
        self._talks[connection] = _Gesprek(settings.get(b"application_name", b"").decode())
        return head + rest

    def heard(self, connection: Connection, data: bytes) -> bytes:
        """Everything, or nothing when a commit is to be lost."""
        talk = self._talks[connection]
        for tag in talk.tags(data):
            if tag == "BEGIN":
                talk.wrote = False
            elif tag.startswith(("INSERT", "UPDATE", "DELETE", "COPY")) and not tag.endswith(" 0"):
                talk.wrote = True
            elif tag == "COMMIT" and talk.wrote and self._is_to_be_cut(talk):
                self.commits_to_cut -= 1
                self.commits_cut += 1
                connection.abort()
                return b""
        return data

    def _is_to_be_cut(self, talk: _Gesprek) -> bool:
        return self.commits_to_cut > 0 and self.program in {"", talk.program}


class KafkaLijn(Lijn):
    """A line to one broker, which is made to tell its clients to come over the line.

    Clients go where a broker says it is, so its address in every answer becomes ours. ``host`` has as many
    characters as the broker's own name for itself, 127.0.0.1: the length of an answer stays what it was.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        super().__init__(to_port(port))
        if len(host) != len("127.0.0.1"):
            raise ValueError(host)
        self._theirs = b"127.0.0.1" + port.to_bytes(4)
        self.host = host
        self._pending: dict[Connection, bytearray] = {}

    def heard(self, connection: Connection, data: bytes) -> bytes:
        """Every whole answer, with our address."""
        pending = self._pending.setdefault(connection, bytearray())
        pending += data
        whole = 0
        while len(pending) >= whole + 4:
            size = int.from_bytes(pending[whole : whole + 4])
            if len(pending) < whole + 4 + size:
                break
            whole += 4 + size
        passed = bytes(pending[:whole])
        del pending[:whole]
        return passed.replace(self._theirs, self.host.encode() + self.port.to_bytes(4))
