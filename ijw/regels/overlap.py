"""Level 2 rules that one product is not assigned or asked for twice for the same day (stapeling)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from ijw.berichten import JW301, JW315, JW317
from ijw.berichten.basis import Product
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import AANGEVRAAGD_PRODUCT, NIEUW_PRODUCT, TOEGEWEZEN_PRODUCT, Plek
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
    toewijzingen = bericht.client.toegewezen_producten
    looptijden = [
        _looptijd(nummer, t.product, t.ingangsdatum, t.einddatum)
        for nummer, t in enumerate(toewijzingen, 1)
        if t.reden_wijziging not in {VERWIJDERD, VERVALLEN_CORRECTIE} or t.einddatum != t.ingangsdatum
    ]
    for pad, nummer, eerder, invoer in _overlap(TOEGEWEZEN_PRODUCT, looptijden):
        een, ander = toewijzingen[nummer - 1].toewijzing_nummer, toewijzingen[eerder - 1].toewijzing_nummer
        yield fout("TR302", pad, toewijzing=str(een), eerder=str(ander), **invoer)


def tr386_geen_overlap_van_aangevraagde_producten(bericht: JW315) -> Iterator[Bevinding]:
    """No two AangevraagdProducten of the same product share a day (`TR386`)."""
    aangevraagd = bericht.client.aangevraagde_producten
    looptijden = [
        _looptijd(nummer, a.product, a.toewijzing_ingangsdatum, a.toewijzing_einddatum)
        for nummer, a in enumerate(aangevraagd, 1)
    ]
    for pad, _, eerder, invoer in _overlap(AANGEVRAAGD_PRODUCT, looptijden):
        yield fout("TR386", pad, eerder=f"AangevraagdProduct {eerder}", **invoer)


def tr410_geen_overlap_van_nieuwe_producten(bericht: JW317) -> Iterator[Bevinding]:
    """No two NieuwProducten of the same product share a day; what runs already is `TR361`'s (`TR410`)."""
    nieuw = bericht.client.verzoek.nieuwe_producten
    looptijden = [
        _looptijd(nummer, n.product, n.gewenste_ingangsdatum, n.einddatum) for nummer, n in enumerate(nieuw, 1)
    ]
    for pad, _, eerder, invoer in _overlap(NIEUW_PRODUCT, looptijden):
        yield fout("TR410", pad, eerder=f"NieuwProduct {eerder}", **invoer)


def _looptijd(nummer: int, product: Product | None, begin: dt.date, eind: dt.date | None) -> Looptijd:
    return Looptijd(begin, nummer, eind or dt.date.max, product)


def _overlap(wortel: str, looptijden: list[Looptijd]) -> Iterator[tuple[str, int, int, dict[str, str]]]:
    """Path, number and earlier number of each entry that shares a day with one that begins before it, in words too."""
    per_nummer = {looptijd.nummer: looptijd for looptijd in looptijden}
    for nummer, eerder in overlappingen(looptijden):
        invoer = {"waarde": _in_woorden(per_nummer[nummer]), "verwacht": _in_woorden(per_nummer[eerder])}
        yield Plek(wortel, nummer).pad(), nummer, eerder, invoer


def _in_woorden(looptijd: Looptijd) -> str:
    product = looptijd.product
    if product is None:
        naam = "zonder product"
    else:
        naam = f"categorie {product.categorie}" if product.code is None else f"product {product.code}"
    open_einde = looptijd.eind == dt.date.max
    return f"{naam}, vanaf {looptijd.begin}" if open_einde else f"{naam}, {looptijd.begin} tot en met {looptijd.eind}"
