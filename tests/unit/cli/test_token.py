"""``happyflow token``: what it signs, and what it refuses to sign."""

from pathlib import Path
from typing import Any

import jwt
import pytest
from typer.testing import CliRunner

from services.cli.main import app


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path))


def claims(*opties: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["token", *opties])
    assert result.exit_code == 0, result.output
    (token,) = result.stdout.splitlines()
    inhoud: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return inhoud


def test_a_gemeente_has_its_codes() -> None:
    inhoud = claims("--rol", "gemeente", "--gemeente", "0193", "--gemeente", "0150", "--naam", "Kamer 3", "--uren", "1")
    assert (inhoud["rol"], sorted(inhoud["gemeenten"]), inhoud["sub"]) == ("gemeente", ["0150", "0193"], "Kamer 3")
    assert inhoud["exp"] - inhoud["iat"] == 3600


def test_an_aanbieder_has_its_agb_and_no_gemeenten() -> None:
    inhoud = claims("--rol", "aanbieder", "--agb", "42000001")
    assert (inhoud["rol"], inhoud["agb"]) == ("aanbieder", "42000001")
    assert not inhoud.get("gemeenten")


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    claims("--rol", "beheer")
    assert (tmp_path / "sleutels" / "token.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "opties",
    [
        [],
        ["--rol", "directeur"],
        ["--rol", "gemeente"],
        ["--rol", "medewerker"],
        ["--rol", "gemeente", "--gemeente", "193"],
        ["--rol", "gemeente", "--gemeente", "٠١٩٣"],
        ["--rol", "gemeente", "--gemeente", "0193", "--agb", "42000001"],
        ["--rol", "aanbieder"],
        ["--rol", "aanbieder", "--agb", "4200000"],
        ["--rol", "aanbieder", "--agb", "42000001", "--gemeente", "0193"],
        ["--rol", "beheer", "--uren", "0"],
    ],
)
def test_what_no_service_would_accept_is_not_signed(opties: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["token", *opties])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert not (tmp_path / "sleutels").exists()


def test_a_folder_of_shared_keys_gets_no_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAPPYFLOW_KEYS_FOLDER", str(tmp_path / "gedeeld"))
    (tmp_path / "gedeeld").mkdir()
    result = CliRunner().invoke(app, ["token", "--rol", "beheer"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "sleutel voor tokens" in " ".join(result.stderr.split())
    assert list((tmp_path / "gedeeld").iterdir()) == []
