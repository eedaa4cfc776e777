"""What accepted messages must have left in the tables, held beside those: a fixed number of questions per parcel."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.allocation.check.openen import Antwoord, Inhoud
from services.allocation.store.regie import aanlevering_van
from services.allocation.store.register import versie_van
from services.allocation.store.verzoeklezen import gevraagd_van
from services.platform.database import Connection
from services.platform.service import Afwijking

_VERZOEKEN: Final = "SELECT bericht_id, client FROM verzoeken WHERE bericht_id = ANY($1::uuid[])"

_GEVRAAGD: Final = "SELECT * FROM verzoekproducten WHERE verzoek_id = ANY($1::uuid[]) ORDER BY verzoek_id, volgnummer"

_REFERENTIES: Final = """
SELECT verzoek_id AS bericht_id, referentie_aanbieder FROM referenties WHERE verzoek_id = ANY($1::uuid[])
"""

_ANTWOORDEN: Final = """
SELECT r.*, v.client FROM referenties r JOIN verzoeken v ON v.bericht_id = r.verzoek_id
WHERE r.onderzoek_id = ANY($1::uuid[]) OR r.antwoord_id = ANY($1::uuid[])
"""

_VERSIES: Final = "SELECT * FROM toewijzingen WHERE bericht_id = ANY($1::uuid[])"

_MIST_VERSIE: Final = """
SELECT DISTINCT n.bericht_id
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[])
  AS n(bericht_id, domein, gemeente, toewijzing_nummer, tijdstip)
LEFT JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer, tijdstip)
WHERE t.bericht_id IS NULL
"""

_AANLEVERINGEN: Final = """
SELECT a.*, r.toewijzing_nummer, r.client, r.onderwerp FROM aanleveringen a JOIN regie r USING (regie_id)
WHERE a.bericht_id = ANY($1::uuid[])
"""


async def naast_de_tabellen(connection: Connection, inhoud: Sequence[Inhoud]) -> list[Afwijking]:
    """Every message of a parcel that the tables tell otherwise."""
    per_soort: dict[str, list[Inhoud]] = {}
    for item in inhoud:
        per_soort.setdefault(item.berichtsoort, []).append(item)

    def van(*soorten: str) -> list[Inhoud]:
        return [item for soort in soorten for item in per_soort.get(soort, ())]

    return [
        *await _verzoeken(connection, van("JW315", "JW317")),
        *await _antwoorden(connection, van("JW301", "JW319")),
        *await _versies(connection, van("JW301")),
        *await _aanleveringen(connection, van("JW305", "JW307")),
    ]


async def _verzoeken(connection: Connection, inhoud: Sequence[Inhoud]) -> list[Afwijking]:
    """Client, references and products are those of the message; that it has a verzoek is asked elsewhere."""
    if not inhoud:
        return []
    ids = [item.bericht_id for item in inhoud]
    clienten = {row["bericht_id"]: row["client"] for row in await connection.fetch(_VERZOEKEN, ids)}
    producten = _gegroepeerd(await connection.fetch(_GEVRAAGD, ids), "verzoek_id")
    referenties = _gegroepeerd(await connection.fetch(_REFERENTIES, ids))
    return [
        Afwijking("verzoek-is-zoals-gevraagd", f"{item.bericht_id} {wat}")
        for item in inhoud
        for wat, gelijk in (
            ("heeft een andere client", clienten.get(item.bericht_id, item.client) == item.client),
            (
                "heeft andere referenties",
                sorted(row["referentie_aanbieder"] for row in referenties.get(item.bericht_id, ()))
                == sorted(set(item.referenties)),
            ),
            ("heeft andere producten", _producten(producten.get(item.bericht_id, ())) == _verwacht(item)),
        )
        if not gelijk
    ]


def _producten(rows: Sequence[asyncpg.Record]) -> list[tuple[int, object]]:
    return [(row["volgnummer"], _waarde(row)) for row in rows]


def _waarde(row: asyncpg.Record) -> object:
    try:
        return gevraagd_van(row)
    except ValueError:  # a soort that does not exist
        return None


def _verwacht(item: Inhoud) -> list[tuple[int, object]]:
    return list(enumerate(item.gevraagd, 1))


async def _antwoorden(connection: Connection, inhoud: Sequence[Inhoud]) -> list[Afwijking]:
    """The references that point at a message are the ones it answers, with what it says of them."""
    if not inhoud:
        return []
    gevonden: dict[UUID, set[Antwoord]] = {item.bericht_id: set() for item in inhoud}
    met_client = {item.bericht_id for item in inhoud if item.client is not None}
    for row in await connection.fetch(_ANTWOORDEN, list(gevonden)):
        for onderzoek, bericht_id in ((True, row["onderzoek_id"]), (False, row["antwoord_id"])):
            if bericht_id in gevonden:
                gevonden[bericht_id].add(_antwoord(row, onderzoek=onderzoek, met_client=bericht_id in met_client))
    return [
        Afwijking("antwoord-is-van-zijn-referenties", f"{item.bericht_id} ({item.berichtsoort})")
        for item in inhoud
        if gevonden[item.bericht_id] != item.antwoorden
    ]


def _antwoord(row: asyncpg.Record, *, onderzoek: bool, met_client: bool) -> Antwoord:
    """What a reference tells of its answer; a reason belongs to the final one."""
    return Antwoord(
        onderzoek=onderzoek,
        aanbieder=row["aanbieder"],
        referentie=row["referentie_aanbieder"],
        client=row["client"] if met_client else None,
        reden_afwijzing=None if onderzoek else row["reden_afwijzing"],
        woonplaats_gemeente=None if onderzoek else row["woonplaats_gemeente"],
    )


async def _versies(connection: Connection, inhoud: Sequence[Inhoud]) -> list[Afwijking]:
    """Every version is as its message says, and every product of a message is a version."""
    if not inhoud:
        return []
    genoemd = {item.bericht_id: frozenset(item.versies) for item in inhoud}
    fout = {
        row["bericht_id"]
        for row in await connection.fetch(_VERSIES, list(genoemd))
        if (versie := versie_van(row)) not in genoemd[row["bericht_id"]] or versie.tijdstip != row["tijdstip"]
    }
    alle = [(item.bericht_id, versie) for item in inhoud for versie in item.versies]
    mist = await connection.fetch(
        _MIST_VERSIE,
        [bericht_id for bericht_id, _ in alle],
        [versie.domein for _, versie in alle],
        [versie.gemeente for _, versie in alle],
        [versie.toewijzing_nummer for _, versie in alle],
        [versie.tijdstip for _, versie in alle],
    )
    return [
        *(Afwijking("versie-is-zoals-toegewezen", f"{bericht_id} heeft een andere") for bericht_id in sorted(fout)),
        *(Afwijking("versie-is-zoals-toegewezen", f"{row['bericht_id']} mist er een") for row in mist),
    ]


async def _aanleveringen(connection: Connection, inhoud: Sequence[Inhoud]) -> list[Afwijking]:
    """The history holds every start and stop of a message once, as it says."""
    if not inhoud:
        return []
    rows = _gegroepeerd(await connection.fetch(_AANLEVERINGEN, [item.bericht_id for item in inhoud]))
    return [
        Afwijking("aanlevering-is-zoals-gemeld", f"{item.bericht_id} ({item.berichtsoort})")
        for item in inhoud
        if Counter(map(_regie, rows.get(item.bericht_id, ())))
        != Counter((item.client, aanlevering.onderwerp, aanlevering) for aanlevering in item.aanleveringen)
    ]


def _regie(row: asyncpg.Record) -> tuple[Any, ...]:
    try:
        return row["client"], row["onderwerp"], aanlevering_van(row)
    except ValueError:  # a soort that does not exist
        return row["client"], row["onderwerp"], None


def _gegroepeerd(rows: Sequence[asyncpg.Record], kolom: str = "bericht_id") -> Mapping[UUID, list[asyncpg.Record]]:
    gevonden: dict[UUID, list[asyncpg.Record]] = {}
    for row in rows:
        gevonden.setdefault(row[kolom], []).append(row)
    return gevonden
