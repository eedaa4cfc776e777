"""``happyflow generate``: the same bytes from the same options, and a sentence for options that are wrong."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from services.cli.main import app

KLEIN = ["--clienten", "6", "--aanbieders", "2", "--maanden", "1", "--gemeente", "0193", "--peildatum", "2026-05-10"]


def generate(*opties: str) -> Result:
    return CliRunner().invoke(app, ["generate", *opties])


def inhoud(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_same_options_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, zaad in (("a", "7"), ("b", "7"), ("c", "8")):
        assert generate(str(tmp_path / folder), *KLEIN, "--zaad", zaad).exit_code == 0
    a, b, c = (inhoud(tmp_path / folder) for folder in "abc")
    assert any(naam.endswith(".xml") for naam in a)
    assert a == b
    assert a != c


def test_a_folder_with_a_region_is_left_alone(tmp_path: Path) -> None:
    assert generate(str(tmp_path), *KLEIN).exit_code == 0
    before = inhoud(tmp_path)
    result = generate(str(tmp_path), *KLEIN, "--zaad", "2")
    assert result.exit_code == 1
    assert "bevat al een regio" in " ".join(result.stderr.split())
    assert inhoud(tmp_path) == before


@pytest.mark.parametrize(
    ("opties", "woorden"),
    [
        (["--peildatum", "morgen"], "jjjj-mm-dd"),
        (["--peildatum", "2026-02-30"], "jjjj-mm-dd"),
        (["--gemeente", "9999"], "bestaat geen gemeente 9999"),
        (["--mix", "onzin=1"], "onbekende foutsoort"),
        (["--mix", "onzin"], "soort=gewicht"),
    ],
)
def test_wrong_options_are_said_in_one_sentence(tmp_path: Path, opties: list[str], woorden: str) -> None:
    result = generate(str(tmp_path / "uit"), *KLEIN, *opties)
    assert result.exit_code == 2
    assert woorden in " ".join(result.stderr.split())
    assert not (tmp_path / "uit").exists()
