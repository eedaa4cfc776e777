"""What has to become of a prestatie when its findings are known: the policy of the system, written down again.

Made from the public description of the policy, not from the service that applies it, so that the two can be
compared.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

Uitkomst = Literal["toegekend", "inUitval", "afgewezen"]
Besluit = Literal["toekennen", "afwijzen"]
"""What a person does with something in the work queue."""

NIET_BEOORDEELD: Final = "0233"
"""On the prestaties of a Client that is rejected: they were not looked at by themselves."""

AFWIJZEN: Final = frozenset({"8017", "8021", "9319", "9346", "9384", "9387", "9388", "9389", "9390", "S329"})
"""Codes on a Prestatie that reject it at once: a person could not decide otherwise."""

UITVAL: Final = frozenset({"9338", "8187", "9339", "9340", "9341", "9307", "9308", "9321", "9322", "9369", "0611"})
"""Codes that send a Prestatie (8187: a Client) to the work queue."""

GEEN_CONTRACTREGEL: Final = "geen-contractregel"
"""A finding without a retourcode: the contract has no line for the product."""


def besluit(codes: Iterable[str], beleid: Mapping[str, str]) -> Uitkomst:
    """The outcome for a set of codes; `beleid` holds the gemeente's own treatment per code ("afwijzen", "uitval").

    One code that rejects decides even beside others that do not. ValueError for a code without a treatment.
    """
    gevonden = set(codes)
    onbekend = gevonden - AFWIJZEN - UITVAL - {GEEN_CONTRACTREGEL}
    if onbekend:
        raise ValueError(f"geen behandeling voor {sorted(onbekend)}")
    if not gevonden:
        return "toegekend"
    if any(beleid.get(code, "afwijzen" if code in AFWIJZEN else "uitval") == "afwijzen" for code in gevonden):
        return "afgewezen"
    return "inUitval"
