"""A gemeente decides about a verzoek om toewijzing: the message that is made, its effect, and what cannot be so."""

from datetime import date
from typing import Any

import pytest

from ijw.berichten import JW301, JW302, JW319, JW320
from ijw.berichten.basis import Omvang, Product
from ijw.codec import parse
from tests.services.allocation_verkeer import (
    ADRES,
    BERICHTEN,
    TOEKENNEN,
    bericht,
    beslis,
    controle,
    fouten,
    geaccepteerd,
    namens,
    postbus,
    verzoekstand,
    verzoekstatus,
    verzonden,
)
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, CLIENT, GEMEENTE, TOEWIJZING, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315

SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")


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


async def test_a_character_that_xml_cannot_hold_is_not_sent_and_is_no_crash(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    for teken in ("\u0000", "\u0001", "\uffff"):
        keuze = {"volgnummer": 1, "commentaar": f"tot{teken}daar"}
        answer = await beslis(systeem, verzoek_id, {**TOEKENNEN, "producten": [keuze]})
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:happyflow:probleem:besluit-ongeldig")
        assert "in XML niet kan voorkomen" in fouten(answer)["/body"]
    assert await verzoekstatus(systeem, verzoek_id) == ("open", 1)


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
