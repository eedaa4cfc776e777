"""Taking in a message: read, lock, judge, answer and keep, in one transaction.

Of the same bytes sent twice at the same moment one is taken in and the other gets its answer: both wait
for the lock of their Identificatie, and look for a repeat once they have it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ijw.berichten import Heenbericht
from ijw.berichten.basis import XsdVersie
from ijw.bevinding import Bevinding
from ijw.lezen import Fout
from ijw.releases import Releases
from ijw.retour import RETOUR_VAN, retour
from ijw.retourtoets import HEEN_VAN
from ijw.teksten import uitleg
from services.allocation import retouren, termijnen
from services.allocation.behandeling import Behandeling, bericht_sleutel
from services.allocation.behandelingen import BEHANDELINGEN
from services.allocation.omvang import reken
from services.allocation.ontvangst import Ontvangst, herhaling
from services.allocation.store import berichten as eigen_store
from services.platform import breekpunten
from services.platform.auth import Identiteit, Rol
from services.platform.berichten import store
from services.platform.berichten.intake import Gelezen, check_sender, lees_in_worker
from services.platform.crypto import compress
from services.platform.database import Connection, lock_keys
from services.platform.problems import Problem
from services.platform.service import Context

ROLLEN: Final = (Rol.GEMEENTE, Rol.AANBIEDER)
"""Who sends messages."""

_WELKOM: Final = frozenset(BEHANDELINGEN) | frozenset(HEEN_VAN)


async def neem_in(context: Context, wie: Identiteit, xml: bytes) -> Ontvangst:
    """Take in a message of the calling party. Raises ``Problem``; nothing is stored then."""
    sha256 = store.digest(xml)
    async with context.database.connection() as connection:
        eerder = await eigen_store.find_repeat(connection, wie.partijen, sha256)
    if eerder is not None:
        return herhaling(eerder)
    gelezen = await lees_in_worker(context, xml, _WELKOM)
    if gelezen.berichtsoort in HEEN_VAN:
        return await retouren.neem_in(context, wie, gelezen, xml)
    bericht: Any = gelezen.bericht
    check_sender(wie, bericht.header.afzender)
    behandeling = BEHANDELINGEN[gelezen.berichtsoort](context, bericht)
    identificatie = bericht.header.bericht_identificatie.identificatie
    sleutel = bericht_sleutel(gelezen.berichtsoort, bericht.header.afzender, identificatie)
    async with context.database.transaction() as connection:
        await lock_keys(connection, context.database.schema, (sleutel, *behandeling.sleutels()))
        eerder = await eigen_store.find_repeat(connection, wie.partijen, sha256)
        if eerder is not None:
            return herhaling(eerder)
        ontvangst = await _Inname(context, connection, behandeling, bericht, xml).voltooi(gelezen)
        breekpunten.raak("intake.voor-commit")
    breekpunten.raak("intake.na-commit")
    return ontvangst


async def verstuur(
    context: Context, connection: Connection, behandeling: Behandeling, gelezen: Gelezen, xml: bytes
) -> Ontvangst:
    """Let a message that was made here take effect as one that came in from its Afzender.

    Inside the caller's transaction, which holds the locks of ``behandeling`` and of the Identificatie. Raises a
    Problem that names every finding when the message would be refused: the transaction must not commit then.
    """
    bericht: Any = gelezen.bericht
    return await _Inname(context, connection, behandeling, bericht, xml).voltooi(gelezen, moet_goed=True)


class _Inname:
    """One message, inside its transaction and under its locks."""

    def __init__(
        self, context: Context, connection: Connection, behandeling: Behandeling, bericht: Heenbericht, xml: bytes
    ) -> None:
        self._context = context
        self._connection = connection
        self._behandeling = behandeling
        self._bericht = bericht
        self._xml = xml
        self._moment: datetime = context.clock.now()

    async def voltooi(self, gelezen: Gelezen, *, moet_goed: bool = False) -> Ontvangst:
        """Judge, keep, answer; and when nothing was found: deliver and let it take effect."""
        kop = self._bericht.header
        identificatie = kop.bericht_identificatie.identificatie
        gebruikt = await store.identificatie_used(self._connection, gelezen.berichtsoort, kop.afzender, identificatie)
        bevindingen = gelezen.bevindingen or await self._behandeling.beoordeel(
            self._connection, eerder_gebruikt=gebruikt
        )
        if moet_goed and bevindingen:
            raise _zou_worden_afgekeurd(bevindingen)
        status = "afgekeurd" if bevindingen else "geaccepteerd"
        retourcodes = tuple(dict.fromkeys(bevinding.retourcode for bevinding in bevindingen))
        bericht_id = await self._bewaar(gelezen.berichtsoort, status, retourcodes, gebruikt)
        await eigen_store.insert_bevindingen(self._connection, bericht_id, bevindingen)
        await self._antwoord(bericht_id, bevindingen, status, retourcodes)
        if not bevindingen:
            await store.put_in_postbus(self._connection, bericht_id, kop.ontvanger, self._moment)
            await self._behandeling.verwerk(self._connection, bericht_id)
            await termijnen.na_bericht(self._connection, self._bericht, bericht_id, self._behandeling.aanbieder)
        return Ontvangst(
            bericht_id=bericht_id,
            berichtsoort=gelezen.berichtsoort,
            identificatie=identificatie,
            afzender=kop.afzender,
            ontvanger=kop.ontvanger,
            status=status,
            retourcodes=retourcodes,
        )

    async def _bewaar(self, berichtsoort: str, status: str, retourcodes: tuple[str, ...], gebruikt: bool) -> UUID:
        """Keep the message as it came in."""
        kop = self._bericht.header
        bericht = store.NieuwBericht(
            berichtsoort=berichtsoort,
            richting="in",
            identificatie=kop.bericht_identificatie.identificatie,
            dagtekening=kop.bericht_identificatie.dagtekening,
            van=kop.afzender,
            aan=kop.ontvanger,
            gemeente=self._behandeling.gemeente,
            aanbieder=self._behandeling.aanbieder,
            xml=self._xml,
            compressed=await reken(self._bericht, compress, self._xml),
            vastgelegd_op=self._moment,
            status=status,
            retourcodes=retourcodes,
            identificatie_gebruikt=gebruikt,
        )
        return await store.insert_bericht(self._connection, self._context.crypto.ring, bericht)

    async def _antwoord(
        self, heen_id: UUID, bevindingen: Sequence[Bevinding], status: str, retourcodes: tuple[str, ...]
    ) -> None:
        """Make the retourbericht and let it wait for the sender: exactly one, always (IV028)."""
        berichtsoort = RETOUR_VAN[type(self._bericht)].soort
        identificatie = await store.next_identificatie(self._connection)
        vandaag = self._context.clock.today()
        kop, releases = self._bericht.header, self._context.releases
        release = releases.van(kop.bericht_versie, kop.bericht_subversie)
        xsd_versie = release.schemas.xsd_versie(berichtsoort)
        xml = await reken(
            self._bericht, _bouw_retour, releases, self._bericht, bevindingen, identificatie, vandaag, xsd_versie
        )
        bericht = store.NieuwBericht(
            berichtsoort=berichtsoort,
            richting="uit",
            identificatie=identificatie,
            dagtekening=vandaag,
            van=kop.ontvanger,
            aan=kop.afzender,
            gemeente=self._behandeling.gemeente,
            aanbieder=self._behandeling.aanbieder,
            xml=xml,
            compressed=await reken(self._bericht, compress, xml),
            vastgelegd_op=self._moment,
            status=status,
            retourcodes=retourcodes,
            heenbericht_id=heen_id,
        )
        retour_id = await store.insert_bericht(self._connection, self._context.crypto.ring, bericht)
        await store.put_in_postbus(self._connection, retour_id, kop.afzender, self._moment)


def _bouw_retour(
    releases: Releases,
    heen: Heenbericht,
    bevindingen: Sequence[Bevinding],
    identificatie: str,
    vandaag: date,
    xsd_versie: XsdVersie,
) -> bytes:
    """The retour to the byte: it repeats every class of the message when something below its Header is wrong."""
    antwoord = retour(heen, bevindingen, identificatie=identificatie, dagtekening=vandaag, xsd_versie_retour=xsd_versie)
    return releases.build(antwoord)


def _zou_worden_afgekeurd(bevindingen: Sequence[Bevinding]) -> Problem:
    """409 when what was sent before is in the way (level 3), else 400."""
    return Problem(
        409 if any(bevinding.niveau == 3 for bevinding in bevindingen) else 400,
        "bericht-zou-worden-afgekeurd",
        "Het bericht dat hieruit volgt zou worden afgekeurd",
        "Er is niets verzonden en niets opgeslagen.",
        fouten=[Fout(None, bevinding.pad, uitleg(bevinding)) for bevinding in bevindingen],
    )
