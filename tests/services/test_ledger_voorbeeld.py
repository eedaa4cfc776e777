"""Replays the worked example of docs/grootboek.md: every boeking and every amount there is what the system does."""

from pathlib import Path
from typing import Any

from services.platform.pages import euro
from tests.services.ledger_hulp import klopt, stuur
from tests.services.systeem import Systeem
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt

SERVICES = ("ledger",)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "grootboek.md"
ZWOLLE = "/ledger/v1/gemeenten/0193"


def tabel(kop: str) -> list[list[str]]:
    """The cells of the first table below a heading of the document, without its two heading rows."""
    tekst = DOCUMENT.read_text(encoding="utf-8").split(f"\n### {kop}\n", 1)[1].split("\n### ", 1)[0]
    rijen = [regel for regel in tekst.splitlines() if regel.startswith("|")]
    return [[cel.strip() for cel in rij.strip("|").split("|")] for rij in rijen[2:]]


def cent(bedrag: int) -> str:
    """As the document writes euros."""
    return euro(bedrag).replace("€ ", "") if bedrag else ""


async def begroot(systeem: Systeem, ambulant: int) -> None:
    posten = [
        {"post": "Ambulant", "productcategorieen": ["45"], "bedrag": ambulant},
        {"post": "Verblijf", "productcategorieen": ["43"], "bedrag": 500_000},
    ]
    antwoord = await systeem.client.put(
        f"{ZWOLLE}/begrotingen/2026", json={"posten": posten}, headers=systeem.headers("gemeente", ["0193"])
    )
    assert antwoord.status_code == 200


async def speel(systeem: Systeem) -> None:
    """The story, step by step as the document tells it."""
    await begroot(systeem, 1_000_000)
    await stuur(systeem, bepaald(1001, 1, {2026: 345_800}))
    await stuur(systeem, geregistreerd("een", (202604, "45", 75_000)))
    april = {"toewijzing": 1001}
    await stuur(
        systeem,
        verwerkt(
            "een",
            mutatie(1, 43_333, **april),
            mutatie(2, 21_667, "inBehandeling>inUitval", **april),
            mutatie(3, 10_000, "inBehandeling>afgewezen", **april),
        ),
    )
    await stuur(systeem, verwerkt("een", mutatie(2, 21_667, "inUitval>toegekend", **april)))
    await stuur(systeem, bepaald(1001, 2, {2026: 390_000}))
    await stuur(systeem, geregistreerd("twee", (202604, "45", -43_333 + 40_000)))
    await stuur(
        systeem,
        verwerkt(
            "twee",
            mutatie(1, -43_333, referentie="R4", vorige="R1", **april),
            mutatie(2, 40_000, referentie="R5", **april),
        ),
    )
    await begroot(systeem, 1_200_000)


async def get(systeem: Systeem, pad: str) -> Any:
    antwoord = await systeem.client.get(f"{ZWOLLE}/{pad}", headers=systeem.headers("accountant", ["0193"]))
    assert antwoord.status_code == 200
    return antwoord.json()


async def test_the_worked_example_is_what_happens(systeem: Systeem) -> None:
    await speel(systeem)
    boekingen = (await get(systeem, "boekingen"))["items"]
    gevonden = []
    for boeking in boekingen:
        for plek, regel in enumerate(boeking["regels"]):
            debet, credit = (cent(max(0, teken * regel["bedrag"])) for teken in (1, -1))
            soort = boeking["soort"] + (f" van {boeking['tegenboekingVan']}" if boeking["tegenboekingVan"] else "")
            eerste = [str(boeking["nummer"]), soort] if plek == 0 else ["", ""]
            gevonden.append([*eerste, f"{regel['rekening']} {regel['naam']}", debet, credit])
    assert gevonden == tabel("The boekingen")
    await klopt(systeem)


async def test_the_budget_of_the_example(systeem: Systeem) -> None:
    await speel(systeem)
    budget = await get(systeem, "budgetten/2026")
    kolommen = ("begroot", "verplicht", "ingediend", "inBehandeling", "inUitval", "toegekend", "afgewezen", "resterend")
    gevonden = [
        [
            regel["post"],
            *(cent(regel[kolom]) or "0,00" for kolom in kolommen),
            f"{regel['uitputtingPct']:.1f} %".replace(".", ","),
        ]
        for regel in [*budget["posten"], {**budget, "post": "Together"}]
    ]
    assert gevonden == tabel("The budget")


async def test_the_saldibalans_of_the_example(systeem: Systeem) -> None:
    await speel(systeem)
    balans = await get(systeem, "saldibalans/2026")
    gevonden = [
        [f"{r['rekening']} {r['naam']}", cent(r["debet"]), cent(r["credit"]), cent(r["saldo"]) or "0,00"]
        for r in balans["rekeningen"]
    ]
    totaal = ["Together", cent(balans["totaalDebet"]), cent(balans["totaalCredit"]), "0,00"]
    assert [*gevonden, totaal] == tabel("The saldibalans")
