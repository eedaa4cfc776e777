"""Talking to the person at the terminal: Dutch, on standard error unless it is the answer itself."""

import typer
from rich.console import Console

from services.platform.pages import euro

console = Console(highlight=False)
"""Results: standard output."""

meldingen = Console(stderr=True, highlight=False)
"""Progress and remarks: standard error."""

__all__ = ["console", "euro", "meldingen", "stop"]


def stop(text: str, code: int = 1) -> typer.Exit:
    """Say in one sentence what is wrong; use as ``raise stop(...)``."""
    meldingen.print(f"[bold red]Fout:[/] {text}")
    return typer.Exit(code)
