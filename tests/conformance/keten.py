"""Playing cases on a running system over HTTP: setting the scene, sending, reading back."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from lxml import etree

from ijw.berichten import JW323, Bericht
from ijw.codec import build
from tests.conformance import boom
from tests.conformance.geval import Geval
from tests.conformance.toneel import Contract, Stap, Toneel
from tests.services.systeem import Systeem

ALLOCATION = "/allocation/v1/berichten"
INVOICE = "/invoice/v1/declaraties"


class Keten:
    """All services at work, and the numbers that are still free."""

    def __init__(self, systeem: Systeem) -> None:
        self.systeem = systeem
        self._nummers = count(2, 2)

    def toneel(self) -> Toneel:
        """Players and numbers that no other case has."""
        return Toneel(next(self._nummers))

    def partij(self, code: str) -> dict[str, str]:
        """The token of a gemeente (four digits) or an aanbieder (eight)."""
        if len(code) == 4:
            return self.systeem.headers("gemeente", [code])
        return self.systeem.headers("aanbieder", agb=code)

    async def post(self, xml: bytes, afzender: str, pad: str = ALLOCATION) -> Any:
        """Send bytes; the response."""
        return await self.systeem.post_xml(pad, xml, self.partij(afzender))

    async def json(self, pad: str, partij: str) -> Any:
        """What is at an address, for a party."""
        antwoord = await self.systeem.client.get(pad, headers=self.partij(partij))
        assert antwoord.status_code == 200, antwoord.text
        return antwoord.json()

    async def xml(self, pad: str, partij: str) -> etree._Element:
        """The message at an address, valid against its XSD."""
        antwoord = await self.systeem.client.get(pad, headers=self.partij(partij))
        assert antwoord.status_code == 200, antwoord.text
        wortel = boom.lees(antwoord.content)
        assert boom.geldig(wortel), boom.schema(boom.soort_van(wortel)).error_log
        return wortel

    async def wacht(self, bericht_id: str, partij: str, service: str = "allocation") -> bool:
        """Whether a message waits in the postbus of a party."""
        antwoord = await self.systeem.client.get(f"/{service}/v1/postbus/{bericht_id}", headers=self.partij(partij))
        assert antwoord.status_code in {200, 404}, antwoord.text
        return bool(antwoord.status_code == 200)

    async def speel(self, stappen: Iterable[Stap]) -> None:
        """Set the scene: every message must be accepted, every declaratie awarded in full."""
        for stap in stappen:
            if isinstance(stap, Contract):
                await self._contract(stap)
            else:
                await self._bericht(stap)

    async def _contract(self, contract: Contract) -> None:
        t = contract.toneel
        antwoord = await self.systeem.client.put(
            f"/matching/v1/contracten/{t.gemeente}/{t.aanbieder}/{contract.jaar}",
            json={"regels": list(contract.regels)},
            headers=self.partij(t.gemeente),
        )
        assert antwoord.status_code == 200, antwoord.text

    async def _bericht(self, bericht: Bericht) -> None:
        afzender = bericht.header.afzender
        if not isinstance(bericht, JW323):
            antwoord = await self.post(build(bericht), afzender)
            assert (antwoord.status_code, antwoord.json()["retourcodes"]) == (202, []), antwoord.text
            return
        await self.systeem.drained()
        antwoord = await self.post(build(bericht), afzender, INVOICE)
        assert antwoord.status_code == 202, antwoord.text
        await self.systeem.drained()
        declaratie = await self.json(f"{INVOICE}/{antwoord.json()['declaratieId']}", afzender)
        assert declaratie["status"] == "beantwoord", declaratie
        assert declaratie["totaalToegekend"] == declaratie["totaalIngediend"], declaratie

    async def begin(self, geval: Geval) -> tuple[Toneel, bytes]:
        """The scene of a case, set as far as the case needs it, and its message ready to be sent.

        What fails inside the message (level 1 and 2) is refused whatever came before, so nothing has to.
        """
        toneel = self.toneel()
        if geval.niveau not in {1, 2}:
            await self.speel([*geval.vooraf(toneel), *geval.eerder(toneel)])
        return toneel, build(geval.muteer(geval.maak(toneel), toneel))
