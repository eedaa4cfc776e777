"""What a message does to the terms between its parties: which it starts, and which it meets."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from ijw.berichten import JW301, JW319, Heenbericht
from ijw.termijnen import Soort
from services.allocation.store import termijnen as store
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection
from services.platform.termijnen.store import POSTBUS, Bron

_VERZOEK: Final = (Soort.VERZOEK_ANTWOORD, Soort.ONDERZOEK, Soort.WOONPLAATSBEGINSEL)
_REGIE: Final = (Soort.START, Soort.STOP)
_VOEGT_TOE: Final = {
    "JW305": (_REGIE, "a.bericht_id = $1"),
    "JW307": (_REGIE, "a.bericht_id = $1"),
    "JW315": (_VERZOEK, "v.bericht_id = $1"),
    "JW317": (_VERZOEK, "v.bericht_id = $1"),
}


async def na_bericht(connection: Connection, bericht: Heenbericht, bericht_id: UUID, aanbieder: str) -> None:
    """Keep what an accepted and delivered message starts and meets; what it brought about stands in its tables."""
    await na_bezorging(connection, bericht_id)
    if bericht.soort in _VOEGT_TOE:
        soorten, voorwaarde = _VOEGT_TOE[bericht.soort]
        await store.leg_vast(connection, await store.van_feiten(connection, soorten, voorwaarde, bericht_id))
    referenties = _beantwoord_door(bericht)
    if referenties:
        voorwaarde = "r.domein = $1 AND r.aanbieder = $2 AND r.referentie_aanbieder = ANY($3::text[])"
        feiten = await store.van_feiten(connection, _VERZOEK, voorwaarde, DOMEIN, aanbieder, referenties)
        await store.leg_vast(connection, feiten)


async def na_bezorging(connection: Connection, heenbericht_id: UUID) -> None:
    """Keep until when the receiver has for its own retour, and whether it came."""
    await store.leg_vast(
        connection, await store.van_feiten(connection, (Soort.RETOUR,), "b.bericht_id = $1", heenbericht_id)
    )


def _beantwoord_door(bericht: Heenbericht) -> list[str]:
    """Every ReferentieAanbieder that a message answers."""
    if isinstance(bericht, JW319):
        return [bericht.antwoord.referentie_aanbieder]
    if isinstance(bericht, JW301):
        producten = bericht.client.toegewezen_producten
        return sorted({product.referentie_aanbieder for product in producten if product.referentie_aanbieder})
    return []


async def vul_aan(connection: Connection) -> None:
    """Keep the terms of what stands in a postbus without a last day: code that knew no terms put it there."""
    rows = await connection.fetch(
        "SELECT DISTINCT unnest(ARRAY[b.bericht_id, b.heenbericht_id]) AS bericht_id"
        " FROM postbus p JOIN berichten b USING (bericht_id) WHERE p.uiterlijk_op IS NULL AND b.richting = 'in'"
    )
    berichten = [row["bericht_id"] for row in rows if row["bericht_id"]]
    for soorten, voorwaarde in (
        ((Soort.RETOUR,), "b.bericht_id = ANY($1::uuid[])"),
        (_VERZOEK, "(v.bericht_id = ANY($1::uuid[]) OR r.antwoord_id = ANY($1) OR r.onderzoek_id = ANY($1))"),
        (_REGIE, "a.bericht_id = ANY($1::uuid[])"),
    ):
        if berichten:
            await store.leg_vast(connection, await store.van_feiten(connection, soorten, voorwaarde, berichten))


_TABEL: Final = """
SELECT t.soort, t.bericht_id || '/' || t.onderwerp || '/' || t.volgnummer AS sleutel, t.domein, t.gemeente, t.aanbieder,
  t.wie, t.aan, t.begin, t.uiterlijk_op, t.voldaan_op, t.bericht_id, t.onderwerp, t.voldaan_door
FROM termijnen t
"""


def _onderwerp(row: asyncpg.Record) -> dict[str, Any]:
    """The message or verzoek a term is about."""
    van_verzoek = row["soort"] in _VERZOEK
    return {
        "berichtId": row["bericht_id"],
        "referentieAanbieder": row["onderwerp"] if van_verzoek else None,
        "onderwerp": row["onderwerp"] if row["soort"] in _REGIE else None,
        "voldaanDoor": row["voldaan_door"],
    }


_SOORTEN: Final[Sequence[Soort]] = (*store.FEITEN, Soort.OPHALEN)

BRON: Final = Bron(
    sql=f"{_TABEL} UNION ALL SELECT q.*, NULL, NULL FROM ({POSTBUS}) AS q",
    soorten=tuple(_SOORTEN),
    onderwerp=_onderwerp,
)
