"""The budgets: every figure of every gemeente and year, to the cent, as a whole and by post."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from services.synthetisch.budget import Bedragen, Jaarbudget
from services.synthetisch.netwerk import Verbinding
from services.synthetisch.regio import Regio
from services.synthetisch.verschil import Verschil

_LEEG = Bedragen()


async def vergelijk_budgetten(regio: Regio, verbinding: Verbinding) -> list[Verschil]:
    """Each gemeente and year in which anything happened."""
    verschillen = []
    for (gemeente, jaar), bedoeld in regio.verwachting.budgetten.items():
        pad = f"/ledger/v1/gemeenten/{gemeente}/budgetten/{jaar}"
        antwoord = await verbinding.vraag("GET", pad, gemeente)
        gevonden = antwoord.json or {}
        verschillen += [
            Verschil(f"budget {gemeente} {jaar}", wat, str(hoort), str(is_))
            for wat, hoort, is_ in _paren(bedoeld, gevonden)
            if hoort != is_
        ]
    return verschillen


def _paren(bedoeld: Jaarbudget, gevonden: Mapping[str, Any]) -> Iterator[tuple[str, object, object]]:
    yield from _bedragen("", bedoeld.totaal, gevonden)
    yield "in behandeling", 0, gevonden.get("inBehandeling")
    promille = bedoeld.totaal.uitputting_promille
    yield "uitputting", None if promille is None else promille / 10, gevonden.get("uitputtingPct")
    posten = {post["post"]: post for post in gevonden.get("posten", ())}
    for post in sorted(bedoeld.posten.keys() | posten.keys()):
        yield from _bedragen(f"{post}: ", bedoeld.posten.get(post, _LEEG), posten.get(post, {}))


def _bedragen(voor: str, bedoeld: Bedragen, gevonden: Mapping[str, Any]) -> Iterator[tuple[str, object, object]]:
    for naam, cent in msgspec.to_builtins(bedoeld).items():
        yield f"{voor}{naam}", cent, gevonden.get(naam, 0)
