"""Somebody at the pages of the work queue, and what every page must be."""

from collections import Counter
from typing import Any

import httpx
from lxml import html

from tests.services.matching_bouwen import GEMEENTE, declaratie, prestatie, stuur, toewijzing, vraag, zet_contract
from tests.services.systeem import Systeem

WERKBAK = "/matching/werkbak"
BSN = "999990019"
AFWIJZEN = {"besluit": "afwijzen", "motivering": "Niet zo afgesproken.", "code-0611": "1"}
TOEKENNEN = {"besluit": "toekennen", "motivering": "Telefonisch zo afgesproken."}


class Bezoeker:
    """Somebody with a browser: a cookie, and forms as the pages give them."""

    def __init__(self, systeem: Systeem, rol: str = "medewerker", **wie: Any) -> None:
        if rol in {"medewerker", "gemeente"}:
            wie.setdefault("gemeenten", [GEMEENTE])
        token = systeem.token(rol, **wie)
        self._systeem = systeem
        self._kop = {"Cookie": f"happyflow_token={token}", "Accept": "text/html"}

    async def opent(self, pad: str) -> httpx.Response:
        """GET."""
        return await self._systeem.client.get(pad, headers=self._kop)

    async def leest(self, pad: str, status: int = 200) -> html.HtmlElement:
        """GET a page that is as usable as every page must be."""
        return pagina(await self.opent(pad), status)

    async def stuurt(self, pad: str, **velden: str) -> httpx.Response:
        """POST fields as they are."""
        return await self._systeem.client.post(pad, data=velden, headers=self._kop)

    async def besluit(self, pad: str, **velden: str) -> httpx.Response:
        """Open an item, fill in its form and send it."""
        return await self.stuurt(pad, **(verborgen(await self.leest(pad)) | velden))


def pagina(antwoord: httpx.Response, status: int = 200) -> html.HtmlElement:
    """The page of an answer, checked for what every page needs: no scripts, labels, captions, one heading."""
    assert antwoord.status_code == status, antwoord.text
    assert "script-src" not in antwoord.headers["content-security-policy"]
    assert antwoord.headers["content-security-policy"].startswith("default-src 'none'")
    boom = html.fromstring(antwoord.text)
    assert boom.get("lang") == "nl"
    assert boom.xpath("//script | //@style | //@onclick | //style") == []
    assert len(boom.xpath("//h1")) == 1
    assert [naam for naam, keer in Counter(boom.xpath("//@id")).items() if keer > 1] == []
    for veld in boom.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert boom.xpath(f"//label[@for='{veld.get('id')}']"), html.tostring(veld)
    for tabel in boom.xpath("//table"):
        assert tabel.xpath("caption[normalize-space()]")
        assert not tabel.xpath(".//th[not(@scope)]")
    for doel in boom.xpath("//@aria-describedby | //@aria-labelledby"):
        assert all(boom.xpath(f"//*[@id='{naam}']") for naam in doel.split()), doel
    for doel in boom.xpath("//a[starts-with(@href, '#')]/@href"):
        assert boom.xpath(f"//*[@id='{doel[1:]}']"), doel
    return boom


def tekst(boom: html.HtmlElement) -> str:
    """What can be read, on one line."""
    return " ".join(" ".join(boom.itertext()).split())


def verborgen(boom: html.HtmlElement) -> dict[str, str]:
    """The hidden fields of the form of a decision."""
    return {veld.get("name"): veld.get("value") for veld in boom.xpath("//main//form//input[@type='hidden']")}


def rijen(boom: html.HtmlElement) -> list[str]:
    """Declaratienummers in the list."""
    return [tekst(cel) for cel in boom.xpath("//main//table/tbody/tr/td[@class='code'][last()]")]


async def verkeerd_tarief(systeem: Systeem) -> str:
    """One prestatie waits with 0611; returns the path of its page."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(tarief=8_000, bedrag=32_000)))
    ((uitval_id,),) = await vraag(systeem, "SELECT uitval_id FROM uitval WHERE status = 'open'")
    return f"{WERKBAK}/{uitval_id}"
