"""The products of the region: real codes of the national list, with invented tariffs.

Together they use every Eenheid and every Frequentie that the standard allows beside it (CS338).
"""

from types import MappingProxyType
from typing import Final

import msgspec

from ijw.volume import EURO, MINUUT, UUR


class Vorm(msgspec.Struct, frozen=True):
    """One way to size a toewijzing: Volume between two bounds (eurocents for Eenheid 83) in steps."""

    eenheid: str
    frequentie: str
    laagste: int
    hoogste: int
    stap: int = 1


class Product(msgspec.Struct, frozen=True):
    """A product code, the units it is contracted in with a base tariff in cents, and how it is assigned."""

    code: str
    categorie: str
    variant: str
    regels: tuple[tuple[str, int], ...]
    vormen: tuple[Vorm, ...]

    @property
    def eenheid(self) -> str:
        """The first unit of the contract: the one that prestaties without Omvang use."""
        return self.regels[0][0]


_INSPANNING: Final = "inspanningsgericht"
_OUTPUT: Final = "outputgericht"


def _uren(code: str, categorie: str, uurtarief: int, *extra: tuple[str, int]) -> Product:
    """Care by the hour; a toewijzing may be in hours or in minutes."""
    vormen = (
        Vorm(UUR, "2", 1, 6),
        Vorm(UUR, "4", 4, 20),
        Vorm(UUR, "6", 40, 160),
        Vorm(UUR, "1", 1, 2),
        Vorm(MINUUT, "2", 60, 300, 15),
        Vorm(MINUUT, "4", 240, 1200, 30),
    )
    return Product(code, categorie, _INSPANNING, ((UUR, uurtarief), *extra), vormen)


def _etmalen(code: str, categorie: str, tarief: int) -> Product:
    vormen = (Vorm("14", "2", 2, 7), Vorm("14", "4", 8, 28), Vorm("14", "6", 60, 240))
    return Product(code, categorie, _INSPANNING, (("14", tarief),), vormen)


def _dagdelen(code: str, tarief: int) -> Product:
    vormen = (Vorm("16", "2", 2, 8), Vorm("16", "4", 8, 30), Vorm("16", "6", 60, 200))
    return Product(code, "41", _INSPANNING, (("16", tarief),), vormen)


def _ritten(code: str, tarief: int) -> Product:
    vormen = (Vorm("84", "2", 2, 10), Vorm("84", "4", 8, 40), Vorm("84", "6", 60, 200))
    return Product(code, "42", _INSPANNING, (("84", tarief),), vormen)


def _stuks(code: str, categorie: str, tarief: int, *vormen: Vorm) -> Product:
    """Output by the piece: a fixed number a month or in all, unless other forms are given."""
    gewone = (Vorm("82", "4", 1, 1), Vorm("82", "6", 3, 12))
    return Product(code, categorie, _OUTPUT, (("82", tarief),), (*gewone, *vormen))


def _euros(code: str, categorie: str) -> Product:
    """Output paid in euros: no tariff, the Volume is the amount; Frequentie 6 is a traject."""
    vormen = (
        Vorm(EURO, "4", 30_000, 120_000, 500),
        Vorm(EURO, "2", 8_000, 40_000, 500),
        Vorm(EURO, "6", 150_000, 900_000, 5_000),
    )
    return Product(code, categorie, _OUTPUT, ((EURO, 0),), vormen)


_MINUTEN: Final = (Vorm(MINUUT, "6", 900, 6000, 60), Vorm(MINUUT, "2", 45, 180, 15), Vorm(MINUUT, "1", 10, 45, 5))

PRODUCTEN: Final = MappingProxyType(
    {
        product.code: product
        for product in (
            # 45A04 also has a tariff per session, so that a wrong Eenheid can be one of the contract
            _uren("45A04", "45", 9_550, ("84", 4_250)),
            _uren("45A05", "45", 11_875),
            _uren("46A01", "46", 13_425),
            Product("45A06", "45", _INSPANNING, ((MINUUT, 187),), _MINUTEN),
            _euros("45A01", "45"),
            _stuks("45A07", "45", 9_850, Vorm("82", "2", 1, 3), Vorm("82", "1", 1, 1)),
            _dagdelen("41A03", 8_215),
            _dagdelen("41A04", 9_940),
            _etmalen("43A07", "43", 31_260),
            _etmalen("44A07", "44", 5_265),
            _etmalen("44A08", "44", 18_430),
            _etmalen("44A09", "44", 12_505),
            _ritten("42A03", 1_845),
            _ritten("42A04", 2_710),
            _stuks("47A01", "47", 78_455),
            _stuks("48A01", "48", 92_310),
            _euros("50A03", "50"),
        )
    }
)

IEDEREEN: Final = ("45A04", "45A05", "46A01", "45A06", "45A01", "45A07", "41A03", "41A04")
"""What every aanbieder has a contract for: what planted faults need is at hand everywhere."""

PROFIELEN: Final = (
    (),
    ("43A07", "44A07", "44A08", "44A09"),
    ("42A03", "42A04"),
    ("47A01", "48A01", "50A03"),
    ("44A07", "44A08", "44A09", "42A03", "42A04"),
    ("43A07", "47A01", "48A01", "50A03"),
)
"""What an aanbieder does besides, by kind of aanbieder."""

HELE_CATEGORIE: Final = "42"
"""Contracted with one regel without productcode, which serves every code of the categorie."""

ASPECIFIEK: Final = MappingProxyType({"45": ("45A04", "45A05"), "41": ("41A03", "41A04"), "44": ("44A07", "44A08")})
"""Categorieen that are assigned without a code, and the codes then declared (inspanningsgericht only)."""

ZONDER_CONTRACT: Final = MappingProxyType({"45": "45A57", "41": "41A18"})
"""Codes of the national list that no aanbieder of the region has a contract for."""

BESTAAT_NIET: Final = "45ZZZ"
"""A code that no list has, although its form is right."""
