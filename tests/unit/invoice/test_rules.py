"""The rules of the invoice service: each with a case that passes and one that does not."""

from datetime import date
from typing import Any

import pytest

from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeente, Gemeentelijst
from ijw.teksten import uitleg
from services.invoice.rules import (
    GOED,
    REGELS,
    Feiten,
    beoordeel,
    tr314_referentie_eenmalig,
    tr318_periode_niet_voor_laatste,
    tr333_declaratienummer_eenmalig,
)
from tests.unit.invoice.bouwen import BSN, declaratie, prestatie

HEEL = declaratie({BSN: [prestatie("R1")]})
GEMEENTEN = Gemeentelijst(
    [
        Gemeente("0193", "Zwolle", "Overijssel"),
        Gemeente("0999", "Opgeheven", "Nergens", geldig_tot=date(2025, 12, 31)),
        Gemeente("0998", "Nieuw", "Nergens", geldig_van=date(2026, 5, 6)),
    ]
)


def feiten(**anders: Any) -> Feiten:
    return Feiten(
        **{
            "vandaag": date(2026, 5, 6),
            "identificatie_gebruikt": False,
            "declaratienummer_gebruikt": False,
            "laatste_periode": None,
        }
        | anders
    )


def test_tr333_passes_a_new_number_and_finds_a_used_one() -> None:
    assert not list(tr333_declaratienummer_eenmalig(HEEL, eerder_gebruikt=False))
    (bevinding,) = tr333_declaratienummer_eenmalig(HEEL, eerder_gebruikt=True)
    assert (bevinding.regel, bevinding.retourcode, bevinding.niveau) == ("TR333", "9333", 3)
    assert bevinding.pad == "/Bericht/Declaratie/DeclaratieNummer"
    assert "D1" in uitleg(bevinding)


@pytest.mark.parametrize(
    ("laatste", "codes"),
    [
        (None, []),
        (date(2026, 3, 1), []),
        (date(2026, 1, 1), []),
        (date(2026, 4, 1), []),
        (date(2026, 5, 1), ["8214"]),
        (date(2027, 1, 1), ["8214"]),
    ],
)
def test_tr318_refuses_only_a_period_before_the_last_one(laatste: date | None, codes: list[str]) -> None:
    bevindingen = list(tr318_periode_niet_voor_laatste(HEEL, laatste))
    assert [bevinding.retourcode for bevinding in bevindingen] == codes
    for bevinding in bevindingen:
        assert laatste is not None
        assert laatste.strftime("%d-%m-%Y") in uitleg(bevinding)
        assert "de declaratieperiode begint op 01-04-2026, voor die van" in uitleg(bevinding)


def test_tr314_passes_a_new_reference_and_finds_a_used_one() -> None:
    assert not list(tr314_referentie_eenmalig("R1", {"R2"}))
    (bevinding,) = tr314_referentie_eenmalig("R1", {"R1"})
    assert (bevinding.regel, bevinding.retourcode, bevinding.niveau) == ("TR314", "8021", 3)
    assert "R1" in uitleg(bevinding)


@pytest.mark.parametrize(
    ("wat", "anders", "plaats", "codes"),
    [
        ("nothing", {}, "", ()),
        ("tr056_9056", {"identificatie_gebruikt": True}, "header", ("9056",)),
        ("tr135_8848", {"vandaag": date(2026, 5, 5)}, "header", ("8848",)),
        ("tr333_9333", {"declaratienummer_gebruikt": True}, "declaratie", ("9333",)),
        ("tr318_8214", {"laatste_periode": date(2026, 5, 1)}, "declaratie", ("8214",)),
        (
            "two in the Declaratie",
            {"laatste_periode": date(2026, 5, 1), "declaratienummer_gebruikt": True},
            "declaratie",
            ("8214", "9333"),
        ),
        (
            "the Header hides the Declaratie",
            {"vandaag": date(2026, 5, 5), "identificatie_gebruikt": True, "declaratienummer_gebruikt": True},
            "header",
            ("8848", "9056"),
        ),
    ],
)
def test_beoordeel_places_the_refusal(wat: str, anders: dict[str, Any], plaats: str, codes: tuple[str, ...]) -> None:
    oordeel = beoordeel(HEEL, (), feiten(**anders), GEMEENTEN)
    assert (oordeel.plaats, oordeel.retourcodes) == (plaats, codes), wat
    assert (oordeel is GOED) == (plaats == "")


@pytest.mark.parametrize(
    ("gemeente", "vandaag", "codes"),
    [
        ("0193", date(2026, 5, 6), ()),
        ("0001", date(2026, 5, 6), ("S300",)),
        # A toewijzing that began under a dissolved gemeente may run on: matching knows which do.
        ("0999", date(2026, 5, 6), ()),
        ("0999", date(2025, 12, 31), ()),
        # A new gemeente takes nothing in before it exists, and from then on declaraties over any month.
        ("0998", date(2026, 5, 5), ("S300",)),
        ("0998", date(2026, 5, 6), ()),
    ],
)
def test_tr378_refuses_a_code_that_never_was_on_the_list(gemeente: str, vandaag: date, codes: tuple[str, ...]) -> None:
    bericht = declaratie({BSN: [prestatie("R1")]}, gemeente=gemeente, dagtekening=date(2025, 12, 31))
    oordeel = beoordeel(bericht, (), feiten(vandaag=vandaag), GEMEENTEN)
    assert (oordeel.plaats, oordeel.retourcodes) == ("header" if codes else "", codes)


def test_level_2_hides_everything_else() -> None:
    fout = Bevinding(regel="TR358", retourcode="0001", niveau=2, pad="/Bericht/Declaratie/TotaalIngediendBedrag")
    alles = feiten(identificatie_gebruikt=True, declaratienummer_gebruikt=True)
    oordeel = beoordeel(HEEL, (fout, fout), alles, GEMEENTEN)
    assert (oordeel.plaats, oordeel.retourcodes) == ("header", ("0001",))


def test_the_registered_rules_are_those_of_level_3_and_4() -> None:
    assert [(regel.code, regel.retourcode) for regel in REGELS if "JW323" in regel.berichten] == [
        ("TR056", "9056"),
        ("TR135", "8848"),
        ("TR378", "S300"),
        ("TR333", "9333"),
        ("TR318", "8214"),
        ("TR314", "8021"),
    ]
    for regel in REGELS:
        assert regel.functie.__name__.startswith(regel.code.lower())
        assert regel.niveau in {3, 4}
        assert regel.berichten in ({"JW323"}, {"JW325"})
