"""No rule without cases: for every message it names, one that conforms to it and one that breaks it."""

from services.cli.check import verify
from tests.conformance import test_retourberichten as retouren
from tests.conformance.geval import REGELS
from tests.conformance.gevallen import jw325, niveau1
from tests.conformance.keten import Keten
from tests.conformance.register import DECLARATIES, HEENBERICHTEN
from tests.conformance.verwachting import RETOUR

VERZONDEN = (*HEENBERICHTEN, *DECLARATIES)
GENOEMD = {
    niveau: {
        (regel, soort)
        for regel, feit in REGELS.items()
        for soort in feit.berichten
        if (None if regel.startswith("GENERAL") else feit.niveau) == niveau
    }
    for niveau in (None, 1, 2, 3, 4)
}
"""Rule and message by the level of the rule; None for the general codes."""


def test_every_rule_of_level_2_3_and_4_has_both_cases_for_every_message_it_names() -> None:
    goed = {(g.regel, g.soort) for g in VERZONDEN if not g.fouten}
    fout = {(g.regel, g.soort) for g in VERZONDEN if g.fouten}
    goed |= {(g.regel, "JW325") for g in jw325.GEVALLEN if not g.fouten}
    fout |= {(g.regel, "JW325") for g in jw325.GEVALLEN if g.fouten}
    genoemd = GENOEMD[2] | GENOEMD[3] | GENOEMD[4]
    assert genoemd - goed == set()
    assert genoemd - fout == set()
    # And no case is about a rule that its message does not have.
    assert (goed | fout) - genoemd == set()


def test_every_rule_of_level_1_has_both_cases_for_every_message_it_names() -> None:
    assert {(g.regel, g.soort) for g in niveau1.GEVALLEN if g.waarde is None} == GENOEMD[1]
    assert {(g.regel, g.soort) for g in niveau1.GEVALLEN if g.waarde is not None} == GENOEMD[1]


def test_every_general_code_is_seen_in_every_answer_it_may_stand_in() -> None:
    # What the system answers itself: 0001 at level 2, 0200 and the JW325's own codes beside what is rejected.
    eigen = {("GENERAL_0001", RETOUR[g.soort][0]) for g in HEENBERICHTEN if g.niveau == 2}
    eigen |= {("GENERAL_0200", RETOUR[g.soort][0]) for g in HEENBERICHTEN if g.niveau > 2}
    eigen |= {("GENERAL_0001", "JW325") for g in DECLARATIES if g.niveau == 2}
    eigen |= {("GENERAL_0200", "JW325") for g in DECLARATIES if g.niveau > 2}
    eigen |= {("GENERAL_0233", "JW325") for g in DECLARATIES if g.regel == "TR304" and g.fouten}
    eigen |= {("GENERAL_8001", "JW325") for g in DECLARATIES if not g.fouten}
    # What parties return, right and wrong.
    goed = {(naam.partition("-")[0], soort) for naam in retouren.GOED for soort in retouren.SOORTEN}
    fout = {(naam.partition("-")[0], soort) for naam in retouren.FOUT for soort in retouren.SOORTEN}
    assert goed == fout == {(regel, soort) for regel, soort in GENOEMD[None] if soort != "JW325"}
    assert GENOEMD[None] - goed - eigen == set()
    assert {(regel, soort) for regel, soort in GENOEMD[None] if regel != "GENERAL_0233"} <= eigen


def test_no_two_cases_have_one_name() -> None:
    namen = [geval.id for geval in (*VERZONDEN, *niveau1.GEVALLEN, *jw325.GEVALLEN)]
    assert sorted(set(namen)) == sorted(namen)


async def test_after_all_cases_the_system_s_own_check_finds_nothing(keten: Keten) -> None:
    """This file comes last: everything that the cases before it sent is in the database."""
    afwijkingen, geteld = await verify(keten.systeem.runtime, 60)
    assert afwijkingen == [], geteld
