"""What gemeenten, their staff and their accountants get to see and set, over HTTP."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.platform.auth import Rol
from services.platform.outbox import Outgoing
from tests.services.ledger_hulp import PRODUCENT, VERHAAL, klopt, rijen, stand, stuur
from tests.services.systeem import Systeem
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt

SERVICES = ("ledger",)
ZWOLLE = "/ledger/v1/gemeenten/0193"
POSTEN = [
    {"post": "Ambulant", "productcategorieen": ["45", "46"], "bedrag": 500_000},
    {"post": "Verblijf", "productcategorieen": ["43"], "bedrag": 250_000},
]


async def get(systeem: Systeem, pad: str, rol: str = "accountant", gemeenten: tuple[str, ...] = ("0193",)) -> Any:
    antwoord = await systeem.client.get(pad, headers=systeem.headers(rol, gemeenten))
    assert antwoord.status_code == 200, antwoord.text
    return antwoord.json()


async def begroot(
    systeem: Systeem, posten: list[dict[str, Any]], jaar: int = 2026, rol: str = "gemeente", gemeente: str = "0193"
) -> httpx.Response:
    gemeenten = () if rol == "beheer" else (gemeente,)
    return await systeem.client.put(
        f"{ZWOLLE}/begrotingen/{jaar}", json={"posten": posten}, headers=systeem.headers(rol, gemeenten)
    )


async def test_a_begroting_is_set_read_and_changed(systeem: Systeem) -> None:
    gezet = await begroot(systeem, POSTEN)
    assert gezet.status_code == 200
    assert gezet.json() == await get(systeem, f"{ZWOLLE}/begrotingen/2026")
    assert (gezet.json()["versie"], gezet.json()["totaal"]) == (1, 750_000)
    assert [post["boeking"] for post in gezet.json()["posten"]] == [1, 2]

    anders = [POSTEN[1], {**POSTEN[0], "bedrag": 600_000}]
    gewijzigd = (await begroot(systeem, anders, rol="beheer")).json()
    assert [(p["post"], p["boeking"]) for p in gewijzigd["posten"]] == [("Verblijf", 2), ("Ambulant", 4)]
    terug, nieuw = (await get(systeem, f"{ZWOLLE}/boekingen"))["items"][2:]
    assert (terug["soort"], terug["tegenboekingVan"]) == ("tegenboeking", 1)
    assert [(r["rekening"], r["bedrag"], r["zijde"]) for r in terug["regels"]] == [
        (9100, -500_000, "C"),
        (9190, 500_000, "D"),
    ]
    assert [(r["rekening"], r["bedrag"]) for r in nieuw["regels"]] == [(9100, 600_000), (9190, -600_000)]
    assert (await get(systeem, f"{ZWOLLE}/budgetten/2026"))["begroot"] == 850_000
    await klopt(systeem)


async def test_the_same_begroting_again_changes_nothing(systeem: Systeem) -> None:
    eerst = await begroot(systeem, POSTEN)
    systeem.clock.instant += timedelta(days=1)
    voor = await stand(systeem)
    # The order of productcategorieen within a post means nothing.
    nog_eens = await begroot(systeem, [{**POSTEN[0], "productcategorieen": ["46", "45"]}, POSTEN[1]])
    assert nog_eens.json() == eerst.json()
    assert await stand(systeem) == voor


async def test_a_begroting_can_be_withdrawn(systeem: Systeem) -> None:
    await begroot(systeem, POSTEN)
    assert (await begroot(systeem, [])).json()["posten"] == []
    assert (await get(systeem, f"{ZWOLLE}/budgetten/2026"))["begroot"] == 0
    await klopt(systeem)


@pytest.mark.parametrize(
    ("posten", "melding"),
    [
        ([{**POSTEN[0], "bedrag": 1.5}], "moet een geheel getal zijn"),
        ([{**POSTEN[0], "bedrag": "100"}], "moet een geheel getal zijn"),
        ([{**POSTEN[0], "bedrag": -1}], "is te klein"),
        ([{**POSTEN[0], "bedrag": 10**15}], "is te groot"),
        ([{**POSTEN[0], "post": "  "}], "is te kort"),
        ([{**POSTEN[0], "post": "Niet begroot"}], "de naam 'niet begroot' is voor wat in geen post staat"),
        ([{**POSTEN[0], "productcategorieen": []}], "heeft te weinig onderdelen"),
        ([{**POSTEN[0], "productcategorieen": ["4"]}], "heeft niet de juiste vorm"),
        ([{**POSTEN[0], "iets": 1}], "hoort hier niet"),
        ([POSTEN[0], {**POSTEN[1], "post": "ambulant"}], "twee posten hebben dezelfde naam"),
        (
            [POSTEN[0], {**POSTEN[1], "productcategorieen": ["43", "46"]}],
            "productcategorie 46 staat meer dan een keer in de begroting",
        ),
    ],
)
async def test_a_begroting_that_makes_no_sense_is_refused(
    systeem: Systeem, posten: list[dict[str, Any]], melding: str
) -> None:
    antwoord = await begroot(systeem, posten)
    assert antwoord.status_code == 400
    assert antwoord.headers["content-type"] == "application/problem+json"
    assert [fout["melding"] for fout in antwoord.json()["fouten"]] == [melding]
    assert await rijen(systeem, "SELECT * FROM grootboeken") == []


async def test_a_budget_shows_every_state_of_money_by_post(systeem: Systeem) -> None:
    await begroot(systeem, [{**POSTEN[0], "productcategorieen": ["45"]}, POSTEN[1]])
    await stuur(systeem, *VERHAAL)
    budget = await get(systeem, f"{ZWOLLE}/budgetten/2026")
    posten = {post.pop("post"): post for post in budget.pop("posten")}
    ambulant = {
        "productcategorieen": ["45"],
        "begroot": 500_000,
        # Toewijzing 7 commits 120,000; its award of 4,000 was credited; toewijzing 8 has no productcategorie.
        "verplicht": 120_000,
        "ingediend": 5_000,
        "inBehandeling": 0,
        "inUitval": 0,
        "toegekend": 3_000,
        "afgewezen": 2_000,
        "voorschot": 0,
        "betaald": 0,
        "resterend": 377_000,
        "uitputtingPct": 0.6,
    }
    assert posten["Ambulant"] == ambulant
    assert posten["niet begroot"]["productcategorieen"] == [""]
    assert (posten["niet begroot"]["verplicht"], posten["niet begroot"]["uitputtingPct"]) == (2_000, None)
    assert posten["Verblijf"]["resterend"] == 250_000
    for naam in ("begroot", "verplicht", "ingediend", "toegekend", "afgewezen", "resterend"):
        assert budget[naam] == sum(post[naam] for post in posten.values()), naam
    assert (budget["gemeente"], budget["naam"], budget["jaar"]) == ("0193", "Zwolle", 2026)


async def test_an_answer_as_of_a_day_or_moment_never_changes(systeem: Systeem) -> None:
    """Each day something happens; afterwards every day and moment still answers what it answered then."""
    adressen: dict[str, Any] = {}
    for dag, gebeurtenis in enumerate([bepaald(7, 1, {2026: 90_000}), *VERHAAL[3:5], bepaald(7, 2, {2026: 1})]):
        if dag in (1, 3):
            await begroot(systeem, [{**POSTEN[0], "bedrag": 1000 * dag, "productcategorieen": ["45"][:dag]}])
        await stuur(systeem, gebeurtenis)
        systeem.clock.instant += timedelta(hours=1)
        moment = systeem.clock.instant.isoformat().replace("+00:00", "Z")
        systeem.clock.instant += timedelta(hours=1)
        await stuur(systeem, geregistreerd(f"laat-{dag}", (202604, "45", 10 + dag)))
        per = systeem.clock.today().isoformat()
        for soort in ("budgetten", "saldibalans"):
            for vraag in (f"vastgelegdTot={moment}", f"per={per}", f"per={per}&vastgelegdTot={moment}"):
                pad = f"{ZWOLLE}/{soort}/2026?{vraag}"
                adressen[pad] = await get(systeem, pad)
        # By day it includes what came later that day, by moment it does not.
        assert (
            adressen[f"{ZWOLLE}/budgetten/2026?per={per}"]
            != adressen[f"{ZWOLLE}/budgetten/2026?vastgelegdTot={moment}"]
        )
        systeem.clock.instant += timedelta(hours=22)
    assert len({str(antwoord) for antwoord in adressen.values()}) > 12
    # The clock is set back by a day as well: what is booked then still counts as later.
    systeem.clock.instant -= timedelta(days=1, hours=3)
    await stuur(systeem, *VERHAAL[5:8], geregistreerd("nog-een", (202604, "45", 77)))
    await begroot(systeem, POSTEN)
    laatste_dag = max(pad for pad in adressen if "?per=" in pad and "vastgelegd" not in pad)[-10:]
    for pad, antwoord in adressen.items():
        if f"per={laatste_dag}" not in pad or "vastgelegd" in pad:
            assert await get(systeem, pad) == antwoord, pad


async def test_before_the_first_boeking_there_is_nothing(systeem: Systeem) -> None:
    await stuur(systeem, *VERHAAL)
    for vraag in ("per=2026-05-05", "vastgelegdTot=2026-05-05T00:00:00Z", "vastgelegdTot=0001-01-01T00:00:00Z"):
        assert (await get(systeem, f"{ZWOLLE}/saldibalans/2026?{vraag}"))["rekeningen"] == []
        assert (await get(systeem, f"{ZWOLLE}/budgetten/2026?{vraag}"))["toegekend"] == 0


async def test_the_saldibalans_sums_to_zero(systeem: Systeem) -> None:
    await stuur(systeem, *VERHAAL)
    balans = await get(systeem, f"{ZWOLLE}/saldibalans/2026")
    assert (balans["saldo"], balans["totaalDebet"]) == (0, balans["totaalCredit"])
    per_rekening = {regel["rekening"]: regel for regel in balans["rekeningen"]}
    assert per_rekening[4400] == {
        "rekening": 4400,
        "naam": "Kosten jeugdhulp",
        "soort": "resultaat",
        "debet": 7_000,
        "credit": 4_000,
        "saldo": 3_000,
    }
    assert sum(regel["saldo"] for regel in balans["rekeningen"]) == 0
    assert (await get(systeem, f"{ZWOLLE}/saldibalans/2025"))["totaalDebet"] == 500 + 500 + 500


async def test_boekingen_are_paged_by_number_and_found_by_it(systeem: Systeem) -> None:
    await stuur(systeem, *VERHAAL)
    pad, gezien = f"{ZWOLLE}/boekingen?limit=4", []
    while pad:
        antwoord = await systeem.client.get(pad, headers=systeem.headers("medewerker", ["0193"]))
        gezien += antwoord.json()["items"]
        pad = antwoord.links["next"]["url"] if "next" in antwoord.links else ""
        assert bool(pad) == (antwoord.json()["volgende"] is not None)
    assert [boeking["nummer"] for boeking in gezien] == list(range(1, len(gezien) + 1))
    for boeking in gezien:
        assert sum(regel["bedrag"] for regel in boeking["regels"]) == 0
        assert await get(systeem, f"{ZWOLLE}/boekingen/{boeking['nummer']}") == boeking
    teruggenomen = next(boeking for boeking in gezien if boeking["tegengeboektDoor"])
    assert gezien[teruggenomen["tegengeboektDoor"] - 1]["tegenboekingVan"] == teruggenomen["nummer"]
    van_2025 = (await get(systeem, f"{ZWOLLE}/boekingen?jaar=2025"))["items"]
    assert van_2025 == [boeking for boeking in gezien if boeking["boekjaar"] == 2025]
    assert len(van_2025) == 2


async def test_totals_of_every_gemeente_are_for_everyone_but_aanbieders(systeem: Systeem) -> None:
    await begroot(systeem, POSTEN)
    await stuur(systeem, *VERHAAL)
    for rol in ("gemeente", "medewerker", "accountant"):
        lijst = await get(systeem, "/ledger/v1/gemeenten/totalen?jaar=2026", rol, ("0150",))
        assert [(item["gemeente"], item["naam"], item["begroot"]) for item in lijst["items"]] == [
            ("0150", "Deventer", 0),
            ("0193", "Zwolle", 750_000),
        ]
        assert all("posten" not in item for item in lijst["items"])
    eigen = await get(systeem, f"{ZWOLLE}/budgetten/2026")
    (_, zwolle) = lijst["items"]
    assert zwolle == {naam: eigen[naam] for naam in zwolle}
    eerste = await get(systeem, "/ledger/v1/gemeenten/totalen?jaar=2026&limit=1")
    tweede = await get(systeem, f"/ledger/v1/gemeenten/totalen?jaar=2026&limit=1&cursor={eerste['volgende']}")
    assert [eerste["items"], tweede["items"], tweede["volgende"]] == [lijst["items"][:1], lijst["items"][1:], None]
    assert (await get(systeem, "/ledger/v1/gemeenten/totalen?jaar=2030"))["items"] == []


PADEN = ("begrotingen/2026", "budgetten/2026", "boekingen", "boekingen/1", "saldibalans/2026", "controle")


@pytest.mark.parametrize("pad", PADEN)
async def test_details_are_for_those_whose_gemeente_it_is(systeem: Systeem, pad: str) -> None:
    await begroot(systeem, POSTEN)

    async def status(rol: str, gemeenten: tuple[str, ...] = (), agb: str | None = None) -> int:
        antwoord = await systeem.client.get(f"{ZWOLLE}/{pad}", headers=systeem.headers(rol, gemeenten, agb))
        return antwoord.status_code

    for rol in ("gemeente", "medewerker", "accountant"):
        assert await status(rol, ("0150", "0193")) == 200
        assert await status(rol, ("0150",)) == 404
    assert await status("beheer") == 200
    assert await status("aanbieder", agb="12345678") == 403
    assert (await systeem.client.get(f"{ZWOLLE}/{pad}")).status_code == 401


async def test_only_the_gemeente_itself_sets_its_begroting(systeem: Systeem) -> None:
    for rol, gemeente, status in (
        ("gemeente", "0150", 404),
        ("medewerker", "0193", 403),
        ("accountant", "0193", 403),
    ):
        assert (await begroot(systeem, POSTEN, rol=rol, gemeente=gemeente)).status_code == status
    onbekend = await systeem.client.put(
        "/ledger/v1/gemeenten/9999/begrotingen/2026", json={"posten": POSTEN}, headers=systeem.headers(Rol.BEHEER)
    )
    assert onbekend.status_code == 404
    assert await rijen(systeem, "SELECT * FROM grootboeken") == []


async def test_the_books_of_a_dissolved_gemeente_stay_open(systeem: Systeem) -> None:
    """Brielle went up in Voorne aan Zee in 2023; 9999 never was a gemeente."""
    for code, status in (("0501", 200), ("9999", 404)):
        pad = f"/ledger/v1/gemeenten/{code}/begrotingen/2026"
        headers = systeem.headers(Rol.BEHEER)
        assert (await systeem.client.put(pad, json={"posten": POSTEN}, headers=headers)).status_code == status
        budget = f"/ledger/v1/gemeenten/{code}/budgetten/2026"
        assert (await systeem.client.get(budget, headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("pad", "status"),
    [
        ("begrotingen/2026", 404),
        ("boekingen/1", 404),
        ("boekingen/0", 400),
        ("boekingen?cursor=onzin", 400),
        ("boekingen?limit=0", 400),
        ("budgetten/1999", 400),
        ("budgetten/2026?per=gisteren", 400),
        ("budgetten/2026?vastgelegdTot=2026-05-06T10:00:00", 400),
        ("budgetten/2026?vastgelegdTot=0001-01-01T00:00:00%2B01:00", 400),
        ("saldibalans/2026?vastgelegdTot=9999-12-31T23:59:59-10:00", 400),
        ("saldibalans/2026/", 404),
    ],
)
async def test_questions_without_an_answer(systeem: Systeem, pad: str, status: int) -> None:
    antwoord = await systeem.client.get(f"{ZWOLLE}/{pad}", headers=systeem.headers("gemeente", ["0193"]))
    assert antwoord.status_code == status
    assert antwoord.headers["content-type"] == "application/problem+json"


async def test_a_gemeente_without_boekingen_has_an_empty_budget_and_a_right_grootboek(systeem: Systeem) -> None:
    budget = await get(systeem, f"{ZWOLLE}/budgetten/2026")
    assert (budget["begroot"], budget["posten"], budget["uitputtingPct"]) == (0, [], None)
    controle = await get(systeem, f"{ZWOLLE}/controle")
    assert (controle["juist"], controle["boekingen"], controle["laatsteHash"]) == (True, 0, None)


async def test_events_of_other_years_and_gemeenten_do_not_mix(systeem: Systeem) -> None:
    events = [
        geregistreerd("d1", (202612, "45", 100), (202701, "45", 23)),
        verwerkt("d1", mutatie(1, 23, dienstperiode=202701)),
        geregistreerd("d2", (202612, "45", 5_000), gemeente="0150"),
    ]
    for event in events:
        await systeem.publish(PRODUCENT[event.topic], Outgoing(event.gemeente, event))
    await systeem.drained()
    budgetten = [await get(systeem, f"{ZWOLLE}/budgetten/{jaar}") for jaar in (2026, 2027)]
    assert [(b["ingediend"], b["inBehandeling"], b["toegekend"]) for b in budgetten] == [(100, 100, 0), (23, 0, 23)]
