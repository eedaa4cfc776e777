"""Level 2 rule that one product is not assigned twice for the same day (stapeling)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from ijw.berichten import JW301
from ijw.berichten.basis import Product
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import TOEGEWEZEN_PRODUCT, Plek
from ijw.regels.regel import fout
from ijw.regels.toewijzing import VERVALLEN_CORRECTIE, VERWIJDERD


class Looptijd(NamedTuple):
    """A product over begin..eind, both inclusive, at a place in the message."""

    begin: dt.date
    nummer: int
    eind: dt.date
    product: Product | None


def overlappingen(looptijden: Iterable[Looptijd]) -> Iterator[tuple[int, int]]:
    """Numbers of entries that share a day with an earlier beginning entry of the same product, and of that one.

    Same product: equal Categorie and Code; equal Categorie when one of both has no Code; anything when one
    of both has no Product. One pass in order of begin: of all entries seen that clash by product, only the
    one that ends last can matter, so a message of any size takes n log n.
    """
    laatste: dict[tuple[str, str], Looptijd] = {}
    for looptijd in sorted(looptijden, key=attrgetter("begin", "nummer")):
        if looptijd.eind < looptijd.begin:
            continue  # no day at all, which is CS003's to report
        eerder = [laatste[soort] for soort in _botst_met(looptijd.product) if soort in laatste]
        if eerder:
            langste = max(eerder, key=attrgetter("eind"))
            if langste.eind >= looptijd.begin:
                yield looptijd.nummer, langste.nummer
        for soort in _telt_als(looptijd.product):
            if soort not in laatste or laatste[soort].eind < looptijd.eind:
                laatste[soort] = looptijd


# Groups of entries: ("", "") all, ("generiek", "") those without Product, ("45", "") all of a category,
# ("45", "-") those of a category without Code, ("45", "+45A04") those with that Code.


def _telt_als(product: Product | None) -> tuple[tuple[str, str], ...]:
    if product is None:
        return ("", ""), ("generiek", "")
    eigen = "-" if product.code is None else f"+{product.code}"
    return ("", ""), (product.categorie, ""), (product.categorie, eigen)


def _botst_met(product: Product | None) -> tuple[tuple[str, str], ...]:
    if product is None:
        return (("", ""),)
    if product.code is None:
        return ("generiek", ""), (product.categorie, "")
    return ("generiek", ""), (product.categorie, "-"), (product.categorie, f"+{product.code}")


def tr302_geen_overlap_van_hetzelfde_product(bericht: JW301) -> Iterator[Bevinding]:
    """No two toewijzingen of the same product share a day; removed ones do not count (`TR302`)."""
    looptijden = [
        Looptijd(t.ingangsdatum, nummer, t.einddatum or dt.date.max, t.product)
        for nummer, t in enumerate(bericht.client.toegewezen_producten, 1)
        if t.reden_wijziging not in {VERWIJDERD, VERVALLEN_CORRECTIE} or t.einddatum != t.ingangsdatum
    ]
    for nummer, eerder in overlappingen(looptijden):
        ander = bericht.client.toegewezen_producten[eerder - 1].toewijzing_nummer
        toewijzing = bericht.client.toegewezen_producten[nummer - 1].toewijzing_nummer
        pad = Plek(TOEGEWEZEN_PRODUCT, nummer).pad()
        yield fout("TR302", pad, toewijzing=str(toewijzing), eerder=str(ander))
