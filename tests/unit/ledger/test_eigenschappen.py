"""The ledger's properties, against a model that knows nothing of boekingen: only which facts were told.

The model adds up facts without regard to order. Whatever the order, the batches, the repeats and the jumps of
the clock, the grootboek must agree with it, and must never change what it once answered.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.ledger.budget import budget
from services.ledger.grootboek import DubbeleTegenboeking, Plaats, SleutelConflict
from services.ledger.posting import Regel
from services.ledger.rules import OngeldigeGebeurtenis, Post
from services.platform.events import (
    DeclaratieGeregistreerd,
    EventData,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    VerplichtingBepaald,
)
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt
from tests.unit.ledger.geheugen import Geheugen

GEMEENTEN = ("0193", "0150")
JAREN = (2025, 2026)
CATEGORIEEN = ("45", "46", "")

bedragen = st.integers(min_value=0, max_value=200_000)
gemeenten = st.sampled_from(("0193", "0193", "0150"))
jaren = st.sampled_from((2026, 2026, 2026, 2025))
categorieen = st.sampled_from(CATEGORIEEN)


LOTEN = (
    (),
    ("inBehandeling>inUitval",),
    ("inBehandeling>afgewezen",),
    ("inBehandeling>inUitval", "inUitval>afgewezen"),
    ("inBehandeling>inUitval", "inUitval>toegekend"),
    ("inBehandeling>toegekend",),
    ("inBehandeling>toegekend", "credit"),
)
"""What may become of a prestatie."""


class Prestatie(NamedTuple):
    """A prestatie and what becomes of it."""

    bedrag: int
    categorie: str
    toewijzing: int
    verplicht: bool
    lot: tuple[str, ...]


prestaties = st.builds(
    Prestatie, bedragen, categorieen, st.integers(1, 2), st.sampled_from([True, True, False]), st.sampled_from(LOTEN)
)


def _stap(jaar: int, naam: str, volgnummer: int, prestatie: Prestatie, stap: str) -> PrestatieMutatie:
    return mutatie(
        volgnummer,
        prestatie.bedrag,
        stap,
        toewijzing=prestatie.toewijzing,
        categorie=prestatie.categorie,
        dienstperiode=jaar * 100 + 4,
        verplicht=prestatie.verplicht,
        referentie=f"{naam}-{volgnummer}",
    )


class Model:
    """Facts, added up in any order: state of money by (gemeente, jaar, productcategorie)."""

    def __init__(self) -> None:
        self.geld: dict[tuple[str, str, int, str], int] = defaultdict(int)
        self.toegekend: dict[tuple[str, int, int], int] = defaultdict(int)
        self.uitspraken: dict[tuple[str, int], VerplichtingBepaald] = {}

    def hoor(self, event: EventData) -> None:
        if isinstance(event, DeclaratieGeregistreerd):
            for totaal in event.totalen:
                plek = (event.gemeente, totaal.dienstperiode // 100, totaal.product_categorie)
                self.geld["ingediend", *plek] += totaal.bedrag
                self.geld["inBehandeling", *plek] += totaal.bedrag
        elif isinstance(event, PrestatiesVerwerkt):
            for mut in event.mutaties:
                jaar = mut.dienstperiode // 100
                self.geld[mut.van, event.gemeente, jaar, mut.product_categorie] -= mut.bedrag
                self.geld[mut.naar, event.gemeente, jaar, mut.product_categorie] += mut.bedrag
                if mut.verplicht and mut.naar == "toegekend":
                    self.toegekend[event.gemeente, mut.toewijzing_nummer, jaar] += mut.bedrag
        elif isinstance(event, VerplichtingBepaald):
            eerder = self.uitspraken.get((event.gemeente, event.toewijzing_nummer))
            if eerder is None or eerder.volgnummer < event.volgnummer:
                self.uitspraken[event.gemeente, event.toewijzing_nummer] = event

    def verplicht(self, gemeente: str, jaar: int) -> dict[str, int]:
        """What is open, by productcategorie of the toewijzing."""
        open_per_categorie: dict[str, int] = defaultdict(int)
        for (van, nummer), event in self.uitspraken.items():
            bedrag = sum(deel.bedrag for deel in event.per_jaar if deel.jaar == jaar)
            if van == gemeente:
                eerder = sum(deel.reeds_toegekend for deel in event.per_jaar if deel.jaar == jaar)
                rest = min(bedrag, max(0, bedrag - self.toegekend[gemeente, nummer, jaar] - eerder))
                open_per_categorie[event.product_categorie or ""] += rest
        return open_per_categorie


class Grootboekmachine(RuleBasedStateMachine):
    """Events come in by topic, in batches; the grootboek is compared with the model after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.nu = datetime(2026, 5, 6, 10, tzinfo=UTC)
        self.boek = Geheugen()
        self.model = Model()
        self.wachtrij: dict[str, list[EventData]] = {"registraties": [], "mutaties": [], "verplichtingen": []}
        self.verwerkt: list[EventData] = []
        self.posten: dict[tuple[str, int], list[Post]] = {}
        self.antwoorden: list[tuple[Plaats, int, datetime, dict[tuple[int, str], int]]] = []
        self.dagantwoorden: dict[tuple[Plaats, int, datetime], dict[tuple[int, str], int]] = {}
        self.nummer = 0
        self.volgnummers: dict[tuple[str, int], int] = defaultdict(int)

    # What happens in the world

    @rule(gemeente=gemeenten, jaar=jaren, prestaties=st.lists(prestaties, min_size=1, max_size=5))
    def declareer(self, gemeente: str, jaar: int, prestaties: list[Prestatie]) -> None:
        self.nummer += 1
        naam = f"d{self.nummer}"
        totalen = [(jaar * 100 + 4, prestatie.categorie, prestatie.bedrag) for prestatie in prestaties]
        self.wachtrij["registraties"].append(geregistreerd(naam, *totalen, gemeente=gemeente))
        for volgnummer, prestatie in enumerate(prestaties):
            for stap in prestatie.lot:
                if stap == "credit":
                    self._crediteer(gemeente, jaar, naam, volgnummer, prestatie)
                else:
                    self.wachtrij["mutaties"].append(
                        verwerkt(naam, _stap(jaar, naam, volgnummer, prestatie, stap), gemeente=gemeente)
                    )

    def _crediteer(self, gemeente: str, jaar: int, naam: str, volgnummer: int, prestatie: Prestatie) -> None:
        credit = f"{naam}-credit-{volgnummer}"
        totaal = (jaar * 100 + 4, prestatie.categorie, -prestatie.bedrag)
        self.wachtrij["registraties"].append(geregistreerd(credit, totaal, gemeente=gemeente))
        debet = _stap(jaar, naam, volgnummer, prestatie, "inBehandeling>toegekend")
        stap = msgspec.structs.replace(
            debet, bedrag=-debet.bedrag, referentie=credit, vorige_referentie=debet.referentie
        )
        self.wachtrij["mutaties"].append(verwerkt(credit, stap, gemeente=gemeente))

    @rule(
        gemeente=gemeenten,
        toewijzing=st.integers(1, 2),
        per_jaar=st.dictionaries(jaren, bedragen),
        categorie=st.sampled_from(["45", "46", None]),
        reeds=st.dictionaries(jaren, st.integers(-1_000, 200_000), max_size=1),
    )
    def wijs_toe(
        self, gemeente: str, toewijzing: int, per_jaar: dict[int, int], categorie: str | None, reeds: dict[int, int]
    ) -> None:
        self.volgnummers[gemeente, toewijzing] += 1
        volgnummer = self.volgnummers[gemeente, toewijzing]
        self.wachtrij["verplichtingen"].append(
            bepaald(toewijzing, volgnummer, per_jaar, gemeente=gemeente, categorie=categorie, reeds=reeds)
        )

    @rule(gemeente=gemeenten, jaar=jaren, verdeling=st.lists(st.tuples(bedragen, st.booleans()), max_size=2))
    def begroot(self, gemeente: str, jaar: int, verdeling: list[tuple[int, bool]]) -> None:
        posten = [
            Post(f"post {i}{'!' if anders else ''}", (CATEGORIEEN[i],), bedrag)
            for i, (bedrag, anders) in enumerate(verdeling)
        ]
        self.boek.begroot(Plaats("jw", gemeente), jaar, posten, self.nu)
        self.posten[gemeente, jaar] = posten

    @rule(uren=st.integers(min_value=-30, max_value=60))
    def klok(self, uren: int) -> None:
        self.nu += timedelta(hours=uren)

    # How events reach the ledger

    @precondition(lambda self: any(self.wachtrij.values()))
    @rule(data=st.data(), aantal=st.integers(1, 12))
    def lever(self, data: st.DataObject, aantal: int) -> None:
        topic = data.draw(st.sampled_from(sorted(topic for topic, rij in self.wachtrij.items() if rij)))
        rij = self.wachtrij[topic]
        # Within a gemeente the order of mutaties is the producer's; everything else may come in any order.
        batch = rij[:aantal] if topic == "mutaties" else data.draw(st.permutations(rij))[:aantal]
        self.boek.verwerk(batch, self.nu)
        for event in batch:
            rij.remove(event)
            self.model.hoor(event)
        self.verwerkt += batch

    # Attempts that must change nothing

    @precondition(lambda self: self.verwerkt)
    @rule(data=st.data(), poging=st.sampled_from(["herhaal", "vervals", "vergif", "neem nog eens terug", "knoei"]))
    def probeer(self, data: st.DataObject, poging: str) -> None:
        voor = self.boek.kopie()
        {
            "herhaal": self._herhaal,
            "vervals": self._zelfde_sleutel_andere_inhoud,
            "vergif": self._een_gif_event_bederft_de_hele_batch,
            "neem nog eens terug": self._nog_eens_terugnemen,
            "knoei": self._knoei,
        }[poging](data)
        assert self.boek == voor

    def _herhaal(self, data: st.DataObject) -> None:
        self.boek.verwerk([data.draw(st.sampled_from(self.verwerkt))], self.nu)

    def _zelfde_sleutel_andere_inhoud(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.verwerkt))
        vervalst = _vervals(event)
        if vervalst is None or (isinstance(event, VerplichtingBepaald) and not self._is_laatste(event)):
            return
        with pytest.raises(SleutelConflict):
            self.boek.verwerk([vervalst], self.nu)

    def _is_laatste(self, event: VerplichtingBepaald) -> bool:
        return self.model.uitspraken[event.gemeente, event.toewijzing_nummer].volgnummer == event.volgnummer

    def _een_gif_event_bederft_de_hele_batch(self, _data: st.DataObject) -> None:
        gif = verwerkt("gif", mutatie(1, 5, "afgewezen>toegekend"))
        with pytest.raises(OngeldigeGebeurtenis):
            self.boek.verwerk([*self.wachtrij["mutaties"], gif], self.nu)

    def _nog_eens_terugnemen(self, data: st.DataObject) -> None:
        gecrediteerd = [
            (plaats, self.boek.rijen[plaats][rij.tegenboeking_van])
            for plaats, rijen in self.boek.rijen.items()
            for rij in rijen.values()
            if rij.soort == "toekenning" and rij.tegenboeking_van
        ]
        if not gecrediteerd:
            return
        plaats, debet = data.draw(st.sampled_from(gecrediteerd))
        nog_een = mutatie(
            1,
            -1,
            toewijzing=debet.toewijzing_nummer or 0,
            referentie="nog-een",
            vorige=debet.referentie,
            dienstperiode=debet.dienstperiode or 0,
        )
        with pytest.raises(DubbeleTegenboeking):
            self.boek.verwerk([verwerkt("dubbel", nog_een, gemeente=plaats.gemeente)], self.nu)

    def _knoei(self, data: st.DataObject) -> None:
        grootboeken = [plaats for plaats, rijen in self.boek.rijen.items() if len(rijen) > 1]
        if not grootboeken:
            return
        soort = data.draw(st.sampled_from(["bedrag", "omschrijving", "verwijder", "verwissel", "verwissel regels"]))
        plaats = data.draw(st.sampled_from(grootboeken))
        een, ander = data.draw(st.permutations(sorted(self.boek.rijen[plaats])))[:2]
        kopie = self.boek.kopie()
        rijen, regels = kopie.rijen[plaats], kopie.regels
        geraakt = {een}
        if soort == "bedrag":
            eerste, tweede, *rest = regels[plaats, een]
            regels[plaats, een] = (
                Regel(eerste.rekening, eerste.productcategorie, eerste.bedrag + 100),
                Regel(tweede.rekening, tweede.productcategorie, tweede.bedrag - 100),
                *rest,
            )
        elif soort == "omschrijving":
            rijen[een] = rijen[een]._replace(omschrijving=rijen[een].omschrijving + " ")
        elif soort == "verwijder":
            del rijen[een]
        elif soort == "verwissel":
            rijen[een], rijen[ander] = rijen[ander]._replace(nummer=een), rijen[een]._replace(nummer=ander)
            geraakt = {een, ander}
        elif regels[plaats, een] != regels[plaats, ander]:
            regels[plaats, een], regels[plaats, ander] = regels[plaats, ander], regels[plaats, een]
            geraakt = {een, ander}
        else:
            return
        genoemd = {fout.nummer for fout in kopie.controle(plaats).fouten}
        assert geraakt <= genoemd
        # Apart from totals, at most the neighbour that no longer links up is named beside what was touched.
        assert genoemd - {None} <= geraakt | {nummer + 1 for nummer in geraakt}

    # What must hold

    @invariant()
    def elk_saldo_is_dat_van_het_model(self) -> None:
        for gemeente in GEMEENTEN:
            for jaar in JAREN:
                self._vergelijk(gemeente, jaar)

    def _vergelijk(self, gemeente: str, jaar: int) -> None:
        saldi = self.boek.saldi(Plaats("jw", gemeente), jaar)
        posten = self.posten.get((gemeente, jaar), [])
        gevonden = budget(saldi, posten)
        verplicht = self.model.verplicht(gemeente, jaar)

        def geld(soort: str, *welke: str) -> int:
            return sum(self.model.geld[soort, gemeente, jaar, categorie] for categorie in welke)

        delen = [(post.post, post.productcategorieen, post.bedragen) for post in gevonden.posten]
        for _, welke, bedragen_ in [*delen, ("totaal", CATEGORIEEN, gevonden.totaal)]:
            assert bedragen_.ingediend == geld("ingediend", *welke)
            assert bedragen_.in_behandeling == geld("inBehandeling", *welke)
            assert bedragen_.in_uitval == geld("inUitval", *welke)
            assert bedragen_.toegekend == geld("toegekend", *welke)
            assert bedragen_.afgewezen == geld("afgewezen", *welke)
            assert bedragen_.verplicht == sum(verplicht[categorie] for categorie in welke)
        assert gevonden.totaal.begroot == sum(post.bedrag for post in posten)
        niets = (0,) * len(gevonden.totaal)
        kolommen = zip(niets, *(bedragen_ for *_, bedragen_ in delen), strict=True)
        assert [sum(kolom) for kolom in kolommen] == list(gevonden.totaal)

    @invariant()
    def elk_grootboek_klopt(self) -> None:
        for plaats in self.boek.rijen:
            assert self.boek.controle(plaats).fouten == ()
            for regels in (regels for (waar, _), regels in self.boek.regels.items() if waar == plaats):
                assert sum(regel.bedrag for regel in regels) == 0

    @invariant()
    def een_gegeven_antwoord_verandert_nooit(self) -> None:
        for plaats, jaar, moment, antwoord in self.antwoorden:
            assert self.boek.gevouwen(plaats, jaar, moment) == antwoord
        for (plaats, jaar, moment), antwoord in self.dagantwoorden.items():
            assert self.boek.saldi(plaats, jaar, moment.date()) == antwoord

    @rule(gemeente=gemeenten, jaar=jaren)
    def vraag_een_antwoord(self, gemeente: str, jaar: int) -> None:
        plaats = Plaats("jw", gemeente)
        kop = self.boek.koppen.get(plaats)
        if kop is None:
            return
        self.antwoorden.append((plaats, jaar, kop.vastgelegd_op, self.boek.saldi(plaats, jaar)))
        gisteren = datetime.combine(kop.boekdatum - timedelta(days=1), datetime.min.time(), UTC)
        self.dagantwoorden[plaats, jaar, gisteren] = self.boek.saldi(plaats, jaar, gisteren.date())


def _vervals(event: EventData) -> EventData | None:
    """The same key with other content; None for an event without content."""
    if isinstance(event, DeclaratieGeregistreerd):
        if not any(totaal.bedrag for totaal in event.totalen):
            return None
        return msgspec.structs.replace(event, declaratienummer="anders")
    if isinstance(event, PrestatiesVerwerkt):
        eerste = event.mutaties[0]
        if not eerste.bedrag:
            return None
        # Twice as much is never nothing, which would rightly not be booked.
        return msgspec.structs.replace(event, mutaties=(msgspec.structs.replace(eerste, bedrag=2 * eerste.bedrag),))
    return msgspec.structs.replace(event, aanbieder="87654321")  # type: ignore[type-var]


Grootboekmachine.TestCase.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestGrootboek = Grootboekmachine.TestCase
