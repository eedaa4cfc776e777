"""SQL for taking in a declaratie: what earlier ones say about it, and keeping it."""

from datetime import date, datetime
from io import BytesIO
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from ijw.berichten import JW323
from services.invoice import copy_text
from services.invoice.rules import Feiten
from services.invoice.worker import Gelezen
from services.platform.arrays import uiteen
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection

_FEITEN: Final = f"""
SELECT
  (SELECT d.declaratie_id FROM berichten b JOIN declaraties d USING (bericht_id)
    WHERE b.richting = 'in' AND b.van = $2 AND b.sha256 = $6) AS herhaling_van,
  EXISTS (SELECT 1 FROM berichten
    WHERE richting = 'in' AND NOT identificatie_gebruikt
      AND domein = $1 AND berichtsoort = 'JW323' AND van = $2 AND identificatie = $3) AS identificatie_gebruikt,
  EXISTS (SELECT 1 FROM declaraties
    WHERE status <> 'afgekeurd' AND domein = $1 AND aanbieder = $2 AND declaratienummer = $4) AS nummer_gebruikt,
  (SELECT max(periode_begin) FROM declaraties
    WHERE status <> 'afgekeurd' AND domein = $1 AND aanbieder = $2 AND gemeente = $5) AS laatste_periode,
  ARRAY(
    SELECT r.volgnummer::int
    FROM unnest({uiteen("$7")}) WITH ORDINALITY AS r(referentie, volgnummer)
    CROSS JOIN LATERAL (
      SELECT 1 FROM prestaties p
      WHERE NOT p.referentie_dubbel AND p.domein = $1 AND p.aanbieder = $2 AND p.referentie = r.referentie
      LIMIT 1
    ) AS eerder
  ) AS dubbel
"""
"""One round trip for all facts. LATERAL with LIMIT asks the index once per ReferentieNummer, whatever the planner
thinks of the sizes; one text instead of an array of texts, because this process would encode every element."""

_INSERT: Final = """
INSERT INTO declaraties (
  declaratie_id, domein, bericht_id, antwoord_bericht_id, gemeente, aanbieder, declaratienummer, periode_begin,
  periode_eind, dagtekening, basisschema_xsd_versie, bericht_xsd_versie, ontvangen_op, uiterlijk_op, beantwoord_op,
  status, retourcodes, bevindingen, aantal_prestaties, totaal_ingediend, clienten, bsns, bericht_versie,
  bericht_subversie)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
  string_to_array($21, ','), $22, $23, $24)
"""


class Eerder(msgspec.Struct, frozen=True, kw_only=True):
    """What is known: the facts the rules ask for, what these bytes repeat, and TR314's volgnummers."""

    feiten: Feiten
    herhaling_van: UUID | None
    dubbele_referenties: frozenset[int]


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
    clienten: str = ""
    bsns: bytes | None = None


async def eerder(connection: Connection, gelezen: Gelezen, sha256: bytes, vandaag: date) -> Eerder:
    """What earlier messages of this aanbieder say about this one."""
    kop = gelezen.bericht
    row = await connection.fetchrow(
        _FEITEN,
        DOMEIN,
        kop.header.afzender,
        kop.header.bericht_identificatie.identificatie,
        kop.declaratie.declaratie_nummer,
        kop.header.ontvanger,
        sha256,
        gelezen.referenties,
    )
    assert row is not None
    return Eerder(
        feiten=Feiten(
            vandaag=vandaag,
            identificatie_gebruikt=row["identificatie_gebruikt"],
            declaratienummer_gebruikt=row["nummer_gebruikt"],
            laatste_periode=row["laatste_periode"],
        ),
        herhaling_van=row["herhaling_van"],
        dubbele_referenties=frozenset(row["dubbel"]),
    )


async def insert_declaratie(connection: Connection, bericht: JW323, nieuw: NieuweDeclaratie) -> None:
    """Keep the declaratie; one that was refused as a whole with its answer."""
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
        nieuw.clienten,
        nieuw.bsns,
        bericht.header.bericht_versie,
        bericht.header.bericht_subversie,
    )


async def copy_prestaties(connection: Connection, prestaties: bytes) -> None:
    """Prestaties as the worker wrote them."""
    await connection.copy_to_table("prestaties", source=BytesIO(prestaties), columns=list(copy_text.KOLOMMEN))


async def declaratie(connection: Connection, declaratie_id: UUID) -> asyncpg.Record:
    """What was said when this declaratie came in."""
    row = await connection.fetchrow(
        "SELECT declaratie_id, declaratienummer, status, retourcodes, bevindingen FROM declaraties"
        " WHERE declaratie_id = $1",
        declaratie_id,
    )
    assert row is not None
    return row
