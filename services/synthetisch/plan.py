"""Which client gets which story: how many of each kind, spread over the region.

The plan is made once and holds the stories only; normal care is added when a client's turn comes, so memory
follows the number of faults and not the number of clients.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Final

from services.synthetisch.aanbod import Cel
from services.synthetisch.besluiten import met_besluit
from services.synthetisch.opties import OptieError
from services.synthetisch.samenhang import NietPlaatsbaarError, Samenhang
from services.synthetisch.soorten import FOUTEN, SOORTEN, VERLOOP, Soort
from services.synthetisch.toeval import Toeval
from services.synthetisch.veld import Ronde, Veld
from services.synthetisch.werkplaats import Werkplaats
from services.synthetisch.zorg import Prestatie

_VERLOOP_PROCENT: Final = 6
"""Clients with a faultless event that deserves care."""

_POGINGEN: Final = 60
"""How many clients are tried before a story is given up."""

_PRESTATIES_PER_TOEWIJZING: Final = Fraction(3, 4)
"""Prestaties a month of an average toewijzing: some have not begun, have ended or are declared at the end."""

_TOEWIJZINGEN_PER_CLIENT: Final = Fraction(180, 100)


class Plan:
    """The stories of a region by client; `geplaatst` counts them by kind."""

    def __init__(self, veld: Veld) -> None:
        self._veld = veld
        self.samenhang = Samenhang()
        self.geplaatst: Counter[str] = Counter()
        self._verhalen: dict[int, Werkplaats] = {}
        self._plaats()

    def werkplaats(self, client: int) -> Werkplaats:
        """The story of a client so far, to be continued."""
        verhaal = self._verhalen.get(client)
        return Werkplaats(self._veld, client, self.samenhang) if verhaal is None else verhaal.kopie()

    def verhalen(self) -> list[Werkplaats]:
        """All stories, without normal care."""
        return list(self._verhalen.values())

    def clienten_met_verhaal(self) -> list[int]:
        """Clients that have more than normal care."""
        return sorted(self._verhalen)

    def prestaties_in(self, cel: Cel, ronde: Ronde) -> Iterator[Prestatie]:
        """What stories declare under a contract in a round."""
        for werkplaats in self._per_ronde.get((cel.nummer, ronde.nummer), ()):
            for prestatie in werkplaats.prestaties:
                if (prestatie.cel.nummer, prestatie.ronde) == (cel.nummer, ronde.nummer):
                    yield prestatie

    @cached_property
    def _per_ronde(self) -> dict[tuple[int, int], list[Werkplaats]]:
        """Stories by contract and round, in the order of the clients."""
        per_ronde: dict[tuple[int, int], list[Werkplaats]] = {}
        for client in self.clienten_met_verhaal():
            werkplaats = self._verhalen[client]
            for plek in sorted({(prestatie.cel.nummer, prestatie.ronde) for prestatie in werkplaats.prestaties}):
                per_ronde.setdefault(plek, []).append(werkplaats)
        return per_ronde

    def _plaats(self) -> None:
        """Place every story: those that leave something waiting first, since others avoid their rounds."""
        aantal = self._veld.opties.aantal_clienten
        soorten = self._soorten()
        plekken = [(plek * aantal // len(soorten), soort) for plek, soort in enumerate(soorten)]
        for wacht in (True, False):
            for client, soort in plekken:
                if soort.wacht is wacht:
                    self._plaats_een(client, soort)

    def _soorten(self) -> list[Soort]:
        """All stories to be placed, shuffled so that kinds do not cling together."""
        opties = self._veld.opties
        gewichten = _gewichten(opties.mix)
        aantal_fouten = int(opties.foutenaandeel * verwacht_aantal_prestaties(self._veld) + Fraction(1, 2))
        aantal_verloop = opties.aantal_clienten * _VERLOOP_PROCENT // 100
        toeval = Toeval(opties.zaad, "plan")
        fouten = verdeel(aantal_fouten, gewichten, toeval)
        verloop = verdeel(aantal_verloop, {soort.naam: soort.gewicht for soort in VERLOOP}, toeval)
        return toeval.geschud([SOORTEN[naam] for naam in (*fouten, *verloop)])

    def _plaats_een(self, eerste: int, soort: Soort) -> None:
        """Give a story to the first client from `eerste` on that it fits."""
        aantal = self._veld.opties.aantal_clienten
        for poging in range(min(aantal, _POGINGEN)):
            client = (eerste + poging) % aantal
            if client in self.samenhang.met_rust:
                continue
            werkplaats = self.werkplaats(client)
            try:
                soort.maak(werkplaats)
            except NietPlaatsbaarError:
                continue
            self._besluit(werkplaats)
            self._verhalen[client] = werkplaats
            self.samenhang.bezet.add(client)
            self.samenhang.uitval_rondes.update(
                (prestatie.cel.nummer, prestatie.ronde) for prestatie in werkplaats.prestaties if prestatie.wacht
            )
            self.geplaatst[soort.naam] += 1
            return

    def _besluit(self, werkplaats: Werkplaats) -> None:
        """Let a person decide about some of what a new story leaves in the queue."""
        aandeel = self._veld.opties.besluitenaandeel
        toeval = Toeval(self._veld.zaad, "besluit", werkplaats.client, len(werkplaats.prestaties))
        if toeval.geheel(1, aandeel.denominator) <= aandeel.numerator:
            werkplaats.prestaties = met_besluit(werkplaats.prestaties, toeval.kies(("toekennen", "afwijzen")))


def verwacht_aantal_prestaties(veld: Veld) -> int:
    """About how many prestaties the region will have: what the share of faults is measured by."""
    opties = veld.opties
    per_client = Fraction(opties.toewijzingen_per_client or _TOEWIJZINGEN_PER_CLIENT)
    return int(opties.aantal_clienten * per_client * _PRESTATIES_PER_TOEWIJZING * opties.maanden)


def _gewichten(mix: Mapping[str, int] | None) -> dict[str, int]:
    """Weight per kind of fault; OptieError for a kind that does not exist or a weight that is none."""
    if mix is None:
        return {soort.naam: soort.gewicht for soort in FOUTEN}
    bekend = {soort.naam for soort in FOUTEN}
    onbekend = sorted(set(mix) - bekend)
    if onbekend:
        raise OptieError(f"onbekende foutsoort: {', '.join(onbekend)}")
    if any(gewicht < 0 for gewicht in mix.values()) or not any(mix.values()):
        raise OptieError("een mix heeft gewichten van 0 of meer, en ten minste een daarboven")
    return {naam: gewicht for naam, gewicht in mix.items() if gewicht}


def verdeel(aantal: int, gewichten: Mapping[str, int], toeval: Toeval) -> list[str]:
    """`aantal` names in proportion to their weights.

    Every name occurs when there is room for all; with fewer places chance decides which names they go to.
    """
    namen = list(gewichten)
    if aantal <= len(namen):
        return toeval.geschud(namen)[:aantal]
    rest, totaal = aantal - len(namen), sum(gewichten.values())
    delen = {naam: 1 + rest * gewicht // totaal for naam, gewicht in gewichten.items()}
    tekort = aantal - sum(delen.values())
    for naam in sorted(namen, key=lambda naam: (-(rest * gewichten[naam] % totaal), naam))[:tekort]:
        delen[naam] += 1
    return [naam for naam, deel in delen.items() for _ in range(deel)]
