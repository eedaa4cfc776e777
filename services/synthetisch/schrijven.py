"""A region as files: every message, the contracts and begrotingen, what must come of it, and the order of play.

    regio.json                     options, aanbieders, how many stories of each kind
    <fase>/<sleutel>.xml|json      the bytes of each step
    stappen.jsonl                  one line per step in order: what is sent where by whom, and the file
    verwachting.json               per message, per prestatie (inside its declaratie), per gemeente and year

Equal options give equal files, to the byte. One step is in memory at a time.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from services.synthetisch.budget import Jaarbudget
from services.synthetisch.opties import naam_van
from services.synthetisch.regio import Regio
from services.synthetisch.verwachting import Stap

_JSON: Final = msgspec.json.Encoder(enc_hook=str)
_VEILIG: Final = re.compile(r"[a-z0-9.-]+")

Voortgang = Callable[[str, int], None]
"""Told the phase and how many of its steps are done."""


def schrijf_regio(regio: Regio, map: Path, voortgang: Voortgang | None = None) -> int:  # noqa: A002 the word of the command
    """Write a region into a folder, which is made when it is not there; the number of steps comes back.

    FileExistsError when the folder holds a region already: a mix of two would be neither.
    """
    map.mkdir(parents=True, exist_ok=True)
    if (map / "regio.json").exists():
        raise FileExistsError(f"{map} bevat al een regio")
    (map / "regio.json").write_bytes(_mooi(_regio(regio)))
    aantal = 0
    with (map / "stappen.jsonl").open("wb") as stappen, (map / "verwachting.json").open("wb") as verwachting:
        verwachting.write(b'{"berichten": {\n')
        for fase in regio.fasen():
            for nummer, stap in enumerate(fase.stappen, 1):
                bestand = _bestand(map, stap)
                stappen.write(_JSON.encode(_regel(stap, bestand)) + b"\n")
                scheiding = b",\n" if aantal else b""
                verwachting.write(scheiding + _JSON.encode(stap.sleutel) + b": " + _JSON.encode(_verwacht(stap)))
                aantal += 1
                if voortgang is not None:
                    voortgang(fase.naam, nummer)
        verwachting.write(b'\n},\n"budgetten": ')
        verwachting.write(_mooi([_budget(*rij) for rij in regio.verwachting.budgetten.items()]))
        verwachting.write(b"}\n")
    return aantal


def _bestand(map: Path, stap: Stap) -> str:  # noqa: A002 as above
    """Write the bytes of a step; its path inside the folder comes back."""
    if not _VEILIG.fullmatch(stap.sleutel):
        raise ValueError(f"{stap.sleutel!r} kan geen bestandsnaam zijn")
    ouder = map / stap.fase
    ouder.mkdir(exist_ok=True)
    extensie = "json" if stap.inhoudstype == "application/json" else "xml"
    pad = ouder / f"{stap.sleutel}.{extensie}"
    pad.write_bytes(stap.inhoud)
    return f"{stap.fase}/{pad.name}"


def _regel(stap: Stap, bestand: str) -> dict[str, Any]:
    return {
        "sleutel": stap.sleutel,
        "fase": stap.fase,
        "soort": stap.soort,
        "methode": stap.methode,
        "pad": stap.pad,
        "rol": stap.rol,
        "partij": stap.partij,
        "inhoudstype": stap.inhoudstype,
        "bestand": bestand,
        **({"uitval": stap.uitval} if stap.uitval is not None else {}),
    }


def _verwacht(stap: Stap) -> dict[str, Any]:
    return {"verwacht": stap.verwacht, "fout": stap.fout}


def _regio(regio: Regio) -> dict[str, Any]:
    opties = regio.opties
    return {
        "opties": opties,
        "gemeenten": {code: naam_van(code) for code in opties.gemeenten},
        "maanden": [maand.strftime("%Y-%m") for maand in regio.veld.maanden],
        "aanbieders": list(regio.veld.aanbod.aanbieders.values()),
        "verhalen": dict(sorted(regio.geplaatst.items())),
    }


def _budget(sleutel: tuple[str, int], budget: Jaarbudget) -> dict[str, Any]:
    gemeente, jaar = sleutel
    posten = [{"post": post, **msgspec.to_builtins(bedragen)} for post, bedragen in budget.posten.items()]
    return {"gemeente": gemeente, "jaar": jaar, **msgspec.to_builtins(budget.totaal), "posten": posten}


def _mooi(inhoud: Any) -> bytes:
    return msgspec.json.format(_JSON.encode(inhoud), indent=2) + b"\n"
