"""Numbers, dates and keys, and that the way a batch is cut does not matter."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.ledger.boeking import Concept
from services.ledger.grootboek import DubbeleTegenboeking, Grootboek, Plaats, SleutelConflict
from services.ledger.posting import OnjuisteBoeking, Regel, Regels
from services.ledger.rules import OngeldigeGebeurtenis
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt
from tests.unit.ledger.geheugen import Geheugen

PLAATS = Plaats("jw", "0193")
NU = datetime(2026, 5, 6, 10, tzinfo=UTC)


def test_numbers_and_boekdatum_go_up_even_when_the_clock_goes_back() -> None:
    boek = Geheugen()
    boek.verwerk([geregistreerd("d1", (202604, "45", 900))], NU)
    boek.verwerk([geregistreerd("d2", (202604, "45", 900))], NU - timedelta(days=1))
    boek.verwerk([geregistreerd("d3", (202604, "45", 900))], NU + timedelta(days=1))
    rijen = boek.rijen[PLAATS]
    assert list(rijen) == [1, 2, 3]
    assert [rij.boekdatum for rij in rijen.values()] == [date(2026, 5, 6), date(2026, 5, 6), date(2026, 5, 7)]
    momenten = [rij.vastgelegd_op for rij in rijen.values()]
    assert momenten == sorted(set(momenten))
    assert rijen[3].boekperiode == 202605


def test_each_gemeente_has_its_own_numbers() -> None:
    boek = Geheugen()
    boek.verwerk(
        [geregistreerd(f"d{i}", (202604, "45", 1), gemeente=g) for i, g in enumerate(["0193", "0150"] * 2)], NU
    )
    assert [list(rijen) for rijen in boek.rijen.values()] == [[1, 2], [1, 2]]


def test_batches_may_be_cut_anywhere() -> None:
    events = [
        *[bepaald(7, versie, {2026: 1000 * versie, 2027: 50}) for versie in (1, 2, 3)],
        bepaald(7, 4, {2026: 100}, categorie="46"),
    ]
    mutaties = [
        verwerkt("d1", mutatie(1, 700)),
        verwerkt("d2", mutatie(1, -700, referentie="C1", vorige="R1")),
        verwerkt("d3", mutatie(1, 90, referentie="R9"), mutatie(2, 40, "inBehandeling>inUitval")),
    ]
    samen, los = Geheugen(), Geheugen()
    samen.verwerk(events[:2], NU)
    samen.verwerk(mutaties, NU)
    samen.verwerk(events[2:], NU)
    for event in [*events[:2], *mutaties, *events[2:]]:
        los.verwerk([event], NU)

    def inhoud(boek: Geheugen) -> list[object]:
        # All but the moment, which differs by batch, and the hashes over it.
        return [
            (rij._replace(vastgelegd_op=NU, vorige_hash=b"", hash=b""), boek.regels[PLAATS, nummer])
            for nummer, rij in boek.rijen[PLAATS].items()
        ]

    assert inhoud(samen) == inhoud(los)
    assert samen.standen == los.standen


def test_an_older_statement_that_comes_later_is_ignored() -> None:
    boek = Geheugen()
    boek.verwerk([bepaald(7, 2, {2026: 500})], NU)
    boek.verwerk([bepaald(7, 1, {2026: 900, 2027: 900})], NU)
    assert boek.saldi(PLAATS, 2026) == {(9200, "45"): 500, (9290, "45"): -500}
    assert boek.saldi(PLAATS, 2027) == {}


def test_a_year_that_a_new_statement_does_not_name_is_taken_back() -> None:
    boek = Geheugen()
    boek.verwerk([bepaald(7, 1, {2026: 500, 2027: 300}), bepaald(7, 2, {2026: 500})], NU)
    assert boek.saldi(PLAATS, 2027) == {}
    # The year that did not change was left alone.
    assert [rij.soort for rij in boek.rijen[PLAATS].values()] == ["verplichting", "verplichting", "tegenboeking"]


def test_a_credit_takes_back_the_award_of_its_debet_in_the_same_batch_too() -> None:
    boek = Geheugen()
    credit = mutatie(1, -700, referentie="C1", vorige="R1")
    boek.verwerk([verwerkt("d1", mutatie(1, 700)), verwerkt("d2", credit)], NU)
    assert boek.rijen[PLAATS][2].tegenboeking_van == 1
    boek.verwerk([verwerkt("d3", mutatie(1, 80, referentie="R5"))], NU)
    boek.verwerk([verwerkt("d4", mutatie(1, -80, referentie="C5", vorige="R5"))], NU)
    assert boek.rijen[PLAATS][4].tegenboeking_van == 3


def test_a_credit_of_another_aanbieder_does_not_take_it_back() -> None:
    boek = Geheugen()
    boek.verwerk([verwerkt("d1", mutatie(1, 700))], NU)
    credit = mutatie(1, -700, referentie="C1", vorige="R1")
    with pytest.raises(OngeldigeGebeurtenis, match="not booked"):
        boek.verwerk([verwerkt("d2", credit, aanbieder="87654321")], NU)
    boek.verwerk([verwerkt("d2", credit)], NU)
    assert boek.rijen[PLAATS][2].tegenboeking_van == 1


def test_two_credits_of_one_debet_are_refused_within_a_batch_and_across() -> None:
    boek = Geheugen()
    boek.verwerk([verwerkt("d1", mutatie(1, 700))], NU)
    een = verwerkt("d2", mutatie(1, -700, referentie="C1", vorige="R1"))
    twee = verwerkt("d3", mutatie(1, -700, referentie="C2", vorige="R1"))
    with pytest.raises(DubbeleTegenboeking):
        boek.verwerk([een, twee], NU)
    boek.verwerk([een], NU)
    with pytest.raises(DubbeleTegenboeking):
        boek.verwerk([twee], NU)
    assert list(boek.rijen[PLAATS]) == [1, 2]


def test_a_prestatie_without_money_books_nothing() -> None:
    boek = Geheugen()
    boek.verwerk([verwerkt("d1", mutatie(1, 0))], NU)
    assert boek.rijen == {}


def test_a_key_within_a_batch_is_guarded_as_one_from_before() -> None:
    boek = Geheugen()
    boek.verwerk([verwerkt("d1", mutatie(1, 5)), verwerkt("d1", mutatie(1, 5))], NU)
    assert list(boek.rijen[PLAATS]) == [1]
    with pytest.raises(SleutelConflict):
        boek.verwerk([verwerkt("d2", mutatie(1, 5)), verwerkt("d2", mutatie(1, 6))], NU)
    assert list(boek.rijen[PLAATS]) == [1]


def concept(regels: Regels, tegenboeking_van: int | None = None) -> Concept:
    return Concept(
        boekjaar=2026,
        soort="toekenning",
        omschrijving="",
        bron="",
        sleutel="a",
        inhoud=b"",
        regels=regels,
        tegenboeking_van=tegenboeking_van,
    )


def test_nothing_gets_a_number_that_the_guard_refuses() -> None:
    grootboek = Grootboek(PLAATS, None, NU.date(), NU, geboekt={})
    with pytest.raises(OnjuisteBoeking):
        grootboek.boek(concept((Regel(4400, "45", 2), Regel(1600, "45", -1))))
    with pytest.raises(DubbeleTegenboeking):
        grootboek.boek(concept((Regel(4400, "45", 1), Regel(1600, "45", -1)), tegenboeking_van=1))
    assert grootboek.rijen == []
    assert grootboek.kop.laatste_nummer == 0
