"""Toewijzingen as they were sent. A message says more of one than the register keeps, and a repeat loses nothing."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from ijw.berichten.jw301 import ToegewezenProduct301
from services.allocation.store import beslissingen as store
from services.allocation.worker import toegewezen_producten
from services.platform.berichten.store import document
from services.platform.service import Context

Verzonden = Mapping[tuple[int, str], ToegewezenProduct301]
"""A ToegewezenProduct by its number and ``register.Versie.tijdstip``."""

_TEGELIJK: Final = 20
"""How many messages are held at once, compressed: a client's toewijzingen can each have come in one of their own."""


async def lees_verzonden(context: Context, bronnen: Iterable[asyncpg.Record]) -> Verzonden:
    """These versions (rows of ``bronnen_van_versies``), each from the message that told it first.

    Holds one message whole at a time, and only in a worker process as more than bytes.
    """
    per_bericht: dict[UUID, list[tuple[int, str]]] = {}
    for bron in bronnen:
        per_bericht.setdefault(bron["bericht_id"], []).append((bron["toewijzing_nummer"], bron["tijdstip"]))
    gevonden: dict[tuple[int, str], ToegewezenProduct301] = {}
    ids = list(per_bericht)
    for begin in range(0, len(ids), _TEGELIJK):
        for row in await _berichten(context, ids[begin : begin + _TEGELIJK]):
            xml = await asyncio.to_thread(document, row, context.crypto.ring)
            gezocht = per_bericht[row["bericht_id"]]
            nummers = frozenset(nummer for nummer, _ in gezocht)
            producten = {
                product.toewijzing_nummer: product
                for product in await context.workers.run(toegewezen_producten, xml, nummers)
            }
            gevonden |= {(nummer, tijdstip): producten[nummer] for nummer, tijdstip in gezocht}
    return gevonden


async def _berichten(context: Context, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    async with context.database.connection() as connection:
        return await store.hele_berichten(connection, ids)
