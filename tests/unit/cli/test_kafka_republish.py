"""``happyflow kafka republish`` in words, where nothing runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import kafka_republish
from services.cli.main import app
from services.platform.events import Topic
from services.platform.settings import Settings


def test_een_onbekend_topic_wordt_genoemd_met_die_er_zijn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path))
    result = CliRunner().invoke(app, ["kafka", "republish", "declaratie", "--ja"])
    assert result.exit_code == 2
    assert "onbekend topic declaratie; er zijn: toewijzingen," in " ".join(result.stderr.split())


def test_er_wordt_eerst_gevraagd_en_zonder_antwoord_gebeurt_er_niets(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[Topic]] = []

    async def forget(_settings: Settings, topics: list[Topic]) -> dict[str, int]:
        asked.append(topics)
        return {topic.name: 3 for topic in topics}

    monkeypatch.setattr(kafka_republish, "_forget", forget)
    assert CliRunner().invoke(app, ["kafka", "republish", "mutaties"], input="n\n").exit_code == 1
    assert asked == []
    result = CliRunner().invoke(app, ["kafka", "republish", "mutaties", "gebruik"], input="j\ny\n")
    assert result.exit_code == 0
    assert [[topic.name for topic in topics] for topics in asked] == [["mutaties", "gebruik"]]
    assert "mutaties: 3 gebeurtenissen" in result.stdout
