"""The pages about conformity say what the system does: they are made anew and compared.

``HAPPYFLOW_SCHRIJF_CONFORMITEIT=1`` writes them instead, after a change that was meant.
"""

import os
import re

import pytest

from services.platform.settings import ROOT
from tests.conformance import pagina
from tests.conformance.geval import REGELS
from tests.conformance.keten import Keten
from tests.conformance.verwachting import RETOUR

DOCS = ROOT / "docs"
MAP = DOCS / "conformiteit"


def vergelijk(naam: str, tekst: str) -> None:
    bestand = MAP / f"{naam}.md"
    if os.environ.get("HAPPYFLOW_SCHRIJF_CONFORMITEIT"):
        MAP.mkdir(exist_ok=True)
        bestand.write_text(tekst, encoding="utf-8")
    assert bestand.read_text(encoding="utf-8") == tekst, f"{bestand} is not what the system does"


@pytest.mark.parametrize("soort", sorted(pagina.TITELS))
async def test_the_page_of_a_message_is_what_the_system_does(keten: Keten, soort: str) -> None:
    vergelijk(soort, await pagina.bladzijde(keten, soort))


def test_the_page_of_level_1_is_what_its_rules_are() -> None:
    vergelijk("niveau1", pagina.bladzijde_niveau1())


def test_the_page_of_the_jw325_is_what_its_rules_are() -> None:
    vergelijk("JW325", pagina.bladzijde_325())


def test_the_first_page_names_every_message_and_only_what_is_there() -> None:
    tekst = (DOCS / "conformiteit.md").read_text(encoding="utf-8")
    soorten = {soort for feit in REGELS.values() for soort in feit.berichten}
    assert soorten == set(re.findall(r"JW3\d\d", tekst)) | {doel for doel, _ in RETOUR.values()}
    for doel in re.findall(r"\]\(([^)#]+)\)", tekst):
        assert (DOCS / doel).exists(), doel
    assert {f"conformiteit/{bestand.name}" for bestand in MAP.iterdir()} <= set(re.findall(r"\]\(([^)]+)\)", tekst))
