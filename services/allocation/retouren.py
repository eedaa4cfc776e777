"""Taking in the retour that the receiver of a message returns on it (JW302, 306, 308, 316, 318, 320).

Its Header repeats that of the heenbericht, parties unswapped (IV028): who really sends it is the Ontvanger, and it
goes to the Afzender. Nobody answers a retour, so whatever is wrong with it is a problem and nothing is kept.
"""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg

from ijw.leesfout import Fout
from ijw.retourtoets import HEEN_VAN
from ijw.teksten import uitleg
from services.allocation.behandeling import bericht_sleutel
from services.allocation.meldingen import AFGEKEURD_DOOR_ONTVANGER
from services.allocation.ontvangst import Ontvangst, herhaling
from services.allocation.store import berichten as eigen_store
from services.allocation.store.meldingen import meld_bericht
from services.allocation.termijnen import na_bezorging
from services.allocation.worker import Retouroordeel, toets_retour
from services.platform.auth import Identiteit
from services.platform.berichten import store
from services.platform.berichten.intake import Gelezen, check_sender
from services.platform.database import Connection, lock_keys
from services.platform.problems import Problem
from services.platform.service import Context


async def neem_in(context: Context, wie: Identiteit, gelezen: Gelezen, xml: bytes) -> Ontvangst:
    """Take in a retour of the calling party. Raises ``Problem``; nothing is stored then."""
    bericht: Any = gelezen.bericht
    kop = bericht.header
    check_sender(wie, kop.ontvanger, "Ontvanger")
    async with context.database.connection() as connection:
        heen = await eigen_store.find_heenbericht(
            connection,
            HEEN_VAN[gelezen.berichtsoort],
            van=kop.afzender,
            aan=kop.ontvanger,
            identificatie=kop.bericht_identificatie.identificatie,
        )
    if heen is None:
        raise _heenbericht_onbekend()
    oordeel = await _toets(context, gelezen, heen)
    sleutels = (
        f"retour:{heen['bericht_id']}",
        bericht_sleutel(gelezen.berichtsoort, kop.ontvanger, kop.identificatie_retour),
    )
    sha256 = store.digest(xml)
    async with context.database.transaction() as connection:
        await lock_keys(connection, context.database.schema, sleutels)
        eerder = await eigen_store.find_repeat(connection, wie.partijen, sha256)
        if eerder is not None:
            return herhaling(eerder)
        if await eigen_store.retour_van_ontvanger(connection, heen["bericht_id"]) is not None:
            raise _al_beantwoord()
        if oordeel.fouten:
            raise _past_niet(oordeel.fouten)
        return await _bewaar(context, connection, bericht, heen, oordeel, xml)


async def _toets(context: Context, gelezen: Gelezen, heen: asyncpg.Record) -> Retouroordeel:
    """What level 2 found in the retour itself, or else what a worker process finds beside the heenbericht."""
    if gelezen.bevindingen:
        fouten = tuple(Fout(None, bevinding.pad, uitleg(bevinding)) for bevinding in gelezen.bevindingen)
        return Retouroordeel(fouten, ())
    heen_xml = await asyncio.to_thread(store.document, heen, context.crypto.ring)
    oordeel: Retouroordeel = await context.workers.run(toets_retour, gelezen.gecodeerd, heen_xml)
    return oordeel


async def _bewaar(
    context: Context, connection: Connection, bericht: Any, heen: asyncpg.Record, oordeel: Retouroordeel, xml: bytes
) -> Ontvangst:
    """Keep the retour, let it wait for the sender of the heenbericht, and raise it when it rejects."""
    kop, moment = bericht.header, context.clock.now()
    van, aan = heen["aan"], heen["van"]
    nieuw = store.NieuwBericht(
        berichtsoort=bericht.soort,
        richting="in",
        identificatie=kop.identificatie_retour,
        dagtekening=kop.dagtekening_retour,
        van=van,
        aan=aan,
        gemeente=heen["gemeente"],
        aanbieder=heen["aanbieder"],
        xml=xml,
        vastgelegd_op=moment,
        retourcodes=oordeel.retourcodes,
        # No rule wants IdentificatieRetour to be new; the retour that used it first keeps it.
        identificatie_gebruikt=await store.identificatie_used(connection, bericht.soort, van, kop.identificatie_retour),
        heenbericht_id=heen["bericht_id"],
    )
    bericht_id: UUID = await store.insert_bericht(connection, context.crypto.ring, nieuw)
    await store.put_in_postbus(connection, bericht_id, aan, moment)
    await na_bezorging(connection, heen["bericht_id"])
    if oordeel.retourcodes:
        await meld_bericht(connection, AFGEKEURD_DOOR_ONTVANGER, heen["domein"], heen["gemeente"], bericht_id, moment)
    return Ontvangst(
        bericht_id=bericht_id,
        berichtsoort=bericht.soort,
        identificatie=nieuw.identificatie,
        afzender=van,
        ontvanger=aan,
        status=nieuw.status,
        retourcodes=nieuw.retourcodes,
    )


def _heenbericht_onbekend() -> Problem:
    """Also for what exists but was refused, or went to somebody else: it was never delivered to the caller."""
    return Problem(
        404,
        "heenbericht-onbekend",
        "Het bericht waarop deze retour antwoordt is hier niet bekend",
        "Aan u is geen bericht bezorgd van deze Afzender met deze Identificatie. Er is niets opgeslagen.",
    )


def _al_beantwoord() -> Problem:
    return Problem(
        409,
        "retour-al-ontvangen",
        "Op dit bericht is al een retour ontvangen",
        "Een bericht krijgt van zijn ontvanger precies een retour (IV028). De eerste blijft gelden.",
    )


def _past_niet(fouten: tuple[Fout, ...]) -> Problem:
    return Problem(
        400,
        "retour-past-niet",
        "De retour past niet bij het bericht waarop zij antwoordt",
        "Er is niets opgeslagen. Verbeter de retour en stuur haar opnieuw.",
        fouten=fouten,
    )
