"""Planned messages as XML: JW301 and JW323 of the message library, with the Header of the region."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from ijw import kalender
from ijw.berichten import JW301, JW323
from ijw.berichten.basis import BerichtIdentificatie, GeslotenPeriode, TotaalBedragMetDC, XsdVersie
from ijw.berichten.jw301 import Client301, Header301
from ijw.berichten.jw323 import Client323, Declaratie323, Header323, Prestatie323
from ijw.codec import build
from services.synthetisch.stukken import Bericht301, ExtraDeclaratie
from services.synthetisch.zorg import Prestatie, Toewijzing

XSD_VERSIE: Final = XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")
_VERSIE: Final = 3
_SUBVERSIE: Final = 2


def jw301(
    persoon: Client301, toewijzingen: Sequence[Toewijzing], afzender: str, identificatie: str, dagtekening: dt.date
) -> JW301:
    """A message about one client; dated no earlier than the decisions in it (TR134)."""
    dag = max([dagtekening, *(toewijzing.datum for toewijzing in toewijzingen)])
    header = Header301(
        bericht_code=JW301.code,
        bericht_versie=_VERSIE,
        bericht_subversie=_SUBVERSIE,
        afzender=afzender,
        ontvanger=toewijzingen[0].cel.aanbieder,
        bericht_identificatie=BerichtIdentificatie(identificatie=identificatie, dagtekening=dag),
        xsd_versie=XSD_VERSIE,
    )
    producten = tuple(toewijzing.als_xml() for toewijzing in toewijzingen)
    return JW301(header=header, client=replace(persoon, toegewezen_producten=producten))


def xml301(plan: Bericht301, persoon: Client301, rest: Iterable[Toewijzing]) -> bytes:
    """The bytes of a planned message; `rest` are the other toewijzingen that go with it."""
    afzender = plan.afzender or plan.cel.gemeente
    bericht = jw301(persoon, (*plan.toewijzingen, *rest), afzender, plan.identificatie, plan.dagtekening)
    if plan.verander is not None:
        bericht = plan.verander(bericht)
    xml = build(bericht)
    return xml if plan.verminkt is None else plan.verminkt(xml)


def volgorde(prestaties: Iterable[Prestatie]) -> list[list[Prestatie]]:
    """The prestaties of a declaratie by client, in the order of the message."""
    per_bsn: dict[str, list[Prestatie]] = {}
    for prestatie in prestaties:
        per_bsn.setdefault(prestatie.bsn, []).append(prestatie)
    return list(per_bsn.values())


def jw323(
    per_client: Iterable[Sequence[Prestatie]],
    *,
    afzender: str,
    ontvanger: str,
    maand: dt.date,
    declaratienummer: str,
    identificatie: str,
    dagtekening: dt.date,
) -> JW323:
    """A declaratie over one month, with the signed total of its prestaties."""
    totaal = 0
    clienten = []
    for prestaties in per_client:
        regels: list[Prestatie323] = []
        for prestatie in prestaties:
            totaal += prestatie.bedrag_met_teken
            regels.append(prestatie.als_xml())
        clienten.append(Client323(bsn=prestaties[0].bsn, prestaties=tuple(regels)))
    header = Header323(
        bericht_code=JW323.code,
        bericht_versie=_VERSIE,
        bericht_subversie=_SUBVERSIE,
        afzender=afzender,
        ontvanger=ontvanger,
        bericht_identificatie=BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening),
        xsd_versie=XSD_VERSIE,
    )
    declaratie = Declaratie323(
        declaratie_nummer=declaratienummer,
        declaratie_periode=GeslotenPeriode(begindatum=maand, einddatum=kalender.laatste_van_maand(maand)),
        declaratie_dagtekening=dagtekening,
        totaal_ingediend_bedrag=TotaalBedragMetDC.van_cent(totaal),
        clienten=tuple(clienten),
    )
    return JW323(header=header, declaratie=declaratie)


def xml323(plan: ExtraDeclaratie) -> tuple[bytes, int]:
    """The bytes of a planned extra declaratie and its signed total in cents."""
    bericht = jw323(
        volgorde(plan.prestaties),
        afzender=plan.cel.aanbieder,
        ontvanger=plan.ontvanger or plan.cel.gemeente,
        maand=plan.maand,
        declaratienummer=plan.declaratienummer,
        identificatie=plan.identificatie,
        dagtekening=plan.dagtekening,
    )
    if plan.verander is not None:
        bericht = plan.verander(bericht)
    xml = build(bericht)
    totaal = bericht.declaratie.totaal_ingediend_bedrag.met_teken
    return (xml if plan.verminkt is None else plan.verminkt(xml)), totaal
