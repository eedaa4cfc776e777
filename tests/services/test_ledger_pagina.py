"""The budget page, as a browser meets it."""

import re

import httpx
import pytest

from services.platform.pages import COOKIE
from tests.services.ledger_hulp import VERHAAL, stuur
from tests.services.systeem import Systeem
from tests.unit.ledger.bouwen import bepaald, mutatie, verwerkt

SERVICES = ("ledger",)
PAGINA = "/ledger/budget"


async def aangemeld(
    systeem: Systeem, rol: str = "medewerker", gemeenten: tuple[str, ...] = ("0193",)
) -> httpx.Response:
    agb = "12345678" if rol == "aanbieder" else None
    return await _open(systeem, PAGINA, systeem.token(rol, gemeenten, agb))


async def _open(systeem: Systeem, pad: str, token: str) -> httpx.Response:
    return await systeem.client.get(pad, headers={"Cookie": f"{COOKIE}={token}"})


async def begroot(systeem: Systeem, post: str = "Ambulant", bedrag: int = 500_000) -> None:
    antwoord = await systeem.client.put(
        "/ledger/v1/gemeenten/0193/begrotingen/2026",
        json={"posten": [{"post": post, "productcategorieen": ["45"], "bedrag": bedrag}]},
        headers=systeem.headers("gemeente", ["0193"]),
    )
    assert antwoord.status_code == 200


def cellen(html: str, eerste: str) -> list[str]:
    """The texts of the first row that begins with ``eerste``."""
    for rij in re.findall(r"<tr.*?</tr>", html, re.DOTALL):
        teksten = [
            " ".join(re.sub(r"<[^>]+>", " ", cel).split())
            for cel in re.findall(r"<t[hd][ >].*?</t[hd]>", rij, re.DOTALL)
        ]
        if teksten and teksten[0].startswith(eerste):
            return teksten
    raise AssertionError(f"no row begins with {eerste}")


async def test_a_visitor_signs_in_first_and_comes_back(systeem: Systeem) -> None:
    weg = await systeem.client.get(PAGINA)
    assert weg.status_code == 303
    assert weg.headers["location"].startswith("/ledger/aanmelden")
    terug = await systeem.client.post(
        "/ledger/aanmelden",
        data={"token": systeem.token("accountant", ["0193"]), "naar": PAGINA},
    )
    assert (terug.status_code, terug.headers["location"]) == (303, PAGINA)
    systeem.client.cookies = terug.cookies
    assert "Zwolle" in (await systeem.client.get(PAGINA)).text


async def test_the_page_shows_what_the_api_says(systeem: Systeem) -> None:
    await begroot(systeem)
    await stuur(systeem, *VERHAAL)
    html = (await aangemeld(systeem)).text
    assert cellen(html, "Zwolle") == [
        "Zwolle (0193)", "€ 5.000,00", "€ 30,00", "€ 1.220,00", "€ 3.750,00", "0,6 %", "",
    ]  # fmt: skip
    assert cellen(html, "Ambulant")[1:6] == ["€ 5.000,00", "€ 30,00", "€ 1.200,00", "€ 3.770,00", "0,6 %"]
    assert cellen(html, "niet begroot")[1:6] == ["€ 0,00", "€ 0,00", "€ 20,00", "−€ 20,00", "–"]
    assert "€ 20,00" in cellen(html.split("<h2>Declaraties</h2>")[1], "Ambulant")[-1]
    assert 'aria-current="page"' in html


async def test_someone_sees_their_own_gemeenten_only(systeem: Systeem) -> None:
    await begroot(systeem)
    await stuur(systeem, *VERHAAL)
    beide = (await aangemeld(systeem, gemeenten=("0193", "0150"))).text
    assert all(naam in beide for naam in ("Zwolle", "Deventer", "Samen"))
    deventer = (await aangemeld(systeem, "gemeente", ("0150",))).text
    assert "Deventer" in deventer
    assert "Zwolle" not in deventer
    assert "Samen" not in deventer
    assert "Zwolle" in (await aangemeld(systeem, "beheer", ())).text
    assert (await aangemeld(systeem, "aanbieder", ())).status_code == 403


async def test_another_year_and_an_earlier_day(systeem: Systeem) -> None:
    await begroot(systeem)
    token = systeem.token("gemeente", ["0193"])
    assert "€ 5.000,00" in (await _open(systeem, f"{PAGINA}?jaar=2026&per=2026-05-06", token)).text
    gisteren = await _open(systeem, f"{PAGINA}?per=2026-05-05", token)
    assert "stand aan het eind van 05-05-2026" in gisteren.text
    assert "€ 5.000,00" not in gisteren.text
    assert cellen((await _open(systeem, f"{PAGINA}?jaar=2025", token)).text, "Zwolle")[1] == "€ 0,00"
    fout = await _open(systeem, f"{PAGINA}?per=gisteren", token)
    assert (fout.status_code, "geen datum" in fout.text) == (400, True)


async def test_what_a_gemeente_typed_cannot_become_markup(systeem: Systeem) -> None:
    await begroot(systeem, post="<script>alert(1)</script>")
    html = (await aangemeld(systeem)).text
    assert "<script" not in html
    assert "&lt;script&gt;" in html


async def test_the_page_needs_nothing_from_elsewhere(systeem: Systeem) -> None:
    await begroot(systeem)
    antwoord = await aangemeld(systeem)
    assert "default-src 'none'" in antwoord.headers["content-security-policy"]
    adressen = re.findall(r'(?:src|href|action)="([^"]+)"', antwoord.text)
    assert adressen
    assert all(adres.startswith(("/", "#")) for adres in adressen)
    assert " style=" not in antwoord.text
    stijl = await systeem.client.get("/ledger/static/happyflow.css")
    assert stijl.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(("bedrag", "breedtes"), [(10_000, ["300", "400"]), (2_000, ["428", "571"])])
async def test_the_bar_is_in_proportion(systeem: Systeem, bedrag: int, breedtes: list[str]) -> None:
    """3,000 awarded and 4,000 open; on a budget of 10,000 and on one that it exceeds."""
    await begroot(systeem, bedrag=bedrag)
    await stuur(systeem, bepaald(7, 1, {2026: 7_000}), verwerkt("d1", mutatie(1, 3_000)))
    html = (await aangemeld(systeem)).text
    balk = re.search(r"<svg.*?</svg>", html, re.DOTALL)
    assert balk is not None
    assert re.findall(r'width="(\d+)" height="100" fill="#(?:0b5394|8fb8de)"', balk.group()) == breedtes
    assert ("#e0342f" in balk.group()) == (bedrag < 7_000)
