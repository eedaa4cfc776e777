"""A decision held beside its verzoek, and the Client of a toewijzing put together; without a database."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.berichten.basis import Achternaam, Communicatie, Product, VolledigeNaam
from ijw.berichten.jw301 import Relatie301
from services.allocation.beslissing.besluit import (
    Besluit,
    Keuze,
    Verzoekstand,
    bezwaren,
    gekozen_producten,
    niet_meer,
    referenties_van,
)
from services.allocation.beslissing.clientgegevens import Eerder, Opgave, client_van, ontbreekt
from services.allocation.beslissing.gevraagd import gevraagd_in
from services.allocation.levensloop.verzoek import Toestand
from tests.unit.allocation.voorbeelden import CLIENT
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, nieuw, te_wijzigen

VANDAAG = date(2026, 5, 6)
JW315_STAND = Verzoekstand(
    berichtsoort="JW315",
    gemeente="0193",
    referenties={"A": Toestand.OPEN, "B": Toestand.IN_ONDERZOEK, "C": Toestand.AFGEWEZEN},
    producten=dict(
        enumerate(
            gevraagd_in(
                jw315(
                    aangevraagd("A"),
                    aangevraagd("B", product=Product(categorie="46"), omvang=None),
                    aangevraagd("C", product=Product(categorie="47"), omvang=None),
                )
            ),
            1,
        )
    ),
)
JW317_STAND = Verzoekstand(
    berichtsoort="JW317",
    gemeente="0193",
    referenties={"VOW-1": Toestand.OPEN},
    producten=dict(enumerate(gevraagd_in(jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(2)], nieuwe=[nieuw()])), 1)),
)


@pytest.mark.parametrize(
    ("besluit", "over", "te_laat"),
    [
        (Besluit(besluit="toekennen"), ("A", "B"), ()),
        (Besluit(besluit="afwijzen"), ("A", "B"), ()),
        (Besluit(besluit="onderzoek"), ("A",), ()),
        (Besluit(besluit="onderzoek", referenties=("B",)), ("B",), ("B",)),
        (Besluit(besluit="toekennen", referenties=("C", "A")), ("A", "C"), ("C",)),
    ],
)
def test_a_decision_is_about_what_can_still_be_decided(
    besluit: Besluit, over: tuple[str, ...], te_laat: tuple[str, ...]
) -> None:
    assert referenties_van(besluit, JW315_STAND) == over
    assert niet_meer(besluit, JW315_STAND) == te_laat


def test_a_decision_about_nothing_is_too_late_for_everything() -> None:
    klaar = replace(JW315_STAND, referenties=dict.fromkeys("ABC", Toestand.TOEGEKEND))
    assert niet_meer(Besluit(besluit="toekennen"), klaar) == ("A", "B", "C")


def test_a_choice_changes_what_is_granted_and_nothing_else() -> None:
    keuze = Keuze(volgnummer=2, anders={"budget": 5, "einddatum": None})
    gekozen = gekozen_producten(Besluit(besluit="toekennen", producten=(keuze,)), JW315_STAND)
    assert list(gekozen) == [1, 2]
    assert gekozen[1] == JW315_STAND.producten[1]
    assert gekozen[2] == replace(JW315_STAND.producten[2], budget=5, einddatum=None)
    een = Besluit(besluit="toekennen", referenties=("B",))
    assert list(gekozen_producten(een, JW315_STAND)) == [2]


@pytest.mark.parametrize(
    ("keuze", "vandaag", "pad"),
    [
        (Keuze(volgnummer=1), VANDAAG, "/body/producten/0"),  # stays as it is
        (Keuze(volgnummer=2, anders={"volume": 9}), VANDAAG, "/body/producten/0"),
        (Keuze(volgnummer=2, anders={"einddatum": VANDAAG}), date(2026, 7, 1), "/body/producten/0"),
        (Keuze(volgnummer=2, anders={"einddatum": VANDAAG}), date(2026, 7, 2), None),
        (Keuze(volgnummer=3, anders={"ingangsdatum": None}), date(2026, 7, 2), "/body/producten/0/ingangsdatum"),
        (Keuze(volgnummer=3, nummer=7, commentaar="goed"), VANDAAG, None),
        (Keuze(volgnummer=4), VANDAAG, "/body/producten/0/volgnummer"),
    ],
)
def test_op348_a_jw317_is_granted_as_asked_but_for_dates_that_have_passed(
    keuze: Keuze, vandaag: date, pad: str | None
) -> None:
    besluit = Besluit(besluit="toekennen", producten=(keuze,))
    assert [fout.pad for fout in bezwaren(besluit, JW317_STAND, vandaag)] == ([pad] if pad else [])


def test_one_number_for_two_products_is_refused() -> None:
    keuzes = (Keuze(volgnummer=1, nummer=7), Keuze(volgnummer=2, nummer=7))
    (fout,) = bezwaren(Besluit(besluit="toekennen", producten=keuzes), JW315_STAND, VANDAAG)
    assert fout.pad == "/body/producten/1/toewijzingnummer"


@pytest.mark.parametrize(
    ("reden", "gemeente", "stand", "pad"),
    [
        ("2", None, JW315_STAND, None),
        ("8", "0150", JW315_STAND, None),
        (None, None, JW315_STAND, "/body/redenAfwijzingVerzoek"),
        ("8", None, JW315_STAND, "/body/gemeenteWoonplaatsbeginsel"),
        ("2", "0150", JW315_STAND, "/body/gemeenteWoonplaatsbeginsel"),
        ("8", "0193", JW315_STAND, "/body/gemeenteWoonplaatsbeginsel"),
        ("8", "0150", JW317_STAND, "/body/redenAfwijzingVerzoek"),
        ("5", None, JW317_STAND, None),
    ],
)
def test_reasons_to_reject(reden: str | None, gemeente: str | None, stand: Verzoekstand, pad: str | None) -> None:
    besluit = Besluit(besluit="afwijzen", reden=reden, gemeente=gemeente)
    assert [fout.pad for fout in bezwaren(besluit, stand, VANDAAG)] == ([pad] if pad else [])


def test_a_decision_sends_two_hundred_answers_at_most() -> None:
    veel = replace(JW315_STAND, referenties={f"R{n}": Toestand.OPEN for n in range(201)})
    for besluit, verwacht in (
        (Besluit(besluit="afwijzen", reden="2"), ["/body/referenties"]),
        (Besluit(besluit="afwijzen", reden="2", referenties=tuple(veel.referenties)[:200]), []),
        (Besluit(besluit="toekennen"), []),
    ):
        assert [fout.pad for fout in bezwaren(besluit, veel, VANDAAG)] == verwacht


def eerder(*, zelfde_aanbieder: bool, **anders: Any) -> Eerder:
    return Eerder(replace(CLIENT, commentaar="over toen", **anders), zelfde_aanbieder)


RELATIE = Relatie301(nummer="1", soort="15", naam=CLIENT.naam, contact=CLIENT.contactgegevens[0])


def test_the_client_of_a_jw315_nobody_knows() -> None:
    assert [fout.pad for fout in ontbreekt(jw315(), None, Opgave())] == [
        "/body/client/naamGebruik",
        "/body/client/contactgegevens",
    ]
    opgave = Opgave(naam_gebruik="1", contactgegevens=CLIENT.contactgegevens)
    assert ontbreekt(jw315(), None, opgave) == ()
    assert client_van(jw315(), None, opgave) == CLIENT
    naam = VolledigeNaam(geslachtsnaam=Achternaam(achternaam="Smit"), naam_gebruik="1")
    heel = Opgave(naam=naam, contactgegevens=CLIENT.contactgegevens)
    assert ontbreekt(jw315(), None, heel) == ()
    assert client_van(jw315(), None, heel).naam == naam


def test_what_was_sent_before_needs_nothing_more_and_gives_way_to_what_is_stated() -> None:
    bekend = eerder(zelfde_aanbieder=True, relaties=(RELATIE,))
    for bericht in (jw315(), jw317(ongewijzigd=[1], nieuwe=[nieuw()])):
        assert ontbreekt(bericht, bekend, Opgave()) == ()
        assert client_van(bericht, bekend, Opgave()) == replace(CLIENT, relaties=(RELATIE,))
    assert client_van(jw315(), bekend, Opgave(naam_gebruik="5")).naam == replace(CLIENT.naam, naam_gebruik="5")
    assert client_van(jw315(), bekend, Opgave(juridische_status="02")).juridische_status == "02"


def test_what_one_aanbieder_was_told_beyond_who_and_where_is_not_told_to_another() -> None:
    meer = {
        "relaties": (RELATIE,),
        "communicatie": Communicatie(vorm="1", taal="fra"),
        "juridische_status": "02",
        "wettelijke_vertegenwoordiging": "01",
    }
    assert client_van(jw315(), eerder(zelfde_aanbieder=True, **meer), Opgave()) == replace(CLIENT, **meer)
    bekend = eerder(zelfde_aanbieder=False, **meer)
    assert client_van(jw315(), bekend, Opgave()) == CLIENT
    assert client_van(jw315(), bekend, Opgave(juridische_status="03")).juridische_status == "03"
    assert client_van(jw315(), bekend, Opgave(relaties=(RELATIE,))).relaties == (RELATIE,)
