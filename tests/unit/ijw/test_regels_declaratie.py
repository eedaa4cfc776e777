"""Level 2 rules about a declaratie as a whole, each complied with and broken."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from regelvoorbeelden import client, credit, een_bevinding, jw323, jw325, paden, periode, prestatie

from ijw.berichten.basis import BedragMetDC, TotaalBedragMetDC

D = dt.date
TOTAAL = "/Bericht/Declaratie/TotaalIngediendBedrag"
PRESTATIES = "/Bericht/Declaratie/Clienten/Client[1]/Prestaties"


def bedrag(cent, teken):
    return BedragMetDC(bedrag=cent, debet_credit=teken)


def totaal(cent, teken):
    return TotaalBedragMetDC(totaal_bedrag=cent, debet_credit=teken)


# TR358


@pytest.mark.parametrize("teken", ["D", "C"])
def test_tr358_nul_voldoet(teken):
    # zero with C is CS325's
    bericht = jw323(client(prestatie("A"), credit("B", "X")), totaal_ingediend_bedrag=totaal(0, teken))
    assert paden(bericht, "TR358") == []


def test_tr358_over_alle_clienten_voldoet():
    een = client(prestatie("A"), prestatie("B", ingediend_bedrag=bedrag(1, "D")))
    ander = client(credit("C", "X"), credit("D", "Y"), bsn="999900018")
    bericht = jw323(een, ander, totaal_ingediend_bedrag=totaal(4999, "C"))
    assert paden(bericht, "TR358") == []


@pytest.mark.parametrize(("cent", "teken"), [(4999, "D"), (5001, "D"), (5000, "C"), (0, "D")])
def test_tr358_faalt(cent, teken):
    assert paden(jw323(totaal_ingediend_bedrag=totaal(cent, teken)), "TR358") == [TOTAAL]


def test_tr358_toont_beide_bedragen():
    bevinding = een_bevinding(jw323(totaal_ingediend_bedrag=totaal(123456, "C")), "TR358")
    assert bevinding.invoer == {"gedeclareerd": "-€ 1.234,56", "verwacht": "€ 50,00"}


@given(st.lists(st.tuples(st.integers(0, 99_999_999), st.sampled_from("DC")), min_size=1, max_size=9), st.integers())
def test_tr358_elke_afwijking_valt_op(bedragen, afwijking):
    prestaties = [prestatie(str(n), ingediend_bedrag=bedrag(*b)) for n, b in enumerate(bedragen)]
    som = sum(cent if teken == "D" else -cent for cent, teken in bedragen)
    bericht = jw323(client(*prestaties), totaal_ingediend_bedrag=TotaalBedragMetDC.van_cent(som + afwijking))
    assert paden(bericht, "TR358") == ([] if afwijking == 0 else [TOTAAL])


# CS325


def test_cs325_voldoet():
    bericht = jw323(client(prestatie("A", ingediend_bedrag=bedrag(0, "D")), credit("B", "X")))
    assert paden(bericht, "CS325") == []
    assert paden(jw325(prestatie("A", ingediend_bedrag=bedrag(0, "D"))), "CS325") == []


def test_cs325_faalt():
    nul = prestatie("A", ingediend_bedrag=bedrag(0, "C"))
    bericht = jw323(client(prestatie("B"), nul), totaal_ingediend_bedrag=totaal(0, "C"))
    assert paden(bericht, "CS325") == [
        f"{TOTAAL}/DebetCredit",
        f"{PRESTATIES}/Prestatie[2]/IngediendBedrag/DebetCredit",
    ]


def test_cs325_antwoord_faalt():
    bericht = jw325(prestatie("A", ingediend_bedrag=bedrag(0, "C")), totaal=totaal(0, "C"))
    antwoord = replace(bericht.declaratie_antwoord, totaal_ingediend_bedrag=totaal(0, "C"))
    assert paden(replace(bericht, declaratie_antwoord=antwoord), "CS325") == [
        "/Bericht/DeclaratieAntwoord/TotaalIngediendBedrag/DebetCredit",
        "/Bericht/DeclaratieAntwoord/TotaalToegekendBedrag/DebetCredit",
        "/Bericht/DeclaratieAntwoord/Clienten/Client[1]/Prestaties/Prestatie[1]/IngediendBedrag/DebetCredit",
    ]


# CS340


@pytest.mark.parametrize(
    ("begin", "eind"),
    [
        (D(2026, 4, 1), D(2026, 4, 30)),
        (D(2024, 2, 1), D(2024, 2, 29)),
        (D(2025, 2, 1), D(2025, 2, 28)),
        (D(2025, 12, 1), D(2025, 12, 31)),
    ],
)
def test_cs340_voldoet(begin, eind):
    assert paden(jw323(declaratie_periode=periode(begin, eind)), "CS340") == []


@pytest.mark.parametrize(
    ("begin", "eind"),
    [
        (D(2026, 4, 2), D(2026, 4, 30)),
        (D(2026, 4, 1), D(2026, 4, 29)),
        (D(2024, 2, 1), D(2024, 2, 28)),
        (D(2026, 3, 1), D(2026, 4, 30)),
        (D(2025, 4, 1), D(2026, 4, 30)),
    ],
)
def test_cs340_faalt(begin, eind):
    bericht = jw323(declaratie_periode=periode(begin, eind))
    assert paden(bericht, "CS340") == ["/Bericht/Declaratie/DeclaratiePeriode"]
