"""Half of an ASGI server: what a client sends, and what it gets back."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Scope


def scope_of(
    method: str = "POST", path: str = "/x", headers: Mapping[str, str] | None = None, query: str = ""
) -> Scope:
    """An HTTP request without its body."""
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "server": ("test", 80),
        "scheme": "http",
    }


class Zender:
    """A client that sends these parts; with ``hangs_up`` it is gone before the body is whole.

    ``read`` counts the parts that were taken from it.
    """

    def __init__(self, parts: Iterable[bytes] = (b"",), *, hangs_up: bool = False) -> None:
        self._parts = list(parts)
        self._hangs_up = hangs_up
        self.read = 0

    async def __call__(self) -> Message:
        if self.read == len(self._parts):
            return {"type": "http.disconnect"}
        part = self._parts[self.read]
        self.read += 1
        return {"type": "http.request", "body": part, "more_body": self._hangs_up or self.read < len(self._parts)}


class Antwoord:
    """What the application sent."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.starts = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.starts += 1
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")


async def ask(app: ASGIApp, scope: Scope, zender: Zender | None = None, **changes: Any) -> Antwoord:
    """One request, one answer."""
    antwoord = Antwoord()
    await app({**scope, **changes}, zender or Zender(), antwoord)
    return antwoord
