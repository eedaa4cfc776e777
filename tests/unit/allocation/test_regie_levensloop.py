"""The life cycle of a start and its stops: the rows of the standard, and any sequence of messages beside a model."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ijw.berichten.jw307 import StopProduct307
from ijw.regels.sleutels import tr101_sleutels_zijn_uniek
from services.allocation.levensloop.regie import BEZWAREN, OVERGANGEN, beoordeel, na, verloop_van, weigeringen
from services.allocation.regie import Aanlevering, Gebeurtenis, Soort, Toestand, Verloop, aanleveringen_van
from tests.unit.allocation.regievoorbeelden import jw305, jw307, start, stop, weg

TIJDELIJK = stop(reden_beeindiging="20")
NIEUWE_START = start(begindatum=date(2026, 5, 1))

NIETS: tuple[Any, ...] = ()
GESTART = (start(),)
TIJDELIJK_GESTOPT = (start(), TIJDELIJK)
GESTOPT = (start(), stop())
NA_TIJDELIJK_GESTOPT = (start(), TIJDELIJK, stop())


def aanlevering(item: Any) -> Aanlevering:
    """A StartProduct or StopProduct as the service holds it."""
    (een,) = aanleveringen_van(jw307(item) if isinstance(item, StopProduct307) else jw305(item))
    return een


def verloop(*items: Any, bekend: bool = True) -> Verloop:
    return verloop_van(map(aanlevering, items), bekend=bekend)


@pytest.mark.parametrize(
    ("eerder", "nieuw", "gevolg"),
    [
        (NIETS, start(), Toestand.GESTART),
        (NIETS, TIJDELIJK, {"9069"}),
        (NIETS, stop(), {"9069"}),
        (NIETS, weg(start()), {"9063"}),
        (NIETS, weg(stop()), {"9063"}),
        (GESTART, start(), {"9074", "9326"}),
        (GESTART, NIEUWE_START, {"9326"}),
        (GESTART, weg(start()), Toestand.GEEN_START),
        (GESTART, weg(NIEUWE_START), {"9063"}),
        (GESTART, TIJDELIJK, Toestand.TIJDELIJK_GESTOPT),
        (GESTART, stop(), Toestand.GESTOPT),
        (GESTART, stop(begindatum=date(2026, 4, 4)), {"9069"}),
        (GESTART, weg(stop()), {"9063"}),
        (TIJDELIJK_GESTOPT, stop(reden_beeindiging="20", einddatum=date(2026, 4, 30)), {"9413"}),
        (TIJDELIJK_GESTOPT, stop(), Toestand.GESTOPT),
        (TIJDELIJK_GESTOPT, stop(einddatum=date(2026, 4, 30)), Toestand.GESTOPT),
        (TIJDELIJK_GESTOPT, stop(einddatum=date(2026, 4, 19)), {"9414"}),
        (TIJDELIJK_GESTOPT, NIEUWE_START, Toestand.GESTART),
        (TIJDELIJK_GESTOPT, start(), {"9074"}),
        (TIJDELIJK_GESTOPT, weg(start()), {"9071"}),
        (TIJDELIJK_GESTOPT, weg(TIJDELIJK), Toestand.GESTART),
        (TIJDELIJK_GESTOPT, weg(stop()), {"9063"}),
        (GESTOPT, NIEUWE_START, Toestand.GESTART),
        (GESTOPT, start(), {"9074"}),
        (GESTOPT, stop(reden_beeindiging="32"), {"9415"}),
        (GESTOPT, stop(), {"9074", "9415"}),
        (GESTOPT, weg(start()), {"9071"}),
        (GESTOPT, weg(stop()), Toestand.GESTART),
        (GESTOPT, weg(stop(reden_beeindiging="32")), {"9063"}),
        (NA_TIJDELIJK_GESTOPT, weg(stop()), Toestand.TIJDELIJK_GESTOPT),
        (NA_TIJDELIJK_GESTOPT, weg(TIJDELIJK), {"9063"}),
        ((*GESTOPT, NIEUWE_START), weg(NIEUWE_START), Toestand.GESTOPT),
        ((*TIJDELIJK_GESTOPT, NIEUWE_START), weg(NIEUWE_START), Toestand.TIJDELIJK_GESTOPT),
    ],
)
def test_each_row_of_the_life_cycle(eerder: Sequence[Any], nieuw: Any, gevolg: Toestand | set[str]) -> None:
    voor, item = verloop(*eerder), aanlevering(nieuw)
    codes = {weigering.retourcode for weigering in weigeringen(voor, item)}
    assert (codes or na(voor, item).toestand) == gevolg


def test_an_unknown_toewijzing_is_refused_for_what_is_new_only() -> None:
    assert [w.retourcode for w in weigeringen(verloop(bekend=False), aanlevering(start()))] == ["9019"]
    codes = [w.retourcode for w in weigeringen(verloop(bekend=False), aanlevering(stop()))]
    assert codes == ["9019", "9069"]
    assert weigeringen(verloop(start(), bekend=False), aanlevering(weg(start()))) == ()


def test_every_event_leads_somewhere_or_can_be_refused() -> None:
    for toestand, gebeurtenis in product(Toestand, Gebeurtenis):
        kan_geweigerd = any(toestand in bezwaar.van and gebeurtenis in bezwaar.bij for bezwaar in BEZWAREN)
        assert kan_geweigerd or (toestand, gebeurtenis) in OVERGANGEN


def test_what_contradicts_the_table_is_no_history() -> None:
    with pytest.raises(KeyError):
        verloop(stop())


# --- any sequence of messages

DAGEN = [date(2026, 4, dag) for dag in (1, 2, 3)]
ONDERWERPEN = (1, 2, None)
BEKEND = {1: True, 2: False, None: True}
STARTS = st.builds(
    start,
    st.sampled_from(ONDERWERPEN),
    begindatum=st.sampled_from(DAGEN),
    status_aanlevering=st.sampled_from("13"),
)
STOPS = st.builds(
    stop,
    st.sampled_from(ONDERWERPEN),
    begindatum=st.sampled_from(DAGEN),
    einddatum=st.sampled_from(DAGEN),
    reden_beeindiging=st.sampled_from(["20", "31"]),
    status_aanlevering=st.sampled_from("13"),
)


class Model:
    """What is in force on one onderwerp: starts with their stops, oldest first. Written without the tables."""

    def __init__(self, starts: tuple[tuple[date, tuple[tuple[str, date], ...]], ...] = ()) -> None:
        self.starts = starts

    @property
    def toestand(self) -> str:
        if not self.starts:
            return "geen-start"
        stops = self.starts[-1][1]
        return "gestart" if not stops else "tijdelijk-gestopt" if stops[-1][0] == "20" else "gestopt"

    def na(self, item: Aanlevering, bekend: bool) -> "Model | None":
        """After one aanlevering, or None when it cannot be taken in."""
        if item.soort is Soort.START:
            return self._na_start(item, bekend)
        if not self.starts or self.starts[-1][0] != item.begindatum:
            return None
        eerder, (begin, stops) = self.starts[:-1], self.starts[-1]
        assert item.reden_beeindiging
        assert item.einddatum
        deze = (item.reden_beeindiging, item.einddatum)
        if item.status_aanlevering == "3":
            return Model((*eerder, (begin, stops[:-1]))) if stops and stops[-1] == deze else None
        mag = not stops or (len(stops) == 1 and stops[0][0] == "20" and deze[0] != "20" and deze[1] >= stops[0][1])
        return Model((*eerder, (begin, (*stops, deze)))) if bekend and mag else None

    def _na_start(self, item: Aanlevering, bekend: bool) -> "Model | None":
        if item.status_aanlevering == "3":
            return Model(self.starts[:-1]) if self.starts and self.starts[-1] == (item.begindatum, ()) else None
        vrij = not self.starts or bool(self.starts[-1][1])
        nieuw = item.begindatum not in {begin for begin, _ in self.starts}
        return Model((*self.starts, (item.begindatum, ()))) if bekend and vrij and nieuw else None


def mogelijk(modellen: dict[str, Model], items: Sequence[Aanlevering]) -> dict[str, Model] | None:
    """After a message, when there is any order, what is taken back first, in which all of it can be taken in."""
    for volgorde in permutations(items):
        if [item.verwijdert for item in volgorde] != sorted((item.verwijdert for item in items), reverse=True):
            continue
        stand = dict(modellen)
        for item in volgorde:
            volgende = stand.get(item.onderwerp, Model()).na(item, BEKEND[item.toewijzing_nummer])
            if volgende is None:
                break
            stand[item.onderwerp] = volgende
        else:
            return stand
    return None


class AlleBerichten(RuleBasedStateMachine):
    """Messages of any content; what the service would keep stays what the model says."""

    def __init__(self) -> None:
        super().__init__()
        self.modellen: dict[str, Model] = {}
        self.historie: dict[str, list[Aanlevering]] = {}

    @rule(starts=st.lists(STARTS, min_size=1, max_size=3))
    def meld_starts(self, starts: list[Any]) -> None:
        """A JW305 about anything."""
        self._ontvang(jw305(*starts))

    @rule(stops=st.lists(STOPS, min_size=1, max_size=3))
    def meld_stops(self, stops: list[Any]) -> None:
        """A JW307 about anything."""
        self._ontvang(jw307(*stops))

    @rule(onderwerp=st.sampled_from(ONDERWERPEN), dag=st.sampled_from(DAGEN), weggehaald=st.booleans())
    def meld_volgende_start(self, onderwerp: int | None, dag: date, weggehaald: bool) -> None:
        """A JW305 that may well be right: a start, if need be instead of the last one."""
        laatste = self._laatste(onderwerp)
        terug = [weg(start(onderwerp, begindatum=laatste[0]))] if weggehaald and laatste else []
        self._ontvang(jw305(start(onderwerp, begindatum=dag), *terug))

    @rule(
        onderwerp=st.sampled_from(ONDERWERPEN),
        stops=st.lists(st.tuples(st.sampled_from(["20", "31"]), st.sampled_from(DAGEN)), max_size=2),
        weggehaald=st.integers(0, 2),
    )
    def meld_volgende_stop(self, onderwerp: int | None, stops: list[tuple[str, date]], weggehaald: int) -> None:
        """A JW307 that may well be right: on the last start, if need be instead of what stopped it before."""
        begin, eerder = self._laatste(onderwerp) or (DAGEN[0], ())

        def een_stop(reden: str, einddatum: date) -> Any:
            return stop(onderwerp, begindatum=begin, reden_beeindiging=reden, einddatum=einddatum)

        terug = [weg(een_stop(*eerdere)) for eerdere in eerder[:weggehaald]]
        if terug or stops:
            self._ontvang(jw307(*(een_stop(*nieuw) for nieuw in stops), *terug))

    def _laatste(self, onderwerp: int | None) -> tuple[date, tuple[tuple[str, date], ...]] | None:
        """The last start in force, of one of the days when taakgericht, with its stops."""
        namen = [str(onderwerp)] if onderwerp else [f"45/45A03/{dag}" for dag in DAGEN]
        starts = [model.starts[-1] for naam in namen if (model := self.modellen.get(naam)) and model.starts]
        return starts[-1] if starts else None

    def _ontvang(self, bericht: Any) -> None:
        if list(tr101_sleutels_zijn_uniek(bericht)):
            return
        items = aanleveringen_van(bericht)
        verlopen = {
            item.onderwerp: verloop_van(self.historie.get(item.onderwerp, ()), bekend=BEKEND[item.toewijzing_nummer])
            for item in items
        }
        uitkomst = beoordeel(verlopen, items)
        assert sorted(oordeel.nummer for oordeel in uitkomst.oordelen) == list(range(1, len(items) + 1))
        geweigerd = [weigering for oordeel in uitkomst.oordelen for weigering in oordeel.weigeringen]
        verwacht = mogelijk(self.modellen, items)
        assert (verwacht is None) == bool(geweigerd)
        if verwacht is None:
            return
        self.modellen = verwacht
        for oordeel in uitkomst.oordelen:
            self.historie.setdefault(oordeel.aanlevering.onderwerp, []).append(oordeel.aanlevering)
        for onderwerp, stand in uitkomst.verlopen.items():
            assert verloop_van(self.historie[onderwerp]).treden == stand.treden

    @invariant()
    def is_what_the_model_says(self) -> None:
        """State, starts and stops in force; at most one start without a stop."""
        for onderwerp, historie in self.historie.items():
            stand, model = verloop_van(historie), self.modellen[onderwerp]
            assert stand.toestand == model.toestand
            geldig = [(item.begindatum, item.reden_beeindiging, item.einddatum) for item in stand.geldig]
            assert geldig == [
                rij
                for begin, stops in model.starts
                for rij in ((begin, None, None), *((begin, *stop) for stop in stops))
            ]
            assert sum(not stops for _, stops in model.starts) <= 1


TestAlleBerichten = AlleBerichten.TestCase
TestAlleBerichten.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
