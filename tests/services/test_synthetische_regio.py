"""A whole region played on the four services: every planted fault found, everything else as generated."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from msgspec.structs import replace

from services.platform.clock import AMSTERDAM
from services.synthetisch import RegioOpties, maak_regio
from services.synthetisch.spelen import speel
from services.synthetisch.vergelijk import vergelijk
from tests.services.systeem import START, Systeem


@pytest.mark.parametrize(
    ("nu", "zaad", "maanden"),
    [(START, 1, 3), (datetime(2026, 1, 8, 23, 30, tzinfo=UTC), 2, 2)],
    ids=["in het jaar", "over de jaarwisseling"],
)
async def test_een_gespeelde_regio_is_zoals_gemaakt(systeem: Systeem, nu: datetime, zaad: int, maanden: int) -> None:
    systeem.clock.instant = nu
    opties = RegioOpties(
        vandaag=nu.astimezone(AMSTERDAM).date(),
        zaad=zaad,
        maanden=maanden,
        aantal_clienten=120,
        aantal_aanbieders=5,
        foutenaandeel=Fraction(60, 100),
    )
    regio = maak_regio(opties)
    tokens = systeem.runtime.issuer.mint
    uitslag = await speel(regio, systeem.client, tokens, parallel=4, rustig=systeem.drained, geduld=180)
    besluiten = [sleutel for sleutel in uitslag.gespeeld if sleutel.startswith("besluit-")]
    verschillen = await vergelijk(regio, uitslag, systeem.client, tokens, parallel=4)
    assert [str(verschil) for verschil in verschillen] == []
    assert besluiten


async def test_wat_niet_is_zoals_gemaakt_wordt_genoemd(systeem: Systeem) -> None:
    """The comparison can fail: what was played is not what another seed would have given."""
    opties = RegioOpties(
        vandaag=START.astimezone(AMSTERDAM).date(),
        gemeenten=("0193",),
        aantal_aanbieders=1,
        aantal_clienten=6,
        maanden=1,
        foutenaandeel=Fraction(0),
    )
    regio, ander = maak_regio(opties), maak_regio(replace(opties, zaad=2))
    tokens = systeem.runtime.issuer.mint
    uitslag = await speel(regio, systeem.client, tokens, rustig=systeem.drained)
    assert await vergelijk(regio, uitslag, systeem.client, tokens) == []
    verschillen = await vergelijk(ander, uitslag, systeem.client, tokens)
    assert {verschil.onderwerp.split(" ")[0].split("-")[0] for verschil in verschillen} >= {"budget", "jw323"}
