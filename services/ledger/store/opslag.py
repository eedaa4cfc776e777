"""Stores what a batch booked: COPY for what is only added, one upsert a table for what is kept up to date."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from services.ledger.grootboek import Grootboek, Kop, Plaats
from services.ledger.store import copy_boekingen
from services.ledger.store.arrays import kolommen
from services.ledger.verwerking import Verwerking
from services.platform import breekpunten
from services.platform.arrays import samen, uiteen
from services.platform.copy_binary import copy_binary
from services.platform.database import Connection
from services.platform.tracing.spans import note


async def bewaar(connection: Connection, verwerking: Verwerking) -> None:
    """Everything that changed, in the running transaction."""
    grootboeken = [grootboek for grootboek in verwerking.grootboeken.values() if grootboek.rijen]
    await bewaar_boekingen(connection, grootboeken)
    await _bewaar_standen(connection, verwerking)
    await _bewaar_uitspraken(connection, verwerking)


async def bewaar_boekingen(connection: Connection, grootboeken: Iterable[Grootboek]) -> None:
    """Boekingen, their lines, the balances they change and the heads of their grootboeken."""
    grootboeken = list(grootboeken)
    if not grootboeken:
        return
    rijen = [rij for boek in grootboeken for rij in copy_boekingen.rijen(boek)]
    await copy_binary(connection, "boekingen", copy_boekingen.KOLOMMEN, rijen)
    breekpunten.raak("ledger.in-boeking")
    await _bewaar_saldi(connection, grootboeken)
    await bewaar_koppen(connection, {boek.plaats: boek.kop for boek in grootboeken})
    note("happyflow.boekingen", len(rijen))


async def bewaar_koppen(connection: Connection, koppen: Mapping[Plaats, Kop]) -> None:
    """Where grootboeken have got to."""
    await connection.execute(
        "INSERT INTO grootboeken (domein, gemeente, laatste_nummer, laatste_hash, boekdatum, vastgelegd_op)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::date[], $6::timestamptz[])"
        " ON CONFLICT (domein, gemeente) DO UPDATE SET laatste_nummer = excluded.laatste_nummer,"
        " laatste_hash = excluded.laatste_hash, boekdatum = excluded.boekdatum, vastgelegd_op = excluded.vastgelegd_op",
        *kolommen(
            (
                (*plaats, kop.laatste_nummer, kop.laatste_hash, kop.boekdatum, kop.vastgelegd_op)
                for plaats, kop in koppen.items()
            ),
            6,
        ),
    )


async def _bewaar_saldi(connection: Connection, grootboeken: Iterable[Grootboek]) -> None:
    """The same sums go to the balances so far and to those of the day."""
    rijen = [
        (*boek.plaats, boekjaar, boek.boekdatum, rekening, productcategorie, debet, credit)
        for boek in grootboeken
        for (boekjaar, rekening, productcategorie), (debet, credit) in boek.saldi.items()
    ]
    bron = (
        "SELECT {kolommen} FROM unnest($1::text[], $2::text[], $3::smallint[], $4::date[], $5::smallint[], $6::text[],"
        " $7::bigint[], $8::bigint[])"
        " AS n(domein, gemeente, boekjaar, boekdatum, rekening, productcategorie, debet, credit)"
    )
    for tabel, sleutel in (
        ("saldi", "domein, gemeente, boekjaar, rekening, productcategorie"),
        ("dagtotalen", "domein, gemeente, boekjaar, boekdatum, rekening, productcategorie"),
    ):
        alle = f"{sleutel}, debet, credit"
        await connection.execute(
            f"INSERT INTO {tabel} AS s ({alle}) {bron.format(kolommen=alle)} ON CONFLICT ({sleutel})"
            " DO UPDATE SET debet = s.debet + excluded.debet, credit = s.credit + excluded.credit",
            *kolommen(rijen, 8),
        )


async def _bewaar_standen(connection: Connection, verwerking: Verwerking) -> None:
    nieuw: list[tuple[Any, ...]] = []
    toegekend: list[tuple[Any, ...]] = []
    for toewijzing, jaren in verwerking.standen.items():
        (domein, gemeente), nummer = toewijzing
        for jaar, stand in jaren.items():
            eerder = verwerking.eerder(toewijzing, jaar)
            if eerder is not None and stand.verschilt_in_toegekend(eerder):
                toegekend.append((domein, gemeente, nummer, jaar, stand.toegekend))
            else:
                nieuw.append((domein, gemeente, nummer, jaar, *msgspec.structs.astuple(stand)))
    if toegekend:
        await _werk_toegekend_bij(connection, toegekend)
    if nieuw:
        await _bewaar_nieuwe_standen(connection, nieuw)


async def _werk_toegekend_bij(connection: Connection, rijen: Collection[tuple[Any, ...]]) -> None:
    """Rows that are there: an UPDATE finds and writes them at half of what an upsert takes."""
    domeinen, gemeenten, *getallen = kolommen(rijen, 5)
    gedaan = await connection.execute(
        "UPDATE toewijzing_saldi s SET toegekend = v.toegekend"
        f" FROM unnest({uiteen('$1')}, {uiteen('$2')}, $3::bigint[], $4::smallint[], $5::bigint[])"
        " AS v(domein, gemeente, toewijzing_nummer, jaar, toegekend)"
        " WHERE s.domein = v.domein AND s.gemeente = v.gemeente AND s.toewijzing_nummer = v.toewijzing_nummer"
        " AND s.jaar = v.jaar",
        samen(domeinen),
        samen(gemeenten),
        *getallen,
    )
    if gedaan != f"UPDATE {len(rijen)}":
        raise RuntimeError(f"{len(rijen)} toewijzingen were read and should be written: {gedaan}")


async def _bewaar_nieuwe_standen(connection: Connection, rijen: Collection[tuple[Any, ...]]) -> None:
    await connection.execute(
        "INSERT INTO toewijzing_saldi"
        " (domein, gemeente, toewijzing_nummer, jaar, verplicht, toegekend, productcategorie, boeking,"
        " reeds_toegekend)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[],"
        " $7::text[], $8::bigint[], $9::bigint[])"
        " ON CONFLICT (domein, gemeente, toewijzing_nummer, jaar) DO UPDATE SET verplicht = excluded.verplicht,"
        " toegekend = excluded.toegekend, productcategorie = excluded.productcategorie, boeking = excluded.boeking,"
        " reeds_toegekend = excluded.reeds_toegekend",
        *kolommen(rijen, 9),
    )


async def _bewaar_uitspraken(connection: Connection, verwerking: Verwerking) -> None:
    if not verwerking.uitspraken:
        return
    await connection.execute(
        "INSERT INTO verplichtingen (domein, gemeente, toewijzing_nummer, volgnummer, inhoud, grondslag, aanbieder)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bytea[], $6::text[],"
        " $7::text[])"
        " ON CONFLICT (domein, gemeente, toewijzing_nummer) DO UPDATE SET volgnummer = excluded.volgnummer,"
        " inhoud = excluded.inhoud, grondslag = excluded.grondslag, aanbieder = excluded.aanbieder",
        *kolommen(((*plaats, nummer, *uitspraak) for (plaats, nummer), uitspraak in verwerking.uitspraken.items()), 7),
    )
