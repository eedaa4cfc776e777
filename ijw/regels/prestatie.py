"""Level 2 rules about single Prestaties and about Prestaties of one message beside each other."""

import datetime as dt
from collections.abc import Iterator
from typing import Final, TypeAlias

from ijw import kalender
from ijw.berichten import JW323
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import MetPrestaties, prestatie_pad, prestaties
from ijw.regels.regel import fout
from ijw.volume import EURO, eenheid_tekst, euro

_DEBET: Final = "D"
_BEWAARJAREN: Final = 5

_Levering: TypeAlias = tuple[int, str, str, dt.date, dt.date]


def tr315_een_credit_per_debet(bericht: JW323) -> Iterator[Bevinding]:
    """A VorigReferentieNummer occurs once in the whole message (`TR315`)."""
    eerste: dict[str, tuple[int, int]] = {}
    for client, nummer, prestatie in prestaties(bericht):
        vorig = prestatie.product_referentie.vorig_referentie_nummer
        if vorig is None:
            continue
        hier = (client, nummer)
        eerder = eerste.setdefault(vorig, hier)
        if eerder != hier:
            pad = prestatie_pad(bericht, client, nummer, "ProductReferentie")
            yield fout("TR315", pad, referentie=vorig, eerder=_plaats(*eerder))


def tr316_debet_en_credit_niet_in_een_bericht(bericht: JW323) -> Iterator[Bevinding]:
    """No VorigReferentieNummer is a ReferentieNummer of the same message, its own included (`TR316`)."""
    verwijzingen = [
        (client, nummer, prestatie.product_referentie.vorig_referentie_nummer)
        for client, nummer, prestatie in prestaties(bericht)
        if prestatie.product_referentie.vorig_referentie_nummer is not None
    ]
    if not verwijzingen:
        return
    eigen: dict[str, tuple[int, int]] = {}
    for client, nummer, prestatie in prestaties(bericht):
        eigen.setdefault(prestatie.product_referentie.referentie_nummer, (client, nummer))
    for client, nummer, vorig in verwijzingen:
        if vorig in eigen:
            pad = prestatie_pad(bericht, client, nummer, "ProductReferentie")
            yield fout("TR316", pad, referentie=vorig, eerder=_plaats(*eigen[vorig]))


def _plaats(client: int, prestatie: int) -> str:
    return f"Prestatie {prestatie} van Client {client}"


def tr335_hoogstens_vijf_jaar_terug(bericht: JW323) -> Iterator[Bevinding]:
    """ProductPeriode ends on or after DeclaratieDagtekening minus five years (`TR335`)."""
    grens = kalender.min_jaren(bericht.declaratie.declaratie_dagtekening, _BEWAARJAREN)
    for client, nummer, prestatie in prestaties(bericht):
        eind = prestatie.product_periode.einddatum
        if eind < grens:
            pad = prestatie_pad(bericht, client, nummer, "ProductPeriode")
            yield fout("TR335", pad, eind=eind.isoformat(), grens=grens.isoformat())


def tr416_een_debet_per_levering(bericht: JW323) -> Iterator[Bevinding]:
    """Of one client no two debet Prestaties have the same toewijzing, product and period (`TR416`).

    The client is the Bsn: a Client that stands in the message twice is one client here.
    """
    per_bsn: dict[str, dict[_Levering, tuple[int, int]]] = {}
    for client_nummer, client in enumerate(bericht.declaratie.clienten, 1):
        eerste = per_bsn.setdefault(client.bsn, {})
        for nummer, p in enumerate(client.prestaties, 1):
            if p.ingediend_bedrag.debet_credit != _DEBET:
                continue
            periode = p.product_periode
            sleutel = (
                p.toewijzing_nummer,
                p.product_categorie,
                p.product_code,
                periode.begindatum,
                periode.einddatum,
            )
            hier = (client_nummer, nummer)
            eerder = eerste.setdefault(sleutel, hier)
            if eerder != hier:
                pad = prestatie_pad(bericht, client_nummer, nummer)
                invoer = {"code": p.product_code, "waarde": f"{periode.begindatum} tot en met {periode.einddatum}"}
                yield fout("TR416", pad, toewijzing=str(p.toewijzing_nummer), eerder=_plaats(*eerder), **invoer)


def cd060_vorige_referentie_alleen_bij_credit(bericht: MetPrestaties) -> Iterator[Bevinding]:
    """A credit names the debet it takes back, a debet names nothing (`CD060`)."""
    for client, nummer, prestatie in prestaties(bericht):
        vorig = prestatie.product_referentie.vorig_referentie_nummer
        if (vorig is not None) == (prestatie.ingediend_bedrag.debet_credit == _DEBET):
            pad = prestatie_pad(bericht, client, nummer, "ProductReferentie/VorigReferentieNummer")
            invoer = {"waarde": "C"} if vorig is None else {"referentie": vorig}
            yield fout("CD060", pad, **invoer)


def cd087_tarief_behalve_bij_euros(bericht: JW323) -> Iterator[Bevinding]:
    """ProductTarief is absent for Eenheid 83 and there for every other Eenheid (`CD087`)."""
    for client, nummer, prestatie in prestaties(bericht):
        tarief = prestatie.product_tarief
        if (prestatie.eenheid == EURO) == (tarief is not None):
            pad = prestatie_pad(bericht, client, nummer, "ProductTarief")
            invoer = {"waarde": eenheid_tekst(prestatie.eenheid)} if tarief is None else {"gedeclareerd": euro(tarief)}
            yield fout("CD087", pad, **invoer)


def cs337_productperiode_in_een_maand(bericht: JW323) -> Iterator[Bevinding]:
    """ProductPeriode begins and ends in the same calendar month (`CS337`)."""
    for client, nummer, prestatie in prestaties(bericht):
        begin, eind = prestatie.product_periode.begindatum, prestatie.product_periode.einddatum
        if begin.month != eind.month or begin.year != eind.year:
            pad = prestatie_pad(bericht, client, nummer, "ProductPeriode")
            yield fout("CS337", pad, begin=begin.isoformat(), eind=eind.isoformat())


def cs339_bedrag_is_volume_bij_euros(bericht: JW323) -> Iterator[Bevinding]:
    """For Eenheid 83 IngediendBedrag is GeleverdVolume, both in eurocents (`CS339`)."""
    for client, nummer, prestatie in prestaties(bericht):
        if prestatie.eenheid != EURO:
            continue
        bedrag, volume = prestatie.ingediend_bedrag.bedrag, prestatie.geleverd_volume
        if bedrag != volume:
            pad = prestatie_pad(bericht, client, nummer, "IngediendBedrag")
            yield fout("CS339", pad, gedeclareerd=euro(bedrag), verwacht=euro(volume))
