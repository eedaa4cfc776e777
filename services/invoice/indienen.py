"""Taking in a declaratie: bytes in, one transaction, an answer for the sender."""

import asyncio
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import msgspec

from ijw.antwoord import antwoord_declaratie, antwoord_header
from ijw.berichten import JW323, JW325
from ijw.bevinding import Bevinding
from ijw.teksten import uitleg
from ijw.termijnen import Soort, uiterlijk_op
from services.invoice import copy_text, events
from services.invoice.antwoord import EigenKop, eigen_koppen, plaats_bsns
from services.invoice.rules import DUBBELE_REFERENTIE, GOED, Oordeel, beoordeel
from services.invoice.store import indienen as store
from services.invoice.worker import Gelezen, Opdracht, lees_declaratie
from services.platform import breekpunten, outbox
from services.platform.auth import Identiteit
from services.platform.berichten.intake import Onleesbaar, check_sender, unreadable
from services.platform.berichten.store import (
    NieuwBericht,
    digest,
    insert_bericht,
    put_in_postbus,
)
from services.platform.clock import dag_van
from services.platform.database import Connection, lock_keys
from services.platform.service import Context

_GROOT: Final = 1024 * 1024
Json: TypeAlias = dict[str, Any]


class Ingediend(msgspec.Struct, frozen=True):
    """The first answer to a declaratie; ``herhaald`` when these bytes came before."""

    declaratie_id: UUID
    antwoord: Json
    herhaald: bool = False


async def lees(context: Context, wie: Identiteit, data: bytes, *, proef: bool = False) -> tuple[Gelezen, Opdracht]:
    """Level 1 and 2 in a worker process; a problem when it cannot be read or is somebody else's."""
    opdracht = Opdracht(
        releases=context.settings.releases,
        vandaag=context.clock.today(),
        declaratie_id=uuid4(),
        ontvangen_op=context.clock.now(),
        pseudonym_key=context.crypto.pseudonym_key,
        proef=proef,
    )
    gelezen = await context.workers.run(lees_declaratie, data, opdracht)
    if isinstance(gelezen, Onleesbaar):
        raise unreadable(gelezen)
    check_sender(wie, gelezen.bericht.header.afzender)
    return gelezen, opdracht


async def dien_in(context: Context, wie: Identiteit, data: bytes) -> Ingediend:
    """Take in a declaratie: it is stored whole, with its events or its refusal, or a problem is raised.

    The same bytes from the same sender get the first answer again.
    """
    sha256 = await asyncio.to_thread(digest, data) if len(data) > _GROOT else digest(data)
    gelezen, opdracht = await lees(context, wie, data)
    del data
    afzender = gelezen.bericht.header.afzender
    async with context.database.transaction() as connection:
        # One writer per aanbieder: its Identificaties, DeclaratieNummers, periods and referenties are decided here.
        await lock_keys(connection, "invoice", [f"aanbieder:{afzender}"])
        eerder = await store.eerder(connection, gelezen, sha256, context.clock.today())
        if eerder.herhaling_van:
            row = await store.declaratie(connection, eerder.herhaling_van)
            return Ingediend(row["declaratie_id"], _eerste_antwoord(row), herhaald=True)
        oordeel = beoordeel(gelezen.bericht, gelezen.bevindingen, eerder.feiten, context.gemeenten)
        bericht = _bericht(gelezen, sha256, oordeel, opdracht, gebruikt=eerder.feiten.identificatie_gebruikt)
        bericht_id = await insert_bericht(connection, context.crypto.ring, bericht)
        indiening = _Indiening(context, connection, gelezen, opdracht, bericht_id)
        if oordeel is GOED:
            await indiening.neem_aan(eerder.dubbele_referenties)
        else:
            await indiening.keur_af(oordeel)
        breekpunten.raak("intake.voor-commit")
    breekpunten.raak("intake.na-commit")
    return Ingediend(opdracht.declaratie_id, antwoord_json(opdracht.declaratie_id, gelezen.bericht, oordeel))


class _Indiening:
    """The writing of one declaratie, inside the transaction that holds the lock of its aanbieder."""

    def __init__(
        self, context: Context, connection: Connection, gelezen: Gelezen, opdracht: Opdracht, bericht_id: UUID
    ) -> None:
        self._context = context
        self._connection = connection
        self._gelezen = gelezen
        self._opdracht = opdracht
        self._bericht_id = bericht_id

    async def neem_aan(self, dubbel: frozenset[int]) -> None:
        """Keep declaratie and prestaties, and tell matching and ledger; ``dubbel`` breaks TR314."""
        gelezen, kop, connection = self._gelezen, self._gelezen.kop(self._opdracht), self._connection
        prestaties, delen = gelezen.prestaties, gelezen.delen
        if dubbel:
            prestaties = copy_text.markeer_dubbel(prestaties, dubbel)
            delen = events.met_retourcode(delen, dubbel, DUBBELE_REFERENTIE)
        await store.insert_declaratie(
            connection,
            gelezen.bericht,
            self._declaratie("in_behandeling", clienten=gelezen.clienten, bsns=self._verzegel(gelezen.bsns)),
        )
        await store.copy_prestaties(connection, prestaties)
        await outbox.append(
            connection,
            [*events.geregistreerd(kop, gelezen.totalen), *events.ingediend(delen)],
            self._opdracht.ontvangen_op,
        )

    async def keur_af(self, oordeel: Oordeel) -> None:
        """Keep only that it came and was refused, and answer at once; nobody else hears of it."""
        context, connection, bericht = self._context, self._connection, self._gelezen.bericht
        (kop,) = await eigen_koppen(
            context, connection, [(bericht.header.bericht_versie, bericht.header.bericht_subversie)]
        )
        antwoord_id = uuid4()
        antwoord = NieuwBericht(
            berichtsoort="JW325",
            richting="uit",
            identificatie=kop.identificatie,
            dagtekening=kop.dagtekening,
            van=bericht.header.ontvanger,
            aan=bericht.header.afzender,
            gemeente=bericht.header.ontvanger,
            aanbieder=bericht.header.afzender,
            xml=context.releases.build(afkeuring(bericht, oordeel, kop)),
            vastgelegd_op=self._opdracht.ontvangen_op,
            status="afgekeurd",
            retourcodes=oordeel.retourcodes,
            heenbericht_id=self._bericht_id,
        )
        await insert_bericht(connection, context.crypto.ring, antwoord, antwoord_id)
        await put_in_postbus(connection, antwoord_id, bericht.header.afzender, self._opdracht.ontvangen_op)
        declaratie = self._declaratie(
            "afgekeurd",
            antwoord_bericht_id=antwoord_id,
            retourcodes=oordeel.retourcodes,
            bevindingen=msgspec.json.encode(bevindingen_json(oordeel.bevindingen)).decode(),
        )
        await store.insert_declaratie(connection, bericht, declaratie)

    def _declaratie(self, status: str, **rest: Any) -> store.NieuweDeclaratie:
        return store.NieuweDeclaratie(
            declaratie_id=self._opdracht.declaratie_id,
            bericht_id=self._bericht_id,
            status=status,
            ontvangen_op=self._opdracht.ontvangen_op,
            uiterlijk_op=uiterlijk_op(Soort.DECLARATIE_ANTWOORD, dag_van(self._opdracht.ontvangen_op)),
            aantal_prestaties=self._gelezen.aantal_prestaties,
            **rest,
        )

    def _verzegel(self, bsns: bytes) -> bytes:
        """All BSNs of the declaratie in one encryption."""
        return self._context.crypto.ring.encrypt(bsns, plaats_bsns(self._opdracht.declaratie_id))


def afkeuring(bericht: JW323, oordeel: Oordeel, kop: EigenKop) -> JW325:
    """The JW325 of a message refused as a whole: at level 2, in its Header or in its Declaratie."""
    eigen = kop.argumenten()
    if oordeel.plaats == "header":
        return antwoord_header(bericht.header, oordeel.retourcodes, **eigen)
    return antwoord_declaratie(
        bericht.header,
        oordeel.retourcodes,
        declaratie_nummer=bericht.declaratie.declaratie_nummer,
        totaal_ingediend_cent=bericht.declaratie.totaal_ingediend_bedrag.met_teken,
        **eigen,
    )


def _bericht(gelezen: Gelezen, sha256: bytes, oordeel: Oordeel, opdracht: Opdracht, *, gebruikt: bool) -> NieuwBericht:
    header = gelezen.bericht.header
    return NieuwBericht(
        berichtsoort="JW323",
        richting="in",
        identificatie=header.bericht_identificatie.identificatie,
        dagtekening=header.bericht_identificatie.dagtekening,
        van=header.afzender,
        aan=header.ontvanger,
        gemeente=header.ontvanger,
        aanbieder=header.afzender,
        xml=b"",
        sha256=sha256,
        compressed=gelezen.compressed,
        vastgelegd_op=opdracht.ontvangen_op,
        status="geaccepteerd" if oordeel is GOED else "afgekeurd",
        retourcodes=oordeel.retourcodes,
        identificatie_gebruikt=gebruikt,
    )


def _eerste_antwoord(row: asyncpg.Record) -> Json:
    """What was said when the declaratie came in, whatever became of it since."""
    status = "afgekeurd" if row["status"] == "afgekeurd" else "in_behandeling"
    return _json(
        row["declaratie_id"],
        row["declaratienummer"],
        status,
        row["retourcodes"],
        msgspec.json.decode(row["bevindingen"]),
    )


def antwoord_json(declaratie_id: UUID, bericht: JW323, oordeel: Oordeel) -> Json:
    """The body of the 202."""
    status = "in_behandeling" if oordeel is GOED else "afgekeurd"
    return _json(
        declaratie_id,
        bericht.declaratie.declaratie_nummer,
        status,
        oordeel.retourcodes,
        bevindingen_json(oordeel.bevindingen),
    )


def _json(declaratie_id: UUID, nummer: str, status: str, retourcodes: Any, bevindingen: Any) -> Json:
    return {
        "declaratieId": str(declaratie_id),
        "declaratienummer": nummer,
        "status": status,
        "retourcodes": list(retourcodes),
        "bevindingen": bevindingen,
    }


def bevindingen_json(bevindingen: tuple[Bevinding, ...]) -> list[Json]:
    """Findings in words, for people; never a BSN or a name in them."""
    return [{"regel": b.regel, "retourcode": b.retourcode, "pad": b.pad, "uitleg": uitleg(b)} for b in bevindingen]
