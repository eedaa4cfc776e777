"""No rule without cases: for every message it names, one that conforms to it and one that breaks it."""

from tests.conformance.geval import REGELS
from tests.conformance.gevallen import niveau1
from tests.conformance.register import DECLARATIES, HEENBERICHTEN

_GEVALLEN = (*HEENBERICHTEN, *DECLARATIES)
GOED = {(geval.regel, geval.soort) for geval in _GEVALLEN if not geval.fouten}
FOUT = {(geval.regel, geval.soort) for geval in _GEVALLEN if geval.fouten}
VORM = {(geval.regel, geval.soort) for geval in niveau1.GEVALLEN}


def test_every_rule_has_a_conforming_and_a_violating_case_for_every_message_it_names() -> None:
    genoemd = {
        (regel, soort)
        for regel, feit in REGELS.items()
        for soort in feit.berichten
        if feit.niveau in {2, 3, 4} and not regel.startswith("GENERAL")
    }
    open_ = {(regel, soort) for regel, soort in genoemd if soort == "JW325"}
    assert genoemd - GOED - open_ == set()
    assert genoemd - FOUT - open_ == set()
    assert {(regel, soort) for regel, feit in REGELS.items() for soort in feit.berichten if feit.niveau == 1} == VORM


def test_no_case_names_a_rule_its_message_does_not_have() -> None:
    assert {geval.id for geval in _GEVALLEN if geval.soort not in REGELS[geval.regel].berichten} == set()


def test_no_two_cases_have_one_name() -> None:
    namen = [geval.id for geval in (*_GEVALLEN, *niveau1.GEVALLEN)]
    assert sorted(set(namen)) == sorted(namen)
