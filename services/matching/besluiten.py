"""A person decides about uitval. What HTTP has to offer for it: ``neem_besluit``."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from services.matching import events
from services.matching.beleid import CLIENTCODE, NIET_BEOORDEELD
from services.matching.events import Overgang
from services.matching.feiten import CREDIT, Uitkomst
from services.matching.herbeoordeling import herbeoordeel
from services.matching.metrics import BESLUITEN, tel_besluit
from services.matching.partities import ALLE_PARTITIES, partitie_van
from services.matching.rules import RETOURCODES
from services.matching.saldi import Besluit, Inzet, na_besluit
from services.matching.store import besluiten as store
from services.matching.store.herbeoordeling import open_zaken_van_toewijzingen
from services.matching.store.schrijven import markeer_gecrediteerd, schrijf_historie, schrijf_saldi
from services.platform import outbox
from services.platform.database import Connection, lock_keys
from services.platform.outbox import Outgoing
from services.platform.problems import Problem, not_found
from services.platform.service import Context

PRESTATIECODES: Final = RETOURCODES - {CLIENTCODE}
"""What a person may reject a prestatie with."""

MEESTE_TEKENS: Final = 2000
"""Longest motivering."""


class Genomen(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it stands: ``versie`` is the item's new ETag, ``herhaald`` when it had been taken before."""

    uitval_id: UUID
    versie: int
    besluit: str
    retourcodes: tuple[str, ...]
    motivering: str
    door: str
    op: datetime
    herhaald: bool


async def neem_besluit(
    context: Context,
    uitval_id: UUID,
    besluit: Besluit,
    *,
    versie: int | None,
    door: str,
    mag: Callable[[str, str], bool],
) -> Genomen:
    """Decide an uitval item; ``versie`` is what the caller saw (If-Match), ``mag`` (gemeente, aanbieder) -> bool.

    The same decision by the same person again gives the first answer. Raises a Problem: 404 for no such item
    or not the caller's, 400 for a wrong body, 428 without ``versie``, 409 when somebody else decided or
    nothing is left to decide, 412 when the item changed since.
    """
    async with context.database.transaction() as connection:
        kop = await store.kop(connection, uitval_id)
        if kop is None or not mag(kop["gemeente"], kop["aanbieder"]):
            raise not_found("Uitval")
        await lock_keys(connection, context.database.schema, await _sloten(connection, kop))
        item = await store.item(connection, uitval_id)
        codes = _codes(item, besluit)
        if item["status"] != "open":
            return _eerder(item, besluit, codes, door)
        _controleer_versie(item["versie"], versie)
        volledig = Besluit(besluit=besluit.besluit, motivering=besluit.motivering.strip(), retourcodes=codes)
        genomen = await _voer_uit(context, connection, item, volledig, door)
    BESLUITEN.labels(context.database.schema, besluit.besluit).inc()
    return genomen


async def _sloten(connection: Connection, kop: asyncpg.Record) -> Sequence[str]:
    """A client's prestaties can be in any partition, and more of them can still come."""
    if kop["soort"] == "client":
        return ALLE_PARTITIES
    return [partitie_van(kop["gemeente"], await store.toewijzing_nummer(connection, kop["uitval_id"]))]


def _codes(item: asyncpg.Record, besluit: Besluit) -> tuple[str, ...]:
    """The codes the decision comes with, sorted; 400 when they or the motivering will not do."""
    if not besluit.motivering.strip():
        raise _ongeldig("Geef een motivering bij het besluit.")
    if len(besluit.motivering) > MEESTE_TEKENS:
        raise _ongeldig(f"De motivering is langer dan {MEESTE_TEKENS} tekens.")
    if besluit.besluit == "toekennen":
        if besluit.retourcodes:
            raise _ongeldig("Bij toekennen horen geen retourcodes.")
        return ()
    mogelijk = frozenset({CLIENTCODE}) if item["soort"] == "client" else PRESTATIECODES
    gekozen = frozenset(besluit.retourcodes) or frozenset(item["retourcodes"]) & mogelijk
    if not gekozen:
        raise _ongeldig("Kies ten minste een retourcode van de standaard.")
    if not gekozen <= mogelijk:
        soort = "client" if item["soort"] == "client" else "prestatie"
        raise _ongeldig(f"Bij een {soort} zijn dit de mogelijke retourcodes: {', '.join(sorted(mogelijk))}.")
    return tuple(sorted(gekozen))


def _ongeldig(detail: str) -> Problem:
    return Problem(400, "besluit-ongeldig", "Dit besluit kan zo niet", detail)


def _eerder(item: asyncpg.Record, besluit: Besluit, codes: tuple[str, ...], door: str) -> Genomen:
    """The stored decision when it is this one by this person; else 409."""
    if item["status"] == "besloten":
        genomen = Genomen(
            uitval_id=item["uitval_id"],
            versie=item["versie"],
            besluit=item["besluit"],
            retourcodes=tuple(item["besluit_retourcodes"] or ()),
            motivering=item["motivering"],
            door=item["besloten_door"],
            op=item["besloten_op"],
            herhaald=True,
        )
        zelfde = (besluit.besluit, codes, besluit.motivering.strip(), door)
        if (genomen.besluit, genomen.retourcodes, genomen.motivering, genomen.door) == zelfde:
            return genomen
        raise Problem(409, "al-besloten", "Over deze uitval is al besloten", "Bekijk het besluit dat er ligt.")
    raise Problem(409, "vervallen", "Deze uitval is vervallen", "Er valt hier niets meer te besluiten.")


def _controleer_versie(nu: int, gezien: int | None) -> None:
    if gezien is None:
        raise Problem(428, "if-match-verplicht", "Stuur If-Match mee", "Gebruik de ETag van de uitval die u zag.")
    if gezien != nu:
        raise Problem(412, "gewijzigd", "De uitval is intussen gewijzigd", "Haal haar opnieuw op en besluit dan.")


def _controleer_credits(inzet: Sequence[Inzet]) -> None:
    """An awarded credit takes an awarded debet back, once; without one the ledger has nothing to turn."""
    if any(deel.zaak.prestatie.debet_credit == CREDIT and deel.credit_op is None for deel in inzet):
        raise _ongeldig(
            "Toekennen kan hier niet: een credit neemt een toegekende, nog niet gecrediteerde debetprestatie terug die"
            " in alles gelijk is (gemeente, client, toewijzing, product, periode, volume, tarief en bedrag), en die"
            " is er niet. Wijs af, of besluit eerst over de debetprestatie."
        )


def _overgang(deel: Inzet, naar: Uitkomst, codes: tuple[str, ...], clientcodes: tuple[str, ...]) -> Overgang:
    zaak = deel.zaak
    return Overgang(zaak.declaratie, zaak.prestatie, "inUitval", naar, deel.verplicht, codes, clientcodes)


async def _beoordeel_ruimte(
    context: Context, connection: Connection, domein: str, inzet: Sequence[Inzet], naar: Uitkomst
) -> list[Outgoing]:
    """Judge again what waits on toewijzingen where the decision made room: a debet rejected, a credit awarded.

    Only items of one prestatie: those are in the partition whose lock is held, and no other waits for room.
    """
    vrij = {
        deel.toewijzing
        for deel in inzet
        if deel.gekoppeld and (deel.zaak.prestatie.debet_credit == CREDIT) == (naar == "toegekend")
    }
    if not vrij:
        return []
    zaken = await open_zaken_van_toewijzingen(connection, domein, vrij, ())
    los = [zaak for zaak in zaken if zaak.lopend is not None and zaak.lopend.soort == "prestatie"]
    return await herbeoordeel(context, connection, domein, los)


async def _voer_uit(
    context: Context, connection: Connection, item: asyncpg.Record, besluit: Besluit, door: str
) -> Genomen:
    moment = context.clock.now()
    inzet = await store.inzet(connection, item)
    naar: Uitkomst = "toegekend" if besluit.besluit == "toekennen" else "afgewezen"
    van_client = item["soort"] == "client" and naar == "afgewezen"
    codes = (NIET_BEOORDEELD,) if van_client else besluit.retourcodes
    clientcodes = besluit.retourcodes if van_client else ()
    if naar == "toegekend":
        _controleer_credits(inzet)
    overgangen = [_overgang(deel, naar, codes, clientcodes) for deel in inzet]
    saldi = await store.saldi(connection, item["domein"], {i.toewijzing for i in inzet if i.gekoppeld})
    nieuw = na_besluit(inzet, naar, saldi)
    await store.schrijf_uitkomst(connection, inzet, naar, codes, clientcodes)
    if naar == "toegekend":
        await markeer_gecrediteerd(connection, [i.credit_op for i in inzet if i.credit_op is not None])
    await schrijf_saldi(connection, item["domein"], nieuw)
    versie = await store.schrijf_besluit(connection, item["uitval_id"], besluit, door, moment)
    regel = (versie, "besloten", door, moment, besluit.besluit, list(besluit.retourcodes), besluit.motivering)
    await schrijf_historie(connection, [(item["uitval_id"], *regel)])
    uit = events.van_overgangen(overgangen) + events.van_gebruik(item["domein"], saldi, nieuw)
    uit += await _beoordeel_ruimte(context, connection, item["domein"], inzet, naar)
    await outbox.append(connection, uit, moment)
    tel_besluit(naar, len(overgangen), (*codes, *clientcodes))
    return Genomen(
        uitval_id=item["uitval_id"],
        versie=versie,
        besluit=besluit.besluit,
        retourcodes=besluit.retourcodes,
        motivering=besluit.motivering,
        door=door,
        op=moment,
        herhaald=False,
    )
