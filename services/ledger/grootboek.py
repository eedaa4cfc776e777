"""One grootboek while a batch is booked: hands out numbers, links the chain, adds up balances. No I/O."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from services.ledger import keten
from services.ledger.boeking import Boekingsrij, Concept
from services.ledger.posting import Regels, bewaak


class SleutelConflict(ValueError):  # noqa: N818 — a Dutch noun
    """An idempotency key came again with other content."""


class DubbeleTegenboeking(ValueError):  # noqa: N818 — a Dutch noun
    """A boeking that was taken back already would be taken back again."""


class Plaats(NamedTuple):
    """Which grootboek: one per wettelijk domein and gemeente."""

    domein: str
    gemeente: str


class Kop(msgspec.Struct, frozen=True):
    """Where a grootboek has got to. Dates never go back, so that an answer as of a date never changes."""

    laatste_nummer: int
    laatste_hash: bytes
    boekdatum: date
    vastgelegd_op: datetime


class Grootboek:
    """Books concepts in order; ``rijen``, ``regels`` and ``saldi`` are what is to be stored of this batch."""

    def __init__(
        self,
        plaats: Plaats,
        kop: Kop | None,
        vandaag: date,
        nu: datetime,
        *,
        geboekt: Mapping[str, bytes],
        tegengeboekt: Iterable[int] = (),
    ) -> None:
        self.plaats = plaats
        self.boekdatum = max(vandaag, kop.boekdatum) if kop else vandaag
        # Always later than what was recorded before, even when the clock is set back: an answer as recorded at
        # some moment stays what it was.
        self.vastgelegd_op = max(nu, kop.vastgelegd_op + timedelta(microseconds=1)) if kop else nu
        self.rijen: list[Boekingsrij] = []
        self.regels: dict[int, Regels] = {}
        self.saldi: dict[tuple[int, int, str], list[int]] = {}
        self.boekperiode = self.boekdatum.year * 100 + self.boekdatum.month
        self._nummer = kop.laatste_nummer if kop else 0
        self._hash = kop.laatste_hash if kop else keten.begin(*plaats)
        self._geboekt = dict(geboekt)
        self._tegengeboekt = set(tegengeboekt)

    @property
    def kop(self) -> Kop:
        """Where it has got to now."""
        return Kop(self._nummer, self._hash, self.boekdatum, self.vastgelegd_op)

    def is_geboekt(self, sleutel: str, inhoud: bytes) -> bool:
        """Whether this was booked before. Raises ``SleutelConflict`` when the key stands for something else."""
        eerder = self._geboekt.get(sleutel)
        if eerder is None:
            return False
        if eerder != inhoud:
            raise SleutelConflict(f"{sleutel} was booked with other content")
        return True

    def boek(self, concept: Concept) -> int:
        """Give the concept its place; returns its number.

        Raises ``OnjuisteBoeking``, ``SleutelConflict`` (also for the same content: ask ``is_geboekt`` first)
        or ``DubbeleTegenboeking``.
        """
        regels = concept.regels
        bewaak(regels)
        if concept.sleutel in self._geboekt:
            raise SleutelConflict(f"{concept.sleutel} was booked already")
        self._neem_terug(concept.tegenboeking_van)
        self._nummer = nummer = self._nummer + 1
        velden = (
            self.plaats.domein, self.plaats.gemeente, nummer,
            concept.boekjaar, concept.dienstperiode, concept.declaratieperiode,
            self.boekperiode, self.boekdatum, self.vastgelegd_op,
            concept.soort, concept.omschrijving, concept.bron,
            concept.declaratie_id, concept.declaratienummer, concept.aanbieder, concept.volgnummer,
            concept.referentie, concept.toewijzing_nummer,
            concept.sleutel, concept.inhoud, concept.tegenboeking_van, len(regels),
        )  # fmt: skip
        vorige = self._hash
        self._hash = keten.schakel(vorige, keten.inhoud(velden, regels))
        self.rijen.append(Boekingsrij(*velden, vorige, self._hash))
        self.regels[nummer] = regels
        self._geboekt[concept.sleutel] = concept.inhoud
        self._tel(concept.boekjaar, regels)
        return nummer

    def _neem_terug(self, nummer: int | None) -> None:
        if nummer is None:
            return
        if nummer in self._tegengeboekt:
            raise DubbeleTegenboeking(f"boeking {nummer} was taken back already")
        if not 0 < nummer <= self._nummer:
            raise DubbeleTegenboeking(f"boeking {nummer} does not exist")
        self._tegengeboekt.add(nummer)

    def _tel(self, boekjaar: int, regels: Regels) -> None:
        saldi = self.saldi
        for regel in regels:
            sleutel = (boekjaar, regel.rekening, regel.productcategorie)
            saldo = saldi.get(sleutel)
            if saldo is None:
                saldo = saldi[sleutel] = [0, 0]
            if regel.bedrag > 0:
                saldo[0] += regel.bedrag
            else:
                saldo[1] -= regel.bedrag
