"""Retouren that receivers return: linked to one heenbericht, delivered to its sender, kept once, or clearly refused."""

import asyncio
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.berichten import JW301, JW302, Heenbericht
from ijw.berichten.basis import BerichtIdentificatie
from ijw.codec import build
from services.allocation.service import SERVICE
from tests.services.allocation_verkeer import geaccepteerd, namens
from tests.services.systeem import Systeem
from tests.unit.allocation.regievoorbeelden import jw305, jw307
from tests.unit.allocation.retouren import PRODUCT, bevinding, retour_op, xml_op
from tests.unit.allocation.voorbeelden import ANDERE_BSN, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import jw315, jw317, jw319, te_wijzigen

SERVICES = ("allocation",)
PAD = "/allocation/v1/berichten"
POSTBUS = "/allocation/v1/postbus"
AANBIEDER = ("aanbieder", (), "12345678")
GEMEENTE = ("gemeente", ("0193",), None)


async def stuur(systeem: Systeem, xml: bytes, wie: tuple[Any, ...]) -> Any:
    return await systeem.post_xml(PAD, xml, systeem.headers(*wie))


async def heen(systeem: Systeem, bericht: JW301) -> str:
    """Send a JW301 and give its id."""
    answer = await stuur(systeem, build(bericht), ("gemeente", (bericht.header.afzender,), None))
    assert answer.status_code == 202, answer.text
    bericht_id: str = answer.json()["berichtId"]
    return bericht_id


async def haal(systeem: Systeem, pad: str, wie: tuple[Any, ...], accept: str = "*/*") -> Any:
    return await systeem.client.get(pad, headers={**systeem.headers(*wie), "Accept": accept})


async def wachtend(systeem: Systeem, wie: tuple[Any, ...]) -> list[tuple[str, str, str]]:
    items = (await haal(systeem, POSTBUS, wie)).json()["items"]
    return [(item["berichtsoort"], item["van"], item["antwoordOp"]) for item in items]


async def klopt(systeem: Systeem) -> None:
    assert await SERVICE.check(systeem.runtime.contexts["allocation"]) == []


async def retouren(systeem: Systeem) -> int:
    connection = await systeem.connect("allocation")
    try:
        aantal: int = await connection.fetchval(
            "SELECT count(*) FROM berichten WHERE richting = 'in' AND heenbericht_id IS NOT NULL"
        )
        return aantal
    finally:
        await connection.close()


async def test_an_approving_retour_reaches_the_sender_and_is_seen_at_its_heenbericht(systeem: Systeem) -> None:
    bericht = jw301()
    heen_id = await heen(systeem, bericht)
    xml = xml_op(bericht)
    answer = await stuur(systeem, xml, AANBIEDER)
    assert answer.status_code == 202
    retour_id = answer.json()["berichtId"]
    assert answer.json() == {
        "berichtId": retour_id,
        "berichtsoort": "JW302",
        "identificatie": "R1",
        "afzender": "12345678",
        "ontvanger": "0193",
        "status": "geaccepteerd",
        "retourcodes": [],
    }
    # The sender has two: the one made here in the receiver's name at once, and the receiver's own.
    assert await wachtend(systeem, GEMEENTE) == [("JW302", "12345678", heen_id)] * 2
    assert (await haal(systeem, f"{POSTBUS}/{retour_id}", GEMEENTE)).content == xml
    getoond = (await haal(systeem, f"{PAD}/{heen_id}", GEMEENTE)).json()
    assert getoond["retourOntvanger"] == {
        "berichtId": retour_id,
        "ontvangenOp": "2026-05-06T10:00:00Z",
        "afgekeurd": False,
        "retourcodes": [],
    }
    assert (getoond["meldingen"], getoond["status"]) == ([], "geaccepteerd")
    assert getoond["retourberichtId"] != retour_id
    van_ons = await haal(systeem, f"{PAD}/{heen_id}/retour", GEMEENTE)
    assert (
        van_ons.content
        == (await haal(systeem, f"{PAD}/{getoond['retourberichtId']}", GEMEENTE, "application/xml")).content
    )
    await klopt(systeem)


async def test_both_parties_read_the_retour_and_nobody_answers_it(systeem: Systeem) -> None:
    bericht = jw301()
    heen_id = await heen(systeem, bericht)
    xml = xml_op(bericht, bevinding())
    retour_id = (await stuur(systeem, xml, AANBIEDER)).json()["berichtId"]
    for wie in (AANBIEDER, GEMEENTE, ("medewerker", ("0193",), None)):
        getoond = (await haal(systeem, f"{PAD}/{retour_id}", wie)).json()
        assert (getoond["antwoordOp"], getoond["retourberichtId"], getoond["retourOntvanger"]) == (heen_id, None, None)
        assert (getoond["afzender"], getoond["ontvanger"], getoond["retourcodes"]) == ("12345678", "0193", ["9332"])
        assert (await haal(systeem, f"{PAD}/{retour_id}", wie, "application/xml")).content == xml
        assert (await haal(systeem, f"{PAD}/{retour_id}/retour", wie)).status_code == 404
    for wie in (("aanbieder", (), "87654321"), ("gemeente", ("0150",), None)):
        assert (await haal(systeem, f"{PAD}/{retour_id}", wie)).status_code == 404


async def test_a_rejecting_retour_is_delivered_and_raised_where_people_look(systeem: Systeem) -> None:
    bericht = jw301(toewijzing(7))
    heen_id = await heen(systeem, bericht)
    answer = await stuur(systeem, xml_op(bericht, bevinding(), bevinding(code="S329", niveau=4)), AANBIEDER)
    assert (answer.status_code, answer.json()["retourcodes"]) == (202, ["9332", "S329"])
    retour_id = answer.json()["berichtId"]
    assert len(await wachtend(systeem, GEMEENTE)) == 2
    melding = {
        "soort": "afgekeurd-door-ontvanger",
        "uitleg": "De ontvanger keurt het bericht af, nadat het hier namens hem was goedgekeurd."
        " Wat het bericht teweegbracht is blijven gelden; spreek met beide partijen af wie wat herstelt.",
        "gemeente": "0193",
        "aanbieder": "12345678",
        "toewijzingnummer": None,
        "tijdstip": None,
        "elementen": [],
        "berichtId": retour_id,
        "antwoordOp": heen_id,
        "retourcodes": ["9332", "S329"],
        "vastgelegdOp": "2026-05-06T10:00:00Z",
    }
    getoond = (await haal(systeem, f"{PAD}/{heen_id}", GEMEENTE)).json()
    assert getoond["meldingen"] == [melding]
    assert (getoond["retourOntvanger"]["afgekeurd"], getoond["status"]) == (True, "geaccepteerd")
    assert (await haal(systeem, f"{PAD}/{retour_id}", GEMEENTE)).json()["meldingen"] == [melding]
    bij_toewijzing = (await haal(systeem, "/allocation/v1/toewijzingen/0193/7", AANBIEDER)).json()
    assert (bij_toewijzing["meldingen"], bij_toewijzing["toestand"]) == ([melding], "nieuw")
    lijst = (await haal(systeem, "/allocation/v1/meldingen", ("medewerker", ("0193",), None))).json()
    assert lijst == {"items": [melding], "volgende": None}
    await klopt(systeem)


async def test_every_kind_of_message_gets_the_retour_of_its_receiver(systeem: Systeem) -> None:
    """A toewijzing that is started and stopped, a verzoek that goes to onderzoek, a change that is asked for."""
    reeks: list[tuple[Heenbericht, str]] = [
        (jw301(), "/Bericht/Client"),
        (jw305(), "/Bericht/Client/StartProducten/StartProduct[1]"),
        (jw307(), "/Bericht/Client/StopProducten/StopProduct[1]"),
        (jw317(wijzigen=(te_wijzigen(),), ongewijzigd=()), "/Bericht/Client/Verzoek"),
        (jw319("VOW-1"), "/Bericht/Antwoord"),
        (jw315(), "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[1]"),
    ]
    for nummer, (bericht, pad) in enumerate(reeks):
        kop = bericht.header
        heen_id = await geaccepteerd(systeem, bericht)
        xml = xml_op(bericht, bevinding(pad, "9374"), identificatie=f"R{nummer}")
        answer = await systeem.post_xml(PAD, xml, namens(systeem, kop.ontvanger))
        assert (answer.status_code, answer.json()["retourcodes"]) == (202, ["9374"]), answer.text
        assert (answer.json()["afzender"], answer.json()["ontvanger"]) == (kop.ontvanger, kop.afzender)
        bij_afzender = await systeem.client.get(POSTBUS, headers=namens(systeem, kop.afzender))
        laatste = bij_afzender.json()["items"][-1]
        assert (laatste["berichtId"], laatste["antwoordOp"]) == (answer.json()["berichtId"], heen_id)
        assert laatste["berichtsoort"] == f"JW{int(bericht.soort[2:]) + 1}"
    lijst = await haal(systeem, "/allocation/v1/meldingen?soort=afgekeurd-door-ontvanger", GEMEENTE)
    assert len(lijst.json()["items"]) == len(reeks)
    termijnen = await haal(systeem, "/allocation/v1/termijnen?soort=retour&status=open", GEMEENTE)
    assert termijnen.json()["items"] == []
    await klopt(systeem)


@pytest.mark.parametrize("codes", [("0001",), ("8848", "S300")], ids=["niveau 2", "in de Header"])
async def test_a_retour_that_rejects_the_whole_message(systeem: Systeem, codes: tuple[str, ...]) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    answer = await stuur(systeem, xml_op(bericht, retour_codes=codes), AANBIEDER)
    assert (answer.status_code, answer.json()["retourcodes"]) == (202, list(codes))
    await klopt(systeem)


async def test_the_same_bytes_again_get_the_first_answer(systeem: Systeem) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    xml = xml_op(bericht, bevinding())
    eerste = await stuur(systeem, xml, AANBIEDER)
    tweede = await stuur(systeem, xml, AANBIEDER)
    assert (eerste.status_code, tweede.status_code) == (202, 200)
    assert tweede.json() == eerste.json()
    assert tweede.headers["Location"] == eerste.headers["Location"]
    assert (await retouren(systeem), len(await wachtend(systeem, GEMEENTE))) == (1, 2)


async def test_another_retour_on_the_same_message_is_refused(systeem: Systeem) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    assert (await stuur(systeem, xml_op(bericht), AANBIEDER)).status_code == 202
    for anders in (xml_op(bericht, identificatie="R2"), xml_op(bericht, bevinding()), xml_op(bericht) + b"\n"):
        answer = await stuur(systeem, anders, AANBIEDER)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:retour-al-ontvangen")
    assert (await retouren(systeem), len(await wachtend(systeem, GEMEENTE))) == (1, 2)
    await klopt(systeem)


async def test_of_retouren_sent_at_once_one_is_taken_in(systeem: Systeem) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    xmls = [xml_op(bericht, identificatie=f"R{nummer % 3}") for nummer in range(9)]
    answers = await asyncio.gather(*(stuur(systeem, xml, AANBIEDER) for xml in xmls))
    statussen = sorted(answer.status_code for answer in answers)
    assert statussen == [200, 200, 202, *[409] * 6]
    assert (await retouren(systeem), len(await wachtend(systeem, GEMEENTE))) == (1, 2)
    await klopt(systeem)


async def test_one_identificatie_of_its_own_on_two_retouren(systeem: Systeem) -> None:
    een, twee = jw301(), jw301(toewijzing(2), identificatie="2")
    for bericht in (een, twee):
        await heen(systeem, bericht)
    answers = await asyncio.gather(*(stuur(systeem, xml_op(bericht), AANBIEDER) for bericht in (een, twee)))
    assert [answer.status_code for answer in answers] == [202, 202]
    await klopt(systeem)


async def test_a_message_that_was_never_delivered_gets_no_retour(systeem: Systeem) -> None:
    goed, geweigerd = jw301(), jw301(identificatie="2", bsn=ANDERE_BSN)
    for bericht in (goed, geweigerd):
        await heen(systeem, bericht)
    kop = goed.header.bericht_identificatie
    nooit = [
        (xml_op(jw301(identificatie="3")), AANBIEDER),  # never sent
        (xml_op(geweigerd), AANBIEDER),  # refused, so never delivered
        (xml_op(replace(goed, header=replace(goed.header, ontvanger="87654321"))), ("aanbieder", (), "87654321")),
        (xml_op(jw301(afzender="0150")), AANBIEDER),  # the same Identificatie of another sender
        (xml_op(goed, bericht_identificatie=replace(kop, identificatie="11")), AANBIEDER),
    ]
    for xml, wie in nooit:
        answer = await stuur(systeem, xml, wie)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:happyflow:probleem:heenbericht-onbekend")
    assert await retouren(systeem) == 0


@pytest.mark.parametrize(
    "wie",
    [GEMEENTE, ("aanbieder", (), "87654321"), ("gemeente", ("0150",), None)],
    ids=["the sender itself", "another aanbieder", "another gemeente"],
)
async def test_only_the_receiver_returns_a_retour(systeem: Systeem, wie: tuple[Any, ...]) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    answer = await stuur(systeem, xml_op(bericht), wie)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:happyflow:probleem:andere-afzender")
    assert "De Ontvanger in het bericht" in answer.json()["detail"]
    assert await retouren(systeem) == 0


def zonder_fout(bericht: JW301) -> JW302:
    """Classes that came back although nothing was found in them."""
    terug = retour_op(bericht, bevinding())
    assert isinstance(terug, JW302)
    assert terug.client is not None
    producten = tuple(replace(deel, retour_codes=("0200",)) for deel in terug.client.toegewezen_producten)
    return replace(terug, client=replace(terug.client, toegewezen_producten=producten))


async def test_a_retour_that_does_not_fit_is_refused_with_every_fault_and_no_value(systeem: Systeem) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    ander = jw301(toewijzing(987654), bsn=ANDERE_BSN)
    dag = BerichtIdentificatie(identificatie="1", dagtekening=date(2026, 5, 5))
    for xml, paden in (
        (xml_op(bericht, bericht_identificatie=dag), ["/Bericht/Header/BerichtIdentificatie"]),
        (xml_op(bericht, retour_codes=("0200",)), ["/Bericht/Header/RetourCodes"]),
        (xml_op(ander, bevinding()), ["/Bericht/Client/Bsn", f"{PRODUCT}/ToewijzingNummer"]),
        (build(zonder_fout(bericht)), ["/Bericht/Client"]),
    ):
        answer = await stuur(systeem, xml, AANBIEDER)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:happyflow:probleem:retour-past-niet")
        assert [fout["pad"] for fout in answer.json()["fouten"]] == paden
        assert ANDERE_BSN not in answer.text
        assert "987654" not in answer.text
    assert await retouren(systeem) == 0
    # Nothing was stored, so the improved retour is the first.
    assert (await stuur(systeem, xml_op(bericht), AANBIEDER)).status_code == 202


async def test_general_0001_stands_alone_also_in_a_retour_that_comes_in(systeem: Systeem) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    answer = await stuur(systeem, xml_op(bericht, bevinding(), retour_codes=("0001",)), AANBIEDER)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:happyflow:probleem:retour-past-niet")
    assert "/Bericht/Client" in [fout["pad"] for fout in answer.json()["fouten"]]


async def test_a_retour_that_is_no_valid_xml_is_a_400_like_any_message(systeem: Systeem) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    xml = xml_op(bericht).replace(b"<jw302:BerichtCode>437<", b"<jw302:BerichtCode>436<")
    answer = await stuur(systeem, xml, AANBIEDER)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:happyflow:probleem:xsd-ongeldig")


async def test_meldingen_show_to_everyone_what_is_theirs_and_page(systeem: Systeem) -> None:
    namen = []
    for nummer, (gemeente, aanbieder) in enumerate(
        [("0193", "12345678"), ("0193", "87654321"), ("0150", "12345678"), ("0193", "12345678")], 1
    ):
        bericht = jw301(toewijzing(nummer), identificatie=f"{nummer}", afzender=gemeente, ontvanger=aanbieder)
        namen.append(await heen(systeem, bericht))
        answer = await stuur(systeem, xml_op(bericht, bevinding()), ("aanbieder", (), aanbieder))
        assert answer.status_code == 202
    botsing = jw301(toewijzing(1, einddatum=date(2026, 12, 31)), identificatie="5")
    await heen(systeem, botsing)

    async def gezien(wie: tuple[Any, ...], query: str = "") -> list[int]:
        answer = await haal(systeem, f"/allocation/v1/meldingen?{query}", wie)
        assert answer.status_code == 200, answer.text
        return [namen.index(item["antwoordOp"]) + 1 if item["antwoordOp"] else 0 for item in answer.json()["items"]]

    beheer = ("beheer", (), None)
    assert await gezien(beheer) == [0, 4, 3, 2, 1]
    assert await gezien(GEMEENTE) == [0, 4, 2, 1]
    assert await gezien(AANBIEDER) == [0, 4, 3, 1]
    assert await gezien(("aanbieder", (), "87654321")) == [2]
    assert await gezien(GEMEENTE, "gemeente=0150") == []
    assert await gezien(beheer, "aanbieder=12345678&gemeente=0193") == [0, 4, 1]
    assert await gezien(beheer, "soort=gelijk-tijdstip") == [0]
    assert await gezien(beheer, "soort=afgekeurd-door-ontvanger&limit=2") == [4, 3]
    eerste = await haal(systeem, "/allocation/v1/meldingen?limit=3", beheer)
    tweede = await haal(systeem, eerste.headers["Link"].split(">")[0].removeprefix("<"), beheer)
    assert [len(deel.json()["items"]) for deel in (eerste, tweede)] == [3, 2]
    assert (await haal(systeem, "/allocation/v1/meldingen?soort=onzin", beheer)).status_code == 400
    assert (await haal(systeem, "/allocation/v1/meldingen", ("accountant", ("0193",), None))).status_code == 403


@pytest.mark.parametrize(
    ("schade", "invariant"),
    [
        (
            "UPDATE berichten SET van = '87654321' WHERE identificatie = 'R1'",
            "retour-van-ontvanger-hoort-bij-een-heenbericht",
        ),
        (
            "UPDATE berichten SET heenbericht_id = NULL WHERE identificatie = 'R1'",
            "retour-van-ontvanger-hoort-bij-een-heenbericht",
        ),
        (
            "UPDATE berichten SET berichtsoort = 'JW306' WHERE identificatie = 'R1'",
            "retour-van-ontvanger-hoort-bij-een-heenbericht",
        ),
        (
            "DELETE FROM postbus WHERE bericht_id = (SELECT bericht_id FROM berichten WHERE identificatie = 'R1')",
            "bericht-in-de-juiste-postbus",
        ),
        ("DELETE FROM meldingen", "afkeurende-retour-is-gemeld"),
        ("UPDATE berichten SET retourcodes = '{}' WHERE identificatie = 'R1'", "afkeurende-retour-is-gemeld"),
    ],
)
async def test_the_check_finds_a_retour_that_lost_its_place(systeem: Systeem, schade: str, invariant: str) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    await stuur(systeem, xml_op(bericht, bevinding()), AANBIEDER)
    await klopt(systeem)
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    gevonden = {item.invariant for item in await SERVICE.check(systeem.runtime.contexts["allocation"])}
    assert invariant in gevonden


async def test_a_message_has_one_retour_of_its_receiver_whatever_the_code_does(systeem: Systeem) -> None:
    bericht = jw301()
    await heen(systeem, bericht)
    await stuur(systeem, xml_op(bericht), AANBIEDER)
    connection = await systeem.connect("allocation")
    try:
        with pytest.raises(Exception, match="ix_berichten_retour"):
            await connection.execute(
                "INSERT INTO berichten SELECT (jsonb_populate_record(b, jsonb_build_object('bericht_id',"
                " gen_random_uuid(), 'identificatie', 'R9', 'sha256', '\\x00'))).* FROM berichten b"
                " WHERE identificatie = 'R1'"
            )
    finally:
        await connection.close()
