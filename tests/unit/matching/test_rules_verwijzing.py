"""How prestaties relate to each other: references, credits, repetition; each rule passing and failing."""

from datetime import date
from typing import Any

import pytest

from ijw.teksten import uitleg
from services.matching.rules import bevindingen
from tests.unit.matching.bouwen import codes, credit, feiten, prestatie, toewijzing, vorige


def test_tr314_new_reference() -> None:
    assert "TR314" not in codes(prestatie(), feiten())


def test_tr314_reference_used_before_as_invoice_found() -> None:
    (bevinding,) = bevindingen(prestatie(retourcodes=("8021",)), feiten())
    assert (bevinding.regel, bevinding.retourcode, bevinding.invoer) == ("TR314", "8021", {"referentie": "R1"})


@pytest.mark.parametrize("tot", [date(2026, 4, 30), date(2026, 6, 30)])
def test_tr319_period_in_or_before_the_declaratieperiode(tot: date) -> None:
    assert codes(prestatie(), feiten(periode_eind=tot)) == []


def test_tr319_period_after_the_declaratieperiode() -> None:
    assert codes(prestatie(), feiten(periode_eind=date(2026, 3, 31))) == ["TR319"]


def test_tr323_credit_repeats_an_awarded_debet() -> None:
    debet = prestatie()
    assert codes(credit(debet), feiten(debet=vorige(debet))) == []


def test_tr323_credit_without_an_awarded_debet() -> None:
    assert codes(credit(prestatie()), feiten(debet=None)) == ["TR323"]


@pytest.mark.parametrize(
    "anders",
    [
        {"volume": 3, "bedrag": 27_000},
        {"tarief": 18_000, "volume": 2},
        {"product_code": "45A05"},
        {"product_categorie": "46"},
        {"toewijzing_nummer": 1002},
        {"begindatum": date(2026, 4, 2)},
        {"einddatum": date(2026, 4, 29)},
        {"eenheid": "01"},
        {"client": "f" * 24},
        {"tarief": None},
    ],
    ids=str,
)
def test_tr323_credit_that_differs_from_its_debet(anders: dict[str, Any]) -> None:
    debet = prestatie()
    assert "TR323" in codes(credit(debet, **anders), feiten(debet=vorige(debet)))


def test_tr323_a_credit_at_another_gemeente_is_no_repetition() -> None:
    debet = prestatie()
    assert "TR323" in codes(credit(debet), feiten(gemeente="0150", debet=vorige(debet)))


def tr323(anders: dict[str, Any], **bekend: Any) -> str:
    debet = prestatie()
    gevonden = bevindingen(credit(debet, **anders), feiten(**{"debet": vorige(debet)} | bekend))
    (bevinding,) = [bevinding for bevinding in gevonden if bevinding.regel == "TR323"]
    return uitleg(bevinding)


def test_tr323_says_what_differs_but_not_who() -> None:
    assert tr323({"volume": 3, "bedrag": 27_000}) == (
        "deze creditprestatie is niet gelijk aan debetprestatie R1: volume 3 uur en niet 4 uur,"
        " bedrag € 270,00 en niet € 360,00 (TR323, IV085, IV091)"
    )
    assert "begindatum 02-04-2026 en niet 01-04-2026" in tr323({"begindatum": date(2026, 4, 2)})
    assert "tarief geen en niet € 90,00" in tr323({"tarief": None})
    assert "gemeente 0150 en niet 0193" in tr323({}, gemeente="0150")
    assert "R1: een andere client (" in tr323({"client": "f" * 24})
    assert tr323({}, debet=None).startswith("geen toegekende debetprestatie met referentienummer R1 ")


def test_tr323_a_debet_is_not_asked_for_a_debet() -> None:
    assert "TR323" not in codes(prestatie(), feiten(debet=None))


def test_a_credit_that_repeats_is_not_held_against_what_changed_since() -> None:
    """Toewijzing withdrawn, code off the list, tariff gone: taking back stays possible; a new debet is not."""
    debet = prestatie()
    later = feiten(
        debet=vorige(debet),
        toewijzing=toewijzing(einddatum=date(2026, 3, 31), volume=1),
        productcode_bekend=False,
        client_bekend=False,
    )
    assert codes(credit(debet), later) == []
    assert {"TR304", "TR308", "TR381"} <= set(codes(debet, later))


def test_tr389_first_declaration_of_a_delivery() -> None:
    assert "TR389" not in codes(prestatie(), feiten(eerder_debet=""))


def test_tr389_delivery_declared_before() -> None:
    (bevinding,) = bevindingen(prestatie(), feiten(eerder_debet="R0"))
    assert (bevinding.regel, bevinding.invoer) == ("TR389", {"eerder": "R0"})


def test_tr389_does_not_look_at_credits() -> None:
    debet = prestatie()
    assert codes(credit(debet), feiten(debet=vorige(debet), eerder_debet="R0")) == []


def test_tr390_first_credit() -> None:
    debet = prestatie()
    assert "TR390" not in codes(credit(debet), feiten(debet=vorige(debet), eerdere_credit=""))


def test_tr390_second_credit_of_a_debet() -> None:
    debet = prestatie()
    (bevinding,) = bevindingen(credit(debet), feiten(debet=vorige(debet), eerdere_credit="R1x"))
    assert (bevinding.regel, bevinding.invoer) == ("TR390", {"referentie": "R1", "eerder": "R1x"})


def test_tr390_does_not_look_at_debets() -> None:
    assert "TR390" not in codes(prestatie(), feiten(eerdere_credit="R1x"))
