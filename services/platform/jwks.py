"""The published keys of the OIDC issuer: fetched when needed, kept, and never asked for at a stranger's pace."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import msgspec
import structlog

from services.platform.problems import overloaded

LIFESPAN_SECONDS = 600.0
"""After this long the keys are fetched anew: a key that was withdrawn stops counting."""

STALE_SECONDS = 24 * 3600.0
"""How long known keys still count while the issuer does not answer."""

PAUSE_SECONDS = 60.0
"""The least time between two fetches for an unknown key id: anybody can send those, as many as they like."""

RETRY_SECONDS = 5.0
"""The least time between two fetches while there are no keys at all."""

_MAX_BYTES = 1024 * 1024
_ALGORITHMS = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""By kty and crv: asymmetric only, and no key is ever tried with the algorithm of another kind."""

_log = structlog.get_logger(__name__)


class PublishedKey(msgspec.Struct, frozen=True):
    """A verification key and the algorithms it is for: those of its kind, or the one its issuer names."""

    key: Any
    algorithms: tuple[str, ...]


class RemoteKeys:
    """Keys by key id. One fetch at a time, whoever asks; ``monotonic`` tells the seconds."""

    def __init__(
        self,
        url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._transport = transport
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._keys: dict[str, PublishedKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None

    async def find(self, kid: str) -> PublishedKey:
        """The key with this id; without an id (empty) the only key, when there is just one.

        ``jwt.InvalidTokenError`` for an unknown key, 503 when the issuer cannot be asked.
        """
        found = self._known(kid)
        old = self._age(self._fetched) > LIFESPAN_SECONDS
        # Who has a key already does not wait for somebody else's fetch.
        if found is None or (old and not self._lock.locked()):
            async with self._lock:
                await self._refresh_when_due(missing=self._known(kid) is None)
            found = self._known(kid)
        if self._age(self._fetched) > STALE_SECONDS:
            raise overloaded("De uitgever van tokens is niet bereikbaar.")
        if found is None:
            raise jwt.InvalidTokenError("unknown key")
        return found

    def _known(self, kid: str) -> PublishedKey | None:
        if not kid:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    def _age(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._monotonic() - moment

    async def _refresh_when_due(self, *, missing: bool) -> None:
        """Under the lock: somebody else may have fetched while this caller waited for it."""
        pause = PAUSE_SECONDS if self._keys else RETRY_SECONDS
        stale = self._age(self._fetched) > LIFESPAN_SECONDS
        if (missing or stale) and self._age(self._tried) >= pause:
            self._tried = self._monotonic()
            await self._refresh()

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(5):
                document = await self._fetch()
            keys = _usable(document)
        except (httpx.HTTPError, TimeoutError, OSError, msgspec.DecodeError, ValueError) as error:
            _log.warning("jwks_unavailable", error=type(error).__name__)
            return
        self._keys = keys
        self._fetched = self._monotonic()

    async def _fetch(self) -> bytes:
        content = bytearray()
        async with (
            httpx.AsyncClient(transport=self._transport, timeout=5, follow_redirects=False) as client,
            client.stream("GET", self._url, headers={"Accept": "application/json"}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise ValueError(f"status {response.status_code}")
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _MAX_BYTES:
                    raise ValueError("too large")
        return bytes(content)


def _usable(document: bytes) -> dict[str, PublishedKey]:
    """The public signature keys of a JWK set; what cannot be used is passed over, none at all is an error."""
    keys: dict[str, PublishedKey] = {}
    for item in msgspec.json.decode(document, type=dict[str, Any]).get("keys") or []:
        if not isinstance(item, dict) or item.get("use", "sig") != "sig":
            continue
        algorithms = _ALGORITHMS.get((str(item.get("kty")), item.get("crv")), ())
        if "alg" in item:
            algorithms = tuple(name for name in algorithms if name == item["alg"])
        try:
            parsed = jwt.PyJWK(item, algorithms[0]) if algorithms else None
        except jwt.PyJWTError:
            continue
        if parsed is not None:
            keys[str(item.get("kid", ""))] = PublishedKey(parsed.key, algorithms)
    if not keys:
        raise ValueError("no usable keys")
    return keys
