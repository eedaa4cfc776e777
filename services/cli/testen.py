"""``happyflow test``: every check of the project, in one command."""

import os
import subprocess
import sys
import time

import typer

from services.cli.uitvoer import meldingen
from services.platform.settings import ROOT

_CHECKS = (
    ("stijl (ruff)", ["-m", "ruff", "check", "."]),
    ("opmaak (ruff)", ["-m", "ruff", "format", "--check", "."]),
    ("typen (mypy --strict)", ["-m", "mypy"]),
    ("lagen (import-linter)", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
    ("tests (pytest)", ["-m", "pytest", "-n", "2"]),
)


def test(context: typer.Context) -> None:
    """Voer alle controles uit: stijl, typen, lagen en tests. Extra woorden gaan naar pytest."""
    failed = []
    for name, arguments in _CHECKS:
        meldingen.print(f"[bold]{name}[/] ...")
        started = time.monotonic()
        extra = context.args if "pytest" in arguments else []
        # Tests set the width of the terminal themselves, which rich asks for only once.
        environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        environment.setdefault("PYTHONWARNINGS", "default")
        result = subprocess.run(  # noqa: S603 — our own interpreter with our own arguments
            [sys.executable, *arguments, *extra], cwd=ROOT, check=False, env=environment
        )
        took = time.monotonic() - started
        meldingen.print(f"  {'[green]goed[/]' if result.returncode == 0 else '[red]FOUT[/]'} in {took:.0f} s")
        if result.returncode:
            failed.append(name)
    if failed:
        meldingen.print(f"[bold red]Niet in orde:[/] {', '.join(failed)}")
        raise typer.Exit(1)
    meldingen.print("[bold green]Alles in orde.[/]")
