"""What senders learn of their requests, written down on the way: what got a 202 may not be lost."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import httpx

INNAME: Final = ("/v1/berichten", "/v1/declaraties")
"""Where messages are taken in."""


def _id(response: httpx.Response) -> str:
    """Of a message that was taken in; empty when none was."""
    inhoud = response.json()
    return str(inhoud.get("berichtId") or inhoud.get("declaratieId") or "")


@dataclass
class Uitkomsten(httpx.AsyncBaseTransport):
    """Passes requests on and writes down what the sender learned of each: ok, refused, failed (5xx) or unknown.

    Who sends through ``Verbinding`` repeats the same bytes after "failed" and "unknown", as a sender should.
    """

    onder: httpx.AsyncBaseTransport = field(default_factory=lambda: httpx.AsyncHTTPTransport(trust_env=False))
    tel: Counter[str] = field(default_factory=Counter)
    geaccepteerd: set[str] = field(default_factory=set)
    """The ids of all that was answered with 202: nothing of it may be lost."""
    teruggevonden: set[str] = field(default_factory=set)
    """The ids of what turned out to be taken in when it was sent once more: nobody had heard of it."""
    zonder_wachttijd: set[str] = field(default_factory=set)
    """Addresses that were busy (503) and did not say when to come back."""
    tempo: float = 0
    """Seconds between two requests that send something."""
    _beurt: float = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.tempo and request.method != "GET":
            now = time.monotonic()
            self._beurt = max(now, self._beurt + self.tempo)
            await asyncio.sleep(self._beurt - now)
        try:
            response = await self.onder.handle_async_request(request)
            await response.aread()
        except httpx.TransportError:
            self.tel["unknown"] += 1
            raise
        if response.status_code == 503 and "retry-after" not in response.headers:
            self.zonder_wachttijd.add(request.url.path)
        if response.status_code in {502, 504}:
            self.tel["unknown"] += 1
        elif response.status_code >= 500:
            self.tel["failed"] += 1
        else:
            self.tel["refused" if response.status_code >= 400 else "ok"] += 1
        if response.status_code == 202:
            self.geaccepteerd.add(_id(response))
        elif response.status_code == 200 and request.method == "POST" and request.url.path.endswith(INNAME):
            # A trial has no id.
            self.teruggevonden |= {_id(response)} - self.geaccepteerd - {""}
        return response

    async def aclose(self) -> None:
        await self.onder.aclose()
