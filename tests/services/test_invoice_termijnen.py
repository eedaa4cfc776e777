"""The terms of declaraties: ten werkdagen for the JW325, and who sees them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.invoice.service import SERVICE
from services.invoice.termijnen import BRON
from services.platform.events import DeclaratieBeoordeeld
from services.platform.metrics import exposition
from services.platform.outbox import Outgoing
from services.platform.termijnen.meten import termijnen_task
from tests.services.systeem import Systeem
from tests.unit.invoice.bouwen import BSN, prestatie, xml

SERVICES = ("invoice",)
PAD = "/invoice/v1/termijnen"
A, B = "12345678", "87654321"


async def dien_in(systeem: Systeem, n: int, agb: str = A, gemeente: str = "0193", **rest: Any) -> str:
    data = xml(
        {BSN: [prestatie(f"R{n}")]}, identificatie=f"B{n}", nummer=f"D{n}", aanbieder=agb, gemeente=gemeente, **rest
    )
    answer = await systeem.post_xml("/invoice/v1/declaraties", data, systeem.headers("aanbieder", agb=agb))
    assert answer.status_code == 202, answer.text
    declaratie_id: str = answer.json()["declaratieId"]
    return declaratie_id


async def ken_toe(systeem: Systeem, declaratie_id: str) -> None:
    event = DeclaratieBeoordeeld(domein="jw", declaratie_id=declaratie_id, gemeente="0193", toegekend=(1,))
    await systeem.publish("matching", Outgoing(declaratie_id, event))
    await systeem.drained()


async def termijnen(systeem: Systeem, query: str = "", rol: str = "beheer", **wie: Any) -> list[dict[str, Any]]:
    answer = await systeem.client.get(f"{PAD}?{query}", headers=systeem.headers(rol, **wie))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def dag(systeem: Systeem, maand: int, nummer: int, uur: int = 10) -> None:
    systeem.clock.instant = datetime(2026, maand, nummer, uur, tzinfo=UTC)


async def test_a_jw323_is_answered_within_ten_werkdagen(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem, 1)
    (item,) = await termijnen(systeem)
    assert item == {
        "soort": "declaratie-antwoord",
        "regel": "OP090x4",
        "declaratieId": declaratie_id,
        "declaratienummer": "D1",
        "berichtId": None,
        "gemeente": "0193",
        "aanbieder": A,
        "wie": "0193",
        "aan": A,
        "begin": "2026-05-06",
        "uiterlijkOp": "2026-05-21",
        "werkdagenOver": 10,
        "status": "opTijd",
        "voldaanOp": None,
    }
    for nummer, over, hoe in ((18, 3, "opTijd"), (19, 2, "bijna"), (21, 0, "bijna"), (22, -1, "teLaat")):
        dag(systeem, 5, nummer)
        (item,) = await termijnen(systeem, "status=open")
        assert (item["werkdagenOver"], item["status"]) == (over, hoe), nummer
    assert len(await termijnen(systeem, "status=teLaat&soort=declaratie-antwoord")) == 1
    await ken_toe(systeem, declaratie_id)
    assert await termijnen(systeem, "status=open&soort=declaratie-antwoord") == []
    (laat,) = await termijnen(systeem, "status=teLaatVoldaan")
    assert (laat["declaratieId"], laat["werkdagenOver"], laat["status"]) == (declaratie_id, -1, "teLaat")
    # The JW325 itself waits for the aanbieder, who owes nobody its fetching.
    (wacht,) = await termijnen(systeem, "status=open")
    assert (wacht["soort"], wacht["wie"], wacht["aan"], wacht["begin"]) == ("ophalen", A, None, "2026-05-22")
    assert await SERVICE.check(systeem.runtime.contexts["invoice"]) == []


async def test_received_after_hours_counts_from_that_day_in_the_netherlands(systeem: Systeem) -> None:
    dag(systeem, 5, 6, 21)
    await dien_in(systeem, 1)
    dag(systeem, 5, 6, 22)
    await dien_in(systeem, 2)
    assert [(item["begin"], item["uiterlijkOp"]) for item in await termijnen(systeem)] == [
        ("2026-05-06", "2026-05-21"),
        ("2026-05-07", "2026-05-22"),
    ]


async def test_who_sees_which_terms(systeem: Systeem) -> None:
    for n, (agb, gemeente) in enumerate([(A, "0193"), (B, "0193"), (A, "0150")], 1):
        await dien_in(systeem, n, agb, gemeente)
    for rol, wie, aantal in (
        ("aanbieder", {"agb": A}, 2),
        ("aanbieder", {"agb": B}, 1),
        ("gemeente", {"gemeenten": ["0193"]}, 2),
        ("gemeente", {"gemeenten": ["1680"]}, 0),
        ("medewerker", {"gemeenten": ["0193", "0150"]}, 3),
        ("beheer", {}, 3),
    ):
        assert len(await termijnen(systeem, "", rol, **wie)) == aantal, (rol, wie)
    assert len(await termijnen(systeem, f"aanbieder={A}&gemeente=0150")) == 1
    assert len(await termijnen(systeem, "partij=0193")) == 2
    accountant = await systeem.client.get(PAD, headers=systeem.headers("accountant", gemeenten=["0193"]))
    assert accountant.status_code == 403


async def test_gauges_and_the_check_say_what_is_late(systeem: Systeem) -> None:
    context = systeem.runtime.contexts["invoice"]
    await dien_in(systeem, 1)
    assert await SERVICE.attention(context) == []
    dag(systeem, 6, 1)
    await termijnen_task("invoice", BRON).run(context)
    tekst = exposition("invoice")[0].decode()
    assert 'happyflow_termijnen{service="invoice",soort="declaratie-antwoord",status="teLaat"} 1.0' in tekst
    assert await SERVICE.attention(context) == [
        "declaratie-antwoorden (JW325): 1 te laat, de eerste termijn eindigde op 21-05-2026 (OP090x4)"
    ]
    assert await SERVICE.check(context) == []


@pytest.mark.parametrize(
    "schade", ["UPDATE declaraties SET uiterlijk_op = uiterlijk_op + 1", "UPDATE postbus SET uiterlijk_op = NULL"]
)
async def test_the_check_finds_a_wrong_last_day(systeem: Systeem, schade: str) -> None:
    await ken_toe(systeem, await dien_in(systeem, 1))
    context = systeem.runtime.contexts["invoice"]
    assert await SERVICE.check(context) == []
    connection = await systeem.connect("invoice")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert "laatste-dag-van-termijn-klopt" in {item.invariant for item in await SERVICE.check(context)}
