"""What taking in each message comes to: its facts, its rules, and what it does to the tables. A module per subject."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from services.allocation.behandeling import Behandeling
from services.allocation.behandelingen.jw301 import Behandeling301
from services.allocation.behandelingen.jw319 import Behandeling319
from services.allocation.behandelingen.regie import BehandelingRegie
from services.allocation.behandelingen.verzoek import Behandeling315, Behandeling317
from services.platform.service import Context

BEHANDELINGEN: Final[Mapping[str, Callable[[Context, Any], Behandeling]]] = MappingProxyType(
    {
        "JW301": Behandeling301,
        "JW305": BehandelingRegie,
        "JW307": BehandelingRegie,
        "JW315": Behandeling315,
        "JW317": Behandeling317,
        "JW319": Behandeling319,
    }
)
"""The messages that are taken in and answered with a retourbericht, and what handles each."""
