"""A cut connection, a busy system, a system that stays away."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from services.platform.auth import Rol
from services.synthetisch.netwerk import GeenAntwoordError, Verbinding, samen

Antwoordt = Callable[[httpx.Request], httpx.Response]


def mint(rol: Rol, *, gemeenten: tuple[str, ...] = (), agb: str | None = None) -> str:
    return f"{rol}:{','.join(gemeenten)}:{agb or ''}"


def verbinding(antwoordt: Antwoordt, geduld: float = 5.0) -> Verbinding:
    client = httpx.AsyncClient(transport=httpx.MockTransport(antwoordt), base_url="http://happyflow")
    return Verbinding(client, mint, geduld)


async def test_onbekende_uitkomst_dan_dezelfde_bytes_nog_eens() -> None:
    gezien: list[tuple[bytes, str]] = []

    def antwoordt(request: httpx.Request) -> httpx.Response:
        gezien.append((request.content, request.headers["content-type"]))
        if len(gezien) == 1:
            raise httpx.ReadError("connection reset")
        if len(gezien) == 2:
            return httpx.Response(503, headers={"Retry-After": "5"})
        return httpx.Response(200, json={"berichtId": "1"})

    antwoord = await verbinding(antwoordt).vraag("POST", "/x", "0193", inhoud=b"<a/>", inhoudstype="application/xml")
    assert (antwoord.status, antwoord.pogingen, antwoord.json) == (200, 3, {"berichtId": "1"})
    assert gezien == [(b"<a/>", "application/xml")] * 3


async def test_een_duidelijk_nee_wordt_niet_herhaald() -> None:
    pogingen = 0

    def antwoordt(_request: httpx.Request) -> httpx.Response:
        nonlocal pogingen
        pogingen += 1
        return httpx.Response(400, json={"type": "urn:happyflow:probleem:xsd-ongeldig"})

    antwoord = await verbinding(antwoordt).vraag("POST", "/x", "0193", inhoud=b"<a/>")
    assert (antwoord.status, pogingen) == (400, 1)


async def test_wie_wegblijft_wordt_niet_eeuwig_gevraagd() -> None:
    def antwoordt(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(GeenAntwoordError, match=r"POST /x: na \d+ pogingen geen antwoord \(ConnectError\)"):
        await verbinding(antwoordt, geduld=0.25).vraag("POST", "/x", "0193")


async def test_een_blijvende_interne_fout_is_een_antwoord() -> None:
    antwoord = await verbinding(lambda _: httpx.Response(500)).vraag("GET", "/x", "0193")
    assert (antwoord.status, antwoord.pogingen) == (500, 3)


@pytest.mark.parametrize(
    ("partij", "token"),
    [("0193", "gemeente:0193:"), ("99000101", "aanbieder::99000101"), ("beheer", "beheer::")],
)
async def test_elke_partij_komt_met_haar_eigen_token(partij: str, token: str) -> None:
    gezien = []

    def antwoordt(request: httpx.Request) -> httpx.Response:
        gezien.append(request.headers["authorization"])
        return httpx.Response(200)

    await verbinding(antwoordt).vraag("GET", "/x", partij)
    assert gezien == [f"Bearer {token}"]


async def test_een_lijst_wordt_tot_het_einde_gelezen() -> None:
    def antwoordt(request: httpx.Request) -> httpx.Response:
        assert request.url.params["status"] == "open"
        plek = int(request.url.params.get("cursor", "0"))
        volgende = str(plek + 1) if plek < 2 else None
        return httpx.Response(200, json={"items": [{"plek": plek}], "volgende": volgende})

    items = [item async for item in verbinding(antwoordt).lijst("/lijst", "beheer", status="open")]
    assert items == [{"plek": 0}, {"plek": 1}, {"plek": 2}]


async def test_een_lijst_die_niet_te_lezen_is_is_een_fout() -> None:
    with pytest.raises(LookupError, match="/lijst geeft status 403"):
        [item async for item in verbinding(lambda _: httpx.Response(403)).lijst("/lijst", "beheer")]


async def test_samen_werken_stopt_bij_de_eerste_fout_met_die_fout() -> None:
    gestart = klaar = 0

    async def werk() -> None:
        nonlocal gestart, klaar
        gestart += 1
        if gestart == 2:
            raise GeenAntwoordError("weg")
        await asyncio.sleep(30)
        klaar += 1

    with pytest.raises(GeenAntwoordError, match="weg"):
        await samen(werk, 3)
    assert klaar == 0
