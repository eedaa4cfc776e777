"""All cases together."""

from typing import Final

from tests.conformance.geval import Geval
from tests.conformance.gevallen import (
    aanspraak,
    header,
    herindeling,
    jw301_client,
    jw301_register,
    jw301_toewijzing,
    jw305,
    jw307,
    jw315,
    jw317,
    jw319,
    jw323_bericht,
    jw323_prestatie,
    persoon,
)

_ALLE: Final[tuple[Geval, ...]] = (
    *header.GEVALLEN,
    *herindeling.GEVALLEN,
    *persoon.GEVALLEN,
    *jw301_client.GEVALLEN,
    *jw301_toewijzing.GEVALLEN,
    *jw301_register.GEVALLEN,
    *jw305.GEVALLEN,
    *jw307.GEVALLEN,
    *aanspraak.GEVALLEN,
    *jw315.GEVALLEN,
    *jw317.GEVALLEN,
    *jw319.GEVALLEN,
    *jw323_bericht.GEVALLEN,
    *jw323_prestatie.GEVALLEN,
)

HEENBERICHTEN: Final = tuple(geval for geval in _ALLE if geval.soort != "JW323")
"""On the messages that get a technical retourbericht."""

DECLARATIES: Final = tuple(geval for geval in _ALLE if geval.soort == "JW323")
"""On the JW323, answered by a JW325."""
