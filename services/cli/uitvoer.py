"""Talking to the person at the terminal: Dutch, on standard error unless it is the answer itself."""

import errno

import typer
from rich.console import Console
from rich.text import Text

from services.platform.pages import euro

console = Console(highlight=False)
"""Results: standard output."""

meldingen = Console(stderr=True, highlight=False)
"""Progress and remarks: standard error."""

__all__ = ["bestandsfout", "console", "euro", "meldingen", "regel", "stop"]

_BESTANDSFOUTEN = {
    errno.ENOENT: "het bestand of de map bestaat niet",
    errno.EISDIR: "het is een map",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EEXIST: "het bestaat al",
    errno.EACCES: "u hebt er geen rechten voor",
    errno.EPERM: "u hebt er geen rechten voor",
    errno.EROFS: "het kan alleen gelezen worden",
    errno.ENOSPC: "de schijf is vol",
    errno.ENAMETOOLONG: "de naam is te lang",
}


def regel(text: str, inspringen: int = 0, style: str = "") -> None:
    """A line of an answer, as markup; what does not fit goes on below it, at least two columns in."""
    vervolg = inspringen or 2
    inhoud = Text.from_markup(text, style=style)
    for number, line in enumerate(inhoud.wrap(console, max(console.width - vervolg, 20))):
        line.rstrip()
        console.print(Text(" " * (vervolg if number else inspringen)).append_text(line), soft_wrap=True)


def bestandsfout(error: OSError) -> str:
    """Why a file cannot be read or written, as the end of a sentence."""
    return _BESTANDSFOUTEN.get(error.errno or 0, error.strerror or str(error))


def stop(text: str, code: int = 1) -> typer.Exit:
    """Say in one sentence what is wrong; use as ``raise stop(...)``."""
    meldingen.print(f"[bold red]Fout:[/] {text}")
    return typer.Exit(code)
