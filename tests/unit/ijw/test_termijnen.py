"""Terms: the last day by table, around weekends and holidays, and what must hold for any day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw.kalender import werkdag, werkdagen_tussen
from ijw.termijnen import TERMIJNEN, Soort, Stand, stand, uiterlijk_op, werkdagen_over

D = dt.date
DAGEN = st.dates(D(2000, 1, 1), D(2090, 12, 31))
SOORTEN = st.sampled_from(list(Soort))

LAATSTE_DAG = [
    # soort, day 0, last day, why
    ("retour", D(2026, 5, 6), D(2026, 5, 11), "Wednesday: Thursday, Friday, Monday"),
    ("retour", D(2026, 5, 4), D(2026, 5, 8), "5 May is free"),
    ("retour", D(2025, 5, 2), D(2025, 5, 8), "a weekend and 5 May"),
    ("retour", D(2026, 5, 9), D(2026, 5, 13), "received on a Saturday"),
    ("retour", D(2026, 5, 10), D(2026, 5, 13), "received on a Sunday"),
    ("retour", D(2026, 5, 12), D(2026, 5, 18), "Ascension Day"),
    ("retour", D(2026, 4, 2), D(2026, 4, 9), "Good Friday to Easter Monday"),
    ("retour", D(2026, 4, 24), D(2026, 4, 30), "King's Day on a Monday"),
    ("retour", D(2025, 4, 25), D(2025, 4, 30), "King's Day a day early, on a Saturday"),
    ("retour", D(2026, 12, 24), D(2026, 12, 30), "Christmas on Friday and Saturday"),
    ("retour", D(2025, 12, 24), D(2025, 12, 31), "Christmas on Thursday and Friday"),
    ("retour", D(2026, 12, 31), D(2027, 1, 6), "New Year"),
    ("ophalen", D(2026, 5, 22), D(2026, 5, 28), "Whit Monday"),
    ("declaratie-antwoord", D(2026, 5, 6), D(2026, 5, 21), "ten werkdagen over Ascension Day"),
    ("declaratie-antwoord", D(2026, 12, 18), D(2027, 1, 5), "ten werkdagen over Christmas and New Year"),
    ("verzoek-antwoord", D(2026, 5, 6), D(2026, 5, 13), "five werkdagen"),
    ("onderzoek", D(2026, 5, 6), D(2026, 7, 1), "eight weeks"),
    ("onderzoek", D(2026, 5, 9), D(2026, 7, 6), "eight weeks from a Saturday last until Monday"),
    ("onderzoek", D(2026, 2, 9), D(2026, 4, 7), "eight weeks end on Easter Monday"),
    ("woonplaatsbeginsel", D(2026, 5, 6), D(2026, 5, 20), "two weeks"),
    ("woonplaatsbeginsel", D(2026, 4, 30), D(2026, 5, 15), "two weeks end on Ascension Day"),
    ("woonplaatsbeginsel", D(2025, 4, 18), D(2025, 5, 2), "two weeks from Good Friday"),
    ("start", D(2026, 4, 30), D(2026, 5, 8), "five werkdagen over 5 May"),
    ("stop", D(2026, 4, 30), D(2026, 5, 8), "the same"),
]


@pytest.mark.parametrize(
    ("soort", "begin", "verwacht"),
    [geval[:3] for geval in LAATSTE_DAG],
    ids=[f"{geval[0]}: {geval[3]}" for geval in LAATSTE_DAG],
)
def test_de_laatste_dag(soort, begin, verwacht):
    assert uiterlijk_op(Soort(soort), begin) == verwacht


@pytest.mark.parametrize(
    ("dag", "over", "hoe"),
    [
        (D(2026, 5, 6), 3, Stand.OP_TIJD),
        (D(2026, 5, 7), 2, Stand.OP_TIJD),
        (D(2026, 5, 8), 1, Stand.BIJNA),
        (D(2026, 5, 9), 1, Stand.BIJNA),
        (D(2026, 5, 11), 0, Stand.BIJNA),
        (D(2026, 5, 12), -1, Stand.TE_LAAT),
        (D(2026, 5, 13), -2, Stand.TE_LAAT),
        (D(2026, 5, 15), -3, Stand.TE_LAAT),  # the 14th is Ascension Day
    ],
)
def test_wat_er_over_is_van_een_retour(dag, over, hoe):
    uiterlijk = uiterlijk_op(Soort.RETOUR, D(2026, 5, 6))
    assert werkdagen_over(uiterlijk, dag) == over
    assert stand(Soort.RETOUR, uiterlijk, dag) is hoe


def test_een_dag_te_laat_is_te_laat_ook_in_het_weekend():
    vrijdag, zaterdag = D(2026, 5, 8), D(2026, 5, 9)
    assert werkdagen_over(vrijdag, zaterdag) == -1
    assert stand(Soort.RETOUR, vrijdag, zaterdag) is Stand.TE_LAAT


def test_elke_termijn_staat_in_de_tabel_en_is_er_een():
    assert set(TERMIJNEN) == set(Soort)
    assert all(termijn.lengte > 0 and termijn.bijna >= 0 for termijn in TERMIJNEN.values())


@pytest.mark.parametrize("soort", list(Soort))
@pytest.mark.parametrize("begin", [D.min, D.max, D(9999, 12, 1), D(1, 1, 1), D(2101, 5, 5)])
def test_aan_de_rand_van_de_kalender(soort, begin):
    uiterlijk = uiterlijk_op(soort, begin)
    assert begin <= uiterlijk <= D.max
    assert werkdagen_over(uiterlijk, D(2026, 5, 6)) in range(-3_000_000, 3_000_000)


@given(SOORTEN, DAGEN)
def test_de_laatste_dag_is_een_werkdag_na_de_eerste(soort, begin):
    uiterlijk = uiterlijk_op(soort, begin)
    assert uiterlijk > begin
    assert werkdag(uiterlijk)


@given(SOORTEN, DAGEN, st.integers(0, 400))
def test_wie_later_begint_is_niet_eerder_te_laat(soort, begin, dagen):
    later = begin + dt.timedelta(days=dagen)
    assert uiterlijk_op(soort, begin) <= uiterlijk_op(soort, later)


@given(st.sampled_from([soort for soort in Soort if TERMIJNEN[soort].in_werkdagen]), DAGEN)
def test_zoveel_werkdagen_als_de_termijn_lang_is(soort, begin):
    assert werkdagen_tussen(begin, uiterlijk_op(soort, begin)) == TERMIJNEN[soort].lengte


@given(st.sampled_from([soort for soort in Soort if not TERMIJNEN[soort].in_werkdagen]), DAGEN)
def test_kalenderdagen_lopen_hoogstens_door_tot_de_eerste_werkdag(soort, begin):
    einde = begin + dt.timedelta(days=TERMIJNEN[soort].lengte)
    uiterlijk = uiterlijk_op(soort, begin)
    assert uiterlijk >= einde
    assert not any(werkdag(einde + dt.timedelta(days=dag)) for dag in range((uiterlijk - einde).days))


@given(SOORTEN, DAGEN, st.integers(-60, 60))
def test_met_de_dagen_wordt_het_nooit_beter(soort, begin, dagen):
    uiterlijk = uiterlijk_op(soort, begin)
    dag = uiterlijk + dt.timedelta(days=dagen)
    morgen = dag + dt.timedelta(days=1)
    assert werkdagen_over(uiterlijk, morgen) <= werkdagen_over(uiterlijk, dag)
    volgorde = list(Stand)
    assert volgorde.index(stand(soort, uiterlijk, morgen)) >= volgorde.index(stand(soort, uiterlijk, dag))
    assert (stand(soort, uiterlijk, dag) is Stand.TE_LAAT) is (dag > uiterlijk)
    assert (werkdagen_over(uiterlijk, dag) < 0) is (dag > uiterlijk)


@given(DAGEN, st.integers(-40, 800))
def test_werkdagen_tussen_telt_zoals_een_voor_een(na, dagen):
    tot = na + dt.timedelta(days=dagen)
    een_voor_een = sum(werkdag(na + dt.timedelta(days=dag)) for dag in range(1, dagen + 1))
    assert werkdagen_tussen(na, tot) == een_voor_een
