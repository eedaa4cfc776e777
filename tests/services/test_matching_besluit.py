"""A person decides about uitval: what follows, who wins, and what is refused."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.matching.besluiten import Genomen, neem_besluit
from services.matching.saldi import Besluit
from services.matching.store import uitval
from services.platform.events import DeclaratieBeoordeeld, ToewijzingGebruikt
from services.platform.problems import Problem
from tests.services.matching_bouwen import (
    AANBIEDER,
    GEMEENTE,
    credit,
    declaratie,
    geboekt,
    gezegd,
    klopt,
    mutaties,
    open_uitval,
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

TOEKENNEN = Besluit(besluit="toekennen", motivering="Tarief is telefonisch afgesproken.")
AFWIJZEN = Besluit(besluit="afwijzen", motivering="Niet afgesproken.")


async def besluit(systeem: Systeem, wat: Besluit, **anders: Any) -> Genomen:
    """On the one open item, by the person who saw it last."""
    (item,) = await vraag(systeem, "SELECT uitval_id, versie FROM uitval WHERE status = 'open'")
    vast: dict[str, Any] = {"versie": item["versie"], "door": "piet", "mag": lambda _g, _a: True}
    return await neem_besluit(systeem.runtime.contexts["matching"], item["uitval_id"], wat, **(vast | anders))


async def verkeerd_tarief(systeem: Systeem) -> None:
    """One prestatie waits with 0611."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie(tarief=8_000, bedrag=32_000)))


async def test_awarding_moves_the_money_and_counts_the_debet(systeem: Systeem) -> None:
    await verkeerd_tarief(systeem)
    genomen = await besluit(systeem, TOEKENNEN)
    assert (genomen.besluit, genomen.retourcodes, genomen.versie, genomen.herhaald) == ("toekennen", (), 2, False)
    assert await uitkomsten(systeem) == {"R1": ("toegekend",)}
    assert await geboekt(systeem) == {("inBehandeling", "inUitval"): 32_000, ("inUitval", "toegekend"): 32_000}
    assert (await mutaties(systeem))[-1].verplicht
    assert await saldo(systeem) == (240, 32_000, 1)
    assert (await gezegd(systeem, DeclaratieBeoordeeld))[-1].toegekend == (1,)
    (gebruikt,) = await gezegd(systeem, ToewijzingGebruikt)
    assert gebruikt.toewijzingen[0].aantal_toegekend == 1
    await klopt(systeem)


async def test_rejecting_gives_the_found_codes_and_frees_the_room(systeem: Systeem) -> None:
    await verkeerd_tarief(systeem)
    genomen = await besluit(systeem, AFWIJZEN)
    assert genomen.retourcodes == ("0611",)
    assert await uitkomsten(systeem) == {"R1": ("afgewezen", "0611")}
    assert await saldo(systeem) == (0, 0, 0)
    await stuur(systeem, *declaratie(prestatie(referentie="R2")))
    assert (await uitkomsten(systeem))["R2"] == ("toegekend",)
    await klopt(systeem)


async def test_rejecting_with_chosen_codes(systeem: Systeem) -> None:
    await verkeerd_tarief(systeem)
    genomen = await besluit(systeem, Besluit(besluit="afwijzen", motivering="x", retourcodes=("9340", "0611", "9340")))
    assert genomen.retourcodes == ("0611", "9340")
    assert await uitkomsten(systeem) == {"R1": ("afgewezen", "0611", "9340")}


@pytest.mark.parametrize(
    ("wat", "soort"),
    [
        (Besluit(besluit="afwijzen", motivering="   "), "besluit-ongeldig"),
        (Besluit(besluit="afwijzen", motivering="x" * 2001), "besluit-ongeldig"),
        (Besluit(besluit="toekennen", motivering="x", retourcodes=("0611",)), "besluit-ongeldig"),
        (Besluit(besluit="afwijzen", motivering="x", retourcodes=("8187",)), "besluit-ongeldig"),
        (Besluit(besluit="afwijzen", motivering="x", retourcodes=("1234",)), "besluit-ongeldig"),
    ],
)
async def test_a_decision_that_will_not_do_changes_nothing(systeem: Systeem, wat: Besluit, soort: str) -> None:
    await verkeerd_tarief(systeem)
    with pytest.raises(Problem) as fout:
        await besluit(systeem, wat)
    assert (fout.value.status, fout.value.soort) == (400, soort)
    assert await open_uitval(systeem) == [("prestatie", ("0611",), 1)]


async def test_an_internal_finding_has_no_code_so_one_must_be_chosen(systeem: Systeem) -> None:
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(prestatie()))
    with pytest.raises(Problem) as fout:
        await besluit(systeem, AFWIJZEN)
    assert fout.value.status == 400
    genomen = await besluit(systeem, Besluit(besluit="afwijzen", motivering="x", retourcodes=("9340",)))
    assert genomen.retourcodes == ("9340",)


async def test_versions_428_412_404_and_409(systeem: Systeem) -> None:
    await verkeerd_tarief(systeem)
    for anders, status in (
        ({"versie": None}, 428),
        ({"versie": 7}, 412),
        ({"mag": lambda gemeente, _a: gemeente != GEMEENTE}, 404),
    ):
        with pytest.raises(Problem) as fout:
            await besluit(systeem, TOEKENNEN, **anders)
        assert fout.value.status == status
    genomen = await besluit(systeem, TOEKENNEN)
    context = systeem.runtime.contexts["matching"]
    with pytest.raises(Problem) as fout:
        await neem_besluit(context, genomen.uitval_id, AFWIJZEN, versie=2, door="piet", mag=lambda _g, _a: True)
    assert fout.value.status == 409
    with pytest.raises(Problem) as fout:
        await neem_besluit(context, genomen.uitval_id, TOEKENNEN, versie=1, door="marie", mag=lambda _g, _a: True)
    assert fout.value.status == 409
    with pytest.raises(Problem) as fout:
        await neem_besluit(context, uuid4(), TOEKENNEN, versie=1, door="piet", mag=lambda _g, _a: True)
    assert fout.value.status == 404


async def test_the_same_decision_by_the_same_person_gets_the_same_answer(systeem: Systeem) -> None:
    await verkeerd_tarief(systeem)
    eerst = await besluit(systeem, TOEKENNEN)
    nogmaals = await neem_besluit(
        systeem.runtime.contexts["matching"],
        eerst.uitval_id,
        TOEKENNEN,
        versie=1,
        door="piet",
        mag=lambda _g, _a: True,
    )
    assert nogmaals.herhaald
    assert (nogmaals.versie, nogmaals.op, nogmaals.motivering) == (eerst.versie, eerst.op, eerst.motivering)
    assert len(await mutaties(systeem)) == 2


async def test_of_eight_people_at_once_one_decides(systeem: Systeem) -> None:
    await verkeerd_tarief(systeem)
    # All have the same page before them: who looked later would find nothing open.
    (item,) = await vraag(systeem, "SELECT uitval_id, versie FROM uitval WHERE status = 'open'")
    matching = systeem.runtime.contexts["matching"]
    pogingen = await asyncio.gather(
        *(
            neem_besluit(
                matching,
                item["uitval_id"],
                TOEKENNEN if n % 2 else AFWIJZEN,
                versie=item["versie"],
                door=f"p{n}",
                mag=lambda _g, _a: True,
            )
            for n in range(8)
        ),
        return_exceptions=True,
    )
    gelukt = [p for p in pogingen if isinstance(p, Genomen)]
    mislukt = [p.status for p in pogingen if isinstance(p, Problem)]
    assert (len(gelukt), mislukt) == (1, [409] * 7)
    assert len(await mutaties(systeem)) == 2
    await klopt(systeem)


async def test_a_decision_and_new_prestaties_of_the_client_at_once(systeem: Systeem) -> None:
    """While parts of the declaratie keep coming, the item is decided: every part ends with that decision."""
    declaratie_id = uuid4()
    await stuur(systeem, *declaratie(prestatie(1, toewijzing_nummer=4001), declaratie_id=declaratie_id))
    delen = [declaratie(prestatie(n, toewijzing_nummer=4000 + n), declaratie_id=declaratie_id) for n in range(2, 20)]

    async def beslis() -> Genomen:
        while True:
            try:
                return await besluit(systeem, AFWIJZEN)
            except Problem as fout:
                if fout.status != 412:
                    raise

    async def stroom() -> None:
        for deel in delen:
            await systeem.publish("invoice", *deel)

    genomen, _ = await asyncio.gather(beslis(), stroom())
    await systeem.drained()
    assert genomen.retourcodes == ("8187",)
    assert set((await uitkomsten(systeem)).values()) == {("afgewezen", "0233", "8187")}
    assert len(await uitkomsten(systeem)) == 19
    await klopt(systeem)


async def test_a_client_is_rejected_with_its_own_code_only(systeem: Systeem) -> None:
    await stuur(systeem, *declaratie(prestatie(1), prestatie(2, toewijzing_nummer=1002)))
    with pytest.raises(Problem) as fout:
        await besluit(systeem, Besluit(besluit="afwijzen", motivering="x", retourcodes=("9338",)))
    assert fout.value.status == 400
    await besluit(systeem, AFWIJZEN)
    afgewezen = [a for b in await gezegd(systeem, DeclaratieBeoordeeld) for a in b.afgewezen]
    assert sorted(a.volgnummer for a in afgewezen) == [1, 2]
    assert {(a.retourcodes, a.client_retourcodes) for a in afgewezen} == {(("0233",), ("8187",))}
    await klopt(systeem)


async def test_an_awarded_client_uses_no_commitment_and_later_parts_follow(systeem: Systeem) -> None:
    declaratie_id = uuid4()
    await stuur(systeem, *declaratie(prestatie(1), declaratie_id=declaratie_id))
    await besluit(systeem, TOEKENNEN)
    await stuur(systeem, *declaratie(prestatie(2, toewijzing_nummer=1002), declaratie_id=declaratie_id))
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "R2": ("toegekend",)}
    assert not any(m.verplicht for m in await mutaties(systeem))
    await klopt(systeem)


async def test_what_a_person_awarded_is_credited_like_anything_else(systeem: Systeem) -> None:
    await stuur(systeem, toewijzing(999))
    await zet_contract(systeem)
    debet = prestatie(toewijzing_nummer=5)
    await stuur(systeem, *declaratie(debet))
    await besluit(systeem, TOEKENNEN)
    await stuur(systeem, *declaratie(credit(debet)))
    assert (await uitkomsten(systeem))["R1c"] == ("toegekend",)
    assert [m.verplicht for m in await mutaties(systeem)] == [False, False, False]
    await klopt(systeem)


async def test_a_credit_that_waits_makes_room_once_it_is_awarded(systeem: Systeem) -> None:
    """The gemeente lets 9319 wait; the debet of May was awarded, its credit comes in a declaratie of April."""
    await systeem.client.put(
        f"/matching/v1/beleid/{GEMEENTE}",
        json={"regels": [{"retourcode": "9319", "behandeling": "uitval"}]},
        headers=systeem.headers("gemeente", [GEMEENTE]),
    )
    await zet_contract(systeem)
    await stuur(systeem, toewijzing())
    debet = prestatie(begindatum=date(2026, 5, 1), einddatum=date(2026, 5, 31))
    mei = {"periode_begin": date(2026, 5, 1), "periode_eind": date(2026, 5, 31)}
    await stuur(systeem, *declaratie(debet, **mei))
    await stuur(systeem, *declaratie(credit(debet)))
    assert await open_uitval(systeem) == [("prestatie", ("9319",), 1)]
    assert await saldo(systeem) == (240, 36_000, 1)
    await besluit(systeem, TOEKENNEN)
    assert await saldo(systeem) == (0, 0, 0)
    await klopt(systeem)


async def test_reading_an_item_shows_all_there_is_to_know(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(), toewijzing(1002), toewijzing(2002, aanbieder="87654321"))
    await stuur(systeem, *declaratie(prestatie(volume=13, bedrag=117_000)))
    await stuur(systeem, *declaratie(prestatie(1, referentie="R2", toewijzing_nummer=2002), declaratienummer="D2"))
    async with systeem.runtime.contexts["matching"].database.connection() as connection:
        eerste, tweede = await uitval.lijst(connection, uitval.Filter(gemeente=GEMEENTE, status="open"), 0, 10)
        detail = await uitval.detail(connection, eerste.uitval_id)
        van_ander = await uitval.detail(connection, tweede.uitval_id)
        assert await uitval.detail(connection, UUID(int=0)) is None
        gefilterd = await uitval.lijst(connection, uitval.Filter(gemeenten=frozenset({"0150"})), 0, 10)
        op_code = await uitval.lijst(connection, uitval.Filter(retourcode="9338", van_aanbieder=AANBIEDER), 0, 10)
    assert (eerste.retourcodes, eerste.aantal_prestaties, eerste.bedrag_cent) == (("9321",), 1, 117_000)
    assert gefilterd == []
    assert [regel.uitval_id for regel in op_code] == [tweede.uitval_id]
    assert detail is not None
    assert van_ander is not None
    (in_uitval,) = detail.prestaties
    assert [b.regel for b in in_uitval.bevindingen] == ["TR321"]
    assert in_uitval.toewijzing is not None
    assert in_uitval.toewijzing.toewijzing_nummer == 1001
    assert in_uitval.saldo is not None
    assert in_uitval.saldo.volume == 13 * 60
    assert [t.toewijzing_nummer for t in detail.kandidaten] == [1001, 1002]
    assert van_ander.prestaties[0].toewijzing is None, "another aanbieder's toewijzing is not shown"
