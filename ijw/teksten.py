"""A finding in words, for the people who have to act on it."""

import re
from string import Formatter
from typing import Final

from ijw.bevinding import Bevinding
from ijw.bsn import elfproef
from ijw.tekstentabel import TEKSTEN, Tekst
from ijw.volume import hoeveelheid

_ONBEKEND: Final = Tekst(("het bericht voldoet niet aan deze regel",))
_VOLUMES: Final = frozenset({"gedeclareerd", "maximum"})
_DATUM: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_NEGEN_CIJFERS: Final = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")
_MEESTE_CIJFERS: Final = 18
_AFGESCHERMD: Final = "(afgeschermd)"


def uitleg(bevinding: Bevinding) -> str:
    """One Dutch sentence with its source: "gedeclareerd 15 uur; toegestaan ... 4 weken x 3 uur (TR321, IV077)".

    Inputs in `bevinding.invoer` are texts. Whole numbers under "gedeclareerd" and "maximum" get the unit of
    "eenheid" (a code: "04"), ISO dates are written the Dutch way, and whatever could be a BSN is left out,
    so that the sentence may be shown to anyone who may see the finding. Never fails: with inputs missing or
    an unknown rule the sentence is a plainer one.
    """
    tekst = TEKSTEN.get(bevinding.regel, _ONBEKEND)
    waarden = _leesbaar(bevinding.invoer)
    zin = next(zin for zin in tekst.zinnen if _invoer_van(zin) <= waarden.keys())
    bron = f"{bevinding.regel}, {tekst.bron}" if tekst.bron else bevinding.regel
    return _NEGEN_CIJFERS.sub(_zonder_bsn, f"{zin.format_map(waarden)} ({bron})")


def _invoer_van(zin: str) -> set[str]:
    return {naam for _, naam, _, _ in Formatter().parse(zin) if naam is not None}


def _leesbaar(invoer: dict[str, str]) -> dict[str, str]:
    eenheid = invoer.get("eenheid")
    waarden: dict[str, str] = {}
    for naam, waarde in invoer.items():
        if eenheid is not None and naam in _VOLUMES and _is_getal(waarde):
            waarden[naam] = hoeveelheid(int(waarde), eenheid)
        else:
            waarden[naam] = _DATUM.sub(r"\3-\2-\1", " ".join(waarde.split()))
    return waarden


def _is_getal(waarde: str) -> bool:
    return waarde.isascii() and waarde.isdigit() and len(waarde) <= _MEESTE_CIJFERS


def _zonder_bsn(treffer: re.Match[str]) -> str:
    # a toewijzingnummer of nine digits can pass the test by chance; a reader finds it in the finding itself
    return _AFGESCHERMD if elfproef(treffer[0]) else treffer[0]
