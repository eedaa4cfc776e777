"""A decision that makes room lets what waited for that room through."""

from datetime import UTC, date, datetime

from services.matching.besluiten import neem_besluit
from services.matching.saldi import Besluit
from services.platform.events import DeclaratieBeoordeeld
from tests.services.matching_bouwen import (
    credit,
    declaratie,
    geboekt,
    gezegd,
    klopt,
    open_uitval,
    prestatie,
    saldo,
    stuur,
    toewijzing,
    uitkomsten,
    vraag,
    zet_beleid,
    zet_contract,
)
from tests.services.systeem import Systeem

SERVICES = ("matching",)

MAART = {"begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 31)}
TOEKENNEN = Besluit(besluit="toekennen", motivering="Nagevraagd.")
AFWIJZEN = Besluit(besluit="afwijzen", motivering="Nagevraagd.")


async def besluit(systeem: Systeem, referentie: str, wat: Besluit) -> None:
    """On the item that this prestatie waits in."""
    (item,) = await vraag(
        systeem,
        "SELECT uitval_id, versie FROM uitval JOIN prestaties USING (uitval_id) WHERE referentie = $1",
        referentie,
    )
    context = systeem.runtime.contexts["matching"]
    await neem_besluit(context, item["uitval_id"], wat, versie=item["versie"], door="piet", mag=lambda _g, _a: True)


def _om(uur: int) -> datetime:
    """What waits is judged again in the order in which it came."""
    return datetime(2026, 5, 6, uur, tzinfo=UTC)


async def test_9322_rejecting_what_took_the_room_awards_what_waited_for_it(systeem: Systeem) -> None:
    """5 uur in all: 9 wait, 4 that would fit wait for them, and 6 more fit in neither case."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(volume=5, frequentie="6"), toewijzing(1002, volume=1))
    await stuur(systeem, *declaratie(prestatie(volume=9, bedrag=81_000), ontvangen_op=_om(10)))
    await stuur(systeem, *declaratie(prestatie(referentie="R2", **MAART), ontvangen_op=_om(11)))
    februari = {"begindatum": date(2026, 2, 1), "einddatum": date(2026, 2, 28)}
    te_veel = prestatie(referentie="R3", volume=6, bedrag=54_000, **februari)
    await stuur(systeem, *declaratie(te_veel, ontvangen_op=_om(12)))
    await stuur(systeem, *declaratie(prestatie(referentie="elders", toewijzing_nummer=1002)))
    assert {uitkomst for uitkomst, *_ in (await uitkomsten(systeem)).values()} == {"inUitval"}
    await besluit(systeem, "R1", AFWIJZEN)
    assert await uitkomsten(systeem) == {
        "R1": ("afgewezen", "9321", "9322"),
        "R2": ("toegekend",),
        "R3": ("inUitval",),
        "elders": ("inUitval",),
    }
    assert await saldo(systeem) == (600, 90_000, 1)
    assert len(await open_uitval(systeem)) == 2
    assert (await geboekt(systeem))["inUitval", "toegekend"] == 36_000
    assert [b.toegekend for b in await gezegd(systeem, DeclaratieBeoordeeld) if b.toegekend] == [(1,)]
    (door,) = await vraag(systeem, "SELECT besloten_door FROM uitval WHERE besluit = 'toekennen'")
    assert door["besloten_door"] == "systeem"
    await klopt(systeem)


async def test_awarding_takes_no_room_away_from_who_waits(systeem: Systeem) -> None:
    """A debet in uitval took its room already: awarding it changes nothing for another."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(volume=5, frequentie="6"))
    await stuur(systeem, *declaratie(prestatie(volume=9, bedrag=81_000)))
    await stuur(systeem, *declaratie(prestatie(referentie="R2", **MAART)))
    await besluit(systeem, "R1", TOEKENNEN)
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "R2": ("inUitval",)}
    await klopt(systeem)


async def test_awarding_a_credit_lets_through_what_waited_for_its_room(systeem: Systeem) -> None:
    """The credit of May waits (9319 in a declaratie of April); April waits for the volume that it gives back."""
    await zet_contract(systeem)
    await zet_beleid(systeem, ("9319", "uitval"))
    await stuur(systeem, toewijzing(volume=5, frequentie="6"))
    debet = prestatie(begindatum=date(2026, 5, 1), einddatum=date(2026, 5, 31))
    await stuur(systeem, *declaratie(debet, periode_begin=date(2026, 5, 1), periode_eind=date(2026, 5, 31)))
    await stuur(systeem, *declaratie(credit(debet)))
    await stuur(systeem, *declaratie(prestatie(referentie="R2")))
    assert sorted(await open_uitval(systeem)) == [
        ("prestatie", ("9319",), 1),
        ("prestatie", ("9321", "9322"), 1),
    ]
    await besluit(systeem, "R1c", TOEKENNEN)
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "R1c": ("toegekend",), "R2": ("toegekend",)}
    assert await saldo(systeem) == (240, 36_000, 1)
    await klopt(systeem)
