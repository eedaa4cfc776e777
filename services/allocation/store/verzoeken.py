"""SQL of verzoeken for one message: what is pending, and what an answer does to it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from services.allocation.beslissing.gevraagd import Gevraagd
from services.allocation.levensloop.verzoek import OPENSTAAND, Toestand, Verzoekstatus, status_van
from services.platform.database import Connection, copy_rows

GEVRAAGD_KOLOMMEN = Gevraagd.__struct_fields__


class Antwoord(msgspec.Struct, frozen=True, kw_only=True):
    """What a JW301 or JW319 makes of one reference; ``bericht_id`` is that message."""

    toestand: Toestand
    bericht_id: UUID
    reden_afwijzing: str | None = None
    woonplaats_gemeente: str | None = None


class NieuwVerzoek(msgspec.Struct, frozen=True, kw_only=True):
    """A verzoek that was accepted; ``bericht_id`` is its JW315 or JW317."""

    bericht_id: UUID
    domein: str
    gemeente: str
    aanbieder: str
    client: str
    berichtsoort: str
    referenties: Sequence[str]
    producten: Sequence[Gevraagd]


class Bekend(msgspec.Struct, frozen=True, kw_only=True):
    """A reference that an aanbieder used, and the verzoek it belongs to."""

    toestand: Toestand
    verzoek_id: UUID
    gemeente: str
    berichtsoort: str


async def bekende_referenties(
    connection: Connection, domein: str, aanbieder: str, referenties: Collection[str]
) -> dict[str, Bekend]:
    """Which of these the aanbieder used before, at whatever gemeente (TR347)."""
    rows = await connection.fetch(
        "SELECT r.referentie_aanbieder, r.toestand, r.verzoek_id, v.gemeente, v.berichtsoort"
        " FROM referenties r JOIN verzoeken v ON v.bericht_id = r.verzoek_id"
        " WHERE r.domein = $1 AND r.aanbieder = $2 AND r.referentie_aanbieder = ANY($3::text[])",
        domein,
        aanbieder,
        list(referenties),
    )
    return {
        row["referentie_aanbieder"]: Bekend(
            toestand=Toestand(row["toestand"]),
            verzoek_id=row["verzoek_id"],
            gemeente=row["gemeente"],
            berichtsoort=row["berichtsoort"],
        )
        for row in rows
    }


async def ingangsdatums_van(connection: Connection, verzoek_id: UUID) -> list[date]:
    """When the toewijzingen that a verzoek asks for or names begin (TR378)."""
    rows = await connection.fetch(
        "SELECT DISTINCT coalesce(a.ingangsdatum, p.ingangsdatum) AS ingangsdatum FROM verzoekproducten p"
        " JOIN verzoeken v ON v.bericht_id = p.verzoek_id LEFT JOIN actueel a ON a.domein = v.domein"
        " AND a.gemeente = v.gemeente AND a.toewijzing_nummer = p.toewijzing_nummer"
        " WHERE p.verzoek_id = $1 AND coalesce(a.ingangsdatum, p.ingangsdatum) IS NOT NULL",
        verzoek_id,
    )
    return [row["ingangsdatum"] for row in rows]


async def insert_verzoek(connection: Connection, verzoek: NieuwVerzoek) -> None:
    """Keep a verzoek with its references and products; its days are those of its message, which is kept already."""
    ontvangen_op = await connection.fetchval(
        "INSERT INTO verzoeken (bericht_id, domein, gemeente, aanbieder, client, berichtsoort, dagtekening,"
        " ontvangen_op, status, versie) SELECT bericht_id, $2, $3, $4, $5, $6, dagtekening, vastgelegd_op, $7, 1"
        " FROM berichten WHERE bericht_id = $1 RETURNING ontvangen_op",
        verzoek.bericht_id,
        verzoek.domein,
        verzoek.gemeente,
        verzoek.aanbieder,
        verzoek.client,
        verzoek.berichtsoort,
        Verzoekstatus.OPEN,
    )
    await copy_rows(
        connection,
        "referenties",
        ("domein", "aanbieder", "referentie_aanbieder", "verzoek_id", "toestand", "gewijzigd_op"),
        [
            (verzoek.domein, verzoek.aanbieder, referentie, verzoek.bericht_id, Toestand.OPEN, ontvangen_op)
            for referentie in verzoek.referenties
        ],
    )
    await copy_rows(
        connection,
        "verzoekproducten",
        ("verzoek_id", "volgnummer", *GEVRAAGD_KOLOMMEN),
        [
            (verzoek.bericht_id, nummer, *(getattr(product, kolom) for kolom in GEVRAAGD_KOLOMMEN))
            for nummer, product in enumerate(verzoek.producten, 1)
        ],
    )


async def open_referenties(
    connection: Connection, domein: str, gemeente: str, aanbieder: str, client: str
) -> dict[str, Toestand]:
    """Every pending ReferentieAanbieder of this client and aanbieder, with its state."""
    rows = await connection.fetch(
        "SELECT r.referentie_aanbieder, r.toestand FROM verzoeken v JOIN referenties r ON r.verzoek_id = v.bericht_id"
        " WHERE v.domein = $1 AND v.gemeente = $2 AND v.aanbieder = $3 AND v.client = $4"
        " AND v.status IN ('open', 'in_onderzoek') AND r.toestand = ANY($5::text[])",
        domein,
        gemeente,
        aanbieder,
        client,
        sorted(OPENSTAAND),
    )
    return {row["referentie_aanbieder"]: Toestand(row["toestand"]) for row in rows}


async def beantwoord(
    connection: Connection, domein: str, aanbieder: str, antwoorden: Mapping[str, Antwoord], moment: datetime
) -> None:
    """Give these references their answer, and every verzoek they belong to its new status and versie.

    The verzoeken are locked first: of two answers to one JW315 the later counts both.
    """
    verzoeken = await _vergrendel(connection, domein, aanbieder, antwoorden)
    await connection.execute(
        "UPDATE referenties r SET toestand = a.toestand, gewijzigd_op = $8,"
        " onderzoek_id = CASE WHEN a.toestand = 'in_onderzoek' THEN a.bericht_id ELSE r.onderzoek_id END,"
        " antwoord_id = CASE WHEN a.toestand = 'in_onderzoek' THEN NULL ELSE a.bericht_id END,"
        " reden_afwijzing = a.reden, woonplaats_gemeente = a.gemeente"
        " FROM unnest($3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[])"
        " AS a(referentie, toestand, bericht_id, reden, gemeente)"
        " WHERE r.domein = $1 AND r.aanbieder = $2 AND r.referentie_aanbieder = a.referentie",
        domein,
        aanbieder,
        list(antwoorden),
        [antwoord.toestand for antwoord in antwoorden.values()],
        [antwoord.bericht_id for antwoord in antwoorden.values()],
        [antwoord.reden_afwijzing for antwoord in antwoorden.values()],
        [antwoord.woonplaats_gemeente for antwoord in antwoorden.values()],
        moment,
    )
    rows = await connection.fetch(
        "SELECT verzoek_id, array_agg(DISTINCT toestand) AS toestanden FROM referenties"
        " WHERE verzoek_id = ANY($1::uuid[]) GROUP BY verzoek_id",
        verzoeken,
    )
    await connection.execute(
        "UPDATE verzoeken v SET status = n.status, versie = v.versie + 1"
        " FROM unnest($1::uuid[], $2::text[]) AS n(bericht_id, status) WHERE v.bericht_id = n.bericht_id",
        [row["verzoek_id"] for row in rows],
        [status_van(map(Toestand, row["toestanden"])) for row in rows],
    )


async def _vergrendel(connection: Connection, domein: str, aanbieder: str, referenties: Collection[str]) -> list[UUID]:
    rows = await connection.fetch(
        "SELECT v.bericht_id FROM verzoeken v WHERE v.bericht_id IN (SELECT verzoek_id FROM referenties"
        " WHERE domein = $1 AND aanbieder = $2 AND referentie_aanbieder = ANY($3::text[]))"
        " ORDER BY v.bericht_id FOR UPDATE",
        domein,
        aanbieder,
        list(referenties),
    )
    return [row["bericht_id"] for row in rows]
