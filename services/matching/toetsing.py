"""Judging prestaties that are not there: what would happen to them today. Nothing is stored."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import uuid4

import msgspec

from ijw.bevinding import Bevinding
from services.matching.beoordeling import Beoordelaar
from services.matching.feiten import Declaratie, Uitkomst, Zaak, gevraagde_debetten
from services.matching.store.feiten import lees_feitenboek
from services.matching.store.lijsten import lijsten_van
from services.matching.volgorde import op_volgorde
from services.platform.berichten.store import DOMEIN
from services.platform.events import PrestatieIngediend
from services.platform.service import Context

_PAUZE: Final = 500
"""After so many prestaties others get a turn: a try-out of 20,000 must not hold up real work."""


class Toetsing(msgspec.Struct, frozen=True, kw_only=True):
    """A declaratie as it might be sent."""

    gemeente: str
    aanbieder: str
    periode_begin: date
    periode_eind: date
    declaratie_dagtekening: date
    prestaties: Sequence[PrestatieIngediend]
    domein: str = DOMEIN


class Toetsoordeel(msgspec.Struct, frozen=True):
    """What would become of one prestatie, and why."""

    volgnummer: int
    uitkomst: Uitkomst
    bevindingen: tuple[Bevinding, ...]


async def toets(context: Context, toetsing: Toetsing) -> list[Toetsoordeel]:
    """Judge as if the declaratie came in now, in the order of volgnummer."""
    declaratie = Declaratie(
        domein=toetsing.domein,
        declaratie_id=str(uuid4()),
        declaratienummer="",
        gemeente=toetsing.gemeente,
        aanbieder=toetsing.aanbieder,
        periode_begin=toetsing.periode_begin,
        periode_eind=toetsing.periode_eind,
        dagtekening=toetsing.declaratie_dagtekening,
        ontvangen_op=context.clock.now(),
    )
    zaken = [Zaak(declaratie, prestatie) for prestatie in toetsing.prestaties]
    async with context.database.transaction() as connection:
        # One picture of the facts, whatever is being written meanwhile.
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        boek = await lees_feitenboek(connection, toetsing.domein, zaken, lijsten_van(context))
    beoordelaar = Beoordelaar(boek, gevraagde_debetten(zaken))
    oordelen: list[Toetsoordeel] = []
    for zaak in op_volgorde(zaken):
        oordeel = beoordelaar.oordeel(zaak)
        oordelen.append(Toetsoordeel(zaak.prestatie.volgnummer, oordeel.uitkomst, oordeel.bevindingen))
        if len(oordelen) % _PAUZE == 0:
            await asyncio.sleep(0)
    return sorted(oordelen, key=lambda oordeel: oordeel.volgnummer)
