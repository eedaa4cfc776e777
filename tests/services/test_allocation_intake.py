"""A JW301 on its way in: taken in once, answered once, delivered, and heard by the other services."""

import asyncio
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import asyncpg
import msgspec
import pytest

from ijw.berichten import JW301
from ijw.berichten.basis import Product
from ijw.codec import build
from services.platform.events import ToewijzingVastgesteld
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import ANDERE_BSN, jw301, toewijzing

SERVICES = ("allocation",)
PAD = "/allocation/v1/berichten"


async def post(systeem: Systeem, bericht: JW301 | bytes, gemeente: str = "0193") -> Any:
    xml = bericht if isinstance(bericht, bytes) else build(bericht)
    return await systeem.post_xml(PAD, xml, systeem.headers("gemeente", [gemeente]))


async def detail(systeem: Systeem, nummer: int) -> dict[str, Any]:
    answer = await systeem.client.get(
        f"/allocation/v1/toewijzingen/0193/{nummer}", headers=systeem.headers("gemeente", ["0193"])
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def events(systeem: Systeem) -> list[ToewijzingVastgesteld]:
    rows = await systeem.sent("allocation", "toewijzingen")
    return [msgspec.json.decode(row["data"], type=ToewijzingVastgesteld) for row in rows]


async def tellingen(systeem: Systeem) -> dict[str, int]:
    connection = await systeem.connect("allocation")
    try:
        tabellen = ("berichten", "postbus", "toewijzingen", "actueel", "meldingen", "clienten", "outbox", "bevindingen")
        return {tabel: await connection.fetchval(f"SELECT count(*) FROM {tabel}") for tabel in tabellen}
    finally:
        await connection.close()


async def check_green(systeem: Systeem) -> None:
    service, context = systeem.runtime.services[0], systeem.runtime.contexts["allocation"]
    assert await service.check(context) == []


async def test_an_accepted_message_is_answered_delivered_and_heard(systeem: Systeem) -> None:
    aspecifiek = toewijzing(10073, product=Product(categorie="46"), omvang=None)
    answer = await post(systeem, jw301(toewijzing(10072), aspecifiek))
    assert answer.status_code == 202
    bericht_id = answer.json()["berichtId"]
    assert answer.json() == {
        "berichtId": bericht_id,
        "berichtsoort": "JW301",
        "identificatie": "1",
        "afzender": "0193",
        "ontvanger": "12345678",
        "status": "geaccepteerd",
        "retourcodes": [],
    }
    assert answer.headers["Location"] == f"{PAD}/{bericht_id}"
    rows = await systeem.sent("allocation", "toewijzingen")
    assert [row["sleutel"] for row in rows] == ["0193:10072", "0193:10073"]
    een, twee = await events(systeem)
    assert een == ToewijzingVastgesteld(
        domein="jw",
        gemeente="0193",
        toewijzing_nummer=10072,
        volgnummer=1,
        aanbieder="12345678",
        client=systeem.runtime.contexts["allocation"].crypto.pseudonym("999900006"),
        toewijzingsdatum=date(2026, 4, 1),
        toewijzingstijd="12:00:00",
        ingangsdatum=date(2026, 4, 1),
        einddatum=date(2026, 9, 30),
        verwijderd=False,
        product_categorie="45",
        product_code="45A03",
        volume=3,
        eenheid="04",
        frequentie="2",
    )
    assert (twee.toewijzing_nummer, twee.product_categorie, twee.product_code, twee.volume) == (10073, "46", None, None)
    await check_green(systeem)


async def test_both_parties_find_their_message_in_the_postbus(systeem: Systeem) -> None:
    xml = build(jw301())
    bericht_id = (await post(systeem, xml)).json()["berichtId"]
    gemeente, aanbieder = systeem.headers("gemeente", ["0193"]), systeem.headers("aanbieder", agb="12345678")
    bij_gemeente = (await systeem.client.get("/allocation/v1/postbus", headers=gemeente)).json()["items"]
    bij_aanbieder = (await systeem.client.get("/allocation/v1/postbus", headers=aanbieder)).json()["items"]
    assert [(item["berichtsoort"], item["van"], item["antwoordOp"]) for item in bij_gemeente] == [
        ("JW302", "12345678", bericht_id)
    ]
    assert [(item["berichtId"], item["berichtsoort"]) for item in bij_aanbieder] == [(bericht_id, "JW301")]
    opgehaald = await systeem.client.get(f"/allocation/v1/postbus/{bericht_id}", headers=aanbieder)
    assert opgehaald.content == xml
    ontvangst = await systeem.client.post(f"/allocation/v1/postbus/{bericht_id}/ontvangst", headers=aanbieder)
    assert ontvangst.status_code == 200
    assert (await systeem.client.get("/allocation/v1/postbus", headers=aanbieder)).json()["items"] == []
    assert (await systeem.client.get(f"/allocation/v1/postbus/{bericht_id}", headers=gemeente)).status_code == 404


async def test_the_same_bytes_again_get_the_first_answer(systeem: Systeem) -> None:
    verkeerde_categorie = Product(categorie="46", code="45A03")
    goed, fout = build(jw301()), build(jw301(toewijzing(2, product=verkeerde_categorie), identificatie="2"))
    for xml, codes in ((goed, []), (fout, ["S329"])):
        eerste = await post(systeem, xml)
        stand = await tellingen(systeem)
        systeem.clock.instant = datetime(2026, 5, 7, 12, tzinfo=UTC)
        tweede = await post(systeem, xml)
        assert (eerste.status_code, tweede.status_code) == (202, 200)
        assert tweede.json() == eerste.json()
        assert tweede.json()["retourcodes"] == codes
        assert tweede.headers["Location"] == eerste.headers["Location"]
        assert await tellingen(systeem) == stand
    await check_green(systeem)


async def test_the_same_bytes_at_the_same_moment_are_taken_in_once(systeem: Systeem) -> None:
    for ronde in range(3):
        xml = build(jw301(toewijzing(100 + ronde), identificatie=f"R{ronde}"))
        answers = await asyncio.gather(*(post(systeem, xml) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 202]
        assert len({answer.text for answer in answers}) == 1
    assert await tellingen(systeem) == {
        "berichten": 6,
        "postbus": 6,
        "toewijzingen": 3,
        "actueel": 3,
        "meldingen": 0,
        "clienten": 1,
        "outbox": 3,
        "bevindingen": 0,
    }
    await check_green(systeem)


async def test_messages_with_one_identificatie_at_the_same_moment(systeem: Systeem) -> None:
    answers = await asyncio.gather(*(post(systeem, jw301(toewijzing(nummer))) for nummer in (1, 2, 3)))
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert sorted(answer.json()["retourcodes"] for answer in answers) == [[], ["9056"], ["9056"]]
    assert (await tellingen(systeem))["toewijzingen"] == 1
    await check_green(systeem)


async def test_versions_of_one_toewijzing_at_the_same_moment(systeem: Systeem) -> None:
    for ronde in range(4):
        versies = [
            jw301(toewijzing(ronde, toewijzingsdatum=date(2026, 5, dag)), identificatie=f"{ronde}-{dag}")
            for dag in (1, 2, 3, 4)
        ]
        answers = await asyncio.gather(*(post(systeem, versie) for versie in versies))
        assert [answer.json()["status"] for answer in answers] == ["geaccepteerd"] * 4
        gevonden = await detail(systeem, ronde)
        assert gevonden["toewijzingsdatum"] == "2026-05-04"
        assert [versie["toewijzingsdatum"] for versie in gevonden["versies"]] == [
            "2026-05-04",
            "2026-05-03",
            "2026-05-02",
            "2026-05-01",
        ]
        verzonden = [event for event in await events(systeem) if event.toewijzing_nummer == ronde]
        assert [event.volgnummer for event in verzonden] == list(range(1, gevonden["volgnummer"] + 1))
        assert verzonden[-1].toewijzingsdatum == date(2026, 5, 4)
    await check_green(systeem)


async def test_two_clients_claim_one_number_at_the_same_moment(systeem: Systeem) -> None:
    answers = await asyncio.gather(
        *(
            post(systeem, jw301(toewijzing(5), identificatie=str(nummer), bsn=bsn))
            for nummer, bsn in enumerate(("999900006", ANDERE_BSN))
        )
    )
    assert sorted(answer.json()["retourcodes"] for answer in answers) == [[], ["9332"]]
    await check_green(systeem)


VERSIES: tuple[dict[str, Any], ...] = (
    {"toewijzingstijd": "09:00:00"},
    {"toewijzingstijd": "09:00:00.5", "einddatum": date(2026, 12, 31), "reden_wijziging": "04"},
    {"toewijzingstijd": "23:59:59", "einddatum": date(2026, 6, 30), "reden_wijziging": "05"},
    {"toewijzingstijd": "24:00:00", "einddatum": date(2026, 4, 1), "reden_wijziging": "13"},
)


async def test_every_order_of_arrival_ends_in_the_same_register(systeem: Systeem) -> None:
    uitkomsten = []
    for nummer, volgorde in enumerate(permutations(VERSIES), 1):
        for stap, versie in enumerate(volgorde):
            answer = await post(systeem, jw301(toewijzing(nummer, **versie), identificatie=f"{nummer}-{stap}"))
            assert answer.json()["status"] == "geaccepteerd"
        gevonden = await detail(systeem, nummer)
        for versie in gevonden["versies"]:
            del versie["berichtId"]
        laatste = [event for event in await events(systeem) if event.toewijzing_nummer == nummer][-1]
        assert (laatste.volgnummer, laatste.verwijderd) == (gevonden["volgnummer"], True)
        uitkomsten.append({**gevonden, "toewijzingnummer": None, "volgnummer": None})
    assert len(uitkomsten) == 24
    assert all(uitkomst == uitkomsten[0] for uitkomst in uitkomsten)
    assert [versie["toestand"] for versie in uitkomsten[0]["versies"]] == [
        "verwijderd",
        "ingetrokken",
        "opgerekt",
        "nieuw",
    ]
    await check_green(systeem)


async def test_an_older_version_is_answered_and_kept_but_nobody_hears_of_it(systeem: Systeem) -> None:
    await post(systeem, jw301(toewijzing(1, toewijzingsdatum=date(2026, 5, 2)), identificatie="A"))
    answer = await post(systeem, jw301(toewijzing(1), identificatie="B"))
    assert answer.json()["status"] == "geaccepteerd"
    gevonden = await detail(systeem, 1)
    assert gevonden["toewijzingsdatum"] == "2026-05-02"
    assert [(versie["toewijzingsdatum"], versie["actueel"]) for versie in gevonden["versies"]] == [
        ("2026-05-02", True),
        ("2026-04-01", False),
    ]
    assert len(await events(systeem)) == 1
    await check_green(systeem)


async def test_a_repeat_of_a_version_changes_nothing(systeem: Systeem) -> None:
    await post(systeem, jw301(toewijzing(1, reden_wijziging="14"), identificatie="A"))
    ander = toewijzing(2, product=Product(categorie="46"), omvang=None)
    answer = await post(systeem, jw301(toewijzing(1), ander, identificatie="B"))
    assert answer.json()["status"] == "geaccepteerd"
    gevonden = await detail(systeem, 1)
    assert (len(gevonden["versies"]), gevonden["redenWijziging"], gevonden["meldingen"]) == (1, "14", [])
    assert [event.toewijzing_nummer for event in await events(systeem)] == [1, 2]
    await check_green(systeem)


async def test_one_moment_with_other_content_is_raised_and_the_first_stays(systeem: Systeem) -> None:
    await post(systeem, jw301(toewijzing(1), identificatie="A"))
    answer = await post(systeem, jw301(toewijzing(1, einddatum=date(2026, 12, 31)), identificatie="B"))
    assert answer.json()["status"] == "geaccepteerd"
    gevonden = await detail(systeem, 1)
    assert gevonden["einddatum"] == "2026-09-30"
    assert len(gevonden["versies"]) == 1
    (melding,) = gevonden["meldingen"]
    assert (melding["soort"], melding["elementen"]) == ("gelijk-tijdstip", ["Einddatum"])
    assert melding["berichtId"] == answer.json()["berichtId"]
    assert "aangehouden" in melding["uitleg"]
    assert len(await events(systeem)) == 1
    await check_green(systeem)


async def test_the_newest_message_by_its_date_says_who_the_client_is(systeem: Systeem) -> None:
    namen = {"A": date(2026, 5, 3), "B": date(2026, 5, 5), "C": date(2026, 5, 4)}
    for naam, dagtekening in namen.items():
        bericht = jw301(toewijzing(1), identificatie=naam, dagtekening=dagtekening)
        persoon = msgspec.structs.replace(
            bericht.client, naam=msgspec.structs.replace(bericht.client.naam, voornamen=naam)
        )
        await post(systeem, msgspec.structs.replace(bericht, client=persoon))
    assert (await detail(systeem, 1))["persoon"]["naam"]["voornamen"] == "B"
    assert (await tellingen(systeem))["clienten"] == 1


@pytest.mark.parametrize(
    ("tabel", "kolom"), [("toewijzingen", "einddatum"), ("meldingen", "bericht_id"), ("bevindingen", "uitleg")]
)
async def test_history_cannot_be_changed_by_the_service_itself(systeem: Systeem, tabel: str, kolom: str) -> None:
    async with systeem.runtime.contexts["allocation"].database.connection() as connection:
        for statement in (f"UPDATE {tabel} SET {kolom} = NULL", f"DELETE FROM {tabel}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_no_bsn_or_name_is_stored_or_sent_in_the_clear(systeem: Systeem) -> None:
    await post(systeem, jw301())
    await post(systeem, jw301(toewijzing(2, product=Product(categorie="46", code="45A03")), identificatie="2"))
    connection = await systeem.connect("allocation")
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'allocation'")
    tabellen = [row["tablename"] for row in rows]
    assert "berichten" in tabellen
    for tabel in tabellen:
        inhoud = b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for row in await connection.fetch(f"SELECT * FROM {tabel}")
            for value in row.values()
        )
        assert b"999900006" not in inhoud, tabel
        assert b"Jansen" not in inhoud, tabel
    await connection.close()
