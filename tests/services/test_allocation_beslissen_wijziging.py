"""A gemeente decides about a verzoek om wijziging: granted as asked, split where a number cannot stay."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ijw.berichten import JW317
from ijw.berichten.basis import Omvang, Product
from ijw.berichten.jw301 import ToegewezenProduct301
from tests.services.allocation_verkeer import (
    VERZOEKEN,
    bericht,
    beslis,
    controle,
    fouten,
    geaccepteerd,
    meldingen,
    namens,
    verzoekstand,
    verzonden,
)
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import GEMEENTE, TOEWIJZING, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import jw317, nieuw, te_wijzigen

SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")


async def test_granting_a_jw317_splits_what_cannot_keep_its_number(systeem: Systeem) -> None:
    aspecifiek = toewijzing(2, product=ASPECIFIEK, omvang=None)
    await geaccepteerd(systeem, jw301(toewijzing(1), aspecifiek))
    verzoek_id = await geaccepteerd(systeem, jw317(ongewijzigd=[2], wijzigen=[te_wijzigen(1)], nieuwe=[nieuw()]))
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["toewijzingnummers"] == [1, 3, 4]
    gemaakt = await bericht(systeem, answer.json()["berichten"][0]["berichtId"])
    regels = [
        (p.toewijzing_nummer, p.ingangsdatum, p.einddatum, p.reden_wijziging, p.omvang.volume if p.omvang else None)
        for p in gemaakt.client.toegewezen_producten
    ]
    assert regels == [
        (1, date(2026, 4, 1), date(2026, 6, 30), "12", 3),
        (3, date(2026, 7, 1), date(2026, 9, 30), None, 2),
        (2, date(2026, 4, 1), date(2026, 9, 30), None, None),
        (4, date(2026, 7, 1), date(2026, 12, 31), None, 2),
    ]
    assert {p.referentie_aanbieder for p in gemaakt.client.toegewezen_producten} == {"VOW-1"}
    momenten = [(p.toewijzingsdatum, p.toewijzingstijd) for p in gemaakt.client.toegewezen_producten]
    nu, toen = (date(2026, 5, 6), "12:00:00"), (date(2026, 4, 1), "12:00:00")
    assert momenten == [nu, nu, toen, nu]  # a resend keeps its moment (IV013)
    assert await verzoekstand(systeem) == [("VOW-1", "toegekend", "JW301")]
    detail = await systeem.client.get("/allocation/v1/toewijzingen/0193/1", headers=namens(systeem, GEMEENTE))
    assert (detail.json()["toestand"], detail.json()["einddatum"]) == ("ingetrokken", "2026-06-30")
    assert await meldingen(systeem) == []
    assert await controle(systeem) == {}


async def test_a_jw317_is_granted_as_asked_and_only_its_dates_may_give_way(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[te_wijzigen(1)], nieuwe=[nieuw()]))

    async def probeer(*producten: dict[str, Any]) -> Any:
        return await beslis(systeem, verzoek_id, {"besluit": "toekennen", "producten": list(producten)})

    answer = await probeer(
        {"volgnummer": 1, "omvang": {"volume": 9, "eenheid": "04", "frequentie": "2"}},
        {"volgnummer": 2, "ingangsdatum": "2026-08-01"},
    )
    assert answer.status_code == 400
    assert "zoals het is gevraagd" in fouten(answer)["/body/producten/0"]
    assert "verstreken" in fouten(answer)["/body/producten/1"]
    systeem.clock.instant = datetime(2026, 7, 15, 10, 0, tzinfo=UTC)
    keuzes = [{"volgnummer": 1, "ingangsdatum": "2026-08-01"}, {"volgnummer": 2, "toewijzingnummer": 500}]
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "toekennen", "producten": keuzes})
    assert [(p.toewijzing_nummer, p.ingangsdatum, p.einddatum) for p in gemaakt.client.toegewezen_producten] == [
        (1, date(2026, 4, 1), date(2026, 7, 31)),
        (2, date(2026, 8, 1), date(2026, 9, 30)),
        (500, date(2026, 7, 1), date(2026, 12, 31)),
    ]
    assert await controle(systeem) == {}


async def test_a_number_for_what_keeps_its_own_is_refused(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    langer = te_wijzigen(1, einddatum=date(2026, 12, 31), omvang=TOEWIJZING.omvang)
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[langer]))
    keuze = {"volgnummer": 1, "toewijzingnummer": 500}
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen", "producten": [keuze]})
    assert (answer.status_code, fouten(answer)["/body/producten/0/toewijzingnummer"]) == (
        400,
        "dit product krijgt geen nieuw toewijzingnummer",
    )
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen", "client": {"relaties": []}})
    assert answer.json()["toewijzingnummers"] == [1]
    detail = await systeem.client.get("/allocation/v1/toewijzingen/0193/1", headers=namens(systeem, GEMEENTE))
    assert (detail.json()["toestand"], detail.json()["redenWijziging"]) == ("opgerekt", "12")


async def test_woonplaatsbeginsel_cannot_reject_a_jw317(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[te_wijzigen(1)]))
    besluit = {"besluit": "afwijzen", "redenAfwijzingVerzoek": "8", "gemeenteWoonplaatsbeginsel": "0150"}
    answer = await beslis(systeem, verzoek_id, besluit)
    assert set(fouten(answer)) == {"/body/redenAfwijzingVerzoek"}
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "afwijzen", "redenAfwijzingVerzoek": "5"})
    assert gemaakt.antwoord.reden_afwijzing_verzoek == "5"


async def test_a_toewijzing_decided_later_than_now_is_not_changed(systeem: Systeem) -> None:
    """Its change would be older than what counts, and so count for nothing (IV013)."""
    await geaccepteerd(systeem, jw301(toewijzing(1, toewijzingsdatum=date(2026, 5, 6), toewijzingstijd="12:00:00")))
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[te_wijzigen(1)]))
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:later-vastgesteld")
    systeem.clock.instant = datetime(2026, 5, 6, 10, 0, 1, tzinfo=UTC)
    assert (await beslis(systeem, verzoek_id, {"besluit": "toekennen"})).status_code == 200
    assert await controle(systeem) == {}


@pytest.mark.parametrize("bericht", [jw317(wijzigen=[te_wijzigen(1)]), jw317(ongewijzigd=[1], nieuwe=[nieuw()])])
async def test_a_toewijzing_removed_since_cannot_be_changed_nor_stay(systeem: Systeem, bericht: JW317) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    verzoek_id = await geaccepteerd(systeem, bericht)
    weg = toewijzing(1, toewijzingstijd="13:00:00", einddatum=date(2026, 4, 1), reden_wijziging="13")
    await geaccepteerd(systeem, jw301(weg, identificatie="2"))
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:toewijzing-verwijderd")
    assert (await beslis(systeem, verzoek_id, {"besluit": "afwijzen", "redenAfwijzingVerzoek": "1"})).status_code == 200


async def test_op348_a_jw301_that_grants_a_jw317_otherwise_raises_a_melding(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    await geaccepteerd(systeem, jw317(ongewijzigd=[1], nieuwe=[nieuw()]))
    kleiner = toewijzing(
        2,
        product=nieuw().product,
        ingangsdatum=date(2026, 7, 1),
        einddatum=date(2026, 12, 31),
        omvang=Omvang(volume=1, eenheid="04", frequentie="2"),
        referentie_aanbieder="VOW-1",
    )
    bericht_id = await geaccepteerd(systeem, jw301(toewijzing(1), kleiner, identificatie="2"))
    assert await meldingen(systeem) == [
        (
            "wijkt-af-van-verzoek",
            [
                "toewijzing 1: ReferentieAanbieder",
                "nieuwe toewijzing vanaf 01-07-2026 ontbreekt of is anders",
                "toewijzing 2 is niet gevraagd",
            ],
        )
    ]
    rows = await systeem.client.get(VERZOEKEN, headers=namens(systeem, GEMEENTE))
    detail = await systeem.client.get(
        f"{VERZOEKEN}/{rows.json()['items'][0]['verzoekId']}", headers=namens(systeem, GEMEENTE)
    )
    assert [item["berichtId"] for item in detail.json()["meldingen"]] == [bericht_id]
    assert await controle(systeem) == {}


async def test_tr385_a_change_from_the_first_day_is_not_made_while_prestaties_stand_on_it(systeem: Systeem) -> None:
    """Nothing would be left of the toewijzing: it would have to be removed."""
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    vanaf_het_begin = te_wijzigen(1, gewenste_ingangsdatum=date(2026, 4, 1))
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[vanaf_het_begin]))
    connection = await systeem.connect("allocation")
    await connection.execute("INSERT INTO gebruik VALUES ('jw', '0193', 1, 2)")
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:bericht-zou-worden-afgekeurd")
    assert "TR385" in answer.text
    # By agreement it may begin later: its GewensteIngangsdatum has passed.
    later = {"volgnummer": 1, "ingangsdatum": "2026-06-01"}
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen", "producten": [later]})
    assert (answer.status_code, answer.json()["toewijzingnummers"]) == (200, [1, 2])
    detail = await systeem.client.get("/allocation/v1/toewijzingen/0193/1", headers=namens(systeem, GEMEENTE))
    assert (detail.json()["einddatum"], detail.json()["redenWijziging"]) == ("2026-05-31", "12")
    await connection.execute("DELETE FROM gebruik")
    await connection.close()
    tweede = await geaccepteerd(
        systeem,
        jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(2, gewenste_ingangsdatum=date(2026, 6, 1))], referentie="V2"),
    )
    systeem.clock.instant = datetime(2026, 5, 7, 10, 0, tzinfo=UTC)
    answer = await beslis(systeem, tweede, {"besluit": "toekennen"})
    assert answer.json()["toewijzingnummers"] == []  # two hours is what it has already
    assert await controle(systeem) == {}


async def test_iv093_a_change_from_before_the_ingangsdatum_gives_the_days_before(systeem: Systeem) -> None:
    """So much per week: an extra toewijzing up to the day before. What is to end before it began is taken back."""
    juni, juli = date(2026, 6, 1), date(2026, 7, 1)
    anders = toewijzing(2, ingangsdatum=juli, product=Product(categorie="45", code="45A05"))
    await geaccepteerd(systeem, jw301(toewijzing(1, ingangsdatum=juli), anders))
    vroeger = te_wijzigen(1, gewenste_ingangsdatum=juni, omvang=TOEWIJZING.omvang)
    kort = te_wijzigen(2, gewenste_ingangsdatum=juni, einddatum=date(2026, 6, 15), omvang=TOEWIJZING.omvang)
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[vroeger, kort]))
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "toekennen"})
    assert [
        (p.toewijzing_nummer, p.ingangsdatum, p.einddatum, p.reden_wijziging)
        for p in gemaakt.client.toegewezen_producten
    ] == [
        (3, juni, date(2026, 6, 30), None),
        (1, juli, date(2026, 9, 30), None),
        (2, juli, juli, "13"),
        (4, juni, date(2026, 6, 15), None),
    ]
    assert await meldingen(systeem) == []
    assert await controle(systeem) == {}


async def test_a_date_on_which_nothing_begins_is_refused(systeem: Systeem) -> None:
    """A total keeps its number and so its Ingangsdatum; what ended goes on from the day after."""
    april, augustus = date(2026, 4, 1), date(2026, 8, 1)
    totaal = Omvang(volume=3, eenheid="04", frequentie="6")
    voorbij = toewijzing(2, product=Product(categorie="46", code="46A03"), einddatum=date(2026, 5, 10))
    await geaccepteerd(systeem, jw301(toewijzing(1, omvang=totaal), voorbij))
    meer = te_wijzigen(1, gewenste_ingangsdatum=april, omvang=Omvang(volume=5, eenheid="04", frequentie="6"))
    langer = te_wijzigen(2, gewenste_ingangsdatum=april, omvang=TOEWIJZING.omvang)
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[meer, langer]))
    systeem.clock.instant = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)

    async def probeer(*dagen: date) -> Any:
        producten = [{"volgnummer": nr, "ingangsdatum": dag.isoformat()} for nr, dag in enumerate(dagen, 1)]
        return await beslis(systeem, verzoek_id, {"besluit": "toekennen", "producten": producten})

    answer = await probeer(augustus, date(2026, 4, 15))
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == "urn:happyflow:probleem:besluit-ongeldig"
    paden = fouten(answer)
    assert "01-04-2026" in paden.pop("/body/producten/0/ingangsdatum")
    assert "11-05-2026" in paden.pop("/body/producten/1/ingangsdatum")
    assert paden == {}
    answer = await probeer(april, augustus)
    assert (answer.status_code, answer.json()["toewijzingnummers"]) == (200, [1, 3])
    assert await controle(systeem) == {}


GENERIEK = toewijzing(2, product=None, omvang=None, budget=100_00, einddatum=date(2026, 12, 31))
TEGENSTRIJDIG = [
    # CD079: without Budget there has to be a Product, and it never had one.
    (GENERIEK, jw317(wijzigen=[te_wijzigen(2, gewenste_ingangsdatum=date(2026, 4, 1), omvang=None)]), "CD079"),
    # TR302: until the change begins the toewijzing is what it was, and the same product is asked for beside it.
    (
        toewijzing(1),
        jw317(
            wijzigen=[te_wijzigen(1)],
            nieuwe=[
                nieuw(
                    product=TOEWIJZING.product,
                    gewenste_ingangsdatum=date(2026, 6, 1),
                    einddatum=date(2026, 6, 30),
                )
            ],
        ),
        "TR302",
    ),
]


@pytest.mark.parametrize(("loopt", "gevraagd", "regel"), TEGENSTRIJDIG)
async def test_cd079_tr302_a_jw317_that_cannot_be_granted_as_asked_says_so(
    systeem: Systeem, loopt: ToegewezenProduct301, gevraagd: JW317, regel: str
) -> None:
    await geaccepteerd(systeem, jw301(loopt))
    verzoek_id = await geaccepteerd(systeem, gevraagd)
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:niet-toe-te-kennen")
    assert "Wijs het verzoek af" in answer.json()["detail"]
    assert regel in answer.text
    assert (await beslis(systeem, verzoek_id, {"besluit": "afwijzen", "redenAfwijzingVerzoek": "7"})).status_code == 200
    assert await controle(systeem) == {}
