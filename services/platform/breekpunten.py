"""Places where a test lets this process die as a power cut would, to see what is left of its work.

``HAPPYFLOW_FAIL_AT=relay.na-bevestiging`` names one, ``...:3`` its third passage. Nothing is cleaned up: no answer,
no rollback, no goodbye to a broker. With ``HAPPYFLOW_FAIL_MARKER`` it happens once: whoever makes that file dies,
and a process that starts when it is there goes on. Without ``HAPPYFLOW_FAIL_POINTS=toegestaan``, and wherever tokens
of a real issuer are accepted, a process that has a place to die at refuses to start.
"""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from services.platform.settings import StartError

PUNTEN: Final = frozenset(
    {
        "intake.voor-commit",
        "intake.na-commit",
        "relay.voor-verzenden",
        "relay.na-bevestiging",
        "bus.voor-commit",
        "bus.na-commit",
        "allocation.in-gebruik",
        "invoice.in-beoordelingen",
        "matching.in-toewijzingen",
        "matching.in-declaraties",
        "ledger.in-boeking",
    }
)
"""Every name that the code passes, each told where it is passed."""

_AT: Final = "HAPPYFLOW_FAIL_AT"
_MARKER: Final = "HAPPYFLOW_FAIL_MARKER"
_SWITCH: Final = ("HAPPYFLOW_FAIL_POINTS", "toegestaan")

Raak = Callable[[str], None]


def controleer(omgeving: Mapping[str, str] = os.environ) -> None:
    """``StartError`` when a place to die at is named that is not allowed or does not exist."""
    if not (gevraagd := omgeving.get(_AT)):
        return
    if not _toegestaan(omgeving):
        raise StartError(
            f"{_AT} laat dit proces opzettelijk sterven en is alleen voor proeven: verwijder het, of zet daarvoor"
            f" {'='.join(_SWITCH)} (nooit samen met HAPPYFLOW_JWKS_URL)"
        )
    try:
        _lees(gevraagd)
    except ValueError as error:
        raise StartError(f"{_AT}: {error}") from error


def bind(omgeving: Mapping[str, str]) -> Raak:
    """What passing a place does in this process: nothing, unless its surroundings name a place and allow it."""
    gevraagd, merk = omgeving.get(_AT), omgeving.get(_MARKER)
    if not gevraagd or not _toegestaan(omgeving) or (merk and Path(merk).exists()):
        return _niets
    try:
        return _Breekpunt(*_lees(gevraagd), Path(merk) if merk else None)
    except ValueError:  # ``controleer`` says so to whoever starts us
        return _niets


def _niets(_punt: str) -> None:
    """No test: go on."""


class _Breekpunt:
    """Counts the passages of one place and ends the process at the one that was asked for."""

    def __init__(self, punt: str, passage: int, merk: Path | None) -> None:
        self._punt = punt
        self._nog = passage
        self._merk = merk

    def __call__(self, punt: str) -> None:
        if punt != self._punt:
            return
        self._nog -= 1
        if self._nog == 0 and self._is_eerste():
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_eerste(self) -> bool:
        """Of several copies that come here, one may die."""
        if self._merk is None:
            return True
        try:
            with self._merk.open("x", encoding="utf-8") as bestand:
                bestand.write(f"{self._punt} {os.getpid()}\n")
        except FileExistsError:
            return False
        return True


def _lees(gevraagd: str) -> tuple[str, int]:
    punt, _, passage = gevraagd.partition(":")
    if punt not in PUNTEN:
        raise ValueError(f"er is geen breekpunt {punt}; er zijn: {', '.join(sorted(PUNTEN))}")
    if passage and not (passage.isdecimal() and int(passage) > 0):
        raise ValueError(f"na {punt}: hoort de hoeveelste keer te staan, vanaf 1")
    return punt, int(passage or 1)


def _toegestaan(omgeving: Mapping[str, str]) -> bool:
    return omgeving.get(_SWITCH[0]) == _SWITCH[1] and not omgeving.get("HAPPYFLOW_JWKS_URL")


raak: Final[Raak] = bind(os.environ)
"""Pass a place of ``PUNTEN``; bound once, so that it costs a call of an empty function where nothing is tested."""
