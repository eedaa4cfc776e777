"""Contracts, policy and try-outs over HTTP: what they answer, whose they are, what they refuse."""

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.matching.service import SERVICE
from services.platform.events import PrestatieIngediend
from services.platform.migrations import differences, sqlalchemy_url
from tests.services.matching_bouwen import (
    AANBIEDER,
    GEMEENTE,
    credit,
    declaratie,
    klopt,
    open_uitval,
    prestatie,
    regel,
    stuur,
    toewijzing,
    uitkomsten,
    vraag,
    zet_contract,
)
from tests.services.systeem import Systeem

SERVICES = ("matching",)

CONTRACT = f"/matching/v1/contracten/{GEMEENTE}/{AANBIEDER}/2026"
BELEID = f"/matching/v1/beleid/{GEMEENTE}"


async def test_a_contract_is_put_read_and_put_again(systeem: Systeem) -> None:
    gemeente = systeem.headers("gemeente", [GEMEENTE])
    inhoud = {"regels": [regel(), regel(productcode=None, eenheid="16", geldigTot="2026-06-30")], "plafond": 5_000_000}
    eerst = await systeem.client.put(CONTRACT, json=inhoud, headers=gemeente)
    assert (eerst.status_code, eerst.headers["ETag"]) == (200, '"1"')
    gelezen = (await systeem.client.get(CONTRACT, headers=gemeente)).json()
    assert gelezen == eerst.json()
    assert gelezen["plafond"] == 5_000_000
    assert gelezen["regels"][1] == {
        "productcategorie": "45",
        "productcode": None,
        "eenheid": "16",
        "tarief": 9_000,
        "variant": "inspanningsgericht",
        "geldigVan": "2026-01-01",
        "geldigTot": "2026-06-30",
    }
    assert (await systeem.client.put(CONTRACT, json=inhoud, headers=gemeente)).headers["ETag"] == '"1"'
    anders = await systeem.client.put(CONTRACT, json={"regels": [regel(tarief=1)]}, headers=gemeente)
    assert anders.headers["ETag"] == '"2"'
    assert anders.json()["plafond"] is None
    (aantal,) = await vraag(systeem, "SELECT count(*) FROM contractregels")
    assert aantal[0] == 1


@pytest.mark.parametrize(
    ("rol", "van", "lezen", "schrijven"),
    [
        ("gemeente", {"gemeenten": [GEMEENTE]}, 200, 200),
        ("gemeente", {"gemeenten": ["0150"]}, 404, 404),
        ("medewerker", {"gemeenten": [GEMEENTE]}, 200, 403),
        ("medewerker", {"gemeenten": ["0150"]}, 404, 403),
        ("aanbieder", {"agb": AANBIEDER}, 200, 403),
        ("aanbieder", {"agb": "87654321"}, 404, 403),
        ("accountant", {"gemeenten": [GEMEENTE]}, 403, 403),
        ("beheer", {}, 200, 200),
    ],
    ids=str,
)
async def test_whose_contract_it_is(
    systeem: Systeem, rol: str, van: dict[str, Any], lezen: int, schrijven: int
) -> None:
    await zet_contract(systeem)
    headers = systeem.headers(rol, **van)
    assert (await systeem.client.get(CONTRACT, headers=headers)).status_code == lezen
    assert (await systeem.client.put(CONTRACT, json={"regels": []}, headers=headers)).status_code == schrijven


async def test_without_a_token_nothing_is_shown(systeem: Systeem) -> None:
    for pad in (CONTRACT, BELEID):
        assert (await systeem.client.get(pad)).status_code == 401


async def test_an_unsound_contract_names_every_fault_and_changes_nothing(systeem: Systeem) -> None:
    await zet_contract(systeem)
    headers = systeem.headers("gemeente", [GEMEENTE])
    fout = {"regels": [regel(tarief=-1), regel(productcode="45XXX", eenheid="99")]}
    antwoord = await systeem.client.put(CONTRACT, json=fout, headers=headers)
    assert antwoord.status_code == 400
    assert antwoord.headers["content-type"] == "application/problem+json"
    paden = [fout["pad"] for fout in antwoord.json()["fouten"]]
    assert paden == ["/regels/0/tarief", "/regels/1/eenheid", "/regels/1/productcode"]
    assert (await systeem.client.get(CONTRACT, headers=headers)).json()["versie"] == 1


@pytest.mark.parametrize(
    "inhoud",
    [
        {"regels": [regel(tarief="9000")]},
        {"regels": [regel(tarief=90.0)]},
        {"regels": [regel() | {"korting": 1}]},
        {"regels": [{"productcategorie": "45"}]},
        {"plafond": 1},
        {"regels": [], "plafond": -1},
    ],
    ids=range(6),
)
async def test_a_body_of_another_form_is_refused(systeem: Systeem, inhoud: dict[str, Any]) -> None:
    headers = systeem.headers("gemeente", [GEMEENTE])
    assert (await systeem.client.put(CONTRACT, json=inhoud, headers=headers)).status_code == 400


async def test_policy_is_read_as_the_default_put_and_read_back(systeem: Systeem) -> None:
    headers = systeem.headers("gemeente", [GEMEENTE])
    standaard = (await systeem.client.get(BELEID, headers=headers)).json()
    assert standaard["regels"] == []
    geldend = {regel["retourcode"]: regel["behandeling"] for regel in standaard["geldend"]}
    assert (geldend["9346"], geldend["0611"], len(geldend)) == ("afwijzen", "uitval", 22)
    eigen = {"regels": [{"retourcode": "0611", "behandeling": "afwijzen"}]}
    gezet = (await systeem.client.put(BELEID, json=eigen, headers=headers)).json()
    assert gezet["regels"] == eigen["regels"]
    assert (await systeem.client.get(BELEID, headers=systeem.headers("medewerker", [GEMEENTE]))).json() == gezet
    assert (await systeem.client.get(BELEID, headers=systeem.headers("gemeente", ["0150"]))).status_code == 404
    assert (await systeem.client.get(BELEID, headers=systeem.headers("aanbieder", agb=AANBIEDER))).status_code == 403


@pytest.mark.parametrize(
    "regels",
    [
        [{"retourcode": "1234", "behandeling": "uitval"}],
        [{"retourcode": "0611", "behandeling": "toekennen"}],
        [{"retourcode": "0611", "behandeling": "uitval"}] * 2,
    ],
    ids=range(3),
)
async def test_policy_that_will_not_do(systeem: Systeem, regels: list[dict[str, str]]) -> None:
    headers = systeem.headers("gemeente", [GEMEENTE])
    assert (await systeem.client.put(BELEID, json={"regels": regels}, headers=headers)).status_code == 400


@pytest.mark.parametrize("code", ["9338", "8187"])
async def test_policy_cannot_reject_what_a_late_toewijzing_can_heal(systeem: Systeem, code: str) -> None:
    headers = systeem.headers("gemeente", [GEMEENTE])
    regels = [{"retourcode": code, "behandeling": "afwijzen"}]
    antwoord = await systeem.client.put(BELEID, json={"regels": regels}, headers=headers)
    assert (antwoord.status_code, code in antwoord.json()["detail"]) == (400, True)
    assert "toewijzing die later komt" in antwoord.json()["detail"]
    regels[0]["behandeling"] = "uitval"
    assert (await systeem.client.put(BELEID, json={"regels": regels}, headers=headers)).status_code == 200


def toetsing(*prestaties: PrestatieIngediend, **anders: Any) -> dict[str, Any]:
    return {
        "gemeente": GEMEENTE,
        "aanbieder": AANBIEDER,
        "periodeBegin": "2026-04-01",
        "periodeEind": "2026-04-30",
        "declaratieDagtekening": "2026-05-02",
        "prestaties": msgspec.to_builtins(prestaties),
    } | anders


async def test_a_try_out_judges_as_the_real_thing_and_keeps_nothing(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(frequentie="6"))
    eerder = prestatie(9, referentie="E", begindatum=date(2026, 3, 1), einddatum=date(2026, 3, 31))
    await stuur(systeem, *declaratie(eerder))
    proef = [
        prestatie(1, volume=8, bedrag=72_000),
        prestatie(2, toewijzing_nummer=7),
        prestatie(3, bedrag=1),
        credit(eerder, 4),
        prestatie(5, client="e" * 24, toewijzing_nummer=7),
    ]
    antwoord = await systeem.client.post(
        "/matching/v1/toetsingen", json=toetsing(*proef), headers=systeem.headers("aanbieder", agb=AANBIEDER)
    )
    assert antwoord.status_code == 200, antwoord.text
    gevonden = {
        p["volgnummer"]: (p["uitkomst"], [b["retourcode"] for b in p["bevindingen"]])
        for p in antwoord.json()["prestaties"]
    }
    assert gevonden == {
        1: ("toegekend", []),
        2: ("inUitval", ["9338"]),
        3: ("afgewezen", ["9346", "9389"]),
        4: ("toegekend", []),
        5: ("inUitval", ["8187", "9338"]),
    }
    assert "TR346" in antwoord.json()["prestaties"][2]["bevindingen"][0]["uitleg"]
    assert list(await uitkomsten(systeem)) == ["E"]
    assert await open_uitval(systeem) == []
    await klopt(systeem)


async def test_a_try_out_is_for_ones_own_declaraties(systeem: Systeem) -> None:
    for headers, status in (
        (systeem.headers("aanbieder", agb="87654321"), 404),
        (systeem.headers("gemeente", [GEMEENTE]), 403),
        (systeem.headers("beheer"), 200),
    ):
        antwoord = await systeem.client.post("/matching/v1/toetsingen", json=toetsing(prestatie()), headers=headers)
        assert antwoord.status_code == status


async def test_models_and_migrations_agree(systeem: Systeem) -> None:
    engine = create_async_engine(sqlalchemy_url(systeem.dsn), poolclass=NullPool)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, SERVICE) == []
    await engine.dispose()


async def test_paths_and_names_stand_in_the_description(systeem: Systeem) -> None:
    paden = (await systeem.client.get("/matching/v1/openapi.json")).json()["paths"]
    assert {
        "/matching/v1/contracten/{gemeente}/{aanbieder}/{jaar}",
        "/matching/v1/beleid/{gemeente}",
        "/matching/v1/toetsingen",
    } <= paden.keys()
