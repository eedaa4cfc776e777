"""A person awards a credit only where it takes an awarded debet back, and once."""

from typing import Any
from uuid import uuid4

import pytest

from services.matching.besluiten import neem_besluit
from services.matching.saldi import Besluit
from services.platform.problems import Problem
from tests.services.matching_bouwen import (
    GEMEENTE,
    credit,
    declaratie,
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

ANDERE_GEMEENTE = "0150"
TOEKENNEN = Besluit(besluit="toekennen", motivering="Nagevraagd.")
AFWIJZEN = Besluit(besluit="afwijzen", motivering="Nagevraagd.")


async def besluit(systeem: Systeem, wat: Besluit, uitval_id: Any = None) -> None:
    """On that item, or on the one that is open."""
    open_ = await vraag(systeem, "SELECT uitval_id, versie FROM uitval WHERE status = 'open'")
    (item,) = [rij for rij in open_ if uitval_id in (None, rij["uitval_id"])]
    context = systeem.runtime.contexts["matching"]
    await neem_besluit(context, item["uitval_id"], wat, versie=item["versie"], door="piet", mag=lambda _g, _a: True)


async def test_9390_a_second_credit_of_a_debet_cannot_be_awarded(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await zet_beleid(systeem, ("9390", "uitval"))
    await stuur(systeem, toewijzing())
    debet = prestatie()
    await stuur(systeem, *declaratie(debet))
    await stuur(systeem, *declaratie(credit(debet)))
    await stuur(systeem, *declaratie(credit(debet, referentie="nog-eens")))
    assert await open_uitval(systeem) == [("prestatie", ("9390",), 1)]
    with pytest.raises(Problem) as fout:
        await besluit(systeem, TOEKENNEN)
    assert (fout.value.status, fout.value.soort) == (400, "besluit-ongeldig")
    assert "nog niet gecrediteerde" in (fout.value.detail or "")
    await besluit(systeem, AFWIJZEN)
    assert (await uitkomsten(systeem))["nog-eens"] == ("afgewezen", "9390")
    assert await saldo(systeem) == (0, 0, 0)
    await klopt(systeem)


async def test_8017_a_credit_cannot_take_back_the_debet_of_another_gemeente(systeem: Systeem) -> None:
    for gemeente in (GEMEENTE, ANDERE_GEMEENTE):
        await zet_contract(systeem, gemeente=gemeente)
    await zet_beleid(systeem, ("8017", "uitval"), gemeente=ANDERE_GEMEENTE)
    await stuur(systeem, toewijzing(), toewijzing(7001, gemeente=ANDERE_GEMEENTE))
    debet = prestatie()
    await stuur(systeem, *declaratie(debet))
    await stuur(systeem, *declaratie(credit(debet, toewijzing_nummer=7001), gemeente=ANDERE_GEMEENTE))
    with pytest.raises(Problem) as fout:
        await besluit(systeem, TOEKENNEN)
    assert fout.value.status == 400
    assert not any(rij["gecrediteerd"] for rij in await vraag(systeem, "SELECT gecrediteerd FROM prestaties"))
    assert (await saldo(systeem), await saldo(systeem, 7001)) == ((240, 36_000, 1), (0, 0, 0))
    await klopt(systeem)


@pytest.mark.parametrize("anders", [{"toewijzing_nummer": 555}, {"bedrag": 1_000}, {"volume": 3}], ids=str)
async def test_8017_a_credit_that_is_not_its_debet_again_cannot_be_awarded(
    systeem: Systeem, anders: dict[str, Any]
) -> None:
    await zet_contract(systeem)
    await zet_beleid(systeem, ("8017", "uitval"), ("9346", "uitval"))
    await stuur(systeem, toewijzing())
    debet = prestatie()
    await stuur(systeem, *declaratie(debet))
    await stuur(systeem, *declaratie(credit(debet, **anders)))
    with pytest.raises(Problem) as fout:
        await besluit(systeem, TOEKENNEN)
    assert fout.value.status == 400
    await klopt(systeem)


async def test_8017_a_credit_is_awarded_once_its_debet_is(systeem: Systeem) -> None:
    await zet_contract(systeem)
    await zet_beleid(systeem, ("8017", "uitval"))
    await stuur(systeem, toewijzing())
    debet = prestatie(tarief=8_000, bedrag=32_000)
    await stuur(systeem, *declaratie(debet))
    await stuur(systeem, *declaratie(credit(debet)))
    van_debet, van_credit = [
        rij["uitval_id"] for rij in await vraag(systeem, "SELECT uitval_id FROM prestaties ORDER BY debet_credit DESC")
    ]
    with pytest.raises(Problem) as fout:
        await besluit(systeem, TOEKENNEN, van_credit)
    assert fout.value.status == 400
    await besluit(systeem, TOEKENNEN, van_debet)
    await besluit(systeem, TOEKENNEN, van_credit)
    assert await uitkomsten(systeem) == {"R1": ("toegekend",), "R1c": ("toegekend",)}
    assert await saldo(systeem) == (0, 0, 0)
    await klopt(systeem)


async def test_8187_accepting_a_client_awards_no_credit_without_a_debet(systeem: Systeem) -> None:
    """The credit comes in a later part of the declaratie, after the decision on the client."""
    await zet_contract(systeem)
    await zet_beleid(systeem, ("8017", "uitval"))
    declaratie_id = uuid4()
    await stuur(systeem, *declaratie(prestatie(), declaratie_id=declaratie_id))
    await besluit(systeem, TOEKENNEN)
    los = credit(prestatie(referentie="nooit"), 2, toewijzing_nummer=1002)
    await stuur(systeem, *declaratie(los, declaratie_id=declaratie_id))
    assert await open_uitval(systeem) == [("prestatie", ("8017", "8187", "9338"), 1)]
    await besluit(systeem, AFWIJZEN)
    assert (await uitkomsten(systeem))["nooitc"] == ("afgewezen", "8017", "9338")
    await klopt(systeem)
