"""The command line's tests say themselves how wide their terminal is."""

import pytest

from services.cli.uitvoer import console, meldingen


@pytest.fixture(autouse=True)
def width_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let COLUMNS count when it is set, not only when the module was loaded: readline sets it for processes below."""
    for each in (console, meldingen):
        monkeypatch.setattr(each, "_width", None)
        monkeypatch.setattr(each, "_height", None)
