"""The life cycle of a verzoek held beside a model that knows no table: only what was sent before (TR347 .. TR379)."""

from collections.abc import Sequence
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.allocation.levensloop.verzoek import (
    OPENSTAAND,
    TOEGEKEND,
    Gebeurtenis,
    Toestand,
    Verzoekstatus,
    gebeurtenis_van,
    status_van,
    volgende,
    weigeringen,
)
from tests.unit.allocation.voorbeelden_verzoek import jw319


class Verzonden(NamedTuple):
    """A message that was accepted: verzoek, toewijzing, or an antwoord with its VerzoekAntwoord."""

    soort: str
    referentie: str
    antwoord: str = ""


def geweigerd(eerder: Sequence[Verzonden], bericht: Verzonden) -> set[str]:
    """The rules of the standard in their own words, on one client of one aanbieder; the codes that refuse it."""

    def met(soort: str, referentie: str = bericht.referentie) -> list[Verzonden]:
        return [item for item in eerder if (item.soort, item.referentie) == (soort, referentie)]

    def wacht(referentie: str) -> bool:
        afgewezen = any(item.antwoord == "1" for item in met("antwoord", referentie))
        return bool(met("verzoek", referentie)) and not afgewezen and not met("toewijzing", referentie)

    codes = set()
    if bericht.soort == "verzoek":
        if met("verzoek"):
            codes.add("9347")
        if any(wacht(item.referentie) for item in eerder if item.soort == "verzoek"):
            codes.add("9374")
    elif bericht.soort == "toewijzing":
        if not wacht(bericht.referentie):
            codes.add("9379")
    else:
        if not met("verzoek"):
            codes.add("9355")
        if met("toewijzing"):
            codes.add("9359")
        if bericht.antwoord == "2" and met("antwoord"):
            codes.add("9360")
        if any(item.antwoord != "2" for item in met("antwoord")):
            codes.add("9365")
    return codes


REFERENTIES = st.sampled_from(["A", "B", "C"])


class Verkeer(RuleBasedStateMachine):
    """Messages about one client in any order: the table refuses what the rules refuse, with the same codes."""

    def __init__(self) -> None:
        super().__init__()
        self.eerder: list[Verzonden] = []
        self.toestanden: dict[str, Toestand] = {}

    def toestand(self, referentie: str) -> Toestand:
        return self.toestanden.get(referentie, Toestand.GEEN)

    def biedt_aan(self, bericht: Verzonden, gebeurtenis: Gebeurtenis) -> None:
        redenen = {w.retourcode for w in weigeringen(self.toestand(bericht.referentie), gebeurtenis)}
        if gebeurtenis is Gebeurtenis.VERZOEK:
            # TR374 looks at every reference of the client, this one too.
            redenen |= {
                w.retourcode for t in self.toestanden.values() for w in weigeringen(t, Gebeurtenis.ANDER_VERZOEK)
            }
        assert redenen == geweigerd(self.eerder, bericht)
        if not redenen:
            self.eerder.append(bericht)
            self.toestanden[bericht.referentie] = volgende(self.toestand(bericht.referentie), gebeurtenis)

    @rule(referentie=REFERENTIES)
    def verzoek(self, referentie: str) -> None:
        self.biedt_aan(Verzonden("verzoek", referentie), Gebeurtenis.VERZOEK)

    @rule(referentie=REFERENTIES)
    def toewijzing(self, referentie: str) -> None:
        self.biedt_aan(Verzonden("toewijzing", referentie), Gebeurtenis.TOEKENNING)

    @rule(referentie=REFERENTIES, antwoord=st.sampled_from("12"))
    def antwoord(self, referentie: str, antwoord: str) -> None:
        bericht = jw319(referentie, antwoord)
        self.biedt_aan(Verzonden("antwoord", referentie, antwoord), gebeurtenis_van(bericht))

    @precondition(lambda self: self.eerder)
    @rule()
    def alles_nog_eens(self) -> None:
        """Whatever was accepted is refused when it comes again."""
        for bericht in self.eerder:
            assert geweigerd(self.eerder, bericht)

    @invariant()
    def hoogstens_een_openstaand(self) -> None:
        assert sum(toestand in OPENSTAAND for toestand in self.toestanden.values()) <= 1


Verkeer.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestVerkeer = Verkeer.TestCase


@pytest.mark.parametrize(
    ("toestanden", "status"),
    [
        ([Toestand.OPEN], Verzoekstatus.OPEN),
        ([Toestand.IN_ONDERZOEK, Toestand.OPEN, Toestand.AFGEWEZEN], Verzoekstatus.OPEN),
        ([Toestand.IN_ONDERZOEK, Toestand.TOEGEKEND], Verzoekstatus.IN_ONDERZOEK),
        ([Toestand.TOEGEKEND, Toestand.TOEGEKEND_NA_ONDERZOEK], Verzoekstatus.TOEGEKEND),
        ([Toestand.TOEGEKEND, Toestand.AFGEWEZEN], Verzoekstatus.DEELS_TOEGEKEND),
        ([Toestand.AFGEWEZEN, Toestand.AFGEWEZEN], Verzoekstatus.AFGEWEZEN),
    ],
)
def test_status_of_a_verzoek_as_a_whole(toestanden: list[Toestand], status: Verzoekstatus) -> None:
    assert status_van(toestanden) is status
    pending = bool(OPENSTAAND & set(toestanden))
    assert (status in {Verzoekstatus.OPEN, Verzoekstatus.IN_ONDERZOEK}) == pending
    assert (status is Verzoekstatus.TOEGEKEND) == (set(toestanden) <= TOEGEKEND)
