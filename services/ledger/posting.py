"""The one place that lets money into a boeking: what passes here has two sides, known accounts, whole cents.

A boeking is made of pairs (``journaal``) and judged as a whole (``bewaak``) just before it gets its number.
The database judges it once more.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

import msgspec

from services.ledger.rekeningschema import REKENINGSCHEMA

GEEN_CATEGORIE: Final = ""
"""Productcategorie of what belongs to none: a begroting post, a toewijzing without categorie."""

_WEG: Final = "?"
"""Productcategorie of a line that has lost it: never booked, so not the empty one, which is."""

MAX_BEDRAG_CENT: Final = 10**15
"""Far above any budget; an amount beyond it is a mistake, and sums of amounts below it stay below BIGINT."""

_KRINGEN = {nummer: rekening.kring for nummer, rekening in REKENINGSCHEMA.items()}


class OnjuisteBoeking(ValueError):  # noqa: N818 — a Dutch noun
    """A boeking that may not be: out of balance, an unknown account, an impossible amount."""


class Regel(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line: signed cents, debet positive, credit negative."""

    rekening: int
    productcategorie: str
    bedrag: int


Regels = tuple[Regel, ...]


def journaal(debet: int, credit: int, productcategorie: str, bedrag: int) -> Regels:
    """``bedrag`` cents to the debet of one account and the credit of another; below zero the sides turn.

    No lines for zero: nothing happened then.
    """
    if not bedrag:
        return ()
    return (Regel(debet, productcategorie, bedrag), Regel(credit, productcategorie, -bedrag))


def spiegel(regels: Regels) -> Regels:
    """The lines that undo these: same accounts, other side."""
    return tuple(Regel(regel.rekening, regel.productcategorie, -regel.bedrag) for regel in regels)


def per_kolom(regels: Regels) -> tuple[list[int], list[str], list[int]]:
    """Accounts, productcategorieen and amounts, as lines are kept."""
    return (
        [regel.rekening for regel in regels],
        [regel.productcategorie for regel in regels],
        [regel.bedrag for regel in regels],
    )


def van_kolommen(
    rekeningen: Sequence[object], productcategorieen: Sequence[object], bedragen: Sequence[object]
) -> Regels:
    """The lines back from their columns. What somebody made disappear there, or put an array in the place of, comes
    back as account or amount 0, which ``bewaak`` refuses, or as a productcategorie that the hash does not know."""
    return tuple(
        Regel(
            rekening if isinstance(rekening, int) else 0,
            categorie if isinstance(categorie, str) else _WEG,
            bedrag if isinstance(bedrag, int) else 0,
        )
        for rekening, categorie, bedrag in zip_longest(rekeningen, productcategorieen, bedragen)
    )


def netto(regels: Sequence[Regel], rekening: int) -> int:
    """What these lines together do to one account, in signed cents."""
    return sum(regel.bedrag for regel in regels if regel.rekening == rekening)


def bewaak(regels: Sequence[Regel]) -> None:
    """Raise ``OnjuisteBoeking`` unless these lines may stand together as one boeking.

    Every amount is a whole number other than zero on a known account, and the lines sum to zero within
    each circle of accounts and productcategorie (and so as a whole).
    """
    sommen: dict[tuple[str, str], int] = {}
    for regel in regels:
        bedrag = regel.bedrag
        kring = _KRINGEN.get(regel.rekening)
        if kring is None:
            raise OnjuisteBoeking(f"account {regel.rekening} does not exist")
        if type(bedrag) is not int or not bedrag or not -MAX_BEDRAG_CENT <= bedrag <= MAX_BEDRAG_CENT:
            raise OnjuisteBoeking("an amount is not a number of cents that can be booked")
        plaats = (kring, regel.productcategorie)
        sommen[plaats] = sommen.get(plaats, 0) + bedrag
    if not sommen:
        raise OnjuisteBoeking("a boeking needs lines")
    for (kring, _), som in sommen.items():
        if som:
            raise OnjuisteBoeking(f"the lines on {kring} do not sum to zero")
