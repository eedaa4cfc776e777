"""``happyflow check``: what was verified decides the exit code, what parties are late with does not."""

from collections.abc import Sequence
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli import check as module
from services.cli.main import app
from services.platform.service import Afwijking

LAAT = ["retouren van ontvangers: 3 te laat, de eerste termijn eindigde op 11-05-2026 (OP090)"]
KOP = "Let op, geen fout van het systeem: termijnen van partijen die verlopen zijn"


def draai(
    monkeypatch: pytest.MonkeyPatch, afwijkingen: Sequence[Afwijking], laat: Sequence[str]
) -> tuple[int, list[str]]:
    async def gespeeld(*_: Any) -> tuple[Sequence[Afwijking], str, Sequence[str]]:
        return afwijkingen, "2 toewijzingen", laat

    monkeypatch.setattr(module, "_run", gespeeld)
    uitkomst = CliRunner().invoke(app, ["check"], env={"COLUMNS": "200"})
    return uitkomst.exit_code, uitkomst.stdout.splitlines()


def test_all_is_well_and_nobody_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    assert draai(monkeypatch, [], []) == (0, ["✓ Alles klopt: 2 toewijzingen."])


def test_who_is_late_is_said_apart_and_changes_no_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    code, regels = draai(monkeypatch, [], LAAT)
    assert code == 0
    assert regels == ["✓ Alles klopt: 2 toewijzingen.", "", KOP, f"! {LAAT[0]}"]


def test_a_deviation_decides_also_when_somebody_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    code, regels = draai(monkeypatch, [Afwijking("lag is 0", "iets wacht")], LAAT)
    assert code == 1
    assert regels == ["✗ lag is 0: iets wacht", "", KOP, f"! {LAAT[0]}"]
