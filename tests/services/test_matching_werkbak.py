"""The page ``/matching/werkbak`` as a person reads it: signing in, finding, one item with everything about it."""

from uuid import uuid4

from services.matching.motivering import mogelijke_bsns
from tests.services.matching_bouwen import (
    AANBIEDER,
    ANDERE_CLIENT,
    GEMEENTE,
    declaratie,
    prestatie,
    stuur,
    toewijzing,
    uitkomsten,
    zet_contract,
)
from tests.services.systeem import Systeem
from tests.services.werkbak_bezoeker import (
    AFWIJZEN,
    BSN,
    TOEKENNEN,
    WERKBAK,
    Bezoeker,
    pagina,
    rijen,
    tekst,
    verborgen,
    verkeerd_tarief,
)

SERVICES = ("matching",)


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
