"""The fourteen messages of iJw 3.2 as immutable typed values."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from ijw.berichten.jw301 import JW301
from ijw.berichten.jw302 import JW302
from ijw.berichten.jw305 import JW305
from ijw.berichten.jw306 import JW306
from ijw.berichten.jw307 import JW307
from ijw.berichten.jw308 import JW308
from ijw.berichten.jw315 import JW315
from ijw.berichten.jw316 import JW316
from ijw.berichten.jw317 import JW317
from ijw.berichten.jw318 import JW318
from ijw.berichten.jw319 import JW319
from ijw.berichten.jw320 import JW320
from ijw.berichten.jw323 import JW323
from ijw.berichten.jw325 import JW325

__all__ = [
    "BERICHTEN",
    "JW301",
    "JW302",
    "JW305",
    "JW306",
    "JW307",
    "JW308",
    "JW315",
    "JW316",
    "JW317",
    "JW318",
    "JW319",
    "JW320",
    "JW323",
    "JW325",
    "Bericht",
    "Heenbericht",
    "Retourbericht",
]

Heenbericht: TypeAlias = JW301 | JW305 | JW307 | JW315 | JW317 | JW319  # answered by a technical retour
Retourbericht: TypeAlias = JW302 | JW306 | JW308 | JW316 | JW318 | JW320
Bericht: TypeAlias = Heenbericht | Retourbericht | JW323 | JW325

BERICHTEN: Mapping[str, type[Bericht]] = MappingProxyType(
    {
        klasse.soort: klasse
        for klasse in (
            JW301,
            JW302,
            JW305,
            JW306,
            JW307,
            JW308,
            JW315,
            JW316,
            JW317,
            JW318,
            JW319,
            JW320,
            JW323,
            JW325,
        )
    }
)
