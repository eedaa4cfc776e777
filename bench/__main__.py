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


def main(arguments: Sequence[str]) -> int:
    """Run both, print a table (or one JSON object), exit 1 below ``--minstens``."""
    if arguments[:1] == ["niveau2"]:
        return niveau2.main(arguments[1:])
    parser = argparse.ArgumentParser(
        prog="happyflow bench", epilog="happyflow bench niveau2 meet alleen de regels binnen een declaratie."
    )
    parser.add_argument("--declaraties", type=int, default=40, help="aantal declaraties")
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
            sys.stdout.write(f"{name:<46} {value:>14,}\n")
    return 0 if float(result["verhouding"]) >= options.minstens else 1


def _say(text: str) -> None:
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")


async def _run(folder: Path, options: argparse.Namespace) -> dict[str, float | int]:
    total = options.declaraties * options.prestaties
    _say(f"{total} prestaties in {options.declaraties} declaraties maken ...")
    regels, berichten = gegevens.alle(options.declaraties, options.prestaties)
    groot = [] if options.zonder_25mb else [gegevens.groot(len(regels), options.declaraties)]
    systeem = Proces(folder)
    _say("systeem starten ...")
    systeem.start()
    try:
        _say("toewijzingen en contracten inlezen ...")
        extra = [regel for toegewezen, _ in groot for regel in toegewezen]
        await keten.prepare(systeem, regels + extra, options.declaraties + len(groot))
        await basis.prepare(systeem.dsn, regels)
        _say("basislijn ...")
        schema = ROOT / "schemas" / "ijw-3.2" / "JW323.xsd"
        cores = os.cpu_count() or 2
        before = await asyncio.to_thread(basis.measure, systeem.dsn, schema, berichten, cores)
        _say(f"  {before:,.0f} prestaties/s; nu Happyflow ...")
        full = await keten.measure(systeem, berichten, total)
        _say(f"  {full:,.0f} prestaties/s; en de basislijn nog eens ...")
        # The machine's own speed changes from second to second: the baseline is taken before and after.
        after = await asyncio.to_thread(basis.measure, systeem.dsn, schema, berichten, cores)
        _say(f"  {after:,.0f} prestaties/s")
        plain = 2 / (1 / before + 1 / after)
        result: dict[str, float | int] = {
            "prestaties": total,
            "basislijn (prestaties/s)": round(plain),
            "happyflow (prestaties/s)": round(full),
            "verhouding": round(full / plain, 3),
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


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
