"""What everything in a region stands on: the months played, the rounds of declaraties, where each client lives.

Clients are numbers. Gemeenten have consecutive blocks of them, so a client's gemeente, BSN and aanbieders follow
from the number and the seed, and no list of clients is ever kept.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import Final

import msgspec

from ijw import kalender
from ijw.bsn import test_bsns
from services.synthetisch.aanbod import Aanbod, Cel
from services.synthetisch.opties import OptieError, RegioOpties, inwoners
from services.synthetisch.toeval import Toeval

RONDES_PER_MAAND: Final = 2
"""First the monthly declaratie; when that is judged, a second one with what was late or has to be corrected."""

TERUGBLIK_MAANDEN: Final = 12
"""How long before the first declared month a toewijzing may have begun."""

_VREEMDE_BSNS: Final = 50
"""Test numbers kept free in every gemeente for clients without any toewijzing."""

_DUBBEL_PROCENT: Final = 15
"""Clients that get care from two aanbieders."""


class Ronde(msgspec.Struct, frozen=True):
    """One round of declaraties: `maand` is the first day of the DeclaratiePeriode, `tweede` the later one."""

    nummer: int
    maand: dt.date
    tweede: bool

    @property
    def maandnummer(self) -> int:
        """Which of the played months, from 0."""
        return self.nummer // RONDES_PER_MAAND

    @property
    def naam(self) -> str:
        """2026-04-a, 2026-04-b."""
        return f"{self.maand:%Y-%m}-{'b' if self.tweede else 'a'}"


class Veld:
    """The fixed part of a region."""

    def __init__(self, opties: RegioOpties) -> None:
        opties.controleer()
        self.opties = opties
        self.zaad = opties.zaad
        self.vandaag = opties.vandaag
        self.maanden = _maanden(opties)
        self.rondes = tuple(
            Ronde(nummer, self.maanden[nummer // RONDES_PER_MAAND], nummer % RONDES_PER_MAAND == 1)
            for nummer in range(len(self.maanden) * RONDES_PER_MAAND)
        )
        self.vroegste_ingang = maand_verder(self.maanden[0], -TERUGBLIK_MAANDEN)
        self.aanbod = Aanbod(opties, self.vroegste_ingang.year)
        self.beleid = _beleid(opties)
        self._bsns = tuple(test_bsns())
        aantallen = _verdeel(opties.aantal_clienten, [inwoners(code) for code in opties.gemeenten])
        if max(aantallen) > len(self._bsns) - _VREEMDE_BSNS:
            raise OptieError(
                f"er zijn te weinig test-BSN's: een gemeente kan ten hoogste {len(self._bsns) - _VREEMDE_BSNS}"
                f" clienten hebben, niet {max(aantallen)}"
            )
        self._begin = [0, *accumulate(aantallen)]
        self.cellen_van_client = cache(self._cellen_van_client)
        self._clienten_per_cel: dict[int, list[int]] | None = None

    def gemeente_van(self, client: int) -> str:
        """Where a client lives."""
        return self.opties.gemeenten[bisect_right(self._begin, client) - 1]

    def blok(self, gemeente: str) -> range:
        """The clients of a gemeente."""
        plek = self.opties.gemeenten.index(gemeente)
        return range(self._begin[plek], self._begin[plek + 1])

    def bsn(self, client: int) -> str:
        """The client's BSN: a test number, unique inside the gemeente."""
        return self._bsns[client % len(self._bsns)]

    def vreemde_bsn(self, gemeente: str, volgnummer: int) -> str:
        """A BSN that no client of the gemeente has; LookupError when they are used up."""
        if volgnummer >= _VREEMDE_BSNS:
            raise LookupError("geen vrije test-BSN meer")
        return self.bsn(self.blok(gemeente).stop + volgnummer)

    def _cellen_van_client(self, client: int) -> tuple[Cel, ...]:
        """The one or two contracts under which a client gets care; big aanbieders have more clients."""
        toeval = Toeval(self.zaad, "zorg", client)
        gewogen = [
            (cel, 4 if self.aanbod.aanbieders[cel.aanbieder].overal else 1)
            for cel in self.aanbod.cellen_van(self.gemeente_van(client))
        ]
        eerste = toeval.gewogen(gewogen)
        overige = [keuze for keuze in gewogen if keuze[0] is not eerste]
        if overige and toeval.kans(_DUBBEL_PROCENT):
            return eerste, toeval.gewogen(overige)
        return (eerste,)

    def clienten_van(self, cel: Cel) -> list[int]:
        """The clients with care under a contract, in order."""
        if self._clienten_per_cel is None:
            self._clienten_per_cel = {}
            for client in range(self.opties.aantal_clienten):
                for van_client in self.cellen_van_client(client):
                    self._clienten_per_cel.setdefault(van_client.nummer, []).append(client)
        return self._clienten_per_cel.get(cel.nummer, [])

    def dagtekening(self, cel: Cel, ronde: Ronde) -> dt.date:
        """The day of a declaratie: some days after its month; the second round a month later where it can be."""
        maand = ronde.maand
        if ronde.tweede and ronde.maandnummer + 1 < len(self.maanden):
            maand = maand_verder(maand, 1)
        dagen = 2 + cel.nummer % 5 + (4 if ronde.tweede else 0)
        return min(self.vandaag, kalender.laatste_van_maand(maand) + dt.timedelta(days=dagen))

    def ronde(self, maandnummer: int, *, tweede: bool = False) -> Ronde:
        """A round by played month (from 0)."""
        return self.rondes[maandnummer * RONDES_PER_MAAND + tweede]


def maand_verder(maand: dt.date, aantal: int) -> dt.date:
    """The first day of the month `aantal` months after that of `maand`; negative goes back."""
    sinds_nul = maand.year * 12 + maand.month - 1 + aantal
    return dt.date(sinds_nul // 12, sinds_nul % 12 + 1, 1)


def _maanden(opties: RegioOpties) -> tuple[dt.date, ...]:
    """First days of the last full months before today."""
    deze_maand = kalender.eerste_van_maand(opties.vandaag)
    return tuple(maand_verder(deze_maand, terug) for terug in range(-opties.maanden, 0))


def _beleid(opties: RegioOpties) -> Mapping[str, Mapping[str, str]]:
    """Treatment per gemeente and retourcode where it differs from the default."""
    if not opties.afwijkend_beleid:
        return MappingProxyType({})
    return MappingProxyType({opties.gemeenten[-1]: MappingProxyType({"0611": "afwijzen"})})


def _verdeel(totaal: int, gewichten: list[int]) -> list[int]:
    """Whole numbers in proportion to weights, each at least 1, together the total."""
    som = sum(gewichten)
    rest = totaal - len(gewichten)
    delen = [1 + rest * gewicht // som for gewicht in gewichten]
    for plek in range(totaal - sum(delen)):
        delen[plek % len(delen)] += 1
    return delen
