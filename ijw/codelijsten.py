"""The lists beside the standard: gemeenten, product codes and the words for codes.

They are data that changes between releases, so nothing here opens a file: a caller reads the CSV and passes its
text. Dates are inclusive; an empty date means that no bound is known on that side.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol, Self

import msgspec


class CodelijstError(ValueError):
    """A CSV is not in the form of its list; the text is Dutch and names the row."""


class Gemeente(msgspec.Struct, frozen=True):
    """A row of the CBS list of gemeenten."""

    code: str
    naam: str
    provincie: str
    geldig_van: datetime.date | None = None
    geldig_tot: datetime.date | None = None


class Productcode(msgspec.Struct, frozen=True):
    """A row of the list of product codes (JZ021).

    ``variant`` is "inspanningsgericht", "outputgericht" or "" where the list leaves it open.
    """

    code: str
    categorie: str
    omschrijving: str
    variant: str
    geldig_van: datetime.date | None = None
    geldig_tot: datetime.date | None = None


class Gemeentelijst:
    """The gemeenten by CBS code, dissolved ones too as long as their period is known (TR378)."""

    def __init__(self, gemeenten: Iterable[Gemeente]) -> None:
        self._per_code: dict[str, list[Gemeente]] = {}
        for gemeente in gemeenten:
            self._per_code.setdefault(gemeente.code, []).append(gemeente)

    @classmethod
    def lees_csv(cls, tekst: str) -> Self:
        """From ``code,naam,provincie,geldig_van,geldig_tot``; CodelijstError when the text is something else."""
        kolommen = ("code", "naam", "provincie", "geldig_van", "geldig_tot")
        return cls(
            Gemeente(code, naam, provincie, *_periode(van, tot, rij))
            for rij, (code, naam, provincie, van, tot) in _rijen(tekst, kolommen, sleutel=2)
        )

    def __iter__(self) -> Iterator[Gemeente]:
        return (gemeente for rijen in self._per_code.values() for gemeente in rijen)

    def __len__(self) -> int:
        return sum(len(rijen) for rijen in self._per_code.values())

    def __contains__(self, code: str) -> bool:
        """Whether the code is on the list on any day: what a dissolved gemeente left behind is still there."""
        return code in self._per_code

    def gemeente(self, code: str, op: datetime.date) -> Gemeente | None:
        """The gemeente that has this code on that day."""
        rijen = self._per_code.get(code, ())
        return next((rij for rij in rijen if _geldig(rij, op)), None)

    def bestaat(self, code: str, op: datetime.date) -> bool:
        """Whether the code is on the list on that day."""
        return self.gemeente(code, op) is not None

    def bestond(self, code: str, op: datetime.date) -> bool:
        """Whether the code is on the list on that day or was on it before."""
        return any(rij.geldig_van is None or rij.geldig_van <= op for rij in self._per_code.get(code, ()))


class Productcodes(Protocol):
    """What is asked of product codes, whether they are a country's or one gemeente's (`ijw.eigenlijst`)."""

    def product(self, code: str, op: datetime.date, /) -> Productcode | None:
        """What the code stands for on that day."""
        ...

    def hoort_bij(self, code: str, categorie: str, op: datetime.date, /) -> bool:
        """Whether the code is on the list on that day and belongs to the productcategorie (TR381)."""
        ...

    def kent(self, categorie: str, /) -> bool:
        """Whether the productcategorie has a code on any day."""
        ...

    def kende(self, code: str, categorie: str, op: datetime.date, /) -> bool:
        """Whether the code belongs to the productcategorie on that day or did before: toewijzingen may have it."""
        ...


class Productcodelijst:
    """The product codes and the productcategorie each belongs to."""

    def __init__(self, producten: Iterable[Productcode]) -> None:
        self._per_code: dict[str, list[Productcode]] = {}
        self._per_categorie: dict[str, list[Productcode]] = {}
        for product in producten:
            self._per_code.setdefault(product.code, []).append(product)
            self._per_categorie.setdefault(product.categorie, []).append(product)

    @classmethod
    def lees_csv(cls, tekst: str) -> Self:
        """From ``code,categorie,omschrijving,variant,geldig_van,geldig_tot``; CodelijstError for anything else."""
        kolommen = ("code", "categorie", "omschrijving", "variant", "geldig_van", "geldig_tot")
        return cls(
            Productcode(code, categorie, omschrijving, variant, *_periode(van, tot, rij))
            for rij, (code, categorie, omschrijving, variant, van, tot) in _rijen(tekst, kolommen, sleutel=2)
        )

    def __iter__(self) -> Iterator[Productcode]:
        return (product for rijen in self._per_code.values() for product in rijen)

    def __len__(self) -> int:
        return sum(len(rijen) for rijen in self._per_code.values())

    def product(self, code: str, op: datetime.date) -> Productcode | None:
        """What the code stands for on that day."""
        rijen = self._per_code.get(code, ())
        return next((rij for rij in rijen if _geldig(rij, op)), None)

    def bestaat(self, code: str, op: datetime.date) -> bool:
        """Whether the code is on the list on that day."""
        return self.product(code, op) is not None

    def hoort_bij(self, code: str, categorie: str, op: datetime.date) -> bool:
        """Whether the code is on the list on that day and belongs to the productcategorie."""
        return any(rij.categorie == categorie and _geldig(rij, op) for rij in self._per_code.get(code, ()))

    def kent(self, categorie: str) -> bool:
        """Whether the productcategorie has a code on any day."""
        return categorie in self._per_categorie

    def kende(self, code: str, categorie: str, op: datetime.date) -> bool:
        """Whether the code belongs to the productcategorie on that day or did before: toewijzingen may have it."""
        return any(
            rij.categorie == categorie and (rij.geldig_van is None or rij.geldig_van <= op)
            for rij in self._per_code.get(code, ())
        )

    def van(self, categorie: str, op: datetime.date) -> Iterator[Productcode]:
        """The codes of a productcategorie on that day."""
        return (rij for rij in self._per_categorie.get(categorie, ()) if _geldig(rij, op))


class Codelijst:
    """What the codes of the standard mean, per type: ``("LDT_Eenheid", "04")`` is "Uur"."""

    def __init__(self, per_type: Mapping[str, Mapping[str, str]]) -> None:
        self._per_type = {naam: MappingProxyType(dict(codes)) for naam, codes in per_type.items()}

    @classmethod
    def lees_csv(cls, tekst: str) -> Self:
        """From ``lijst,code,omschrijving``; CodelijstError when the text is something else."""
        per_type: dict[str, dict[str, str]] = {}
        for _, (lijst, code, omschrijving) in _rijen(tekst, ("lijst", "code", "omschrijving"), sleutel=3):
            per_type.setdefault(lijst, {})[code] = omschrijving
        return cls(per_type)

    def codes(self, lijst: str) -> Mapping[str, str]:
        """All codes of one type with their words, in the order of the list; KeyError for an unknown type."""
        return self._per_type[lijst]

    def omschrijving(self, lijst: str, code: str) -> str:
        """The words for a code, or the code itself when the list does not know it."""
        codes = self._per_type.get(lijst)
        return code if codes is None else codes.get(code, code)


def _rijen(tekst: str, kolommen: tuple[str, ...], sleutel: int) -> Iterator[tuple[int, list[str]]]:
    """Number (the heading is 1) and cells of every row; the first ``sleutel`` cells must be filled."""
    lezer = csv.reader(io.StringIO(tekst.removeprefix("\ufeff"), newline=""))
    for rij, cellen in enumerate(lezer, start=1):
        if rij == 1:
            if tuple(cellen) != kolommen:
                raise CodelijstError(f"rij 1: verwacht de kolommen {','.join(kolommen)}")
        elif len(cellen) != len(kolommen):
            raise CodelijstError(f"rij {rij}: verwacht {len(kolommen)} velden, gevonden {len(cellen)}")
        elif not all(cellen[:sleutel]):
            raise CodelijstError(f"rij {rij}: een van de velden {','.join(kolommen[:sleutel])} is leeg")
        else:
            yield rij, cellen
    if not tekst.strip():
        raise CodelijstError("de lijst is leeg")


def _periode(van: str, tot: str, rij: int) -> tuple[datetime.date | None, datetime.date | None]:
    try:
        begin = datetime.date.fromisoformat(van) if van else None
        eind = datetime.date.fromisoformat(tot) if tot else None
    except ValueError:
        raise CodelijstError(f"rij {rij}: geldig_van en geldig_tot horen een datum te zijn, jjjj-mm-dd") from None
    if begin and eind and eind < begin:
        raise CodelijstError(f"rij {rij}: geldig_tot ligt voor geldig_van")
    return begin, eind


def _geldig(rij: Gemeente | Productcode, op: datetime.date) -> bool:
    return (rij.geldig_van is None or rij.geldig_van <= op) and (rij.geldig_tot is None or op <= rij.geldig_tot)
