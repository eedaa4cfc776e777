"""Reading the register and the messages: who sees what, lists that page, one toewijzing with its history."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ijw.berichten.basis import Product
from ijw.codec import build
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import ANDERE_BSN, BSN, jw301, toewijzing

SERVICES = ("allocation",)
BERICHTEN = "/allocation/v1/berichten"
TOEWIJZINGEN = "/allocation/v1/toewijzingen"

WIE: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "gemeente": ("gemeente", ("0193",), None),
    "andere gemeente": ("gemeente", ("0150",), None),
    "aanbieder": ("aanbieder", (), "12345678"),
    "andere aanbieder": ("aanbieder", (), "87654321"),
    "medewerker": ("medewerker", ("0193", "0150"), None),
    "andere medewerker": ("medewerker", ("1680",), None),
    "beheer": ("beheer", (), None),
    "accountant": ("accountant", ("0193",), None),
}


async def haal(systeem: Systeem, pad: str, wie: str = "gemeente", accept: str = "*/*") -> Any:
    return await systeem.client.get(pad, headers={**systeem.headers(*WIE[wie]), "Accept": accept})


async def stuur(systeem: Systeem, *producten: Any, gemeente: str = "0193", **anders: Any) -> str:
    xml = build(jw301(*producten, afzender=gemeente, **anders))
    answer = await systeem.post_xml(BERICHTEN, xml, systeem.headers("gemeente", [gemeente]))
    assert answer.status_code == 202
    bericht_id: str = answer.json()["berichtId"]
    return bericht_id


async def nummers(systeem: Systeem, query: str, wie: str = "beheer") -> list[tuple[str, int]]:
    answer = await haal(systeem, f"{TOEWIJZINGEN}?{query}", wie)
    assert answer.status_code == 200, answer.text
    return [(item["gemeente"], item["toewijzingnummer"]) for item in answer.json()["items"]]


async def test_a_message_and_its_answer_can_be_read_back(systeem: Systeem) -> None:
    bericht = jw301(toewijzing(1, einddatum=date(2026, 3, 1)))
    bericht_id = await stuur(systeem, *bericht.client.toegewezen_producten)
    answer = (await haal(systeem, f"{BERICHTEN}/{bericht_id}")).json()
    retour_id = answer.pop("retourberichtId")
    bevindingen = answer.pop("bevindingen")
    assert answer == {
        "berichtId": bericht_id,
        "berichtsoort": "JW301",
        "identificatie": "1",
        "dagtekening": "2026-05-06",
        "afzender": "0193",
        "ontvanger": "12345678",
        "status": "afgekeurd",
        "retourcodes": ["0001"],
        "vastgelegdOp": "2026-05-06T10:00:00Z",
        "antwoordOp": None,
        "retourOntvanger": None,
        "meldingen": [],
    }
    assert [bevinding["regel"] for bevinding in bevindingen] == ["CS003"]
    assert bevindingen[0]["uitleg"] == "de einddatum 01-03-2026 ligt voor de begindatum 01-04-2026 (CS003)"
    retour = (await haal(systeem, f"{BERICHTEN}/{retour_id}")).json()
    assert (retour["berichtsoort"], retour["antwoordOp"], retour["afzender"]) == ("JW302", bericht_id, "12345678")
    xml = await haal(systeem, f"{BERICHTEN}/{bericht_id}", accept="application/xml")
    assert xml.content == build(bericht)
    assert (await haal(systeem, f"{BERICHTEN}/{retour_id}", accept="application/xml")).content == (
        await haal(systeem, f"{BERICHTEN}/{bericht_id}/retour")
    ).content


@pytest.mark.parametrize(
    ("wie", "geaccepteerd", "afgekeurd"),
    [
        ("gemeente", 200, 200),
        ("andere gemeente", 404, 404),
        ("aanbieder", 200, 404),
        ("andere aanbieder", 404, 404),
        ("medewerker", 200, 200),
        ("andere medewerker", 404, 404),
        ("beheer", 200, 200),
        ("accountant", 403, 403),
    ],
)
async def test_who_reads_a_message(systeem: Systeem, wie: str, geaccepteerd: int, afgekeurd: int) -> None:
    goed = await stuur(systeem, toewijzing(1))
    fout = await stuur(systeem, toewijzing(1), identificatie="2", bsn=ANDERE_BSN)
    for bericht_id, status in ((goed, geaccepteerd), (fout, afgekeurd)):
        assert (await haal(systeem, f"{BERICHTEN}/{bericht_id}", wie)).status_code == status
        assert (await haal(systeem, f"{BERICHTEN}/{bericht_id}", wie, "application/xml")).status_code == status
        assert (await haal(systeem, f"{BERICHTEN}/{bericht_id}/retour", wie)).status_code == status
        # A JW302 repeats the Client of what was refused: it is seen by who sees the JW301.
        retour_id = (await haal(systeem, f"{BERICHTEN}/{bericht_id}", "beheer")).json()["retourberichtId"]
        assert (await haal(systeem, f"{BERICHTEN}/{retour_id}", wie)).status_code == status
        assert (await haal(systeem, f"{BERICHTEN}/{retour_id}", wie, "application/xml")).status_code == status
    status = (await haal(systeem, f"{TOEWIJZINGEN}/0193/1", wie)).status_code
    assert status == geaccepteerd


async def test_what_does_not_exist_or_is_no_id(systeem: Systeem) -> None:
    onbekend = "00000000-0000-0000-0000-000000000000"
    assert (await haal(systeem, f"{BERICHTEN}/{onbekend}")).status_code == 404
    assert (await haal(systeem, f"{BERICHTEN}/{onbekend}/retour")).status_code == 404
    assert (await haal(systeem, f"{BERICHTEN}/abc")).status_code == 400
    assert (await haal(systeem, f"{TOEWIJZINGEN}/0193/1")).status_code == 404
    assert (await haal(systeem, f"{TOEWIJZINGEN}/193/1")).status_code == 400
    assert (await haal(systeem, f"{TOEWIJZINGEN}/0193/9999999999")).status_code == 400
    assert (await haal(systeem, f"{TOEWIJZINGEN}/")).status_code == 404
    retour_id = (await haal(systeem, f"{BERICHTEN}/{await stuur(systeem)}")).json()["retourberichtId"]
    assert (await haal(systeem, f"{BERICHTEN}/{retour_id}/retour")).status_code == 404


async def test_the_list_shows_to_everyone_what_is_theirs(systeem: Systeem) -> None:
    await stuur(systeem, toewijzing(1))
    await stuur(systeem, toewijzing(2), identificatie="2", ontvanger="87654321")
    await stuur(systeem, toewijzing(1), gemeente="0150")
    for wie, verwacht in {
        "gemeente": [("0193", 1), ("0193", 2)],
        "andere gemeente": [("0150", 1)],
        "aanbieder": [("0150", 1), ("0193", 1)],
        "andere aanbieder": [("0193", 2)],
        "medewerker": [("0150", 1), ("0193", 1), ("0193", 2)],
        "andere medewerker": [],
        "beheer": [("0150", 1), ("0193", 1), ("0193", 2)],
    }.items():
        assert await nummers(systeem, "", wie) == verwacht, wie
    assert (await haal(systeem, TOEWIJZINGEN, "accountant")).status_code == 403
    assert await nummers(systeem, "gemeente=0150", "gemeente") == []
    assert await nummers(systeem, "gemeente=0150", "medewerker") == [("0150", 1)]
    assert await nummers(systeem, "gemeente=0193", "aanbieder") == [("0193", 1)]
    assert await nummers(systeem, "aanbieder=12345678", "andere aanbieder") == []
    assert await nummers(systeem, "gemeente=0193&aanbieder=87654321") == [("0193", 2)]


async def test_the_list_pages_through_everything_once(systeem: Systeem) -> None:
    dagen = [date(2026, 4, dag) for dag in range(1, 8)]
    producten = [toewijzing(100 - n, ingangsdatum=dag, einddatum=dag) for n, dag in enumerate(dagen)]
    await stuur(systeem, *producten)
    gezien: list[int] = []
    pad: str | None = f"{TOEWIJZINGEN}?gemeente=0193&limit=3"
    while pad:
        answer = await haal(systeem, pad)
        items = answer.json()["items"]
        assert len(items) <= 3
        gezien += [item["toewijzingnummer"] for item in items]
        volgende = answer.json()["volgende"]
        pad = answer.headers["Link"].split(">")[0].removeprefix("<") if volgende else None
    assert gezien == list(range(94, 101))
    assert (await haal(systeem, f"{TOEWIJZINGEN}?cursor=onzin")).status_code == 400
    assert (await haal(systeem, f"{TOEWIJZINGEN}?limit=0")).status_code == 400
    assert (await haal(systeem, f"{TOEWIJZINGEN}?gemeente=Zwolle")).status_code == 400


async def test_actueel_op_keeps_what_is_in_force_that_day(systeem: Systeem) -> None:
    def product(categorie: str) -> Product:
        return Product(categorie=categorie)

    begin, eind = date(2026, 5, 10), date(2026, 5, 20)
    verwijderd = {"einddatum": begin, "reden_wijziging": "13"}
    await stuur(
        systeem,
        toewijzing(1, ingangsdatum=begin, einddatum=eind, product=product("45"), omvang=None),
        toewijzing(2, ingangsdatum=begin, einddatum=None, product=product("46"), omvang=None),
        toewijzing(3, ingangsdatum=begin, product=product("47"), omvang=None, **verwijderd),
    )
    for dag, verwacht in {
        "2026-05-09": [],
        "2026-05-10": [1, 2],
        "2026-05-20": [1, 2],
        "2026-05-21": [2],
    }.items():
        assert [nummer for _, nummer in await nummers(systeem, f"actueelOp={dag}")] == verwacht, dag
    assert [nummer for _, nummer in await nummers(systeem, "")] == [1, 2, 3]
    assert (await haal(systeem, f"{TOEWIJZINGEN}?actueelOp=gisteren")).status_code == 400


async def test_zoek_finds_a_client_by_bsn_among_what_is_the_callers(systeem: Systeem) -> None:
    await stuur(systeem, toewijzing(1))
    await stuur(systeem, toewijzing(2), identificatie="2", bsn=ANDERE_BSN)
    await stuur(systeem, toewijzing(1), gemeente="0150")

    async def zoek(wie: str, **vraag: Any) -> list[tuple[str, int]]:
        answer = await systeem.client.post(f"{TOEWIJZINGEN}/_zoek", json=vraag, headers=systeem.headers(*WIE[wie]))
        assert answer.status_code == 200, answer.text
        assert BSN not in answer.text
        return [(item["gemeente"], item["toewijzingnummer"]) for item in answer.json()["items"]]

    assert await zoek("beheer", bsn=BSN) == [("0150", 1), ("0193", 1)]
    assert await zoek("gemeente", bsn=BSN) == [("0193", 1)]
    assert await zoek("aanbieder", bsn=ANDERE_BSN) == [("0193", 2)]
    assert await zoek("andere aanbieder", bsn=BSN) == []
    assert await zoek("beheer", bsn=BSN, gemeente="0150", aanbieder="12345678") == [("0150", 1)]
    assert await zoek("beheer", bsn="999990019") == []


@pytest.mark.parametrize(
    ("vraag", "pad"),
    [
        ({}, "/body/bsn"),
        ({"bsn": "12345678"}, "/body/bsn"),
        ({"bsn": 999900006}, "/body/bsn"),
        ({"bsn": BSN, "naam": "x"}, "/body/naam"),
    ],
)
async def test_zoek_refuses_other_questions_without_quoting_them(
    systeem: Systeem, vraag: dict[str, Any], pad: str
) -> None:
    answer = await systeem.client.post(
        f"{TOEWIJZINGEN}/_zoek", json=vraag, headers=systeem.headers("gemeente", ["0193"])
    )
    assert answer.status_code == 400
    assert [fout["pad"] for fout in answer.json()["fouten"]] == [pad]
    assert not any(str(waarde) in answer.text for waarde in vraag.values() if len(str(waarde)) > 2)


async def test_one_toewijzing_with_its_history(systeem: Systeem) -> None:
    eerste = await stuur(systeem, toewijzing(7))
    systeem.clock.instant = datetime(2026, 5, 8, 9, tzinfo=UTC)
    verlengd = toewijzing(7, toewijzingsdatum=date(2026, 5, 8), einddatum=date(2026, 12, 31), reden_wijziging="04")
    tweede = await stuur(systeem, verlengd, identificatie="2", dagtekening=date(2026, 5, 8))
    gevonden = (await haal(systeem, f"{TOEWIJZINGEN}/0193/7", "aanbieder")).json()
    omvang = {"volume": 3, "eenheid": "04", "frequentie": "2"}
    client = gevonden.pop("client")
    assert len(client) == 24
    assert gevonden == {
        "domein": "jw",
        "gemeente": "0193",
        "toewijzingnummer": 7,
        "aanbieder": "12345678",
        "productcategorie": "45",
        "productcode": "45A03",
        "toestand": "opgerekt",
        "volgnummer": 2,
        "toewijzingsdatum": "2026-05-08",
        "toewijzingstijd": "12:00:00",
        "ingangsdatum": "2026-04-01",
        "einddatum": "2026-12-31",
        "redenWijziging": "04",
        "omvang": omvang,
        "budget": None,
        "persoon": {
            "bsn": BSN,
            "geboortedatum": {"datum": "2015-03-02"},
            "geslacht": "2",
            "naam": {"geslachtsnaam": {"achternaam": "Jansen"}, "voorletters": "P", "naamGebruik": "1"},
        },
        "versies": [
            {
                "toewijzingsdatum": "2026-05-08",
                "toewijzingstijd": "12:00:00",
                "ingangsdatum": "2026-04-01",
                "einddatum": "2026-12-31",
                "redenWijziging": "04",
                "omvang": omvang,
                "budget": None,
                "referentieAanbieder": None,
                "toestand": "opgerekt",
                "actueel": True,
                "berichtId": tweede,
                "vastgelegdOp": "2026-05-08T09:00:00Z",
            },
            {
                "toewijzingsdatum": "2026-04-01",
                "toewijzingstijd": "12:00:00",
                "ingangsdatum": "2026-04-01",
                "einddatum": "2026-09-30",
                "redenWijziging": None,
                "omvang": omvang,
                "budget": None,
                "referentieAanbieder": None,
                "toestand": "nieuw",
                "actueel": False,
                "berichtId": eerste,
                "vastgelegdOp": "2026-05-06T10:00:00Z",
            },
        ],
        "meldingen": [],
        "regie": {"toestand": "geen-start", "aanleveringen": []},
    }
    systeem.clock.instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # past midnight in the Netherlands
    laat = (await haal(systeem, f"{TOEWIJZINGEN}/0193/7", "aanbieder")).status_code
    assert laat == 200
    assert (await haal(systeem, f"{TOEWIJZINGEN}/0193/7")).json()["toestand"] == "verlopen"


async def test_the_description_of_the_api_names_every_route(systeem: Systeem) -> None:
    paden = (await systeem.client.get("/allocation/v1/openapi.json")).json()["paths"]
    assert set(paden) == {
        BERICHTEN,
        f"{BERICHTEN}/{{berichtId}}",
        f"{BERICHTEN}/{{berichtId}}/retour",
        "/allocation/v1/verzoeken",
        "/allocation/v1/verzoeken/{verzoekId}",
        "/allocation/v1/verzoeken/{verzoekId}/beslissingen",
        "/allocation/v1/postbus",
        "/allocation/v1/postbus/{berichtId}",
        "/allocation/v1/postbus/{berichtId}/ontvangst",
        "/allocation/v1/meldingen",
        "/allocation/v1/regie",
        "/allocation/v1/termijnen",
        TOEWIJZINGEN,
        f"{TOEWIJZINGEN}/_zoek",
        f"{TOEWIJZINGEN}/{{gemeente}}/{{toewijzingnummer}}",
    }
    assert "application/xml" in paden[BERICHTEN]["post"]["requestBody"]["content"]
