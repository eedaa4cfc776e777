"""A synthetic region: from options to steps and expectations."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final

import msgspec

from services.synthetisch import budget
from services.synthetisch.budget import Jaarbudget, Sleutel
from services.synthetisch.gewoon import gewone_zorg
from services.synthetisch.opties import RegioOpties
from services.synthetisch.plan import Plan
from services.synthetisch.stappen import (
    FASE_BESLUITEN,
    FASE_INRICHTING,
    FASE_SLOT,
    FASE_TOEWIJZINGEN,
    FASE_WIJZIGINGEN,
    Stappen,
    fase_van,
)
from services.synthetisch.stukken import Dossier
from services.synthetisch.veld import Veld
from services.synthetisch.verwachting import Stap, Verwacht, VerwachtAntwoord, VerwachtPrestatie

_ONTHOUDEN: Final = 4096
"""Stories of clients kept in memory; others are made again when they are needed."""


class Fase(msgspec.Struct, frozen=True):
    """Steps that may be played together once the effects of all phases before it have been dealt with.

    `ongeveer` is how many they are, near enough for a progress bar.
    """

    naam: str
    ongeveer: int
    stappen: Iterator[Stap]


class Verwachting:
    """Everything that must come of a region: per message, per prestatie, per gemeente and year.

    The first two are made while they are read; the figures are summed once.
    """

    def __init__(self, regio: "Regio") -> None:
        self._regio = regio

    def berichten(self) -> Iterator[tuple[str, Verwacht]]:
        """Key of a step and what must come of it."""
        for stap in self._regio.stappen():
            yield stap.sleutel, stap.verwacht

    def prestaties(self) -> Iterator[tuple[str, VerwachtPrestatie]]:
        """Key of the declaratie and every prestatie in it that is judged."""
        for sleutel, verwacht in self.berichten():
            if isinstance(verwacht, VerwachtAntwoord):
                for prestatie in verwacht.prestaties:
                    yield sleutel, prestatie

    @cached_property
    def budgetten(self) -> Mapping[Sleutel, Jaarbudget]:
        """The figures per gemeente and year at the end."""
        return budget.budgetten(self._regio.veld, self._regio.dossiers())

    @cached_property
    def verplicht_bij_aanvang(self) -> Mapping[Sleutel, int]:
        """What is committed per gemeente and year before the first declaratie."""
        return budget.verplicht_bij_aanvang(self._regio.veld, self._regio.dossiers())


class Regio:
    """A region that can be played: equal options give equal steps, to the byte."""

    def __init__(self, opties: RegioOpties) -> None:
        self.opties = opties
        self.veld = Veld(opties)
        self._plan = Plan(self.veld)
        self.dossier = lru_cache(maxsize=_ONTHOUDEN)(self._dossier)
        self._stappen = Stappen(self.veld, self._plan, self.dossier)
        self.verwachting = Verwachting(self)

    @property
    def geplaatst(self) -> Counter[str]:
        """How many stories of each kind there are: planted faults and faultless events that deserve care."""
        return self._plan.geplaatst

    def fasen(self) -> Iterator[Fase]:
        """The phases in order; the steps of one are made while they are read."""
        telling = self._stappen.telling()
        yield Fase(FASE_INRICHTING, telling[FASE_INRICHTING], self._stappen.inrichting())
        yield Fase(FASE_TOEWIJZINGEN, telling[FASE_TOEWIJZINGEN], self._stappen.toewijzingen())
        yield Fase(FASE_WIJZIGINGEN, telling[FASE_WIJZIGINGEN], self._stappen.wijzigingen())
        for ronde in self.veld.rondes:
            yield Fase(fase_van(ronde), telling[fase_van(ronde)], self._stappen.declaraties(ronde))
        yield Fase(FASE_SLOT, telling[FASE_SLOT], self._stappen.slot())
        yield Fase(FASE_BESLUITEN, telling[FASE_BESLUITEN], self._stappen.besluiten())

    def stappen(self) -> Iterator[Stap]:
        """Every step in order."""
        for fase in self.fasen():
            yield from fase.stappen

    def dossiers(self) -> Iterator[Dossier]:
        """The story of every client."""
        return (self.dossier(client) for client in range(self.opties.aantal_clienten))

    def _dossier(self, client: int) -> Dossier:
        werkplaats = self._plan.werkplaats(client)
        gewone_zorg(werkplaats)
        return werkplaats.dossier()


def maak_regio(opties: RegioOpties) -> Regio:
    """A region from options; OptieError (Dutch) when they contradict each other."""
    return Regio(opties)
