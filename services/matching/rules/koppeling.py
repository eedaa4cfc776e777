"""Whether a prestatie belongs to a toewijzing: the client, the number, the period and the product."""

from collections.abc import Iterator

from ijw import kalender
from ijw.bevinding import Bevinding
from ijw.volume import MINUUT, UUR, eenheid_tekst
from services.matching.feiten import Feiten
from services.matching.rules.fout import fout
from services.platform.events import PrestatieIngediend


def tr304_client_bekend(_prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """The aanbieder has, or had, a toewijzing from this gemeente for the client (`TR304`, OP276)."""
    if not feiten.client_bekend:
        yield fout("TR304")


def tr307_periode_niet_voor_toewijzing(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductPeriode does not begin before the toewijzing (`TR307`)."""
    toewijzing = feiten.toewijzing
    if toewijzing is not None and prestatie.begindatum < toewijzing.ingangsdatum:
        yield fout("TR307", gedeclareerd=f"{prestatie.begindatum}", verwacht=f"{toewijzing.ingangsdatum}")


def tr308_periode_niet_na_toewijzing(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductPeriode does not end after the toewijzing; without Einddatum there is no end (`TR308`)."""
    toewijzing = feiten.toewijzing
    if toewijzing is None or toewijzing.einddatum is None:
        return
    if prestatie.einddatum > toewijzing.einddatum:
        yield fout("TR308", gedeclareerd=f"{prestatie.einddatum}", verwacht=f"{toewijzing.einddatum}")


def tr338_toewijzing_bekend(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """The number is of a toewijzing of this gemeente to this aanbieder for this client (`TR338`, IV084)."""
    if feiten.toewijzing is None:
        reden = {"eerder": feiten.geen_toewijzing} if feiten.geen_toewijzing else {}
        yield fout("TR338", toewijzing=f"{prestatie.toewijzing_nummer}", **reden)


def tr339_categorie_als_toegewezen(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductCategorie is the toewijzing's, when that names one (`TR339`)."""
    toewijzing = feiten.toewijzing
    if toewijzing is None or toewijzing.product_categorie is None:
        return
    if prestatie.product_categorie != toewijzing.product_categorie:
        yield fout("TR339", gedeclareerd=prestatie.product_categorie, toegewezen=toewijzing.product_categorie)


def tr340_code_als_toegewezen(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductCode is the toewijzing's, when that names one (`TR340`)."""
    toewijzing = feiten.toewijzing
    if toewijzing is None or toewijzing.product_code is None:
        return
    if prestatie.product_code != toewijzing.product_code:
        yield fout("TR340", gedeclareerd=prestatie.product_code, toegewezen=toewijzing.product_code)


def eenheid_past(gedeclareerd: str, toegewezen: str) -> bool:
    """Whether a volume in one unit can be held against a toewijzing in the other: equal, or minutes on hours."""
    return gedeclareerd == toegewezen or (gedeclareerd == MINUUT and toegewezen == UUR)


def tr341_eenheid_als_toegewezen(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """Eenheid is the toewijzing's, or minuut where that has uur; without Omvang a unit of the contract (`TR341`)."""
    toewijzing = feiten.toewijzing
    if toewijzing is None:
        return
    if toewijzing.eenheid is not None:
        if not eenheid_past(prestatie.eenheid, toewijzing.eenheid):
            yield _tr341(prestatie, (toewijzing.eenheid,))
    elif feiten.contract.eenheden and feiten.contract.regel is None:
        yield _tr341(prestatie, feiten.contract.eenheden)


def _tr341(prestatie: PrestatieIngediend, eenheden: tuple[str, ...]) -> Bevinding:
    goed = " of ".join(eenheid_tekst(eenheid) for eenheid in eenheden)
    return fout("TR341", gedeclareerd=eenheid_tekst(prestatie.eenheid), toegewezen=goed)


def tr378_gemeente_bij_toewijzing(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """The gemeente exists, or did when the toewijzing began (`TR378`); an unknown one began with the ProductPeriode."""
    if not feiten.gemeente_bekend:
        begin = prestatie.begindatum if feiten.toewijzing is None else feiten.toewijzing.ingangsdatum
        yield fout("TR378", code=feiten.gemeente, grens=f"{begin}")


def tr381_code_in_productcodelijst(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductCode is on the list in use and belongs to ProductCategorie (`TR381`, IV075)."""
    if not feiten.productcode_bekend:
        yield fout("TR381", code=prestatie.product_code, categorie=prestatie.product_categorie)


def tr384_toewijzing_niet_verwijderd(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """The current version does not remove the toewijzing (`TR384`)."""
    toewijzing = feiten.toewijzing
    if toewijzing is not None and toewijzing.verwijderd:
        yield fout("TR384", toewijzing=f"{prestatie.toewijzing_nummer}")


def tr387_begin_van_productperiode(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductPeriode begins on the first of its month, or with a toewijzing that begins later (`TR387`, IV089)."""
    toewijzing = feiten.toewijzing
    if toewijzing is None:
        return
    begin = prestatie.begindatum
    if begin.day == 1 and begin >= toewijzing.ingangsdatum:
        return
    verwacht = max(kalender.eerste_van_maand(begin), toewijzing.ingangsdatum)
    if begin != verwacht:
        yield fout("TR387", gedeclareerd=f"{begin}", verwacht=f"{verwacht}")


def tr388_eind_van_productperiode(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductPeriode ends on the last of its month, or with a toewijzing that ends sooner (`TR388`, IV089)."""
    toewijzing = feiten.toewijzing
    if toewijzing is None:
        return
    verwacht = kalender.laatste_van_maand(prestatie.einddatum)
    if toewijzing.einddatum is not None and toewijzing.einddatum < verwacht:
        verwacht = toewijzing.einddatum
    if prestatie.einddatum != verwacht:
        yield fout("TR388", gedeclareerd=f"{prestatie.einddatum}", verwacht=f"{verwacht}")
