"""The register of rules against the table of the standard, and what holds for all rules together."""

import csv
import re
import sys
import time
from itertools import islice
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regelvoorbeelden import (
    bevindingen,
    client,
    credit,
    jw301,
    jw305,
    jw307,
    jw315,
    jw317,
    jw319,
    jw323,
    jw325,
    prestatie,
)
from strategieen import bericht

import ijw
from ijw import bsn
from ijw.berichten import BERICHTEN
from ijw.berichten.velden import velden
from ijw.regels import REGELS, niveau2
from ijw.tekstentabel import TEKSTEN

CODELIJSTEN = Path(__file__).parents[3] / "schemas" / "codelists"
with (CODELIJSTEN / "regels.csv").open(encoding="utf-8", newline="") as bestand:
    TABEL = {rij["regel"]: rij for rij in csv.DictReader(bestand)}
VAN_NIVEAU_2 = {code for code, rij in TABEL.items() if rij["niveau"] == "2"}


def test_elke_regel_van_niveau_2_is_er_een_keer():
    codes = [regel.code for regel in REGELS if regel.niveau == 2]
    assert sorted(codes) == sorted(VAN_NIVEAU_2)
    assert len({regel.code for regel in REGELS}) == len(REGELS)


@pytest.mark.parametrize("regel", REGELS, ids=lambda regel: regel.code)
def test_regel_staat_zo_in_de_tabel(regel):
    rij = TABEL[regel.code]
    assert (str(regel.niveau), regel.retourcode) == (rij["niveau"], rij["retourcode"])
    assert regel.berichten == set(rij["berichten"].split())
    assert regel.functie.__name__.startswith(regel.code.lower())


def test_een_bericht_zonder_fouten_geeft_niets():
    for maak in (jw301, jw305, jw307, jw315, jw317, jw319, jw323):
        assert bevindingen(maak()) == []
    assert bevindingen(jw325(prestatie())) == []


def test_bevindingen_staan_in_de_volgorde_van_het_register():
    fout = prestatie("A", eenheid="83", geleverd_volume=1)
    codes = [regel for regel, _ in bevindingen(jw323(client(fout, fout, bsn="999900007")))]
    volgorde = [regel.code for regel in REGELS]
    assert codes == sorted(codes, key=volgorde.index)
    assert set(codes) == {"TR101", "TR416", "CD087", "CS002", "CS339"}


def test_zoeken_houdt_op_na_het_gevraagde_aantal():
    fout = jw323(client(*(prestatie(str(n), eenheid="83") for n in range(9))))
    assert len(niveau2(fout)) > 9
    assert niveau2(fout, hoogstens=1) == niveau2(fout)[:1]


def velden_van(zin: str) -> set[str]:
    return {naam for _, naam, _, _ in Formatter().parse(zin) if naam is not None}


def klopt(pad: str, klasse: type) -> bool:
    """The path runs over elements of the class, with an index on repeated elements and nowhere else."""
    stappen = pad.split("/")[2:]
    while stappen:
        naam, index = re.fullmatch(r"(\w+?)(?:\[([1-9]\d*)\])?", stappen.pop(0)).groups()
        veld = next((veld for veld in velden(klasse) if veld.element == naam), None)
        if veld is None or index is not None:
            return False
        if veld.klasse is None:
            return not stappen
        if veld.lijst:
            herhaald = re.fullmatch(r"(\w+?)\[[1-9]\d*\]", stappen.pop(0))
            if herhaald is None or herhaald[1] != veld.lijst:
                return False
        klasse = veld.klasse
    return True


@pytest.mark.parametrize("soort", BERICHTEN)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_elk_geldig_bericht_krijgt_een_oordeel(soort, data):
    for bevinding in niveau2(data.draw(bericht(soort))):
        assert bevinding.pad.startswith("/Bericht/")
        assert klopt(bevinding.pad, BERICHTEN[soort]), bevinding.pad
        gevraagd = [velden_van(zin) for zin in TEKSTEN[bevinding.regel].zinnen]
        assert set(bevinding.invoer) in gevraagd, bevinding  # no input is given that no sentence shows


def test_een_grote_declaratie_kost_hoogstens_20_microseconden_per_prestatie():
    nummers = bsn.test_bsns()
    clienten = [
        client(*(prestatie(f"{c}-{n}", toewijzing_nummer=n) for n in range(10)), bsn=next(nummers))
        for c in range(2_000)
    ]
    groot = jw323(*clienten)

    def duur() -> float:
        begin = time.process_time()
        assert niveau2(groot) == ()
        return time.process_time() - begin

    assert min(duur() for _ in range(3)) / 20_000 < 20e-6


VORMEN = {
    "veel clienten": lambda n: [client(prestatie(f"{c}"), bsn=bsn) for c, bsn in zip(range(n), BSNS, strict=False)],
    "een client": lambda n: [client(*(prestatie(f"{p}", toewijzing_nummer=p) for p in range(n)))],
    "alles dubbel": lambda n: [client(*(prestatie("A") for _ in range(n)))],
    "een client telkens weer": lambda n: [client(prestatie(f"{c}")) for c in range(n)],
    "alles credit op hetzelfde": lambda n: [client(*(credit(f"{p}", "0") for p in range(n)))],
}
BIBLIOTHEEK = str(Path(ijw.__file__).parent)
BSNS = list(islice(bsn.test_bsns(), 800))


def stappen(bericht) -> int:
    """Lines of the library that level 2 runs for this message. Work inside one line (a sort, a search) is not counted.

    Of other code nothing counts: the garbage collector may run anybody's finalizers in between.
    """
    aantal = 0

    def volg(frame, gebeurtenis, _argument):
        nonlocal aantal
        if not frame.f_code.co_filename.startswith(BIBLIOTHEEK):
            return None
        aantal += gebeurtenis == "line"
        return volg

    vorige = sys.gettrace()
    sys.settrace(volg)
    try:
        niveau2(bericht)
    finally:
        sys.settrace(vorige)
    return aantal


@pytest.mark.parametrize("vorm", VORMEN)
def test_twee_keer_zoveel_prestaties_kosten_twee_keer_zoveel_stappen(vorm):
    """What doubling adds, doubles when doubled again: the number of steps is a + b x n, whatever the faults."""
    niveau2(jw323(*VORMEN[vorm](100)))  # what is remembered from then on, as the last day of a month, costs steps once
    honderd, tweehonderd, vierhonderd = (stappen(jw323(*VORMEN[vorm](n))) for n in (100, 200, 400))
    assert vierhonderd - tweehonderd == 2 * (tweehonderd - honderd) > 0
