"""A batch of events against what the grootboek knows: an in-memory fold, event by event, without I/O.

``Vraag`` says what a batch needs to know, ``Feiten`` is the answer; afterwards a ``Verwerking`` holds all
that is to be stored. Batches may be cut anywhere: the boekingen are the same, and a batch that fails
is thrown away whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from services.ledger import rules
from services.ledger.grootboek import DubbeleTegenboeking, Grootboek, Kop, Plaats, SleutelConflict
from services.ledger.posting import Regels
from services.ledger.rules import Stand
from services.platform.events import (
    DeclaratieGeregistreerd,
    JaarVerplichting,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    VerplichtingBepaald,
)


class Toewijzing(NamedTuple):
    """Which toewijzing."""

    plaats: Plaats
    nummer: int


class Debet(NamedTuple):
    """Which debet prestatie a credit takes back."""

    plaats: Plaats
    aanbieder: str
    toewijzing_nummer: int
    referentie: str


class Uitspraak(NamedTuple):
    """The latest statement on what a toewijzing commits; ``inhoud`` tells it from another under its number."""

    volgnummer: int
    inhoud: bytes
    grondslag: str
    aanbieder: str


Sleutel = tuple[Plaats, str]
"""Where, and the key of what is booked there once."""


@dataclass
class Vraag:
    """What a batch needs to know. Whether its keys were booked before is asked apart: they hardly ever were."""

    plaatsen: set[Plaats] = field(default_factory=set)
    toewijzingen: set[Toewijzing] = field(default_factory=set)
    verplichtingen: set[Toewijzing] = field(default_factory=set)
    debets: set[Debet] = field(default_factory=set)


@dataclass
class Feiten:
    """What is known. ``verplichtingen`` come with the lines of the boekingen in force (``regels``).

    ``geboekt`` holds the keys booked before, with what was asked under them; empty when nobody looked.
    """

    koppen: dict[Plaats, Kop] = field(default_factory=dict)
    geboekt: dict[Plaats, dict[str, bytes]] = field(default_factory=dict)
    standen: dict[Toewijzing, dict[int, Stand]] = field(default_factory=dict)
    uitspraken: dict[Toewijzing, Uitspraak] = field(default_factory=dict)
    debetboekingen: dict[Debet, int] = field(default_factory=dict)
    tegengeboekt: dict[Plaats, set[int]] = field(default_factory=dict)
    regels: dict[tuple[Plaats, int], Regels] = field(default_factory=dict)


def vraag_indieningen(events: Iterable[DeclaratieGeregistreerd]) -> Vraag:
    """What booking these needs."""
    vraag = Vraag()
    for event in events:
        vraag.plaatsen.add(Plaats(event.domein, event.gemeente))
    return vraag


def sleutels_indieningen(events: Iterable[DeclaratieGeregistreerd]) -> list[Sleutel]:
    """The keys under which these are booked."""
    return [
        (Plaats(event.domein, event.gemeente), concept.sleutel)
        for event in events
        for concept in rules.indiening(event)
    ]


def vraag_prestaties(events: Iterable[PrestatiesVerwerkt]) -> Vraag:
    """What booking these needs."""
    vraag = Vraag()
    for event in events:
        plaats = Plaats(event.domein, event.gemeente)
        vraag.plaatsen.add(plaats)
        for mutatie in event.mutaties:
            if rules.gebruikt_verplichting(mutatie):
                vraag.toewijzingen.add(Toewijzing(plaats, mutatie.toewijzing_nummer))
            debet = _debet(plaats, event, mutatie)
            if debet:
                vraag.debets.add(debet)
    return vraag


def sleutels_prestaties(events: Iterable[PrestatiesVerwerkt]) -> list[Sleutel]:
    """The keys under which these are booked."""
    return [
        (Plaats(event.domein, event.gemeente), rules.mutatiesleutel(event.declaratie_id, mutatie))
        for event in events
        for mutatie in event.mutaties
    ]


def vraag_verplichtingen(events: Iterable[VerplichtingBepaald]) -> Vraag:
    """What booking these needs; the number of the statement guards the key here."""
    vraag = Vraag()
    for event in events:
        plaats = Plaats(event.domein, event.gemeente)
        vraag.plaatsen.add(plaats)
        vraag.toewijzingen.add(Toewijzing(plaats, event.toewijzing_nummer))
        vraag.verplichtingen.add(Toewijzing(plaats, event.toewijzing_nummer))
    return vraag


def _debet(plaats: Plaats, event: PrestatiesVerwerkt, mutatie: PrestatieMutatie) -> Debet | None:
    if mutatie.naar != "toegekend" or mutatie.bedrag >= 0 or mutatie.vorige_referentie is None:
        return None
    return Debet(plaats, event.aanbieder, mutatie.toewijzing_nummer, mutatie.vorige_referentie)


class Verwerking:
    """Folds events; ``grootboeken``, ``standen`` and ``uitspraken`` are what changed."""

    def __init__(self, feiten: Feiten, vandaag: date, nu: datetime) -> None:
        self._feiten = feiten
        self._vandaag = vandaag
        self._nu = nu
        self._debetboekingen = dict(feiten.debetboekingen)
        self.grootboeken: dict[Plaats, Grootboek] = {}
        self.standen: dict[Toewijzing, dict[int, Stand]] = {}
        self.uitspraken: dict[Toewijzing, Uitspraak] = {}

    def eerder(self, toewijzing: Toewijzing, jaar: int) -> Stand | None:
        """What was kept of a toewijzing before this batch."""
        return self._feiten.standen.get(toewijzing, {}).get(jaar)

    def grootboek(self, plaats: Plaats) -> Grootboek:
        """The grootboek of a gemeente, open for this batch."""
        grootboek = self.grootboeken.get(plaats)
        if grootboek is None:
            grootboek = self.grootboeken[plaats] = Grootboek(
                plaats,
                self._feiten.koppen.get(plaats),
                self._vandaag,
                self._nu,
                geboekt=self._feiten.geboekt.get(plaats, {}),
                tegengeboekt=self._feiten.tegengeboekt.get(plaats, ()),
            )
        return grootboek

    def boek_indiening(self, event: DeclaratieGeregistreerd) -> None:
        """Book a declaratie that came in."""
        grootboek = self.grootboek(Plaats(event.domein, event.gemeente))
        for concept in rules.indiening(event):
            if not grootboek.is_geboekt(concept.sleutel, concept.inhoud):
                grootboek.boek(concept)

    def boek_prestaties(self, event: PrestatiesVerwerkt) -> None:
        """Book every prestatie that changed state."""
        grootboek = self.grootboek(Plaats(event.domein, event.gemeente))
        for mutatie in event.mutaties:
            sleutel = rules.mutatiesleutel(event.declaratie_id, mutatie)
            inhoud = rules.mutatie_inhoud(event, mutatie)
            if mutatie.bedrag and not grootboek.is_geboekt(sleutel, inhoud):
                self._boek_prestatie(grootboek, event, mutatie, sleutel, inhoud)

    def _boek_prestatie(
        self, grootboek: Grootboek, event: PrestatiesVerwerkt, mutatie: PrestatieMutatie, sleutel: str, inhoud: bytes
    ) -> None:
        plaats = grootboek.plaats
        toewijzing = Toewijzing(plaats, mutatie.toewijzing_nummer)
        jaar = rules.boekjaar_van(mutatie.dienstperiode)
        stand = self._stand(toewijzing, jaar)
        concept, nieuw = rules.mutatie_boeking(
            event,
            mutatie,
            sleutel=sleutel,
            inhoud=inhoud,
            stand=stand,
            debetboeking=self._teruggenomen(_debet(plaats, event, mutatie)),
        )
        nummer = grootboek.boek(concept)
        if nieuw is not stand:
            self.standen.setdefault(toewijzing, {})[jaar] = nieuw
        if mutatie.naar == "toegekend" and mutatie.bedrag > 0:
            self._debetboekingen[Debet(plaats, event.aanbieder, mutatie.toewijzing_nummer, mutatie.referentie)] = nummer

    def _teruggenomen(self, debet: Debet | None) -> int | None:
        """The boeking that a credit takes back, or None for what is no credit.

        Raises ``OngeldigeGebeurtenis`` when it is not booked: a debet that was set aside has to come first, since a
        boeking that names nothing can never be made to name it afterwards.
        """
        if debet is None:
            return None
        if debet not in self._debetboekingen:
            raise rules.OngeldigeGebeurtenis("a credit takes back a debet that is not booked")
        return self._debetboekingen[debet]

    def boek_verplichting(self, event: VerplichtingBepaald) -> None:
        """Book what a toewijzing commits, unless something newer was booked; raises on another content."""
        plaats = Plaats(event.domein, event.gemeente)
        toewijzing = Toewijzing(plaats, event.toewijzing_nummer)
        inhoud = rules.verplichting_inhoud(event)
        eerder = self.uitspraken.get(toewijzing) or self._feiten.uitspraken.get(toewijzing)
        if eerder and event.volgnummer < eerder.volgnummer:
            return
        if eerder and event.volgnummer == eerder.volgnummer:
            if inhoud != eerder.inhoud:
                raise SleutelConflict(f"statement {event.volgnummer} on a toewijzing came with other content")
            return
        delen = rules.delen_per_jaar(event)
        grootboek = self.grootboek(plaats)
        jaren = {*self._feiten.standen.get(toewijzing, ()), *self.standen.get(toewijzing, ()), *delen}
        for jaar in sorted(jaren):
            deel = delen.get(jaar) or JaarVerplichting(jaar=jaar, bedrag=0)
            self._boek_jaar(grootboek, event, toewijzing, deel)
        self.uitspraken[toewijzing] = Uitspraak(event.volgnummer, inhoud, event.grondslag, event.aanbieder)

    def _boek_jaar(
        self, grootboek: Grootboek, event: VerplichtingBepaald, toewijzing: Toewijzing, deel: JaarVerplichting
    ) -> None:
        stand = self._stand(toewijzing, deel.jaar)
        concepten, nieuw = rules.verplichting_boekingen(event, deel, stand, self._regels(grootboek, stand.boeking))
        if nieuw is stand:
            return
        in_werking = None
        for concept in concepten:
            nummer = grootboek.boek(concept)
            if concept.tegenboeking_van is None:
                in_werking = nummer
        self.standen.setdefault(toewijzing, {})[deel.jaar] = msgspec.structs.replace(nieuw, boeking=in_werking)

    def _stand(self, toewijzing: Toewijzing, jaar: int) -> Stand:
        for bekend in (self.standen, self._feiten.standen):
            stand = bekend.get(toewijzing, {}).get(jaar)
            if stand is not None:
                return stand
        return Stand()

    def _regels(self, grootboek: Grootboek, nummer: int | None) -> Regels:
        if nummer is None:
            return ()
        regels = grootboek.regels.get(nummer) or self._feiten.regels.get((grootboek.plaats, nummer))
        if regels is None:
            raise DubbeleTegenboeking(f"the lines of boeking {nummer} are not there to take back")
        return regels
