"""The page of rules: what it takes from the code list, the registers and the names of the tests."""

import csv
import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from ijw.regels import Regel
from ijw.tekstentabel import TEKSTEN
from services.cli import regeldoc

ROOT = Path(__file__).parents[3]


def repo(tmp_path: Path, regels: str, tests: dict[str, str]) -> Path:
    """A repository with a code list of these rows and these test files."""
    lijst = tmp_path / "schemas" / "codelists" / "regels.csv"
    lijst.parent.mkdir(parents=True)
    lijst.write_text(f"regel,niveau,soort,retourcode,berichten\n{regels}\n", encoding="utf-8")
    for naam, tekst in tests.items():
        bestand = tmp_path / "tests" / naam
        bestand.parent.mkdir(parents=True, exist_ok=True)
        bestand.write_text(tekst, encoding="utf-8")
    return tmp_path


def rij(pagina: str, code: str) -> list[str]:
    rijen, _, _ = pagina.partition("\n## ")
    (regel,) = [regel for regel in rijen.splitlines() if regel.startswith(f"| {code} |")]
    return [kolom.strip() for kolom in regel.strip("|").split("|")]


@pytest.fixture
def matching(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """One service without rules as yet, in place of the real ones."""
    monkeypatch.setattr(regeldoc, "_DIENSTEN", ("services.matching.rules",))
    module = ModuleType("services.matching.rules")
    monkeypatch.setitem(sys.modules, "services.matching", ModuleType("services.matching"))
    monkeypatch.setitem(sys.modules, "services.matching.rules", module)
    return module


def test_regel_met_functie_en_tests(tmp_path: Path) -> None:
    tests = {
        "unit/test_datums.py": "def test_cs003_faalt(): ...\nclass TestX:\n    async def test_einde_cs003(self): ...\n",
        "unit/test_meer.py": "def test_cs0031(): ...\ndef helper_cs003(): ...\n",
    }
    root = repo(tmp_path, "CS003,2,constraint,0001,JW301 JW315 JW317", tests)
    assert rij(regeldoc.maak_rules_md(root), "CS003") == [
        "CS003",
        "2",
        "constraint",
        "0001",
        "JW301 JW315 JW317",
        "`ijw.regels.datums:cs003_einddatum_niet_voor_begindatum`",
        "`tests/unit/test_datums.py`: test_cs003_faalt, test_einde_cs003",
        "",
    ]


def test_regel_die_er_nog_niet_is(tmp_path: Path) -> None:
    pagina = regeldoc.maak_rules_md(repo(tmp_path, "TR999,3,technische regel,9999,JW305 JW307", {}))
    assert rij(pagina, "TR999")[2:] == ["technical rule", "9999", "JW305 JW307", "", "", "all"]
    assert "| All | 1 | 0 | 0 | 1 | 0 |" in pagina
    assert "| Naming JW301 or JW323 | 0 | 0 | 0 | 0 | 0 |" in pagina


def test_regel_die_er_voor_een_deel_is(tmp_path: Path) -> None:
    pagina = regeldoc.maak_rules_md(repo(tmp_path, "CS003,2,constraint,0001,JW301 JW399", {}))
    assert rij(pagina, "CS003")[-1] == "JW399"
    assert "| All | 1 | 0 | 1 | 0 | 1 |" in pagina


def test_headerregel_is_open_voor_een_bericht_waarvoor_geen_dienst_de_feiten_levert(
    tmp_path: Path, matching: ModuleType
) -> None:
    root = repo(tmp_path, "TR056,3,technische regel,9056,JW301 JW317 JW399", {})
    (tr056,) = [regel for register, regel in regeldoc.registers() if (register, regel.code) == ("ijw.regels", "TR056")]
    matching.REGELS = (replace(tr056, berichten=frozenset({"JW399"})),)  # type: ignore[attr-defined]
    kolommen = rij(regeldoc.maak_rules_md(root), "TR056")
    assert kolommen[5] == "`ijw.regels.header:tr056`"
    assert kolommen[7] == "JW301 JW317"


def test_niveau_1_is_van_de_xsds(tmp_path: Path) -> None:
    pagina = regeldoc.maak_rules_md(repo(tmp_path, "RS001,1,restrictie,,JW301", {"unit/test_xsd_typen.py": ""}))
    assert rij(pagina, "RS001")[5:] == ["`schemas/ijw-3.2/*.xsd`", "`tests/unit/test_xsd_typen.py`", ""]


def test_regels_van_een_service_tellen_mee(tmp_path: Path, matching: ModuleType) -> None:
    def tr321_volume_past(): ...

    regel = Regel(code="TR321", niveau=3, retourcode="9321", berichten=frozenset({"JW323"}), functie=tr321_volume_past)
    matching.REGELS = (regel,)  # type: ignore[attr-defined]
    pagina = regeldoc.maak_rules_md(repo(tmp_path, "TR321,3,technische regel,9321,JW323", {}))
    assert rij(pagina, "TR321")[5:] == [f"`{__name__}:tr321_volume_past`", "", ""]


def test_regels_uit_een_pakket_met_modules_tellen_mee() -> None:
    # allocation's rules are a package: what counts is the REGELS of its __init__, wherever the function stands
    codes = {regel.code: regel for naam, regel in regeldoc.registers() if naam == "services.allocation.rules"}
    assert codes["TR332"].functie.__module__ == "services.allocation.rules.toewijzing"
    assert "`services.allocation.rules.toewijzing:tr332" in rij(regeldoc.maak_rules_md(ROOT), "TR332")[5]


def test_wat_niet_te_beslissen_is_staat_er_met_de_reden_en_is_niet_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grenzen = (regeldoc.Grens("TR999", "een deel", "De reden.", ("JW307",)), regeldoc.Grens("TR998", "x", "y"))
    monkeypatch.setattr(regeldoc, "GRENZEN", grenzen)
    pagina = regeldoc.maak_rules_md(repo(tmp_path, "TR999,3,technische regel,9999,JW305 JW307", {}))
    regel, grens = [regel for regel in pagina.splitlines() if regel.startswith("| TR999 |")]
    assert regel.endswith("| JW305 |")
    assert grens == "| TR999 | een deel (JW307) | De reden. |"
    assert "TR998" not in pagina


def test_een_code_die_wij_niet_in_elke_retour_zetten_staat_er_zo(tmp_path: Path) -> None:
    pagina = regeldoc.maak_rules_md(repo(tmp_path, "GENERAL_0233,,algemeen,0233,JW302 JW325", {}))
    assert rij(pagina, "GENERAL_0233")[5] == "`ijw.retourtoets:toets`<br>`ijw.antwoord:antwoord_oordeel`"
    assert "JW325 only" in pagina.partition("## Where a rule applies less")[2]
    assert "0233" not in regeldoc.maak_rules_md(repo(tmp_path / "b", "CS003,2,constraint,0001,JW301", {}))


def test_wat_een_plaats_heet_bestaat() -> None:
    # the answers are named by hand: each must be a function that is there
    for plaats in {plaats for plaatsen in regeldoc._ANTWOORDEN.values() for plaats in plaatsen}:
        module, _, naam = plaats.partition(":")
        assert callable(getattr(importlib.import_module(module), naam))


def test_elke_grens_is_van_een_regel_en_van_berichten_die_hij_noemt() -> None:
    with (ROOT / "schemas" / "codelists" / "regels.csv").open(encoding="utf-8", newline="") as bestand:
        berichten = {rij["regel"]: set(rij["berichten"].split()) for rij in csv.DictReader(bestand)}
    for grens in regeldoc.GRENZEN:
        assert set(grens.berichten) <= berichten[grens.regel]
        assert grens.reden.endswith(".")


def test_een_service_zonder_regels_wordt_overgeslagen_maar_een_kapotte_niet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    echt = importlib.import_module
    ontbreekt = "services.matching"

    def importeer(naam: str) -> ModuleType:
        if naam == "services.matching.rules":
            raise ModuleNotFoundError("weg", name=ontbreekt)
        return echt(naam)

    monkeypatch.setattr(importlib, "import_module", importeer)
    codes = [regel.code for _, regel in regeldoc.registers()]
    assert "CS003" in codes
    ontbreekt = "een_pakket_dat_er_niet_is"
    with pytest.raises(ModuleNotFoundError):
        list(regeldoc.registers())


def test_antwoordcodes_wijzen_naar_functies_die_bestaan() -> None:
    plaatsen = {plaats for alle in regeldoc._ANTWOORDEN.values() for plaats in alle}
    for plaats in plaatsen:
        module, _, functie = plaats.partition(":")
        assert callable(getattr(importlib.import_module(module), functie))


def test_elke_regel_die_ergens_geregistreerd_is_heeft_een_tekst() -> None:
    assert {regel.code for _, regel in regeldoc.registers()} - TEKSTEN.keys() == set()


ZONDER_INVOER = {
    "CD025": "both sides are fixed: landcode NL, no huisnummer",
    "CD079": "both sides are fixed: neither Product nor Budget",
    "CD085": "both sides are fixed: VerzoekAntwoord 1, no reason",
    "CS318": "both sides are fixed: NaamGebruik 6 of a client",
    "CS325": "both sides are fixed: 0 with C",
    "CS336": "both sides are fixed: RedenWijziging 01",
    "TR377": "both sides are fixed: reason 8, no gemeente",
    "CS002": "the figures are a BSN",
}
"""Rules of which the richest sentence needs no figures of the message, and why."""


def test_elke_uitleg_toont_wat_er_met_wat_is_vergeleken() -> None:
    codes = {regel.code for _, regel in regeldoc.registers()}
    assert {code for code in codes if "{" not in TEKSTEN[code].zinnen[0]} == ZONDER_INVOER.keys()


def test_deze_repository() -> None:
    pagina = regeldoc.maak_rules_md(ROOT)
    assert rij(pagina, "CS003")[-1] == ""
    assert "test_cs003_faalt" in rij(pagina, "CS003")[6]
    assert rij(pagina, "GENERAL_8001")[5] == "`ijw.antwoord:antwoord_oordeel`"
    # nothing is open in any rule of the standard, and all of them are tested
    for regel in pagina.partition("|---|---|---|---|---|---|---|---|\n")[2].splitlines():
        kolommen = [kolom.strip() for kolom in regel.strip("|").split("|")]
        if len(kolommen) == 8:
            assert kolommen[7] == "", kolommen
            assert kolommen[6] != "", kolommen


def test_the_committed_page_is_what_is_generated() -> None:
    """When this fails: python -m services.cli.regeldoc."""
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == regeldoc.maak_rules_md(ROOT)
