"""The rules on a client's birth date and Bsn, the same in every message that an aanbieder sends about one client."""

from collections.abc import Iterator
from typing import Final

from ijw.berichten.basis import Geboortedatum
from tests.conformance.basis import BASES, D
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import zet

_DATUM: Final = "/Bericht/Client/Geboortedatum"
_GEBOREN: Final = "client.geboortedatum"


def _geboortedatum(basis: Basis) -> Iterator[Geval]:
    yield basis.goed("TR002", "120-jaar-op-de-dag", zet(f"{_GEBOREN}.datum", D(1906, 5, 6)))
    yield basis.goed("TR002", "onbekend", zet(_GEBOREN, Geboortedatum(datum=D(1900, 1, 1), datum_gebruik="3")))
    yield basis.fout("TR002", "120-jaar-en-een-dag", zet(f"{_GEBOREN}.datum", D(1906, 5, 5)), f"{_DATUM}/Datum")
    yield basis.goed("TR134", "vandaag-geboren", zet(f"{_GEBOREN}.datum", D(2026, 5, 6)))
    yield basis.fout("TR134", "morgen-geboren", zet(f"{_GEBOREN}.datum", D(2026, 5, 7)), f"{_DATUM}/Datum")
    yield basis.goed("CS139", "dag-onbekend", zet(_GEBOREN, Geboortedatum(datum=D(2014, 7, 1), datum_gebruik="1")))
    for gebruik, datum in (("1", D(2014, 7, 9)), ("2", D(2014, 7, 1)), ("3", D(2014, 1, 1))):
        fout = Geboortedatum(datum=datum, datum_gebruik=gebruik)
        yield basis.fout("CS139", f"datumgebruik-{gebruik}", zet(_GEBOREN, fout), f"{_DATUM}/DatumGebruik")


def _bsn(basis: Basis) -> Iterator[Geval]:
    yield basis.goed("CS002", "voldoet-aan-elfproef")
    yield basis.fout("CS002", "voldoet-niet-aan-elfproef", zet("client.bsn", "999900007"), "/Bericht/Client/Bsn")


GEVALLEN: Final[tuple[Geval, ...]] = (
    *(geval for soort in ("JW305", "JW307", "JW315") for geval in _geboortedatum(BASES[soort])),
    *(geval for soort in ("JW305", "JW307", "JW315", "JW317") for geval in _bsn(BASES[soort])),
)
