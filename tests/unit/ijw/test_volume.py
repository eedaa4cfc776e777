"""Volume maxima against the vectors in `volume_vectoren.json`, rounding, and properties of both."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw import kalender, volume

D = dt.date
VECTOREN = json.loads(Path(__file__).with_name("volume_vectoren.json").read_text(encoding="utf-8"))
EENHEDEN = ["01", "04", "14", "16", "82", "83", "84"]

toewijzingen = st.tuples(
    st.integers(0, 99_999_999),
    st.sampled_from(EENHEDEN),
    st.sampled_from(["1", "2", "4", "6"]),
    st.dates(D(2021, 1, 1), D(2040, 1, 1)),
    st.integers(0, 900),
).map(lambda t: (*t[:4], t[3] + dt.timedelta(days=t[4])))


def datum(tekst: str) -> D:
    return D.fromisoformat(tekst)


@pytest.mark.parametrize("geval", VECTOREN["maximum"], ids=lambda geval: geval["naam"])
def test_maxima_van_de_voorbeelden(geval: dict[str, Any]) -> None:
    omvang = (geval["volume"], geval["eenheid"], geval["frequentie"])
    ingang, eind = datum(geval["ingang"]), datum(geval["eind"])
    assert volume.variant(geval["eenheid"]) == geval["variant"]
    for periode in geval["perioden"]:
        begin, einde = datum(periode["begin"]), datum(periode["eind"])
        assert volume.maximum_in_periode(*omvang, ingang, eind, begin, einde).waarde == periode["maximum"]
        assert kalender.product_periode(begin, ingang, eind) == (begin, einde)
        for naam, telling in (
            ("weken", kalender.iso_weken),
            ("zondagen", kalender.zondagen),
            ("dagen", kalender.dagen),
        ):
            if naam in periode:
                assert telling(begin, einde) == periode[naam]
    if "totaal" in geval:
        totaal = volume.maximum_over_toewijzing(*omvang, ingang, eind)
        assert totaal is not None
        assert totaal.waarde == geval["totaal"]


@pytest.mark.parametrize("geval", VECTOREN["productperioden"], ids=lambda geval: geval["naam"])
def test_productperioden_van_de_voorbeelden(geval: dict[str, Any]) -> None:
    perioden = kalender.product_perioden(datum(geval["ingang"]), datum(geval["eind"]))
    assert [[begin.isoformat(), eind.isoformat()] for begin, eind in perioden] == geval["perioden"]


@pytest.mark.parametrize(("minuten", "uren"), VECTOREN["uren"])
def test_minuten_naar_uren(minuten: int, uren: int) -> None:
    assert volume.uren_van_minuten(minuten) == uren


@pytest.mark.parametrize("eenheid", EENHEDEN)
def test_variant_van_elke_eenheid(eenheid: str) -> None:
    outputgericht = eenheid in {"82", "83"}
    assert volume.variant(eenheid) == ("outputgericht" if outputgericht else "inspanningsgericht")


def test_donderdagen_van_honderdvijftig_minuten_in_augustus() -> None:
    dagen = [D(2025, 7, 10) + dt.timedelta(weeks=n) for n in range(9)]
    minuten = sum(150 for dag in dagen if dag.month == 8)
    assert (minuten, volume.uren_van_minuten(minuten)) == (600, 10)


def test_niets_geleverd_is_niets_te_declareren() -> None:
    assert volume.uren_van_minuten(0) == 0
    with pytest.raises(ValueError, match="negatief"):
        volume.uren_van_minuten(-1)


@pytest.mark.parametrize("geval", VECTOREN["uurtarief"])
def test_uurtarief_in_minuten(geval: dict[str, int]) -> None:
    assert volume.minuuttarief(geval["uurtarief"]) == geval["tarief"]
    assert volume.bedrag_bij_uurtarief(geval["uurtarief"], geval["minuten"]) == geval["bedrag"]


@given(st.integers(0, 99_999_999), st.integers(0, 99_999_999))
def test_afronding_is_een_halve_cent_naar_boven(uurtarief: int, minuten: int) -> None:
    bedrag = volume.bedrag_bij_uurtarief(uurtarief, minuten)
    assert -30 <= uurtarief * minuten - 60 * bedrag < 30  # exactly half goes up
    assert volume.bedrag_bij_uurtarief(uurtarief, 1) == volume.minuuttarief(uurtarief)


@given(toewijzingen)
def test_periodes_zijn_samen_bij_output_het_totaal_en_bij_inspanning_ten_minste(
    toewijzing: tuple[int, str, str, D, D],
) -> None:
    aantal, eenheid, frequentie, ingang, eind = toewijzing
    maxima = [
        volume.maximum_in_periode(aantal, eenheid, frequentie, ingang, eind, *periode).waarde
        for periode in kalender.product_perioden(ingang, eind)
    ]
    totaal = volume.maximum_over_toewijzing(aantal, eenheid, frequentie, ingang, eind)
    assert totaal is not None
    if frequentie == "6":
        assert set(maxima) == {totaal.waarde} == {aantal}
    elif frequentie == "2" and volume.variant(eenheid) == "inspanningsgericht":
        # a broken week counts in both months
        assert totaal.waarde <= sum(maxima) <= totaal.waarde + aantal * (len(maxima) - 1)
    else:
        assert sum(maxima) == totaal.waarde


@given(toewijzingen)
def test_maximum_groeit_met_het_volume(toewijzing: tuple[int, str, str, D, D]) -> None:
    aantal, eenheid, frequentie, ingang, eind = toewijzing
    for begin, einde in kalender.product_perioden(ingang, eind):
        een, meer = (
            volume.maximum_in_periode(n, eenheid, frequentie, ingang, eind, begin, einde).waarde
            for n in (aantal, aantal + 1)
        )
        assert een <= meer
        assert een % max(aantal, 1) == 0


def test_output_zonder_zondag_is_een_week_in_de_periode_van_de_einddatum() -> None:
    def weken(ingang: D, eind: D) -> list[int]:
        return [
            volume.maximum_in_periode(1, "82", "2", ingang, eind, *periode).waarde
            for periode in kalender.product_perioden(ingang, eind)
        ]

    assert weken(D(2026, 3, 2), D(2026, 3, 6)) == [1]
    assert weken(D(2026, 9, 28), D(2026, 10, 3)) == [0, 1]
    assert weken(D(2026, 3, 8), D(2026, 3, 8)) == [1]  # one Sunday
    assert weken(D(2026, 3, 2), D(2026, 3, 2)) == [1]  # one Monday


def test_gebroken_laatste_week_hoort_bij_de_laatste_zondag_ook_op_een_grens() -> None:
    def weken(ingang: D, eind: D) -> list[int]:
        return [
            volume.maximum_in_periode(1, "83", "2", ingang, eind, *periode).waarde
            for periode in kalender.product_perioden(ingang, eind)
        ]

    assert weken(D(2026, 2, 23), D(2026, 3, 5)) == [0, 2]  # the Sunday is the first of March
    assert weken(D(2026, 5, 31), D(2026, 6, 3)) == [2, 0]  # the Sunday is the first day and the end of May


def test_gebroken_laatste_week_telt_niet_voor_de_eerste_dag_van_de_kalender() -> None:
    maximum = volume.maximum_in_periode(5, "82", "2", D.min, D(1, 1, 3), D.min, D(1, 1, 3))
    assert maximum.waarde == 5


def test_zonder_einddatum_is_er_alleen_bij_een_totaal_een_maximum_over_de_toewijzing() -> None:
    ingang = D(2026, 1, 1)
    assert volume.maximum_over_toewijzing(80, "04", "6", ingang, None) == volume.Maximum(
        80, "80 uur voor de hele toewijzing"
    )
    for frequentie in ("1", "2", "4"):
        assert volume.maximum_over_toewijzing(80, "04", frequentie, ingang, None) is None
    zondagen = volume.maximum_in_periode(2, "82", "2", ingang, None, D(2026, 5, 1), D(2026, 5, 31))
    assert zondagen.waarde == 2 * 5


@pytest.mark.parametrize(
    ("omvang", "tekst"),
    [
        ((3, "04", "2"), "4 weken x 3 uur"),
        ((30000, "83", "2"), "(3 zondagen + 1 gebroken week) x € 300,00"),
        ((1, "16", "4"), "1 maand x 1 dagdeel"),
        ((60, "01", "1"), "22 dagen x 60 minuten"),
        ((80, "84", "6"), "80 stuks voor de hele toewijzing"),
    ],
)
def test_berekening_in_woorden(omvang: tuple[int, str, str], tekst: str) -> None:
    toewijzing = periode = (D(2026, 4, 8), D(2026, 4, 29))
    maximum = volume.maximum_in_periode(*omvang, *toewijzing, *periode)
    assert maximum.berekening == tekst


@pytest.mark.parametrize(
    ("omvang", "tekst"),
    [
        ((3, "04", "2"), "5 weken x 3 uur"),
        ((30000, "83", "2"), "5 weken x € 300,00"),
        ((1, "14", "4"), "2 maanden x 1 etmaal"),
        ((60, "01", "1"), "29 dagen x 60 minuten"),
        ((8, "84", "6"), "8 stuks voor de hele toewijzing"),
    ],
)
def test_berekening_over_de_toewijzing_in_woorden(omvang: tuple[int, str, str], tekst: str) -> None:
    maximum = volume.maximum_over_toewijzing(*omvang, D(2026, 4, 8), D(2026, 5, 6))
    assert maximum is not None
    assert maximum.berekening == tekst


@pytest.mark.parametrize(
    ("omvang", "tekst"),
    [
        ((3, "04", "2"), "1 week x 3 uur"),
        ((2, "82", "2"), "(0 zondagen + 1 gebroken week) x 2 stuks"),
        ((1, "82", "1"), "1 dag x 1 stuk"),
    ],
)
def test_berekening_over_een_dag_in_woorden(omvang: tuple[int, str, str], tekst: str) -> None:
    dag = D(2026, 4, 8)
    assert volume.maximum_in_periode(*omvang, dag, dag, dag, dag).berekening == tekst


def test_uren_mogen_in_minuten() -> None:
    maximum = volume.Maximum(12, "4 weken x 3 uur")
    assert volume.in_minuten(maximum) == volume.Maximum(720, "4 weken x 3 uur x 60 minuten")


@pytest.mark.parametrize(
    ("aantal", "eenheid", "tekst"),
    [
        (5, "16", "5 dagdelen"),
        (1, "16", "1 dagdeel"),
        (1380, "01", "1.380 minuten"),
        (20000, "83", "€ 200,00"),
        (123456789, "83", "€ 1.234.567,89"),
        (-5, "83", "-€ 0,05"),
        (0, "83", "€ 0,00"),
        (2, "14", "2 etmalen"),
        (1, "01", "1 minuut"),
        (1, "84", "1 stuk"),
        (2, "99", "2 99"),
    ],
)
def test_hoeveelheid_in_woorden(aantal: int, eenheid: str, tekst: str) -> None:
    assert volume.hoeveelheid(aantal, eenheid) == tekst


def test_onbekende_codes_worden_geweigerd() -> None:
    dag = D(2026, 1, 1)
    with pytest.raises(ValueError, match="eenheid 99"):
        volume.maximum_in_periode(1, "99", "2", dag, dag, dag, dag)
    with pytest.raises(ValueError, match="frequentie 3"):
        volume.maximum_in_periode(1, "04", "3", dag, dag, dag, dag)
    with pytest.raises(ValueError, match="frequentie 3"):
        volume.maximum_over_toewijzing(1, "04", "3", dag, dag)
