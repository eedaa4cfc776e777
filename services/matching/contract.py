"""Which contract line serves a prestatie, and whether a contract as put is sound. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Final, Literal

import msgspec

from ijw.codelijsten import Productcodes
from ijw.leesfout import Fout
from ijw.volume import EURO, MINUUT, UUR, variant
from services.matching.feiten import Contractkeuze, Contractregel

EENHEDEN: Final = ("01", "04", "14", "16", "82", "83", "84")

GEEN_CONTRACT: Final = Contractkeuze(None, ())


class Contract:
    """The lines between a gemeente and an aanbieder for one year, found by product."""

    def __init__(self, regels: Iterable[Contractregel]) -> None:
        self._per_product: dict[tuple[str, str | None], list[Contractregel]] = {}
        for regel in regels:
            self._per_product.setdefault((regel.product_categorie, regel.product_code), []).append(regel)
        self._gekozen: dict[tuple[str, str, str, date], Contractkeuze] = {}

    def kies(self, categorie: str, code: str, eenheid: str, dag: date) -> Contractkeuze:
        """The line for a product in a unit on a day.

        A line for the code goes before one for the whole categorie, whichever of its units serves; then the
        unit itself goes before the hour line that also serves minutes (IV081).
        """
        vraag = (categorie, code, eenheid, dag)
        keuze = self._gekozen.get(vraag)
        if keuze is None:
            keuze = self._gekozen[vraag] = self._zoek(categorie, code, eenheid, dag)
        return keuze

    def _zoek(self, categorie: str, code: str, eenheid: str, dag: date) -> Contractkeuze:
        regels = [r for r in self.van_product(categorie, code) if r.geldt_op(dag)]
        dient = (eenheid, UUR) if eenheid == MINUUT else (eenheid,)
        passend = [r for r in regels if r.eenheid in dient]
        regel = min(passend, key=lambda r: (r.product_code is None, dient.index(r.eenheid)), default=None)
        return Contractkeuze(regel, tuple(sorted({r.eenheid for r in regels})))

    def van_product(self, categorie: str, code: str) -> list[Contractregel]:
        """Every line that can serve the product at some time, those for the code itself first."""
        return [*self._per_product.get((categorie, code), ()), *self._per_product.get((categorie, None), ())]


class NieuweRegel(msgspec.Struct, frozen=True, kw_only=True):
    """A line as somebody wants to put it; dates left out mean the whole year, a variant left out that of the unit."""

    productcategorie: str
    productcode: str | None
    eenheid: str
    tarief: int | None
    variant: Literal["inspanningsgericht", "outputgericht"] | None = None
    geldig_van: date | None = None
    geldig_tot: date | None = None


def contractregels(jaar: int, nieuw: Sequence[NieuweRegel]) -> tuple[Contractregel, ...]:
    """The lines with their dates filled in."""
    return tuple(
        Contractregel(
            product_categorie=regel.productcategorie,
            product_code=regel.productcode,
            eenheid=regel.eenheid,
            tarief_cent=regel.tarief,
            geldig_van=regel.geldig_van or date(jaar, 1, 1),
            geldig_tot=regel.geldig_tot or date(jaar, 12, 31),
            variant=regel.variant or variant(regel.eenheid),
        )
        for regel in nieuw
    )


def controleer(jaar: int, nieuw: Sequence[NieuweRegel], producten: Productcodes) -> list[Fout]:
    """Everything that is wrong with a contract, by place; empty when it is sound."""
    fouten = [
        fout for plaats, regel in enumerate(nieuw) for fout in _fouten(f"/regels/{plaats}", regel, jaar, producten)
    ]
    if not fouten:
        fouten.extend(_dubbel(contractregels(jaar, nieuw)))
    return fouten


def _fouten(pad: str, regel: NieuweRegel, jaar: int, producten: Productcodes) -> Iterator[Fout]:
    van, tot = regel.geldig_van or date(jaar, 1, 1), regel.geldig_tot or date(jaar, 12, 31)
    if van > tot:
        yield _fout(f"{pad}/geldigTot", "ligt voor geldigVan")
    elif van.year > jaar or tot.year < jaar:
        yield _fout(f"{pad}/geldigVan", f"de regel geldt nooit in {jaar}")
    if regel.eenheid not in EENHEDEN:
        yield _fout(f"{pad}/eenheid", f"moet een van deze zijn: {', '.join(EENHEDEN)}")
    if regel.tarief is None and regel.eenheid != EURO:
        yield _fout(f"{pad}/tarief", "verplicht, behalve bij eenheid 83 (euro)")
    elif regel.tarief is not None and not 0 <= regel.tarief <= 99_999_999:
        yield _fout(f"{pad}/tarief", "moet liggen van 0 tot en met 99999999 (eurocent)")
    if regel.productcode is None:
        if not producten.kent(regel.productcategorie):
            yield _fout(f"{pad}/productcategorie", "staat niet in de productcodelijst")
    # A code that left the list still has its price: running toewijzingen keep it.
    elif not producten.kende(regel.productcode, regel.productcategorie, min(tot, date(jaar, 12, 31))):
        yield _fout(f"{pad}/productcode", "staat niet in de productcodelijst, of niet in deze productcategorie")


def _dubbel(regels: Sequence[Contractregel]) -> Iterator[Fout]:
    """Two lines for one product and unit must not be in force on the same day."""
    per_product: dict[tuple[str, str | None, str], list[tuple[int, Contractregel]]] = {}
    for plaats, regel in enumerate(regels):
        sleutel = (regel.product_categorie, regel.product_code, regel.eenheid)
        per_product.setdefault(sleutel, []).append((plaats, regel))
    for zelfde in per_product.values():
        for (plaats, regel), (andere_plaats, andere) in combinations(zelfde, 2):
            if regel.geldig_van <= andere.geldig_tot and andere.geldig_van <= regel.geldig_tot:
                yield _fout(
                    f"/regels/{andere_plaats}", f"overlapt in de tijd met regel {plaats} voor hetzelfde product"
                )


def _fout(pad: str, melding: str) -> Fout:
    return Fout(regel=None, pad=pad, melding=melding)
