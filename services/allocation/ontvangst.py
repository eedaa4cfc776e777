"""What is said to whoever sends a message: the same the first time and whenever the same bytes come again."""

from uuid import UUID

import asyncpg
import msgspec


class Ontvangst(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message; ``herhaald`` when it was the same bytes again.

    ``afzender`` and ``ontvanger`` are the real ones, also where a Header repeats those of a heenbericht.
    """

    bericht_id: UUID
    berichtsoort: str
    identificatie: str
    afzender: str
    ontvanger: str
    status: str
    retourcodes: tuple[str, ...]
    herhaald: bool = False


def herhaling(row: asyncpg.Record) -> Ontvangst:
    """The answer of the first time."""
    return Ontvangst(
        bericht_id=row["bericht_id"],
        berichtsoort=row["berichtsoort"],
        identificatie=row["identificatie"],
        afzender=row["van"],
        ontvanger=row["aan"],
        status=row["status"],
        retourcodes=tuple(row["retourcodes"]),
        herhaald=True,
    )
