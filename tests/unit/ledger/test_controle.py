"""What a controle finds and names; changes to rows in general are in the stateful test."""

from datetime import UTC, datetime

import pytest

from services.ledger import keten
from services.ledger.controle import MAX_FOUTEN
from services.ledger.grootboek import Kop, Plaats
from services.ledger.posting import Regel
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt
from tests.unit.ledger.geheugen import Geheugen

PLAATS = Plaats("jw", "0193")
NU = datetime(2026, 5, 6, 10, tzinfo=UTC)


@pytest.fixture
def boek() -> Geheugen:
    """Five boekingen."""
    boek = Geheugen()
    boek.verwerk([bepaald(7, 1, {2026: 10_000})], NU)
    boek.verwerk([geregistreerd("d1", (202604, "45", 900))], NU)
    boek.verwerk([verwerkt("d1", mutatie(1, 500), mutatie(2, 300), mutatie(3, 100, "inBehandeling>inUitval"))], NU)
    assert boek.controle(PLAATS).juist
    assert boek.controle(PLAATS).boekingen == 5
    return boek


def test_an_edit_with_its_own_hash_repaired_breaks_the_link_to_the_next(boek: Geheugen) -> None:
    rij = boek.rijen[PLAATS][2]._replace(omschrijving="iets anders")
    hash_ = keten.schakel(rij.vorige_hash, keten.inhoud(rij[:-2], boek.regels[PLAATS, 2]))
    boek.rijen[PLAATS][2] = rij._replace(hash=hash_)
    assert [fout.nummer for fout in boek.controle(PLAATS).fouten] == [3]


def test_a_chain_rewritten_to_the_end_does_not_end_in_the_hash_that_was_kept(boek: Geheugen) -> None:
    vorige = boek.rijen[PLAATS][1].hash
    for nummer in range(2, 6):
        rij = boek.rijen[PLAATS][nummer]._replace(vorige_hash=vorige, omschrijving="iets anders")
        vorige = keten.schakel(vorige, keten.inhoud(rij[:-2], boek.regels[PLAATS, nummer]))
        boek.rijen[PLAATS][nummer] = rij._replace(hash=vorige)
    assert [fout.nummer for fout in boek.controle(PLAATS).fouten] == [5]


def test_the_last_boeking_cannot_disappear_unnoticed(boek: Geheugen) -> None:
    del boek.rijen[PLAATS][5]
    assert boek.controle(PLAATS).fouten[0].nummer == 5


def test_a_boeking_added_by_hand_is_named(boek: Geheugen) -> None:
    boek.rijen[PLAATS][6] = boek.rijen[PLAATS][5]._replace(nummer=6, vorige_hash=boek.rijen[PLAATS][5].hash)
    boek.regels[PLAATS, 6] = boek.regels[PLAATS, 5]
    assert {fout.nummer for fout in boek.controle(PLAATS).fouten} >= {6}


def test_a_line_removed_added_or_moved_is_named(boek: Geheugen) -> None:
    regels = boek.regels[PLAATS, 3]
    for anders in (regels[:-1], regels[2:], (*regels, regels[0]), regels[::-1]):
        boek.regels[PLAATS, 3] = anders
        assert {fout.nummer for fout in boek.controle(PLAATS).fouten} - {None} == {3}


def test_a_total_that_is_not_the_sum_is_named_by_account(boek: Geheugen) -> None:
    sleutel = next(sleutel for sleutel in boek.dagtotalen[PLAATS] if sleutel[2] == 4400)
    debet, credit = boek.dagtotalen[PLAATS][sleutel]
    boek.dagtotalen[PLAATS][sleutel] = (debet + 1, credit)
    teksten = [(fout.nummer, fout.fout) for fout in boek.controle(PLAATS).fouten]
    assert [nummer for nummer, _ in teksten] == [None, None]  # of the day and of the year
    assert all("rekening 4400 (productcategorie 45) in 2026" in tekst for _, tekst in teksten)


def test_a_boeking_out_of_balance_is_named_even_when_its_hash_fits() -> None:
    boek = Geheugen()
    boek.verwerk([geregistreerd("d1", (202604, "45", 900))], NU)
    regels = (Regel(9310, "45", 900), Regel(9300, "45", -899))
    rij = boek.rijen[PLAATS][1]
    hash_ = keten.schakel(rij.vorige_hash, keten.inhoud(rij[:-2], regels))
    boek.rijen[PLAATS][1] = rij._replace(hash=hash_)
    boek.regels[PLAATS, 1] = regels
    boek.koppen[PLAATS] = Kop(1, hash_, rij.boekdatum, rij.vastgelegd_op)
    assert "Boeking 1 is niet in balans of staat op een onbekende rekening" in {
        fout.fout for fout in boek.controle(PLAATS).fouten
    }


def test_another_gemeentes_chain_does_not_fit(boek: Geheugen) -> None:
    ander = Plaats("jw", "0150")
    boek.rijen[ander], boek.koppen[ander] = boek.rijen[PLAATS], boek.koppen[PLAATS]
    boek.dagtotalen[ander] = boek.dagtotalen[PLAATS]
    boek.regels.update({(ander, nummer): boek.regels[PLAATS, nummer] for nummer in boek.rijen[PLAATS]})
    assert boek.controle(ander).fouten[0].nummer == 1


def test_a_great_gap_does_not_make_a_great_answer() -> None:
    boek = Geheugen()
    boek.koppen[PLAATS] = Kop(10_000_000, b"", NU.date(), NU)
    assert len(boek.controle(PLAATS).fouten) == MAX_FOUTEN


def test_an_empty_grootboek_is_right() -> None:
    uitslag = Geheugen().controle(PLAATS)
    assert (uitslag.juist, uitslag.boekingen, uitslag.laatste_nummer) == (True, 0, 0)
