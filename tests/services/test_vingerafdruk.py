"""Fingerprints see every difference that matters, and none that chance or the clock makes."""

import pytest

from services.cli.vingerafdruk import vingerafdrukken
from tests.conformance.basis import contract, jw301, jw323, prestatie, toewijzing
from tests.conformance.keten import Keten
from tests.services.systeem import Systeem

_AFWIJZING = "INSERT INTO afwijzingen SELECT declaratie_id, {}, '{{{}}}', '{{}}', now() FROM declaraties"


@pytest.fixture
async def gespeeld(systeem: Systeem) -> Systeem:
    keten = Keten(systeem)
    t = keten.toneel()
    await keten.speel([contract(t), jw301(t, toewijzing(t)), jw323(t, prestatie(t, "R1"), volg=4)])
    return systeem


async def voer_uit(systeem: Systeem, schema: str, *opdrachten: str) -> None:
    connection = await systeem.connect(schema)
    # What is append-only refuses changes to others.
    await connection.execute("SET session_replication_role = replica")
    for opdracht in opdrachten:
        assert int((await connection.execute(opdracht)).split()[-1]) > 0, "nothing was changed"
    await connection.close()


@pytest.mark.parametrize(
    ("deel", "schema", "opdrachten"),
    [
        ("grootboek", "ledger", ["UPDATE saldi SET debet = debet + 1"]),
        ("grootboek", "ledger", ["UPDATE saldi SET boekjaar = boekjaar + 1"]),
        ("register", "allocation", ["UPDATE toewijzingen SET einddatum = '2026-12-30'"]),
        ("register", "allocation", ["UPDATE gebruik SET aantal_toegekend = aantal_toegekend + 1"]),
        ("oordelen", "matching", ["UPDATE prestaties SET toestand = 'afgewezen' WHERE toestand = 'toegekend'"]),
        ("oordelen", "matching", ["UPDATE prestaties SET retourcodes = '{0001}'"]),
        ("antwoorden", "invoice", ["UPDATE declaraties SET totaal_toegekend = totaal_toegekend + 1"]),
        # One with more codes than the other.
        ("antwoorden", "invoice", [_AFWIJZING.format(1, "8017"), _AFWIJZING.format(2, "8017, 9341")]),
    ],
)
async def test_a_difference_shows_in_its_part_and_nowhere_else(
    gespeeld: Systeem, deel: str, schema: str, opdrachten: list[str]
) -> None:
    before = await vingerafdrukken(gespeeld.runtime)
    assert all(afdruk.aantal for afdruk in before.values())
    await voer_uit(gespeeld, schema, *opdrachten)
    after = await vingerafdrukken(gespeeld.runtime)
    assert {name for name in before if before[name] != after[name]} == {deel}


@pytest.mark.parametrize(
    ("schema", "opdracht"),
    [
        ("ledger", "UPDATE saldi SET debet = debet + 5, credit = credit + 5"),
        ("allocation", "UPDATE toewijzingen SET client = 'iemand', vastgelegd_op = now()"),
        ("matching", "UPDATE declaraties SET ontvangen_op = now()"),
        ("invoice", "UPDATE declaraties SET ontvangen_op = now()"),
    ],
)
async def test_chance_and_the_clock_do_not_show(gespeeld: Systeem, schema: str, opdracht: str) -> None:
    before = await vingerafdrukken(gespeeld.runtime)
    await voer_uit(gespeeld, schema, opdracht)
    assert await vingerafdrukken(gespeeld.runtime) == before
