"""``happyflow bench niveau2``: how fast the rules inside a declaratie are, and that they grow with its size only.

Time is the processor time of this process: what else the machine does counts as little as possible. Each figure
is the best of several rounds.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bench import gegevens
from ijw.berichten import JW323
from ijw.codec import parse
from ijw.regels import niveau2
from ijw.schemas import Schemas
from services.cli.valideer import IN_ORDE, beoordeel
from services.platform.settings import ROOT

GROOTTEN = (1_000, 10_000, 40_000)
_RONDEN = 5


def main(arguments: Sequence[str]) -> int:
    """Measure, print a table (or one JSON object), exit 1 below ``--minstens``."""
    parser = argparse.ArgumentParser(prog="happyflow bench niveau2")
    parser.add_argument("--minstens", type=int, default=0, help="exitcode 1 bij minder prestaties/s op enige regel")
    parser.add_argument("--json", action="store_true", help="uitkomst als één JSON-object")
    parser.add_argument("--zonder-25mb", action="store_true", help="sla de declaratie van 25 MB over")
    options = parser.parse_args(arguments)
    result = _niveau2()
    laagste = min(result.values())
    if not options.zonder_25mb:
        result |= _valideer()
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        for name, value in result.items():
            sys.stdout.write(f"{name:<56} {value:>10,}\n")
    return 0 if laagste >= options.minstens else 1


def _niveau2() -> dict[str, int]:
    """Prestaties per second for each size, and for the largest with a fault in every prestatie."""
    result: dict[str, int] = {}
    for aantal in GROOTTEN:
        bericht = declaratie(aantal)
        result[f"{aantal} prestaties: prestaties/s"] = _snelheid(aantal, bericht, _zonder_fouten)
    naam = f"{aantal} prestaties, elk met een fout: prestaties/s"
    return result | {naam: _snelheid(aantal, _zonder_tarief(bericht), niveau2)}


def declaratie(prestaties: int) -> JW323:
    """A faultless declaratie of this size, as it comes from its XML."""
    bericht = parse(gegevens.declaratie(0, list(gegevens.toewijzingen(1, prestaties))))
    assert isinstance(bericht, JW323)
    return bericht


def _zonder_tarief(bericht: JW323) -> JW323:
    """The same with CD087 broken in every prestatie."""
    vervang = msgspec.structs.replace
    clienten = tuple(
        vervang(client, prestaties=tuple(vervang(p, product_tarief=None) for p in client.prestaties))
        for client in bericht.declaratie.clienten
    )
    return vervang(bericht, declaratie=vervang(bericht.declaratie, clienten=clienten))


def _zonder_fouten(bericht: JW323) -> None:
    if niveau2(bericht):
        raise RuntimeError("the benchmark's declaratie should be faultless")


def _snelheid(aantal: int, bericht: JW323, werk: Callable[[JW323], object]) -> int:
    """Prestaties per second of processor time, in the best round."""
    return round(aantal / min(_duur(lambda: werk(bericht)) for _ in range(_RONDEN)))


def _duur(werk: Callable[[], object]) -> float:
    begin = time.process_time()
    werk()
    return time.process_time() - begin


def _valideer() -> dict[str, int]:
    """All of ``happyflow valideer`` on one declaratie of 25 MB: reading, both levels, the verdict."""
    toegewezen, bericht = gegevens.groot(0, 0)
    schemas = Schemas(ROOT / "schemas" / "ijw-3.2")
    with tempfile.TemporaryDirectory(prefix="happyflow bench ") as folder:
        bestand = Path(folder, "groot.xml")
        bestand.write_bytes(bericht)

        def werk() -> None:
            uitkomst, _ = beoordeel(bestand, schemas)
            if uitkomst != IN_ORDE:
                raise RuntimeError("the benchmark's declaratie should be faultless")

        duur = min(_duur(werk) for _ in range(3))
    return {
        "valideer, declaratie van 25 MB: prestaties": len(toegewezen),
        "valideer, declaratie van 25 MB: ms": round(duur * 1000),
        "valideer, declaratie van 25 MB: prestaties/s": round(len(toegewezen) / duur),
        "hoogste geheugen van deze meting (MB)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
