"""``/matching/v1/uitval`` over HTTP: who sees what, and the pages of the list."""

import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from services.matching.motivering import mogelijke_bsns
from tests.services.matching_bouwen import (
    AANBIEDER,
    ANDERE_CLIENT,
    CLIENT,
    GEMEENTE,
    declaratie,
    prestatie,
    stuur,
    toewijzing,
    uitkomsten,
    zet_contract,
)
from tests.services.systeem import Systeem
from tests.services.uitval_http import AFWIJZEN, BSN, LIJST, TOEKENNEN, besluit, lees, verkeerd_tarief

SERVICES = ("matching",)

UUID_TEKST = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


async def test_detail_has_prestatie_toewijzing_findings_and_calculation(systeem: Systeem) -> None:
    """13 uur in a month of 12, at a wrong tariff of EUR 80,00."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002, product_code="45A05"), toewijzing(1003, client=ANDERE_CLIENT))
    await stuur(systeem, *declaratie(prestatie(volume=13, tarief=8_000, bedrag=104_000)))
    (item,) = (await lees(systeem, LIJST)).json()["items"]
    antwoord = await lees(systeem, f"{LIJST}/{item['uitvalId']}")
    assert (antwoord.status_code, antwoord.headers["etag"]) == (200, '"1"')
    detail = antwoord.json()
    assert {naam: detail[naam] for naam in item} == item
    assert (detail["client"], detail["periodeEind"], detail["dagtekening"]) == (CLIENT, "2026-04-30", "2026-05-02")
    (deel,) = detail["prestaties"]
    assert (deel["volume"], deel["tarief"], deel["bedrag"], deel["toestand"]) == (13, 8_000, 104_000, "inUitval")
    assert (deel["toewijzing"]["volume"], deel["toewijzing"]["frequentie"]) == (12, "4")
    assert deel["saldo"] == {"volume": 13 * 60, "bedrag": 104_000, "aantalToegekend": 0}
    te_veel, tarief = deel["bevindingen"]
    assert te_veel == {
        "regel": "TR321",
        "retourcode": "9321",
        "niveau": 3,
        "pad": "/Bericht/Declaratie/Clienten/Client/Prestaties/Prestatie/GeleverdVolume",
        "invoer": {"gedeclareerd": "13", "maximum": "12", "berekening": "1 maand x 12 uur", "eenheid": "04"},
        "uitleg": "gedeclareerd 13 uur; toegestaan in deze productperiode 12 uur = 1 maand x 12 uur (TR321, IV077)",
    }
    assert tarief["uitleg"] == "het tarief is € 80,00; volgens het contract € 90,00 (TR418, IV081)"
    assert [k["toewijzingNummer"] for k in detail["kandidaten"]] == [1001, 1002]
    assert "0611" in detail["mogelijkeRetourcodes"]
    assert "8187" not in detail["mogelijkeRetourcodes"]
    assert detail["historie"] == []


async def test_an_internal_finding_has_no_retourcode_and_is_found_by_its_name(systeem: Systeem) -> None:
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie()))
    (item,) = (await lees(systeem, f"{LIJST}?retourcode=geen-contractregel")).json()["items"]
    assert item["retourcodes"] == ["geen-contractregel"]
    (deel,) = (await lees(systeem, f"{LIJST}/{item['uitvalId']}")).json()["prestaties"]
    assert [(b["regel"], b["retourcode"]) for b in deel["bevindingen"]] == [("geen-contractregel", None)]


async def test_an_unknown_client_is_one_item_with_all_its_prestaties(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, *declaratie(*(prestatie(n, toewijzing_nummer=2000 + n) for n in (1, 2, 3))))
    (item,) = (await lees(systeem, LIJST)).json()["items"]
    assert (item["soort"], item["aantalPrestaties"], item["bedrag"]) == ("client", 3, 108_000)
    detail = (await lees(systeem, f"{LIJST}/{item['uitvalId']}")).json()
    assert [(p["volgnummer"], p["toewijzing"], p["saldo"]) for p in detail["prestaties"]] == [
        (1, None, None), (2, None, None), (3, None, None)
    ]  # fmt: skip
    assert (detail["mogelijkeRetourcodes"], detail["kandidaten"]) == (["8187"], [])
    antwoord = await besluit(systeem, item["uitvalId"], AFWIJZEN, f'"{item["versie"]}"')
    assert (antwoord.status_code, antwoord.json()["retourcodes"]) == (200, ["8187"])
    assert set((await uitkomsten(systeem)).values()) == {("afgewezen", "0233", "8187")}


async def _vijf(systeem: Systeem) -> None:
    """Items with 0611 (R1..R3), of another aanbieder with geen-contractregel (X1) and of another gemeente (G1)."""
    await zet_contract(systeem)
    await stuur(systeem, *(toewijzing(1000 + n) for n in (1, 2, 3)))
    await stuur(systeem, toewijzing(1101, aanbieder="87654321"), toewijzing(1201, gemeente="0150"))
    for n in (1, 2, 3):
        fout = prestatie(n, toewijzing_nummer=1000 + n, tarief=8_000, bedrag=32_000)
        await stuur(systeem, *declaratie(fout, declaratienummer=f"D{n}"))
    ander = prestatie(toewijzing_nummer=1101, referentie="X1")
    await stuur(systeem, *declaratie(ander, declaratienummer="D4", aanbieder="87654321"))
    elders = prestatie(toewijzing_nummer=1201, referentie="G1")
    await stuur(systeem, *declaratie(elders, declaratienummer="D5", gemeente="0150"))


async def _nummers(systeem: Systeem, vraag_: str = "", rol: str = "medewerker", **wie: Any) -> list[str]:
    antwoord = await lees(systeem, f"{LIJST}{vraag_}", rol, **wie)
    assert antwoord.status_code == 200, antwoord.text
    return [item["declaratienummer"] for item in antwoord.json()["items"]]


async def test_everybody_sees_and_filters_only_their_own(systeem: Systeem) -> None:
    await _vijf(systeem)
    assert await _nummers(systeem) == ["D1", "D2", "D3", "D4"]
    assert await _nummers(systeem, rol="gemeente") == ["D1", "D2", "D3", "D4"]
    assert await _nummers(systeem, gemeenten=[GEMEENTE, "0150"]) == ["D1", "D2", "D3", "D4", "D5"]
    assert await _nummers(systeem, gemeenten=[]) == []
    assert await _nummers(systeem, rol="beheer") == ["D1", "D2", "D3", "D4", "D5"]
    assert await _nummers(systeem, rol="aanbieder", agb=AANBIEDER) == ["D1", "D2", "D3", "D5"]
    assert await _nummers(systeem, "?aanbieder=87654321") == ["D4"]
    assert await _nummers(systeem, f"?aanbieder={AANBIEDER}", rol="aanbieder", agb="87654321") == []
    assert await _nummers(systeem, "?gemeente=0150") == []
    assert await _nummers(systeem, "?gemeente=0150", rol="beheer") == ["D5"]
    assert await _nummers(systeem, "?retourcode=0611") == ["D1", "D2", "D3"]
    assert await _nummers(systeem, "?status=besloten") == []
    items = (await lees(systeem, f"{LIJST}?retourcode=0611")).json()["items"]
    assert (await besluit(systeem, items[1]["uitvalId"], TOEKENNEN)).status_code == 200
    assert await _nummers(systeem, "?status=besloten") == ["D2"]
    assert await _nummers(systeem, "?status=open&retourcode=0611") == ["D1", "D3"]


async def test_pages_follow_each_other_with_cursor_and_link(systeem: Systeem) -> None:
    await _vijf(systeem)
    eerste = await lees(systeem, f"{LIJST}?limit=2&status=open")
    assert [item["declaratienummer"] for item in eerste.json()["items"]] == ["D1", "D2"]
    verwijzing = eerste.headers["link"]
    assert verwijzing.endswith('>; rel="next"')
    doel = verwijzing[1 : verwijzing.index(">")]
    assert f"cursor={eerste.json()['volgende']}" in urlsplit(doel).query
    tweede = await lees(systeem, doel)
    assert [item["declaratienummer"] for item in tweede.json()["items"]] == ["D3", "D4"]
    assert tweede.json()["volgende"] is None
    assert "link" not in tweede.headers


@pytest.mark.parametrize(
    "vraag_", ["cursor=x", "cursor=WzFlMzAw", "cursor=WzkyMjMzNzIwMzY4NTQ3NzU4MDhd", "limit=0", "gemeente=193",
               "aanbieder=1", "retourcode=%00", "status=klaar"],
)  # fmt: skip
async def test_a_question_of_the_wrong_form_is_400(systeem: Systeem, vraag_: str) -> None:
    antwoord = await lees(systeem, f"{LIJST}?{vraag_}")
    assert (antwoord.status_code, antwoord.headers["content-type"]) == (400, "application/problem+json")


async def test_what_is_not_the_callers_is_404_and_without_the_role_403(systeem: Systeem) -> None:
    uitval_id = await verkeerd_tarief(systeem)
    pad = f"{LIJST}/{uitval_id}"
    assert (await systeem.client.get(pad)).status_code == 401
    assert (await lees(systeem, pad, gemeenten=["0150"])).status_code == 404
    assert (await lees(systeem, pad, "aanbieder", agb="87654321")).status_code == 404
    assert (await lees(systeem, pad, "accountant", gemeenten=[GEMEENTE])).status_code == 403
    assert (await lees(systeem, LIJST, "accountant", gemeenten=[GEMEENTE])).status_code == 403
    assert (await lees(systeem, f"{LIJST}/{uuid4()}")).status_code == 404
    assert (await lees(systeem, f"{LIJST}/geen-uuid")).status_code == 400
    assert (await besluit(systeem, uitval_id, TOEKENNEN, gemeenten=["0150"])).status_code == 404
    assert (await besluit(systeem, str(uuid4()), TOEKENNEN)).status_code == 404
    aanbieder = await besluit(systeem, uitval_id, TOEKENNEN, rol="aanbieder", gemeenten=(), agb=AANBIEDER)
    assert aanbieder.status_code == 403
    assert await uitkomsten(systeem) == {"R1": ("inUitval",)}


async def test_an_aanbieder_reads_its_own_and_the_decision_but_not_who_took_it(systeem: Systeem) -> None:
    uitval_id = await verkeerd_tarief(systeem)
    await besluit(systeem, uitval_id, AFWIJZEN)
    pad = f"{LIJST}/{uitval_id}"
    aanbieder = (await lees(systeem, pad, "aanbieder", agb=AANBIEDER)).json()
    assert (aanbieder["besluit"], aanbieder["besluitRetourcodes"]) == ("afwijzen", ["0611"])
    assert aanbieder["motivering"] == AFWIJZEN["motivering"]
    assert (aanbieder["beslotenDoor"], aanbieder["historie"][0]["door"]) == (None, None)
    gemeente = (await lees(systeem, pad, "gemeente")).json()
    assert (gemeente["beslotenDoor"], gemeente["historie"][0]["door"]) == ("piet", "piet")
    assert "piet" not in (await lees(systeem, LIJST, "aanbieder", agb=AANBIEDER)).text


async def test_late_is_what_is_open_after_ten_working_days(systeem: Systeem) -> None:
    """Received on Wednesday 6 May 2026, with Ascension Day on the 14th and Whit Monday on the 25th."""
    uitval_id = await verkeerd_tarief(systeem)
    item = (await lees(systeem, f"{LIJST}/{uitval_id}")).json()
    assert (item["uiterlijkOp"], item["teLaat"]) == ("2026-05-21", False)
    systeem.clock.instant = datetime(2026, 5, 21, 12, 0, tzinfo=UTC)
    assert (await lees(systeem, LIJST)).json()["items"][0]["teLaat"] is False
    systeem.clock.instant = datetime(2026, 5, 21, 22, 0, tzinfo=UTC)
    assert systeem.clock.today() == date(2026, 5, 22)
    assert (await lees(systeem, LIJST)).json()["items"][0]["teLaat"] is True
    await besluit(systeem, uitval_id, TOEKENNEN)
    assert (await lees(systeem, LIJST)).json()["items"][0]["teLaat"] is False


async def test_nothing_that_could_be_a_bsn_is_in_an_answer(systeem: Systeem) -> None:
    """A prestatie names a toewijzing whose number passes the test; only the fields for that number show it."""
    await verkeerd_tarief(systeem)
    await stuur(systeem, *declaratie(prestatie(9, toewijzing_nummer=int(BSN), client=ANDERE_CLIENT)))
    lijst = await lees(systeem, LIJST)
    assert lijst.status_code == 200
    assert not mogelijke_bsns(UUID_TEKST.sub("", lijst.text))
    ids = [item["uitvalId"] for item in lijst.json()["items"]]
    assert len(ids) == 2
    for uitval_id in ids:
        detail = (await lees(systeem, f"{LIJST}/{uitval_id}")).json()
        for deel in detail["prestaties"]:
            zinnen = [bevinding["uitleg"] for bevinding in deel.pop("bevindingen")]
            assert zinnen
            assert not mogelijke_bsns(" | ".join(zinnen))
            del deel["toewijzingNummer"]
        assert not mogelijke_bsns(UUID_TEKST.sub("", str(detail)))
