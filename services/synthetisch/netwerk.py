"""Requests that survive a cut connection: whoever does not know what came of one sends the same bytes again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

import httpx
import msgspec

from services.platform.auth import Rol

_OPNIEUW: Final = frozenset({502, 503, 504})
_INTERNE_FOUT: Final = 500
_EERSTE_PAUZE: Final = 0.1
_LANGSTE_PAUZE: Final = 2.0
_INTERNE_FOUT_POGINGEN: Final = 3
_BLADZIJDE: Final = 1000


async def samen(werk: Callable[[], Awaitable[None]], aantal: int) -> None:
    """Do the same work `aantal` times at once; the first error comes out as itself and stops the others."""
    try:
        async with asyncio.TaskGroup() as groep:
            for _ in range(aantal):
                groep.create_task(_een(werk))
    except BaseExceptionGroup as fouten:
        raise fouten.exceptions[0] from None


async def _een(werk: Callable[[], Awaitable[None]]) -> None:
    await werk()


class Tokens(Protocol):
    """Gives a token for a role, as ``LocalIssuer.mint`` does."""

    def __call__(self, rol: Rol, *, gemeenten: tuple[str, ...] = (), agb: str | None = None) -> str: ...


class GeenAntwoordError(Exception):
    """The system did not answer for as long as we wanted to wait; the text is Dutch."""


class Antwoord(msgspec.Struct, frozen=True):
    """What came back in the end, and after how many attempts."""

    status: int
    inhoud: bytes
    inhoudstype: str
    pogingen: int

    @property
    def json(self) -> Any:
        """The body as JSON, None when it is none."""
        try:
            return msgspec.json.decode(self.inhoud)
        except msgspec.DecodeError:
            return None


class Verbinding:
    """A client on a running system with a token per party.

    `geduld` is for how many seconds a request is repeated before we give up.
    """

    def __init__(self, client: httpx.AsyncClient, tokens: Tokens, geduld: float = 120.0) -> None:
        self._client = client
        self._tokens = tokens
        self._geduld = geduld
        self._gemaakt: dict[str, str] = {}

    def token(self, partij: str) -> str:
        """The token of a gemeente (four digits), an aanbieder (eight) or "beheer"."""
        if partij not in self._gemaakt:
            if partij == Rol.BEHEER:
                token = self._tokens(Rol.BEHEER)
            elif len(partij) == len("0193"):
                token = self._tokens(Rol.GEMEENTE, gemeenten=(partij,))
            else:
                token = self._tokens(Rol.AANBIEDER, agb=partij)
            self._gemaakt[partij] = token
        return self._gemaakt[partij]

    async def vraag(
        self,
        methode: str,
        pad: str,
        partij: str,
        *,
        inhoud: bytes | None = None,
        inhoudstype: str | None = None,
        zoek: dict[str, str] | None = None,
        koppen: Mapping[str, str] | None = None,
    ) -> Antwoord:
        """One request as a party, repeated with the same bytes while its outcome is unknown or the system busy.

        GeenAntwoordError when patience runs out.
        """
        alle = {**(koppen or {}), "Authorization": f"Bearer {self.token(partij)}"}
        if inhoudstype is not None:
            alle["Content-Type"] = inhoudstype
        klok = asyncio.get_running_loop()
        uiterlijk, pauze, pogingen = klok.time() + self._geduld, _EERSTE_PAUZE, 0
        while True:
            pogingen += 1
            waarom = ""
            try:
                antwoord = await self._client.request(methode, pad, content=inhoud, headers=alle, params=zoek)
            except httpx.TransportError as fout:
                waarom = type(fout).__name__
            else:
                intern = antwoord.status_code == _INTERNE_FOUT and pogingen < _INTERNE_FOUT_POGINGEN
                if antwoord.status_code not in _OPNIEUW and not intern:
                    soort = antwoord.headers.get("content-type", "")
                    return Antwoord(antwoord.status_code, antwoord.content, soort, pogingen)
                waarom = f"status {antwoord.status_code}"
            if klok.time() + pauze > uiterlijk:
                raise GeenAntwoordError(f"{methode} {pad}: na {pogingen} pogingen geen antwoord ({waarom})")
            await asyncio.sleep(pauze)
            pauze = min(2 * pauze, _LANGSTE_PAUZE)

    async def lijst(self, pad: str, partij: str, **zoek: str) -> AsyncIterator[dict[str, Any]]:
        """Every item of a list, page after page; LookupError when the list cannot be read."""
        cursor: str | None = None
        while True:
            vraag = {**zoek, "limit": str(_BLADZIJDE), **({"cursor": cursor} if cursor else {})}
            antwoord = await self.vraag("GET", pad, partij, zoek=vraag)
            if antwoord.status != httpx.codes.OK:
                raise LookupError(f"{pad} geeft status {antwoord.status}")
            bladzijde = antwoord.json
            for item in bladzijde["items"]:
                yield item
            cursor = bladzijde["volgende"]
            if cursor is None:
                return
