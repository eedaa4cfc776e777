"""The header rules at level 3 and 4, which every service asks with facts of its own."""

import datetime as dt

import pytest
from msgspec.structs import replace
from regelvoorbeelden import (
    AANVRAAG,
    DAGTEKENING,
    PRESTATIE,
    TOEWIJZING,
    jw301,
    jw305,
    jw315,
    jw317,
    jw319,
    jw323,
    jw325,
)

from ijw.codelijsten import Gemeente, Gemeentelijst
from ijw.regels.header import tr056, tr135, tr378
from ijw.teksten import uitleg

D = dt.date
VANDAAG = D(2026, 6, 1)


BERICHTEN = [jw301(), jw305(), jw315(), jw317(), jw319(), jw323(), jw325(PRESTATIE)]


@pytest.mark.parametrize("bericht", BERICHTEN, ids=lambda bericht: bericht.soort)
def test_tr056_voldoet(bericht):
    assert list(tr056(bericht, eerder_gebruikt=False)) == []


@pytest.mark.parametrize("bericht", BERICHTEN, ids=lambda bericht: bericht.soort)
def test_tr056_faalt(bericht):
    (bevinding,) = tr056(bericht, eerder_gebruikt=True)
    assert (bevinding.regel, bevinding.retourcode, bevinding.niveau) == ("TR056", "9056", 3)
    assert bevinding.pad == "/Bericht/Header/BerichtIdentificatie/Identificatie"
    assert "identificatie 1 is" in uitleg(bevinding)


@pytest.mark.parametrize("vandaag", [DAGTEKENING, D(2027, 1, 1)])
def test_tr135_voldoet(vandaag):
    for bericht in BERICHTEN:
        assert list(tr135(bericht, vandaag)) == []


@pytest.mark.parametrize("bericht", BERICHTEN, ids=lambda bericht: bericht.soort)
def test_tr135_faalt(bericht):
    (bevinding,) = tr135(bericht, DAGTEKENING - dt.timedelta(days=1))
    assert (bevinding.regel, bevinding.retourcode, bevinding.niveau) == ("TR135", "8848", 4)
    assert bevinding.pad == "/Bericht/Header/BerichtIdentificatie/Dagtekening"
    assert "06-05-2026 ligt na de dag van ontvangst, 05-05-2026" in uitleg(bevinding)


GEMEENTEN = Gemeentelijst(
    [
        Gemeente("0193", "Zwolle", "Overijssel"),
        Gemeente("0001", "Opgeheven", "Overijssel", geldig_tot=D(2025, 12, 31)),
    ]
)


def met_gemeente(bericht, code):
    element = "afzender" if bericht.header.afzender == "0193" else "ontvanger"
    return replace(bericht, header=replace(bericht.header, **{element: code}))


def test_tr378_voldoet():
    for bericht in BERICHTEN:
        assert list(tr378(bericht, GEMEENTEN, VANDAAG)) == []


@pytest.mark.parametrize("bericht", BERICHTEN, ids=lambda bericht: bericht.soort)
@pytest.mark.parametrize("code", ["9999", "0001"])
def test_tr378_faalt(bericht, code):
    (bevinding,) = tr378(met_gemeente(bericht, code), GEMEENTEN, VANDAAG)
    assert (bevinding.regel, bevinding.retourcode, bevinding.niveau) == ("TR378", "S300", 4)
    van_gemeente = bericht.soort in {"JW301", "JW319", "JW325"}
    assert bevinding.pad == f"/Bericht/Header/{'Afzender' if van_gemeente else 'Ontvanger'}"
    assert f"gemeentecode {code} stond op 01-06-2026 niet" in uitleg(bevinding)


def test_tr378_opgeheven_gemeente_voldoet_bij_een_oude_toewijzing():
    oud = replace(TOEWIJZING, ingangsdatum=D(2025, 12, 31))
    nieuw = replace(TOEWIJZING, ingangsdatum=D(2026, 1, 1))
    aanvraag = replace(AANVRAAG, toewijzing_ingangsdatum=D(2025, 12, 31))
    assert list(tr378(met_gemeente(jw301(nieuw, oud), "0001"), GEMEENTEN, VANDAAG)) == []
    assert list(tr378(met_gemeente(jw315(aanvraag), "0001"), GEMEENTEN, VANDAAG)) == []
    assert list(tr378(met_gemeente(jw323(), "0001"), GEMEENTEN, VANDAAG, ook_op=[D(2025, 12, 31)])) == []


def test_tr378_opgeheven_gemeente_faalt_bij_alleen_nieuwe_toewijzingen():
    nieuw = replace(TOEWIJZING, ingangsdatum=D(2026, 1, 1))
    assert len(list(tr378(met_gemeente(jw301(nieuw), "0001"), GEMEENTEN, VANDAAG))) == 1
    assert len(list(tr378(met_gemeente(jw323(), "0001"), GEMEENTEN, VANDAAG, ook_op=[D(2026, 1, 1)]))) == 1


def test_tr378_woonplaatsbeginsel_faalt():
    assert list(tr378(jw319(reden="8", gemeente="0193"), GEMEENTEN, VANDAAG)) == []
    (bevinding,) = tr378(jw319(reden="8", gemeente="0001"), GEMEENTEN, VANDAAG)
    assert bevinding.pad == "/Bericht/Antwoord/Woonplaatsbeginsel/Gemeente"
