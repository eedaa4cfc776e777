"""A grootboek in memory: stores what a ``Verwerking`` booked, as the tables do, and answers a ``Vraag``."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime

from services.ledger import rules
from services.ledger.boeking import Boekingsrij
from services.ledger.controle import Controle, Uitslag
from services.ledger.grootboek import Grootboek, Kop, Plaats
from services.ledger.posting import Regels
from services.ledger.rules import Post, Stand
from services.ledger.verwerking import (
    Debet,
    Feiten,
    Sleutel,
    Toewijzing,
    Uitspraak,
    Verwerking,
    Vraag,
    sleutels_indieningen,
    sleutels_prestaties,
    vraag_indieningen,
    vraag_prestaties,
    vraag_verplichtingen,
)
from services.platform.events import DeclaratieGeregistreerd, EventData, PrestatiesVerwerkt, VerplichtingBepaald


@dataclass
class Geheugen:
    """The tables."""

    koppen: dict[Plaats, Kop] = field(default_factory=dict)
    rijen: dict[Plaats, dict[int, Boekingsrij]] = field(default_factory=dict)
    regels: dict[tuple[Plaats, int], Regels] = field(default_factory=dict)
    standen: dict[Toewijzing, dict[int, Stand]] = field(default_factory=dict)
    uitspraken: dict[Toewijzing, Uitspraak] = field(default_factory=dict)
    dagtotalen: dict[Plaats, dict[tuple[int, date, int, str], tuple[int, int]]] = field(default_factory=dict)
    begrotingen: dict[tuple[Plaats, int], tuple[int, tuple[tuple[Post, int | None], ...]]] = field(default_factory=dict)

    def kopie(self) -> "Geheugen":
        """For trying something on."""
        return deepcopy(self)

    def feiten(self, vraag: Vraag, sleutels: Sequence[Sleutel] = ()) -> Feiten:
        """Only what is asked, as the database answers."""
        feiten = Feiten(koppen={plaats: self.koppen[plaats] for plaats in vraag.plaatsen if plaats in self.koppen})
        for plaats, sleutel in sleutels:
            for rij in self.rijen.get(plaats, {}).values():
                if rij.sleutel == sleutel:
                    feiten.geboekt.setdefault(plaats, {})[sleutel] = rij.inhoud
        feiten.standen = {t: dict(self.standen[t]) for t in vraag.toewijzingen if t in self.standen}
        feiten.uitspraken = {t: self.uitspraken[t] for t in vraag.verplichtingen if t in self.uitspraken}
        for toewijzing in vraag.verplichtingen:
            for stand in feiten.standen.get(toewijzing, {}).values():
                if stand.boeking is not None:
                    feiten.regels[toewijzing.plaats, stand.boeking] = self.regels[toewijzing.plaats, stand.boeking]
        for debet in vraag.debets:
            self._zoek_debet(debet, feiten)
        return feiten

    def _zoek_debet(self, debet: Debet, feiten: Feiten) -> None:
        rijen = self.rijen.get(debet.plaats, {}).values()
        for rij in rijen:
            zelfde = (rij.aanbieder, rij.toewijzing_nummer, rij.referentie) == debet[1:]
            if zelfde and rij.soort == "toekenning" and rij.tegenboeking_van is None:
                feiten.debetboekingen[debet] = rij.nummer
                if any(ander.tegenboeking_van == rij.nummer for ander in rijen):
                    feiten.tegengeboekt.setdefault(debet.plaats, set()).add(rij.nummer)

    def verwerk(self, events: Sequence[EventData], nu: datetime) -> None:
        """Book a batch of one topic, or nothing of it."""
        if all(isinstance(event, DeclaratieGeregistreerd) for event in events):
            feiten = self.feiten(vraag_indieningen(events), sleutels_indieningen(events))  # type: ignore[arg-type]
        elif all(isinstance(event, PrestatiesVerwerkt) for event in events):
            feiten = self.feiten(vraag_prestaties(events), sleutels_prestaties(events))  # type: ignore[arg-type]
        else:
            feiten = self.feiten(vraag_verplichtingen(events))  # type: ignore[arg-type]
        verwerking = Verwerking(feiten, nu.date(), nu)
        for event in events:
            if isinstance(event, DeclaratieGeregistreerd):
                verwerking.boek_indiening(event)
            elif isinstance(event, PrestatiesVerwerkt):
                verwerking.boek_prestaties(event)
            elif isinstance(event, VerplichtingBepaald):
                verwerking.boek_verplichting(event)
        self._bewaar(verwerking.grootboeken.values())
        for toewijzing, jaren in verwerking.standen.items():
            self.standen.setdefault(toewijzing, {}).update(jaren)
        self.uitspraken.update(verwerking.uitspraken)

    def begroot(self, plaats: Plaats, jaar: int, posten: Sequence[Post], nu: datetime) -> None:
        """Set a begroting."""
        versie, oud = self.begrotingen.get((plaats, jaar), (0, ()))
        if [post for post, _ in oud] == list(posten) and versie:
            return
        regels = {nummer: self.regels[plaats, nummer] for _, nummer in oud if nummer is not None}
        terug, besluiten = rules.begroting_boekingen(jaar, versie + 1, oud, posten, regels)
        boek = Grootboek(plaats, self.koppen.get(plaats), nu.date(), nu, geboekt={})
        for concept in terug:
            boek.boek(concept)
        self.begrotingen[plaats, jaar] = (
            versie + 1,
            tuple((b.post, b.boeking if b.concept is None else boek.boek(b.concept)) for b in besluiten),
        )
        self._bewaar([boek])

    def _bewaar(self, grootboeken: Iterable[Grootboek]) -> None:
        for boek in grootboeken:
            if not boek.rijen:
                continue
            self.koppen[boek.plaats] = boek.kop
            self.rijen.setdefault(boek.plaats, {}).update({rij.nummer: rij for rij in boek.rijen})
            self.regels.update({(boek.plaats, nummer): regels for nummer, regels in boek.regels.items()})
            dagtotalen = self.dagtotalen.setdefault(boek.plaats, {})
            for (jaar, rekening, categorie), (debet, credit) in boek.saldi.items():
                sleutel = (jaar, boek.boekdatum, rekening, categorie)
                eerder = dagtotalen.get(sleutel, (0, 0))
                dagtotalen[sleutel] = (eerder[0] + debet, eerder[1] + credit)

    def saldi(self, plaats: Plaats, jaar: int, per: date | None = None) -> dict[tuple[int, str], int]:
        """Balances from the totals by day, zeros left out."""
        saldi: dict[tuple[int, str], int] = {}
        for (boekjaar, dag, rekening, categorie), (debet, credit) in self.dagtotalen.get(plaats, {}).items():
            if boekjaar == jaar and (per is None or dag <= per):
                saldi[rekening, categorie] = saldi.get((rekening, categorie), 0) + debet - credit
        return {sleutel: saldo for sleutel, saldo in saldi.items() if saldo}

    def gevouwen(self, plaats: Plaats, jaar: int, tot: datetime) -> dict[tuple[int, str], int]:
        """Balances from the boekingen recorded up to a moment, zeros left out."""
        saldi: dict[tuple[int, str], int] = {}
        for rij in self.rijen.get(plaats, {}).values():
            if rij.boekjaar == jaar and rij.vastgelegd_op <= tot:
                for regel in self.regels[plaats, rij.nummer]:
                    sleutel = (regel.rekening, regel.productcategorie)
                    saldi[sleutel] = saldi.get(sleutel, 0) + regel.bedrag
        return {sleutel: saldo for sleutel, saldo in saldi.items() if saldo}

    def controle(self, plaats: Plaats) -> Uitslag:
        """What ``/controle`` says of these rows."""
        controle = Controle(plaats)
        for nummer, rij in sorted(self.rijen.get(plaats, {}).items()):
            controle.neem(rij, self.regels.get((plaats, nummer), ()))
        dagtotalen = [(*sleutel, *omzet) for sleutel, omzet in self.dagtotalen.get(plaats, {}).items()]
        saldi: dict[tuple[int, int, str], list[int]] = {}
        for jaar, _, rekening, categorie, debet, credit in dagtotalen:
            som = saldi.setdefault((jaar, rekening, categorie), [0, 0])
            som[0] += debet
            som[1] += credit
        return controle.uitslag(
            self.koppen.get(plaats), [(*sleutel, *omzet) for sleutel, omzet in saldi.items()], dagtotalen
        )
