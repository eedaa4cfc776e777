"""The issuer's keys: fetched once for many, at a bounded pace, kept while it is away, dropped when withdrawn."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.platform.auth import Authenticator, Rol
from services.platform.clock import FixedClock
from services.platform.jwks import LIFESPAN_SECONDS, PAUSE_SECONDS, RETRY_SECONDS, STALE_SECONDS, RemoteKeys
from services.platform.problems import Problem
from services.platform.settings import Settings

NOW = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)


class Uitgever:
    """An issuer in a box: its keys, how often it was asked, and a clock."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.keys: dict[str, Any] = {}
        self.algorithms: dict[str, str | None] = {}
        self.asked = 0
        self.status = 200
        self.body: bytes | None = None
        self.remote = RemoteKeys("https://uitgever.test/jwks", httpx.MockTransport(self._answer), lambda: self.seconds)
        self.settings = Settings(data=Path(), jwks_url="https://uitgever.test/jwks")
        self.authenticator = Authenticator(self.settings, FixedClock(NOW), None, self.remote)

    def _answer(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.status == 0:
            raise httpx.ConnectError("away")
        return httpx.Response(self.status, content=self.document() if self.body is None else self.body)

    def document(self) -> bytes:
        items = []
        for kid, key in self.keys.items():
            kind = "EdDSA" if isinstance(key, Ed25519PrivateKey) else "RS256"
            algorithm = jwt.get_algorithm_by_name(kind)
            item = json.loads(algorithm.to_jwk(key.public_key()))
            items.append({**item, "kid": kid, **({"alg": self.algorithms[kid]} if self.algorithms.get(kid) else {})})
        return json.dumps({"keys": items}).encode()

    def add(self, kid: str) -> None:
        self.keys[kid] = Ed25519PrivateKey.generate()

    def token(self, kid: str | None, key: Any = None, algorithm: str = "EdDSA") -> str:
        claims = {
            "iss": self.settings.issuer,
            "aud": self.settings.audience,
            "sub": "jan",
            "exp": NOW + timedelta(hours=1),
            "rol": "beheer",
        }
        return jwt.encode(claims, key or self.keys[kid or ""], algorithm, headers={"kid": kid} if kid else None)

    async def status_of(self, token: str) -> int:
        try:
            identity = await self.authenticator.identify(token)
        except Problem as problem:
            return problem.status
        assert identity.rol is Rol.BEHEER
        return 200


@pytest.fixture
def uitgever() -> Uitgever:
    made = Uitgever()
    made.add("a")
    return made


async def test_many_callers_at_once_cost_one_fetch(uitgever: Uitgever) -> None:
    token = uitgever.token("a")
    assert await asyncio.gather(*(uitgever.status_of(token) for _ in range(50))) == [200] * 50
    assert uitgever.asked == 1


async def test_strangers_with_unknown_keys_cost_one_fetch_a_minute(uitgever: Uitgever) -> None:
    await uitgever.status_of(uitgever.token("a"))
    stranger = Ed25519PrivateKey.generate()
    for number in range(200):
        uitgever.seconds += 1
        assert await uitgever.status_of(uitgever.token(f"x{number}", stranger)) == 401
    assert uitgever.asked <= 2 + 200 / PAUSE_SECONDS


async def test_a_rotated_key_counts_within_a_minute_whatever_strangers_do(uitgever: Uitgever) -> None:
    await uitgever.status_of(uitgever.token("a"))
    uitgever.add("b")
    new = uitgever.token("b")
    stranger = uitgever.token("x", Ed25519PrivateKey.generate())
    for _ in range(int(PAUSE_SECONDS)):
        uitgever.seconds += 1
        await uitgever.status_of(stranger)
    uitgever.seconds += PAUSE_SECONDS
    assert await uitgever.status_of(new) == 200


async def test_a_withdrawn_key_stops_counting(uitgever: Uitgever) -> None:
    uitgever.add("b")
    old = uitgever.token("a")
    assert await uitgever.status_of(old) == 200
    del uitgever.keys["a"]
    uitgever.seconds += LIFESPAN_SECONDS + 1
    assert await uitgever.status_of(old) == 401


async def test_an_issuer_that_is_away_is_our_trouble_not_the_caller_s(uitgever: Uitgever) -> None:
    uitgever.status = 0
    assert [await uitgever.status_of(uitgever.token("a")) for _ in range(5)] == [503] * 5
    assert uitgever.asked == 1
    uitgever.status = 200
    uitgever.seconds += RETRY_SECONDS
    assert await uitgever.status_of(uitgever.token("a")) == 200


async def test_known_keys_count_while_the_issuer_is_away_but_not_for_ever(uitgever: Uitgever) -> None:
    token = uitgever.token("a")
    await uitgever.status_of(token)
    uitgever.status = 500
    uitgever.seconds += LIFESPAN_SECONDS + 1
    assert await uitgever.status_of(token) == 200
    uitgever.seconds += STALE_SECONDS
    assert await uitgever.status_of(token) == 503


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"keys": null}',
        b'{"keys": ["x", {"kty": "oct", "k": "c2VjcmV0"}]}',
        b"[" * 99_999,
    ],
    ids=["empty", "html", "list", "object", "null", "symmetric only", "deep"],
)
async def test_nonsense_from_the_issuer_is_503(uitgever: Uitgever, body: bytes) -> None:
    uitgever.body = body
    assert await uitgever.status_of(uitgever.token("a")) == 503


async def test_an_endless_answer_is_not_read_to_its_end(uitgever: Uitgever) -> None:
    uitgever.body = b'{"keys": [' + b" " * 2_000_000 + b"]}"
    assert await uitgever.status_of(uitgever.token("a")) == 503


async def test_an_unusable_key_does_not_hide_the_good_ones(uitgever: Uitgever) -> None:
    document = json.loads(uitgever.document())
    document["keys"] += [{"kty": "RSA", "kid": "half"}, {"kty": "EC", "crv": "P-999", "kid": "odd"}]
    uitgever.body = json.dumps(document).encode()
    assert await uitgever.status_of(uitgever.token("a")) == 200


async def test_a_key_serves_only_the_algorithm_it_is_published_for(uitgever: Uitgever) -> None:
    uitgever.keys["a"] = rsa.generate_private_key(65537, 2048)
    uitgever.algorithms["a"] = "RS512"
    assert await uitgever.status_of(uitgever.token("a", algorithm="RS256")) == 401
    assert await uitgever.status_of(uitgever.token("a", algorithm="RS512")) == 200


async def test_a_token_signed_for_another_kind_of_key_is_401(uitgever: Uitgever) -> None:
    """The header says ES256 and names a key that is Ed25519."""
    token = uitgever.token("a", ec.generate_private_key(ec.SECP256R1()), "ES256")
    assert await uitgever.status_of(token) == 401


async def test_without_a_key_id_only_a_single_key_can_be_meant(uitgever: Uitgever) -> None:
    token = uitgever.token(None, uitgever.keys["a"])
    assert await uitgever.status_of(token) == 200
    uitgever.add("b")
    uitgever.seconds += LIFESPAN_SECONDS + 1
    assert await uitgever.status_of(token) == 401
