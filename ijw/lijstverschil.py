"""What a new own list of product codes changes, for whoever puts it in the place of the one before."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from ijw.codelijsten import Productcode, Productcodelijst
from ijw.eigenlijst import EigenProductcodelijst

_EEN_DAG: Final = datetime.timedelta(days=1)
_EERSTE_DAG: Final = datetime.date(2015, 1, 1)
"""Of the Jeugdwet, and so of any toewijzing."""


class Verschil(msgspec.Struct, frozen=True):
    """Rows of the new list that the old one has not, and the other way round; a changed row stands in both."""

    erbij: tuple[Productcode, ...]
    eraf: tuple[Productcode, ...]

    @property
    def leeg(self) -> bool:
        """Nothing changes."""
        return not self.erbij and not self.eraf


class Vervallen(msgspec.Struct, frozen=True):
    """A code that was good on a day in the past and would not be any more; ``dag`` is the first such day."""

    categorie: str
    code: str
    dag: datetime.date


def verschil(oud: Iterable[Productcode], nieuw: Iterable[Productcode]) -> Verschil:
    """Compare two own lists row by row; their order means nothing."""
    eerst, daarna = list(oud), list(nieuw)
    bekend, gebleven = set(eerst), set(daarna)
    return Verschil(
        tuple(product for product in daarna if product not in bekend),
        tuple(product for product in eerst if product not in gebleven),
    )


def vervallen(
    landelijk: Productcodelijst, oud: Iterable[Productcode], nieuw: Iterable[Productcode], vandaag: datetime.date
) -> tuple[Vervallen, ...]:
    """Codes that a new own list takes from days before ``vandaag``, national ones that it replaces among them.

    Toewijzingen that began on such a day would lose their code, which a running toewijzing keeps.
    """
    eerst, daarna = tuple(oud), tuple(nieuw)
    was = EigenProductcodelijst(landelijk, Productcodelijst(eerst))
    wordt = EigenProductcodelijst(landelijk, Productcodelijst(daarna))
    gevonden: dict[tuple[str, str], datetime.date] = {}
    for categorie in sorted({product.categorie for product in (*eerst, *daarna)}):
        rijen = [product for product in (*landelijk, *eerst, *daarna) if product.categorie == categorie]
        for dag in sorted(dag for dag in _overgangen(rijen) if dag < vandaag):
            blijft = {product.code for product in wordt.van(categorie, dag)}
            for product in was.van(categorie, dag):
                if product.code not in blijft:
                    gevonden.setdefault((categorie, product.code), dag)
    return tuple(Vervallen(categorie, code, dag) for (categorie, code), dag in sorted(gevonden.items()))


def _overgangen(rijen: Iterable[Productcode]) -> Iterator[datetime.date]:
    """The first day of all, and every day on which a code comes or is gone."""
    dagen = {_EERSTE_DAG}
    for rij in rijen:
        if rij.geldig_van is not None:
            dagen.add(rij.geldig_van)
        if rij.geldig_tot is not None and rij.geldig_tot < datetime.date.max:
            dagen.add(rij.geldig_tot + _EEN_DAG)
    return iter(dagen)
