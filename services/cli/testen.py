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
)
_TESTS = (
    ("tests (pytest)", ["-m", "pytest", "-n", "2", "-m", "not chaos"]),
    # By themselves: each of them fills the machine with processes.
    ("storingen (pytest -m chaos)", ["-m", "pytest", "-m", "chaos"]),
)
_HEEL = "--chaos"


def test(context: typer.Context) -> None:
    """Voer alle controles uit: stijl, typen, lagen en tests. Extra woorden gaan naar pytest.

    Met [bold]--chaos[/] draaien de proeven met storingen allemaal en op volle lengte, anders een greep eruit.
    """
    failed = [name for name, arguments in (*_CHECKS, *_tests(context.args)) if not _passes(name, arguments)]
    if failed:
        meldingen.print(f"[bold red]Niet in orde:[/] {', '.join(failed)}")
        raise typer.Exit(1)
    meldingen.print("[bold green]Alles in orde.[/]")


def _tests(words: list[str]) -> list[tuple[str, list[str]]]:
    """The runs of pytest; whoever names tests or a marker gets one run with exactly that."""
    if set(words) <= {_HEEL}:
        return [(name, [*arguments, *words]) for name, arguments in _TESTS]
    return [("tests (pytest)", ["-m", "pytest", "-n", "2", *words])]


def _passes(name: str, arguments: list[str]) -> bool:
    meldingen.print(f"[bold]{name}[/] ...")
    started = time.monotonic()
    # Tests set the width of the terminal themselves, which rich asks for only once.
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    environment.setdefault("PYTHONWARNINGS", "default")
    result = subprocess.run(  # noqa: S603 — our own interpreter with our own arguments
        [sys.executable, *arguments], cwd=ROOT, check=False, env=environment
    )
    took = time.monotonic() - started
    meldingen.print(f"  {'[green]goed[/]' if result.returncode == 0 else '[red]FOUT[/]'} in {took:.0f} s")
    return result.returncode == 0
