"""Writing verdicts on new prestaties: one COPY, and a statement for whatever else the batch changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from services.matching.beoordeling import Oordeel
from services.matching.feiten import Declaratie, Prestatiesleutel, Saldo, Toewijzingsleutel
from services.matching.store.feiten import kolommen
from services.matching.store.rijen import bevindingen_als_tekst, codes_van
from services.platform.arrays import samen, uiteen
from services.platform.database import Connection, copy_rows

SYSTEEM: Final = "systeem"
"""Who decides when no person does."""

_KOLOMMEN: Final = (
    "declaratie_id",
    "volgnummer",
    "domein",
    "gemeente",
    "aanbieder",
    "client",
    "referentie",
    "vorige_referentie",
    "toewijzing_nummer",
    "product_categorie",
    "product_code",
    "begindatum",
    "einddatum",
    "volume",
    "eenheid",
    "tarief",
    "bedrag",
    "debet_credit",
    "toestand",
    "gekoppeld",
    "verplicht",
    "uitval_id",
    "bevindingen",
    "retourcodes",
    "client_retourcodes",
)

_DECLARATIES: Final = """
INSERT INTO declaraties (declaratie_id, domein, declaratienummer, gemeente, aanbieder, periode_begin, periode_eind,
    dagtekening, ontvangen_op)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::date[],
    $9::timestamptz[])
ON CONFLICT DO NOTHING
"""

_SALDI: Final = f"""
INSERT INTO toewijzing_saldi (domein, gemeente, toewijzing_nummer, volume, bedrag_cent, aantal_toegekend)
SELECT $1, * FROM unnest({uiteen("$2")}, $3::bigint[], $4::bigint[], $5::bigint[], $6::int[])
ON CONFLICT (domein, gemeente, toewijzing_nummer) DO UPDATE
SET volume = excluded.volume, bedrag_cent = excluded.bedrag_cent, aantal_toegekend = excluded.aantal_toegekend
"""

_GECREDITEERD: Final = """
UPDATE prestaties p SET gecrediteerd = true
FROM unnest($1::uuid[], $2::int[]) AS k(declaratie_id, volgnummer)
WHERE p.declaratie_id = k.declaratie_id AND p.volgnummer = k.volgnummer
"""

_CLIENTITEMS: Final = """
INSERT INTO uitval AS u (uitval_id, domein, gemeente, aanbieder, soort, declaratie_id, client, status, versie,
    retourcodes, ontstaan_op)
SELECT k.uitval_id, k.domein, k.gemeente, k.aanbieder, 'client', k.declaratie_id, k.client, 'open', 1,
    string_to_array(k.codes, ','), $8
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[])
    AS k(uitval_id, domein, gemeente, aanbieder, declaratie_id, client, codes)
ON CONFLICT (declaratie_id, client) WHERE soort = 'client' DO UPDATE
SET versie = u.versie + 1,
    retourcodes = ARRAY(SELECT DISTINCT c FROM unnest(u.retourcodes || excluded.retourcodes) AS c ORDER BY c)
RETURNING declaratie_id::text, client, uitval_id, versie, retourcodes
"""


async def schrijf_oordelen(connection: Connection, domein: str, oordelen: Sequence[Oordeel], moment: datetime) -> None:
    """Keep new prestaties with their verdicts, and open or fill the uitval items they belong to.

    ``schrijf_declaraties`` belongs to it, before the commit.
    """
    items = await maak_uitvalitems(connection, oordelen, moment)
    await copy_rows(connection, "prestaties", _KOLOMMEN, [_rij(domein, oordeel, items) for oordeel in oordelen])
    await markeer_gecrediteerd(connection, [o.credit_op for o in oordelen if o.credit_op is not None])


def _rij(domein: str, oordeel: Oordeel, items: Mapping[Prestatiesleutel, UUID]) -> tuple[Any, ...]:
    declaratie, p = oordeel.zaak.declaratie, oordeel.zaak.prestatie
    uitzondering: tuple[Any, ...] = (None, None, None, None)
    if oordeel.bevindingen:
        uitzondering = (
            items.get(oordeel.zaak.sleutel),
            bevindingen_als_tekst(oordeel.bevindingen),
            oordeel.retourcodes or None,
            oordeel.client_retourcodes or None,
        )
    return (
        declaratie.declaratie_id,
        p.volgnummer,
        domein,
        declaratie.gemeente,
        declaratie.aanbieder,
        p.client,
        p.referentie,
        p.vorige_referentie,
        p.toewijzing_nummer,
        p.product_categorie,
        p.product_code,
        p.begindatum,
        p.einddatum,
        p.volume,
        p.eenheid,
        p.tarief,
        p.bedrag,
        p.debet_credit,
        oordeel.uitkomst,
        oordeel.gekoppeld,
        oordeel.verplicht,
        *uitzondering,
    )


async def schrijf_declaraties(connection: Connection, declaraties: Iterable[Declaratie]) -> None:
    """Keep declaraties; those that are there stay as they are. The last thing a batch does.

    Prestaties of one declaratie are judged in several partitions at once. Whoever writes its row makes the others
    wait until its own commit.
    """
    rijen = [
        (
            d.declaratie_id,
            d.domein,
            d.declaratienummer,
            d.gemeente,
            d.aanbieder,
            d.periode_begin,
            d.periode_eind,
            d.dagtekening,
            d.ontvangen_op,
        )
        for _, d in sorted({d.declaratie_id: d for d in declaraties}.items())
    ]
    await connection.execute(_DECLARATIES, *kolommen(rijen, 9))


async def maak_uitvalitems(
    connection: Connection, oordelen: Iterable[Oordeel], moment: datetime
) -> dict[Prestatiesleutel, UUID]:
    """Items for verdicts that open one or join their client's; by prestatie the item it stands in."""
    items: dict[Prestatiesleutel, UUID] = {}
    rijen: list[tuple[Any, ...]] = []
    per_client: dict[tuple[str, str], list[Oordeel]] = {}
    for oordeel in oordelen:
        declaratie, prestatie = oordeel.zaak.declaratie, oordeel.zaak.prestatie
        if oordeel.soort == "client":
            per_client.setdefault((declaratie.declaratie_id, prestatie.client), []).append(oordeel)
        elif oordeel.soort == "prestatie":
            uitval_id = items[oordeel.zaak.sleutel] = uuid4()
            codes = codes_van(oordeel.bevindingen)
            rijen.append(
                (uitval_id, declaratie.domein, declaratie.gemeente, declaratie.aanbieder, "prestatie",
                 declaratie.declaratie_id, prestatie.client, "open", 1, codes, moment)
            )  # fmt: skip
    kolommen_uitval = (
        "uitval_id", "domein", "gemeente", "aanbieder", "soort", "declaratie_id", "client", "status", "versie",
        "retourcodes", "ontstaan_op",
    )  # fmt: skip
    await copy_rows(connection, "uitval", kolommen_uitval, rijen)
    items.update(await _vul_clientitems(connection, per_client, moment))
    return items


async def _vul_clientitems(
    connection: Connection, per_client: Mapping[tuple[str, str], Sequence[Oordeel]], moment: datetime
) -> dict[Prestatiesleutel, UUID]:
    """Open the items of clients nobody knows, or let more prestaties join them."""
    if not per_client:
        return {}
    rijen = []
    # In one order, so that two partitions filling items of the same clients cannot wait for each other.
    for (declaratie_id, client), oordelen in sorted(per_client.items(), key=lambda paar: paar[0]):
        declaratie = oordelen[0].zaak.declaratie
        codes = codes_van([bevinding for oordeel in oordelen for bevinding in oordeel.bevindingen])
        partijen = (declaratie.domein, declaratie.gemeente, declaratie.aanbieder)
        rijen.append((uuid4(), *partijen, declaratie_id, client, ",".join(codes)))
    geschreven = await connection.fetch(_CLIENTITEMS, *kolommen(rijen, 7), moment)
    aangevuld = [
        (rij["uitval_id"], rij["versie"], "aangevuld", SYSTEEM, moment, None, rij["retourcodes"], None)
        for rij in geschreven
        if rij["versie"] > 1
    ]
    await schrijf_historie(connection, aangevuld)
    return {
        oordeel.zaak.sleutel: rij["uitval_id"]
        for rij in geschreven
        for oordeel in per_client[rij["declaratie_id"], rij["client"]]
    }


async def schrijf_historie(connection: Connection, rijen: Sequence[tuple[Any, ...]]) -> None:
    """Rows of (uitval_id, versie, gebeurtenis, door, op, besluit, retourcodes, motivering)."""
    namen = ("uitval_id", "versie", "gebeurtenis", "door", "op", "besluit", "retourcodes", "motivering")
    await copy_rows(connection, "uitval_historie", namen, list(rijen))


async def markeer_gecrediteerd(connection: Connection, sleutels: Collection[Prestatiesleutel]) -> None:
    """These debets have been taken back by an awarded credit."""
    if sleutels:
        await connection.execute(_GECREDITEERD, *kolommen(sleutels, 2))


async def schrijf_saldi(connection: Connection, domein: str, saldi: Mapping[Toewijzingsleutel, Saldo]) -> None:
    """The new saldi, whole: the caller holds the locks of their partitions."""
    if saldi:
        rijen = [
            (gemeente, nummer, saldo.volume, saldo.bedrag_cent, saldo.aantal_toegekend)
            for (gemeente, nummer), saldo in sorted(saldi.items())
        ]
        gemeenten, *getallen = kolommen(rijen, 5)
        await connection.execute(_SALDI, domein, samen(gemeenten), *getallen)
