"""Deciding on the page: what is kept, what is refused and told, and what happens when somebody else was first."""

import asyncio

import pytest

from tests.services.matching_bouwen import declaratie, klopt, prestatie, stuur, toewijzing, uitkomsten, zet_contract
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


async def test_a_decision_by_form_is_kept_and_shown(systeem: Systeem) -> None:
    pad = await verkeerd_tarief(systeem)
    await stuur(systeem, toewijzing(1002))
    await stuur(systeem, *declaratie(prestatie(2, toewijzing_nummer=1002, tarief=1, bedrag=4)))
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
