"""Who delivers what to whom at which tariff: aanbieders, the gemeenten they work for, contracts.

The tariff of one contract line is asked for by whoever needs it; nothing is kept but what was asked.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import msgspec

from ijw import volume
from ijw.volume import EURO, MINUUT, UUR
from services.synthetisch.opties import RegioOpties
from services.synthetisch.producten import HELE_CATEGORIE, IEDEREEN, PRODUCTEN, PROFIELEN, Product
from services.synthetisch.toeval import Toeval

_EERSTE_AGB: Final = 99_000_101  # 99 is no kind of care in the real register
_INDEXATIE_PROCENT: Final = 3
_BASISJAAR: Final = 2026
_GROOT: Final = 5  # one in five aanbieders works for every gemeente

_NAMEN_1: Final = ("De", "Het", "Nieuw", "Jong", "Samen", "Thuis", "Bij", "Rond")
_NAMEN_2: Final = ("Kompas", "Anker", "Vuur", "Baken", "Erf", "Veer", "Honk", "Spoor", "Nest", "Wiel", "Venster")


class Aanbieder(msgspec.Struct, frozen=True):
    """An invented aanbieder with its AGB code and the product codes it has contracts for."""

    agb: str
    naam: str
    producten: tuple[str, ...]
    overal: bool


class Cel(msgspec.Struct, frozen=True):
    """A gemeente and an aanbieder that have a contract with each other; `nummer` counts from 0."""

    nummer: int
    gemeente: str
    aanbieder: str


class Contractregel(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A line of a contract as the PUT takes it; tariff in cents, no productcode for a whole categorie."""

    productcategorie: str
    productcode: str | None
    eenheid: str
    tarief: int
    variant: str
    geldig_van: dt.date
    geldig_tot: dt.date


class Aanbod:
    """All aanbieders and contracts of a region, for the years `eerste_jaar` to `laatste_jaar`."""

    def __init__(self, opties: RegioOpties, eerste_jaar: int) -> None:
        self._zaad = opties.zaad
        self.jaren = range(eerste_jaar, opties.vandaag.year + 1)
        self.gemeenten = opties.gemeenten
        self.aanbieders: Mapping[str, Aanbieder] = {
            aanbieder.agb: aanbieder
            for aanbieder in (_aanbieder(opties.zaad, nummer) for nummer in range(opties.aantal_aanbieders))
        }
        self.cellen = self._cellen()
        self._per_gemeente: dict[str, list[Cel]] = {gemeente: [] for gemeente in self.gemeenten}
        for cel in self.cellen:
            self._per_gemeente[cel.gemeente].append(cel)
        self.tarief = cache(self._tarief)

    def _cellen(self) -> tuple[Cel, ...]:
        paren = []
        for gemeente in self.gemeenten:
            for plek, aanbieder in enumerate(self.aanbieders.values()):
                toeval = Toeval(self._zaad, "werkgebied", gemeente, aanbieder.agb)
                if plek == 0 or aanbieder.overal or toeval.kans(40):
                    paren.append((gemeente, aanbieder.agb))
        return tuple(Cel(nummer, *paar) for nummer, paar in enumerate(paren))

    def cellen_van(self, gemeente: str) -> Sequence[Cel]:
        """The contracts of a gemeente, big aanbieders first."""
        return self._per_gemeente[gemeente]

    def producten(self, cel: Cel) -> tuple[Product, ...]:
        """What is contracted between these two."""
        return tuple(PRODUCTEN[code] for code in self.aanbieders[cel.aanbieder].producten)

    def _tarief(self, cel: Cel, jaar: int, code: str, eenheid: str) -> int | None:
        """The tariff in cents that a contract of that year states for a code in a unit; None without such a line.

        Tariffs differ per gemeente, aanbieder and year, so that the wrong contract always shows.
        """
        if jaar not in self.jaren or code not in self.aanbieders[cel.aanbieder].producten:
            return None
        product = PRODUCTEN[code]
        basis = dict(product.regels).get(eenheid)
        if basis is None or eenheid == EURO:
            return basis
        onderwerp = product.categorie if product.categorie == HELE_CATEGORIE else code
        if product.categorie == HELE_CATEGORIE:
            basis = PRODUCTEN[next(c for c in PRODUCTEN if PRODUCTEN[c].categorie == HELE_CATEGORIE)].regels[0][1]
        van_aanbieder = Toeval(self._zaad, "tarief", cel.aanbieder, onderwerp, eenheid).geheel(95, 105)
        van_gemeente = self.gemeenten.index(cel.gemeente)
        index = 100 + _INDEXATIE_PROCENT * (jaar - _BASISJAAR)
        return basis * van_aanbieder * index // 10_000 + van_gemeente

    def tarief_voor(self, cel: Cel, jaar: int, code: str, eenheid: str) -> tuple[int, bool] | None:
        """The tariff that serves prestaties in a unit, and whether it is per hour while they are in minutes."""
        eigen = self.tarief(cel, jaar, code, eenheid)
        if eigen is not None:
            return eigen, False
        if eenheid == MINUUT:
            per_uur = self.tarief(cel, jaar, code, UUR)
            if per_uur is not None:
                return per_uur, True
        return None

    def prijs(self, cel: Cel, jaar: int, code: str, eenheid: str, aantal: int) -> tuple[int | None, int]:
        """ProductTarief and IngediendBedrag in cents for a volume (`IV081` for minutes under an hour tariff).

        LookupError when the contract has no line for it.
        """
        if eenheid == EURO:
            return None, aantal
        gevonden = self.tarief_voor(cel, jaar, code, eenheid)
        if gevonden is None:
            raise LookupError(f"geen contractregel voor {code} in {eenheid}")
        tarief, per_uur = gevonden
        if per_uur:
            return volume.minuuttarief(tarief), volume.bedrag_bij_uurtarief(tarief, aantal)
        return tarief, tarief * aantal

    def regels(self, cel: Cel, jaar: int) -> list[Contractregel]:
        """The lines of one contract; categorie 42 is one line for all its codes."""
        regels = []
        van, tot = dt.date(jaar, 1, 1), dt.date(jaar, 12, 31)
        hele_categorie_gedaan = False
        for product in self.producten(cel):
            if product.categorie == HELE_CATEGORIE:
                if hele_categorie_gedaan:
                    continue
                hele_categorie_gedaan = True
            for eenheid, _ in product.regels:
                tarief = self.tarief(cel, jaar, product.code, eenheid)
                assert tarief is not None
                regels.append(
                    Contractregel(
                        productcategorie=product.categorie,
                        productcode=None if product.categorie == HELE_CATEGORIE else product.code,
                        eenheid=eenheid,
                        tarief=tarief,
                        variant=product.variant,
                        geldig_van=van,
                        geldig_tot=tot,
                    )
                )
        return regels

    def plafond(self, cel: Cel, jaar: int) -> int | None:
        """A ceiling in cents that one in four contracts states; nothing is refused because of it."""
        toeval = Toeval(self._zaad, "plafond", cel.gemeente, cel.aanbieder, jaar)
        return toeval.geheel(20, 400) * 1_000_000 if toeval.kans(25) else None


def _aanbieder(zaad: int, nummer: int) -> Aanbieder:
    toeval = Toeval(zaad, "aanbieder", nummer)
    naam = f"{toeval.kies(_NAMEN_1)} {toeval.kies(_NAMEN_2)} {nummer + 1}"
    producten = IEDEREEN + PROFIELEN[nummer % len(PROFIELEN)]
    return Aanbieder(f"{_EERSTE_AGB + nummer:08d}", naam, producten, overal=nummer % _GROOT == 0)
