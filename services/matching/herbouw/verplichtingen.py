"""What each toewijzing was last said to commit, from matching's outbox or, where that lost it, from the ledger."""

from typing import Any, Final

import asyncpg
import msgspec

from services.matching import verplichtingen
from services.matching.herbouw.toewijzingen import zet_uitspraken
from services.matching.store.feiten import kolommen
from services.matching.store.toewijzingen import van_partijen
from services.platform import outbox
from services.platform.events import JaarVerplichting, VerplichtingBepaald
from services.platform.herbouw.model import Herbouw
from services.platform.outbox import Outgoing

_NIEUWER: Final = """
SELECT g.*, t.product_categorie, t.product_code
FROM getuigd_verplichtingen g JOIN toewijzingen t USING (domein, gemeente, toewijzing_nummer)
LEFT JOIN h_uitspraken u USING (domein, gemeente, toewijzing_nummer)
WHERE g.volgnummer > coalesce(u.volgnummer, 0)
ORDER BY g.domein, g.gemeente, g.toewijzing_nummer
"""

_PRODUCTEN: Final = """
SELECT DISTINCT product_categorie, product_code FROM h_versies
WHERE domein = $1 AND gemeente = $2 AND toewijzing_nummer = $3
"""

_NEEM_OVER: Final = """
INSERT INTO h_uitspraken AS u
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::jsonb[])
ON CONFLICT (toewijzing_nummer, gemeente, domein) DO UPDATE
SET volgnummer = excluded.volgnummer, grondslag = excluded.grondslag, per_jaar = excluded.per_jaar
"""

_PER_KEER: Final = 1000


async def herbouw_verplichtingen(herbouw: Herbouw, *, achter: bool) -> None:
    """Bring in line what was said, say again what is missing, and work out anew what contracts say now.

    Not when others heard of more than the outbox holds (``achter``): then the contracts may be of before that.
    """
    rijen = await herbouw.connection.fetch(_NIEUWER)
    onbekend = 0
    for begin in range(0, len(rijen), _PER_KEER):
        deel = rijen[begin : begin + _PER_KEER]
        uitspraken = [await _uitspraak(herbouw, rij) for rij in deel]
        onbekend += sum(not zeker for _, zeker in uitspraken)
        await herbouw.connection.execute(_NEEM_OVER, *kolommen([_rij(event) for event, _ in uitspraken], 6))
        uit = [Outgoing(event.gemeente, event) for event, zeker in uitspraken if zeker]
        async with herbouw.connection.transaction():
            herbouw.verslag.opnieuw_gezegd += await outbox.append(herbouw.connection, uit, herbouw.moment)
        herbouw.voortgang("verplichtingen", begin + len(deel), len(rijen))
    if onbekend:
        herbouw.verslag.niet_te_herstellen.append(
            f"van {onbekend} toewijzing(en) is alleen het verplichte bedrag bekend en niet de letterlijke uitspraak"
        )
    await zet_uitspraken(herbouw)
    if not achter:
        await _bepaal_opnieuw(herbouw)


async def _uitspraak(herbouw: Herbouw, rij: asyncpg.Record) -> tuple[VerplichtingBepaald, bool]:
    """The statement that the ledger booked, and whether its fingerprint says that it is exactly that."""
    jaren = msgspec.json.decode(rij["jaren"], type=tuple[JaarVerplichting, ...])
    gevuld = tuple(deel for deel in jaren if deel.bedrag or deel.reeds_toegekend)
    producten = [(rij["product_categorie"], rij["product_code"])]
    eerder = await herbouw.connection.fetch(_PRODUCTEN, rij["domein"], rij["gemeente"], rij["toewijzing_nummer"])
    producten += [(anders["product_categorie"], anders["product_code"]) for anders in eerder]
    kandidaten = [
        VerplichtingBepaald(
            domein=rij["domein"],
            gemeente=rij["gemeente"],
            toewijzing_nummer=rij["toewijzing_nummer"],
            volgnummer=rij["volgnummer"],
            aanbieder=rij["aanbieder"],
            grondslag=rij["grondslag"],
            per_jaar=per_jaar,
            product_categorie=categorie,
            product_code=code,
        )
        for categorie, code in producten
        for per_jaar in _mogelijk(jaren, gevuld)
    ]
    for kandidaat in kandidaten:
        if herbouw.vingerafdrukken.verplichting(kandidaat) == rij["inhoud"]:
            return kandidaat, True
    return kandidaten[0], False


def _mogelijk(
    jaren: tuple[JaarVerplichting, ...], gevuld: tuple[JaarVerplichting, ...]
) -> list[tuple[JaarVerplichting, ...]]:
    """Which years may have been named: those with money, all of them, none, and any row of years in between."""
    reeksen = [jaren[begin:eind] for begin in range(len(jaren)) for eind in range(begin + 1, len(jaren) + 1)]
    return list(dict.fromkeys([gevuld, jaren, (), *reeksen]))


def _rij(event: VerplichtingBepaald) -> tuple[Any, ...]:
    sleutel = (event.domein, event.gemeente, event.toewijzing_nummer)
    return (*sleutel, event.volgnummer, event.grondslag, msgspec.json.encode(event.per_jaar).decode())


async def _bepaal_opnieuw(herbouw: Herbouw) -> None:
    """Say what commits another amount than was said, now that contracts are there; without one nothing is known."""
    partijen = await herbouw.connection.fetch(
        "SELECT DISTINCT domein, gemeente, aanbieder FROM contracten ORDER BY domein, gemeente, aanbieder"
    )
    jaar = herbouw.context.clock.today().year
    for nummer, (domein, gemeente, aanbieder) in enumerate(partijen, 1):
        vastgesteld = await van_partijen(herbouw.connection, domein, gemeente, aanbieder)
        for begin in range(0, len(vastgesteld), _PER_KEER):
            deel = vastgesteld[begin : begin + _PER_KEER]
            async with herbouw.connection.transaction():
                uit = await verplichtingen.stel_vast(herbouw.connection, domein, deel, jaar)
                await outbox.append(herbouw.connection, uit, herbouw.moment)
            herbouw.verslag.herstelde("verplichtingen die het contract anders zegt", len(uit))
        herbouw.voortgang("verplichtingen opnieuw bepalen", nummer, len(partijen))
