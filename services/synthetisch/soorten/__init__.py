"""Every kind of story by name, in a fixed order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.synthetisch.soorten import (
    afwijzing,
    declaratie,
    niveau1,
    niveau2_declaratie,
    niveau2_toewijzing,
    toewijzing,
    uitval,
    verloop,
    volume,
)
from services.synthetisch.soorten.soort import Soort

_ALLE: Final = (
    *afwijzing.SOORTEN,
    *uitval.SOORTEN,
    *volume.SOORTEN,
    *declaratie.SOORTEN,
    *toewijzing.SOORTEN,
    *niveau2_toewijzing.SOORTEN,
    *niveau2_declaratie.SOORTEN,
    *niveau1.SOORTEN,
    *verloop.SOORTEN,
)

SOORTEN: Final[Mapping[str, Soort]] = MappingProxyType({soort.naam: soort for soort in _ALLE})
FOUTEN: Final = tuple(soort for soort in _ALLE if soort.groep != "verloop")
VERLOOP: Final = tuple(soort for soort in _ALLE if soort.groep == "verloop")

__all__ = ["FOUTEN", "SOORTEN", "VERLOOP", "Soort"]
