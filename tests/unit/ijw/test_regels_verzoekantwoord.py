"""Level 2 rules about a JW319, each complied with and broken."""

import pytest
from regelvoorbeelden import een_bevinding, jw319, paden

from ijw.teksten import uitleg

REDEN = "/Bericht/Antwoord/RedenAfwijzingVerzoek"
WOONPLAATS = "/Bericht/Antwoord/Woonplaatsbeginsel"


@pytest.mark.parametrize(("reden", "gemeente"), [("8", "0150"), ("5", None), (None, None)])
def test_tr377_voldoet(reden, gemeente):
    assert paden(jw319(reden=reden, gemeente=gemeente), "TR377") == []


@pytest.mark.parametrize("antwoord", ["1", "2"])
def test_tr377_faalt(antwoord):
    assert paden(jw319(antwoord, "8"), "TR377") == [WOONPLAATS]


@pytest.mark.parametrize(("reden", "gemeente"), [("8", "0150"), ("8", None), ("2", None), (None, None)])
def test_tr409_voldoet(reden, gemeente):
    assert paden(jw319(reden=reden, gemeente=gemeente), "TR409") == []


@pytest.mark.parametrize("reden", ["1", "5", "9", None])
def test_tr409_faalt(reden):
    # an absent reason is no 8 either
    bericht = jw319(reden=reden, gemeente="0150")
    assert paden(bericht, "TR409") == [WOONPLAATS]
    tekst = uitleg(een_bevinding(bericht, "TR409"))
    assert tekst.startswith("zonder reden" if reden is None else f"bij reden afwijzing {reden} ")
    assert "genoemd is 0150" in tekst


@pytest.mark.parametrize(("antwoord", "reden"), [("1", "2"), ("2", None)])
def test_cd085_voldoet(antwoord, reden):
    assert paden(jw319(antwoord, reden), "CD085") == []


def test_cd085_faalt():
    assert paden(jw319("1", None), "CD085") == [REDEN]


@pytest.mark.parametrize(("antwoord", "reden"), [("1", "2"), ("2", None)])
def test_cd086_voldoet(antwoord, reden):
    assert paden(jw319(antwoord, reden), "CD086") == []


def test_cd086_faalt():
    bericht = jw319("2", "3")
    assert paden(bericht, "CD086") == [REDEN]
    assert "al reden afwijzing 3" in uitleg(een_bevinding(bericht, "CD086"))
