"""What the demo shows at the end: a table per gemeente, and what was planted."""

from collections.abc import Sequence

import httpx
from rich.table import Table

from services.cli.uitvoer import console
from services.synthetisch.opties import naam_van
from services.synthetisch.regio import Regio
from services.synthetisch.verschil import Verschil

_COLUMNS = ("begroot", "verplicht", "toegekend", "inUitval", "resterend")
_HEADINGS = ("begroot", "verplicht", "toegekend", "in uitval", "resterend")


def phase_in_words(fase: str) -> str:
    """``04-declaraties-2026-08`` as ``declaraties 2026-08``."""
    name = fase.split("-", 1)[1]
    return name.replace("-", " ", 1) if name.startswith("declaraties") else name


async def print_budgets(client: httpx.AsyncClient, token: str, regio: Regio) -> None:
    """A row per gemeente and year, whole euros; fits in 80 columns."""
    table = Table(title="Budget per gemeente, in euro's", title_justify="left", padding=(0, 1), box=None)
    table.add_column("gemeente", no_wrap=True)
    for heading in (*_HEADINGS, "uitputting"):
        table.add_column(heading, justify="right", no_wrap=True)
    years = sorted({year for _, year in regio.verwachting.budgetten})
    totals = dict.fromkeys(_COLUMNS, 0)
    for gemeente in regio.opties.gemeenten:
        for year in years:
            answer = await client.get(
                f"/ledger/v1/gemeenten/{gemeente}/budgetten/{year}", headers={"Authorization": f"Bearer {token}"}
            )
            answer.raise_for_status()
            figures = answer.json()
            if not any(figures[name] for name in _COLUMNS):
                continue
            for name in _COLUMNS:
                totals[name] += figures[name]
            label = naam_van(gemeente) + (f" {year}" if len(years) > 1 else "")
            table.add_row(label, *(whole_euros(figures[name]) for name in _COLUMNS), percent(figures["uitputtingPct"]))
    share = (2000 * totals["toegekend"] + totals["begroot"]) // (2 * totals["begroot"]) if totals["begroot"] else None
    table.add_section()
    table.add_row(
        "samen",
        *(whole_euros(totals[name]) for name in _COLUMNS),
        "" if share is None else f"{share // 10},{share % 10} %",
        style="bold",
    )
    console.print()
    console.print(table)
    console.print()


def whole_euros(cents: int) -> str:
    """Cents as whole euros with dots, rounded half away from zero: a display, not a figure to count on."""
    sign = "-" if cents < 0 else ""
    return sign + f"{(abs(cents) + 50) // 100:,}".replace(",", ".")


def percent(value: float | None) -> str:
    """A percentage with a Dutch comma."""
    return "" if value is None else f"{value:.1f} %".replace(".", ",")


def print_faults(regio: Regio, differences: Sequence[Verschil]) -> None:
    """How many stories of each kind were planted, in as many columns as fit."""
    missed = {difference.fout for difference in differences if difference.fout}
    kinds = sorted(regio.geplaatst.items())
    console.print(f"Gespeeld: {sum(count for _, count in kinds)} bijzondere verhalen van {len(kinds)} soorten.")
    cells = [f"{'[red]✗[/]' if kind in missed else '[green]✓[/]'} {count:>3} {kind}" for kind, count in kinds]
    table = Table.grid(padding=(0, 2))
    half = (len(cells) + 1) // 2
    for left, right in zip(cells[:half], [*cells[half:], ""], strict=False):
        table.add_row(left, right)
    console.print(table)
    console.print()
