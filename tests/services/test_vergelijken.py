"""What no service can verify alone: counts that allocation keeps of matching are those that matching has (TR385)."""

import pytest

from services.cli.check import verify
from services.platform.service import Afwijking
from tests.conformance.basis import contract, jw301, jw323, prestatie, toewijzing
from tests.conformance.keten import Keten
from tests.services.systeem import Systeem

_ALLES = "de services vertellen hetzelfde"


@pytest.mark.parametrize(
    ("schade", "detail"),
    [
        (
            "UPDATE gebruik SET aantal_toegekend = aantal_toegekend + 1 WHERE aantal_toegekend > 0",
            "toegekende prestaties op toewijzingen",
        ),
        ("DELETE FROM gebruik", "toegekende prestaties op toewijzingen"),
        (
            "UPDATE gebruik SET toewijzing_nummer = 999999999 WHERE aantal_toegekend > 0",
            "toegekende prestaties maal hun toewijzingnummer",
        ),
    ],
)
async def test_a_count_that_is_not_true_is_found(systeem: Systeem, schade: str, detail: str) -> None:
    keten = Keten(systeem)
    t = keten.toneel()
    await keten.speel([contract(t), jw301(t, toewijzing(t)), jw323(t, prestatie(t, "R1"), volg=4)])
    assert await gevonden(systeem) == []
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert any(item.invariant == _ALLES and item.detail.startswith(detail) for item in await gevonden(systeem))


async def gevonden(systeem: Systeem) -> list[Afwijking]:
    return (await verify(systeem.runtime, 60))[0]
