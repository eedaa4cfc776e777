"""Telling the ledger what toewijzingen commit, whenever that changes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from services.matching import events
from services.matching.contract import Contract
from services.matching.feiten import Toewijzingsleutel
from services.matching.partities import ALLE_PARTITIES
from services.matching.store import toewijzingen as store
from services.matching.store.feiten import contracten_alle_jaren
from services.matching.store.toewijzingen import Vastgesteld
from services.matching.verplichting import Verplichting, bepaal, met_reeds_toegekend
from services.platform import outbox
from services.platform.database import Connection, lock_keys
from services.platform.outbox import Outgoing
from services.platform.service import Context

_PER_KEER: Final = 500
_ONBEKEND: Final[Mapping[Toewijzingsleutel, str | None]] = MappingProxyType({})


async def stel_vast(
    connection: Connection,
    domein: str,
    toewijzingen: Sequence[Vastgesteld],
    jaar: int,
    oorzaken: Mapping[Toewijzingsleutel, str | None] = _ONBEKEND,
) -> list[Outgoing]:
    """Work out and keep what ``toewijzingen`` commit; events for those whose commitment is not what it was.

    ``oorzaken`` says which trace brought a toewijzing, where that is not all of them together.
    """
    partijen = {(v.toewijzing.gemeente, v.toewijzing.aanbieder) for v in toewijzingen}
    contracten = await contracten_alle_jaren(connection, domein, partijen)
    nieuw: dict[Toewijzingsleutel, tuple[int, Verplichting]] = {}
    uit: list[Outgoing] = []
    geen: Mapping[int, Contract] = {}
    for vastgesteld in toewijzingen:
        toewijzing, oud = vastgesteld.toewijzing, vastgesteld.verplichting
        van_partijen = contracten.get((toewijzing.gemeente, toewijzing.aanbieder), geen)
        verplichting = met_reeds_toegekend(bepaal(toewijzing, van_partijen, jaar), vastgesteld.reeds_toegekend)
        if verplichting == oud:
            continue
        gelijk = oud is not None and (oud.grondslag, oud.per_jaar) == (verplichting.grondslag, verplichting.per_jaar)
        volgnummer = vastgesteld.volgnummer + (0 if gelijk else 1)
        nieuw[toewijzing.sleutel] = (volgnummer, verplichting)
        if not gelijk:
            oorzaak = oorzaken.get(toewijzing.sleutel)
            uit.append(events.van_verplichting(domein, toewijzing, volgnummer, verplichting, oorzaak))
    await store.schrijf_verplichtingen(connection, domein, nieuw)
    return uit


async def verleng(context: Context) -> None:
    """Count open-ended toewijzingen on into a year that has begun; doing it twice changes nothing."""
    jaar = context.clock.today().year
    async with context.database.connection() as connection:
        domeinen = await store.domeinen_geteld_tot_voor(connection, jaar)
    for domein in domeinen:
        while await _verleng_deel(context, domein, jaar) == _PER_KEER:
            pass


async def _verleng_deel(context: Context, domein: str, jaar: int) -> int:
    """Extend some of them in one transaction; returns how many there were."""
    async with context.database.transaction() as connection:
        await lock_keys(connection, context.database.schema, ALLE_PARTITIES)
        te_verlengen = await store.geteld_tot_voor(connection, domein, jaar, _PER_KEER)
        uit = await stel_vast(connection, domein, te_verlengen, jaar)
        await outbox.append(connection, uit, context.clock.now())
    return len(te_verlengen)
