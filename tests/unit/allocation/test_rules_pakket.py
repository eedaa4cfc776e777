"""Every rule of level 3 on a JW317 against the toewijzingen that run: a case that passes and one that fails."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.berichten import JW317
from ijw.berichten.basis import Omvang, Product
from ijw.bevinding import Bevinding
from ijw.teksten import uitleg
from services.allocation import rules
from services.allocation.register import Versie, lopend
from tests.unit.allocation.test_register import EERSTE
from tests.unit.allocation.test_rules_verzoek import verzoekfeiten
from tests.unit.allocation.voorbeelden_verzoek import jw317, nieuw, te_wijzigen

ONGEWIJZIGD = "/Bericht/Client/Verzoek/OngewijzigdeProducten/OngewijzigdProduct"
TE_WIJZIGEN = "/Bericht/Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct"
UREN = Omvang(volume=2, eenheid="04", frequentie="2")
ANDER = Product(categorie="45", code="45A04")


def loopt(nummer: int = 10072, **velden: Any) -> Versie:
    """Three hours of 45A03 a week from April to September; ``velden`` says what is different."""
    return replace(EERSTE, toewijzing_nummer=nummer, **velden)


def aspecifiek(nummer: int, **velden: Any) -> Versie:
    """A toewijzing without Code."""
    return loopt(nummer, product_code=None, volume=None, eenheid=None, frequentie=None, **velden)


def generiek(nummer: int, **velden: Any) -> Versie:
    """A toewijzing without Product, with a budget of 500 euro."""
    return aspecifiek(nummer, **{"product_categorie": None, "budget": 500_00, **velden})


def bevindingen(code: str, bericht: JW317, *versies: Versie, **anders: Any) -> list[Bevinding]:
    """What one rule finds while these toewijzingen run."""
    regel = next(regel for regel in rules.pakket.REGELS if regel.code == code)
    feiten = verzoekfeiten(lopend={versie.toewijzing_nummer: versie for versie in versies}, **anders)
    gevonden = list(regel.functie(bericht, feiten))
    assert all((b.regel, b.retourcode, b.niveau) == (regel.code, regel.retourcode, regel.niveau) for b in gevonden)
    return gevonden


def paden(code: str, bericht: JW317, *versies: Versie, **anders: Any) -> list[str]:
    return [bevinding.pad for bevinding in bevindingen(code, bericht, *versies, **anders)]


def zin(code: str, bericht: JW317, *versies: Versie) -> str:
    (bevinding,) = bevindingen(code, bericht, *versies)
    return uitleg(bevinding)


def test_tr304_client_bekend() -> None:
    assert paden("TR304", jw317(ongewijzigd=[1])) == []
    assert paden("TR304", jw317(ongewijzigd=[1]), client_bekend=False) == ["/Bericht/Client/Bsn"]


def test_tr349_elke_lopende_toewijzing_komt_voor() -> None:
    bericht = jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(2)])
    assert paden("TR349", bericht, loopt(1), loopt(2)) == []
    assert paden("TR349", bericht, loopt(1), loopt(2), loopt(3)) == ["/Bericht/Client/Verzoek"]
    assert "toewijzing 3 loopt op de dagtekening en ontbreekt" in zin("TR349", bericht, loopt(1), loopt(2), loopt(3))


def test_tr350_ongewijzigd_product_loopt() -> None:
    bericht = jw317(ongewijzigd=[1, 2], nieuwe=[nieuw()])
    assert paden("TR350", bericht, loopt(1), loopt(2)) == []
    assert paden("TR350", bericht, loopt(1)) == [f"{ONGEWIJZIGD}[2]"]
    assert "toewijzing 2 is op de dagtekening geen lopende" in zin("TR350", bericht, loopt(1))


def test_tr351_te_wijzigen_product_loopt() -> None:
    bericht = jw317(wijzigen=[te_wijzigen(1), te_wijzigen(2)])
    assert paden("TR351", bericht, loopt(1), loopt(2)) == []
    assert paden("TR351", bericht, loopt(2)) == [f"{TE_WIJZIGEN}[1]"]
    assert "toewijzing 1 is op de dagtekening geen lopende" in zin("TR351", bericht, loopt(2))


@pytest.mark.parametrize(
    ("gewenst", "gevonden"),
    [
        (date(2026, 4, 1), []),  # the Ingangsdatum itself
        (date(2026, 4, 2), ["TR357"]),
        (date(2026, 5, 6), ["TR357"]),  # Dagtekening
        (date(2026, 5, 7), []),
    ],
)
def test_tr357_ingangsdatum_van_een_lopende_wijziging(gewenst: date, gevonden: list[str]) -> None:
    bericht = jw317(wijzigen=[te_wijzigen(gewenste_ingangsdatum=gewenst)])
    assert [b.regel for b in bevindingen("TR357", bericht, loopt())] == gevonden


def test_tr357_says_what_it_compared() -> None:
    bericht = jw317(wijzigen=[te_wijzigen(gewenste_ingangsdatum=date(2026, 5, 1))])
    assert paden("TR357", bericht, loopt()) == [f"{TE_WIJZIGEN}[1]/GewensteIngangsdatum"]
    assert "01-05-2026 ligt niet na de dagtekening 06-05-2026" in zin("TR357", bericht, loopt())
    assert "de ingangsdatum van toewijzing 10072 zijn, 01-04-2026" in zin("TR357", bericht, loopt())


@pytest.mark.parametrize(
    ("product", "begin", "botst"),
    [
        (Product(categorie="45", code="45A03"), date(2026, 9, 30), True),
        (Product(categorie="45", code="45A03"), date(2026, 10, 1), False),  # the day after the toewijzing
        (Product(categorie="45", code="45A04"), date(2026, 7, 1), False),
        (Product(categorie="45"), date(2026, 7, 1), True),  # a category holds every code in it
        (Product(categorie="46"), date(2026, 7, 1), False),
        (None, date(2026, 7, 1), True),  # generiek goes with nothing
    ],
)
def test_tr361_geen_overlap_van_hetzelfde_product(product: Product | None, begin: date, botst: bool) -> None:
    bericht = jw317(ongewijzigd=[1], nieuwe=[nieuw(product=product, gewenste_ingangsdatum=begin)])
    assert paden("TR361", bericht, loopt(1)) == (["/Bericht/Client/Verzoek"] if botst else [])


def test_tr361_takes_the_wanted_period_of_what_changes() -> None:
    """The toewijzing itself ends in September; asked for is the end of the year."""
    langer = te_wijzigen(1, einddatum=date(2026, 12, 31))
    erna = nieuw(product=Product(categorie="45", code="45A03"), gewenste_ingangsdatum=date(2026, 10, 1))
    tekst = zin("TR361", jw317(wijzigen=[langer], nieuwe=[erna]), loopt(1))
    assert "overlapt nieuw product 1, vanaf 01-10-2026 tot en met 31-12-2026" in tekst
    assert "met gewijzigde toewijzing 1, vanaf 01-07-2026 tot en met 31-12-2026" in tekst
    assert paden("TR361", jw317(wijzigen=[te_wijzigen(1)], nieuwe=[erna]), loopt(1)) == []


def test_tr361_a_number_in_both_classes_overlaps_with_itself() -> None:
    assert paden("TR361", jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(1)]), loopt(1)) == ["/Bericht/Client/Verzoek"]
    assert paden("TR361", jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(1)])) == []  # TR350, TR351


def test_tr373_budget_vanaf_de_ingangsdatum() -> None:
    def met(begin: date, budget: int) -> JW317:
        return jw317(wijzigen=[te_wijzigen(1, gewenste_ingangsdatum=begin, omvang=None, budget=budget)])

    versie = generiek(1)
    assert paden("TR373", met(date(2026, 4, 1), 600_00), versie) == []
    assert paden("TR373", met(date(2026, 7, 1), 500_00), versie) == []
    assert paden("TR373", met(date(2026, 7, 1), 600_00), versie) == [f"{TE_WIJZIGEN}[1]/GewensteIngangsdatum"]
    tekst = zin("TR373", met(date(2026, 7, 1), 600_00), versie)
    assert "een budget van € 600,00 waar een budget van € 500,00 is toegewezen" in tekst
    assert "vanaf de ingangsdatum van toewijzing 1, 01-04-2026, en niet vanaf 01-07-2026" in tekst


def test_tr373_totaal_vanaf_de_ingangsdatum() -> None:
    def met(begin: date, volume: int) -> JW317:
        omvang = Omvang(volume=volume, eenheid="04", frequentie="6")
        return jw317(wijzigen=[te_wijzigen(1, gewenste_ingangsdatum=begin, omvang=omvang)])

    totaal = loopt(1, volume=100, frequentie="6")
    assert paden("TR373", met(date(2026, 4, 1), 80), totaal) == []
    assert paden("TR373", met(date(2026, 7, 1), 100), totaal) == []
    assert paden("TR373", met(date(2026, 7, 1), 80), totaal) == [f"{TE_WIJZIGEN}[1]/GewensteIngangsdatum"]
    assert paden("TR373", met(date(2026, 7, 1), 80), loopt(1)) == []  # per week


def test_tr375_geen_omvang_bij_generiek() -> None:
    budget, uren = te_wijzigen(1, omvang=None, budget=600_00), te_wijzigen(1, omvang=UREN)
    assert paden("TR375", jw317(wijzigen=[budget]), generiek(1)) == []
    assert paden("TR375", jw317(wijzigen=[uren]), generiek(1)) == [f"{TE_WIJZIGEN}[1]/Omvang"]
    assert paden("TR375", jw317(wijzigen=[uren]), aspecifiek(1)) == []
    assert paden("TR375", jw317(wijzigen=[uren]), generiek(1, einddatum=date(2020, 12, 31))) == []
    assert "toewijzing 1 noemt geen product; dan staat er geen omvang" in zin(
        "TR375", jw317(wijzigen=[uren]), generiek(1)
    )


def test_tr411_omvang_bij_productcode() -> None:
    zonder = te_wijzigen(1, omvang=None)
    assert paden("TR411", jw317(wijzigen=[te_wijzigen(1)]), loopt(1)) == []
    assert paden("TR411", jw317(wijzigen=[zonder]), loopt(1)) == [f"{TE_WIJZIGEN}[1]/Omvang"]
    assert paden("TR411", jw317(wijzigen=[zonder]), aspecifiek(1)) == []
    assert "toewijzing 1 is van productcode 45A03" in zin("TR411", jw317(wijzigen=[zonder]), loopt(1))


def test_tr412_geen_omvang_zonder_productcode() -> None:
    zonder, uren = te_wijzigen(1, omvang=None), te_wijzigen(1, omvang=UREN)
    assert paden("TR412", jw317(wijzigen=[zonder]), aspecifiek(1)) == []
    assert paden("TR412", jw317(wijzigen=[uren]), aspecifiek(1)) == [f"{TE_WIJZIGEN}[1]/Omvang"]
    assert paden("TR412", jw317(wijzigen=[uren]), generiek(1)) == [f"{TE_WIJZIGEN}[1]/Omvang"]
    assert paden("TR412", jw317(wijzigen=[uren]), loopt(1)) == []
    assert paden("TR412", jw317(wijzigen=[uren]), aspecifiek(1, einddatum=date(2020, 12, 31))) == []
    assert "gevraagd is 2 uur per week" in zin("TR412", jw317(wijzigen=[uren]), aspecifiek(1))


@pytest.mark.parametrize(
    ("velden", "op", "telt"),
    [
        ({}, date(2026, 9, 30), True),
        ({}, date(2026, 10, 1), False),
        ({"einddatum": None}, date(2999, 1, 1), True),
        ({"ingangsdatum": date(2026, 8, 1)}, date(2026, 5, 6), True),  # begins later
        ({"einddatum": date(2026, 4, 1), "reden_wijziging": "13"}, date(2026, 4, 1), False),
        ({"einddatum": date(2026, 4, 1), "reden_wijziging": "01"}, date(2026, 4, 1), False),
        ({"einddatum": date(2026, 4, 1), "reden_wijziging": "12"}, date(2026, 4, 1), True),  # one day
    ],
)
def test_tr349_lopend(velden: dict[str, Any], op: date, telt: bool) -> None:
    assert list(lopend([loopt(1, **velden)], op)) == ([1] if telt else [])


def test_all_rules_together_on_a_package_that_passes() -> None:
    bericht = jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(2)], nieuwe=[nieuw(product=ANDER)])
    feiten = verzoekfeiten(lopend={1: aspecifiek(1, product_categorie="46"), 2: loopt(2)})
    assert rules.pas_toe(rules.pakket.REGELS, bericht, feiten) == ()
