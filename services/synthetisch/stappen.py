"""The steps of a region in the order of play, each made when it is asked for."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from ijw.codec import build
from services.synthetisch import kenmerken
from services.synthetisch.aanbod import Cel
from services.synthetisch.berichten import jw301, jw323, volgorde, xml301, xml323
from services.synthetisch.besluiten import Uitvalplek, invoer
from services.synthetisch.budget import actuele_versies
from services.synthetisch.inrichting import inrichting, json_bytes
from services.synthetisch.personen import persoon
from services.synthetisch.plan import Plan
from services.synthetisch.stukken import (
    SLOT,
    TOEWIJZINGEN,
    WIJZIGINGEN,
    Bericht301,
    Dossier,
    ExtraDeclaratie,
)
from services.synthetisch.veld import Ronde, Veld
from services.synthetisch.verwachting import (
    Stap,
    Verwacht,
    VerwachtAntwoord,
    VerwachtBesluit,
    VerwachtHerhaling,
    VerwachtPrestatie,
    VerwachtRetour,
    VerwachtWeigering,
)
from services.synthetisch.zorg import Prestatie, Toewijzing

FASE_INRICHTING = "01-inrichting"
FASE_TOEWIJZINGEN = "02-toewijzingen"
FASE_WIJZIGINGEN = "03-wijzigingen"
FASE_SLOT = "05-slot"
FASE_BESLUITEN = "06-besluiten"

_XML = "application/xml"
_JSON = "application/json"
_BERICHTEN = "/allocation/v1/berichten"
_DECLARATIES = "/invoice/v1/declaraties"


def fase_van(ronde: Ronde) -> str:
    """Name of the phase of a round of declaraties."""
    return f"04-declaraties-{ronde.naam}"


class Stappen:
    """Makes the steps of each phase from the plan and the stories of the clients."""

    def __init__(self, veld: Veld, plan: Plan, dossier: Callable[[int], Dossier]) -> None:
        self._veld = veld
        self._plan = plan
        self._dossier = dossier

    def telling(self) -> Counter[str]:
        """About how many steps each phase has, without making them."""
        veld = self._veld
        aantal: Counter[str] = Counter()
        jaren = len(veld.aanbod.jaren)
        aantal[FASE_INRICHTING] = jaren * (len(veld.opties.gemeenten) + len(veld.aanbod.cellen)) + len(veld.beleid)
        met_zorg = {cel.nummer: len(veld.clienten_van(cel)) for cel in veld.aanbod.cellen}
        aantal[FASE_TOEWIJZINGEN] = sum(met_zorg.values())
        fasen = {WIJZIGINGEN: FASE_WIJZIGINGEN, SLOT: FASE_SLOT}
        for ronde in veld.rondes:
            if not ronde.tweede:
                aantal[fase_van(ronde)] = sum(1 for clienten in met_zorg.values() if clienten)
        tweede = set()
        aantal[FASE_BESLUITEN] = sum(
            prestatie.besluit is not None for werkplaats in self._plan.verhalen() for prestatie in werkplaats.prestaties
        )
        for werkplaats in self._plan.verhalen():
            aantal.update(fasen[bericht.fase] for bericht in werkplaats.berichten)
            aantal.update(fase_van(veld.rondes[declaratie.ronde]) for declaratie in werkplaats.declaraties)
            rondes = {(p.cel.nummer, p.ronde) for p in werkplaats.prestaties if veld.rondes[p.ronde].tweede}
            tweede |= rondes
        aantal.update(fase_van(veld.rondes[ronde]) for _, ronde in tweede)
        return aantal

    def inrichting(self) -> Iterator[Stap]:
        """Begrotingen, policy and contracts."""
        return inrichting(self._veld, FASE_INRICHTING)

    def toewijzingen(self) -> Iterator[Stap]:
        """The first toewijzingen: one JW301 per client and aanbieder."""
        for client in range(self._veld.opties.aantal_clienten):
            dossier = self._dossier(client)
            for plek, cel in enumerate(self._veld.cellen_van_client(client)):
                xml = self._eerste301(dossier, plek, cel)
                if xml is not None:
                    yield _stap301(kenmerken.sleutel301(cel, client), FASE_TOEWIJZINGEN, cel, xml, VerwachtRetour())

    def wijzigingen(self) -> Iterator[Stap]:
        """Newer versions, and the JW301 messages that are refused."""
        return self._overige301(WIJZIGINGEN, FASE_WIJZIGINGEN)

    def slot(self) -> Iterator[Stap]:
        """JW301 messages that come when everything has been declared."""
        return self._overige301(SLOT, FASE_SLOT)

    def declaraties(self, ronde: Ronde) -> Iterator[Stap]:
        """The regular declaraties of a round, one per contract, then the extra ones."""
        met_verhaal = self._plan.clienten_met_verhaal()
        for cel in self._veld.aanbod.cellen:
            gemaakt = self._declaratie(cel, ronde)
            if gemaakt is not None:
                xml, verwacht = gemaakt
                yield _stap323(kenmerken.sleutel323(cel, ronde), ronde, cel, xml, verwacht)
        for client in met_verhaal:
            for plan in self._dossier(client).declaraties:
                if plan.ronde == ronde.nummer:
                    yield self._extra_declaratie(plan, ronde)

    def besluiten(self) -> Iterator[Stap]:
        """What people decide about the work queue: one decision per prestatie, or per Client of a declaratie."""
        for ronde in self._veld.rondes:
            for cel in self._veld.aanbod.cellen:
                if any(p.besluit for p in self._plan.prestaties_in(cel, ronde)):
                    yield from self._besluiten(cel, ronde)

    def _besluiten(self, cel: Cel, ronde: Ronde) -> Iterator[Stap]:
        declaratie = kenmerken.sleutel323(cel, ronde)
        gedaan: set[str] = set()
        volgnummer = 0
        for prestaties in volgorde(self.prestaties(cel, ronde)):
            for prestatie in prestaties:
                volgnummer += 1
                if prestatie.besluit is None or (prestatie.client_codes and prestatie.bsn in gedaan):
                    continue
                gedaan.add(prestatie.bsn)
                yield Stap(
                    sleutel=f"besluit-{declaratie}-{volgnummer:06d}",
                    fase=FASE_BESLUITEN,
                    soort="besluit",
                    methode="POST",
                    pad="/matching/v1/uitval/{uitvalId}/besluit",
                    rol="gemeente",
                    partij=cel.gemeente,
                    inhoudstype=_JSON,
                    inhoud=json_bytes(invoer(prestatie)),
                    verwacht=VerwachtBesluit(prestatie.besluit),
                    fout=prestatie.fout,
                    uitval=Uitvalplek(declaratie, volgnummer),
                )

    def prestaties(self, cel: Cel, ronde: Ronde) -> Iterator[Prestatie]:
        """What is declared under a contract in a round; the second round holds nothing but stories."""
        clienten = self._plan.clienten_met_verhaal() if ronde.tweede else self._veld.clienten_van(cel)
        for client in clienten:
            for prestatie in self._dossier(client).prestaties:
                if prestatie.ronde == ronde.nummer and prestatie.cel.nummer == cel.nummer:
                    yield prestatie

    def _declaratie(self, cel: Cel, ronde: Ronde) -> tuple[bytes, VerwachtAntwoord] | None:
        per_client = volgorde(self.prestaties(cel, ronde))
        if not per_client:
            return None
        bericht = jw323(
            per_client,
            afzender=cel.aanbieder,
            ontvanger=cel.gemeente,
            maand=ronde.maand,
            declaratienummer=kenmerken.declaratienummer(cel, ronde),
            identificatie=kenmerken.declaratiebericht(cel, ronde),
            dagtekening=self._veld.dagtekening(cel, ronde),
        )
        alle = [prestatie for prestaties in per_client for prestatie in prestaties]
        verwacht = tuple(VerwachtPrestatie.van(nummer, prestatie) for nummer, prestatie in enumerate(alle, 1))
        wacht = any(prestatie.uitkomst == "inUitval" for prestatie in verwacht)
        antwoord = VerwachtAntwoord(
            status="in_uitval" if wacht else "beantwoord",
            ingediend=sum(prestatie.bedrag for prestatie in verwacht),
            toegekend=sum(prestatie.bedrag for prestatie in verwacht if prestatie.uitkomst == "toegekend"),
            prestaties=verwacht,
        )
        return build(bericht), antwoord

    def _extra_declaratie(self, plan: ExtraDeclaratie, ronde: Ronde) -> Stap:
        verwacht: Verwacht
        if plan.herhaal is not None:
            eerder = self._veld.rondes[plan.herhaal]
            gemaakt = self._declaratie(plan.cel, eerder)
            assert gemaakt is not None
            xml = gemaakt[0]
            verwacht = VerwachtHerhaling(kenmerken.sleutel323(plan.cel, eerder))
        else:
            xml, totaal = xml323(plan)
            verwacht = VerwachtAntwoord(
                status="afgekeurd",
                ingediend=totaal,
                toegekend=0,
                header_codes=plan.header_codes,
                declaratie_codes=plan.declaratie_codes,
                niveau2=tuple(sorted(plan.niveau2)),
            )
        if plan.weigering is not None:
            verwacht = VerwachtWeigering(plan.weigering.status, plan.weigering.soort)
        partij = plan.partij or plan.cel.aanbieder
        return _bericht(
            "JW323", plan.sleutel, fase_van(ronde), plan.pad, partij, plan.inhoudstype, xml, verwacht, plan.fout
        )

    def _overige301(self, fase: int, naam: str) -> Iterator[Stap]:
        for client in self._plan.clienten_met_verhaal():
            dossier = self._dossier(client)
            for plan in dossier.berichten:
                if plan.fase == fase:
                    yield self._stap_van_plan(plan, dossier, naam)

    def _stap_van_plan(self, plan: Bericht301, dossier: Dossier, fase: str) -> Stap:
        verwacht: Verwacht
        if plan.herhaal is not None:
            plek = self._veld.cellen_van_client(dossier.client).index(plan.cel)
            eerste = self._eerste301(dossier, plek, plan.cel)
            assert eerste is not None
            xml, verwacht = eerste, VerwachtHerhaling(plan.herhaal)
        else:
            rest = self._rest(plan, dossier) if plan.bij_de_rest else []
            xml = xml301(plan, persoon(self._veld, plan.client), rest)
            verwacht = VerwachtRetour(plan.header_codes, plan.toewijzing_codes, tuple(sorted(plan.niveau2)))
        if plan.weigering is not None:
            verwacht = VerwachtWeigering(plan.weigering.status, plan.weigering.soort)
        partij = plan.partij or plan.cel.gemeente
        return _bericht("JW301", plan.sleutel, fase, plan.pad, partij, plan.inhoudstype, xml, verwacht, plan.fout)

    def _rest(self, plan: Bericht301, dossier: Dossier) -> list[Toewijzing]:
        """The client's other toewijzingen at this aanbieder as they were before this phase (OP087)."""
        in_bericht = {toewijzing.nummer for toewijzing in plan.toewijzingen}
        return [
            versie
            for versie in actuele_versies(dossier, plan.fase - 1)
            if versie.cel == plan.cel and versie.nummer not in in_bericht and not versie.verwijderd
        ]

    def _eerste301(self, dossier: Dossier, plek: int, cel: Cel) -> bytes | None:
        """The bytes of the message with a client's first toewijzingen at an aanbieder; None when there are none."""
        toewijzingen = [versie for fase, versie in dossier.versies if fase == TOEWIJZINGEN and versie.cel == cel]
        if not toewijzingen:
            return None
        identificatie = kenmerken.toewijzingsbericht(dossier.client, plek)
        persoonsgegevens = persoon(self._veld, dossier.client)
        bericht = jw301(persoonsgegevens, toewijzingen, cel.gemeente, identificatie, toewijzingen[0].datum)
        return build(bericht)


def _stap301(sleutel: str, fase: str, cel: Cel, xml: bytes, verwacht: Verwacht) -> Stap:
    return _bericht("JW301", sleutel, fase, _BERICHTEN, cel.gemeente, _XML, xml, verwacht, None)


def _stap323(sleutel: str, ronde: Ronde, cel: Cel, xml: bytes, verwacht: Verwacht) -> Stap:
    return _bericht("JW323", sleutel, fase_van(ronde), _DECLARATIES, cel.aanbieder, _XML, xml, verwacht, None)


def _bericht(
    soort: Any,
    sleutel: str,
    fase: str,
    pad: str,
    partij: str,
    inhoudstype: str,
    xml: bytes,
    verwacht: Verwacht,
    fout: str | None,
) -> Stap:
    return Stap(
        sleutel=sleutel,
        fase=fase,
        soort=soort,
        methode="POST",
        pad=pad,
        rol="gemeente" if len(partij) == 4 else "aanbieder",
        partij=partij,
        inhoudstype=inhoudstype,
        inhoud=xml,
        verwacht=verwacht,
        fout=fout,
    )
