"""A decision that was taken, as it is told: the first time, and whenever the same decision comes again."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from services.allocation.beslissing.besluit import Besluit
from services.allocation.store import beslissingen as store
from services.allocation.store import verzoeklezen
from services.platform.database import Connection
from services.platform.service import Context


class Genomen(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it stands. ``versie`` is the verzoek's ETag now; ``berichten`` are rows of what was sent."""

    beslissing_id: UUID
    verzoek_id: UUID
    besluit: str
    door: str
    op: datetime
    versie: int
    berichten: Sequence[asyncpg.Record]
    toewijzing_nummers: tuple[int, ...]


async def herhaald(
    context: Context, connection: Connection, verzoek_id: UUID, besluit: Besluit, versie: int | None, door: str
) -> Genomen | None:
    """The stored decision when it is this one, by this person, about the verzoek as it was in this ``versie``."""
    row = None if versie is None else await store.eerdere(connection, verzoek_id, versie)
    if row is None or row["door"] != door or row["invoer_sha256"] != kenmerk(context, besluit):
        return None
    return await genomen_van(connection, row)


async def genomen_van(connection: Connection, row: asyncpg.Record) -> Genomen:
    """A row of ``beslissingen`` with what it sent, and the verzoek's ETag now."""
    verzoek = await verzoeklezen.verzoek(connection, row["verzoek_id"])
    assert verzoek is not None
    return Genomen(
        beslissing_id=row["beslissing_id"],
        verzoek_id=row["verzoek_id"],
        besluit=row["besluit"],
        door=row["door"],
        op=row["vastgelegd_op"],
        versie=verzoek["versie"],
        berichten=await store.berichten(connection, row["bericht_ids"]),
        toewijzing_nummers=tuple(row["toewijzing_nummers"]),
    )


def kenmerk(context: Context, besluit: Besluit) -> bytes:
    """What makes two decisions the same. Keyed, since a decision can hold an address."""
    inhoud = msgspec.json.encode(besluit, order="deterministic")
    return hmac.new(context.crypto.pseudonym_key, inhoud, hashlib.sha256).digest()
