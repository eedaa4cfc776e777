"""What the parties see of declaraties, and what they do not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.platform.events import DeclaratieBeoordeeld, PrestatieAfgewezen
from services.platform.outbox import Outgoing
from tests.services.systeem import Systeem
from tests.unit.invoice.bouwen import BSN, BSN2, prestatie, xml

SERVICES = ("invoice",)
PAD = "/invoice/v1/declaraties"
A, B = "12345678", "87654321"


async def dien_in(systeem: Systeem, n: int, agb: str = A, gemeente: str = "0193", **rest: Any) -> str:
    data = xml(
        {BSN: [prestatie(f"R{n}-{m}", 1500 * m, toewijzing_nummer=m) for m in range(1, 4)], BSN2: [prestatie(f"S{n}")]},
        identificatie=f"B{n}",
        nummer=f"D{n}",
        aanbieder=agb,
        gemeente=gemeente,
        **rest,
    )
    answer = await systeem.post_xml(PAD, data, systeem.headers("aanbieder", agb=agb))
    assert answer.status_code == 202, answer.text
    declaratie_id: str = answer.json()["declaratieId"]
    return declaratie_id


async def beoordeel(systeem: Systeem, declaratie_id: str) -> None:
    event = DeclaratieBeoordeeld(
        domein="jw",
        declaratie_id=declaratie_id,
        gemeente="0193",
        toegekend=(1, 3),
        afgewezen=(
            PrestatieAfgewezen(volgnummer=2, retourcodes=("9321",)),
            PrestatieAfgewezen(volgnummer=4, retourcodes=(), client_retourcodes=("8187",)),
        ),
    )
    await systeem.publish("matching", Outgoing(declaratie_id, event))
    await systeem.drained()


async def get(systeem: Systeem, pad: str, rol: str, **wie: Any) -> Any:
    return await systeem.client.get(pad, headers=systeem.headers(rol, **wie))


@pytest.mark.parametrize(
    ("rol", "wie", "status"),
    [
        ("aanbieder", {"agb": A}, 200),
        ("aanbieder", {"agb": B}, 404),
        ("gemeente", {"gemeenten": ["0193"]}, 200),
        ("gemeente", {"gemeenten": ["0150"]}, 404),
        ("medewerker", {"gemeenten": ["0150", "0193"]}, 200),
        ("medewerker", {"gemeenten": ["0150"]}, 404),
        ("beheer", {}, 200),
        ("accountant", {"gemeenten": ["0193"]}, 403),
    ],
)
async def test_a_declaratie_is_seen_by_its_parties_only(
    systeem: Systeem, rol: str, wie: dict[str, Any], status: int
) -> None:
    declaratie_id = await dien_in(systeem, 1)
    await beoordeel(systeem, declaratie_id)
    for deel in ("", "/antwoord", "/prestaties"):
        answer = await get(systeem, f"{PAD}/{declaratie_id}{deel}", rol, **wie)
        assert answer.status_code == status, deel
        if deel != "/antwoord":
            assert BSN not in answer.text
    lijst = await get(systeem, PAD, rol, **wie)
    if status == 403:
        assert lijst.status_code == 403
    else:
        assert len(lijst.json()["items"]) == (1 if status == 200 else 0)


async def test_a_list_is_narrowed_and_paged_newest_first(systeem: Systeem) -> None:
    ids = [await dien_in(systeem, n, gemeente="0150" if n % 2 else "0193") for n in range(6)]
    ander = await dien_in(systeem, 9, agb=B)
    afgekeurd = await dien_in(systeem, 0, totaal=1)
    await beoordeel(systeem, ids[0])

    async def nummers(query: str, rol: str = "beheer", **wie: Any) -> list[str]:
        answer = await get(systeem, f"{PAD}?{query}", rol, **wie)
        assert answer.status_code == 200, answer.text
        return [item["declaratieId"] for item in answer.json()["items"]]

    assert await nummers("") == [afgekeurd, ander, *reversed(ids)]
    assert await nummers("gemeente=0150") == [ids[5], ids[3], ids[1]]
    assert await nummers(f"aanbieder={B}") == [ander]
    assert await nummers("status=beantwoord") == [ids[0]]
    assert await nummers("status=afgekeurd") == [afgekeurd]
    assert await nummers("gemeente=0150", "medewerker", gemeenten=["0193"]) == []
    assert await nummers(f"aanbieder={B}", "aanbieder", agb=A) == []
    assert await nummers("", "medewerker", gemeenten=["0150"]) == [ids[5], ids[3], ids[1]]
    gezien: list[str] = []
    pad: str | None = f"{PAD}?limit=3"
    while pad:
        answer = await get(systeem, pad, "aanbieder", agb=A)
        gezien += [item["declaratieId"] for item in answer.json()["items"]]
        link = answer.links.get("next")
        assert (link is None) == (answer.json()["volgende"] is None)
        pad = link["url"] if link else None
    assert gezien == [afgekeurd, *reversed(ids)]
    for query in ("gemeente=93", "aanbieder=1", "status=weg", "cursor=x", "limit=0"):
        assert (await get(systeem, f"{PAD}?{query}", "beheer")).status_code == 400


async def test_prestaties_show_their_verdicts(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem, 1)
    pad = f"{PAD}/{declaratie_id}/prestaties"
    event = DeclaratieBeoordeeld(
        domein="jw", declaratie_id=declaratie_id, gemeente="0193", toegekend=(1,), in_uitval=(2,)
    )
    await systeem.publish("matching", Outgoing(declaratie_id, event))
    await systeem.drained()
    items = (await get(systeem, pad, "aanbieder", agb=A)).json()["items"]
    assert [item["uitkomst"] for item in items] == ["toegekend", "inUitval", "inBehandeling", "inBehandeling"]
    await systeem.publish(
        "matching",
        Outgoing(
            declaratie_id,
            DeclaratieBeoordeeld(
                domein="jw",
                declaratie_id=declaratie_id,
                gemeente="0193",
                toegekend=(3,),
                afgewezen=(
                    PrestatieAfgewezen(volgnummer=2, retourcodes=("9322", "9321")),
                    PrestatieAfgewezen(volgnummer=4, retourcodes=(), client_retourcodes=("8187",)),
                ),
            ),
        ),
    )
    await systeem.drained()
    eerste = (await get(systeem, f"{pad}?limit=3", "gemeente", gemeenten=["0193"])).json()
    tweede = (await get(systeem, f"{pad}?limit=3&cursor={eerste['volgende']}", "gemeente", gemeenten=["0193"])).json()
    items = eerste["items"] + tweede["items"]
    assert tweede["volgende"] is None
    assert [(i["volgnummer"], i["uitkomst"], i["retourcodes"], i["clientRetourcodes"]) for i in items] == [
        (1, "toegekend", [], []),
        (2, "afgewezen", ["9321", "9322"], []),
        (3, "toegekend", [], []),
        (4, "afgewezen", [], ["8187"]),
    ]
    assert len({item["client"] for item in items[:3]}) == 1
    assert items[3]["client"] not in {items[0]["client"], BSN2}
    assert (items[1]["referentie"], items[1]["bedrag"], items[1]["debetCredit"]) == ("R1-2", 3000, "D")


async def test_the_jw325_waits_in_the_postbus_of_the_aanbieder(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem, 1)
    afgekeurd = await dien_in(systeem, 2, totaal=1)
    await beoordeel(systeem, declaratie_id)
    postbus = (await get(systeem, "/invoice/v1/postbus", "aanbieder", agb=A)).json()["items"]
    assert [item["berichtsoort"] for item in postbus] == ["JW325", "JW325"]
    assert (await get(systeem, "/invoice/v1/postbus", "aanbieder", agb=B)).json()["items"] == []
    xmls = []
    for item in postbus:
        pad = f"/invoice/v1/postbus/{item['berichtId']}"
        answer = await get(systeem, pad, "aanbieder", agb=A)
        xmls.append(answer.content)
        assert (await get(systeem, pad, "aanbieder", agb=B)).status_code == 404
        assert (await systeem.client.post(f"{pad}/ontvangst", headers=systeem.headers("aanbieder", agb=A))).is_success
    antwoorden = [
        (await get(systeem, f"{PAD}/{id_}/antwoord", "aanbieder", agb=A)).content for id_ in (afgekeurd, declaratie_id)
    ]
    assert xmls == antwoorden
    assert (await get(systeem, "/invoice/v1/postbus", "aanbieder", agb=A)).json()["items"] == []


async def test_late_is_after_the_tenth_werkdag(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem, 1)

    async def te_laat() -> bool:
        te_laat: bool = (await get(systeem, f"{PAD}/{declaratie_id}", "aanbieder", agb=A)).json()["teLaat"]
        return te_laat

    # 21 May 23:30 in Amsterdam, and a quarter past midnight.
    systeem.clock.instant = datetime(2026, 5, 21, 21, 30, tzinfo=UTC)
    assert not await te_laat()
    systeem.clock.instant = datetime(2026, 5, 21, 22, 15, tzinfo=UTC)
    assert await te_laat()
    await beoordeel(systeem, declaratie_id)
    systeem.clock.instant = datetime(2026, 5, 6, 10, tzinfo=UTC)
    assert await te_laat()
    metrics = (await systeem.client.get("/invoice/metrics")).text
    assert "happyflow_declaraties_te_laat" in metrics


async def test_an_unknown_declaratie_is_not_found(systeem: Systeem) -> None:
    for pad in (f"{PAD}/00000000-0000-4000-8000-000000000000", f"{PAD}/"):
        assert (await get(systeem, pad, "beheer")).status_code == 404
    assert (await get(systeem, f"{PAD}/geen-uuid", "beheer")).status_code == 400


async def test_openapi_describes_the_routes_without_login(systeem: Systeem) -> None:
    paden = (await systeem.client.get("/invoice/v1/openapi.json")).json()["paths"]
    assert set(paden[PAD]) == {"get", "post"}
    assert "application/xml" in paden[PAD]["post"]["requestBody"]["content"]
    assert {f"{PAD}/{{declaratieId}}{deel}" for deel in ("", "/antwoord", "/prestaties")} <= set(paden)
