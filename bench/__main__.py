"""``python -m bench``: Happyflow's whole path beside the plain baseline, in one run on one machine.

Speed is a ratio here, because a machine's own speed differs from hour to hour. With ``--kafka`` a second system does
the same work over a real broker on this machine, in turns with the first. ``python -m bench niveau2`` measures
something else: the rules inside a declaratie alone (``bench/niveau2.py``).
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import basis, gegevens, keten, niveau2
from services.cli.proces import Proces
from services.platform.local_kafka.broker import EmbeddedKafka
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
    parser.add_argument("--kafka", action="store_true", help="ook over een echte Apache Kafka op deze machine")
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
    with _systems(folder, options.kafka) as systemen:
        extra = [regel for toegewezen, _ in groot for regel in toegewezen]
        for systeem in systemen:
            _say("systeem starten ...")
            await asyncio.to_thread(systeem.start)
            _say("toewijzingen en contracten inlezen ...")
            await keten.prepare(systeem, regels + extra, aantal + len(groot))
        await basis.prepare(systemen[0].dsn, regels)
        rondes = [berichten[n * options.declaraties : (n + 1) * options.declaraties] for n in range(options.rondes)]
        plain, full = await _in_turns(systemen, rondes, options.prestaties)
        result = _results(len(regels), plain, full[0], systemen[0])
        for over_kafka in full[1:]:
            result |= _over_kafka(plain, full[0], over_kafka)
        for toegewezen, bericht in groot:
            result |= await _large(systemen[0], toegewezen, bericht)
        return result


@contextmanager
def _systems(folder: Path, kafka: bool) -> Iterator[list[Proces]]:
    """The system with the outboxes of one database and, when asked, one over Kafka; not started yet."""
    systemen = [Proces(folder / "lokaal", zonder_kafka=True)]
    broker = EmbeddedKafka(folder / "broker")
    try:
        if kafka:
            _say("Kafka starten ...")
            broker.start()
            systemen.append(Proces(folder / "kafka"))
            systemen[1].omgeving["HAPPYFLOW_KAFKA_BOOTSTRAP"] = broker.bootstrap_servers
        yield systemen
    finally:
        for systeem in systemen:
            systeem.stop()
        broker.kill()


class _Speed:
    """Prestaties per second over several rounds, and what they cost the process."""

    def __init__(self) -> None:
        self.rounds: list[float] = []
        self.cpu_seconds = 0.0
        self.events = 0

    @property
    def mean(self) -> float:
        """All prestaties by all the time they took: rounds are equally large."""
        return len(self.rounds) / sum(1 / speed for speed in self.rounds)

    @property
    def range(self) -> str:
        """The slowest and the fastest round."""
        return f"{min(self.rounds):,.0f} - {max(self.rounds):,.0f}"


def _results(prestaties: int, plain: _Speed, full: _Speed, systeem: Proces) -> dict[str, float | str]:
    return {
        "prestaties": prestaties,
        "basislijn (prestaties/s)": round(plain.mean),
        "basislijn, laagste en hoogste ronde": plain.range,
        "happyflow (prestaties/s)": round(full.mean),
        "happyflow, laagste en hoogste ronde": full.range,
        "verhouding": round(full.mean / plain.mean, 3),
        "geheugen na de meting (MB)": systeem.memory_mb(),
    }


def _over_kafka(plain: _Speed, local: _Speed, kafka: _Speed) -> dict[str, float | str]:
    return {
        "over Kafka (prestaties/s)": round(kafka.mean),
        "over Kafka, laagste en hoogste ronde": kafka.range,
        "over Kafka: verhouding tot de basislijn": round(kafka.mean / plain.mean, 3),
        "over Kafka: verhouding tot de lokale bus": round(kafka.mean / local.mean, 3),
        "gebeurtenissen": kafka.events,
        "CPU per gebeurtenis, lokaal (us)": round(1e6 * local.cpu_seconds / local.events),
        "CPU per gebeurtenis, over Kafka (us)": round(1e6 * kafka.cpu_seconds / kafka.events),
    }


async def _large(systeem: Proces, toegewezen: Sequence[object], bericht: bytes) -> dict[str, float | str]:
    _say(f"een declaratie van {len(bericht) / _MB:.1f} MB ...")
    async with keten.watched_memory(systeem) as samples:
        speed = await keten.measure(systeem, [bericht], len(toegewezen))
    return {
        "declaratie van 25 MB: prestaties": len(toegewezen),
        "declaratie van 25 MB: prestaties/s": round(speed),
        "declaratie van 25 MB: hoogste geheugen (MB)": max(samples),
    }


async def _in_turns(
    systemen: Sequence[Proces], rondes: list[list[bytes]], per_declaratie: int
) -> tuple[_Speed, list[_Speed]]:
    """The baseline before and after every round of Happyflow: a machine's own speed changes from second to second."""
    schema = ROOT / "schemas" / "ijw-3.2" / "JW323.xsd"
    plain, full = _Speed(), [_Speed() for _ in systemen]

    async def baseline(berichten: list[bytes]) -> None:
        for _ in range(_BASELINES):
            plain.rounds.append(
                await asyncio.to_thread(basis.measure, systemen[0].dsn, schema, berichten, os.cpu_count() or 2)
            )

    await baseline(rondes[0])
    for berichten in rondes:
        for systeem, speed in zip(systemen, full, strict=True):
            cpu, events = keten.cpu_seconds(systeem), await keten.events(systeem)
            speed.rounds.append(await keten.measure(systeem, berichten, len(berichten) * per_declaratie))
            speed.cpu_seconds += keten.cpu_seconds(systeem) - cpu
            speed.events += await keten.events(systeem) - events
            await baseline(berichten)
            _say(f"  basislijn {plain.rounds[-1]:,.0f} prestaties/s, Happyflow {speed.rounds[-1]:,.0f}")
    return plain, full


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
