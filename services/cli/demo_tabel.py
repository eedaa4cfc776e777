"""What the demo shows at the end: a table per gemeente, and what was planted."""

from collections.abc import Sequence
from typing import Any

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
    """A table for each year in which care was declared."""
    budgets = regio.verwachting.budgetten
    for year in sorted({year for (_, year), budget in budgets.items() if budget.totaal.ingediend}):
        rows = []
        for gemeente in regio.opties.gemeenten:
            path = f"/ledger/v1/gemeenten/{gemeente}/budgetten/{year}"
            answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status()
            rows.append((naam_van(gemeente), answer.json()))
        console.print()
        console.print(_table(year, rows))
    console.print()


def _table(year: int, rows: Sequence[tuple[str, dict[str, Any]]]) -> Table:
    """Whole euros, a row per gemeente and one for all; fits in 80 columns."""
    table = Table(title=f"Budget {year}, in euro's", title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("gemeente", no_wrap=True)
    for heading in (*_HEADINGS, "uitputting"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, figures in rows:
        table.add_row(name, *(whole_euros(figures[column]) for column in _COLUMNS), percent(figures["uitputtingPct"]))
    totals = {column: sum(figures[column] for _, figures in rows) for column in _COLUMNS}
    budget = totals["begroot"]
    tenths = (2000 * totals["toegekend"] + budget) // (2 * budget) if budget else None
    share = "" if tenths is None else f"{tenths // 10},{tenths % 10} %"
    table.add_row("samen", *(whole_euros(totals[column]) for column in _COLUMNS), share, style="bold")
    return table


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
