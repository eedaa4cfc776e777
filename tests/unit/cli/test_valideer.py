"""``happyflow valideer``: exit codes, the lines of --json, and words for people."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from tests.releasemappen import IJW_32, maak_map, schrijf_register

VOORBEELDEN = Path(__file__).parents[3] / "docs" / "voorbeelden"
JW301 = VOORBEELDEN / "JW301.xml"
JW323 = VOORBEELDEN / "JW323.xml"


def in_json(*bestanden: Path) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, ["valideer", "--json", *map(str, bestanden)])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def veranderd(bron: Path, doel: Path, oud: str, nieuw: str) -> Path:
    tekst = bron.read_text(encoding="utf-8")
    assert oud in tekst
    doel.write_text(tekst.replace(oud, nieuw), encoding="utf-8")
    return doel


def test_good_messages_give_a_line_each_and_exit_code_0() -> None:
    code, oordelen = in_json(JW301, JW323)
    assert code == 0
    assert oordelen == [
        {"bestand": str(bestand), "berichtsoort": soort, "geldigTegenXsd": True, "fouten": [], "bevindingen": []}
        for bestand, soort in ((JW301, "JW301"), (JW323, "JW323"))
    ]


def test_a_broken_rule_is_a_bevinding_with_exactly_these_members(tmp_path: Path) -> None:
    bestand = veranderd(JW323, tmp_path / "totaal.xml", "TotaalBedrag>52500<", "TotaalBedrag>52501<")
    code, (oordeel,) = in_json(bestand)
    assert code == 1
    assert list(oordeel) == ["bestand", "berichtsoort", "geldigTegenXsd", "fouten", "bevindingen"]
    assert oordeel["geldigTegenXsd"] is True
    assert oordeel["fouten"] == []
    (bevinding,) = oordeel["bevindingen"]
    assert list(bevinding) == ["regel", "retourcode", "niveau", "paden", "uitleg"]
    assert (bevinding["regel"], bevinding["retourcode"], bevinding["niveau"]) == ("TR358", "0001", 2)
    assert bevinding["paden"] == ["/Bericht/Declaratie/TotaalIngediendBedrag"]
    assert "€ 525,01" in bevinding["uitleg"]


def test_what_the_schema_refuses_is_a_fout_with_line_and_path(tmp_path: Path) -> None:
    bestand = veranderd(JW323, tmp_path / "volume.xml", "GeleverdVolume>6<", "GeleverdVolume>zes<")
    code, (oordeel,) = in_json(bestand)
    assert code == 1
    assert (oordeel["berichtsoort"], oordeel["geldigTegenXsd"], oordeel["bevindingen"]) == ("JW323", False, [])
    (fout,) = oordeel["fouten"]
    assert list(fout) == ["regel", "pad", "melding"]
    regels = bestand.read_text(encoding="utf-8").splitlines()
    assert "GeleverdVolume" in regels[fout["regel"] - 1]
    assert fout["pad"] == "/Bericht/Declaratie/Clienten/Client[1]/Prestaties/Prestatie[1]/GeleverdVolume"
    assert "zes" not in fout["melding"]


def test_one_bad_file_among_good_ones_gives_exit_code_1_and_all_lines(tmp_path: Path) -> None:
    kapot = tmp_path / "kapot.xml"
    kapot.write_bytes(b"<a><b></a>")
    code, oordelen = in_json(JW301, kapot, JW323)
    assert code == 1
    assert [oordeel["geldigTegenXsd"] for oordeel in oordelen] == [True, False, True]
    assert oordelen[1]["berichtsoort"] is None
    assert oordelen[1]["fouten"]


@pytest.mark.parametrize(("naam", "woorden"), [("weg.xml", "bestaat niet"), (".", "is een map")])
def test_a_file_that_cannot_be_read_is_said_in_words(tmp_path: Path, naam: str, woorden: str) -> None:
    code, (oordeel,) = in_json(tmp_path / naam)
    assert code == 2
    assert oordeel["geldigTegenXsd"] is False
    assert woorden in oordeel["fouten"][0]["melding"]
    assert oordeel["fouten"][0]["regel"] is None


def test_a_doctype_is_refused(tmp_path: Path) -> None:
    bestand = tmp_path / "doctype.xml"
    bestand.write_bytes(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    code, (oordeel,) = in_json(bestand)
    assert code == 1
    assert oordeel["geldigTegenXsd"] is False
    assert "DOCTYPE" in oordeel["fouten"][0]["melding"]


def test_words_keep_their_indentation_in_a_narrow_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bestand = veranderd(JW323, tmp_path / "totaal.xml", "TotaalBedrag>52500<", "TotaalBedrag>52501<")
    monkeypatch.chdir(tmp_path)
    # Not console.width: putting that back fixes it for every test after this one.
    result = CliRunner().invoke(app, ["valideer", bestand.name], env={"COLUMNS": "60"})
    assert result.exit_code == 1
    eerste, *rest = result.stdout.splitlines()
    assert eerste == "✗ totaal.xml JW323"
    assert len(rest) > 2
    assert all(line.startswith("    ") and len(line) <= 60 and line == line.rstrip() for line in rest)


def test_a_folder_without_schemas_is_a_mistake_of_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAPPYFLOW_IJW_SCHEMAS", str(tmp_path))
    result = CliRunner().invoke(app, ["valideer", str(JW301)])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_each_message_is_checked_in_its_own_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maak_map(tmp_path / "ijw-2.9", versies=(2, 9), ruimte="2_9")
    maak_map(tmp_path / "ijw-3.3", versies=(3, 3), ruimte="3_3")
    register = schrijf_register(
        tmp_path,
        "2.9,ijw-2.9,2,9,2020-01-01,2020-12-31",
        f"3.2,{IJW_32},3,2,2023-04-03,",
        "3.3,ijw-3.3,3,3,2023-04-03,",
    )
    nieuw = tmp_path / "nieuw.xml"
    nieuw.write_text(JW301.read_text().replace("3_2/", "3_3/").replace("Subversie>2<", "Subversie>3<"))
    oud = tmp_path / "oud.xml"
    oud.write_text(JW301.read_text().replace("3_2/", "2_9/"))
    code, (een, ander) = in_json(JW301, nieuw)
    assert (code, een["geldigTegenXsd"], ander["berichtsoort"]) == (1, True, None)
    assert "iJw 3.3, en die release is hier niet bekend" in ander["fouten"][0]["melding"]
    monkeypatch.setenv("HAPPYFLOW_IJW_RELEASES", str(register))
    code, oordelen = in_json(JW301, nieuw)
    assert (code, [oordeel["geldigTegenXsd"] for oordeel in oordelen]) == (0, [True, True])
    code, (oordeel,) = in_json(oud)
    assert code == 1
    assert "iJw 2.9; die gold tot en met 31-12-2020. Nu geldt: iJw 3.2 en 3.3" in oordeel["fouten"][0]["melding"]
    monkeypatch.setenv("HAPPYFLOW_IJW_RELEASES", str(tmp_path / "weg.csv"))
    assert CliRunner().invoke(app, ["valideer", str(JW301)]).exit_code == 2


def test_the_official_xsds_take_the_place_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAPPYFLOW_IJW_SCHEMAS", str(maak_map(tmp_path / "officieel", versies=(3, 2))))
    assert in_json(JW301)[0] == 0
    ander = maak_map(tmp_path / "ander", versies=(3, 2))
    veranderd(ander / "JW301.xsd", ander / "JW301.xsd", 'name="Commentaar"', 'name="Opmerking"')
    monkeypatch.setenv("HAPPYFLOW_IJW_SCHEMAS", str(ander))
    result = CliRunner().invoke(app, ["valideer", str(JW301)], env={"COLUMNS": "400"})
    assert result.exit_code == 2
    assert "is nieuw" in result.output


def test_a_folder_is_every_xml_file_in_and_below_it_in_order(tmp_path: Path) -> None:
    kapot = b"<a><b></a>"
    (tmp_path / "uit" / "mei").mkdir(parents=True)
    namen = ["b.xml", "a.XML", "mei/c.xml"]
    for naam in namen:
        (tmp_path / "uit" / naam).write_bytes(kapot if naam == "mei/c.xml" else JW323.read_bytes())
    (tmp_path / "uit" / "leesmij.txt").write_text("geen bericht")
    code, oordelen = in_json(JW301, tmp_path / "uit")
    assert code == 1
    assert [oordeel["bestand"] for oordeel in oordelen] == [
        str(JW301),
        *(str(tmp_path / "uit" / naam) for naam in ("a.XML", "b.xml", "mei/c.xml")),
    ]
    assert [oordeel["geldigTegenXsd"] for oordeel in oordelen] == [True, True, True, False]


def test_an_unread_file_outweighs_what_is_found_in_another(tmp_path: Path) -> None:
    (tmp_path / "kapot.xml").write_bytes(b"<a><b></a>")
    (tmp_path / "leeg").mkdir()
    for paden in ((tmp_path / "kapot.xml", tmp_path / "weg.xml"), (tmp_path / "leeg", tmp_path / "kapot.xml")):
        code, oordelen = in_json(*paden)
        assert code == 2
        assert len(oordelen) == 2


def test_a_name_that_is_no_utf8_does_not_break_the_line(tmp_path: Path) -> None:
    vreemd = tmp_path / os.fsdecode(b"vr\xe9md.xml")
    vreemd.write_bytes(JW323.read_bytes())
    code, (oordeel,) = in_json(tmp_path)
    assert code == 0
    assert oordeel["bestand"].endswith("md.xml")


def test_many_files_end_with_a_count_in_words(tmp_path: Path) -> None:
    fout = veranderd(JW323, tmp_path / "totaal.xml", "TotaalBedrag>52500<", "TotaalBedrag>52501<")
    bestanden = (JW301, JW323, fout, tmp_path / "weg.xml")
    result = CliRunner().invoke(app, ["valideer", *map(str, bestanden)])
    assert result.exit_code == 2
    assert result.stdout.splitlines()[-1] == "4 bestanden: 2 in orde, 1 met fouten, 1 niet te lezen"
