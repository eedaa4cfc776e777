"""What stands on a toewijzing, in the database: units that cannot be added, and batches that mix partitions."""

from datetime import date
from uuid import uuid4

from services.matching.handlers import subscriptions
from services.platform.bus import deliver
from services.platform.events import Event, encode, partition_of, toewijzing_key
from tests.services.matching_bouwen import (
    GEMEENTE,
    credit,
    declaratie,
    klopt,
    open_uitval,
    prestatie,
    regel,
    saldo,
    stuur,
    toewijzing,
    uitkomsten,
    zet_contract,
)
from tests.services.systeem import Systeem

SERVICES = ("matching",)

MAART = {"begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 31)}


async def test_9341_a_wrong_unit_leaves_the_next_prestatie_faultless(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(eenheid="83", volume=1_000_000, bedrag=1_000_000, tarief=None)))
    await stuur(systeem, *declaratie(prestatie(referentie="R2", **MAART)))
    assert await open_uitval(systeem) == [("prestatie", ("9341",), 1)]
    assert (await uitkomsten(systeem))["R2"] == ("toegekend",)
    assert await saldo(systeem) == (240, 1_036_000, 1)
    await klopt(systeem)


async def test_a_toewijzing_in_another_unit_counts_again_what_can_be_added(systeem: Systeem) -> None:
    await zet_contract(systeem, regel(), regel(eenheid="84"))
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie()))
    await stuur(systeem, *declaratie(prestatie(referentie="R2", eenheid="84", volume=3, bedrag=27_000, **MAART)))
    assert await saldo(systeem) == (240, 63_000, 1)
    await stuur(systeem, toewijzing(volgnummer=2, eenheid="84"))
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "R2": ("toegekend",)}
    assert await saldo(systeem) == (3, 63_000, 2)
    await klopt(systeem)
    await stuur(systeem, toewijzing(volgnummer=3, volume=None, eenheid=None, frequentie=None))
    assert await saldo(systeem) == (0, 63_000, 2)
    await klopt(systeem)


async def test_op366_a_batch_of_several_partitions_keeps_the_order_in_each(systeem: Systeem) -> None:
    """Declaratie B begins in another partition, before A; its credit of A's debet comes after A."""
    ander = next(n for n in range(2000, 2100) if _partitie(n) != _partitie(1001))
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(ander))
    debet, declaratie_b = prestatie(), uuid4()
    (a,) = declaratie(debet)
    b = declaratie(prestatie(referentie="B1", toewijzing_nummer=ander), credit(debet, 2), declaratie_id=declaratie_b)
    b_elders = next(deel for deel in b if deel.partition == _partitie(ander))
    b_hier = next(deel for deel in b if deel.partition == _partitie(1001))
    context = systeem.runtime.contexts["matching"]
    abonnement = next(s for s in subscriptions(context) if s.topic == "declaraties")
    events = [
        Event(
            id=uuid4(),
            type="declaratie-ingediend",
            source="urn:test",
            time=systeem.clock.now(),
            topic="declaraties",
            partition=deel.partition,
            key=deel.key,
            data=encode(deel.payload),
            producer="invoice",
            xid=xid,
            volgnummer=volgnummer,
        )
        for volgnummer, (deel, xid) in enumerate([(b_elders, 20), (a, 10), (b_hier, 20)], 1)
    ]
    await deliver(context.database, abonnement, events)
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "B1": ("toegekend",), "R1c": ("toegekend",)}
    assert await saldo(systeem) == (0, 0, 0)
    await klopt(systeem)


def _partitie(nummer: int) -> int:
    return partition_of(toewijzing_key(GEMEENTE, nummer))
