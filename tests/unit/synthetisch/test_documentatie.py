"""The page about the region names every kind, with the outcome that the generator gives it."""

import datetime as dt
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from services.synthetisch import RegioOpties, Stap, maak_regio
from services.synthetisch.soorten import SOORTEN
from services.synthetisch.verwachting import (
    VerwachtAntwoord,
    VerwachtHerhaling,
    VerwachtRetour,
    VerwachtWeigering,
)

PAGINA = (Path(__file__).resolve().parents[3] / "docs" / "synthetische-regio.md").read_text(encoding="utf-8")


def uitkomsten(stap: Stap) -> Iterator[tuple[str, str]]:
    """Kind and outcome in the words of the page."""
    verwacht = stap.verwacht
    if isinstance(verwacht, VerwachtAntwoord):
        for p in verwacht.prestaties:
            if p.fout:
                codes = (*p.codes, *(f"{code} on the Client" for code in p.client_codes), *p.intern)
                yield p.fout, f"{p.uitkomst}: {' '.join(codes)}"
    if stap.fout is None:
        return
    if isinstance(verwacht, VerwachtWeigering):
        yield stap.fout, f"{verwacht.status} {verwacht.probleem}"
    elif isinstance(verwacht, VerwachtHerhaling):
        yield stap.fout, "200, the first answer"
    elif isinstance(verwacht, VerwachtRetour | VerwachtAntwoord) and verwacht.header_codes:
        yield stap.fout, f"Header {' '.join(verwacht.header_codes)}"
    elif isinstance(verwacht, VerwachtRetour):
        yield stap.fout, "; ".join(sorted(" ".join(codes) for codes in verwacht.toewijzing_codes.values()))
    elif isinstance(verwacht, VerwachtAntwoord):
        yield stap.fout, f"Declaratie {' '.join(verwacht.declaratie_codes)}"


def test_de_tabel_is_wat_de_generator_doet() -> None:
    opties = RegioOpties(
        vandaag=dt.date(2026, 5, 6),
        aantal_clienten=400,
        foutenaandeel=Fraction(40, 100),
        besluitenaandeel=Fraction(0),
        afwijkend_beleid=False,
    )
    gevonden: dict[str, set[str]] = {}
    for stap in maak_regio(opties).stappen():
        for soort, uitkomst in uitkomsten(stap):
            if SOORTEN[soort].groep not in {"niveau1", "niveau2"}:
                gevonden.setdefault(soort, set()).add(uitkomst)
    tabel = {soort: {uitkomst} for soort, uitkomst in re.findall(r"^\| (\S+) \| (.+) \|$", PAGINA, re.MULTILINE)}
    tabel.pop("kind")
    assert gevonden == tabel


def test_elke_soort_wordt_genoemd() -> None:
    for soort in SOORTEN:
        assert f"| {soort} |" in PAGINA or f"`{soort}`" in PAGINA
