"""The terms of this service: the JW325 that a gemeente owes on every JW323, and what waits in a postbus."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from ijw.termijnen import Soort
from services.platform.database import Connection
from services.platform.service import Afwijking
from services.platform.termijnen.store import DAG, POSTBUS, Bron, postbus_afwijkingen, verkeerde_dagen

_BEGIN: Final = DAG.format("d.ontvangen_op")
_DECLARATIES: Final = f"""
SELECT 'declaratie-antwoord' AS soort, d.declaratie_id::text AS sleutel, d.domein, d.gemeente, d.aanbieder,
  d.gemeente AS wie, d.aanbieder AS aan, {_BEGIN} AS begin, d.uiterlijk_op, d.beantwoord_op AS voldaan_op,
  d.bericht_id, d.declaratie_id, d.declaratienummer
FROM declaraties d
"""


def _onderwerp(row: asyncpg.Record) -> dict[str, Any]:
    """The declaratie or the message a term is about."""
    return {
        "declaratieId": row["declaratie_id"],
        "declaratienummer": row["declaratienummer"],
        "berichtId": row["bericht_id"] if row["declaratie_id"] is None else None,
    }


BRON: Final = Bron(
    sql=f"{_DECLARATIES} UNION ALL SELECT q.*, NULL, NULL FROM ({POSTBUS}) AS q",
    soorten=(Soort.DECLARATIE_ANTWOORD, Soort.OPHALEN),
    onderwerp=_onderwerp,
)


async def laatste_dagen_kloppen(connection: Connection) -> Sequence[Afwijking]:
    """Declaraties and postbus rows of which the last day is not the one that belongs to their receipt."""
    verkeerd = await verkeerde_dagen(
        connection, Soort.DECLARATIE_ANTWOORD, f"SELECT {_BEGIN} AS begin, d.uiterlijk_op FROM declaraties d"
    )
    afwijkingen = [
        Afwijking("laatste-dag-van-termijn-klopt", f"declaratie van {begin} heeft {uiterlijk}")
        for begin, uiterlijk in verkeerd
    ]
    return [*afwijkingen, *await postbus_afwijkingen(connection)]
