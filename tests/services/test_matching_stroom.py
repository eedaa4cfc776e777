"""Matching on a real PostgreSQL: from events in to events out, every way a prestatie can go."""

import asyncio
from datetime import date
from uuid import uuid4

from services.matching.handlers import subscriptions
from services.platform.bus import deliver
from services.platform.events import (
    DeclaratieBeoordeeld,
    JaarVerplichting,
    ToewijzingGebruikt,
    VerplichtingBepaald,
    partition_of,
    toewijzing_key,
)
from tests.services.matching_bouwen import (
    ANDERE_CLIENT,
    GEMEENTE,
    credit,
    declaratie,
    geboekt,
    gezegd,
    klopt,
    mutaties,
    open_uitval,
    opnieuw,
    prestatie,
    saldo,
    stuur,
    toewijzing,
    uitkomsten,
    vraag,
    zet_contract,
)
from tests.services.systeem import Systeem

SERVICES = ("matching",)


async def test_a_faultless_prestatie_is_awarded_untouched(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    declaratie_id = str(uuid4())
    await stuur(systeem, *declaratie(prestatie(), declaratie_id=declaratie_id))

    (beoordeeld,) = await gezegd(systeem, DeclaratieBeoordeeld)
    assert (beoordeeld.declaratie_id, beoordeeld.toegekend) == (declaratie_id, (1,))
    assert (beoordeeld.afgewezen, beoordeeld.in_uitval) == ((), ())
    (mutatie,) = await mutaties(systeem)
    assert (mutatie.van, mutatie.naar, mutatie.bedrag) == ("inBehandeling", "toegekend", 36_000)
    assert (mutatie.verplicht, mutatie.dienstperiode, mutatie.referentie) == (True, 202604, "R1")
    (gebruikt,) = await gezegd(systeem, ToewijzingGebruikt)
    assert [(t.toewijzing_nummer, t.aantal_toegekend) for t in gebruikt.toewijzingen] == [(1001, 1)]
    assert await saldo(systeem) == (240, 36_000, 1)
    await klopt(systeem)


async def test_events_go_out_under_the_keys_their_consumers_expect(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(), declaratie_id="00000000-0000-4000-8000-00000000000a"))
    partitie = partition_of(toewijzing_key(GEMEENTE, 1001))
    verwacht = {
        "beoordelingen": ("00000000-0000-4000-8000-00000000000a", None),
        "mutaties": (GEMEENTE, None),
        "verplichtingen": (GEMEENTE, None),
        "gebruik": (f"p{partitie}", partitie),
    }
    for topic, (sleutel, plaats) in verwacht.items():
        (rij,) = await systeem.sent("matching", topic)
        assert rij["sleutel"] == sleutel
        assert rij["partitie"] == (partition_of(sleutel) if plaats is None else plaats)


async def test_each_policy_path_and_a_rejection_carries_all_its_codes(systeem: Systeem) -> None:
    """0611 alone waits; 9346 rejects; 0611 with 9387 is rejected with both; an internal finding waits."""
    await zet_contract(systeem)
    await stuur(systeem, *(toewijzing(nummer) for nummer in (1001, 1002, 1003)), toewijzing(1004, product_code="45A05"))
    await stuur(
        systeem,
        *declaratie(
            prestatie(1, tarief=8_000, bedrag=32_000),
            prestatie(2, toewijzing_nummer=1002, bedrag=36_001),
            prestatie(3, toewijzing_nummer=1003, tarief=8_000, bedrag=32_000, begindatum=date(2026, 4, 2)),
            prestatie(4, toewijzing_nummer=1004, product_code="45A05"),
        ),
    )
    assert await uitkomsten(systeem) == {
        "R1": ("inUitval",),
        "R2": ("afgewezen", "9346"),
        "R3": ("afgewezen", "0611", "9387"),
        "R4": ("inUitval",),
    }
    assert sorted(await open_uitval(systeem)) == [
        ("prestatie", ("0611",), 1),
        ("prestatie", ("geen-contractregel",), 1),
    ]
    assert await geboekt(systeem) == {
        ("inBehandeling", "inUitval"): 32_000 + 36_000,
        ("inBehandeling", "afgewezen"): 36_001 + 32_000,
    }
    await klopt(systeem)


async def test_own_policy_of_a_gemeente_goes_before_the_default(systeem: Systeem) -> None:
    antwoord = await systeem.client.put(
        f"/matching/v1/beleid/{GEMEENTE}",
        json={
            "regels": [
                {"retourcode": "0611", "behandeling": "afwijzen"},
                {"retourcode": "9346", "behandeling": "uitval"},
            ]
        },
        headers=systeem.headers("gemeente", [GEMEENTE]),
    )
    assert antwoord.status_code == 200
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002))
    await stuur(
        systeem,
        *declaratie(prestatie(1, tarief=8_000, bedrag=32_000), prestatie(2, toewijzing_nummer=1002, bedrag=36_001)),
    )
    assert await uitkomsten(systeem) == {"R1": ("afgewezen", "0611"), "R2": ("inUitval",)}
    await klopt(systeem)


async def test_an_unknown_client_waits_as_one_item_over_partitions_and_parts(systeem: Systeem) -> None:
    """Three prestaties in two or more partitions, then another part of the same declaratie."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(client=ANDERE_CLIENT))
    declaratie_id = uuid4()
    delen = [prestatie(n, toewijzing_nummer=5000 + n) for n in range(1, 4)]
    assert len({partition_of(toewijzing_key(GEMEENTE, p.toewijzing_nummer)) for p in delen}) > 1
    await stuur(systeem, *declaratie(*delen, declaratie_id=declaratie_id))
    await stuur(systeem, *declaratie(prestatie(4, toewijzing_nummer=5004), declaratie_id=declaratie_id))
    assert await open_uitval(systeem) == [("client", ("8187", "9338"), 4)]
    await klopt(systeem)


async def test_a_hopeless_prestatie_of_an_unknown_client_is_rejected_by_itself(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(
        systeem,
        *declaratie(prestatie(1, toewijzing_nummer=77), prestatie(2, toewijzing_nummer=77, product_code="45XXX")),
    )
    assert await uitkomsten(systeem) == {"R1": ("inUitval",), "R2": ("afgewezen", "9338", "S329", "8187")}
    assert await open_uitval(systeem) == [("client", ("8187", "9338"), 1)]


async def test_8187_and_9338_wait_whatever_policy_was_kept(systeem: Systeem) -> None:
    """A policy from before such a policy was refused: the toewijzing that was overtaken still heals both."""
    await zet_contract(systeem)
    await vraag(
        systeem,
        "INSERT INTO beleid (domein, gemeente, regels, versie, gewijzigd_op, gewijzigd_door)"
        """ VALUES ('jw', $1, '{"8187": "afwijzen", "9338": "afwijzen"}', 1, now(), 'piet')""",
        GEMEENTE,
    )
    await stuur(systeem, *declaratie(prestatie()))
    assert await open_uitval(systeem) == [("client", ("8187", "9338"), 1)]
    await stuur(systeem, toewijzing())
    assert await uitkomsten(systeem) == {"R1": ("toegekend",)}
    await klopt(systeem)


async def test_a_credit_takes_back_and_makes_room(systeem: Systeem) -> None:
    """12 uur used up; credit and the corrected debet in one declaratie, the debet even before the credit."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(frequentie="6"))
    eerste = prestatie(volume=12, bedrag=108_000)
    await stuur(systeem, *declaratie(eerste))
    await stuur(systeem, *declaratie(prestatie(1, referentie="R2", volume=10, bedrag=90_000), credit(eerste, 2)))
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "R1c": ("toegekend",), "R2": ("toegekend",)}
    assert await saldo(systeem) == (600, 90_000, 1)
    teruggenomen = next(m for m in await mutaties(systeem) if m.referentie == "R1c")
    assert (teruggenomen.bedrag, teruggenomen.vorige_referentie, teruggenomen.verplicht) == (-108_000, "R1", True)
    await klopt(systeem)


async def test_a_credit_needs_an_awarded_debet_and_comes_once(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002))
    goed, fout = prestatie(1), prestatie(2, toewijzing_nummer=1002, bedrag=1)
    await stuur(systeem, *declaratie(goed, fout))
    await stuur(
        systeem,
        *declaratie(credit(goed, 1), credit(fout, 2), credit(goed, 3, vorige_referentie="NOOIT", referentie="N")),
    )
    await stuur(systeem, *declaratie(credit(goed, 1, referentie="nogmaals")))
    gevonden = await uitkomsten(systeem)
    assert gevonden["R1c"] == ("toegekend",)
    assert gevonden["R2c"] == ("afgewezen", "8017", "9346")
    assert gevonden["N"] == ("afgewezen", "8017")
    assert gevonden["nogmaals"] == ("afgewezen", "9390")
    assert await saldo(systeem) == (0, 0, 0)
    await klopt(systeem)


async def test_a_credit_stands_though_toewijzing_and_contract_have_changed(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    debet = prestatie()
    await stuur(systeem, *declaratie(debet))
    await zet_contract(systeem, {"productcategorie": "45", "productcode": "45A04", "eenheid": "04", "tarief": 1})
    await stuur(systeem, toewijzing(volgnummer=2, einddatum=date(2026, 3, 31)))
    await stuur(systeem, *declaratie(credit(debet)))
    assert (await uitkomsten(systeem))["R1c"] == ("toegekend",)
    await klopt(systeem)


async def test_the_same_delivery_twice_is_refused_within_a_batch_and_across(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002))
    een = declaratie(prestatie(1), declaratienummer="D1")
    twee = declaratie(prestatie(1, referentie="R2"), declaratienummer="D2")
    await systeem.publish("invoice", *een, *twee)
    await systeem.drained()
    await stuur(systeem, *declaratie(prestatie(1, referentie="R3"), declaratienummer="D3"))
    assert await uitkomsten(systeem) == {
        "R1": ("toegekend",),
        "R2": ("afgewezen", "9389"),
        "R3": ("afgewezen", "9389"),
    }


async def test_a_line_under_the_wrong_client_does_not_block_the_right_one(systeem: Systeem) -> None:
    """Both clients are known; the first line waits (9338), the corrected one is not "declared before"."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002, client=ANDERE_CLIENT))
    await stuur(systeem, *declaratie(prestatie(client=ANDERE_CLIENT)))
    await stuur(systeem, *declaratie(prestatie(referentie="R2")))
    assert await uitkomsten(systeem) == {"R1": ("inUitval",), "R2": ("toegekend",)}
    assert await saldo(systeem) == (240, 36_000, 1)


async def test_a_rejected_debet_stands_in_nobodys_way(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(bedrag=1)))
    await stuur(systeem, *declaratie(prestatie(referentie="R2")))
    assert (await uitkomsten(systeem))["R2"] == ("toegekend",)


async def test_another_aanbieder_naming_the_number_uses_nothing_of_it(systeem: Systeem) -> None:
    """Number 1001 is not theirs: it waits (9338 and 8187), and neither volume nor delivery of 1001 is touched."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(volume=12, bedrag=108_000), aanbieder="87654321"))
    await stuur(systeem, *declaratie(prestatie(referentie="R2")))
    assert (await uitkomsten(systeem))["R2"] == ("toegekend",)
    assert await saldo(systeem) == (240, 36_000, 1)
    await klopt(systeem)


async def test_what_waits_in_uitval_counts_in_the_sums(systeem: Systeem) -> None:
    """10 of 12 uur wait for their tariff; 4 more do not fit beside them."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(frequentie="6"))
    await stuur(systeem, *declaratie(prestatie(1, volume=10, tarief=8_000, bedrag=80_000)))
    maart = {"begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 31)}
    await stuur(systeem, *declaratie(prestatie(1, referentie="R2", **maart)))
    assert await open_uitval(systeem) == [("prestatie", ("0611",), 1), ("prestatie", ("9321", "9322"), 1)]
    await klopt(systeem)


async def test_the_reference_used_before_is_rejected_as_invoice_found_it(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(retourcodes=("8021",))))
    assert await uitkomsten(systeem) == {"R1": ("afgewezen", "8021")}


async def test_a_toewijzing_commits_its_maximum_at_the_tariff_of_the_contract(systeem: Systeem) -> None:
    """12 uur a month, 12 months, EUR 90: EUR 12.960; the first statement came before the contract."""
    await stuur(systeem, toewijzing())
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(volgnummer=2, einddatum=date(2026, 6, 30)))
    await stuur(systeem, toewijzing(volgnummer=3, einddatum=date(2026, 1, 1), verwijderd=True, reden_wijziging="13"))
    gezegd_ = await gezegd(systeem, VerplichtingBepaald)
    assert [(v.volgnummer, v.grondslag, v.per_jaar) for v in gezegd_] == [
        (1, "onbepaald", ()),
        (2, "omvang", (JaarVerplichting(jaar=2026, bedrag=1_296_000),)),
        (3, "omvang", (JaarVerplichting(jaar=2026, bedrag=648_000),)),
        (4, "verwijderd", ()),
    ]
    await klopt(systeem)


async def test_a_year_that_turns_extends_what_is_open_ended(systeem: Systeem) -> None:
    await zet_contract(systeem)
    totaal = {"einddatum": None, "volume": 24, "frequentie": "6"}
    await stuur(systeem, toewijzing(einddatum=None), toewijzing(1002), toewijzing(1003, **totaal))
    context = systeem.runtime.contexts["matching"]
    service = next(s for s in systeem.runtime.services if s.name == "matching")
    systeem.clock.instant = systeem.clock.instant.replace(year=2027)
    for _ in range(2):
        await service.tasks[0].run(context)
    van_1001 = [v for v in await gezegd(systeem, VerplichtingBepaald) if v.toewijzing_nummer == 1001]
    assert [(v.volgnummer, {j.jaar: j.bedrag for j in v.per_jaar}) for v in van_1001] == [
        (1, {2026: 1_296_000}),
        (2, {2026: 1_296_000, 2027: 1_296_000}),
    ]
    (eenmalig,) = (v for v in await gezegd(systeem, VerplichtingBepaald) if v.toewijzing_nummer == 1003)
    assert eenmalig.per_jaar == (JaarVerplichting(jaar=2026, bedrag=216_000),)


async def test_two_partitions_at_once_fill_one_item_of_a_client(systeem: Systeem) -> None:
    """Two consumers hold different partitions of one declaratie, as they would with a broker."""
    context = systeem.runtime.contexts["matching"]
    await zet_contract(systeem)
    (subscription,) = (s for s in subscriptions(context) if s.topic == "declaraties")
    delen = declaratie(*(prestatie(n, toewijzing_nummer=6000 + n) for n in range(1, 40)))
    assert len(delen) > 6
    await systeem.publish("invoice", *delen)
    events = await opnieuw(systeem, "declaraties")
    await asyncio.gather(*(deliver(context.database, subscription, [event]) for event in events))
    await systeem.drained()
    assert await open_uitval(systeem) == [("client", ("8187", "9338"), 39)]
    await klopt(systeem)
