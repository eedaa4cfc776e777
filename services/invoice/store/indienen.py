"""SQL for taking in a declaratie: what earlier ones say about it, and keeping it."""

from datetime import date, datetime
from io import BytesIO
from uuid import UUID

import asyncpg
import msgspec

from ijw.berichten import JW323
from services.invoice import copy_text
from services.invoice.rules import Feiten
from services.invoice.worker import SCHEIDING, Gelezen
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection

_FEITEN = """
SELECT
  EXISTS (SELECT 1 FROM berichten
    WHERE richting = 'in' AND NOT identificatie_gebruikt
      AND domein = $1 AND berichtsoort = 'JW323' AND van = $2 AND identificatie = $3) AS identificatie_gebruikt,
  EXISTS (SELECT 1 FROM declaraties
    WHERE status <> 'afgekeurd' AND domein = $1 AND aanbieder = $2 AND declaratienummer = $4) AS nummer_gebruikt,
  (SELECT max(periode_begin) FROM declaraties
    WHERE status <> 'afgekeurd' AND domein = $1 AND aanbieder = $2 AND gemeente = $5) AS laatste_periode
"""

_DUBBEL = """
SELECT r.volgnummer::int
FROM unnest(string_to_array($3, $4)) WITH ORDINALITY AS r(referentie, volgnummer)
CROSS JOIN LATERAL (
  SELECT 1 FROM prestaties p
  WHERE NOT p.referentie_dubbel AND p.domein = $1 AND p.aanbieder = $2 AND p.referentie = r.referentie
  LIMIT 1
) AS eerder
"""
"""LATERAL with LIMIT asks the index once per number, whatever the planner thinks of the sizes; one text instead
of an array of texts, because the main process would have to encode every element."""

_INSERT = """
INSERT INTO declaraties (
  declaratie_id, domein, bericht_id, antwoord_bericht_id, gemeente, aanbieder, declaratienummer, periode_begin,
  periode_eind, dagtekening, basisschema_xsd_versie, bericht_xsd_versie, ontvangen_op, uiterlijk_op, beantwoord_op,
  status, retourcodes, bevindingen, aantal_prestaties, totaal_ingediend, bsns)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
"""


class NieuweDeclaratie(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``declaraties`` besides what the message itself says; ``bevindingen`` is JSON."""

    declaratie_id: UUID
    bericht_id: UUID
    status: str
    ontvangen_op: datetime
    uiterlijk_op: date
    aantal_prestaties: int
    antwoord_bericht_id: UUID | None = None
    retourcodes: tuple[str, ...] = ()
    bevindingen: str = "[]"
    bsns: bytes | None = None


async def feiten(connection: Connection, gelezen: Gelezen, vandaag: date) -> Feiten:
    """What is known about this declaratie's numbers and period."""
    kop = gelezen.bericht
    row = await connection.fetchrow(
        _FEITEN,
        DOMEIN,
        kop.header.afzender,
        kop.header.bericht_identificatie.identificatie,
        kop.declaratie.declaratie_nummer,
        kop.header.ontvanger,
    )
    assert row is not None
    return Feiten(
        vandaag=vandaag,
        identificatie_gebruikt=row["identificatie_gebruikt"],
        declaratienummer_gebruikt=row["nummer_gebruikt"],
        laatste_periode=row["laatste_periode"],
        eerste_productperiode=gelezen.eerste_productperiode,
    )


async def dubbele_referenties(connection: Connection, gelezen: Gelezen) -> frozenset[int]:
    """TR314: volgnummers of prestaties whose ReferentieNummer this aanbieder used in an earlier declaratie."""
    rows = await connection.fetch(_DUBBEL, DOMEIN, gelezen.bericht.header.afzender, gelezen.referenties, SCHEIDING)
    return frozenset(row["volgnummer"] for row in rows)


async def insert_declaratie(connection: Connection, bericht: JW323, nieuw: NieuweDeclaratie) -> None:
    """Keep the declaratie; an answered one (refused as a whole) with its answer."""
    declaratie = bericht.declaratie
    await connection.execute(
        _INSERT,
        nieuw.declaratie_id,
        DOMEIN,
        nieuw.bericht_id,
        nieuw.antwoord_bericht_id,
        bericht.header.ontvanger,
        bericht.header.afzender,
        declaratie.declaratie_nummer,
        declaratie.declaratie_periode.begindatum,
        declaratie.declaratie_periode.einddatum,
        declaratie.declaratie_dagtekening,
        bericht.header.xsd_versie.basisschema_xsd_versie,
        bericht.header.xsd_versie.bericht_xsd_versie,
        nieuw.ontvangen_op,
        nieuw.uiterlijk_op,
        nieuw.ontvangen_op if nieuw.antwoord_bericht_id else None,
        nieuw.status,
        list(nieuw.retourcodes),
        nieuw.bevindingen,
        nieuw.aantal_prestaties,
        declaratie.totaal_ingediend_bedrag.met_teken,
        nieuw.bsns,
    )


async def copy_prestaties(connection: Connection, clienten: bytes, prestaties: bytes) -> None:
    """Clients and prestaties as the worker wrote them."""
    await connection.copy_to_table("declaratie_clienten", source=BytesIO(clienten), columns=list(copy_text.CLIENTEN))
    await connection.copy_to_table("prestaties", source=BytesIO(prestaties), columns=list(copy_text.PRESTATIES))


async def declaratie_van_bericht(connection: Connection, bericht_id: UUID) -> asyncpg.Record:
    """The declaratie that a message brought; every incoming message has one."""
    row = await connection.fetchrow("SELECT * FROM declaraties WHERE bericht_id = $1", bericht_id)
    assert row is not None
    return row
