"""An image holds no PostgreSQL: whoever asks for the embedded one there hears what to set instead."""

from pathlib import Path

import pytest

from services.platform import postgres
from services.platform.postgres import EmbeddedPostgres, PostgresError


def test_without_its_package_nothing_is_made_and_the_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda _name: None)
    server = EmbeddedPostgres(tmp_path / "pg")
    for start in (server.start, server.join):
        with pytest.raises(PostgresError, match="HAPPYFLOW_DATABASE_URL"):
            start()
    assert not (tmp_path / "pg").exists()
