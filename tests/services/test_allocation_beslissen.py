"""A gemeente decides about a verzoek: the message that is made, its effect, and who may, when, and how often."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ijw.berichten import JW301, JW302, JW319, JW320
from ijw.berichten.basis import Omvang, Product
from ijw.codec import parse
from tests.services.allocation_verkeer import (
    BERICHTEN,
    VERZOEKEN,
    beslis,
    codes,
    controle,
    geaccepteerd,
    namens,
    postbus,
    verzoekstand,
    verzoekstatus,
)
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, CLIENT, GEMEENTE, TOEWIJZING, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, jw319, nieuw, te_wijzigen

SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")
ADRES = {
    "naamGebruik": "1",
    "contactgegevens": [
        {"soort": "01", "adres": {"huis": {"huisnummer": 1}, "postcode": "7411AB", "landCode": "NL"}},
    ],
}
TOEKENNEN = {"besluit": "toekennen", "client": ADRES}


async def bericht(systeem: Systeem, bericht_id: str, partij: str = AANBIEDER) -> Any:
    """A message as this party fetches it."""
    koppen = {"Accept": "application/xml", **namens(systeem, partij)}
    answer = await systeem.client.get(f"{BERICHTEN}/{bericht_id}", headers=koppen)
    assert answer.status_code == 200, answer.text
    return parse(answer.content)


async def verzonden(systeem: Systeem, verzoek_id: str, besluit: dict[str, Any], if_match: str = '"1"') -> list[Any]:
    """The messages a decision sends, as the aanbieder fetches them."""
    answer = await beslis(systeem, verzoek_id, besluit, if_match)
    assert answer.status_code == 200, answer.text
    return [await bericht(systeem, item["berichtId"]) for item in answer.json()["berichten"]]


def fouten(answer: Any) -> dict[str, str]:
    return {fout["pad"]: fout["melding"] for fout in answer.json()["fouten"]}


async def test_granting_a_jw315_sends_the_toewijzing_that_was_asked_for(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    answer = await beslis(systeem, verzoek_id, TOEKENNEN)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert answer.headers["ETag"] == '"2"'
    assert (body["besluit"], body["door"], body["toewijzingnummers"]) == ("toekennen", "piet", [1])
    (verstuurd,) = body["berichten"]
    assert (verstuurd["berichtsoort"], verstuurd["identificatie"][:2]) == ("JW301", "HF")
    gemaakt = await bericht(systeem, verstuurd["berichtId"])
    assert isinstance(gemaakt, JW301)
    kop = gemaakt.header
    assert (kop.afzender, kop.ontvanger, kop.bericht_identificatie.dagtekening) == (
        GEMEENTE,
        AANBIEDER,
        date(2026, 5, 6),
    )
    assert gemaakt.client == CLIENT.__class__(
        **{veld: getattr(CLIENT, veld) for veld in ("bsn", "geboortedatum", "geslacht", "naam", "contactgegevens")},
        toegewezen_producten=gemaakt.client.toegewezen_producten,
    )
    (product,) = gemaakt.client.toegewezen_producten
    gevraagd = aangevraagd()
    assert (product.toewijzing_nummer, product.referentie_aanbieder, product.reden_wijziging) == (1, "VOT-1", None)
    assert (product.toewijzingsdatum, product.toewijzingstijd) == (date(2026, 5, 6), "12:00:00")
    assert (product.product, product.omvang, product.budget) == (gevraagd.product, gevraagd.omvang, None)
    assert (product.ingangsdatum, product.einddatum) == (date(2026, 6, 1), date(2026, 11, 30))
    assert await verzoekstand(systeem) == [("VOT-1", "toegekend", "JW301")]
    assert await postbus(systeem, AANBIEDER) == ["JW316", "JW301"]
    assert await postbus(systeem, GEMEENTE) == ["JW315", "JW302"]
    rows = await systeem.sent("allocation", "toewijzingen")
    assert [row["sleutel"] for row in rows] == ["0193:1"]
    assert await controle(systeem) == {}


async def test_the_gemeente_gets_the_retour_on_what_was_sent_for_it(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315(aangevraagd("A"), aangevraagd("B", product=ASPECIFIEK, omvang=None)))
    answer = await beslis(systeem, verzoek_id, {**TOEKENNEN, "referenties": ["A"]})
    (gemaakt,) = answer.json()["berichten"]
    retour = await systeem.client.get(f"{BERICHTEN}/{gemaakt['berichtId']}/retour", headers=namens(systeem, GEMEENTE))
    antwoord = parse(retour.content)
    assert isinstance(antwoord, JW302)
    assert (antwoord.header.retour_codes, antwoord.client) == ((), None)
    answer = await beslis(systeem, verzoek_id, {"besluit": "afwijzen", "redenAfwijzingVerzoek": "7"}, '"2"')
    (gemaakt,) = answer.json()["berichten"]
    retour = await systeem.client.get(f"{BERICHTEN}/{gemaakt['berichtId']}/retour", headers=namens(systeem, GEMEENTE))
    assert isinstance(parse(retour.content), JW320)


async def test_what_a_jw315_does_not_tell_is_asked_all_at_once(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    besluit = {"besluit": "toekennen", "redenAfwijzingVerzoek": "2", "producten": [{"volgnummer": 9}]}
    answer = await beslis(systeem, verzoek_id, besluit)
    assert answer.status_code == 400
    assert set(fouten(answer)) == {
        "/body/redenAfwijzingVerzoek",
        "/body/producten/0/volgnummer",
        "/body/client/naamGebruik",
        "/body/client/contactgegevens",
    }
    assert "geen adres" in fouten(answer)["/body/client/contactgegevens"]
    assert await verzoekstand(systeem) == [("VOT-1", "open", None)]
    assert await postbus(systeem, AANBIEDER) == ["JW316"]


async def test_what_the_gemeente_sent_before_tells_who_the_client_is(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(70), commentaar="over toewijzing 70"))
    verzoek_id = await geaccepteerd(systeem, jw315())
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "toekennen"})
    assert (gemaakt.client.naam, gemaakt.client.contactgegevens) == (CLIENT.naam, CLIENT.contactgegevens)
    assert gemaakt.client.commentaar is None
    oud, product = gemaakt.client.toegewezen_producten
    # OP087, IV094: what runs already comes along as it was sent, without reference or reason.
    assert oud == TOEWIJZING.__class__(**{v: getattr(toewijzing(70), v) for v in TOEWIJZING.__struct_fields__})
    assert (product.toewijzing_nummer, product.referentie_aanbieder) == (71, "VOT-1")
    assert await controle(systeem) == {}


async def test_another_aanbieder_s_toewijzing_tells_the_address_but_not_who_is_around_the_client(
    systeem: Systeem,
) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(70)))
    verzoek_id = await geaccepteerd(systeem, jw315(afzender="87654321"))
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert answer.status_code == 200, answer.text
    gemaakt = await bericht(systeem, answer.json()["berichten"][0]["berichtId"], "87654321")
    assert gemaakt.client.contactgegevens == CLIENT.contactgegevens
    assert gemaakt.client.relaties == ()
    # And nothing of what the other one has.
    assert [product.toewijzing_nummer for product in gemaakt.client.toegewezen_producten] == [71]
    anders = await geaccepteerd(systeem, jw315(ontvanger="0150"))
    answer = await beslis(systeem, anders, {"besluit": "toekennen"}, gemeenten=["0150"])
    assert set(fouten(answer)) == {"/body/client/naamGebruik", "/body/client/contactgegevens"}


async def test_the_decider_may_deviate_from_a_jw315_and_choose_numbers(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(70)))
    beide = jw315(aangevraagd("A"), aangevraagd("B", product=ASPECIFIEK, omvang=None))
    verzoek_id = await geaccepteerd(systeem, beide)
    anders = {
        "besluit": "toekennen",
        "producten": [
            {"volgnummer": 1, "toewijzingnummer": 71, "einddatum": "2026-08-31", "commentaar": "korter dan gevraagd",
             "omvang": {"volume": 1, "eenheid": "04", "frequentie": "2"}},
            {"volgnummer": 2, "product": {"categorie": "47"}, "ingangsdatum": "2026-06-15", "budget": 50000},
        ],
    }  # fmt: skip
    (gemaakt,) = await verzonden(systeem, verzoek_id, anders)
    _, een, twee = gemaakt.client.toegewezen_producten
    assert (een.toewijzing_nummer, een.einddatum, een.commentaar) == (71, date(2026, 8, 31), "korter dan gevraagd")
    assert een.omvang == Omvang(volume=1, eenheid="04", frequentie="2")
    assert (twee.toewijzing_nummer, twee.product, twee.ingangsdatum) == (72, Product(categorie="47"), date(2026, 6, 15))
    assert (twee.budget, twee.einddatum) == (50000, date(2026, 11, 30))
    assert await controle(systeem) == {}


async def test_a_message_that_would_be_refused_is_not_sent_and_says_why(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(70)))
    zelfde = aangevraagd(product=TOEWIJZING.product, toewijzing_ingangsdatum=date(2026, 9, 30))
    verzoek_id = await geaccepteerd(systeem, jw315(zelfde))
    # Level 2: the product runs until 30 September.
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:happyflow:probleem:bericht-zou-worden-afgekeurd")
    assert "overlapt met" in answer.text
    # Level 4: no code of that category.
    vreemd = {"volgnummer": 1, "product": {"categorie": "46", "code": "45A03"}}
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen", "producten": [vreemd]})
    assert (answer.status_code, "TR381" in answer.text) == (400, True)
    # Level 1: no such postcode.
    adres = {"contactgegevens": [{"soort": "01", "adres": {"postcode": "een veel te lange postcode"}}]}
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen", "client": adres})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:happyflow:probleem:besluit-ongeldig")
    assert any("Postcode" in pad for pad in fouten(answer))
    assert "een veel te lange postcode" not in answer.text
    assert await verzoekstatus(systeem, verzoek_id) == ("open", 1)
    later = {"volgnummer": 1, "ingangsdatum": "2026-10-01"}
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "toekennen", "producten": [later]})
    assert gemaakt.client.toegewezen_producten[1].ingangsdatum == date(2026, 10, 1)
    assert await controle(systeem) == {}


async def test_a_number_must_be_free(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(70)))
    await geaccepteerd(
        systeem, jw301(toewijzing(71, product=ASPECIFIEK, omvang=None), identificatie="2", ontvanger="87654321")
    )
    verzoek_id = await geaccepteerd(systeem, jw315())
    for nummer in (70, 71):
        keuze = {"volgnummer": 1, "toewijzingnummer": nummer}
        answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen", "producten": [keuze]})
        assert answer.status_code == 409
        assert set(fouten(answer)) == {"/body/producten/0/toewijzingnummer"}
    await geaccepteerd(systeem, jw301(toewijzing(999_999_999, product=ASPECIFIEK, omvang=None), identificatie="3"))
    (gemaakt,) = await verzonden(systeem, verzoek_id, {"besluit": "toekennen"})
    nummers = [product.toewijzing_nummer for product in gemaakt.client.toegewezen_producten]
    assert nummers == [70, 999_999_999, 1]  # the highest is taken, so the lowest that is free


async def test_onderzoek_and_rejection_per_reference(systeem: Systeem) -> None:
    beide = jw315(aangevraagd("A"), aangevraagd("B", product=ASPECIFIEK, omvang=None))
    verzoek_id = await geaccepteerd(systeem, beide)
    een, ander = await verzonden(systeem, verzoek_id, {"besluit": "onderzoek"})
    assert [item.antwoord.referentie_aanbieder for item in (een, ander)] == ["A", "B"]
    assert {item.antwoord.verzoek_antwoord for item in (een, ander)} == {"2"}
    answer = await beslis(systeem, verzoek_id, {"besluit": "onderzoek"}, '"3"')
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:al-beslist")
    afwijzen = {
        "besluit": "afwijzen",
        "referenties": ["B"],
        "redenAfwijzingVerzoek": "8",
        "gemeenteWoonplaatsbeginsel": "0150",
    }
    (gemaakt,) = await verzonden(systeem, verzoek_id, afwijzen, '"3"')
    assert isinstance(gemaakt, JW319)
    antwoord = gemaakt.antwoord
    assert (antwoord.verzoek_antwoord, antwoord.reden_afwijzing_verzoek) == ("1", "8")
    assert antwoord.woonplaatsbeginsel is not None
    assert antwoord.woonplaatsbeginsel.gemeente == "0150"
    assert await verzoekstatus(systeem, verzoek_id) == ("in_onderzoek", 4)
    assert (await beslis(systeem, verzoek_id, TOEKENNEN, '"4"')).status_code == 200
    assert await verzoekstand(systeem) == [("A", "toegekend_na_onderzoek", "JW301"), ("B", "afgewezen", "JW319")]
    assert await verzoekstatus(systeem, verzoek_id) == ("deels_toegekend", 5)
    assert await controle(systeem) == {}


@pytest.mark.parametrize(
    ("besluit", "paden"),
    [
        ({"besluit": "afwijzen"}, {"/body/redenAfwijzingVerzoek"}),
        ({"besluit": "afwijzen", "redenAfwijzingVerzoek": "8"}, {"/body/gemeenteWoonplaatsbeginsel"}),
        (
            {"besluit": "afwijzen", "redenAfwijzingVerzoek": "5", "gemeenteWoonplaatsbeginsel": "0150"},
            {"/body/gemeenteWoonplaatsbeginsel"},
        ),
        (
            {"besluit": "onderzoek", "redenAfwijzingVerzoek": "5", "producten": [{"volgnummer": 1}], "client": ADRES},
            {"/body/redenAfwijzingVerzoek", "/body/producten", "/body/client"},
        ),
        ({**TOEKENNEN, "referenties": ["X", "VOT-1"]}, {"/body/referenties/0"}),
        ({**TOEKENNEN, "referenties": []}, {"/body/referenties"}),
        ({**TOEKENNEN, "producten": [{"volgnummer": 1}, {"volgnummer": 1}]}, {"/body/producten/1/volgnummer"}),
        ({**TOEKENNEN, "producten": [{"volgnummer": 1, "ingangsdatum": None}]}, {"/body/producten/0/ingangsdatum"}),
        ({"besluit": "misschien"}, {"/body/besluit"}),
        (
            {**TOEKENNEN, "client": {"contactgegevens": [{"adres": {"huis": {}}}], "schoenmaat": 38}},
            {
                "/body/client/contactgegevens/0/soort",
                "/body/client/contactgegevens/0/adres/huis/huisnummer",
                "/body/client/schoenmaat",
            },
        ),
    ],
)
async def test_a_decision_that_cannot_be_so_names_every_fault(
    systeem: Systeem, besluit: dict[str, Any], paden: set[str]
) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    answer = await beslis(systeem, verzoek_id, besluit)
    assert answer.status_code == 400, answer.text
    assert set(fouten(answer)) == paden
    assert await verzoekstatus(systeem, verzoek_id) == ("open", 1)


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


async def meldingen(systeem: Systeem) -> list[tuple[str, list[str]]]:
    answer = await systeem.client.get("/allocation/v1/meldingen", headers=namens(systeem, GEMEENTE))
    return [(item["soort"], item["elementen"]) for item in answer.json()["items"]]


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


async def test_a_toewijzing_removed_since_cannot_be_changed(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    verzoek_id = await geaccepteerd(systeem, jw317(wijzigen=[te_wijzigen(1)]))
    weg = toewijzing(1, toewijzingstijd="13:00:00", einddatum=date(2026, 4, 1), reden_wijziging="13")
    await geaccepteerd(systeem, jw301(weg, identificatie="2"))
    answer = await beslis(systeem, verzoek_id, {"besluit": "toekennen"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:toewijzing-verwijderd")
    assert (await beslis(systeem, verzoek_id, {"besluit": "afwijzen", "redenAfwijzingVerzoek": "1"})).status_code == 200


async def test_the_same_decision_again_gets_the_first_answer_and_another_is_too_late(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    eerste = await beslis(systeem, verzoek_id, TOEKENNEN)
    tweede = await beslis(systeem, verzoek_id, TOEKENNEN)
    assert (eerste.status_code, tweede.status_code) == (200, 200)
    assert (eerste.json(), eerste.headers["ETag"]) == (tweede.json(), tweede.headers["ETag"])
    afwijzen = {"besluit": "afwijzen", "redenAfwijzingVerzoek": "2"}
    for besluit, wie in ((afwijzen, {}), (TOEKENNEN, {"sub": "klaas"})):
        answer = await beslis(systeem, verzoek_id, besluit, **wie)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:al-beslist")
    assert await postbus(systeem, AANBIEDER) == ["JW316", "JW301"]


async def test_a_decision_is_about_the_verzoek_as_it_was_seen(systeem: Systeem) -> None:
    beide = jw315(aangevraagd("A"), aangevraagd("B", product=ASPECIFIEK, omvang=None))
    verzoek_id = await geaccepteerd(systeem, beide)
    assert (await beslis(systeem, verzoek_id, TOEKENNEN, None)).status_code == 428
    await geaccepteerd(systeem, jw319("A"))
    for verkeerd in ('"1"', '"9"', 'W/"2"', "2"):
        answer = await beslis(systeem, verzoek_id, TOEKENNEN, verkeerd)
        assert (answer.status_code, answer.json()["type"]) == (412, "urn:happyflow:probleem:gewijzigd"), verkeerd
    answer = await beslis(systeem, verzoek_id, {**TOEKENNEN, "referenties": ["A"]}, '"2"')
    assert (answer.status_code, "A" in answer.json()["detail"]) == (409, True)
    assert (await beslis(systeem, verzoek_id, TOEKENNEN, '"2"')).status_code == 200


async def test_who_may_decide(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    afwijzen = {"besluit": "afwijzen", "redenAfwijzingVerzoek": "2"}
    for wie, status in (
        ({"rol": "medewerker", "gemeenten": ["0150"]}, 404),
        ({"rol": "gemeente", "gemeenten": ["0150"]}, 404),
        ({"rol": "accountant", "gemeenten": ["0193"]}, 403),
        ({"rol": "aanbieder", "gemeenten": [], "agb": AANBIEDER}, 403),
    ):
        assert (await beslis(systeem, verzoek_id, afwijzen, **wie)).status_code == status, wie
    onbekend = "00000000-0000-0000-0000-000000000000"
    assert (await beslis(systeem, onbekend, afwijzen)).status_code == 404
    assert (await beslis(systeem, verzoek_id, afwijzen, rol="gemeente", gemeenten=["0193"])).status_code == 200
    ander = await geaccepteerd(systeem, jw315(aangevraagd("B")))
    assert (await beslis(systeem, ander, afwijzen, rol="beheer", gemeenten=[])).status_code == 200


async def test_of_two_deciders_at_once_one_decides(systeem: Systeem) -> None:
    for ronde in range(3):
        verzoek_id = await geaccepteerd(systeem, jw315(aangevraagd(f"R{ronde}")))
        later = {"volgnummer": 1, "ingangsdatum": f"202{7 + ronde}-01-01", "einddatum": f"202{7 + ronde}-12-31"}
        besluiten = (
            {**TOEKENNEN, "producten": [later]},
            {"besluit": "afwijzen", "redenAfwijzingVerzoek": "2"},
            {"besluit": "onderzoek"},
        )
        uitkomsten = await asyncio.gather(
            *(beslis(systeem, verzoek_id, besluit, sub=f"m{n}") for n, besluit in enumerate(besluiten))
        )
        statussen = sorted(answer.status_code for answer in uitkomsten)
        assert statussen[0] == 200, [answer.text for answer in uitkomsten]
        assert set(statussen[1:]) <= {409, 412}
        if (await verzoekstatus(systeem, verzoek_id))[0] == "in_onderzoek":
            await geaccepteerd(systeem, jw319(f"R{ronde}"))
    assert await controle(systeem) == {}


async def test_a_decision_sent_five_times_at_once_is_taken_once(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    uitkomsten = await asyncio.gather(*(beslis(systeem, verzoek_id, TOEKENNEN) for _ in range(5)))
    assert {answer.status_code for answer in uitkomsten} == {200}
    assert len({answer.text for answer in uitkomsten}) == 1
    assert await postbus(systeem, AANBIEDER) == ["JW316", "JW301"]
    assert await controle(systeem) == {}


async def test_decisions_of_one_gemeente_at_once_never_share_a_number(systeem: Systeem) -> None:
    aanbieders = [f"1000000{nummer}" for nummer in range(5)]
    ids = [await geaccepteerd(systeem, jw315(afzender=agb)) for agb in aanbieders]
    gelijk = jw301(toewijzing(1, product=ASPECIFIEK, omvang=None))
    uitkomsten = await asyncio.gather(*(beslis(systeem, i, TOEKENNEN) for i in ids), codes(systeem, gelijk))
    besluiten = uitkomsten[:-1]
    assert [answer.status_code for answer in besluiten] == [200] * 5, [answer.text for answer in besluiten]
    nummers = [nummer for answer in besluiten for nummer in answer.json()["toewijzingnummers"]]
    assert len(set(nummers)) == 5
    assert await controle(systeem) == {}


async def test_a_granting_jw301_and_a_decision_at_once_give_one_answer(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    zelf = jw301(toewijzing(900, referentie_aanbieder="VOT-1"))
    answer, retourcodes = await asyncio.gather(beslis(systeem, verzoek_id, TOEKENNEN), codes(systeem, zelf))
    assert (answer.status_code, retourcodes) in ((200, ["9379"]), (409, []), (412, []))
    assert await controle(systeem) == {}


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
