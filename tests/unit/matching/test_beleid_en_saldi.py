"""The default policy, own policy over it, and what a decision does to saldi."""

import pytest

from services.matching.beleid import behandeling, bepaal, retourcodes
from services.matching.feiten import Saldo
from services.matching.rules import RETOURCODES
from services.matching.rules.fout import INTERN, fout
from services.matching.saldi import Inzet, na_besluit
from tests.unit.matching.bouwen import GEMEENTE, credit, prestatie, zaak

METEEN = {"8017", "8021", "9319", "9346", "9384", "9387", "9388", "9389", "9390", "S300", "S329"}
WERKBAK = {"9338", "8187", "9339", "9340", "9341", "9307", "9308", "9321", "9322", "9369", "0611"}
SLEUTEL = (GEMEENTE, 1001)


def test_every_code_has_the_treatment_of_the_default() -> None:
    assert METEEN | WERKBAK == RETOURCODES
    assert {code for code in RETOURCODES if behandeling(code, {}) == "afwijzen"} == METEEN


@pytest.mark.parametrize(
    ("regels", "beleid", "uitkomst"),
    [
        ([], {}, "toegekend"),
        (["TR418"], {}, "inUitval"),
        (["TR346"], {}, "afgewezen"),
        (["TR418", "TR346", "TR321"], {}, "afgewezen"),
        ([INTERN], {}, "inUitval"),
        ([INTERN, "TR381"], {}, "afgewezen"),
        (["TR418"], {"0611": "afwijzen"}, "afgewezen"),
        (["TR346"], {"9346": "uitval"}, "inUitval"),
        (["TR346", "TR387"], {"9346": "uitval"}, "afgewezen"),
    ],
)
def test_the_outcome_of_findings_together(regels: list[str], beleid: dict[str, str], uitkomst: str) -> None:
    assert bepaal([fout(regel) for regel in regels], beleid) == uitkomst  # type: ignore[arg-type]


def test_what_a_late_toewijzing_can_heal_is_never_rejected_by_policy() -> None:
    for code in ("9338", "8187"):
        assert behandeling(code, {code: "afwijzen"}) == "uitval"
    assert bepaal([fout("TR338"), fout("TR304")], {"9338": "afwijzen", "8187": "afwijzen"}) == "inUitval"
    assert bepaal([fout("TR338"), fout("TR381")], {"9338": "afwijzen"}) == "afgewezen", "S329 rejects by itself"


def test_a_rejected_prestatie_carries_all_codes_but_that_of_its_client_and_the_internal_one() -> None:
    gevonden = [fout(regel) for regel in ("TR304", "TR346", "TR338", "TR346", INTERN)]
    assert retourcodes(gevonden) == ("9338", "9346")


@pytest.mark.parametrize(
    ("is_credit", "gekoppeld", "naar", "verwacht"),
    [
        (False, True, "toegekend", Saldo(240, 36_000, 1)),
        (False, True, "afgewezen", Saldo(0, 0, 0)),
        (False, False, "toegekend", None),
        (True, True, "toegekend", Saldo(0, 0, -1)),
        (True, True, "afgewezen", None),
    ],
)
def test_a_decision_and_the_saldo(is_credit: bool, gekoppeld: bool, naar: str, verwacht: Saldo | None) -> None:
    """4 uur and EUR 360 stand on the toewijzing; what changes nothing is not reported."""
    p = credit(prestatie()) if is_credit else prestatie()
    nieuw = na_besluit([Inzet(zaak(p), gekoppeld, gekoppeld, toegewezen="04")], naar, {SLEUTEL: Saldo(240, 36_000, 0)})  # type: ignore[arg-type]
    assert nieuw == ({} if verwacht is None else {SLEUTEL: verwacht})


def test_prestaties_of_one_item_on_one_toewijzing_add_up() -> None:
    inzet = [Inzet(zaak(prestatie(volgnummer=n)), True, True, toegewezen="04") for n in (1, 2, 3)]
    assert na_besluit(inzet, "afgewezen", {SLEUTEL: Saldo(720, 108_000, 5)}) == {SLEUTEL: Saldo(0, 0, 5)}
