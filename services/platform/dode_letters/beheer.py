"""What a person does with dead letters: look at them, ask to handle them again, or let them go. SQL only.

Every function works on the database of the service whose letters they are, whether or not the service runs.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from services.platform.database import Connection
from services.platform.dode_letters.terzijde import ONLEESBAAR


class Keuze(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters: by number, or all that are open, with an error and a topic when those are named."""

    nummers: Sequence[int] | None = None
    reden: str | None = None
    topic: str | None = None


class Oorzaak(msgspec.Struct, kw_only=True):
    """Open letters of one topic that failed in one way at one place in the program."""

    topic: str
    type: str
    reden: str
    melding: str
    plaats: str
    aantal: int
    gevraagd: int
    """Of which it was asked to handle them again."""
    eerste: int
    laatste: int
    """Numbers, of the first and the last."""
    sinds: datetime
    tot: datetime


class Stand(msgspec.Struct, frozen=True):
    """How letters stand that were asked to be handled again: numbers; of those that failed by error."""

    afgehandeld: Sequence[int]
    mislukt: dict[str, list[int]]
    wachten: Sequence[int]


_GROUPS: Final = """
SELECT topic, type, reden, min(melding) AS melding, stapel, count(*) AS aantal, count(opnieuw_op) AS gevraagd,
  min(nummer) AS eerste, max(nummer) AS laatste, min(coalesce(eerst_op, vastgelegd_op)) AS sinds,
  max(laatst_op) AS tot
FROM dode_letters WHERE opgelost_op IS NULL
GROUP BY topic, type, reden, stapel ORDER BY topic, min(nummer)
"""

_CHOSEN: Final = """
opgelost_op IS NULL AND ($1::bigint[] IS NULL OR nummer = ANY($1)) AND ($2::text IS NULL OR reden = $2)
AND ($3::text IS NULL OR topic = $3)
"""

_LIST: Final = """
SELECT nummer, event_id, topic, partitie, xid, volgnummer, kafka_offset, sleutel, type, pogingen, reden, melding,
  stapel, eerst_op, laatst_op, vastgelegd_op, opnieuw_op, opnieuw_door, opgelost_op, opgelost_door, oplossing
FROM dode_letters WHERE $1 OR opgelost_op IS NULL ORDER BY nummer
"""

_ASK: Final = f"""
WITH brief AS (
  UPDATE dode_letters SET opnieuw_op = now(), opnieuw_door = $4
  WHERE {_CHOSEN} AND opnieuw_op IS NULL AND type <> '{ONLEESBAAR}' RETURNING event_id, nummer, pogingen
), actie AS (
  INSERT INTO dode_letter_acties (event_id, soort, door, motivering, poging)
  SELECT event_id, 'opnieuw', $4, $5, pogingen FROM brief
)
SELECT nummer FROM brief ORDER BY nummer
"""

_LET_GO: Final = """
WITH brief AS (
  UPDATE dode_letters SET opgelost_op = now(), opgelost_door = $2, oplossing = 'vervallen'
  WHERE nummer = ANY($1::bigint[]) AND opgelost_op IS NULL AND opnieuw_op IS NULL
  RETURNING event_id, nummer, pogingen
), actie AS (
  INSERT INTO dode_letter_acties (event_id, soort, door, motivering, poging)
  SELECT event_id, 'vervallen', $2, $3, pogingen FROM brief
)
SELECT nummer FROM brief ORDER BY nummer
"""


def plaats_van(stapel: str) -> str:
    """Where in our own code an error came from: the innermost place of ours in its stack, else the innermost."""
    places = []
    for line in stapel.splitlines()[1:]:
        if not line.startswith("  "):
            break
        places.append(line.strip())
    ours = [place for place in places if place.startswith(("services/", "ijw/"))]
    return (ours or places or [""])[-1]


async def oorzaken(connection: Connection) -> list[Oorzaak]:
    """All open letters by cause, the largest first."""
    found: dict[tuple[str, ...], Oorzaak] = {}
    for row in await connection.fetch(_GROUPS):
        plaats = plaats_van(row["stapel"])
        values = {name: value for name, value in row.items() if name != "stapel"}
        each = Oorzaak(plaats=plaats, **values)
        known = found.setdefault((each.topic, each.type, each.reden, plaats), each)
        if known is not each:
            known.aantal += each.aantal
            known.gevraagd += each.gevraagd
            known.eerste, known.laatste = min(known.eerste, each.eerste), max(known.laatste, each.laatste)
            known.sinds, known.tot = min(known.sinds, each.sinds), max(known.tot, each.tot)
    return sorted(found.values(), key=lambda each: (-each.aantal, each.eerste))


async def lijst(connection: Connection, *, ook_opgelost: bool = False) -> list[asyncpg.Record]:
    """Every letter without its data and headers, oldest first."""
    return await connection.fetch(_LIST, ook_opgelost)


async def zoek(connection: Connection, welke: str) -> asyncpg.Record | None:
    """The letter with this number, or with this event id."""
    if welke.isascii() and welke.isdecimal() and len(welke) <= 18:
        return await connection.fetchrow("SELECT * FROM dode_letters WHERE nummer = $1", int(welke))
    try:
        event_id = UUID(welke)
    except ValueError:
        return None
    return await connection.fetchrow("SELECT * FROM dode_letters WHERE event_id = $1", event_id)


async def acties(connection: Connection, event_id: UUID) -> list[asyncpg.Record]:
    """What was done with a letter, in order."""
    return await connection.fetch("SELECT * FROM dode_letter_acties WHERE event_id = $1 ORDER BY volgnummer", event_id)


async def gekozen(connection: Connection, keuze: Keuze) -> list[asyncpg.Record]:
    """Number and type of the open letters that are meant."""
    return await connection.fetch(
        f"SELECT nummer, type FROM dode_letters WHERE {_CHOSEN} ORDER BY nummer", *_arguments(keuze)
    )


async def met_data(connection: Connection, keuze: Keuze) -> list[asyncpg.Record]:
    """The open letters that are meant with what is in them, held until the end of the transaction."""
    return await connection.fetch(
        f"SELECT * FROM dode_letters WHERE {_CHOSEN} ORDER BY nummer FOR UPDATE", *_arguments(keuze)
    )


async def vraag_opnieuw(connection: Connection, keuze: Keuze, door: str, motivering: str) -> list[int]:
    """Ask to handle these again; the numbers that were not asked for yet. What is no event is left out."""
    rows = await connection.fetch(_ASK, *_arguments(keuze), door, motivering)
    return [row["nummer"] for row in rows]


async def laat_vervallen(connection: Connection, nummers: Sequence[int], door: str, motivering: str) -> list[int]:
    """Close these letters without handling them; the numbers that were closed: open, and asked for by nobody."""
    return [row["nummer"] for row in await connection.fetch(_LET_GO, nummers, door, motivering)]


async def stand_van(connection: Connection, nummers: Collection[int]) -> Stand:
    """What became of these."""
    rows = await connection.fetch(
        "SELECT nummer, reden, opnieuw_op, opgelost_op FROM dode_letters WHERE nummer = ANY($1::bigint[])"
        " ORDER BY nummer",
        list(nummers),
    )
    mislukt: dict[str, list[int]] = {}
    for row in rows:
        if row["opgelost_op"] is None and row["opnieuw_op"] is None:
            mislukt.setdefault(row["reden"], []).append(row["nummer"])
    return Stand(
        [row["nummer"] for row in rows if row["opgelost_op"] is not None],
        mislukt,
        [row["nummer"] for row in rows if row["opgelost_op"] is None and row["opnieuw_op"] is not None],
    )


def _arguments(keuze: Keuze) -> tuple[list[int] | None, str | None, str | None]:
    return (None if keuze.nummers is None else list(keuze.nummers), keuze.reden, keuze.topic)
