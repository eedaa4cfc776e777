"""The one table of texts for people: rule code -> what a finding of that rule means, in Dutch.

A row holds sentences from rich to plain. A sentence names its inputs in braces; the first one whose inputs
all are in the finding is used, and the last one needs none. `bron` is a further source beside the rule code.
A module per subject holds the rows; a rule has one row, whatever service decides it.
"""

from types import MappingProxyType
from typing import Final

from ijw.tekstentabel import (
    antwoord,
    bericht,
    client,
    declaratie,
    koppeling,
    levering,
    prestatie,
    toewijzing,
    verzoek,
    vorm,
)
from ijw.tekstentabel.tekst import Tekst

__all__ = ["TEKSTEN", "Tekst"]

TEKSTEN: Final = MappingProxyType(
    bericht.TEKSTEN
    | client.TEKSTEN
    | toewijzing.TEKSTEN
    | levering.TEKSTEN
    | verzoek.TEKSTEN
    | declaratie.TEKSTEN
    | prestatie.TEKSTEN
    | koppeling.TEKSTEN
    | antwoord.TEKSTEN
    | vorm.TEKSTEN
)
