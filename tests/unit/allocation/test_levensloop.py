"""The tables of life cycles: total, in the standard's own codes, and the same on the page as in the code."""

import csv
from itertools import product
from pathlib import Path

import pytest

from services.allocation import register
from services.allocation.levensloop import verzoek
from services.allocation.levensloop.verzoek import Gebeurtenis, Toestand
from services.cli.levensloopdoc import LEVENSLOPEN, maak_levenslopen_md

ROOT = Path(__file__).parents[3]


def test_the_page_is_printed_from_the_tables() -> None:
    assert (ROOT / "docs" / "levenslopen.md").read_text(encoding="utf-8") == maak_levenslopen_md()
    assert {register.LEVENSLOOP, verzoek.LEVENSLOOP} <= set(LEVENSLOPEN)


def test_refusals_name_the_retourcode_that_the_standard_gives_the_rule() -> None:
    with (ROOT / "schemas" / "codelists" / "regels.csv").open(encoding="utf-8", newline="") as bestand:
        codes = {rij["regel"]: rij["retourcode"] for rij in csv.DictReader(bestand)}
    geweigerd = [weigering for loop in LEVENSLOPEN for stap in loop.stappen for weigering in stap.weigeringen]
    assert len({weigering.regel for weigering in geweigerd}) >= 9
    for weigering in geweigerd:
        assert codes[weigering.regel] == weigering.retourcode, weigering


@pytest.mark.parametrize("loop", LEVENSLOPEN, ids=lambda loop: loop.titel.split()[0])
def test_every_row_either_leads_on_or_is_refused(loop: verzoek.Levensloop) -> None:
    assert all(bool(stap.naar) != bool(stap.weigeringen) for stap in loop.stappen)
    rijen = [(stap.van, stap.gebeurtenis) for stap in loop.stappen]
    assert len(set(rijen)) == len(rijen)


def test_a_verzoek_knows_every_event_in_every_state() -> None:
    assert set(verzoek.OVERGANGEN) == set(product(Toestand, Gebeurtenis))


def test_what_is_decided_stays_decided() -> None:
    """No final state leads anywhere else, and every pending one can be granted and rejected."""
    for toestand in set(Toestand) - verzoek.OPENSTAAND - {Toestand.GEEN}:
        for gebeurtenis in Gebeurtenis:
            geweigerd = verzoek.weigeringen(toestand, gebeurtenis)
            assert geweigerd or verzoek.volgende(toestand, gebeurtenis) is toestand
    for toestand in verzoek.OPENSTAAND:
        assert verzoek.volgende(toestand, Gebeurtenis.TOEKENNING) in verzoek.TOEGEKEND
        assert verzoek.volgende(toestand, Gebeurtenis.AFWIJZING) is Toestand.AFGEWEZEN


def test_a_refused_event_has_no_next_state() -> None:
    with pytest.raises(ValueError, match="in_onderzoek"):
        verzoek.volgende(Toestand.IN_ONDERZOEK, Gebeurtenis.ONDERZOEK)


def test_a_toewijzing_knows_every_change_in_every_state_that_a_version_can_bring() -> None:
    begin = {(None, register.Verandering.EERSTE), (None, register.Verandering.EERSTE_MET_REDEN)}
    later = {
        (van, verandering)
        for van in register.Toestand
        if van not in {register.Toestand.VERWIJDERD, register.Toestand.VERLOPEN}
        for verandering in register.Verandering
        if (None, verandering) not in begin
    }
    assert set(register.OVERGANGEN) == begin | later
