"""From balances to what a gemeente wants to know: what was set aside, what is gone, what is left. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from services.ledger.rekeningschema import (
    AFGEWEZEN,
    BEGROOT,
    BETAALD,
    IN_BEHANDELING,
    IN_UITVAL,
    INGEDIEND,
    KOSTEN,
    REKENINGSCHEMA,
    VERPLICHT,
    VOORSCHOTTEN,
)
from services.ledger.rules import Post

NIET_BEGROOT: Final = "niet begroot"
"""The post that shows productcategorieen which no post of the begroting names."""

Saldi = Mapping[tuple[int, str], int]
"""Signed cents by account and productcategorie."""


class Bedragen(NamedTuple):
    """The states of money of one year, in cents."""

    begroot: int
    verplicht: int
    ingediend: int
    in_behandeling: int
    in_uitval: int
    toegekend: int
    afgewezen: int
    voorschot: int
    betaald: int

    @property
    def resterend(self) -> int:
        """What can still be committed."""
        return self.begroot - self.verplicht - self.toegekend

    @property
    def uitputting_pct(self) -> Decimal | None:
        """Awarded as a percentage of what was set aside, one decimal, halves away from zero; None without budget."""
        if not self.begroot:
            return None
        tienden, rest = divmod(abs(self.toegekend) * 1000, self.begroot)
        tienden += rest * 2 >= self.begroot
        return Decimal(tienden if self.toegekend >= 0 else -tienden).scaleb(-1)


class Postbudget(NamedTuple):
    """One line of the budget."""

    post: str
    productcategorieen: tuple[str, ...]
    bedragen: Bedragen


class Budget(NamedTuple):
    """A year of a gemeente: the whole, and by post."""

    totaal: Bedragen
    posten: tuple[Postbudget, ...]


def budget(saldi: Saldi, posten: Iterable[Post]) -> Budget:
    """The budget that follows from balances and the begroting in force.

    ``posten`` share no productcategorie, so together with ``niet begroot`` they add up to the whole.
    """
    posten = tuple(posten)
    genoemd = {categorie for post in posten for categorie in post.productcategorieen}
    regels = [
        Postbudget(post.post, post.productcategorieen, bedragen(saldi, post.productcategorieen, post.bedrag))
        for post in posten
    ]
    # The accounts of the begroting itself stand on no productcategorie.
    overig = {
        categorie
        for (rekening, categorie), saldo in saldi.items()
        if saldo and categorie not in genoemd and REKENINGSCHEMA[rekening].kring != "begroting"
    }
    rest = bedragen(saldi, overig, 0)
    if any(rest):
        regels.append(Postbudget(NIET_BEGROOT, tuple(sorted(overig)), rest))
    alle = {categorie for _, categorie in saldi}
    begroot = sum(saldo for (rekening, _), saldo in saldi.items() if rekening == BEGROOT)
    return Budget(bedragen(saldi, alle, begroot), tuple(regels))


def bedragen(saldi: Saldi, categorieen: Iterable[str], begroot: int) -> Bedragen:
    """The states of money of these productcategorieen."""
    categorieen = tuple(categorieen)

    def stand(rekening: int) -> int:
        saldo = sum(saldi.get((rekening, categorie), 0) for categorie in categorieen)
        return REKENINGSCHEMA[rekening].stand(saldo)

    toegekend = stand(KOSTEN)
    return Bedragen(
        begroot=begroot,
        verplicht=stand(VERPLICHT),
        # What is awarded leaves the account of what was submitted; together they are all that ever came in.
        ingediend=stand(INGEDIEND) + toegekend,
        in_behandeling=stand(IN_BEHANDELING),
        in_uitval=stand(IN_UITVAL),
        toegekend=toegekend,
        afgewezen=stand(AFGEWEZEN),
        voorschot=stand(VOORSCHOTTEN),
        betaald=stand(BETAALD),
    )
