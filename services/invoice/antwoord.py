"""The JW325 that closes a declaratie, built from stored rows."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final, TypedDict
from uuid import UUID, uuid4

import asyncpg
import msgspec

from ijw.antwoord import AfgewezenClient, AfgewezenPrestatie, antwoord_oordeel, header_323
from ijw.berichten import JW325
from ijw.berichten.basis import BedragMetDC, GeslotenPeriode, Referentie, XsdVersie
from ijw.berichten.jw323 import Prestatie323
from ijw.releases import Releases
from services.invoice import events
from services.invoice.store import verdicten as store
from services.platform import outbox
from services.platform.berichten.store import (
    NieuwBericht,
    insert_berichten,
    next_identificaties,
    put_all_in_postbus,
)
from services.platform.database import Connection
from services.platform.outbox import Outgoing
from services.platform.service import Context

_VEEL: Final = 500
"""From so many rejected prestaties on, building the XML leaves the event loop."""


class EigenArgumenten(TypedDict):
    """What ijw.antwoord asks for the Header's own part."""

    identificatie: str
    dagtekening: date
    xsd_versie: XsdVersie


class EigenKop(msgspec.Struct, frozen=True):
    """What the Header of a JW325 holds of its own."""

    identificatie: str
    dagtekening: date
    xsd_versie: XsdVersie

    def argumenten(self) -> EigenArgumenten:
        """As keyword arguments for ijw.antwoord."""
        return {
            "identificatie": self.identificatie,
            "dagtekening": self.dagtekening,
            "xsd_versie": self.xsd_versie,
        }


async def eigen_koppen(context: Context, connection: Connection, versies: Sequence[tuple[int, int]]) -> list[EigenKop]:
    """Fresh Identificaties, dated today, with our XSDs of the releases (``versies``) of what is answered."""
    identificaties, vandaag = await next_identificaties(connection, len(versies)), context.clock.today()
    return [
        EigenKop(identificatie, vandaag, context.releases.van(*van).schemas.xsd_versie("JW325"))
        for identificatie, van in zip(identificaties, versies, strict=True)
    ]


def plaats_bsns(declaratie_id: UUID) -> str:
    """Where the encrypted BSNs of a declaratie stand; it binds them to their row."""
    return f"declaraties.bsns:{declaratie_id}"


async def beantwoord(
    context: Context, connection: Connection, ids: Sequence[UUID], oorzaken: Mapping[str, str | None]
) -> None:
    """Answer declaraties of which every prestatie has its verdict: JW325, postbus, event, status.

    The caller holds the locks of these declaraties and has seen that they were not answered before. ``oorzaken`` says
    by declaratieId which trace brought the last verdict.
    """
    if not ids:
        return
    moment = context.clock.now()
    declaraties = await store.te_beantwoorden(connection, ids)
    afgewezen = await store.afgewezen_prestaties(
        connection, [row["declaratie_id"] for row in declaraties if row["aantal_afgewezen"]]
    )
    koppen = await eigen_koppen(context, connection, [_versies(row) for row in declaraties])
    berichten: dict[UUID, NieuwBericht] = {}
    gebeurd: list[Outgoing] = []
    antwoorden: list[tuple[UUID, UUID]] = []
    for row, kop in zip(declaraties, koppen, strict=True):
        rijen = afgewezen.get(row["declaratie_id"], [])
        bsns = _bsns(context, row) if rijen else []
        jw325, xml = await _bouw(context.releases, row, rijen, bsns, kop)
        bericht_id = uuid4()
        berichten[bericht_id] = _bericht(row, jw325, xml, moment)
        antwoorden.append((row["declaratie_id"], bericht_id))
        assert jw325.declaratie_antwoord is not None
        oorzaak = oorzaken.get(str(row["declaratie_id"]))
        gebeurd.append(events.beantwoord(row, jw325.declaratie_antwoord.retour_codes, oorzaak))
    await insert_berichten(connection, context.crypto.ring, berichten)
    await put_all_in_postbus(connection, [(id_, bericht.aan) for id_, bericht in berichten.items()], moment)
    await store.zet_beantwoord(connection, antwoorden, moment)
    await outbox.append(connection, gebeurd, moment)


def _bsns(context: Context, row: asyncpg.Record) -> list[str]:
    """BSN of clientnummer n at place n - 1: one decryption for a whole declaratie."""
    return context.crypto.ring.decrypt(row["bsns"], plaats_bsns(row["declaratie_id"])).decode().split(",")


async def _bouw(
    releases: Releases, row: asyncpg.Record, rijen: Sequence[asyncpg.Record], bsns: Sequence[str], kop: EigenKop
) -> tuple[JW325, bytes]:
    if len(rijen) < _VEEL:
        return bouw(releases, row, rijen, bsns, kop)
    return await asyncio.to_thread(bouw, releases, row, rijen, bsns, kop)


def _versies(row: asyncpg.Record) -> tuple[int, int]:
    """The release of a JW323, as its Header stated it."""
    return (row["bericht_versie"], row["bericht_subversie"])


def bouw(
    releases: Releases, row: asyncpg.Record, rijen: Iterable[asyncpg.Record], bsns: Sequence[str], kop: EigenKop
) -> tuple[JW325, bytes]:
    """The JW325 of a declaratie and its rejected prestaties, which come in the order of the JW323.

    ValueError when what is returned does not explain the difference of the totals (TR342).
    """
    jw325 = antwoord_oordeel(
        header_323(
            aanbieder=row["aanbieder"],
            gemeente=row["gemeente"],
            identificatie=row["identificatie"],
            dagtekening=row["bericht_dagtekening"],
            xsd_versie=XsdVersie(
                basisschema_xsd_versie=row["basisschema_xsd_versie"],
                bericht_xsd_versie=row["bericht_xsd_versie"],
            ),
            versies=_versies(row),
        ),
        _clienten(rijen, bsns),
        declaratie_nummer=row["declaratienummer"],
        totaal_ingediend_cent=row["totaal_ingediend"],
        **kop.argumenten(),
    )
    assert jw325.declaratie_antwoord is not None
    if jw325.declaratie_antwoord.totaal_toegekend_bedrag.met_teken != row["totaal_toegekend"]:
        raise ValueError("the awarded total is not the submitted total less what is rejected (TR342)")
    return jw325, releases.build(jw325)


def _clienten(rijen: Iterable[asyncpg.Record], bsns: Sequence[str]) -> Iterator[AfgewezenClient]:
    """Rejected prestaties by client. A code on the Client counts for all of it: its prestaties then carry none."""
    for clientnummer, groep in groupby(rijen, key=lambda rij: rij["clientnummer"]):
        prestaties = list(groep)
        codes = sorted({code for rij in prestaties for code in rij["client_retourcodes"]})
        yield AfgewezenClient(
            bsn=bsns[clientnummer - 1],
            retour_codes=tuple(codes),
            prestaties=tuple(
                AfgewezenPrestatie(
                    prestatie=_prestatie(rij),
                    retour_codes=() if codes else tuple(sorted(set(rij["retourcodes"]))),
                )
                for rij in prestaties
            ),
        )


def _prestatie(rij: asyncpg.Record) -> Prestatie323:
    """The Prestatie as it was submitted (TR367)."""
    return Prestatie323(
        product_referentie=Referentie(
            referentie_nummer=rij["referentie"], vorig_referentie_nummer=rij["vorige_referentie"]
        ),
        toewijzing_nummer=rij["toewijzing_nummer"],
        product_categorie=rij["product_categorie"],
        product_code=rij["product_code"],
        product_periode=GeslotenPeriode(begindatum=rij["begindatum"], einddatum=rij["einddatum"]),
        geleverd_volume=rij["volume"],
        eenheid=rij["eenheid"],
        product_tarief=rij["tarief"],
        ingediend_bedrag=BedragMetDC.van_cent(rij["bedrag"]),
    )


def _bericht(row: asyncpg.Record, jw325: JW325, xml: bytes, moment: datetime) -> NieuwBericht:
    assert jw325.declaratie_antwoord is not None
    return NieuwBericht(
        berichtsoort="JW325",
        richting="uit",
        identificatie=jw325.header.bericht_identificatie.identificatie,
        dagtekening=jw325.header.bericht_identificatie.dagtekening,
        van=row["gemeente"],
        aan=row["aanbieder"],
        gemeente=row["gemeente"],
        aanbieder=row["aanbieder"],
        xml=xml,
        vastgelegd_op=moment,
        retourcodes=jw325.declaratie_antwoord.retour_codes,
        heenbericht_id=row["bericht_id"],
        domein=row["domein"],
    )
