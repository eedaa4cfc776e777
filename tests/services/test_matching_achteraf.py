"""A person awards what names a toewijzing that nobody knows yet: once it comes, its commitment is used up by that."""

from datetime import date

from services.matching.besluiten import neem_besluit
from services.matching.saldi import Besluit
from services.platform.events import JaarVerplichting, VerplichtingBepaald
from tests.services.ledger_hulp import klopt as grootboek_klopt
from tests.services.ledger_hulp import rijen
from tests.services.matching_bouwen import (
    credit,
    declaratie,
    gezegd,
    klopt,
    mutaties,
    prestatie,
    stuur,
    toewijzing,
    uitkomsten,
    vraag,
    zet_contract,
)
from tests.services.systeem import Systeem

SERVICES = ("matching", "ledger")

TOEKENNEN = Besluit(besluit="toekennen", motivering="De toewijzing is onderweg.")
MAART = {"begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 31)}


async def vooraf_toegekend(systeem: Systeem) -> None:
    """The client is known by another toewijzing; what names 1001 waits with 9338 until a person awards it."""
    await zet_contract(systeem)
    await stuur(systeem, toewijzing(999))
    await stuur(systeem, *declaratie(prestatie()))
    (item,) = await vraag(systeem, "SELECT uitval_id, versie FROM uitval WHERE status = 'open'")
    context = systeem.runtime.contexts["matching"]
    await neem_besluit(
        context, item["uitval_id"], TOEKENNEN, versie=item["versie"], door="piet", mag=lambda _g, _a: True
    )
    await systeem.drained()


async def gezegd_van(systeem: Systeem, nummer: int = 1001) -> list[tuple[int, tuple[JaarVerplichting, ...]]]:
    return [
        (event.volgnummer, event.per_jaar)
        for event in await gezegd(systeem, VerplichtingBepaald)
        if event.toewijzing_nummer == nummer
    ]


async def nog_open(systeem: Systeem, nummer: int = 1001) -> int:
    """What the grootboek says that a toewijzing of 2026 may still cost; the books of both services hold."""
    await klopt(systeem)
    await grootboek_klopt(systeem)
    (rij,) = await rijen(
        systeem,
        "SELECT sum(r.bedrag)::bigint AS open FROM boekingsregels r JOIN boekingen b USING (domein, gemeente, nummer)"
        " WHERE r.rekening = 9200 AND b.boekjaar = 2026 AND b.toewijzing_nummer = $1",
        nummer,
    )
    return int(rij["open"])


def verplicht(bedrag: int, reeds: int) -> tuple[JaarVerplichting, ...]:
    return (JaarVerplichting(jaar=2026, bedrag=bedrag, reeds_toegekend=reeds),)


async def test_what_was_awarded_before_uses_up_the_commitment_and_stays_told(systeem: Systeem) -> None:
    """12 x 12 uur at EUR 90 is EUR 12.960, of which EUR 360 was awarded before 1001 came."""
    await vooraf_toegekend(systeem)
    assert not any(mutatie.verplicht for mutatie in await mutaties(systeem))
    await stuur(systeem, toewijzing())
    assert await gezegd_van(systeem) == [(1, verplicht(1_296_000, 36_000))]
    assert await nog_open(systeem) == 1_260_000
    await stuur(systeem, *declaratie(prestatie(referentie="R2", **MAART)))
    assert await nog_open(systeem) == 1_224_000
    await stuur(systeem, toewijzing(volgnummer=2, einddatum=date(2026, 6, 30)))
    assert (await gezegd_van(systeem))[1:] == [(2, verplicht(648_000, 36_000))]
    assert await nog_open(systeem) == 576_000
    await stuur(systeem, toewijzing(volgnummer=3, einddatum=date(2026, 1, 1), verwijderd=True, reden_wijziging="13"))
    assert await nog_open(systeem) == 0
    await stuur(systeem, toewijzing(volgnummer=4))
    assert (await gezegd_van(systeem))[2:] == [(3, ()), (4, verplicht(1_296_000, 36_000))]
    assert await nog_open(systeem) == 1_224_000


async def test_a_credit_that_comes_later_gives_it_back(systeem: Systeem) -> None:
    await vooraf_toegekend(systeem)
    await stuur(systeem, toewijzing())
    await stuur(systeem, *declaratie(credit(prestatie())))
    assert (await uitkomsten(systeem))["R1c"] == ("toegekend",)
    assert (await mutaties(systeem))[-1].verplicht
    assert await nog_open(systeem) == 1_296_000
    # The next statement still tells of the debet only: its credit is in the grootboek as any other.
    await stuur(systeem, toewijzing(volgnummer=2, einddatum=date(2026, 6, 30)))
    assert (await gezegd_van(systeem))[1:] == [(2, verplicht(648_000, 36_000))]
    assert await nog_open(systeem) == 648_000


async def test_what_was_credited_before_uses_up_nothing(systeem: Systeem) -> None:
    await vooraf_toegekend(systeem)
    await stuur(systeem, *declaratie(credit(prestatie())))
    assert (await uitkomsten(systeem))["R1c"] == ("toegekend",)
    await stuur(systeem, toewijzing())
    assert await gezegd_van(systeem) == [(1, verplicht(1_296_000, 0))]
    assert await nog_open(systeem) == 1_296_000


async def test_what_another_client_was_awarded_on_the_number_is_no_use_of_it(systeem: Systeem) -> None:
    await vooraf_toegekend(systeem)
    await stuur(systeem, toewijzing(client="d" * 24))
    assert await gezegd_van(systeem) == [(1, verplicht(1_296_000, 0))]
    assert await nog_open(systeem) == 1_296_000
