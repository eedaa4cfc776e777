"""Findings in words: complete, robust against missing inputs, and without personal data."""

import importlib
import re
from pkgutil import iter_modules
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw import bsn, tekstentabel
from ijw.bevinding import Bevinding
from ijw.regels import REGELS
from ijw.teksten import uitleg
from ijw.tekstentabel import TEKSTEN

# what rules hand over; a sentence that asks for something else would never be shown
INVOER = {
    "waarde",
    "grens",
    "dagtekening",
    "begin",
    "eind",
    "eerder",
    "referentie",
    "toewijzing",
    "code",
    "categorie",
    "gedeclareerd",
    "verwacht",
    "maximum",
    "berekening",
    "eenheid",
    "frequentie",
    "budget",
    "toegewezen",
}


def velden(zin: str) -> set[str]:
    return {naam for _, naam, _, _ in Formatter().parse(zin) if naam is not None}


def met_invoer(regel: str, **invoer: str) -> str:
    return uitleg(Bevinding(regel=regel, retourcode="0001", niveau=2, pad="/Bericht", invoer=invoer))


@pytest.mark.parametrize("regel", [regel.code for regel in REGELS])
def test_elke_regel_van_de_bibliotheek_heeft_een_tekst(regel: str) -> None:
    assert regel in TEKSTEN


@pytest.mark.parametrize("regel", TEKSTEN)
def test_elke_tekst_eindigt_in_een_zin_zonder_invoer_en_noemt_de_regel(regel: str) -> None:
    tekst = TEKSTEN[regel]
    assert velden(tekst.zinnen[-1]) == set()
    assert set().union(*map(velden, tekst.zinnen)) <= INVOER
    assert met_invoer(regel) == f"{tekst.zinnen[-1]} ({', '.join(filter(None, [regel, tekst.bron]))})"


@pytest.mark.parametrize("regel", TEKSTEN)
def test_de_eerste_zin_toont_al_zijn_invoer(regel: str) -> None:
    zin = TEKSTEN[regel].zinnen[0]
    getoond = met_invoer(regel, **{naam: f"<{naam}>" for naam in INVOER})
    for naam in velden(zin):
        assert f"<{naam}>" in getoond


def test_volumeregel_toont_de_hele_berekening() -> None:
    tekst = met_invoer("TR321", gedeclareerd="15", maximum="12", berekening="4 weken x 3 uur", eenheid="04")
    assert tekst == ("gedeclareerd 15 uur; toegestaan in deze productperiode 12 uur = 4 weken x 3 uur (TR321, IV077)")


@pytest.mark.parametrize(
    ("eenheid", "gedeclareerd", "tekst"),
    [
        ("04", "1", "1 uur"),
        ("01", "1380", "1.380 minuten"),
        ("83", "30000", "€ 300,00"),
        ("uur", "15", "15 uur"),
        ("04", "15 uur", "15 uur"),
    ],
)
def test_volumes_krijgen_hun_eenheid(eenheid: str, gedeclareerd: str, tekst: str) -> None:
    zin = met_invoer("TR321", gedeclareerd=gedeclareerd, maximum="1", berekening="x", eenheid=eenheid)
    assert zin.startswith(f"gedeclareerd {tekst}; ")


def test_zonder_berekening_volgt_een_kortere_zin() -> None:
    assert "=" not in met_invoer("TR321", gedeclareerd="15", maximum="12", eenheid="04")
    assert met_invoer("TR321", gedeclareerd="15").startswith("er is meer gedeclareerd")


def test_datums_staan_er_op_zijn_nederlands() -> None:
    tekst = met_invoer("TR307", gedeclareerd="2026-04-01", verwacht="2026-04-03")
    assert "begint op 01-04-2026, de toewijzing pas op 03-04-2026" in tekst


def test_onbekende_regel_krijgt_een_algemene_zin() -> None:
    assert met_invoer("TR999", waarde="x") == "het bericht voldoet niet aan deze regel (TR999)"


def test_accolades_en_regeleinden_in_waarden_doen_niets() -> None:
    assert "referentienummer {0.__class__} x is" in met_invoer("TR314", referentie="{0.__class__}\n x")


BSNS = st.integers(0, 99_999_999).map(lambda n: next((b for c in range(10) if bsn.elfproef(b := f"{n:08}{c}")), ""))


@given(
    st.sampled_from(sorted(TEKSTEN)),
    st.dictionaries(
        st.sampled_from(sorted(INVOER)),
        st.tuples(st.text("a 5-.", max_size=3), BSNS, st.text("a 5-.", max_size=3)).map("".join) | BSNS,
    ),
)
def test_geen_tekst_bevat_een_bsn(regel: str, invoer: dict[str, str]) -> None:
    reeksen = re.findall(r"[0-9]+", met_invoer(regel, **invoer))
    assert [reeks for reeks in reeksen if bsn.elfproef(reeks)] == []


def test_een_bsn_als_referentie_wordt_afgeschermd_en_een_ander_nummer_niet() -> None:
    assert "(afgeschermd)" in met_invoer("TR314", referentie="999900006")
    assert "999900007" in met_invoer("TR314", referentie="999900007")


@given(st.text(), st.dictionaries(st.sampled_from(sorted(INVOER)), st.text()))
def test_uitleg_kan_alles_aan(regel: str, invoer: dict[str, str]) -> None:
    assert met_invoer(regel, **invoer)


def test_elke_regel_heeft_een_rij_in_een_module_van_de_tabel() -> None:
    modules = [importlib.import_module(f"ijw.tekstentabel.{deel.name}") for deel in iter_modules(tekstentabel.__path__)]
    rijen = [regel for module in modules for regel in getattr(module, "TEKSTEN", ())]
    assert sorted(rijen) == sorted(TEKSTEN)
