"""Terms over HTTP: what a message starts and meets, who sees it, and how the days move it."""

from datetime import date

import pytest

from tests.services.allocation_termijnen import PAD, dag, kort, termijnen
from tests.services.allocation_verkeer import bied_aan, controle, geaccepteerd, namens
from tests.services.systeem import Systeem
from tests.unit.allocation.regievoorbeelden import jw305, jw307, start, stop, weg
from tests.unit.allocation.retouren import bevinding, xml_op
from tests.unit.allocation.voorbeelden import ANDERE_BSN, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, jw319, te_wijzigen

SERVICES = ("allocation",)
GEMEENTE, AANBIEDER = "0193", "12345678"


async def test_a_delivered_message_starts_the_term_of_its_receiver(systeem: Systeem) -> None:
    heen_id = await geaccepteerd(systeem, jw301())
    assert await termijnen(systeem, "soort=retour") == [
        {
            "soort": "retour",
            "regel": "OP090",
            "berichtId": heen_id,
            "referentieAanbieder": None,
            "onderwerp": None,
            "voldaanDoor": None,
            "gemeente": GEMEENTE,
            "aanbieder": AANBIEDER,
            "wie": AANBIEDER,
            "aan": GEMEENTE,
            "begin": "2026-05-06",
            "uiterlijkOp": "2026-05-11",
            "werkdagenOver": 3,
            "status": "opTijd",
            "voldaanOp": None,
        }
    ]
    for nummer, over, hoe in (
        (8, 1, "bijna"),
        (9, 1, "bijna"),
        (11, 0, "bijna"),
        (12, -1, "teLaat"),
        (15, -3, "teLaat"),
    ):
        dag(systeem, 5, nummer)
        (item,) = await termijnen(systeem, "soort=retour")
        assert (item["werkdagenOver"], item["status"]) == (over, hoe), nummer
        assert bool(await termijnen(systeem, "soort=retour&status=teLaat")) is (hoe == "teLaat")
    assert await controle(systeem) == {}


async def test_the_retour_of_the_receiver_meets_it_in_time_or_late(systeem: Systeem) -> None:
    een, twee = jw301(), jw301(toewijzing(2), identificatie="2")
    for bericht in (een, twee):
        await geaccepteerd(systeem, bericht)
    dag(systeem, 5, 11, 21)  # 23:00 in the Netherlands
    op_tijd = await systeem.post_xml("/allocation/v1/berichten", xml_op(een), namens(systeem, AANBIEDER))
    dag(systeem, 5, 11, 22)  # past midnight in the Netherlands
    afwijzing = xml_op(twee, bevinding(), identificatie="R2")
    te_laat = await systeem.post_xml("/allocation/v1/berichten", afwijzing, namens(systeem, AANBIEDER))
    dag(systeem, 6, 1)
    gevonden = {item["voldaanDoor"]: item for item in await termijnen(systeem, "soort=retour&status=voldaan")}
    een_, twee_ = gevonden[op_tijd.json()["berichtId"]], gevonden[te_laat.json()["berichtId"]]
    assert (een_["werkdagenOver"], een_["status"], een_["voldaanOp"]) == (0, "bijna", "2026-05-11T21:00:00Z")
    assert (twee_["werkdagenOver"], twee_["status"], twee_["voldaanOp"]) == (-1, "teLaat", "2026-05-11T22:00:00Z")
    assert [item["voldaanDoor"] for item in await termijnen(systeem, "soort=retour&status=teLaatVoldaan")] == [
        te_laat.json()["berichtId"]
    ]
    assert await termijnen(systeem, "soort=retour&status=open") == []
    assert await controle(systeem) == {}


async def test_received_after_hours_is_received_that_day_in_the_netherlands(systeem: Systeem) -> None:
    dag(systeem, 5, 6, 21)  # Wednesday 23:00
    await geaccepteerd(systeem, jw301())
    dag(systeem, 5, 6, 22)  # Thursday 00:00
    await geaccepteerd(systeem, jw301(toewijzing(2), identificatie="2"))
    assert [item["begin"] for item in await termijnen(systeem, "soort=retour")] == ["2026-05-06", "2026-05-07"]
    assert [item["uiterlijkOp"] for item in await termijnen(systeem, "soort=retour")] == ["2026-05-11", "2026-05-12"]


async def test_a_refused_message_starts_no_term_of_its_receiver(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301())
    geweigerd = await bied_aan(systeem, jw301(identificatie="2", bsn=ANDERE_BSN))
    assert geweigerd.json()["status"] == "afgekeurd"
    assert len(await termijnen(systeem, "soort=retour")) == 1
    # Our answer on it waits for its sender, and is nobody else's business.
    wacht = await termijnen(systeem, "soort=ophalen&gemeente=0193&partij=0193")
    assert [(item["wie"], item["aan"]) for item in wacht] == [(GEMEENTE, None)] * 2
    assert len(await termijnen(systeem, "soort=ophalen", namens(systeem, GEMEENTE))) == 3
    assert len(await termijnen(systeem, "soort=ophalen", namens(systeem, AANBIEDER))) == 1
    assert await controle(systeem) == {}


async def test_what_is_not_fetched_from_the_postbus_is_late(systeem: Systeem) -> None:
    heen_id = await geaccepteerd(systeem, jw301())
    query = f"soort=ophalen&partij={AANBIEDER}"
    (item,) = await termijnen(systeem, query)
    assert (item["berichtId"], item["aan"], item["uiterlijkOp"], item["status"]) == (
        heen_id, GEMEENTE, "2026-05-11", "opTijd"
    )  # fmt: skip
    dag(systeem, 5, 12)
    assert await kort(systeem, f"{query}&status=teLaat") == [(AANBIEDER, "2026-05-11", "teLaat")]
    ontvangst = f"/allocation/v1/postbus/{heen_id}/ontvangst"
    assert (await systeem.client.post(ontvangst, headers=namens(systeem, AANBIEDER))).status_code == 200
    assert await termijnen(systeem, f"{query}&status=open") == []
    assert await kort(systeem, f"{query}&status=teLaatVoldaan") == [(AANBIEDER, "2026-05-11", "teLaat")]


async def test_every_product_of_a_vot_is_answered_within_five_werkdagen(systeem: Systeem) -> None:
    een = aangevraagd("VOT-1")
    twee = aangevraagd("VOT-2", product=een.product and een.product.__class__(categorie="46"), omvang=None)
    await geaccepteerd(systeem, jw315(een, twee))
    assert await kort(systeem, "soort=verzoek-antwoord") == [(GEMEENTE, "2026-05-13", "opTijd")] * 2
    dag(systeem, 5, 8)
    await geaccepteerd(systeem, jw319("VOT-1", dagtekening=date(2026, 5, 8)))
    (open_,) = await termijnen(systeem, "soort=verzoek-antwoord&status=open")
    assert (open_["referentieAanbieder"], open_["wie"], open_["aan"]) == ("VOT-2", GEMEENTE, AANBIEDER)
    dag(systeem, 5, 15)
    assert await kort(systeem, "soort=verzoek-antwoord&status=teLaat") == [(GEMEENTE, "2026-05-13", "teLaat")]
    verleend = toewijzing(2, product=twee.product, omvang=None, referentie_aanbieder="VOT-2")
    await geaccepteerd(systeem, jw301(verleend, identificatie="T2", dagtekening=date(2026, 5, 15)))
    assert await termijnen(systeem, "soort=verzoek-antwoord&status=open") == []
    (laat,) = await termijnen(systeem, "soort=verzoek-antwoord&status=teLaatVoldaan")
    assert laat["referentieAanbieder"] == "VOT-2"
    assert await controle(systeem) == {}


async def test_onderzoek_meets_the_first_term_and_starts_that_of_eight_weeks(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw315(dagtekening=date(2026, 5, 4)))
    dag(systeem, 5, 12)
    await geaccepteerd(systeem, jw319(antwoord="2", dagtekening=date(2026, 5, 12)))
    assert await kort(systeem, "soort=verzoek-antwoord&status=voldaan") == [(GEMEENTE, "2026-05-13", "bijna")]
    (item,) = await termijnen(systeem, "soort=onderzoek")
    assert (item["begin"], item["uiterlijkOp"], item["status"]) == ("2026-05-04", "2026-06-29", "opTijd")
    assert item["referentieAanbieder"] == "VOT-1"
    for maand, nummer, hoe in ((6, 19, "opTijd"), (6, 22, "bijna"), (6, 29, "bijna"), (6, 30, "teLaat")):
        dag(systeem, maand, nummer)
        assert await kort(systeem, "soort=onderzoek&status=open") == [(GEMEENTE, "2026-06-29", hoe)], nummer
    await geaccepteerd(systeem, jw319(antwoord="1", identificatie="A2", dagtekening=date(2026, 6, 30)))
    assert await termijnen(systeem, "soort=onderzoek&status=open") == []
    assert await kort(systeem, "soort=onderzoek&status=teLaatVoldaan") == [(GEMEENTE, "2026-06-29", "teLaat")]
    assert await kort(systeem, "soort=verzoek-antwoord") == [(GEMEENTE, "2026-05-13", "bijna")]
    assert await controle(systeem) == {}


async def test_a_rejection_for_the_woonplaatsbeginsel_comes_within_two_weeks(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw315())
    await geaccepteerd(systeem, jw319(antwoord="2"))
    assert await termijnen(systeem, "soort=woonplaatsbeginsel") == []
    dag(systeem, 5, 21)
    afwijzing = jw319(reden="8", gemeente="0150", identificatie="A8", dagtekening=date(2026, 5, 21))
    await geaccepteerd(systeem, afwijzing)
    (item,) = await termijnen(systeem, "soort=woonplaatsbeginsel")
    assert (item["uiterlijkOp"], item["werkdagenOver"], item["status"]) == ("2026-05-20", -1, "teLaat")
    assert item["voldaanOp"] is not None
    assert await controle(systeem) == {}


async def test_a_vow_is_answered_as_a_whole(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301())
    await geaccepteerd(systeem, jw317(wijzigen=(te_wijzigen(),), ongewijzigd=()))
    assert [item["referentieAanbieder"] for item in await termijnen(systeem, "soort=verzoek-antwoord")] == ["VOW-1"]
    await geaccepteerd(systeem, jw319("VOW-1"))
    assert await termijnen(systeem, "soort=verzoek-antwoord&status=open") == []
    assert await controle(systeem) == {}


@pytest.mark.parametrize(
    ("toegewezen", "begindatum", "gemeld", "uiterlijk", "hoe"),
    [
        ((4, 1), date(2026, 4, 3), (4, 13), "2026-04-13", "bijna"),  # Good Friday itself; Easter Monday is free
        ((4, 1), date(2026, 4, 3), (4, 14), "2026-04-13", "teLaat"),
        ((5, 6), date(2026, 4, 3), (5, 13), "2026-05-13", "bijna"),  # a retroactive toewijzing
        ((5, 6), date(2026, 4, 3), (5, 15), "2026-05-13", "teLaat"),
    ],
)
async def test_a_start_is_told_within_five_werkdagen_of_it_or_of_a_retroactive_toewijzing(
    systeem: Systeem,
    toegewezen: tuple[int, int],
    begindatum: date,
    gemeld: tuple[int, int],
    uiterlijk: str,
    hoe: str,
) -> None:
    dag(systeem, *toegewezen)
    await geaccepteerd(systeem, jw301(dagtekening=date(2026, *toegewezen)))
    dag(systeem, *gemeld)
    await geaccepteerd(systeem, jw305(start(begindatum=begindatum), dagtekening=date(2026, *gemeld)))
    (item,) = await termijnen(systeem, "soort=start")
    assert (item["wie"], item["aan"], item["onderwerp"]) == (AANBIEDER, GEMEENTE, "10072")
    assert (item["uiterlijkOp"], item["status"]) == (uiterlijk, hoe)
    assert await controle(systeem) == {}


async def test_a_start_that_corrects_another_has_no_term_of_its_own(systeem: Systeem) -> None:
    dag(systeem, 4, 3)
    await geaccepteerd(systeem, jw301(dagtekening=date(2026, 4, 1)))
    await geaccepteerd(systeem, jw305(start(), dagtekening=date(2026, 4, 3)))
    dag(systeem, 5, 6)
    await geaccepteerd(systeem, jw305(weg(start()), start(begindatum=date(2026, 4, 2)), identificatie="2"))
    assert await kort(systeem, "soort=start") == [(AANBIEDER, "2026-04-13", "opTijd")]
    await geaccepteerd(systeem, jw307(stop(begindatum=date(2026, 4, 2))))
    await geaccepteerd(systeem, jw305(start(begindatum=date(2026, 5, 4)), identificatie="3"))
    assert [item["begin"] for item in await termijnen(systeem, "soort=start")] == ["2026-04-03", "2026-05-04"]
    assert await controle(systeem) == {}


async def test_a_stop_is_told_within_five_werkdagen_but_what_follows_a_temporary_one_cannot_be_judged(
    systeem: Systeem,
) -> None:
    dag(systeem, 4, 3)
    await geaccepteerd(systeem, jw301(dagtekening=date(2026, 4, 1)))
    await geaccepteerd(systeem, jw305(start(), dagtekening=date(2026, 4, 3)))
    dag(systeem, 4, 29)
    tijdelijk = stop(reden_beeindiging="20")
    await geaccepteerd(systeem, jw307(tijdelijk, dagtekening=date(2026, 4, 29)))
    assert await kort(systeem, "soort=stop") == [(AANBIEDER, "2026-04-28", "teLaat")]
    dag(systeem, 5, 6)
    await geaccepteerd(systeem, jw307(stop(), identificatie="2"))
    assert await kort(systeem, "soort=stop") == [(AANBIEDER, "2026-04-28", "teLaat")]
    assert await controle(systeem) == {}


async def test_a_taakgericht_start_counts_from_begindatum(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw305(start(None, toewijzing_ingangsdatum=None)))
    (item,) = await termijnen(systeem, "soort=start")
    assert (item["begin"], item["status"], item["onderwerp"]) == ("2026-04-03", "teLaat", "45/45A03/2026-04-03")
    assert await controle(systeem) == {}


async def test_a_party_sees_what_it_owes_and_what_is_owed_to_it(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301())
    await geaccepteerd(systeem, jw301(toewijzing(2), identificatie="2", ontvanger="87654321"))
    await geaccepteerd(systeem, jw301(toewijzing(1), afzender="0150"))
    wie = {
        "gemeente": namens(systeem, GEMEENTE),
        "andere gemeente": namens(systeem, "0150"),
        "aanbieder": namens(systeem, AANBIEDER),
        "andere aanbieder": namens(systeem, "87654321"),
        "medewerker": systeem.headers("medewerker", ["0193", "0150"]),
        "andere medewerker": systeem.headers("medewerker", ["1680"]),
        "beheer": systeem.headers("beheer"),
    }
    for naam, verwacht in {
        "gemeente": {(GEMEENTE, AANBIEDER), (GEMEENTE, "87654321")},
        "andere gemeente": {("0150", AANBIEDER)},
        "aanbieder": {(GEMEENTE, AANBIEDER), ("0150", AANBIEDER)},
        "andere aanbieder": {(GEMEENTE, "87654321")},
        "medewerker": {(GEMEENTE, AANBIEDER), (GEMEENTE, "87654321"), ("0150", AANBIEDER)},
        "andere medewerker": set(),
        "beheer": {(GEMEENTE, AANBIEDER), (GEMEENTE, "87654321"), ("0150", AANBIEDER)},
    }.items():
        gezien = await termijnen(systeem, "soort=retour", wie[naam])
        assert {(item["gemeente"], item["aanbieder"]) for item in gezien} == verwacht, naam
    assert len(await termijnen(systeem, f"soort=retour&aanbieder={AANBIEDER}&gemeente=0150")) == 1
    assert await termijnen(systeem, "soort=retour&gemeente=0150", wie["gemeente"]) == []
    assert await termijnen(systeem, f"partij={GEMEENTE}&soort=retour") == []
    accountant = await systeem.client.get(PAD, headers=systeem.headers("accountant", ["0193"]))
    assert accountant.status_code == 403
    assert (await systeem.client.get(PAD)).status_code == 401
    for fout in ("soort=onzin", "status=onzin", "gemeente=1", "partij=12345", "cursor=x", "limit=0"):
        answer = await systeem.client.get(f"{PAD}?{fout}", headers=wie["beheer"])
        assert answer.status_code == 400, fout


async def test_pages_hold_every_term_once_the_first_to_end_first(systeem: Systeem) -> None:
    for nummer in range(1, 8):
        dag(systeem, 5, 6 + nummer % 3)
        await geaccepteerd(systeem, jw301(toewijzing(nummer), identificatie=f"{nummer}"))
    gezien: list[tuple[str, str, str]] = []
    pad: str | None = f"{PAD}?limit=4"
    while pad:
        answer = await systeem.client.get(pad, headers=systeem.headers("beheer"))
        gezien += [(item["uiterlijkOp"], item["soort"], item["berichtId"]) for item in answer.json()["items"]]
        volgende = answer.json()["volgende"]
        pad = answer.headers["Link"].split(">")[0].removeprefix("<") if volgende else None
    assert len(gezien) == len(set(gezien)) == 7 * 3
    assert [einde for einde, _, _ in gezien] == sorted(einde for einde, _, _ in gezien)
