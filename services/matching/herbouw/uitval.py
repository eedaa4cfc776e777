"""The work queue: items that people decided stay as they are; those that were lost are made again."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from ijw.bevinding import Bevinding
from services.matching.beleid import CLIENTCODE
from services.matching.beoordeling import Oordeel, beoordeel
from services.matching.feiten import Declaratie, Lopend, Zaak
from services.matching.herbouw.besloten import maak_besloten_items, sluit_besloten_items
from services.matching.rules.fout import HERBOUWD, fout, regel_van
from services.matching.store.feiten import kolommen, lees_feitenboek
from services.matching.store.lijsten import lijsten_van
from services.matching.store.rijen import bevindingen_als_tekst, codes_van, declaratie_van, prestatie_van
from services.platform.herbouw.model import Herbouw

_ZONDER_ITEM: Final = """
SELECT p.declaratie_id::text AS declaratie_id, d.domein, d.declaratienummer, d.gemeente, d.aanbieder, d.periode_begin,
  d.periode_eind, d.dagtekening, d.ontvangen_op, p.volgnummer, p.client, p.referentie, p.vorige_referentie,
  p.toewijzing_nummer, p.product_categorie, p.product_code, p.begindatum, p.einddatum, p.volume, p.eenheid, p.tarief,
  p.bedrag, p.debet_credit, p.gekoppeld, p.verplicht, f.retourcodes AS ingediend, coalesce(u.op, $1) AS op
FROM prestaties p JOIN declaraties d USING (declaratie_id)
JOIN h_feiten f ON f.declaratie_id = p.declaratie_id AND f.volgnummer = p.volgnummer
LEFT JOIN h_uitkomsten u ON u.declaratie_id = p.declaratie_id AND u.volgnummer = p.volgnummer
WHERE p.toestand = 'inUitval'
  AND NOT EXISTS (SELECT 1 FROM uitval i WHERE i.uitval_id = p.uitval_id AND i.status = 'open')
ORDER BY d.ontvangen_op, d.declaratie_id, p.volgnummer LIMIT $2
"""

_ITEMS: Final = """
INSERT INTO uitval AS u (uitval_id, domein, gemeente, aanbieder, soort, declaratie_id, client, status, versie,
  retourcodes, ontstaan_op)
SELECT k.uitval_id, k.domein, k.gemeente, k.aanbieder, k.soort, k.declaratie_id, k.client, 'open', 1,
  string_to_array(k.codes, ','), k.op
FROM (
  SELECT DISTINCT ON (uitval_id) * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[],
    $7::text[], $8::text[], $9::timestamptz[])
    AS k(uitval_id, domein, gemeente, aanbieder, soort, declaratie_id, client, codes, op)) AS k
ON CONFLICT (uitval_id) DO UPDATE SET status = 'open', versie = u.versie + 1, retourcodes = excluded.retourcodes,
  besluit = NULL, besluit_retourcodes = NULL, motivering = NULL, besloten_door = NULL, besloten_op = NULL
"""

_IDS: Final = """
SELECT coalesce(u.uitval_id, md5(k.sleutel)::uuid)
FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) WITH ORDINALITY
  AS k(sleutel, soort, declaratie_id, client, n)
LEFT JOIN uitval u ON k.soort = 'client' AND u.soort = 'client' AND u.declaratie_id = k.declaratie_id
  AND u.client = k.client
ORDER BY k.n
"""
"""A client has one item in a declaratie, and keeps the one that there is."""

_PRESTATIES: Final = """
UPDATE prestaties p SET uitval_id = k.uitval_id, bevindingen = k.bevindingen, gekoppeld = k.gekoppeld,
  verplicht = k.verplicht
FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::jsonb[], $5::bool[], $6::bool[])
  AS k(declaratie_id, volgnummer, uitval_id, bevindingen, gekoppeld, verplicht)
WHERE p.declaratie_id = k.declaratie_id AND p.volgnummer = k.volgnummer
"""

_ZONDER_BEVINDING: Final = """
SELECT DISTINCT retourcodes, client_retourcodes FROM prestaties WHERE toestand = 'afgewezen' AND bevindingen IS NULL
"""

_BEVINDINGEN: Final = """
UPDATE prestaties SET bevindingen = $3
WHERE toestand = 'afgewezen' AND bevindingen IS NULL AND retourcodes IS NOT DISTINCT FROM $1::text[]
  AND client_retourcodes IS NOT DISTINCT FROM $2::text[]
"""

_PER_KEER: Final = 500


async def herbouw_uitval(herbouw: Herbouw) -> None:
    """Close what was decided elsewhere, make again what is gone, and find again why it waits."""
    await sluit_besloten_items(herbouw)
    await maak_besloten_items(herbouw)
    await _geef_redenen(herbouw)
    while rijen := await herbouw.connection.fetch(_ZONDER_ITEM, herbouw.moment, _PER_KEER):
        for domein in sorted({rij["domein"] for rij in rijen}):
            await _leg_weer_voor(herbouw, domein, [rij for rij in rijen if rij["domein"] == domein])
        herbouw.verslag.herstelde("open uitval", len(rijen))


async def _geef_redenen(herbouw: Herbouw) -> None:
    """A rejection whose findings are gone has those that its codes stand for, without their figures."""
    geteld = 0
    for codes, clientcodes in await herbouw.connection.fetch(_ZONDER_BEVINDING):
        bevindingen = [fout(regel_van(code)) for code in sorted({*(codes or ()), *(clientcodes or ())})]
        tekst = bevindingen_als_tekst(bevindingen)
        geteld += await herbouw.telt(_BEVINDINGEN, codes, clientcodes, tekst)
    herbouw.verslag.herstelde("bevindingen bij afwijzingen", geteld)


async def _leg_weer_voor(herbouw: Herbouw, domein: str, rijen: Sequence[asyncpg.Record]) -> None:
    """Find out anew why these wait. None is decided here, whatever is found: that was for a person."""
    declaraties: dict[str, Declaratie] = {rij["declaratie_id"]: declaratie_van(rij) for rij in rijen}
    zaken = [
        Zaak(
            declaraties[rij["declaratie_id"]],
            prestatie_van(rij, tuple(rij["ingediend"] or ())),
            Lopend("", "prestatie", rij["gekoppeld"], ()),
        )
        for rij in rijen
    ]
    boek = await lees_feitenboek(herbouw.connection, domein, zaken, lijsten_van(herbouw.context))
    oordelen = {oordeel.zaak.sleutel: oordeel for oordeel in beoordeel(zaken, boek).oordelen}
    op = {(rij["declaratie_id"], rij["volgnummer"]): rij["op"] for rij in rijen}
    nieuw = [_item(oordelen[zaak.sleutel]) for zaak in zaken]
    async with herbouw.connection.transaction():
        ids = await herbouw.connection.fetch(
            _IDS,
            [sleutel for sleutel, *_ in nieuw],
            [soort for _, soort, _ in nieuw],
            [zaak.declaratie.declaratie_id for zaak in zaken],
            [zaak.prestatie.client for zaak in zaken],
        )
        items = [
            (uitval_id, domein, z.declaratie.gemeente, z.declaratie.aanbieder, soort, z.declaratie.declaratie_id,
             z.prestatie.client, ",".join(codes_van(bevindingen)), op[z.sleutel])
            for (uitval_id,), z, (_, soort, bevindingen) in zip(ids, zaken, nieuw, strict=True)
        ]  # fmt: skip
        await herbouw.connection.execute(_ITEMS, *kolommen(items, 9))
        prestaties: list[tuple[Any, ...]] = [
            (*z.sleutel, uitval_id, bevindingen_als_tekst(bevindingen), oordelen[z.sleutel].gekoppeld,
             oordelen[z.sleutel].verplicht)
            for (uitval_id,), z, (_, _, bevindingen) in zip(ids, zaken, nieuw, strict=True)
        ]  # fmt: skip
        await herbouw.connection.execute(_PRESTATIES, *kolommen(prestaties, 6))


def _item(oordeel: Oordeel) -> tuple[str, str, tuple[Bevinding, ...]]:
    """What its id is made of, the kind of item, and the findings: one at least."""
    bevindingen = oordeel.bevindingen or (fout(HERBOUWD),)
    declaratie, prestatie = oordeel.zaak.declaratie, oordeel.zaak.prestatie
    if any(bevinding.retourcode == CLIENTCODE for bevinding in bevindingen):
        return f"{declaratie.declaratie_id}/client/{prestatie.client}", "client", bevindingen
    return f"{declaratie.declaratie_id}/{prestatie.volgnummer}", "prestatie", bevindingen
