"""Uitval that heals by itself: a toewijzing arrives or changes, a contract is put; and events that come again."""

from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg

from services.matching.besluiten import neem_besluit
from services.matching.handlers import subscriptions
from services.matching.saldi import Besluit
from services.platform.bus import deliver
from services.platform.events import DeclaratieBeoordeeld, ToewijzingGebruikt, VerplichtingBepaald
from tests.services.matching_bouwen import (
    ANDERE_CLIENT,
    declaratie,
    geboekt,
    gezegd,
    klopt,
    mutaties,
    open_uitval,
    opnieuw,
    prestatie,
    regel,
    saldo,
    stuur,
    toewijzing,
    uitkomsten,
    vraag,
    zet_contract,
)
from tests.services.systeem import Systeem

SERVICES = ("matching",)


async def test_a_declaratie_that_overtook_its_toewijzing_ends_as_if_it_had_not(systeem: Systeem) -> None:
    """Awarded, rejected and still waiting prestaties alike; the client was known by another toewijzing."""
    await zet_contract(systeem)
    maart = {"begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 31)}
    prestaties = (
        prestatie(1),
        prestatie(2, toewijzing_nummer=1002, begindatum=date(2026, 4, 3)),
        prestatie(3, toewijzing_nummer=1003, volume=13, bedrag=117_000),
        prestatie(4, toewijzing_nummer=1004, volume=8, bedrag=72_000),
        prestatie(5, toewijzing_nummer=1004, volume=5, bedrag=45_000, **maart),
    )
    nummers = [toewijzing(n) for n in (1001, 1002, 1003)] + [toewijzing(1004, frequentie="6")]
    await stuur(systeem, toewijzing(999))
    await stuur(systeem, *declaratie(*prestaties))
    assert {uitkomst for uitkomst, *_ in (await uitkomsten(systeem)).values()} == {"inUitval"}
    await stuur(systeem, *nummers)
    assert await uitkomsten(systeem) == {
        "R1": ("toegekend",),
        "R2": ("afgewezen", "9387"),
        "R3": ("inUitval",),
        "R4": ("toegekend",),
        "R5": ("inUitval",),
    }
    assert sorted(await open_uitval(systeem)) == [
        ("prestatie", ("9321",), 1),
        ("prestatie", ("9321", "9322"), 1),
    ]
    assert await saldo(systeem, 1004) == (13 * 60, 117_000, 1)
    assert (await geboekt(systeem))["inUitval", "toegekend"] == 36_000 + 72_000
    assert all(m.verplicht for m in await mutaties(systeem) if m.naar == "toegekend")
    await klopt(systeem)


async def test_a_client_who_becomes_known_has_prestaties_judged_one_by_one(systeem: Systeem) -> None:
    """The toewijzing of one of three prestaties arrives; the other two still name numbers nobody knows."""
    await zet_contract(systeem)
    await stuur(systeem, *declaratie(*(prestatie(n, toewijzing_nummer=1000 + n) for n in (1, 2, 3))))
    assert await open_uitval(systeem) == [("client", ("8187", "9338"), 3)]
    await stuur(systeem, toewijzing(1001))
    assert (await uitkomsten(systeem))["R1"] == ("toegekend",)
    assert await open_uitval(systeem) == [("prestatie", ("9338",), 1)] * 2
    (item,) = await vraag(systeem, "SELECT status, versie FROM uitval WHERE soort = 'client'")
    assert item["status"] == "vervallen"
    await klopt(systeem)
    await stuur(systeem, toewijzing(1002), toewijzing(1003))
    assert await open_uitval(systeem) == []
    await klopt(systeem)


async def test_two_clients_in_one_declaratie_are_two_items(systeem: Systeem) -> None:
    await stuur(systeem, *declaratie(prestatie(1), prestatie(2, client=ANDERE_CLIENT, toewijzing_nummer=1002)))
    assert [soort for soort, *_ in await open_uitval(systeem)] == ["client", "client"]


async def test_a_raised_volume_awards_in_the_order_of_arrival(systeem: Systeem) -> None:
    """Frequentie 6, 4 uur: three prestaties of 4. Raised to 8, the first of the two that wait fits."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(frequentie="6", volume=4))
    for maand, einde in ((2, 28), (3, 31), (4, 30)):
        periode = {"begindatum": date(2026, maand, 1), "einddatum": date(2026, maand, einde)}
        ontvangen = datetime(2026, 5, maand, tzinfo=UTC)
        await stuur(systeem, *declaratie(prestatie(referentie=f"M{maand}", **periode), ontvangen_op=ontvangen))
    assert await uitkomsten(systeem) == {"M2": ("toegekend",), "M3": ("inUitval",), "M4": ("inUitval",)}
    await stuur(systeem, toewijzing(volgnummer=2, frequentie="6", volume=8))
    assert await uitkomsten(systeem) == {"M2": ("toegekend",), "M3": ("toegekend",), "M4": ("inUitval",)}
    await stuur(systeem, toewijzing(volgnummer=3, frequentie="6", volume=12))
    assert {u for (u,) in (await uitkomsten(systeem)).values()} == {"toegekend"}
    assert await saldo(systeem) == (720, 108_000, 3)
    await klopt(systeem)


async def test_a_contract_put_later_awards_what_waited_for_it(systeem: Systeem) -> None:
    await stuur(systeem, toewijzing(), toewijzing(1002, product_code="45A05"))
    await stuur(systeem, *declaratie(prestatie(1), prestatie(2, toewijzing_nummer=1002, product_code="45A05")))
    assert await open_uitval(systeem) == [("prestatie", ("geen-contractregel",), 1)] * 2
    await zet_contract(systeem, regel(), regel(productcode="45A05", tarief=9_500))
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "R2": ("inUitval",)}
    assert await open_uitval(systeem) == [("prestatie", ("0611",), 1)]
    (besluit,) = await vraag(systeem, "SELECT besluit, besloten_door FROM uitval WHERE status = 'besloten'")
    assert tuple(besluit) == ("toekennen", "systeem")
    await klopt(systeem)


async def test_a_contract_of_another_year_leaves_uitval_alone(systeem: Systeem) -> None:
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie()))
    await zet_contract(systeem, jaar=2027)
    assert await open_uitval(systeem) == [("prestatie", ("geen-contractregel",), 1)]
    assert [v.grondslag for v in await gezegd(systeem, VerplichtingBepaald)] == ["onbepaald", "omvang"]


async def test_the_same_contract_again_says_nothing_new(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    voor = len(await gezegd(systeem, VerplichtingBepaald))
    await zet_contract(systeem)
    assert len(await gezegd(systeem, VerplichtingBepaald)) == voor


async def test_the_highest_volgnummer_counts_whatever_comes_last(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(volgnummer=3, volume=6))
    await stuur(systeem, toewijzing(volgnummer=1, volume=2), toewijzing(volgnummer=2, volume=9))
    (rij,) = await vraag(systeem, "SELECT volgnummer, volume FROM toewijzingen")
    assert tuple(rij) == (3, 6)
    assert len(await gezegd(systeem, VerplichtingBepaald)) == 1


async def test_an_unchanged_judgement_leaves_the_item_and_its_version_alone(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(tarief=8_000, bedrag=32_000)))
    await stuur(systeem, toewijzing(volgnummer=2, volume=11))
    (rij,) = await vraag(systeem, "SELECT versie, status FROM uitval")
    assert tuple(rij) == (1, "open")
    assert len(await gezegd(systeem, DeclaratieBeoordeeld)) == 1


async def test_new_findings_make_a_new_version(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(tarief=8_000, bedrag=32_000)))
    await stuur(systeem, toewijzing(volgnummer=2, volume=3))
    (rij,) = await vraag(systeem, "SELECT versie, retourcodes FROM uitval")
    assert (rij["versie"], rij["retourcodes"]) == (2, ["0611", "9321"])
    (historie,) = await vraag(systeem, "SELECT gebeurtenis, versie, door FROM uitval_historie")
    assert tuple(historie) == ("herbeoordeeld", 2, "systeem")


async def test_events_handled_again_change_nothing(systeem: Systeem) -> None:
    """Positions are thrown away, so that every event comes once more."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002))
    await stuur(systeem, *declaratie(prestatie(1), prestatie(2, toewijzing_nummer=7)))
    voor = await _alles(systeem)
    await vraag(systeem, "DELETE FROM posities")
    context = systeem.runtime.contexts["matching"]
    for subscription in subscriptions(context):
        events = await opnieuw(systeem, subscription.topic)
        assert await deliver(context.database, subscription, events) == len(events) > 0
    assert await _alles(systeem) == voor
    await klopt(systeem)


async def test_the_same_prestaties_in_an_event_with_another_id_are_not_judged_twice(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    nogmaals = declaratie(prestatie(), declaratie_id=uuid4())
    await systeem.publish("invoice", *nogmaals, *nogmaals)
    await systeem.drained()
    await stuur(systeem, *nogmaals)
    assert await uitkomsten(systeem) == {"R1": ("toegekend",)}
    assert len(await gezegd(systeem, DeclaratieBeoordeeld)) == 1
    assert await saldo(systeem) == (240, 36_000, 1)


async def test_what_is_new_beside_what_was_judged_is_judged_and_counted_once(systeem: Systeem) -> None:
    """Opening an uitval item for the new one is undone with the rest of the first attempt, and done once."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002))
    declaratie_id = uuid4()
    await stuur(systeem, *declaratie(prestatie(1), declaratie_id=declaratie_id))
    nieuw = (prestatie(2, toewijzing_nummer=1002), prestatie(3, toewijzing_nummer=7))
    await stuur(systeem, *declaratie(prestatie(1), *nieuw, declaratie_id=declaratie_id))
    staat = await uitkomsten(systeem)
    assert {referentie: uitkomst[0] for referentie, uitkomst in staat.items()} == {
        "R1": "toegekend",
        "R2": "toegekend",
        "R3": "inUitval",
    }
    assert await saldo(systeem) == await saldo(systeem, 1002) == (240, 36_000, 1)
    assert len(await vraag(systeem, "SELECT 1 FROM uitval")) == 1
    beoordeeld = await gezegd(systeem, DeclaratieBeoordeeld)
    assert sorted(nummer for event in beoordeeld for nummer in (*event.toegekend, *event.in_uitval)) == [1, 2, 3]
    await klopt(systeem)


async def test_what_a_person_awarded_before_its_toewijzing_came_counts_on_it(systeem: Systeem) -> None:
    """The volume is used and the toewijzing cannot be removed unnoticed."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(999))
    await stuur(systeem, *declaratie(prestatie()))
    (item,) = await vraag(systeem, "SELECT uitval_id, versie FROM uitval")
    await neem_besluit(
        systeem.runtime.contexts["matching"],
        item["uitval_id"],
        Besluit(besluit="toekennen", motivering="De toewijzing is onderweg."),
        versie=item["versie"],
        door="piet",
        mag=lambda _gemeente, _aanbieder: True,
    )
    await stuur(systeem, toewijzing())
    assert await saldo(systeem) == (240, 36_000, 1)
    (gebruikt,) = await gezegd(systeem, ToewijzingGebruikt)
    assert gebruikt.toewijzingen[0].aantal_toegekend == 1
    await klopt(systeem)


async def _alles(systeem: Systeem) -> dict[str, list[asyncpg.Record]]:
    tabellen = ("prestaties", "toewijzingen", "toewijzing_saldi", "uitval", "uitval_historie", "outbox", "declaraties")
    return {tabel: await vraag(systeem, f"SELECT t::text FROM {tabel} t ORDER BY 1") for tabel in tabellen}
