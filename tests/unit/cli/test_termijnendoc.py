"""docs/termijnen.md shows the table that the code goes by."""

import pytest

from ijw.termijnen import TERMIJNEN
from services.cli.termijnendoc import BEGIN, EINDE, met_tabel, tabel
from services.platform.settings import ROOT


def test_the_page_is_up_to_date() -> None:
    pagina = (ROOT / "docs" / "termijnen.md").read_text(encoding="utf-8")
    assert met_tabel(pagina) == pagina


def test_every_term_has_a_row_with_its_limit() -> None:
    rijen = tabel().splitlines()[2:]
    assert [rij.split("`")[1] for rij in rijen] == list(TERMIJNEN)
    assert [rij.split(" | ")[5] for rij in rijen] == [
        "3 werkdagen",
        "10 werkdagen",
        "5 werkdagen",
        "8 weeks",
        "2 weeks",
        "5 werkdagen",
        "5 werkdagen",
        "3 werkdagen",
    ]


def test_what_stands_around_the_table_stays_and_a_page_without_its_place_is_refused() -> None:
    assert met_tabel(f"a\n{BEGIN}\noud\n{EINDE}\nb") == f"a\n{BEGIN}\n\n{tabel()}\n{EINDE}\nb"
    with pytest.raises(ValueError, match="geen plaats"):
        met_tabel("zonder")
