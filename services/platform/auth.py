"""Who is calling: JWT bearer tokens of a configured OIDC issuer, or of this machine's own key.

Pinned to the asymmetric algorithms of the key, to issuer and audience; ``exp``, ``iss``, ``aud`` and ``sub``
must be there.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.platform.clock import Clock
from services.platform.crypto import write_private
from services.platform.jwks import RemoteKeys
from services.platform.problems import Problem, unauthorized
from services.platform.settings import Settings, StartError

_GEMEENTE = re.compile(r"[0-9]{4}")
_AGB = re.compile(r"[0-9]{8}")
_MAX_SUB = 255
_LEEWAY_SECONDS = 30
_LAST_SECOND = 253_402_300_800
"""The year 10000."""


class Rol(StrEnum):
    """What a caller is."""

    GEMEENTE = "gemeente"
    AANBIEDER = "aanbieder"
    MEDEWERKER = "medewerker"
    ACCOUNTANT = "accountant"
    BEHEER = "beheer"


class Identiteit(msgspec.Struct, frozen=True, kw_only=True):
    """A verified caller: role, and the gemeenten or the aanbieder whose data are theirs."""

    sub: str
    rol: Rol
    gemeenten: frozenset[str] = frozenset()
    agb: str | None = None

    def ziet_gemeente(self, code: str) -> bool:
        """Whether details of this gemeente are theirs to see."""
        return self.rol is Rol.BEHEER or code in self.gemeenten

    def ziet_aanbieder(self, agb: str) -> bool:
        """Whether this aanbieder is the caller."""
        return self.rol is Rol.BEHEER or self.agb == agb

    def ziet(self, gemeente: str, aanbieder: str) -> bool:
        """Whether something between this gemeente and this aanbieder is theirs to see."""
        if self.rol is Rol.AANBIEDER:
            return self.agb == aanbieder
        return self.ziet_gemeente(gemeente)

    @property
    def partijen(self) -> frozenset[str]:
        """The parties on whose behalf messages are sent and fetched: gemeente codes, or the AGB code."""
        return frozenset({self.agb}) if self.agb else self.gemeenten


class LocalIssuer:
    """Mints and knows tokens of this machine: an Ed25519 key in the keys folder, looked for when it is first needed.

    ``StartError`` then, when it is not usable.
    """

    def __init__(self, folder: Path, settings: Settings, clock: Clock) -> None:
        self._path = folder / "token.pem"
        self._settings = settings
        self._clock = clock

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        path = self._path
        if self._settings.makes_keys and not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            write_private(path, pem)
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise StartError(f"de sleutel voor tokens ontbreekt of is onbruikbaar: {type(error).__name__}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise StartError("de sleutel voor tokens is geen Ed25519-sleutel")
        return key

    @property
    def public_key(self) -> Any:
        """What verifies the tokens."""
        return self._key.public_key()

    def mint(
        self,
        rol: Rol,
        *,
        gemeenten: tuple[str, ...] = (),
        agb: str | None = None,
        sub: str | None = None,
        lifetime: timedelta = timedelta(hours=12),
    ) -> str:
        """A signed token; claims as the public contract names them."""
        now: datetime = self._clock.now()
        claims: dict[str, Any] = {
            "iss": self._settings.issuer,
            "aud": self._settings.audience,
            "sub": sub or f"{rol}-{agb or '-'.join(gemeenten[:3]) or 'lokaal'}",
            "iat": now,
            "exp": now + lifetime,
            "jti": secrets.token_hex(8),
            "rol": str(rol),
        }
        if gemeenten:
            claims["gemeenten"] = list(gemeenten)
        if agb:
            claims["agb"] = agb
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": "lokaal"})


class Authenticator:
    """Turns a bearer token into an ``Identiteit``."""

    def __init__(
        self, settings: Settings, clock: Clock, local: LocalIssuer | None, remote: RemoteKeys | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._local = local
        self._remote = remote or (RemoteKeys(settings.jwks_url) if settings.jwks_url else None)

    async def identify(self, token: str) -> Identiteit:
        """The caller; 401 for anything that is not a valid token for us, 503 when the issuer cannot be asked."""
        try:
            key, algorithms = await self._key_for(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=algorithms,
                issuer=self._settings.issuer,
                audience=self._settings.audience,
                options={
                    "require": ["exp", "iss", "aud", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            self._check_times(claims)
            return _identity(claims)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise unauthorized("Het token is niet (meer) geldig.") from error

    async def _key_for(self, token: str) -> tuple[Any, list[str]]:
        """What verifies this token, and the algorithms that key is for."""
        if self._remote is None:
            if self._local is None:
                raise jwt.InvalidTokenError("no keys configured")
            return self._local.public_key, ["EdDSA"]
        kid = jwt.get_unverified_header(token).get("kid", "")
        published = await self._remote.find(kid if isinstance(kid, str) else "")
        return published.key, list(published.algorithms)

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        """Against our own clock, so that a test's or replay's time counts here too."""
        now = self._clock.now().timestamp()
        if _seconds(claims["exp"]) <= now - _LEEWAY_SECONDS:
            raise ValueError("expired")
        if "nbf" in claims and _seconds(claims["nbf"]) > now + _LEEWAY_SECONDS:
            raise ValueError("not valid yet")


def _seconds(claim: object) -> float:
    """A NumericDate; JSON as Python reads it may also hold true, NaN, Infinity or a thousand digits."""
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not abs(claim) < _LAST_SECOND:
        raise ValueError("not a moment")
    return float(claim)


def _identity(claims: Mapping[str, Any]) -> Identiteit:
    rol = Rol(claims.get("rol", ""))
    gemeenten = claims.get("gemeenten", [])
    agb = claims.get("agb")
    if not isinstance(gemeenten, list) or not all(isinstance(g, str) and _GEMEENTE.fullmatch(g) for g in gemeenten):
        raise ValueError("gemeenten")
    if agb is not None and not (isinstance(agb, str) and _AGB.fullmatch(agb)):
        raise ValueError("agb")
    if rol is Rol.AANBIEDER and (agb is None or gemeenten):
        raise ValueError("an aanbieder has an AGB code and no gemeenten")
    if rol is not Rol.AANBIEDER and agb is not None:
        raise ValueError("only an aanbieder has an AGB code")
    sub = claims["sub"]
    if not isinstance(sub, str) or not sub.strip() or len(sub) > _MAX_SUB or "\0" in sub:
        raise ValueError("sub")
    return Identiteit(sub=sub, rol=rol, gemeenten=frozenset(gemeenten), agb=agb)


_bearer = HTTPBearer(auto_error=False, description="JWT van de ingestelde uitgever")


async def _identify(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Identiteit:
    if credentials is None:
        raise unauthorized("Stuur een token mee: Authorization: Bearer ...")
    authenticator: Authenticator = request.app.state.authenticator
    identity = await authenticator.identify(credentials.credentials)
    request.state.identiteit = identity
    return identity


def require(*rollen: Rol) -> Callable[[Identiteit], Awaitable[Identiteit]]:
    """A FastAPI dependency: the caller, who must have one of these roles (``beheer`` always may).

    Use: ``wie: Annotated[Identiteit, Depends(require(Rol.GEMEENTE))]``. Async, or it would be run in a thread.
    """

    async def check(identity: Annotated[Identiteit, Depends(_identify)]) -> Identiteit:
        if rollen and identity.rol not in rollen and identity.rol is not Rol.BEHEER:
            raise Problem(403, "rol-niet-toegestaan", "Niet toegestaan", "Uw rol geeft hier geen toegang toe.")
        return identity

    return check
