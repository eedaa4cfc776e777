"""A gemeente's own list of product codes: beside the national one, read with every fault at once.

On a day on which the own list has any code of a productcategorie in force, it takes the place of the national
list for that categorie; on all other days, and for all other categorieen, the national list counts. So an own list
needs a first day: before it the toewijzingen that run keep the codes they were given.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

import msgspec

from ijw.codelijsten import Productcode, Productcodelijst
from ijw.leesfout import Fout

KOLOMMEN: Final = ("code", "categorie", "omschrijving", "variant", "geldig_van", "geldig_tot")
MEESTE_PRODUCTEN: Final = 2000
LANGSTE_OMSCHRIJVING: Final = 200

_CODE: Final = re.compile(r"[!-~](?:[ -~]{0,3}[!-~])?")
"""At most five characters (LDT_ProductCode), without white space around them, which nobody would see."""

_DATUM: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_VARIANTEN: Final = frozenset({"", "inspanningsgericht", "outputgericht"})


class EigenProductcodelijst:
    """The codes of one gemeente: its own where it has them, the national ones elsewhere (`ijw.codelijsten`)."""

    def __init__(self, landelijk: Productcodelijst, eigen: Productcodelijst) -> None:
        self._landelijk, self._eigen = landelijk, eigen

    def product(self, code: str, op: datetime.date) -> Productcode | None:
        """What the code stands for on that day."""
        eigen = self._eigen.product(code, op)
        if eigen is not None:
            return eigen
        landelijk = self._landelijk.product(code, op)
        return landelijk if landelijk is not None and self._lijst(landelijk.categorie, op) is self._landelijk else None

    def hoort_bij(self, code: str, categorie: str, op: datetime.date) -> bool:
        """Whether the code is on the list that counts on that day for the productcategorie."""
        return self._lijst(categorie, op).hoort_bij(code, categorie, op)

    def kent(self, categorie: str) -> bool:
        """Whether the productcategorie has a code on any day."""
        return self._eigen.kent(categorie) or self._landelijk.kent(categorie)

    def kende(self, code: str, categorie: str, op: datetime.date) -> bool:
        """Whether the code belongs to the productcategorie on that day or did before, on either list."""
        return self._eigen.kende(code, categorie, op) or self._landelijk.kende(code, categorie, op)

    def van(self, categorie: str, op: datetime.date) -> Iterator[Productcode]:
        """The codes of a productcategorie on that day."""
        return self._lijst(categorie, op).van(categorie, op)

    def _lijst(self, categorie: str, op: datetime.date) -> Productcodelijst:
        return self._landelijk if next(self._eigen.van(categorie, op), None) is None else self._eigen


class Rij(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it was sent: text, not checked; ``pad`` says where it stands, or ``regel`` in a file of lines."""

    pad: str = ""
    regel: int | None = None
    code: str = ""
    categorie: str = ""
    omschrijving: str = ""
    variant: str = ""
    geldig_van: str = ""
    geldig_tot: str = ""


class Gelezen(msgspec.Struct, frozen=True):
    """An own list in the order of its rows, or everything that is wrong with it."""

    producten: tuple[Productcode, ...]
    fouten: tuple[Fout, ...]


def lees_csv(tekst: str, categorieen: Set[str]) -> Gelezen:
    """From a CSV with KOLOMMEN, in that order, with commas or (as spreadsheets here write) semicolons."""
    tekst = tekst.removeprefix("\ufeff")
    scheiding = ";" if ";" in tekst.partition("\n")[0] else ","
    lezer = csv.reader(io.StringIO(tekst, newline=""), delimiter=scheiding)
    rijen: list[Rij] = []
    fouten: list[Fout] = []
    try:
        if tuple(cel.strip() for cel in next(lezer, ())) != KOLOMMEN:
            return Gelezen((), (Fout(1, "", f"verwacht op de eerste regel de kolommen {','.join(KOLOMMEN)}"),))
        for cellen in lezer:
            if len(cellen) == len(KOLOMMEN):
                velden = dict(zip(KOLOMMEN, (cel.strip() for cel in cellen), strict=True))
                rijen.append(Rij(regel=lezer.line_num, **velden))
            elif any(cellen):
                melding = f"verwacht {len(KOLOMMEN)} velden, gevonden {len(cellen)}"
                fouten.append(Fout(lezer.line_num, "", melding))
    except csv.Error:
        fouten.append(Fout(lezer.line_num, "", "is geen CSV"))
    gelezen = controleer(rijen, categorieen)
    alle = tuple(sorted([*fouten, *gelezen.fouten], key=lambda fout: fout.regel or 0))
    return Gelezen(() if alle else gelezen.producten, alle)


def controleer(rijen: Sequence[Rij], categorieen: Set[str]) -> Gelezen:
    """The products of sound rows, or every fault of every row; ``categorieen`` are those of the standard."""
    if len(rijen) > MEESTE_PRODUCTEN:
        return Gelezen((), (Fout(None, "", f"een lijst heeft ten hoogste {MEESTE_PRODUCTEN} rijen"),))
    fouten = [fout for rij in rijen for fout in _fouten(rij, categorieen)]
    if fouten:
        return Gelezen((), tuple(fouten))
    producten = tuple(_product(rij) for rij in rijen)
    dubbel = tuple(_dubbel(rijen, producten))
    return Gelezen(() if dubbel else producten, dubbel)


def schrijf_csv(producten: Iterable[Productcode]) -> str:
    """A list as the CSV that ``lees_csv`` takes."""
    uit = io.StringIO(newline="")
    schrijver = csv.writer(uit)
    schrijver.writerow(KOLOMMEN)
    for product in producten:
        van, tot = product.geldig_van or "", product.geldig_tot or ""
        schrijver.writerow((product.code, product.categorie, product.omschrijving, product.variant, van, tot))
    return uit.getvalue()


def _fouten(rij: Rij, categorieen: Set[str]) -> Iterator[Fout]:
    if not _CODE.fullmatch(rij.code):
        yield _fout(rij, "code", "verwacht een code van 1 tot en met 5 tekens, zonder spaties eromheen")
    if rij.categorie not in categorieen:
        yield _fout(rij, "categorie", "is geen productcategorie van de standaard")
    if not 1 <= len(rij.omschrijving) <= LANGSTE_OMSCHRIJVING or not rij.omschrijving.isprintable():
        yield _fout(rij, "omschrijving", f"verwacht een omschrijving van ten hoogste {LANGSTE_OMSCHRIJVING} tekens")
    if rij.variant not in _VARIANTEN:
        yield _fout(rij, "variant", "verwacht inspanningsgericht, outputgericht of niets")
    van, tot = _datum(rij.geldig_van), _datum(rij.geldig_tot)
    if not rij.geldig_van:
        yield _fout(rij, "geldig_van", "is verplicht: tot die dag houden lopende toewijzingen hun landelijke code")
    elif van is None:
        yield _fout(rij, "geldig_van", "verwacht een datum, jjjj-mm-dd")
    if rij.geldig_tot and tot is None:
        yield _fout(rij, "geldig_tot", "verwacht een datum, jjjj-mm-dd, of niets")
    if van is not None and tot is not None and tot < van:
        yield _fout(rij, "geldig_tot", "ligt voor het begin")


def _dubbel(rijen: Sequence[Rij], producten: Sequence[Productcode]) -> Iterator[Fout]:
    """A code stands once in a categorie on any day, so that it has one meaning."""
    per_code: dict[tuple[str, str], list[tuple[datetime.date, datetime.date, Rij]]] = {}
    for rij, product in zip(rijen, producten, strict=True):
        begin = product.geldig_van or datetime.date.min
        periode = (begin, product.geldig_tot or datetime.date.max, rij)
        per_code.setdefault((product.categorie, product.code), []).append(periode)
    for perioden in per_code.values():
        perioden.sort(key=lambda periode: periode[:2])
        tot = datetime.date.min
        for nummer, (begin, eind, rij) in enumerate(perioden):
            if nummer and begin <= tot:
                yield _fout(rij, "geldig_van", "overlapt in de tijd met een andere rij van deze code en categorie")
            tot = max(tot, eind)


def _product(rij: Rij) -> Productcode:
    return Productcode(
        rij.code, rij.categorie, rij.omschrijving, rij.variant, _datum(rij.geldig_van), _datum(rij.geldig_tot)
    )


def _datum(tekst: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(tekst) if _DATUM.fullmatch(tekst) else None
    except ValueError:
        return None


def _fout(rij: Rij, veld: str, melding: str) -> Fout:
    return Fout(None, f"{rij.pad}/{veld}", melding) if rij.pad else Fout(rij.regel, "", f"{veld}: {melding}")
