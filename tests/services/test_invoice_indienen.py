"""A JW323 on its way in: taken once, refused for the right reason, or turned away with nothing kept."""

import asyncio
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

import httpx
import msgspec
import pytest

from ijw.berichten import JW325
from ijw.codec import parse
from services.invoice.service import SERVICE
from services.platform.crypto import pseudonymise
from services.platform.events import (
    DeclaratieGeregistreerd,
    DeclaratieIngediend,
    PrestatieIngediend,
    partition_of,
    toewijzing_key,
)
from tests.services.systeem import Systeem
from tests.unit.invoice.bouwen import AANBIEDER, BSN, BSN2, prestatie, xml

SERVICES = ("invoice",)
PAD = "/invoice/v1/declaraties"


async def post(systeem: Systeem, data: bytes, agb: str = AANBIEDER) -> httpx.Response:
    return await systeem.post_xml(PAD, data, systeem.headers("aanbieder", agb=agb))


async def stand(systeem: Systeem, answer: httpx.Response, agb: str = AANBIEDER) -> dict[str, Any]:
    answer = await systeem.client.get(answer.headers["Location"], headers=systeem.headers("aanbieder", agb=agb))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def jw325(systeem: Systeem, answer: httpx.Response) -> JW325:
    answer = await systeem.client.get(
        f"{answer.headers['Location']}/antwoord", headers=systeem.headers("aanbieder", agb=AANBIEDER)
    )
    assert answer.status_code == 200, answer.text
    bericht = parse(answer.content)
    assert isinstance(bericht, JW325)
    return bericht


async def ingediend(systeem: Systeem) -> dict[int, PrestatieIngediend]:
    rows = await systeem.sent("invoice", "declaraties")
    events = [msgspec.json.decode(row["data"], type=DeclaratieIngediend) for row in rows]
    return {p.volgnummer: p for event in events for p in event.prestaties}


async def tellingen(systeem: Systeem) -> dict[str, int]:
    connection = await systeem.connect("invoice")
    try:
        tabellen = ("berichten", "declaraties", "prestaties", "postbus", "outbox")
        return {tabel: await connection.fetchval(f"SELECT count(*) FROM {tabel}") for tabel in tabellen}
    finally:
        await connection.close()


async def check_green(systeem: Systeem) -> None:
    assert await SERVICE.check(systeem.runtime.contexts["invoice"]) == []


TWEE = {BSN: [prestatie("R1", 7500)], BSN2: [prestatie("R2", 4500, toewijzing_nummer=1002)]}


async def test_an_accepted_declaratie_is_kept_and_heard(systeem: Systeem) -> None:
    answer = await post(systeem, xml(TWEE))
    assert answer.status_code == 202
    body = answer.json()
    assert (body["declaratienummer"], body["status"], body["retourcodes"]) == ("D1", "in_behandeling", [])
    assert answer.headers["Location"] == f"{PAD}/{body['declaratieId']}"
    declaratie = await stand(systeem, answer)
    assert declaratie["status"] == "in_behandeling"
    assert (declaratie["aantalPrestaties"], declaratie["totaalIngediend"]) == (2, 12000)
    # 14 May is Ascension Day: the tenth werkdag after Wednesday 6 May is 21 May.
    assert (declaratie["uiterlijkOp"], declaratie["teLaat"]) == ("2026-05-21", False)
    sleutel = systeem.runtime.contexts["invoice"].crypto.pseudonym_key
    prestaties = await ingediend(systeem)
    assert [prestaties[n].client for n in (1, 2)] == [pseudonymise(sleutel, BSN), pseudonymise(sleutel, BSN2)]
    assert [prestaties[n].bedrag for n in (1, 2)] == [7500, 4500]
    for row in await systeem.sent("invoice", "declaraties"):
        event = msgspec.json.decode(row["data"], type=DeclaratieIngediend)
        assert event.declaratie_id == body["declaratieId"]
        assert event.ontvangen_op == datetime(2026, 5, 6, 10, tzinfo=UTC)
        assert {partition_of(toewijzing_key("0193", p.toewijzing_nummer)) for p in event.prestaties} == {
            row["partitie"]
        }
        assert row["sleutel"] == f"p{row['partitie']}"
    (row,) = await systeem.sent("invoice", "registraties")
    registratie = msgspec.json.decode(row["data"], type=DeclaratieGeregistreerd)
    assert row["sleutel"] == "0193"
    assert [(t.dienstperiode, t.product_categorie, t.bedrag) for t in registratie.totalen] == [(202604, "45", 12000)]
    await check_green(systeem)


async def test_a_bsn_is_nowhere_to_be_read(systeem: Systeem) -> None:
    await post(systeem, xml(TWEE))
    await post(systeem, xml(TWEE, identificatie="B2"))
    connection = await systeem.connect("invoice")
    tabellen = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'invoice'")
    waarden = list(
        chain.from_iterable([row.values() for t in tabellen for row in await connection.fetch(f"SELECT * FROM {t[0]}")])
    )
    await connection.close()
    assert len(waarden) > 100
    for waarde in waarden:
        kaal = bytes(waarde) if isinstance(waarde, bytes | memoryview) else str(waarde).encode()
        assert BSN.encode() not in kaal
        assert BSN2.encode() not in kaal


async def test_the_same_bytes_again_get_the_first_answer(systeem: Systeem) -> None:
    data = xml(TWEE)
    eerste, tweede = await asyncio.gather(post(systeem, data), post(systeem, data))
    derde = await post(systeem, data)
    assert sorted([eerste.status_code, tweede.status_code, derde.status_code]) == [200, 200, 202]
    assert eerste.json() == tweede.json() == derde.json()
    assert eerste.headers["Location"] == derde.headers["Location"]
    assert (await tellingen(systeem))["declaraties"] == 1
    refused = xml(TWEE, identificatie="B2", totaal=1)
    eerste, tweede = await post(systeem, refused), await post(systeem, refused)
    assert (eerste.status_code, tweede.status_code) == (202, 200)
    assert eerste.json() == tweede.json()
    assert eerste.json()["bevindingen"][0]["regel"] == "TR358"
    await check_green(systeem)


async def test_level_2_is_refused_with_0001_and_heard_by_nobody(systeem: Systeem) -> None:
    answer = await post(systeem, xml(TWEE, totaal=1))
    assert answer.status_code == 202
    assert (answer.json()["status"], answer.json()["retourcodes"]) == ("afgekeurd", ["0001"])
    bericht = await jw325(systeem, answer)
    assert bericht.header.retour_codes == ("0001",)
    assert bericht.declaratie_antwoord is None
    assert bericht.header.declaratie_identificatie.identificatie == "B1"
    assert await tellingen(systeem) == {"berichten": 2, "declaraties": 1, "prestaties": 0, "postbus": 1, "outbox": 0}
    await check_green(systeem)


@pytest.mark.parametrize(
    ("anders", "code"),
    [
        ({"identificatie": "B0"}, "9056"),
        ({"dagtekening": date(2026, 5, 7)}, "8848"),
        ({"gemeente": "0001"}, "S300"),
    ],
)
async def test_a_wrong_header_is_answered_with_the_header_alone(
    systeem: Systeem, anders: dict[str, Any], code: str
) -> None:
    await post(systeem, xml({BSN: [prestatie("R0")]}, identificatie="B0", nummer="D0"))
    voor = await tellingen(systeem)
    answer = await post(systeem, xml(TWEE, **anders))
    assert (answer.json()["status"], answer.json()["retourcodes"]) == ("afgekeurd", [code])
    bericht = await jw325(systeem, answer)
    assert bericht.header.retour_codes == (code,)
    assert bericht.declaratie_antwoord is None
    na = await tellingen(systeem)
    assert (na["outbox"], na["prestaties"]) == (voor["outbox"], voor["prestaties"])
    await check_green(systeem)


async def test_a_used_identificatie_stays_used_after_a_refusal(systeem: Systeem) -> None:
    await post(systeem, xml(TWEE, totaal=1))
    assert (await post(systeem, xml(TWEE))).json()["retourcodes"] == ["9056"]
    assert (await post(systeem, xml(TWEE, totaal=2))).json()["retourcodes"] == ["0001"]
    assert (await post(systeem, xml(TWEE, identificatie="B2"))).json()["retourcodes"] == []
    await check_green(systeem)


@pytest.mark.parametrize(
    ("anders", "codes"),
    [
        ({"nummer": "D0"}, ("9333",)),
        ({"nummer": "D2", "begin": date(2026, 3, 1), "eind": date(2026, 3, 31)}, ("8214",)),
        ({"nummer": "D0", "begin": date(2026, 3, 1), "eind": date(2026, 3, 31)}, ("8214", "9333")),
        # Another gemeente has its own sequence of periods, but DeclaratieNummer is unique for the aanbieder.
        ({"nummer": "D2", "begin": date(2026, 3, 1), "eind": date(2026, 3, 31), "gemeente": "0150"}, ()),
        ({"nummer": "D0", "gemeente": "0150"}, ("9333",)),
        ({"nummer": "D2"}, ()),
    ],
)
async def test_a_wrong_declaratie_is_answered_with_a_total_of_zero(
    systeem: Systeem, anders: dict[str, Any], codes: tuple[str, ...]
) -> None:
    await post(systeem, xml({BSN: [prestatie("R0")]}, identificatie="B0", nummer="D0"))
    answer = await post(
        systeem, xml({BSN: [prestatie("R1", begin=date(2026, 3, 1), eind=date(2026, 3, 31))]}, **anders)
    )
    assert tuple(answer.json()["retourcodes"]) == codes
    if codes:
        antwoord = (await jw325(systeem, answer)).declaratie_antwoord
        assert antwoord is not None
        assert antwoord.retour_codes == codes
        assert (antwoord.totaal_toegekend_bedrag.met_teken, antwoord.clienten) == (0, ())
        assert antwoord.totaal_ingediend_bedrag.met_teken == 7500
    assert len(await systeem.sent("invoice", "registraties")) == (1 if codes else 2)
    await check_green(systeem)


async def test_numbers_of_a_refused_declaratie_are_free_again(systeem: Systeem) -> None:
    assert (await post(systeem, xml(TWEE, totaal=1))).json()["status"] == "afgekeurd"
    answer = await post(systeem, xml(TWEE, identificatie="B2"))
    assert answer.json()["status"] == "in_behandeling"
    assert [p.retourcodes for p in (await ingediend(systeem)).values()] == [(), ()]


async def test_8021_goes_along_with_a_reference_that_was_used(systeem: Systeem) -> None:
    await post(systeem, xml({BSN: [prestatie("R1"), prestatie("R2", toewijzing_nummer=2)]}))
    tweede = {
        BSN: [prestatie("R3"), prestatie("R2", toewijzing_nummer=2), prestatie("R4", toewijzing_nummer=4)],
        BSN2: [prestatie("R4"), prestatie("R1", toewijzing_nummer=2)],
    }
    assert (await post(systeem, xml(tweede, identificatie="B2", nummer="D2"))).json()["status"] == "in_behandeling"
    anderen = await systeem.post_xml(
        PAD, xml({BSN: [prestatie("R1")]}, aanbieder="87654321"), systeem.headers("aanbieder", agb="87654321")
    )
    assert anderen.status_code == 202
    rows = await systeem.sent("invoice", "declaraties")
    events = [msgspec.json.decode(row["data"], type=DeclaratieIngediend) for row in rows]
    codes = {(e.declaratienummer, e.aanbieder, p.volgnummer): p.retourcodes for e in events for p in e.prestaties}
    assert codes == {
        ("D1", AANBIEDER, 1): (),
        ("D1", AANBIEDER, 2): (),
        ("D2", AANBIEDER, 1): (),
        ("D2", AANBIEDER, 2): ("8021",),
        ("D2", AANBIEDER, 3): (),
        ("D2", AANBIEDER, 4): ("8021",),
        ("D2", AANBIEDER, 5): ("8021",),
        ("D1", "87654321", 1): (),
    }
    # The one that came too late does not own the number; the first one still does.
    assert (await post(systeem, xml({BSN: [prestatie("R4")]}, identificatie="B3", nummer="D3"))).status_code == 202
    assert [p.retourcodes for n, p in (await ingediend(systeem)).items() if n == 1] == [("8021",)]
    await check_green(systeem)


async def test_of_two_at_once_with_one_number_one_is_refused(systeem: Systeem) -> None:
    answers = await asyncio.gather(
        *(
            post(systeem, xml({BSN: [prestatie("R1", 1500 * n)]}, identificatie=f"B{n}", nummer="D1"))
            for n in range(1, 5)
        )
    )
    codes = sorted(answer.json()["retourcodes"] for answer in answers)
    assert codes == [[], ["9333"], ["9333"], ["9333"]]
    await check_green(systeem)


@pytest.mark.parametrize(
    ("data", "status", "soort"),
    [
        (b"", 400, "xml-onleesbaar"),
        (b"<jw323:Bericht", 400, "xml-onleesbaar"),
        (xml(TWEE).replace(b"?>", b"?><!DOCTYPE a>", 1), 400, "xml-onveilig"),
        (xml(TWEE).replace(b"<ijw:Bedrag>7500", b"<ijw:Bedrag>75,00"), 400, "xsd-ongeldig"),
        (xml(TWEE).replace(b"323", b"325"), 400, "onbekend-bericht"),
        (xml(TWEE, aanbieder="87654321"), 403, "andere-afzender"),
        (b"x" * (25 * 1024 * 1024 + 1), 413, "te-groot"),
    ],
    ids=["empty", "broken", "doctype", "xsd", "other message", "other sender", "large"],
)
async def test_bad_input_is_told_and_not_kept(systeem: Systeem, data: bytes, status: int, soort: str) -> None:
    answer = await post(systeem, data)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(soort)
    if soort == "xsd-ongeldig":
        (fout,) = answer.json()["fouten"]
        assert fout["regel"] > 1
        assert fout["pad"].endswith("/IngediendBedrag/Bedrag")
    assert BSN not in answer.text
    assert await tellingen(systeem) == {"berichten": 0, "declaraties": 0, "prestaties": 0, "postbus": 0, "outbox": 0}


async def test_only_an_aanbieder_sends(systeem: Systeem) -> None:
    for rol, wie in (("gemeente", {"gemeenten": ["0193"]}), ("medewerker", {"gemeenten": ["0193"]}), ("beheer", {})):
        answer = await systeem.post_xml(PAD, xml(TWEE), systeem.headers(rol, **wie))
        assert answer.status_code == 403, rol
    assert (await systeem.post_xml(PAD, xml(TWEE), {})).status_code == 401
    answer = await systeem.client.post(PAD, content=xml(TWEE), headers=systeem.headers("aanbieder", agb=AANBIEDER))
    assert answer.status_code == 415
    assert (await tellingen(systeem))["berichten"] == 0


async def test_a_large_declaratie_stays_whole(systeem: Systeem) -> None:
    aantal = 3000
    prestaties = [prestatie(f"R{n}", 1500, toewijzing_nummer=n) for n in range(1, aantal + 1)]
    answer = await post(systeem, xml({BSN: prestaties[:10], BSN2: prestaties[10:]}))
    assert answer.status_code == 202
    assert (await stand(systeem, answer))["totaalIngediend"] == 1500 * aantal
    assert sorted(await ingediend(systeem)) == list(range(1, aantal + 1))
    nogmaals = await post(systeem, xml({BSN: prestaties}, identificatie="B2", nummer="D2"))
    assert nogmaals.status_code == 202
    rows = await systeem.sent("invoice", "declaraties")
    tweede = [
        p
        for row in rows
        for event in [msgspec.json.decode(row["data"], type=DeclaratieIngediend)]
        if event.declaratienummer == "D2"
        for p in event.prestaties
    ]
    assert sorted(p.volgnummer for p in tweede) == list(range(1, aantal + 1))
    assert {p.retourcodes for p in tweede} == {("8021",)}
    await check_green(systeem)
