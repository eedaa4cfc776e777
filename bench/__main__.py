"""``python -m bench``: Happyflow's whole path beside the plain baseline, in one run on one machine.

Speed is a ratio here, because a machine's own speed differs from hour to hour. ``python -m bench niveau2`` measures
something else: the rules inside a declaratie alone (``bench/niveau2.py``).
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import basis, gegevens, keten, niveau2
from services.cli.proces import Proces
from services.platform.settings import ROOT

_MB = 1024 * 1024
_BASELINES = 2
"""Times that the baseline runs between two rounds: it takes a fraction of their time, and chance as much more."""


def main(arguments: Sequence[str]) -> int:
    """Run both, print a table (or one JSON object), exit 1 below ``--minstens``."""
    if arguments[:1] == ["niveau2"]:
        return niveau2.main(arguments[1:])
    parser = argparse.ArgumentParser(
        prog="happyflow bench", epilog="happyflow bench niveau2 meet alleen de regels binnen een declaratie."
    )
    parser.add_argument("--rondes", type=int, default=3, help="rondes, met steeds de basislijn ertussen")
    parser.add_argument("--declaraties", type=int, default=40, help="aantal declaraties per ronde")
    parser.add_argument("--prestaties", type=int, default=1_000, help="prestaties per declaratie")
    parser.add_argument("--minstens", type=float, default=0.0, help="exitcode 1 bij een lagere verhouding")
    parser.add_argument("--json", action="store_true", help="uitkomst als één JSON-object")
    parser.add_argument("--zonder-25mb", action="store_true", help="sla de declaratie van 25 MB over")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="happyflow bench ") as folder:
        result = asyncio.run(_run(Path(folder), options))
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        for name, value in result.items():
            sys.stdout.write(f"{name:<46} {value if isinstance(value, str) else format(value, ','):>16}\n")
    return 0 if float(result["verhouding"]) >= options.minstens else 1


def _say(text: str) -> None:
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")


async def _run(folder: Path, options: argparse.Namespace) -> dict[str, float | str]:
    aantal = options.rondes * options.declaraties
    _say(f"{aantal * options.prestaties} prestaties in {aantal} declaraties maken ...")
    regels, berichten = gegevens.alle(aantal, options.prestaties)
    groot = [] if options.zonder_25mb else [gegevens.groot(len(regels), aantal)]
    systeem = Proces(folder)
    _say("systeem starten ...")
    systeem.start()
    try:
        _say("toewijzingen en contracten inlezen ...")
        extra = [regel for toegewezen, _ in groot for regel in toegewezen]
        await keten.prepare(systeem, regels + extra, aantal + len(groot))
        await basis.prepare(systeem.dsn, regels)
        rondes = [berichten[n * options.declaraties : (n + 1) * options.declaraties] for n in range(options.rondes)]
        plain, full = await _in_turns(systeem, rondes, options.prestaties)
        result: dict[str, float | str] = {
            "prestaties": len(regels),
            "basislijn (prestaties/s)": round(plain.mean),
            "basislijn, laagste en hoogste ronde": f"{min(plain.rounds):,.0f} - {max(plain.rounds):,.0f}",
            "happyflow (prestaties/s)": round(full.mean),
            "happyflow, laagste en hoogste ronde": f"{min(full.rounds):,.0f} - {max(full.rounds):,.0f}",
            "verhouding": round(full.mean / plain.mean, 3),
            "geheugen na de meting (MB)": systeem.memory_mb(),
        }
        for toegewezen, bericht in groot:
            _say(f"een declaratie van {len(bericht) / _MB:.1f} MB ...")
            async with keten.watched_memory(systeem) as samples:
                speed = await keten.measure(systeem, [bericht], len(toegewezen))
            result |= {
                "declaratie van 25 MB: prestaties": len(toegewezen),
                "declaratie van 25 MB: prestaties/s": round(speed),
                "declaratie van 25 MB: hoogste geheugen (MB)": max(samples),
            }
        return result
    finally:
        systeem.stop()


class _Speed:
    """Prestaties per second over several rounds."""

    def __init__(self) -> None:
        self.rounds: list[float] = []

    @property
    def mean(self) -> float:
        """All prestaties by all the time they took: rounds are equally large."""
        return len(self.rounds) / sum(1 / speed for speed in self.rounds)


async def _in_turns(systeem: Proces, rondes: list[list[bytes]], per_declaratie: int) -> tuple[_Speed, _Speed]:
    """The baseline before and after every round of Happyflow: a machine's own speed changes from second to second."""
    schema = ROOT / "schemas" / "ijw-3.2" / "JW323.xsd"
    plain, full = _Speed(), _Speed()

    async def baseline(berichten: list[bytes]) -> None:
        for _ in range(_BASELINES):
            plain.rounds.append(
                await asyncio.to_thread(basis.measure, systeem.dsn, schema, berichten, os.cpu_count() or 2)
            )

    await baseline(rondes[0])
    for berichten in rondes:
        full.rounds.append(await keten.measure(systeem, berichten, len(berichten) * per_declaratie))
        await baseline(berichten)
        _say(f"  basislijn {plain.rounds[-1]:,.0f} prestaties/s, Happyflow {full.rounds[-1]:,.0f}")
    return plain, full


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
