"""All cases together."""

from tests.conformance.geval import Geval
from tests.conformance.gevallen import (
    header,
    jw301_client,
    jw301_register,
    jw301_toewijzing,
    jw323_bericht,
    jw323_prestatie,
)

_ALLE: tuple[Geval, ...] = (
    *header.GEVALLEN,
    *jw301_client.GEVALLEN,
    *jw301_toewijzing.GEVALLEN,
    *jw301_register.GEVALLEN,
    *jw323_bericht.GEVALLEN,
    *jw323_prestatie.GEVALLEN,
)

HEENBERICHTEN = tuple(geval for geval in _ALLE if geval.soort != "JW323")
"""On the messages that get a technical retourbericht."""

DECLARATIES = tuple(geval for geval in _ALLE if geval.soort == "JW323")
"""On the JW323, answered by a JW325."""

OPEN_BERICHTEN = frozenset({"JW305", "JW307", "JW315", "JW317", "JW319"})
"""Messages that no service takes in yet; their cases wait."""

OPEN_REGELS = frozenset({("TR379", "JW301")})
"""Rules that need one of those first."""
