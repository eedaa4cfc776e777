"""Who may come in: only tokens of the configured issuer, for us, in time, with a role that makes sense."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.platform.auth import Authenticator, Identiteit, LocalIssuer, Rol
from services.platform.clock import FixedClock
from services.platform.problems import Problem
from services.platform.settings import Settings

NOW = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)


class Poort:
    """An authenticator with its own key, and a way to sign anything with that key."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder)
        self.clock = FixedClock(NOW)
        self.issuer = LocalIssuer(folder, self.settings, self.clock)
        self.authenticator = Authenticator(self.settings, self.clock, self.issuer)

    def sign(self, key: Any = None, algorithm: str = "EdDSA", **changes: Any) -> str:
        claims: dict[str, Any] = {
            "iss": self.settings.issuer,
            "aud": self.settings.audience,
            "sub": "iemand",
            "exp": NOW + timedelta(hours=1),
            "rol": "medewerker",
            "gemeenten": ["0193"],
        }
        claims |= changes
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.issuer._key if key is None else key, algorithm=algorithm)


@pytest.fixture
def poort(tmp_path: Path) -> Poort:
    return Poort(tmp_path)


async def test_a_minted_token_says_who_it_is(poort: Poort) -> None:
    token = poort.issuer.mint(Rol.MEDEWERKER, gemeenten=("0193", "0150"), sub="jan")
    identity = await poort.authenticator.identify(token)
    assert identity == Identiteit(sub="jan", rol=Rol.MEDEWERKER, gemeenten=frozenset({"0193", "0150"}))
    assert identity.ziet_gemeente("0150")
    assert not identity.ziet_gemeente("0166")


async def test_an_aanbieder_sees_only_itself(poort: Poort) -> None:
    identity = await poort.authenticator.identify(poort.issuer.mint(Rol.AANBIEDER, agb="42000001"))
    assert identity.partijen == {"42000001"}
    assert identity.ziet("0193", "42000001")
    assert not identity.ziet("0193", "42000002")
    assert not identity.ziet_gemeente("0193")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "urn:somebody:else"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"exp": None},
        {"exp": NOW - timedelta(minutes=1)},
        {"nbf": NOW + timedelta(minutes=5)},
        {"rol": None},
        {"rol": "koning"},
        {"gemeenten": "0193"},
        {"gemeenten": ["193"]},
        {"gemeenten": [193]},
        {"rol": "aanbieder", "agb": None},
        {"rol": "aanbieder", "agb": "4200001", "gemeenten": None},
        {"rol": "aanbieder", "agb": "42000001"},
        {"rol": "medewerker", "agb": "42000001"},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"exp": "9999999999"},
        {"exp": True},
        {"nbf": [1]},
        {"nbf": {}},
        {"sub": ""},
        {"sub": " "},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
        {"rol": ["beheer"]},
        {"aud": {"happyflow": 1}},
    ],
    ids=str,
)
async def test_a_token_that_is_not_right_is_401(poort: Poort, changes: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        await poort.authenticator.identify(poort.sign(**changes))
    assert caught.value.status == 401


async def test_a_stranger_s_signature_is_401(poort: Poort) -> None:
    for token in (
        poort.sign(key=Ed25519PrivateKey.generate()),
        poort.sign(key="a shared secret of at least thirty-two bytes", algorithm="HS256"),
        poort.sign(key="", algorithm="none"),
        poort.sign(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
        "not.a.token",
        "",
        "...",
        "é.é.é",
        base64.urlsafe_b64encode(b"[" * 20_000).decode() + ".e30.",
    ):
        with pytest.raises(Problem) as caught:
            await poort.authenticator.identify(token)
        assert caught.value.status == 401


async def test_a_token_runs_out_by_our_clock(poort: Poort) -> None:
    token = poort.issuer.mint(Rol.BEHEER, lifetime=timedelta(minutes=10))
    await poort.authenticator.identify(token)
    poort.clock.instant = NOW + timedelta(minutes=11)
    with pytest.raises(Problem):
        await poort.authenticator.identify(token)


def test_the_key_is_readable_by_its_owner_alone_and_made_once(tmp_path: Path, poort: Poort) -> None:
    path = tmp_path / "token.pem"
    assert not path.exists()
    _ = poort.issuer.public_key
    before = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    _ = LocalIssuer(tmp_path, poort.settings, poort.clock).public_key
    assert path.read_bytes() == before
