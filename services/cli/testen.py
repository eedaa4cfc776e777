"""``happyflow test``: every check of the project, in one command, with what it needs on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from services.cli.uitvoer import meldingen, stop
from services.platform.local_kafka import java
from services.platform.local_kafka.config import KafkaError
from services.platform.settings import ROOT

_CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("stijl (ruff)", ["-m", "ruff", "check", "."]),
    ("opmaak (ruff)", ["-m", "ruff", "format", "--check", "."]),
    ("typen (mypy --strict)", ["-m", "mypy"]),
    ("lagen (import-linter)", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
)

_TWO = ["-n", "2"]
_FILES = [*_TWO, "--dist", "loadfile"]

_TESTS: tuple[tuple[str, str, list[str]], ...] = (
    ("tests (pytest)", "not kafka and not chaos", _TWO),
    # Mostly they wait for brokers: two files at a time, each worker with a broker that it may break.
    ("tests op Kafka (pytest -m kafka)", "kafka and not chaos", _FILES),
    # Each of them fills the machine with processes, which mostly wait too; each worker again has its own broker.
    ("storingen (pytest -m chaos)", "chaos", _FILES),
)
"""The tests in turns: name, which marks, and how."""

_WITHOUT_KAFKA: tuple[tuple[str, str, list[str]], ...] = (("tests (pytest)", "not kafka", _TWO),)

_HEEL = "--chaos"


def test(
    context: typer.Context,
    zonder_kafka: Annotated[
        bool, typer.Option("--zonder-kafka", help="sla de tests op een echte Kafka over, waar Java ontbreekt")
    ] = False,  # noqa: PT028 — a command with this name, not a test
) -> None:
    """Voer alle controles uit: stijl, typen, lagen en tests. Extra woorden gaan naar pytest.

    Met [bold]--chaos[/] draaien de proeven met storingen allemaal en op volle lengte, anders een greep eruit.
    """
    if not zonder_kafka:
        _prepare_kafka()
    tests = _tests(context.args, zonder_kafka)
    failed = [name for name, arguments in (*_CHECKS, *tests) if not _passes(name, arguments)]
    if failed:
        meldingen.print(f"[bold red]Niet in orde:[/] {', '.join(failed)}")
        raise typer.Exit(1)
    meldingen.print(f"[bold green]Alles in orde{', maar de tests op Kafka zijn niet gedaan' * zonder_kafka}.[/]")


def _prepare_kafka() -> None:
    """Java and the broker's jars, before anything else takes its time; stops with how to go on where they fail."""
    try:
        if missing := java.missing():
            if java.may_install():
                meldingen.print(f"{' en '.join(missing)} installeren (eenmalig) ...")
            java.install()
        java.java()
        java.library()
    except KafkaError as error:
        text, _, detail = str(error).partition("\n")
        raise stop(
            escape(f"{text} of geef --zonder-kafka mee om alle andere tests te doen.\n{detail}".rstrip())
        ) from None


def _tests(words: list[str], zonder_kafka: bool) -> list[tuple[str, list[str]]]:
    """The runs of pytest; whoever names tests or a marker gets one run with exactly that."""
    if set(words) <= {_HEEL}:
        # At full length a fault lasts a minute, and the play around it must last longer: one at a time.
        return [
            (name, ["-m", "pytest", *([] if words and marks == "chaos" else how), "-m", marks, *words])
            for name, marks, how in (_WITHOUT_KAFKA if zonder_kafka else _TESTS)
        ]
    return [("tests (pytest)", ["-m", "pytest", *_TWO, *words])]


def _passes(name: str, arguments: Sequence[str]) -> bool:
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
