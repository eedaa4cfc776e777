"""Trying a declaratie out: every verdict, nothing kept."""

from typing import Any

import httpx
import msgspec
import pytest

from tests.services.systeem import Systeem
from tests.unit.invoice.bouwen import AANBIEDER, BSN, BSN2, prestatie, xml

SERVICES = ("invoice",)
PAD = "/invoice/v1/declaraties"
PROEF = f"{PAD}?proef=true"
TWEE = {BSN: [prestatie("R1", 7500), prestatie("R2", -3000, vorige="R0", toewijzing_nummer=2)], BSN2: [prestatie("R3")]}


async def post(systeem: Systeem, pad: str, data: bytes) -> httpx.Response:
    return await systeem.post_xml(pad, data, systeem.headers("aanbieder", agb=AANBIEDER))


async def tellingen(systeem: Systeem) -> list[int]:
    connection = await systeem.connect("invoice")
    try:
        tabellen = ("berichten", "declaraties", "prestaties", "postbus", "outbox")
        return [await connection.fetchval(f"SELECT count(*) FROM {tabel}") for tabel in tabellen]
    finally:
        await connection.close()


@pytest.fixture
def matching(systeem: Systeem, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A matching service that rejects 8021, doubts credits and awards the rest; what it was asked."""
    vragen: list[dict[str, Any]] = []

    async def antwoord(url: str, *, content: bytes, headers: dict[str, str]) -> httpx.Response:
        assert url == "/matching/v1/toetsingen"
        vraag = msgspec.json.decode(content)
        vragen.append(vraag | {"authorization": headers["Authorization"]})
        oordelen = []
        for p in vraag["prestaties"]:
            if "8021" in p.get("retourcodes", []):
                bevinding = {"regel": "TR314", "retourcode": "8021", "uitleg": "al gebruikt (TR314)"}
                oordelen.append({"volgnummer": p["volgnummer"], "uitkomst": "afgewezen", "bevindingen": [bevinding]})
            else:
                uitkomst = "inUitval" if p["debetCredit"] == "C" else "toegekend"
                oordelen.append({"volgnummer": p["volgnummer"], "uitkomst": uitkomst, "bevindingen": []})
        return httpx.Response(200, json={"prestaties": oordelen}, request=httpx.Request("POST", "http://x"))

    monkeypatch.setattr(systeem.runtime.contexts["invoice"].http, "post", antwoord)
    return vragen


async def test_a_trial_gives_the_verdict_per_prestatie_and_keeps_nothing(
    systeem: Systeem, matching: list[dict[str, Any]]
) -> None:
    await post(systeem, PAD, xml({BSN: [prestatie("R3")]}, identificatie="B0", nummer="D0"))
    voor = await tellingen(systeem)
    answer = await post(systeem, PROEF, xml(TWEE))
    assert answer.status_code == 200
    body = answer.json()
    assert [(p["volgnummer"], p["referentie"], p["uitkomst"]) for p in body["prestaties"]] == [
        (1, "R1", "toegekend"),
        (2, "R2", "inUitval"),
        (3, "R3", "afgewezen"),
    ]
    assert body["prestaties"][2]["bevindingen"][0]["retourcode"] == "8021"
    velden = ("uitkomst", "aantalPrestaties", "aantalToegekend", "aantalInUitval", "aantalAfgewezen")
    assert [body[veld] for veld in velden] == ["getoetst", 3, 1, 1, 1]
    assert (body["totaalIngediend"], body["totaalToegekend"]) == (12000, 7500)
    (vraag,) = matching
    assert vraag["authorization"].startswith("Bearer ")
    assert (vraag["gemeente"], vraag["aanbieder"], vraag["periodeEind"]) == ("0193", AANBIEDER, "2026-04-30")
    assert vraag["declaratieDagtekening"] == "2026-05-06"
    assert [p["volgnummer"] for p in vraag["prestaties"]] == [1, 2, 3]
    assert BSN not in str(vraag)
    assert await tellingen(systeem) == voor
    assert (await post(systeem, PAD, xml(TWEE))).status_code == 202


@pytest.mark.parametrize(
    ("anders", "codes"),
    [
        ({"totaal": 1}, ["0001"]),
        ({"identificatie": "B0"}, ["9056"]),
        ({"nummer": "D0"}, ["9333"]),
        ({"gemeente": "0001"}, ["S300"]),
    ],
)
async def test_a_trial_of_what_would_be_refused_asks_nobody(
    systeem: Systeem, matching: list[dict[str, Any]], anders: dict[str, Any], codes: list[str]
) -> None:
    await post(systeem, PAD, xml({BSN: [prestatie("R0")]}, identificatie="B0", nummer="D0"))
    voor = await tellingen(systeem)
    answer = await post(systeem, PROEF, xml(TWEE, **anders))
    assert answer.status_code == 200
    assert (answer.json()["uitkomst"], answer.json()["retourcodes"]) == ("afgekeurd", codes)
    assert [bevinding["retourcode"] for bevinding in answer.json()["bevindingen"]] == codes
    assert answer.json()["prestaties"] == []
    assert (matching, await tellingen(systeem)) == ([], voor)


async def test_a_trial_of_what_cannot_be_read_is_a_problem(systeem: Systeem) -> None:
    assert (await post(systeem, PROEF, b"<x")).status_code == 400
    assert (await post(systeem, PROEF, xml(TWEE, aanbieder="87654321"))).status_code == 403


@pytest.mark.parametrize(
    "antwoord",
    [
        httpx.Response(404, json={}),
        httpx.Response(500),
        httpx.Response(200, json={"prestaties": []}),
        httpx.Response(200, content=b"<html>"),
        httpx.ConnectError("no"),
    ],
    ids=["not there", "broken", "incomplete", "no json", "no connection"],
)
async def test_a_trial_without_matching_is_tried_again_later(
    systeem: Systeem, monkeypatch: pytest.MonkeyPatch, antwoord: httpx.Response | Exception
) -> None:
    async def vraag(*_: object, **__: object) -> httpx.Response:
        if isinstance(antwoord, Exception):
            raise antwoord
        antwoord.request = httpx.Request("POST", "http://x")
        return antwoord

    monkeypatch.setattr(systeem.runtime.contexts["invoice"].http, "post", vraag)
    answer = await post(systeem, PROEF, xml(TWEE))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert await tellingen(systeem) == [0, 0, 0, 0, 0]
