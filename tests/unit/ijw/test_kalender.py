"""Weeks, months, product periods, werkdagen and moments, by example and by property."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw import kalender

D = dt.date
DATUMS = st.dates()
GEWONE_DATUMS = st.dates(D(1990, 1, 1), D(2060, 12, 31))


@pytest.mark.parametrize(
    ("begin", "eind", "weken"),
    [
        (D(2025, 7, 7), D(2025, 7, 31), 4),
        (D(2025, 12, 1), D(2025, 12, 30), 5),
        (D(2025, 10, 7), D(2025, 12, 30), 13),
        (D(2026, 12, 21), D(2027, 1, 10), 3),  # week 53 counts once, not once per year
        (D(2026, 8, 1), D(2026, 8, 31), 6),
        (D(2027, 2, 1), D(2027, 2, 28), 4),
        (D(2026, 11, 30), D(2026, 11, 30), 1),
        (D(2026, 11, 29), D(2026, 11, 30), 2),  # Sunday and Monday
        (D(2026, 11, 30), D(2026, 11, 29), 0),
        (dt.date.min, dt.date.max, 521_723),
    ],
)
def test_iso_weken(begin: D, eind: D, weken: int) -> None:
    assert kalender.iso_weken(begin, eind) == weken


@given(GEWONE_DATUMS, st.integers(0, 800))
def test_weken_en_zondagen_zijn_een_telling(begin: D, lengte: int) -> None:
    eind = begin + dt.timedelta(days=lengte)
    alle = [begin + dt.timedelta(days=n) for n in range(lengte + 1)]
    assert kalender.iso_weken(begin, eind) == len({dag.isocalendar()[:2] for dag in alle})
    assert kalender.zondagen(begin, eind) == sum(dag.isoweekday() == 7 for dag in alle)
    assert kalender.maanden(begin, eind) == len({(dag.year, dag.month) for dag in alle})
    assert kalender.dagen(begin, eind) == len(alle)


def test_tellingen_over_een_omgekeerde_periode_zijn_nul() -> None:
    begin, eind = D(2026, 5, 10), D(2026, 5, 9)
    for telling in (kalender.iso_weken, kalender.zondagen, kalender.maanden, kalender.dagen):
        assert telling(begin, eind) == 0


@given(DATUMS)
def test_grenzen_van_week_en_maand(dag: D) -> None:
    assert kalender.maandag(dag).weekday() == 0
    assert 0 <= (dag - kalender.maandag(dag)).days <= 6
    eerste, laatste = kalender.eerste_van_maand(dag), kalender.laatste_van_maand(dag)
    assert eerste.day == 1
    assert (eerste.year, eerste.month) == (laatste.year, laatste.month) == (dag.year, dag.month)
    assert laatste == D.max or (laatste + dt.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("dag", "laatste"),
    [
        (D(2024, 2, 1), D(2024, 2, 29)),
        (D(2100, 2, 28), D(2100, 2, 28)),
        (D(2026, 12, 31), D(2026, 12, 31)),
        (D(9999, 12, 1), D(9999, 12, 31)),
    ],
)
def test_laatste_van_maand(dag: D, laatste: D) -> None:
    assert kalender.laatste_van_maand(dag) == laatste


@given(DATUMS, st.integers(0, 1500))
def test_product_perioden_dekken_de_toewijzing_precies(ingang: D, lengte: int) -> None:
    eind = D.fromordinal(min(D.max.toordinal(), ingang.toordinal() + lengte))
    perioden = kalender.product_perioden(ingang, eind)
    assert perioden[0][0] == ingang
    assert perioden[-1][1] == eind
    assert len(perioden) == kalender.maanden(ingang, eind)
    for (_, einde), (begin, _) in pairwise(perioden):
        assert begin == einde + dt.timedelta(days=1)
        assert begin.day == 1
    for begin, einde in perioden:
        assert (begin.year, begin.month) == (einde.year, einde.month)
        assert kalender.product_periode(begin, ingang, eind) == (begin, einde)


def test_product_perioden_van_een_omgekeerde_toewijzing_zijn_er_niet() -> None:
    assert kalender.product_perioden(D(2026, 5, 2), D(2026, 5, 1)) == []
    assert kalender.product_periode(D(2026, 5, 2), D(2026, 5, 2), D(2026, 5, 1)) is None


def test_product_periode_volgt_de_toewijzing_en_niet_de_levering() -> None:
    # care stopped on 15 August, the toewijzing runs on: the whole month stays the period
    periode = kalender.product_periode(D(2025, 8, 15), D(2025, 1, 1), D(2025, 9, 5))
    assert periode == (D(2025, 8, 1), D(2025, 8, 31))
    assert kalender.product_periode(D(2025, 9, 1), D(2025, 1, 1), D(2025, 9, 5)) == (
        D(2025, 9, 1),
        D(2025, 9, 5),
    )
    assert kalender.product_periode(D(2025, 10, 1), D(2025, 1, 1), D(2025, 9, 5)) is None
    assert kalender.product_periode(D(2030, 2, 9), D(2030, 2, 3), None) == (D(2030, 2, 3), D(2030, 2, 28))


@pytest.mark.parametrize(
    ("dag", "jaren", "uitkomst"),
    [
        (D(2026, 5, 6), 5, D(2021, 5, 6)),
        (D(2028, 2, 29), 5, D(2023, 2, 28)),
        (D(2028, 2, 29), 4, D(2024, 2, 29)),
        (D(2028, 2, 28), 4, D(2024, 2, 28)),
        (D(3, 1, 1), 5, D.min),
    ],
)
def test_min_jaren(dag: D, jaren: int, uitkomst: D) -> None:
    assert kalender.min_jaren(dag, jaren) == uitkomst


def test_plus_jaren_loopt_niet_uit_de_kalender() -> None:
    assert kalender.plus_jaren(D(1904, 2, 29), 120) == D(2024, 2, 29)
    assert kalender.plus_jaren(D(1980, 2, 29), 120) == D(2100, 2, 28)
    assert kalender.plus_jaren(D(9990, 1, 1), 120) == D.max
    assert kalender.plus_jaren(D(9998, 1, 2), 1) == D(9999, 1, 2)
    assert kalender.min_jaren(D(2, 1, 2), 1) == D(1, 1, 2)


@pytest.mark.parametrize(
    "dag",
    [
        D(2026, 1, 1),
        D(2026, 4, 3),  # Good Friday
        D(2026, 4, 6),
        D(2026, 4, 27),
        D(2026, 5, 5),  # Liberation Day counts every year, not only every fifth
        D(2026, 5, 14),
        D(2026, 5, 25),
        D(2026, 12, 25),
        D(2026, 5, 9),  # Saturday
        D(2026, 5, 10),  # Sunday
    ],
)
def test_geen_werkdag(dag: D) -> None:
    assert not kalender.werkdag(dag)


@pytest.mark.parametrize("dag", [D(2026, 5, 4), D(2026, 5, 6), D(2026, 12, 24), D(2026, 12, 31)])
def test_werkdag(dag: D) -> None:
    assert kalender.werkdag(dag)


def test_werkdagen_optellen() -> None:
    assert kalender.tel_werkdagen_op(D(2026, 5, 8), 1) == D(2026, 5, 11)  # over a weekend
    assert kalender.tel_werkdagen_op(D(2026, 5, 4), 1) == D(2026, 5, 6)  # over 5 May
    assert kalender.tel_werkdagen_op(D(2026, 5, 6), 10) == D(2026, 5, 21)  # over Ascension Day
    assert kalender.tel_werkdagen_op(D(2026, 12, 24), 3) == D(2026, 12, 30)
    assert kalender.tel_werkdagen_op(D(2026, 5, 9), 0) == D(2026, 5, 9)
    assert kalender.tel_werkdagen_op(D.max, 5) == D.max
    with pytest.raises(ValueError, match="negatief"):
        kalender.tel_werkdagen_op(D(2026, 5, 9), -1)


@given(GEWONE_DATUMS, st.integers(1, 30))
def test_werkdagen_tussenin_kloppen(dag: D, aantal: int) -> None:
    uitkomst = kalender.tel_werkdagen_op(dag, aantal)
    ertussen = [dag + dt.timedelta(days=n) for n in range(1, (uitkomst - dag).days + 1)]
    assert kalender.werkdag(uitkomst)
    assert sum(map(kalender.werkdag, ertussen)) == aantal


OPLOPEND = [
    "00:00:00",
    "00:00:00.000000000001",
    "09:59:59.9",
    "10:00:00",
    "10:00:00.05",
    "10:00:00.5",
    "23:59:59.999",
    "24:00:00",
]


def test_tijdstip_ordent_elke_lengte_van_fractie() -> None:
    sleutels = [kalender.tijdstip(D(2026, 5, 6), tijd) for tijd in OPLOPEND]
    assert sleutels == sorted(sleutels)
    assert len(set(sleutels)) == len(sleutels)


@pytest.mark.parametrize(
    ("een", "ander"),
    [
        ((D(2026, 5, 6), "12:00:00"), (D(2026, 5, 6), "12:00:00.000")),
        ((D(2026, 5, 6), "12:00:00.5"), (D(2026, 5, 6), "12:00:00.50")),
        ((D(2026, 5, 6), "24:00:00"), (D(2026, 5, 7), "00:00:00")),
        ((D(2026, 12, 31), "24:00:00.0"), (D(2027, 1, 1), "00:00:00")),
        ((D(2026, 5, 6), " 12:00:00\n"), (D(2026, 5, 6), "12:00:00")),
    ],
)
def test_tijdstip_kent_gelijke_momenten(een: tuple[D, str], ander: tuple[D, str]) -> None:
    assert kalender.tijdstip(*een) == kalender.tijdstip(*ander)


def test_tijdstip_aan_het_eind_van_de_kalender() -> None:
    assert kalender.tijdstip(D.max, "24:00:00") > kalender.tijdstip(D.max, "23:59:59.9")


@pytest.mark.parametrize(
    "tijd",
    [
        "",
        "12:00",
        "1:00:00",
        "24:00:01",
        "25:00:00",
        "12:60:00",
        "12:00:60",
        "12:00:00Z",
        "12:00:00.",
        "١٢:00:00",
    ],
)
def test_tijdstip_weigert_wat_geen_tijd_is(tijd: str) -> None:
    with pytest.raises(ValueError, match="tijd"):
        kalender.tijdstip(D(2026, 5, 6), tijd)


@given(GEWONE_DATUMS, GEWONE_DATUMS, st.times(), st.times())
def test_tijdstip_ordent_als_de_klok(a: D, b: D, tijd_a: dt.time, tijd_b: dt.time) -> None:
    sleutel_a = kalender.tijdstip(a, tijd_a.isoformat())
    sleutel_b = kalender.tijdstip(b, tijd_b.isoformat())
    assert (sleutel_a < sleutel_b) == ((a, tijd_a) < (b, tijd_b))
