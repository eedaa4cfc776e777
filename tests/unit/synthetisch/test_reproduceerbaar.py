"""Equal options give equal bytes, and nothing else does."""

import datetime as dt
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.synthetisch import OptieError, Regio, RegioOpties, maak_regio, schrijf_regio
from services.synthetisch.plan import verdeel
from services.synthetisch.soorten import VERLOOP
from services.synthetisch.toeval import Toeval

OPTIES = RegioOpties(vandaag=dt.date(2026, 5, 6), aantal_clienten=60, aantal_aanbieders=4, foutenaandeel=Fraction(1, 2))


def vingerafdruk(regio: Regio) -> str:
    som = sha256()
    for stap in regio.stappen():
        som.update(f"{stap.sleutel}|{stap.methode}|{stap.pad}|{stap.partij}|{stap.fase}|".encode())
        som.update(stap.inhoud)
        som.update(repr(stap.verwacht).encode())
    return som.hexdigest()


def test_dezelfde_opties_geven_dezelfde_bytes() -> None:
    assert vingerafdruk(maak_regio(OPTIES)) == vingerafdruk(maak_regio(OPTIES))


def test_twee_keer_lezen_geeft_hetzelfde_ook_als_de_fasen_door_elkaar_gelezen_worden() -> None:
    een, ander = maak_regio(OPTIES), maak_regio(OPTIES)
    gewoon = {stap.sleutel: stap.inhoud for stap in een.stappen()}
    omgekeerd = {stap.sleutel: stap.inhoud for fase in reversed(list(ander.fasen())) for stap in fase.stappen}
    assert gewoon == omgekeerd
    assert gewoon == {stap.sleutel: stap.inhoud for stap in een.stappen()}


def test_een_andere_zaad_geeft_andere_berichten() -> None:
    assert vingerafdruk(maak_regio(OPTIES)) != vingerafdruk(maak_regio(msgspec.structs.replace(OPTIES, zaad=2)))


def test_toeval_is_vastgelegd() -> None:
    """Numbers written down once: another version or machine must draw the same."""
    toeval = Toeval(1, "proef")
    assert [toeval.geheel(1, 1000) for _ in range(6)] == [306, 711, 309, 15, 914, 954]
    assert Toeval(1, "proef").geschud(range(8)) == [6, 5, 7, 3, 0, 1, 4, 2]


@given(st.integers(), st.integers(-1000, 1000), st.integers(0, 1000))
def test_toeval_blijft_binnen_de_grenzen(zaad: int, laagste: int, breedte: int) -> None:
    toeval = Toeval(zaad)
    assert all(laagste <= toeval.geheel(laagste, laagste + breedte) <= laagste + breedte for _ in range(20))


@given(st.integers(0, 300), st.dictionaries(st.text(min_size=1), st.integers(1, 50), min_size=1, max_size=20))
def test_verdeel_geeft_het_gevraagde_aantal_en_vergeet_niemand(aantal: int, gewichten: dict[str, int]) -> None:
    namen = verdeel(aantal, gewichten, Toeval(1))
    assert len(namen) == aantal
    assert set(namen) <= set(gewichten)
    if aantal >= len(gewichten):
        assert set(namen) == set(gewichten)
    else:
        assert len(set(namen)) == aantal


def test_schrijven_geeft_dezelfde_bestanden_en_alle_stappen(tmp_path: Path) -> None:
    for naam in ("een", "twee"):
        schrijf_regio(maak_regio(OPTIES), tmp_path / naam)
    een = {pad.relative_to(tmp_path / "een"): pad for pad in (tmp_path / "een").rglob("*") if pad.is_file()}
    twee = {pad.relative_to(tmp_path / "twee"): pad for pad in (tmp_path / "twee").rglob("*") if pad.is_file()}
    assert een.keys() == twee.keys()
    assert all(een[pad].read_bytes() == twee[pad].read_bytes() for pad in een)

    stappen = [msgspec.json.decode(regel) for regel in (tmp_path / "een/stappen.jsonl").read_bytes().splitlines()]
    verwachting = msgspec.json.decode((tmp_path / "een/verwachting.json").read_bytes())
    bedoeld = {stap.sleutel: stap for stap in maak_regio(OPTIES).stappen()}
    assert [stap["sleutel"] for stap in stappen] == list(bedoeld)
    assert list(verwachting["berichten"]) == list(bedoeld)
    for stap in stappen:
        assert (tmp_path / "een" / stap["bestand"]).read_bytes() == bedoeld[stap["sleutel"]].inhoud
    assert {(b["gemeente"], b["jaar"]) for b in verwachting["budgetten"]} == set(
        maak_regio(OPTIES).verwachting.budgetten
    )


def test_schrijven_over_een_regio_heen_wordt_geweigerd(tmp_path: Path) -> None:
    klein = msgspec.structs.replace(OPTIES, aantal_clienten=11, foutenaandeel=Fraction(0))
    schrijf_regio(maak_regio(klein), tmp_path)
    with pytest.raises(FileExistsError):
        schrijf_regio(maak_regio(klein), tmp_path)


@pytest.mark.parametrize(
    ("anders", "tekst"),
    [
        ({"gemeenten": ()}, "ten minste een gemeente"),
        ({"gemeenten": ("193",)}, "CBS-code"),
        ({"gemeenten": ("0193", "0193")}, "een keer"),
        ({"aantal_aanbieders": 0}, "aanbieders"),
        ({"aantal_clienten": 3}, "client per gemeente"),
        ({"maanden": 0}, "maanden"),
        ({"foutenaandeel": Fraction(3, 2)}, "foutenaandeel"),
        ({"toewijzingen_per_client": 0}, "toewijzingen"),
        ({"mix": {"bestaat-niet": 1}}, "onbekende foutsoort: bestaat-niet"),
        ({"mix": {"9346": 0}}, "gewichten"),
        ({"gemeenten": ("0193",), "aantal_clienten": 20_000}, "test-BSN"),
    ],
)
def test_tegenstrijdige_opties_worden_in_het_nederlands_geweigerd(anders: dict[str, object], tekst: str) -> None:
    with pytest.raises(OptieError, match=tekst):
        maak_regio(msgspec.structs.replace(OPTIES, **anders))


def test_een_mix_bepaalt_welke_fouten_er_zijn() -> None:
    mix = {"9346": 3, "9321": 1}
    opties = msgspec.structs.replace(OPTIES, mix=mix, aantal_clienten=200, foutenaandeel=Fraction(1, 10))
    regio = maak_regio(opties)
    fouten = {naam: aantal for naam, aantal in regio.geplaatst.items() if naam in mix}
    assert set(fouten) == {"9346", "9321"}
    assert 2 * fouten["9321"] < fouten["9346"] < 4 * fouten["9321"]
    in_berichten = {prestatie.fout for _, prestatie in regio.verwachting.prestaties() if prestatie.fout}
    assert in_berichten == {"9346", "9321"}


def test_het_aandeel_fouten_is_het_gevraagde() -> None:
    opties = msgspec.structs.replace(OPTIES, aantal_clienten=600, foutenaandeel=Fraction(5, 100))
    regio = maak_regio(opties)
    prestaties = sum(1 for _ in regio.verwachting.prestaties())
    fouten = sum(aantal for naam, aantal in regio.geplaatst.items() if naam not in {soort.naam for soort in VERLOOP})
    assert Fraction(4, 100) < Fraction(fouten, prestaties) < Fraction(6, 100)


def test_zonder_fouten_wordt_alles_toegekend() -> None:
    regio = maak_regio(msgspec.structs.replace(OPTIES, foutenaandeel=Fraction(0)))
    assert {prestatie.uitkomst for _, prestatie in regio.verwachting.prestaties()} == {"toegekend"}
    assert all(stap.fout is None for stap in regio.stappen())
