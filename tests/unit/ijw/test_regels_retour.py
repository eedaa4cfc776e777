"""Level 2 rules about answers, each complied with and broken."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from regelvoorbeelden import (
    credit,
    een_bevinding,
    jw301,
    jw305,
    jw307,
    jw315,
    jw317,
    jw319,
    jw323,
    jw325,
    paden,
    prestatie,
)

from ijw.antwoord import antwoord_declaratie, antwoord_header, antwoord_oordeel
from ijw.berichten.basis import BedragMetDC, TotaalBedragMetDC, XsdVersie
from ijw.bevinding import Bevinding
from ijw.retour import retour
from ijw.teksten import uitleg

ANTWOORD = "/Bericht/DeclaratieAntwoord"
EIGEN = {
    "identificatie": "7",
    "dagtekening": dt.date(2026, 5, 7),
    "xsd_versie": XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0"),
}
EIGEN_RETOUR = {**{k: v for k, v in EIGEN.items() if k != "xsd_versie"}, "xsd_versie_retour": EIGEN["xsd_versie"]}


def met(bericht, **velden):
    return replace(bericht, declaratie_antwoord=replace(bericht.declaratie_antwoord, **velden))


def cent(bedrag):
    return TotaalBedragMetDC.van_cent(bedrag)


# TR342


def test_tr342_voldoet():
    # 50.00 comes back of 80.00
    bericht = met(jw325(prestatie()), totaal_ingediend_bedrag=cent(8000), totaal_toegekend_bedrag=cent(3000))
    assert paden(bericht, "TR342") == []
    # of a debet and a credit both come back, so all was granted that adds up to nothing
    assert paden(jw325(prestatie("A"), credit("B", "X")), "TR342") == []
    # a credit that comes back raises what is granted
    bericht = met(jw325(credit("A", "X")), totaal_ingediend_bedrag=cent(1000), totaal_toegekend_bedrag=cent(6000))
    assert paden(bericht, "TR342") == []


def test_tr342_alles_toegekend_voldoet():
    leeg = met(
        jw325(prestatie()),
        totaal_ingediend_bedrag=cent(-100),
        totaal_toegekend_bedrag=cent(-100),
        clienten=(),
        retour_codes=("8001",),
    )
    assert paden(leeg, "TR342") == []
    assert paden(met(leeg, totaal_toegekend_bedrag=cent(100)), "TR342") == [ANTWOORD]


def test_tr342_zonder_declaratieantwoord_voldoet():
    assert paden(replace(jw325(prestatie()), declaratie_antwoord=None), "TR342") == []


@pytest.mark.parametrize("toegekend", [1, -1, 5000])
def test_tr342_faalt(toegekend):
    bericht = jw325(prestatie(), totaal=cent(toegekend))
    assert paden(bericht, "TR342") == [ANTWOORD]


def test_tr342_toont_de_berekening():
    bericht = met(jw325(prestatie()), totaal_ingediend_bedrag=cent(8000), totaal_toegekend_bedrag=cent(2000))
    assert uitleg(een_bevinding(bericht, "TR342")) == (
        "de prestaties in het antwoord tellen op tot € 50,00; ingediend min toegekend is € 60,00 = € 80,00 - € 20,00"
        " (TR342)"
    )


def test_tr342_afgewezen_declaratie_voldoet():
    bericht = met(jw325(prestatie()), clienten=(), retour_codes=("9333",))
    assert paden(bericht, "TR342") == []


@pytest.mark.parametrize(("toegekend", "aantal"), [(5000, 0), (0, 1), (5000, 1)])
def test_tr342_afgewezen_declaratie_faalt(toegekend, aantal):
    bericht = met(jw325(prestatie()), retour_codes=("9333",), totaal_toegekend_bedrag=cent(toegekend))
    if not aantal:
        bericht = met(bericht, clienten=())
    assert paden(bericht, "TR342") == [ANTWOORD]
    assert f"met {aantal} prestaties" in uitleg(een_bevinding(bericht, "TR342"))
    assert "(9333)" in uitleg(een_bevinding(bericht, "TR342"))


@given(
    st.lists(st.tuples(st.integers(0, 99_999_999), st.sampled_from("DC")), min_size=1, max_size=5),
    st.integers(-9_999_999_999, 9_999_999_999),
    st.sampled_from([0, 0, 1, -1, 77]),
)
def test_tr342_elke_afwijking_valt_op(bedragen, ingediend, afwijking):
    terug = [
        prestatie(str(n), ingediend_bedrag=BedragMetDC(bedrag=bedrag, debet_credit=teken))
        for n, (bedrag, teken) in enumerate(bedragen)
    ]
    som = sum(p.ingediend_bedrag.met_teken for p in terug)
    bericht = met(
        jw325(*terug),
        totaal_ingediend_bedrag=cent(ingediend),
        totaal_toegekend_bedrag=cent(ingediend - som + afwijking),
    )
    assert paden(bericht, "TR342") == ([ANTWOORD] if afwijking else [])


# GENERAL_0001

HEEN = [jw301(), jw305(), jw307(), jw315(), jw317(), jw319()]
PLAATSEN = {"JW319": "/Bericht/Antwoord"}


def in_de_header(code):
    return Bevinding("X", code, 3, "/Bericht/Header")


@pytest.mark.parametrize("heen", HEEN, ids=lambda bericht: bericht.soort)
def test_general_0001_voldoet(heen):
    antwoorden = [retour(heen, [], **EIGEN_RETOUR)]
    antwoorden += [retour(heen, [in_de_header(code)], **EIGEN_RETOUR) for code in ("0001", "9056")]
    assert [paden(antwoord, "GENERAL_0001") for antwoord in antwoorden] == [[], [], []]


@pytest.mark.parametrize("heen", HEEN, ids=lambda bericht: bericht.soort)
def test_general_0001_met_inhoud_faalt(heen):
    plaats = PLAATSEN.get(heen.soort, "/Bericht/Client")
    vol = retour(heen, [Bevinding("X", "9019", 3, plaats)], **EIGEN_RETOUR)
    assert paden(vol, "GENERAL_0001") == []
    afgekeurd = replace(vol, header=replace(vol.header, retour_codes=("0001",)))
    assert paden(afgekeurd, "GENERAL_0001") == [plaats]
    assert f"hier staat ook {plaats.rpartition('/')[2]}" in uitleg(een_bevinding(afgekeurd, "GENERAL_0001"))


def test_general_0001_naast_een_andere_code_faalt():
    bericht = retour(jw301(), [in_de_header("0001"), in_de_header("9056")], **EIGEN_RETOUR)
    assert paden(bericht, "GENERAL_0001") == ["/Bericht/Header/RetourCodes"]
    assert "ook 9056" in uitleg(een_bevinding(bericht, "GENERAL_0001"))


def test_general_0001_antwoord_op_een_declaratie():
    heen = jw323()
    nummer = {"declaratie_nummer": "DN1", "totaal_ingediend_cent": 5000}
    goed = [
        antwoord_header(heen.header, ("0001",), **EIGEN),
        antwoord_declaratie(heen.header, ("9333",), **nummer, **EIGEN),
        antwoord_oordeel(heen.header, (), **nummer, **EIGEN),
    ]
    for bericht in goed:
        assert paden(bericht, "GENERAL_0001") == paden(bericht, "TR342") == []
    vol = jw325(prestatie())
    afgekeurd = replace(vol, header=replace(vol.header, retour_codes=("0001",)))
    assert paden(afgekeurd, "GENERAL_0001") == [ANTWOORD]
