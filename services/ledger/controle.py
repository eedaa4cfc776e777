"""Recomputes a grootboek from its rows: numbers, hashes, balance of every boeking, totals. No I/O."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec

from services.ledger import keten
from services.ledger.boeking import Boekingsrij
from services.ledger.grootboek import Kop, Plaats
from services.ledger.posting import OnjuisteBoeking, Regels, bewaak

MAX_FOUTEN: Final = 1000

Dagsleutel = tuple[int, date, int, str]
"""boekjaar, boekdatum, rekening, productcategorie"""

Omzet = tuple[int, int]
"""debet, credit"""


class Fout(msgspec.Struct, frozen=True):
    """What is wrong; ``nummer`` is the boeking concerned, None where a total is wrong. Dutch text."""

    nummer: int | None
    fout: str


class Uitslag(msgspec.Struct, frozen=True):
    """The verdict. Who keeps ``laatste_hash`` can later prove everything up to ``laatste_nummer``."""

    boekingen: int
    laatste_nummer: int
    laatste_hash: bytes
    fouten: tuple[Fout, ...]

    @property
    def juist(self) -> bool:
        """Whether nothing was found."""
        return not self.fouten


class Controle:
    """Takes the boekingen of one grootboek by number, then compares with what was kept of them."""

    def __init__(self, plaats: Plaats) -> None:
        self._fouten: list[Fout] = []
        self._aantal = 0
        self._nummer = 0
        self._hash: bytes | None = keten.begin(*plaats)
        self._boekdatum = date.min
        self._totalen: dict[Dagsleutel, list[int]] = {}

    def neem(self, rij: Boekingsrij, regels: Regels) -> None:
        """The next boeking, with its lines in order."""
        self._aantal += 1
        self._sla_over(rij.nummer - 1)
        if self._hash is not None and rij.vorige_hash != self._hash:
            self._meld(rij.nummer, f"sluit niet aan op boeking {rij.nummer - 1}: de schakel tussen beide klopt niet")
        echt = keten.schakel(rij.vorige_hash, keten.inhoud(rij[:-2], regels)) == rij.hash
        if not echt:
            self._meld(rij.nummer, "de inhoud is na het boeken gewijzigd of verwisseld: de hash klopt niet")
        if len(regels) != rij.aantal_regels:
            self._meld(rij.nummer, f"heeft niet de {rij.aantal_regels} regels waarmee zij is geboekt")
        try:
            bewaak(regels)
        except OnjuisteBoeking:
            self._meld(rij.nummer, "is niet in balans of staat op een onbekende rekening")
        if echt and rij.boekdatum < self._boekdatum:
            self._meld(rij.nummer, "heeft een boekdatum voor die van een eerdere boeking")
        if echt:
            # A date that was tampered with says nothing about the boekingen after it.
            self._boekdatum = max(rij.boekdatum, self._boekdatum)
        self._nummer, self._hash = rij.nummer, rij.hash
        for regel in regels:
            omzet = self._totalen.setdefault(
                (rij.boekjaar, rij.boekdatum, regel.rekening, regel.productcategorie), [0, 0]
            )
            omzet[regel.bedrag < 0] += abs(regel.bedrag)

    def meld(self, nummer: int | None, fout: str) -> None:
        """Something another check found."""
        self._meld(nummer, fout)

    def uitslag(self, kop: Kop | None, saldi: Iterable[Any], dagtotalen: Iterable[Any]) -> Uitslag:
        """The verdict, after the last boeking: with the head of the grootboek and the totals as kept.

        ``saldi`` are rows of boekjaar, rekening, productcategorie, debet, credit; ``dagtotalen`` have the
        boekdatum after the boekjaar.
        """
        laatste = kop.laatste_nummer if kop else 0
        self._sla_over(laatste)
        if self._nummer > laatste:
            self._meld(self._nummer, f"staat na boeking {laatste}, die volgens het grootboek de laatste is")
        elif kop and self._hash is not None and self._hash != kop.laatste_hash:
            self._meld(laatste, "heeft niet de hash die het grootboek van de laatste boeking kent")
        self._vergelijk({sleutel: (omzet[0], omzet[1]) for sleutel, omzet in self._totalen.items()}, dagtotalen, 4)
        per_jaar: dict[tuple[int, int, str], list[int]] = {}
        for (boekjaar, _, rekening, categorie), (debet, credit) in self._totalen.items():
            omzet = per_jaar.setdefault((boekjaar, rekening, categorie), [0, 0])
            omzet[0] += debet
            omzet[1] += credit
        self._vergelijk({sleutel: (omzet[0], omzet[1]) for sleutel, omzet in per_jaar.items()}, saldi, 3)
        return Uitslag(self._aantal, laatste, kop.laatste_hash if kop else b"", tuple(self._fouten))

    def _sla_over(self, tot: int) -> None:
        """Name the numbers up to ``tot`` that should have come by now."""
        if tot <= self._nummer:
            return
        for nummer in range(self._nummer + 1, min(tot, self._nummer + MAX_FOUTEN) + 1):
            self._meld(nummer, "ontbreekt")
        # Nothing is known of the last one missing, so what follows cannot be tied to it.
        self._nummer, self._hash = tot, None

    def _meld(self, nummer: int | None, fout: str) -> None:
        if len(self._fouten) < MAX_FOUTEN:
            tekst = fout if nummer is None else f"Boeking {nummer} {fout}"
            self._fouten.append(Fout(nummer, tekst))

    def _vergelijk(self, hoort: dict[Any, Omzet], rijen: Iterable[Any], breedte: int) -> None:
        staat = {tuple(rij)[:breedte]: tuple(rij)[breedte:] for rij in rijen}
        for sleutel in sorted({*hoort, *staat}):
            if hoort.get(sleutel, (0, 0)) != staat.get(sleutel, (0, 0)):
                jaar, *op, rekening, categorie = sleutel
                dag = f" op {op[0]}" if op else ""
                bij = f" (productcategorie {categorie})" if categorie else ""
                self._meld(
                    None, f"Het saldo van rekening {rekening}{bij} in {jaar}{dag} is niet de som van de boekingen"
                )
