"""What a finding leads to: awarded, rejected at once, or a person decides. Pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from ijw.bevinding import Bevinding
from services.matching.feiten import Uitkomst

Behandeling: TypeAlias = Literal["afwijzen", "uitval"]

AFWIJZEN: Final = frozenset(
    {"8017", "8021", "8214", "9319", "9333", "9346", "9384", "9387", "9388", "9389", "9390", "S300", "S329"}
)
"""Rejected at once unless a gemeente wants otherwise: a person could not decide anything else."""

CLIENTCODE: Final = "8187"
"""The one code that stands on the Client (TR304); its prestaties go back with NIET_BEOORDEELD."""

NIET_BEOORDEELD: Final = "0233"

NOOIT_AFWIJZEN: Final = frozenset({"9338", CLIENTCODE})
"""Never rejected by policy: a declaratie may overtake its toewijzing, which must still be able to heal it."""

Beleid: TypeAlias = Mapping[str, Behandeling]
"""Where a gemeente departs from the default, by retourcode."""

STANDAARD: Final[Beleid] = MappingProxyType({})


def behandeling(retourcode: str, beleid: Beleid) -> Behandeling:
    """What a finding with this retourcode leads to; an internal finding ("") always goes to a person."""
    if retourcode in NOOIT_AFWIJZEN:
        return "uitval"
    eigen = beleid.get(retourcode)
    if eigen is not None:
        return eigen
    return "afwijzen" if retourcode in AFWIJZEN else "uitval"


def bepaal(bevindingen: Iterable[Bevinding], beleid: Beleid) -> Uitkomst:
    """The outcome of all findings on one prestatie together: rejecting wins over uitval, uitval over awarding."""
    soorten = {behandeling(bevinding.retourcode, beleid) for bevinding in bevindingen}
    if "afwijzen" in soorten:
        return "afgewezen"
    return "inUitval" if soorten else "toegekend"


def retourcodes(bevindingen: Iterable[Bevinding]) -> tuple[str, ...]:
    """The codes a rejected prestatie carries itself: all of its findings, sorted and once; not the Client's."""
    return tuple(sorted({b.retourcode for b in bevindingen} - {"", CLIENTCODE}))
