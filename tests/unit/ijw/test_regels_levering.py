"""Level 2 rules about starts and stops, each complied with and broken."""

import datetime as dt

import pytest
from msgspec.structs import replace
from regelvoorbeelden import START, STOP, een_bevinding, jw305, jw307, paden

from ijw.teksten import uitleg

D = dt.date
START_PRODUCT = "/Bericht/Client/StartProducten/StartProduct"
STOP_PRODUCT = "/Bericht/Client/StopProducten/StopProduct"


# TR018


@pytest.mark.parametrize("eind", [D(2026, 4, 2), D(2026, 4, 3)])
def test_tr018_voldoet(eind):
    assert paden(jw307(replace(STOP, einddatum=eind)), "TR018") == []


@pytest.mark.parametrize("status", ["1", "3"])
def test_tr018_faalt(status):
    fout = replace(STOP, einddatum=D(2026, 4, 1), status_aanlevering=status)
    bericht = jw307(STOP, fout)
    assert paden(bericht, "TR018") == [f"{STOP_PRODUCT}[2]/Einddatum"]
    assert "eindigt op 01-04-2026, voor de begindatum 02-04-2026" in uitleg(een_bevinding(bericht, "TR018"))


# CS058


@pytest.mark.parametrize("status", ["1", "3"])
def test_cs058_voldoet(status):
    assert paden(jw305(replace(START, status_aanlevering=status)), "CS058") == []
    assert paden(jw307(replace(STOP, status_aanlevering=status)), "CS058") == []


@pytest.mark.parametrize("status", ["2", "9"])
def test_cs058_faalt(status):
    start = jw305(START, replace(START, begindatum=D(2026, 4, 3), status_aanlevering=status))
    assert paden(start, "CS058") == [f"{START_PRODUCT}[2]/StatusAanlevering"]
    stop = jw307(replace(STOP, status_aanlevering=status))
    assert paden(stop, "CS058") == [f"{STOP_PRODUCT}[1]/StatusAanlevering"]
    assert f"is {status}; toegestaan is 1" in uitleg(een_bevinding(stop, "CS058"))
