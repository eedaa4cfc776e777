"""What holds for every command."""

import pytest
from typer.testing import CliRunner

from services.cli.main import app


def test_an_unusable_setting_is_named_and_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAPPYFLOW_PORT", "geheim")
    result = CliRunner().invoke(app, ["token", "--rol", "beheer"])
    assert result.exit_code == 2
    assert "HAPPYFLOW_PORT" in result.stderr
    assert "geheim" not in result.output
    assert result.stdout == ""


def test_without_a_command_the_commands_are_listed() -> None:
    result = CliRunner().invoke(app, [])
    for name in ("up", "demo", "generate", "token", "post", "valideer", "check", "test", "bench"):
        assert f" {name} " in result.output
    assert "aanbieder" in result.output


def test_only_a_declaratie_can_be_tried_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bestand = tmp_path_factory.mktemp("post") / "JW301.xml"
    bestand.write_text('<a:Bericht xmlns:a="http://www.istandaarden.nl/ijw/3_2/jw301/schema"/>', encoding="utf-8")
    monkeypatch.setenv("HAPPYFLOW_PORT", "9")  # nothing listens there: it must not come to sending
    result = CliRunner().invoke(app, ["post", "--proef", str(bestand)])
    assert result.exit_code == 2
    assert "JW301" in result.stderr
