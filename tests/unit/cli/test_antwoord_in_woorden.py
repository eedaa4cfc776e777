"""Retourberichten on starts and stops in words: every class with what tells it from its neighbours."""

from datetime import date
from typing import Any

import pytest

from ijw.berichten.basis import XsdVersie
from ijw.bevinding import Bevinding
from ijw.retour import retour
from services.cli import antwoord
from tests.unit.allocation.regievoorbeelden import jw305, jw307, start, stop, weg


def woorden(capsys: pytest.CaptureFixture[str], bericht: Any, *bevindingen: tuple[str, str]) -> list[str]:
    """The lines shown for the retour with these retourcodes at these places."""
    gevonden = [Bevinding("TR0", code, 3, pad) for code, pad in bevindingen]
    versie = XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")
    antwoord.print_answer(
        retour(bericht, gevonden, identificatie="HF1", dagtekening=date(2026, 5, 6), xsd_versie_retour=versie)
    )
    return capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def breed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide terminal, whatever runs the tests."""
    monkeypatch.setenv("COLUMNS", "200")


def test_an_accepted_start_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert woorden(capsys, jw305()) == ["Antwoord JW306, Header: alles in orde"]


def test_starts_of_one_toewijzing_and_taakgericht_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    bericht = jw305(weg(start()), start(begindatum=date(2026, 4, 4)), start(None))
    pad = "/Bericht/Client/StartProducten/StartProduct[1]/StatusAanlevering"
    assert woorden(capsys, bericht, ("9063", pad)) == [
        "Antwoord JW306, Header: 0200 geen opmerkingen",
        "  Client: 0200 geen opmerkingen",
        "  StartProduct 10072 van 2026-04-03: 9063 er is geen eerdere aanlevering om te verwijderen",
        "  StartProduct 10072 van 2026-04-04: 0200 geen opmerkingen",
        "  StartProduct van 2026-04-03: 0200 geen opmerkingen",
    ]


def test_stops_of_one_start_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    bericht = jw307(stop(reden_beeindiging="20"), stop())
    pad = "/Bericht/Client/StopProducten/StopProduct[2]"
    assert woorden(capsys, bericht, ("9074", pad), ("9415", pad)) == [
        "Antwoord JW308, Header: 0200 geen opmerkingen",
        "  Client: 0200 geen opmerkingen",
        "  StopProduct 10072 van 2026-04-03 reden 20: 0200 geen opmerkingen",
        "  StopProduct 10072 van 2026-04-03 reden 31: 9074 deze aanlevering bestaat al",
        "  StopProduct 10072 van 2026-04-03 reden 31: 9415 er is al een definitieve stop",
    ]
