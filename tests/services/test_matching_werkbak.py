"""The page ``/matching/werkbak`` as a person uses it: signing in, finding, reading, deciding, being too late."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lxml import html

from services.matching.motivering import mogelijke_bsns
from tests.services.matching_bouwen import (
    AANBIEDER,
    ANDERE_CLIENT,
    GEMEENTE,
    declaratie,
    klopt,
    prestatie,
    stuur,
    toewijzing,
    uitkomsten,
    vraag,
    zet_contract,
)
from tests.services.systeem import Systeem

SERVICES = ("matching",)

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


async def test_without_a_token_one_signs_in_and_comes_back(systeem: Systeem) -> None:
    eerst = await systeem.client.get(WERKBAK)
    assert (eerst.status_code, eerst.headers["location"]) == (303, "/matching/aanmelden?naar=%2Fmatching%2Fwerkbak")
    formulier = pagina(await systeem.client.get(eerst.headers["location"]))
    velden = verborgen(formulier) | {"token": systeem.token("medewerker", [GEMEENTE])}
    aangemeld = await systeem.client.post("/matching/aanmelden", data=velden)
    assert (aangemeld.status_code, aangemeld.headers["location"]) == (303, WERKBAK)
    assert "httponly" in aangemeld.headers["set-cookie"].lower()
    assert "De werkbak is leeg" in tekst(pagina(await systeem.client.get(WERKBAK)))
    stijl = await systeem.client.get("/matching/static/happyflow.css")
    assert (stijl.status_code, stijl.headers["content-type"]) == (200, "text/css; charset=utf-8")


async def test_the_list_says_what_is_wrong_since_when_and_for_how_much(systeem: Systeem) -> None:
    pad = await verkeerd_tarief(systeem)
    boom = await Bezoeker(systeem).leest(WERKBAK)
    (rij,) = boom.xpath("//main//table/tbody/tr")
    assert rij.xpath(".//a/@href") == [pad]
    assert tekst(rij) == (
        "Uitval 1 06-05-2026 21-05-2026 12345678 D1 het tarief wijkt af van het gecontracteerde tarief 0611 1 € 320,00"
    )
    assert boom.xpath("//label[@for='gemeente']") == []


async def test_filters_find_and_an_empty_outcome_leads_back(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1101, aanbieder="87654321"), toewijzing(1201, gemeente="0150"))
    await stuur(systeem, *declaratie(prestatie(tarief=8_000, bedrag=32_000), declaratienummer="D1"))
    ander = prestatie(toewijzing_nummer=1101, referentie="X1")
    await stuur(systeem, *declaratie(ander, declaratienummer="D2", aanbieder="87654321"))
    elders = prestatie(toewijzing_nummer=1201, referentie="G1")
    await stuur(systeem, *declaratie(elders, declaratienummer="D3", gemeente="0150"))
    mens = Bezoeker(systeem, gemeenten=[GEMEENTE, "0150"])
    assert rijen(await mens.leest(WERKBAK)) == ["D1", "D2", "D3"]
    assert rijen(await mens.leest(f"{WERKBAK}?gemeente=0150&aanbieder=&retourcode=&status=open")) == ["D3"]
    assert rijen(await mens.leest(f"{WERKBAK}?aanbieder=87654321")) == ["D2"]
    assert rijen(await mens.leest(f"{WERKBAK}?retourcode=geen-contractregel")) == ["D2", "D3"]
    assert rijen(await mens.leest(f"{WERKBAK}?status=alle")) == ["D1", "D2", "D3"]
    assert rijen(await Bezoeker(systeem).leest(f"{WERKBAK}?gemeente=0150")) == []
    assert rijen(await Bezoeker(systeem, "aanbieder", agb="87654321").leest(WERKBAK)) == ["D2"]
    leeg = await mens.leest(f"{WERKBAK}?status=besloten")
    assert "Geen uitval bij deze keuze" in tekst(leeg)
    assert leeg.xpath("//main//div[contains(@class, 'leeg')]//a/@href") == [WERKBAK]
    assert leeg.xpath("//select[@id='status']/option[@selected]/@value") == ["besloten"]


async def test_a_filter_of_the_wrong_form_is_told_at_its_field(systeem: Systeem) -> None:
    boom = await Bezoeker(systeem).leest(f"{WERKBAK}?aanbieder=12", 400)
    (veld,) = boom.xpath("//input[@id='aanbieder']")
    assert (veld.get("value"), veld.get("aria-invalid")) == ("12", "true")
    (melding,) = boom.xpath(f"//*[@id='{veld.get('aria-describedby')}']")
    assert tekst(melding) == "Een AGB-code bestaat uit 8 cijfers."
    for vraag_ in ("gemeente=193", "retourcode=9999", "status=klaar", "cursor=onzin", f"aanbieder={'1' * 101}"):
        await Bezoeker(systeem).leest(f"{WERKBAK}?{vraag_}", 400)


async def test_pages_follow_each_other_within_the_filter(systeem: Systeem) -> None:
    """53 prestaties that name a toewijzing nobody knows, of a client who is known."""
    await stuur(systeem, toewijzing())
    delen = [prestatie(n, toewijzing_nummer=5000 + n) for n in range(1, 54)]
    await stuur(systeem, *declaratie(*delen))
    mens = Bezoeker(systeem)
    eerste = await mens.leest(f"{WERKBAK}?retourcode=9338")
    assert "Uitval: 53 open, hier 50 daarvan." in tekst(eerste)
    (verder,) = eerste.xpath("//a[@rel='next']/@href")
    assert "retourcode=9338&status=open&cursor=" in verder
    tweede = await mens.leest(verder)
    links = [boom.xpath("//main//tbody//a/@href") for boom in (eerste, tweede)]
    assert [len(deel) for deel in links] == [50, 3]
    assert len({*links[0], *links[1]}) == 53
    assert tweede.xpath("//a[@rel='next']") == []
    (terug,) = tweede.xpath("//nav[@aria-label='Bladeren']/a/@href")
    assert (await mens.leest(terug)).xpath("//main//tbody//a/@href") == links[0]


async def test_an_item_shows_the_calculation_and_where_it_differs(systeem: Systeem) -> None:
    """13 uur in a month of 12, at EUR 80,00 where the contract has 90,00; the client has another toewijzing."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002, product_code="45A05", frequentie="2", volume=3))
    await stuur(systeem, *declaratie(prestatie(volume=13, tarief=8_000, bedrag=104_000)))
    mens = Bezoeker(systeem)
    (pad,) = (await mens.leest(WERKBAK)).xpath("//main//tbody//a/@href")
    boom = await mens.leest(pad)
    assert "toegestaan in deze productperiode 12 uur = 1 maand x 12 uur (TR321, IV077)" in tekst(boom)
    verschil = [[tekst(cel) for cel in rij] for rij in boom.xpath("//tr[@class='verschil']")]
    assert verschil == [
        ["Volume", "13 uur", "12 uur per maand", "wijkt af 9321"],
        ["Tarief", "€ 80,00 per uur", "contract: € 90,00 per uur", "wijkt af 0611"],
    ]
    gelijk = {tekst(rij[0]): tekst(rij[2]) for rij in boom.xpath("//section//tbody/tr[not(@class)]")}
    assert gelijk["Client"] == "dezelfde client"
    assert gelijk["Volume in totaal"] == "144 uur over de hele toewijzing"
    kandidaten = boom.xpath("//h2[.='Toewijzingen van deze client bij deze aanbieder']/following::table[1]/tbody/tr")
    assert [tekst(rij[0]) for rij in kandidaten] == ["1001", "1002"]
    assert [tekst(rij[5]) for rij in kandidaten] == ["in de declaratie genoemd", ""]
    assert "3 uur per week" in tekst(kandidaten[1])
    assert boom.xpath("//input[@type='checkbox'][@checked]/@name") == ["code-0611", "code-9321"]
    assert boom.xpath("//input[@name='besluit'][@checked]") == []
    (code,) = boom.xpath("//label[@for='code-9340']")
    assert tekst(code) == "9340 de productcode is niet de toegewezen code"


async def test_a_decision_by_form_is_kept_and_shown(systeem: Systeem) -> None:
    pad = await verkeerd_tarief(systeem)
    await stuur(systeem, toewijzing(1002), *declaratie(prestatie(2, toewijzing_nummer=1002, tarief=1, bedrag=4)))
    piet = Bezoeker(systeem, sub="piet")
    gestuurd = await piet.besluit(pad, **AFWIJZEN, **{"code-9340": "1"})
    assert (gestuurd.status_code, gestuurd.headers["location"]) == (303, f"{pad}?vastgelegd=1")
    boom = await piet.leest(gestuurd.headers["location"])
    assert tekst(boom.xpath("//*[@role='status']")[0]).startswith(
        "Uw besluit is vastgelegd. Naar de volgende: uitval 2"
    )
    assert "Besluit afgewezen Door piet Op 06-05-2026 12:00" in tekst(boom)
    assert "Niet zo afgesproken." in tekst(boom)
    assert boom.xpath("//main//form") == []
    assert (await uitkomsten(systeem))["R1"] == ("afgewezen", "0611", "9340")
    assert rijen(await piet.leest(f"{WERKBAK}?status=besloten")) == ["D1"]
    await klopt(systeem)


async def test_awarding_ignores_the_ticked_codes(systeem: Systeem) -> None:
    pad = await verkeerd_tarief(systeem)
    gestuurd = await Bezoeker(systeem).besluit(pad, **TOEKENNEN, **{"code-0611": "1"})
    assert gestuurd.status_code == 303
    assert await uitkomsten(systeem) == {"R1": ("toegekend",)}


async def test_one_decision_for_all_prestaties_of_an_unknown_client(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, *declaratie(*(prestatie(n, toewijzing_nummer=2000 + n) for n in (1, 2))))
    mens = Bezoeker(systeem)
    (pad,) = (await mens.leest(WERKBAK)).xpath("//main//tbody//a/@href")
    boom = await mens.leest(pad)
    assert "Deze client heeft van deze gemeente geen toewijzing bij deze aanbieder." in tekst(boom)
    assert len(boom.xpath("//section//details//table")) == 2
    assert boom.xpath("//input[@type='checkbox']") == []
    assert (await mens.besluit(pad, besluit="afwijzen", motivering="Onbekend.")).status_code == 303
    assert set((await uitkomsten(systeem)).values()) == {("afgewezen", "0233", "8187")}


async def test_an_item_that_fell_apart_says_so(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, *declaratie(prestatie()))
    mens = Bezoeker(systeem)
    (pad,) = (await mens.leest(WERKBAK)).xpath("//main//tbody//a/@href")
    oud = verborgen(await mens.leest(pad))
    await stuur(systeem, toewijzing())
    boom = await mens.leest(pad)
    assert "Deze uitval is vervallen" in tekst(boom)
    assert boom.xpath("//main//form") == []
    te_laat = pagina(await mens.stuurt(pad, **oud, **TOEKENNEN), 409)
    assert "de uitval is intussen vervallen" in tekst(te_laat.xpath("//*[@role='alert']")[0])
    assert rijen(await mens.leest(f"{WERKBAK}?status=vervallen")) == ["D1"]


@pytest.mark.parametrize("velden", [{}, {"csrf": ""}, {"csrf": "0" * 64}])
async def test_a_form_that_no_page_of_ours_made_is_403(systeem: Systeem, velden: dict[str, str]) -> None:
    pad = await verkeerd_tarief(systeem)
    boom = pagina(await Bezoeker(systeem).stuurt(pad, versie="1", **TOEKENNEN, **velden), 403)
    assert "Dit formulier is niet (meer) geldig" in tekst(boom)
    van_een_ander = verborgen(await Bezoeker(systeem, sub="klaas").leest(pad))
    assert (await Bezoeker(systeem, sub="piet").stuurt(pad, **van_een_ander, **TOEKENNEN)).status_code == 403
    assert await uitkomsten(systeem) == {"R1": ("inUitval",)}


async def test_who_comes_second_reads_who_was_first(systeem: Systeem) -> None:
    """Both open the item; piet decides; then klaas sends his form."""
    pad = await verkeerd_tarief(systeem)
    piet, klaas = Bezoeker(systeem, sub="piet"), Bezoeker(systeem, sub="klaas")
    van_klaas = verborgen(await klaas.leest(pad))
    assert (await piet.besluit(pad, **TOEKENNEN)).status_code == 303
    boom = pagina(await klaas.stuurt(pad, **van_klaas, **AFWIJZEN), 409)
    melding = tekst(boom.xpath("//*[@role='alert']")[0])
    assert melding == (
        "Uw besluit is niet vastgelegd: piet besloot al op 06-05-2026 12:00. Dat besluit staat hieronder."
    )
    assert "Telefonisch zo afgesproken." in tekst(boom)
    leeg = pagina(await klaas.stuurt(pad, **van_klaas), 409)
    assert "piet besloot al" in tekst(leeg)
    assert await uitkomsten(systeem) == {"R1": ("toegekend",)}
    await klopt(systeem)


async def test_of_two_forms_at_once_one_decides(systeem: Systeem) -> None:
    pad = await verkeerd_tarief(systeem)
    piet, klaas = Bezoeker(systeem, sub="piet"), Bezoeker(systeem, sub="klaas")
    van_piet, van_klaas = verborgen(await piet.leest(pad)), verborgen(await klaas.leest(pad))
    antwoorden = await asyncio.gather(
        piet.stuurt(pad, **van_piet, **TOEKENNEN), klaas.stuurt(pad, **van_klaas, **AFWIJZEN)
    )
    assert sorted(antwoord.status_code for antwoord in antwoorden) == [303, 409]
    verwacht = ("toegekend",) if antwoorden[0].status_code == 303 else ("afgewezen", "0611")
    assert await uitkomsten(systeem) == {"R1": verwacht}
    await klopt(systeem)


async def test_sending_the_same_form_twice_is_no_harm(systeem: Systeem) -> None:
    pad = await verkeerd_tarief(systeem)
    piet = Bezoeker(systeem, sub="piet")
    velden = verborgen(await piet.leest(pad)) | TOEKENNEN
    assert [(await piet.stuurt(pad, **velden)).status_code for _ in range(2)] == [303, 303]
    anders = pagina(await piet.stuurt(pad, **(velden | AFWIJZEN)), 409)
    assert "u besloot al op" in tekst(anders)


async def test_a_changed_item_is_shown_anew_with_what_was_filled_in(systeem: Systeem) -> None:
    """While the clerk writes, the toewijzing turns out to be smaller."""
    pad = await verkeerd_tarief(systeem)
    mens = Bezoeker(systeem)
    gezien = verborgen(await mens.leest(pad))
    await stuur(systeem, toewijzing(volgnummer=2, volume=3))
    boom = pagina(await mens.stuurt(pad, **gezien, **AFWIJZEN), 412)
    assert "de uitval is gewijzigd terwijl u haar bekeek" in tekst(boom.xpath("//*[@role='alert']")[0])
    assert "toegestaan in deze productperiode 3 uur" in tekst(boom)
    assert tekst(boom.xpath("//textarea")[0]) == AFWIJZEN["motivering"]
    assert boom.xpath("//input[@name='besluit'][@checked]/@value") == ["afwijzen"]
    assert "Opnieuw beoordeeld" in tekst(boom)
    opnieuw = await mens.stuurt(pad, **(gezien | verborgen(boom)), **AFWIJZEN)
    assert opnieuw.status_code == 303
    for versie in ("", "een", "-1", "²"):
        assert (await mens.stuurt(pad, **(gezien | {"versie": versie}), **TOEKENNEN)).status_code == 409


@pytest.mark.parametrize(
    ("velden", "veld", "melding"),
    [
        ({"motivering": "x"}, "besluit", "Kies toekennen of afwijzen."),
        ({"besluit": "uitstellen", "motivering": "x"}, "besluit", "Kies toekennen of afwijzen."),
        ({"besluit": "afwijzen", "motivering": "x"}, "codes", "Kies bij afwijzen ten minste één retourcode."),
        ({"besluit": "toekennen", "motivering": " \r\n "}, "motivering", "Schrijf waarom u dit besluit neemt."),
        (TOEKENNEN | {"motivering": "x" * 2001}, "motivering", "De motivering is langer dan 2000 tekens."),
        (TOEKENNEN | {"motivering": "a\x00b"}, "motivering", "De motivering bevat een teken dat niet te tonen is."),
        (
            TOEKENNEN | {"motivering": f"Van {BSN}."},
            "motivering",
            "De motivering bevat een nummer dat een burgerservicenummer kan zijn; laat het weg.",
        ),
    ],
)
async def test_what_is_missing_is_told_and_nothing_is_lost(
    systeem: Systeem, velden: dict[str, str], veld: str, melding: str
) -> None:
    pad = await verkeerd_tarief(systeem)
    antwoord = await Bezoeker(systeem).besluit(pad, **velden)
    boom = pagina(antwoord, 400)
    (verwijzing,) = boom.xpath("//*[@role='alert']//a")
    assert (verwijzing.get("href"), tekst(verwijzing)) == (f"#{veld}", melding)
    assert tekst(boom.xpath(f"//*[@id='{veld}-fout']")[0]) == melding
    assert BSN not in antwoord.text
    if "x" in velden["motivering"]:
        assert tekst(boom.xpath("//textarea")[0]) == velden["motivering"]
    assert await uitkomsten(systeem) == {"R1": ("inUitval",)}


async def test_others_see_nothing_and_an_aanbieder_only_reads(systeem: Systeem) -> None:
    pad = await verkeerd_tarief(systeem)
    elders = Bezoeker(systeem, gemeenten=["0150"])
    assert "Uitval niet gevonden" in tekst(await elders.leest(pad, 404))
    assert (await elders.opent(f"{WERKBAK}/{uuid4()}")).status_code == 404
    await elders.leest(f"{WERKBAK}/geen-uuid", 400)
    aanbieder = Bezoeker(systeem, "aanbieder", agb=AANBIEDER)
    eigen = await aanbieder.leest(pad)
    assert eigen.xpath("//main//form") == []
    assert "De gemeente besluit hierover." in tekst(eigen)
    csrf = {"csrf": eigen.xpath("//input[@name='csrf']/@value")[0], "versie": "1"}
    assert (await aanbieder.stuurt(pad, **csrf, **TOEKENNEN)).status_code == 403
    assert (await Bezoeker(systeem, "aanbieder", agb="87654321").opent(pad)).status_code == 404
    boom = await elders.leest(WERKBAK)
    csrf = {"csrf": boom.xpath("//input[@name='csrf']/@value")[0], "versie": "1"}
    assert (await elders.stuurt(pad, **csrf, **TOEKENNEN)).status_code == 404
    await Bezoeker(systeem, "accountant", gemeenten=[GEMEENTE]).leest(WERKBAK, 403)
    assert (await systeem.client.post(pad, data=TOEKENNEN)).status_code == 303
    assert await uitkomsten(systeem) == {"R1": ("inUitval",)}
    await Bezoeker(systeem, sub="piet").besluit(pad, **AFWIJZEN)
    besloten = tekst(await aanbieder.leest(pad))
    assert "Besluit afgewezen Door de gemeente" in besloten
    assert "piet" not in besloten


async def test_no_bsn_and_no_markup_of_others_in_a_page(systeem: Systeem) -> None:
    """A toewijzingnummer that passes the eleven-test stands only where that number belongs."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(client=ANDERE_CLIENT), toewijzing(1002))
    boos = prestatie(toewijzing_nummer=int(BSN), referentie="<script>1</script>")
    await stuur(systeem, *declaratie(boos, declaratienummer="<img src=x>"))
    mens = Bezoeker(systeem)
    lijst = await mens.leest(WERKBAK)
    assert rijen(lijst) == ["<img src=x>"]
    assert mogelijke_bsns(tekst(lijst)) == set()
    (pad,) = lijst.xpath("//main//tbody//a/@href")
    boom = await mens.leest(pad)
    assert boom.xpath("//img") == []
    (nummer,) = boom.xpath("//tr[td][th='Toewijzing']")
    nummer.getparent().remove(nummer)
    assert "Toewijzing (afgeschermd) van deze gemeente" in tekst(boom)
    assert mogelijke_bsns(tekst(boom)) == set()
