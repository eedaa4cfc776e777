"""A decision over HTTP: with If-Match, once, by one person, and only as it should be."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.services.matching_bouwen import (
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
from tests.services.uitval_http import AFWIJZEN, BSN, LIJST, TOEKENNEN, besluit, lees, verkeerd_tarief

SERVICES = ("matching",)


async def test_a_decision_answers_with_the_new_etag_and_again_the_same(systeem: Systeem) -> None:
    uitval_id = await verkeerd_tarief(systeem)
    eerste = await besluit(systeem, uitval_id, AFWIJZEN | {"retourcodes": ["9340", "0611"]})
    assert (eerste.status_code, eerste.headers["etag"]) == (200, '"2"')
    assert eerste.json() == {
        "uitvalId": uitval_id,
        "versie": 2,
        "status": "besloten",
        "besluit": "afwijzen",
        "retourcodes": ["0611", "9340"],
        "motivering": "Niet zo afgesproken.",
        "beslotenDoor": "piet",
        "beslotenOp": "2026-05-06T10:00:00Z",
    }
    systeem.clock.instant = datetime(2026, 5, 7, 10, 0, tzinfo=UTC)
    herhaald = await besluit(systeem, uitval_id, AFWIJZEN | {"retourcodes": ["0611", "9340"]})
    assert (herhaald.status_code, herhaald.json(), herhaald.headers["etag"]) == (200, eerste.json(), '"2"')
    anders = await besluit(systeem, uitval_id, TOEKENNEN)
    assert (anders.status_code, anders.json()["type"]) == (409, "urn:happyflow:probleem:al-besloten")
    ander_mens = await besluit(systeem, uitval_id, AFWIJZEN | {"retourcodes": ["0611", "9340"]}, sub="klaas")
    assert ander_mens.status_code == 409
    assert await uitkomsten(systeem) == {"R1": ("afgewezen", "0611", "9340")}
    await klopt(systeem)


@pytest.mark.parametrize(
    ("if_match", "status"),
    [(None, 428), ("*", 428), ('"2"', 412), ('W/"1"', 412), ("1", 412), ('"01"', 412), ('"1", "2"', 412),
     ('"99999999999999999999"', 412)],
)  # fmt: skip
async def test_a_decision_on_another_version_than_was_seen_is_refused(
    systeem: Systeem, if_match: str | None, status: int
) -> None:
    uitval_id = await verkeerd_tarief(systeem)
    assert (await besluit(systeem, uitval_id, TOEKENNEN, if_match)).status_code == status
    assert await uitkomsten(systeem) == {"R1": ("inUitval",)}
    assert (await besluit(systeem, uitval_id, TOEKENNEN, '"1"')).status_code == 200


async def test_if_match_is_stale_once_the_toewijzing_changed(systeem: Systeem) -> None:
    """The clerk saw version 1; then the toewijzing turns out to be smaller and the item has one more finding."""
    uitval_id = await verkeerd_tarief(systeem)
    await stuur(systeem, toewijzing(volgnummer=2, volume=3))
    antwoord = await besluit(systeem, uitval_id, TOEKENNEN)
    assert (antwoord.status_code, antwoord.json()["type"]) == (412, "urn:happyflow:probleem:gewijzigd")
    nu = await lees(systeem, f"{LIJST}/{uitval_id}")
    assert nu.headers["etag"] == '"2"'
    assert nu.json()["retourcodes"] == ["0611", "9321"]
    assert [(h["gebeurtenis"], h["door"]) for h in nu.json()["historie"]] == [("herbeoordeeld", "systeem")]
    assert (await besluit(systeem, uitval_id, TOEKENNEN, '"2"')).status_code == 200


async def test_of_two_people_deciding_at_once_one_wins(systeem: Systeem) -> None:
    uitval_id = await verkeerd_tarief(systeem)
    antwoorden = await asyncio.gather(
        besluit(systeem, uitval_id, TOEKENNEN, sub="piet"), besluit(systeem, uitval_id, AFWIJZEN, sub="klaas")
    )
    assert sorted(antwoord.status_code for antwoord in antwoorden) == [200, 409]
    detail = (await lees(systeem, f"{LIJST}/{uitval_id}")).json()
    toegekend = antwoorden[0].status_code == 200
    assert (detail["besluit"], detail["beslotenDoor"]) == (
        ("toekennen", "piet") if toegekend else ("afwijzen", "klaas")
    )
    assert [h["gebeurtenis"] for h in detail["historie"]] == ["besloten"]
    assert await uitkomsten(systeem) == {"R1": ("toegekend",) if toegekend else ("afgewezen", "0611")}
    await klopt(systeem)


@pytest.mark.parametrize(
    "inhoud",
    [
        {"besluit": "afwijzen"},
        {"besluit": "misschien", "motivering": "x"},
        AFWIJZEN | {"motivering": " \n"},
        AFWIJZEN | {"motivering": "x" * 2001},
        AFWIJZEN | {"motivering": "nul\x00teken"},
        AFWIJZEN | {"motivering": 7},
        AFWIJZEN | {"retourcodes": ["0000"]},
        AFWIJZEN | {"retourcodes": ["8187"]},
        AFWIJZEN | {"retourcodes": "0611"},
        AFWIJZEN | {"toelichting": "x"},
        TOEKENNEN | {"retourcodes": ["0611"]},
        TOEKENNEN | {"motivering": f"Client {BSN} is bekend."},
        TOEKENNEN | {"motivering": "Client 9999.90.019 is bekend."},
    ],
)
async def test_a_body_that_will_not_do_is_400_and_decides_nothing(systeem: Systeem, inhoud: dict[str, Any]) -> None:
    uitval_id = await verkeerd_tarief(systeem)
    antwoord = await besluit(systeem, uitval_id, inhoud)
    assert (antwoord.status_code, antwoord.headers["content-type"]) == (400, "application/problem+json")
    assert BSN not in antwoord.text
    assert await uitkomsten(systeem) == {"R1": ("inUitval",)}


async def test_a_toewijzingnummer_that_looks_like_a_bsn_may_be_named(systeem: Systeem) -> None:
    nummer = int(BSN)
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(nummer))
    await stuur(systeem, *declaratie(prestatie(toewijzing_nummer=nummer, tarief=8_000, bedrag=32_000)))
    ((uitval_id,),) = await vraag(systeem, "SELECT uitval_id FROM uitval")
    tekst = {"motivering": f"Voor toewijzing {BSN} geldt dit tarief."}
    ander = {"motivering": "Voor client 111222333 geldt dit tarief."}
    assert (await besluit(systeem, str(uitval_id), TOEKENNEN | ander)).status_code == 400
    assert (await besluit(systeem, str(uitval_id), TOEKENNEN | tekst, gemeenten=["0150"])).status_code == 404
    assert (await besluit(systeem, str(uitval_id), TOEKENNEN | tekst)).status_code == 200
