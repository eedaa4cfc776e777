"""``happyflow bench``: the whole path beside a plain baseline, or the rules inside a declaratie alone."""

import subprocess
import sys

import typer

from services.platform.settings import ROOT


def bench(context: typer.Context) -> None:
    """Meet de hele keten naast een kale basislijn, in één run; bench niveau2 alleen de regels (opties: --help)."""
    result = subprocess.run(  # noqa: S603 — our own interpreter with our own arguments
        [sys.executable, "-m", "bench", *context.args], cwd=ROOT, check=False
    )
    raise typer.Exit(result.returncode)
