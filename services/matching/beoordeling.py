"""Judging a batch of prestaties: facts in, verdicts and new saldi out. Pure: no database, no clock, no bus.

Prestaties see each other: what one of them uses, repeats or credits counts for the next, so that a batch
gives the same verdicts as its prestaties one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

import msgspec

from ijw.bevinding import Bevinding
from services.matching.beleid import CLIENTCODE, NIET_BEOORDEELD, STANDAARD, Beleid, bepaal, retourcodes
from services.matching.contract import GEEN_CONTRACT, Contract
from services.matching.feiten import (
    CREDIT,
    GEEN_SALDO,
    Clientitem,
    Clientsleutel,
    Contractkeuze,
    Feiten,
    Leveringsleutel,
    Prestatiesleutel,
    Referentiesleutel,
    Saldo,
    Toewijzing,
    Toewijzingsleutel,
    Uitkomst,
    Vorige,
    Zaak,
    gevraagde_debetten,
    leveringsleutel,
    telbaar,
)
from services.matching.lijsten import Codetoets, Lijsten
from services.matching.rules import bevindingen
from services.matching.rules.verwijzing import herhaalt
from services.matching.volgorde import op_volgorde

Soort: TypeAlias = str
"""What kind of uitval item a prestatie stands in: "prestatie", "client" or "" for none."""

S = TypeVar("S", Leveringsleutel, Referentiesleutel)

_Weging: TypeAlias = tuple[Uitkomst, Soort, tuple[str, ...], tuple[str, ...]]
"""Outcome, kind of uitval item, codes of the prestatie, codes of its Client."""

_TOEGEKEND: Final[_Weging] = ("toegekend", "", (), ())

ANDERE_CLIENT: Final = "zij is van een andere client"


class Feitenboek(msgspec.Struct, frozen=True, kw_only=True):
    """All facts that the prestaties of one batch and one domein need, as read from the database."""

    lijsten: Lijsten
    toewijzingen: Mapping[Toewijzingsleutel, Toewijzing] = MappingProxyType({})
    saldi: Mapping[Toewijzingsleutel, Saldo] = MappingProxyType({})
    contracten: Mapping[tuple[str, str, int], Contract] = MappingProxyType({})
    beleid: Mapping[str, Beleid] = MappingProxyType({})
    clienten: frozenset[Clientsleutel] = frozenset()
    """Clients with any toewijzing, as far as asked for: those of prestaties without a toewijzing of their own."""
    debetten: Mapping[Referentiesleutel, tuple[Vorige, ...]] = MappingProxyType({})
    credits: Mapping[Referentiesleutel, tuple[str, ...]] = MappingProxyType({})
    """References of credits, not rejected, by the debet they name."""
    leveringen: Mapping[Leveringsleutel, tuple[str, ...]] = MappingProxyType({})
    """References of debets, not rejected nor credited, by what they deliver."""
    clientitems: Mapping[tuple[str, str], Clientitem] = MappingProxyType({})
    """By declaratie_id and client."""


class Oordeel(msgspec.Struct, frozen=True, gc=False):
    """The verdict on one prestatie.

    ``gekoppeld``: it counts in the saldo of its toewijzing. ``verplicht``: awarding it uses what that
    toewijzing committed. ``credit_op`` is the debet that an awarded credit takes back.
    """

    zaak: Zaak
    bevindingen: tuple[Bevinding, ...]
    uitkomst: Uitkomst
    soort: Soort
    retourcodes: tuple[str, ...]
    client_retourcodes: tuple[str, ...]
    gekoppeld: bool
    verplicht: bool
    credit_op: Prestatiesleutel | None


class Uitslag(msgspec.Struct, frozen=True):
    """What judging a batch comes to; ``saldi`` holds the new saldo of each toewijzing that changed."""

    oordelen: list[Oordeel]
    saldi: dict[Toewijzingsleutel, Saldo]


def beoordeel(zaken: Sequence[Zaak], boek: Feitenboek) -> Uitslag:
    """Judge ``zaken`` of one domein: declaraties in the order given, within each the credits first (OP366).

    A zaak that is judged again first gives back what it used, so that it is held against the others only.
    """
    beoordelaar = Beoordelaar(boek, gevraagde_debetten(zaken))
    for zaak in zaken:
        if zaak.lopend is not None:
            beoordelaar.vergeet(zaak)
    oordelen = [beoordelaar.oordeel(zaak) for zaak in op_volgorde(zaken)]
    return Uitslag(oordelen, beoordelaar.gewijzigd())


class Beoordelaar:
    """The facts of a batch as they stand after each verdict."""

    def __init__(self, boek: Feitenboek, gevraagd: Iterable[Referentiesleutel]) -> None:
        self._boek = boek
        self._saldi: dict[Toewijzingsleutel, Saldo] = {}
        self._debetten = dict(boek.debetten)
        self._credits = dict(boek.credits)
        self._leveringen = dict(boek.leveringen)
        self._gevraagd = frozenset(gevraagd)
        self._codes = Codetoets(boek.lijsten)

    def gewijzigd(self) -> dict[Toewijzingsleutel, Saldo]:
        """New saldi of the toewijzingen whose saldo changed."""
        return {s: saldo for s, saldo in self._saldi.items() if saldo != self._boek.saldi.get(s, GEEN_SALDO)}

    def vergeet(self, zaak: Zaak) -> None:
        """Take back what a prestatie in uitval uses, before it is judged again."""
        prestatie, declaratie = zaak.prestatie, zaak.declaratie
        if prestatie.debet_credit == CREDIT:
            _verwijder(self._credits, (declaratie.aanbieder, prestatie.vorige_referentie or ""), prestatie.referentie)
            return
        _verwijder(self._leveringen, leveringsleutel(declaratie, prestatie), prestatie.referentie)
        if zaak.lopend is not None and zaak.lopend.gekoppeld:
            self._tel(zaak, -1, 0)

    def oordeel(self, zaak: Zaak) -> Oordeel:
        """The verdict on one prestatie, and its effect on what follows."""
        prestatie, declaratie = zaak.prestatie, zaak.declaratie
        credit = prestatie.debet_credit == CREDIT
        levering = None if credit else leveringsleutel(declaratie, prestatie)
        feiten = self._feiten(zaak, levering)
        gevonden = bevindingen(prestatie, feiten)
        uitkomst, soort, codes, clientcodes = self._weeg(zaak, gevonden) if gevonden else _TOEGEKEND
        debet = feiten.debet
        if debet is not None:
            gekoppeld, verplicht = debet.gekoppeld, debet.verplicht
        else:
            # A credit without a debet has nothing on the toewijzing to take back.
            gekoppeld = verplicht = not credit and feiten.toewijzing is not None
        credit_op = None
        if uitkomst != "afgewezen":
            if levering is not None:
                self._boek_debet(zaak, levering, uitkomst, gekoppeld, verplicht)
            else:
                credit_op = self._boek_credit(zaak, debet, uitkomst, gekoppeld)
        return Oordeel(zaak, gevonden, uitkomst, soort, codes, clientcodes, gekoppeld, verplicht, credit_op)

    def _feiten(self, zaak: Zaak, levering: Leveringsleutel | None) -> Feiten:
        prestatie, declaratie = zaak.prestatie, zaak.declaratie
        gemeente, aanbieder = declaratie.gemeente, declaratie.aanbieder
        sleutel = (gemeente, prestatie.toewijzing_nummer)
        toewijzing = self._boek.toewijzingen.get(sleutel)
        waarom = ""
        if toewijzing is not None and (toewijzing.aanbieder != aanbieder or toewijzing.client != prestatie.client):
            # Whose toewijzing it is otherwise is not for this aanbieder to know.
            waarom = ANDERE_CLIENT if toewijzing.aanbieder == aanbieder else ""
            toewijzing = None
        saldo = self._saldi.get(sleutel)
        debet, eerdere_credit, eerder_debet = None, "", ""
        if levering is not None:
            eerder_debet = _eerste(self._leveringen.get(levering))
        else:
            referentie = (aanbieder, prestatie.vorige_referentie or "")
            debet = self._debet(referentie, zaak)
            eerdere_credit = _eerste(self._credits.get(referentie))
        return Feiten(
            gemeente,
            self._codes.gemeente_bekend(declaratie, prestatie, toewijzing),
            declaratie.periode_eind,
            toewijzing,
            waarom,
            toewijzing is not None or (gemeente, aanbieder, prestatie.client) in self._boek.clienten,
            self._boek.saldi.get(sleutel, GEEN_SALDO) if saldo is None else saldo,
            self._contract(zaak),
            self._codes.product_bekend(gemeente, prestatie, toewijzing),
            debet,
            eerdere_credit,
            eerder_debet,
        )

    def _debet(self, referentie: Referentiesleutel, zaak: Zaak) -> Vorige | None:
        """The awarded debet under this reference that the credit repeats; else one that it does not, for TR323."""
        debetten = self._debetten.get(referentie, ())
        gemeente = zaak.declaratie.gemeente
        passend = (debet for debet in debetten if herhaalt(zaak.prestatie, gemeente, debet))
        return next(passend, debetten[0] if debetten else None)

    def _contract(self, zaak: Zaak) -> Contractkeuze:
        prestatie, declaratie = zaak.prestatie, zaak.declaratie
        contract = self._boek.contracten.get((declaratie.gemeente, declaratie.aanbieder, prestatie.begindatum.year))
        if contract is None:
            return GEEN_CONTRACT
        return contract.kies(
            prestatie.product_categorie, prestatie.product_code, prestatie.eenheid, prestatie.begindatum
        )

    def _weeg(self, zaak: Zaak, gevonden: tuple[Bevinding, ...]) -> _Weging:
        """Outcome, kind of uitval item and codes of a prestatie with findings."""
        beleid = self._boek.beleid.get(zaak.declaratie.gemeente, STANDAARD)
        eigen = tuple(b for b in gevonden if b.retourcode != CLIENTCODE)
        client_bekend = len(eigen) == len(gevonden)
        item = self._boek.clientitems.get((zaak.declaratie.declaratie_id, zaak.prestatie.client))
        besluit = item.besluit if item is not None else None
        if bepaal(eigen, beleid) == "afgewezen":
            # An unknown Client is told so as well, unless a person accepted it.
            clientcodes = () if client_bekend or besluit == "toekennen" else (CLIENTCODE,)
            return "afgewezen", "", retourcodes(eigen), clientcodes
        if client_bekend:
            return "inUitval", "prestatie", (), ()
        if besluit == "afwijzen":
            return "afgewezen", "", (NIET_BEOORDEELD,), (CLIENTCODE,)
        if besluit is None:
            return "inUitval", "client", (), ()
        # Accepting a client awards no credit that has no debet to take back.
        return ("inUitval", "prestatie", (), ()) if zaak.prestatie.debet_credit == CREDIT else _TOEGEKEND

    def _boek_debet(
        self, zaak: Zaak, levering: Leveringsleutel, uitkomst: Uitkomst, gekoppeld: bool, verplicht: bool
    ) -> None:
        prestatie, declaratie = zaak.prestatie, zaak.declaratie
        eerder = self._leveringen.get(levering)
        self._leveringen[levering] = (prestatie.referentie,) if eerder is None else (*eerder, prestatie.referentie)
        toegekend = uitkomst == "toegekend"
        if gekoppeld:
            self._tel(zaak, 1, 1 if toegekend else 0)
        if not toegekend or not self._gevraagd:
            return
        referentie = (declaratie.aanbieder, prestatie.referentie)
        if referentie in self._gevraagd:
            vorige = Vorige(declaratie.declaratie_id, declaratie.gemeente, prestatie, gekoppeld, verplicht)
            self._debetten[referentie] = (*self._debetten.get(referentie, ()), vorige)

    def _boek_credit(
        self, zaak: Zaak, debet: Vorige | None, uitkomst: Uitkomst, gekoppeld: bool
    ) -> Prestatiesleutel | None:
        """Only an awarded credit makes room: one in uitval may still be refused."""
        prestatie, declaratie = zaak.prestatie, zaak.declaratie
        referentie = (declaratie.aanbieder, prestatie.vorige_referentie or "")
        self._credits[referentie] = (*self._credits.get(referentie, ()), prestatie.referentie)
        if uitkomst != "toegekend" or debet is None:
            return None
        if gekoppeld:
            self._tel(zaak, -1, -1)
        levering = leveringsleutel(declaratie, debet.prestatie)
        _verwijder(self._leveringen, levering, debet.prestatie.referentie)
        return (debet.declaratie_id, debet.prestatie.volgnummer)

    def _tel(self, zaak: Zaak, teken: int, aantal: int) -> None:
        prestatie = zaak.prestatie
        sleutel = (zaak.declaratie.gemeente, prestatie.toewijzing_nummer)
        saldo = self._saldi.get(sleutel)
        if saldo is None:
            saldo = self._boek.saldi.get(sleutel, GEEN_SALDO)
        toewijzing = self._boek.toewijzingen.get(sleutel)
        toegewezen = toewijzing.eenheid if toewijzing is not None else None
        self._saldi[sleutel] = Saldo(
            saldo.volume + teken * telbaar(prestatie.volume, prestatie.eenheid, toegewezen),
            saldo.bedrag_cent + teken * prestatie.bedrag,
            saldo.aantal_toegekend + (aantal if prestatie.bedrag else 0),
        )


def _eerste(referenties: tuple[str, ...] | None) -> str:
    return referenties[0] if referenties else ""


def _verwijder(boek: dict[S, tuple[str, ...]], sleutel: S, referentie: str) -> None:
    over = list(boek.get(sleutel, ()))
    if referentie in over:
        over.remove(referentie)
        boek[sleutel] = tuple(over)
