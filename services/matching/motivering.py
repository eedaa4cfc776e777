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
    return frozenset(filter(elfproef, map(_cijfers, _NEGEN_CIJFERS.finditer(tekst))))


def zonder_bsn(motivering: str, bekend: Collection[str] = ()) -> str:
    """The text with every number left out that ``bezwaar`` would refuse it for."""

    def vervang(treffer: re.Match[str]) -> str:
        nummer = _cijfers(treffer)
        return treffer[0] if nummer in bekend or not elfproef(nummer) else "(weggelaten)"

    return _NEGEN_CIJFERS.sub(vervang, motivering)


def _cijfers(treffer: re.Match[str]) -> str:
    return re.sub(r"[^0-9]", "", treffer[0])
