"""What must hold of terms: a row for each the facts know, met when they say so, and the right last day."""

from collections.abc import Sequence
from typing import Final

from ijw.termijnen import Soort
from services.allocation.store.termijnen import FEITEN, KOLOMMEN, SLEUTEL
from services.platform.database import Connection
from services.platform.service import Afwijking
from services.platform.termijnen.store import postbus_afwijkingen, verkeerde_dagen

_INHOUD: Final = [kolom for kolom in KOLOMMEN if kolom not in SLEUTEL]

VRAGEN: Final = {
    "termijn-volgt-uit-de-feiten": f"""
        SELECT soort || ':' || bericht_id AS wat
        FROM ({" UNION ALL ".join(FEITEN.values())}) AS f FULL JOIN termijnen t USING ({", ".join(SLEUTEL)})
        WHERE ({", ".join(f"f.{kolom}" for kolom in _INHOUD)})
              IS DISTINCT FROM ({", ".join(f"t.{kolom}" for kolom in _INHOUD)})
    """,
}


async def verkeerde_laatste_dagen(connection: Connection) -> Sequence[Afwijking]:
    """Terms and postbus rows of which the last day is not the one that belongs to the first."""
    afwijkingen = [
        Afwijking("laatste-dag-van-termijn-klopt", f"{soort} vanaf {begin} heeft {uiterlijk}")
        for soort in FEITEN
        for begin, uiterlijk in await verkeerde_dagen(
            connection, soort, f"SELECT begin, uiterlijk_op FROM termijnen WHERE soort = '{Soort(soort)}'"
        )
    ]
    return [*afwijkingen, *await postbus_afwijkingen(connection)]
