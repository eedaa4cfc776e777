"""docs/valideren.md against the command: the members of --json, and the program it shows."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.cli.valideer import FoutOordeel, Oordeel, RegelOordeel

ROOT = Path(__file__).parents[3]
PAGINA = (ROOT / "docs" / "valideren.md").read_text(encoding="utf-8")


def leden(soort: type[Any], begin: str = "") -> list[str]:
    return [f"{begin}{veld.encode_name}" for veld in msgspec.structs.fields(soort)]


def test_elk_lid_van_de_json_staat_op_de_pagina_en_andersom() -> None:
    _, _, tabel = PAGINA.partition("| member | type | meaning |\n")
    op_de_pagina = re.findall(r"^\| `([\w.\[\]]+)` \|", tabel.partition("\n\n")[0], re.MULTILINE)
    verwacht = leden(Oordeel) + leden(FoutOordeel, "fouten[].") + leden(RegelOordeel, "bevindingen[].")
    assert sorted(op_de_pagina) == sorted(verwacht)


@pytest.mark.parametrize(
    ("oud", "nieuw", "regel"),
    [
        ("GeleverdVolume>6<", "GeleverdVolume>zes<", "GeleverdVolume: verwacht een geheel getal."),
        (
            "TotaalBedrag>52500<",
            "TotaalBedrag>52501<",
            "TR358 0001 /Bericht/Declaratie/TotaalIngediendBedrag het totaal",
        ),
    ],
)
def test_het_programma_op_de_pagina_doet_het(
    oud: str,
    nieuw: str,
    regel: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    programma = re.search(r"```python\n(.*?)```", PAGINA, re.DOTALL)
    assert programma is not None
    xml = (ROOT / "docs" / "voorbeelden" / "JW323.xml").read_text(encoding="utf-8")
    fout = tmp_path / "fout.xml"
    fout.write_text(xml.replace(oud, nieuw), encoding="utf-8")
    monkeypatch.chdir(ROOT)
    exec(programma[1], {})
    assert capsys.readouterr().out == ""
    exec(programma[1].replace("docs/voorbeelden/JW323.xml", str(fout)), {})
    assert regel in capsys.readouterr().out
