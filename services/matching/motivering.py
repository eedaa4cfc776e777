"""What a person may write as the reason of a decision. Pure."""

import re
from collections.abc import Collection
from typing import Final

from ijw.bsn import elfproef

_NEGEN_CIJFERS: Final = re.compile(
    r"(?<![0-9])(?:[0-9]{9}|[0-9]{3}[ .-][0-9]{3}[ .-][0-9]{3}|[0-9]{4}[ .-][0-9]{2}[ .-][0-9]{3})(?![0-9])"
)
_NIET_TE_TONEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def bezwaar(motivering: str, bekend: Collection[str] = ()) -> str | None:
    """Why this text will not do, or None.

    The reason goes to the aanbieder and stays for ever, so a number that can be a BSN is refused, unless it
    is one of ``bekend``: numbers of the case itself, such as a toewijzingnummer, pass the test by chance.
    """
    if _NIET_TE_TONEN.search(motivering):
        return "De motivering bevat een teken dat niet te tonen is."
    if any(nummer not in bekend for nummer in mogelijke_bsns(motivering)):
        return "De motivering bevat een nummer dat een burgerservicenummer kan zijn; laat het weg."
    return None


def mogelijke_bsns(tekst: str) -> frozenset[str]:
    """The numbers in a text that pass the eleven-test, digits only."""
    nummers = (re.sub(r"[^0-9]", "", treffer[0]) for treffer in _NEGEN_CIJFERS.finditer(tekst))
    return frozenset(nummer for nummer in nummers if elfproef(nummer))
