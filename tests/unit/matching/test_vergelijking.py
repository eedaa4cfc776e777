"""A prestatie beside its toewijzing: what is shown in each row, and which rows stand out."""

from datetime import date
from typing import Any

import pytest

from services.matching.contract import GEEN_CONTRACT
from services.matching.feiten import Contractkeuze, Saldo, Toewijzing
from services.matching.rules import REGELS, bevindingen
from services.matching.store.uitval import UitvalPrestatie
from services.matching.vergelijking import _REGELS, Kenmerk, omvang_tekst, vergelijk
from services.platform.events import PrestatieIngediend
from tests.unit.matching.bouwen import aspecifiek, contractregel, credit, feiten, kies, prestatie, toewijzing


def rijen(
    p: PrestatieIngediend,
    t: Toewijzing | None,
    contract: Contractkeuze | None = None,
    saldo: Saldo | None = None,
    toestand: str = "inUitval",
    **anders: Any,
) -> dict[str, Kenmerk]:
    """Compare with the findings that the rules themselves make, as they are kept with the prestatie."""
    keuze = kies(p, contractregel()) if contract is None else contract
    eigen = t if t is not None and t.client == p.client else None
    gevonden = bevindingen(p, feiten(p, toewijzing=eigen, contract=keuze, **anders))
    deel = UitvalPrestatie(
        prestatie=p,
        toestand=toestand,
        bevindingen=gevonden,
        retourcodes=(),
        client_retourcodes=(),
        toewijzing=t,
        saldo=saldo,
    )
    return {rij.naam: rij for rij in vergelijk(deel, keuze, lambda code, _dag: {"45A04": "ambulant"}.get(code, ""))}


def afwijkend(vergeleken: dict[str, Kenmerk]) -> dict[str, tuple[str, ...]]:
    """Rows that stand out, with their codes."""
    return {naam: rij.codes for naam, rij in vergeleken.items() if rij.verschilt}


def test_every_rule_is_about_exactly_one_row() -> None:
    genoemd = [code for codes in _REGELS.values() for code in codes]
    assert sorted(genoemd) == sorted(regel.code for regel in REGELS)


def test_nothing_stands_out_when_all_agrees() -> None:
    vergeleken = rijen(prestatie(), toewijzing(), saldo=Saldo(240, 36_000, 0))
    assert afwijkend(vergeleken) == {}
    assert {naam: (rij.gedeclareerd, rij.toegewezen) for naam, rij in vergeleken.items()} == {
        "Referentie": ("R1", "–"),
        "Client": ("in de declaratie", "dezelfde client"),
        "Toewijzing": ("1001", "1001"),
        "Productcategorie": ("45", "45"),
        "Productcode": ("45A04 ambulant", "45A04 ambulant"),
        "Begin": ("01-04-2026", "vanaf 01-01-2026"),
        "Eind": ("30-04-2026", "tot en met 31-12-2026"),
        "Eenheid": ("uur", "uur"),
        "Volume": ("4 uur", "12 uur per maand"),
        "Volume in totaal": ("4 uur", "144 uur over de hele toewijzing"),
        "Tarief": ("€ 90,00 per uur", "contract: € 90,00 per uur"),
        "Bedrag": ("€ 360,00", "–"),
    }


@pytest.mark.parametrize(
    ("p", "t", "verwacht"),
    [
        (prestatie(product_code="45A05"), toewijzing(), {"Productcode": ("9340",), "Tarief": ("geen-contractregel",)}),
        (prestatie(), toewijzing(ingangsdatum=date(2026, 4, 3)), {"Begin": ("9307", "9387")}),
        (prestatie(), toewijzing(einddatum=date(2026, 4, 20)), {"Eind": ("9308", "9388")}),
        (prestatie(volume=13, bedrag=117_000), toewijzing(), {"Volume": ("9321",)}),
        (prestatie(tarief=8_000, bedrag=32_000), toewijzing(), {"Tarief": ("0611",)}),
        (prestatie(bedrag=1), toewijzing(), {"Bedrag": ("9346",)}),
        (prestatie(), toewijzing(eenheid="16"), {"Eenheid": ("9341",)}),
        (prestatie(), toewijzing(verwijderd=True), {"Toewijzing": ("9384",)}),
        (prestatie(), None, {"Toewijzing": ("9338",)}),
    ],
)
def test_what_a_rule_found_stands_out_where_it_is(
    p: PrestatieIngediend, t: Toewijzing | None, verwacht: dict[str, tuple[str, ...]]
) -> None:
    assert afwijkend(rijen(p, t)) == verwacht


def test_the_toewijzing_of_another_client_is_compared_as_well() -> None:
    """The rules are silent about a toewijzing that is not the client's; the values still tell what was meant."""
    vergeleken = rijen(prestatie(), toewijzing(client="d" * 24, product_code="45A05", einddatum=date(2026, 4, 1)))
    assert afwijkend(vergeleken) == {"Client": (), "Toewijzing": ("9338",), "Productcode": (), "Eind": ()}
    assert vergeleken["Client"].toegewezen == "een andere client"


def test_an_unknown_client() -> None:
    vergeleken = rijen(prestatie(), None, client_bekend=False)
    assert afwijkend(vergeleken) == {"Client": ("8187",), "Toewijzing": ("9338",)}
    assert vergeleken["Client"].toegewezen == "geen toewijzing van deze gemeente bij deze aanbieder"


def test_minutes_under_an_hour_contract_show_both_tariffs_and_hours_with_minutes_over() -> None:
    p = prestatie(eenheid="01", volume=90, tarief=150, bedrag=13_500)
    vergeleken = rijen(p, toewijzing(), saldo=Saldo(330, 49_500, 1))
    assert afwijkend(vergeleken) == {}
    assert vergeleken["Tarief"].toegewezen == "contract: € 90,00 per uur, dat is € 1,50 per minuut"
    assert vergeleken["Volume in totaal"].gedeclareerd == "330 minuten"
    assert rijen(p, toewijzing(), saldo=Saldo(360, 1, 1))["Volume in totaal"].gedeclareerd == "6 uur"


def test_a_budget_is_held_against_all_money_on_it() -> None:
    t = aspecifiek(budget=50_000)
    vergeleken = rijen(prestatie(), t, saldo=Saldo(240, 66_000, 1))
    assert vergeleken["Bedrag in totaal"][1:3] == ("€ 660,00", "budget € 500,00")
    assert (vergeleken["Volume"].toegewezen, "Volume in totaal" in vergeleken) == ("niet bepaald", False)
    assert vergeleken["Productcode"].toegewezen == "niet bepaald"


def test_a_rejected_prestatie_is_not_in_the_totals_so_they_are_left_out() -> None:
    vergeleken = rijen(prestatie(), toewijzing(), saldo=Saldo(0, 0, 0), toestand="afgewezen")
    assert "Volume in totaal" not in vergeleken


def test_without_contract_or_with_another_unit_in_it() -> None:
    assert rijen(prestatie(), toewijzing(), GEEN_CONTRACT)["Tarief"].toegewezen == (
        "contract: geen regel voor dit product"
    )
    ander = kies(prestatie(), contractregel(eenheid="16"))
    assert rijen(prestatie(), toewijzing(), ander)["Tarief"].toegewezen == "contract: alleen per dagdeel"


def test_a_credit_shows_what_it_takes_back() -> None:
    vergeleken = rijen(credit(prestatie()), toewijzing())
    assert vergeleken["Vorige referentie"][1:] == ("R1", "–", True, ("8017",))
    assert vergeleken["Bedrag"].gedeclareerd == "€ 360,00 credit"


@pytest.mark.parametrize(
    ("t", "tekst"),
    [
        (toewijzing(), "12 uur per maand"),
        (toewijzing(frequentie="6", eenheid="83", volume=125_000), "€ 1.250,00 voor de hele toewijzing"),
        (aspecifiek(budget=500_000), "budget € 5.000,00"),
        (aspecifiek(), "niet bepaald"),
    ],
)
def test_omvang_in_words(t: Toewijzing, tekst: str) -> None:
    assert omvang_tekst(t) == tekst
